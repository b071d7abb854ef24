"""A turn: reply, transcript, effects and outcome commit together, whatever raised."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.engine import Engine

from bot.channels.port import Abilities, Window
from bot.conversation import Inbound, Outcome, Reply
from bot.conversation.answer import Answer, Linked
from bot.errors import EngineFailed
from bot.post.inbox import Claimed, Inbox
from bot.post.wake import Wake
from bot.store.desk_tables import handover
from bot.store.tables import conversation, inbox, message, outbox, turn
from bot.turn import MOST_ATTEMPTS, Turns

ANSWER = Answer((Reply("dạ"),), Outcome.ANSWERED, "ask_fee", "fee", (Linked("1.001193", 0.9),), memory='{"slots": {}}')


class Says:
    """Responds with what it is given, or raises it."""

    def __init__(self, answer: Answer | Exception) -> None:
        self.answer, self.heard = answer, []

    def respond(self, conversation_id: int, text: str, payload: str, memory: str | None) -> Answer:
        self.heard.append((text, payload, memory))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def claimed(database: Engine, text: str = "phí bao nhiêu", id_: str = "1") -> Claimed:
    post = Inbox(database, Wake())
    post.receive(Inbound("memory", "a", id_, text))
    found = post.claim()
    assert found is not None
    return found


def take(database: Engine, says: Says, message: Claimed) -> bool:
    return Turns(database, says, Wake()).take(message)


def one(database: Engine, table: object) -> list[dict[str, object]]:
    with database.connect() as connection:
        return [dict(row._mapping) for row in connection.execute(select(table))]


def test_given_an_answer_when_the_turn_is_taken_then_everything_is_stored(database: Engine) -> None:
    assert take(database, Says(ANSWER), claimed(database))
    assert [row["text"] for row in one(database, message)] == ["phí bao nhiêu", "dạ"]
    assert [row["status"] for row in one(database, outbox)] == ["queued"]
    assert [row["status"] for row in one(database, inbox)] == ["done"]
    stored = one(database, turn)[0]
    assert (stored["outcome"], stored["aspect"]) == ("answered", "fee")
    assert json.loads(str(stored["procedures"])) == [{"code": "1.001193", "score": 0.9}]


def test_given_a_second_message_when_it_is_taken_then_the_engine_gets_its_memory_back(database: Engine) -> None:
    says = Says(ANSWER)
    take(database, says, claimed(database))
    take(database, says, claimed(database, id_="2"))
    assert [memory for _, _, memory in says.heard] == [None, ANSWER.memory]


@pytest.mark.parametrize("error", [EngineFailed("x"), ValueError("secret words of a citizen"), RecursionError()])
def test_given_an_engine_that_raises_when_the_turn_is_taken_then_there_is_an_apology_and_an_outcome(
    database: Engine, error: Exception, capsys: pytest.CaptureFixture[str]
) -> None:
    assert take(database, Says(error), claimed(database, "chữ riêng tư"))
    assert [row["outcome"] for row in one(database, turn)] == ["error"]
    assert len(one(database, outbox)) == 1
    printed = "".join(capsys.readouterr())
    assert "secret" not in printed
    assert "riêng tư" not in printed


def test_given_a_message_taken_over_by_another_worker_when_the_first_commits_then_nothing_is_doubled(
    database: Engine,
) -> None:
    mine = claimed(database)
    with database.begin() as connection:
        connection.execute(update(inbox).values(attempts=2))
    assert not take(database, Says(ANSWER), mine)
    assert (one(database, outbox), one(database, turn)) == ([], [])


def test_given_a_commit_that_dies_when_the_turn_is_taken_again_then_there_is_one_answer(database: Engine) -> None:
    mine = claimed(database)
    dying = Answer(ANSWER.replies, Outcome.ANSWERED, effects=({"type": "no_such_effect"},))
    with pytest.raises(KeyError):
        take(database, Says(dying), mine)
    assert one(database, outbox) == []
    assert take(database, Says(ANSWER), mine)
    assert len(one(database, outbox)) == 1


def test_given_a_message_that_kills_each_worker_when_taken_too_often_then_the_engine_is_spared(
    database: Engine,
) -> None:
    with_tries = {**vars(claimed(database)), "attempt": MOST_ATTEMPTS + 1}
    with database.begin() as connection:
        connection.execute(update(inbox).values(attempts=MOST_ATTEMPTS + 1))
    says = Says(ANSWER)
    assert take(database, says, Claimed(**with_tries))
    assert says.heard == []
    assert [row["outcome"] for row in one(database, turn)] == ["error"]


@pytest.mark.parametrize("text", ["", "   ", "😀😀😀", "???", "\u200b"])
def test_given_a_message_without_words_when_taken_then_the_bot_asks_kindly(database: Engine, text: str) -> None:
    says = Says(ANSWER)
    take(database, says, claimed(database, text))
    assert says.heard == []
    assert [row["outcome"] for row in one(database, turn)] == ["clarify"]


def test_given_a_message_that_is_too_long_when_taken_then_the_bot_asks_for_a_shorter_one(database: Engine) -> None:
    says = Says(ANSWER)
    take(database, says, claimed(database, "chữ " * 2000))
    assert says.heard == []
    assert [row["outcome"] for row in one(database, turn)] == ["clarify"]
    assert "ngắn lại" in str(one(database, message)[-1]["text"])


def test_given_the_effect_hand_over_twice_when_taken_then_one_handover_waits(database: Engine) -> None:
    asks = Answer((Reply("dạ"),), Outcome.HANDED_OVER, effects=({"type": "hand_over", "reason": "asked"},))
    for id_ in ("1", "2"):
        take(database, Says(asks), claimed(database, id_=id_))
    assert [(row["reason"], row["status"]) for row in one(database, handover)] == [("asked", "waiting")]
    assert [row["state"] for row in one(database, conversation)] == ["waiting"]


def test_given_a_handover_that_waits_when_something_else_is_wanted_then_both_reasons_are_kept(database: Engine) -> None:
    for id_, reason in (("1", "complaint"), ("2", "delete_me"), ("3", "complaint")):
        wants = Answer((Reply("dạ"),), Outcome.PRIVACY, effects=({"type": "hand_over", "reason": reason},))
        take(database, Says(wants), claimed(database, id_=id_))
    assert [row["reason"] for row in one(database, handover)] == ["complaint, delete_me"]


@pytest.mark.parametrize(("language", "word"), [("en", "error"), ("zh", "错"), ("vi", "lỗi")])
def test_given_a_talk_in_a_language_when_the_engine_fails_then_the_apology_is_in_it(
    database: Engine, language: str, word: str
) -> None:
    mine = Claimed(**{**vars(claimed(database)), "memory": json.dumps({"slots": {"language": language}})})
    take(database, Says(RuntimeError("broken")), mine)
    assert word in str(one(database, message)[-1]["text"])
    assert one(database, turn)[0]["reply_language"] == language


WINDOW = Abilities(text=2000, window=Window(timedelta(hours=48), timedelta(days=7)))
WARNING = "đến hôm đó tin nhắc có thể không tới"


@pytest.mark.parametrize(
    ("channel", "days", "warned"),
    [("memory", 9, True), ("memory", 4, True), ("memory", 1, False), ("web", 9, False), ("unknown", 9, False)],
)
def test_given_a_reminder_that_is_asked_for_when_its_day_is_beyond_the_window_then_the_citizen_is_told(
    database: Engine, channel: str, days: int, warned: bool
) -> None:
    effect = {"type": "remind", "token": "7k4p9m2xqr", "day": (date.today() + timedelta(days=days)).isoformat()}
    says = Says(Answer((Reply("Em sẽ nhắc ạ"),), Outcome.GUIDE, effects=(effect,)))
    mine = Claimed(**{**vars(claimed(database)), "channel": channel})
    abilities = {"memory": WINDOW, "web": Abilities(text=2000)}
    assert Turns(database, says, Wake(), abilities=abilities).take(mine)
    told = [str(row["text"]) for row in one(database, message)][1:]
    assert told[0] == "Em sẽ nhắc ạ"
    assert [WARNING in text for text in told[1:]] == [True] * warned
    assert len(one(database, outbox)) == len(told)
    assert [row["outcome"] for row in one(database, turn)] == ["guide"]


@pytest.mark.parametrize("effect", [{"type": "remind", "token": "7k4p9m2xqr", "day": ""}, None])
def test_given_a_window_when_no_reminder_is_asked_for_then_nobody_is_warned(
    database: Engine, effect: dict[str, str] | None
) -> None:
    says = Says(Answer((Reply("dạ"),), Outcome.GUIDE, effects=(effect,) if effect else ()))
    Turns(database, says, Wake(), abilities={"memory": WINDOW}).take(claimed(database))
    assert len(one(database, outbox)) == 1


@pytest.mark.parametrize(("language", "word"), [("en", "48 hours"), ("zh", "48 小时"), ("vi", "48 giờ")])
def test_given_a_talk_in_a_language_when_warned_of_the_window_then_it_is_in_it(
    database: Engine, language: str, word: str
) -> None:
    effect = {"type": "remind", "token": "7k4p9m2xqr", "day": (date.today() + timedelta(days=9)).isoformat()}
    memory = json.dumps({"slots": {"language": language}})
    says = Says(Answer((Reply("ok"),), Outcome.GUIDE, effects=(effect,), memory=memory, reply_language=language))
    Turns(database, says, Wake(), abilities={"memory": WINDOW}).take(claimed(database))
    assert word in str(one(database, message)[-1]["text"])
