"""A case has ended: the citizen is told once, a minute later; the bot goes on, and asks how it was."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.engine import Engine

from bot.channels.port import Abilities
from bot.channels.telegram.channel import Telegram
from bot.channels.web import WebChannel
from bot.channels.zalo_bot.channel import ZaloBot
from bot.channels.zalo_oa.channel import ZaloOa
from bot.conversation import Button, Outbound, Reply
from bot.errors import UndoOver
from bot.handover import cases, closing, rating, undoing
from bot.handover.kinds import Ending
from bot.post.clock import now
from bot.post.rendering import parts
from bot.store import tables
from procedures.store import take_in
from tests.bot.handover.citizen_kit import CODE, Talk
from tests.bot.post.kit import column, rows, together
from tests.seeds import seeds

TITLE = "Đăng ký khai sinh"


@pytest.fixture
def talk(database: Engine) -> Talk:
    return Talk(database)


@pytest.mark.parametrize("outcome", ["answered", "at_counter", "wrong_office", "abandoned", "returned"])
@pytest.mark.parametrize(("language", "word"), [("vi", "máy trả lời tự động"), ("en", "automatic"), ("zh", "自动助手")])
def test_given_an_end_that_is_a_minute_old_when_told_then_it_says_so_and_that_the_bot_answers_again(
    talk: Talk, outcome: str, language: str, word: str
) -> None:
    case = talk.closed(outcome=outcome)
    talk.remember(language=language)
    assert talk.tell() == [("memory", talk.row(case).conversation_id)]
    assert word in talk.told()
    assert "Lan" in talk.told()
    assert talk.state(case) == "with_bot"
    assert [one.payload for one in talk.buttons()] == [f'/rate{{"case": {case}, "stars": {n}}}' for n in range(1, 6)]


def test_given_an_end_that_can_be_undone_when_looked_at_then_nothing_is_said_yet(talk: Talk) -> None:
    talk.closed(seconds=55)
    assert talk.tell() == []
    assert len(talk.tell(now() + timedelta(seconds=6))) == 1


def test_given_an_end_that_was_told_when_looked_at_again_or_undone_then_it_stays_told(talk: Talk) -> None:
    lan = talk.person()
    case = talk.case(staff_id=lan)
    with talk.database.begin() as connection:
        cases.close(connection, case, lan, 0, Ending.ANSWERED)
    assert len(talk.tell(now() + timedelta(seconds=60))) == 1
    assert talk.tell(now() + timedelta(hours=1)) == []
    with pytest.raises(UndoOver), talk.database.begin() as connection:
        undoing.undo(connection, case, lan)


def test_given_an_end_that_was_undone_when_looked_at_then_nothing_is_said(talk: Talk) -> None:
    lan = talk.person()
    case = talk.case(staff_id=lan)
    with talk.database.begin() as connection:
        cases.close(connection, case, lan, 0, Ending.ANSWERED)
        undoing.undo(connection, case, lan)
    assert talk.tell(now() + timedelta(hours=1)) == []
    assert talk.state(case) == "with_staff"


@pytest.mark.parametrize("outcome", ["spam", "cancelled"])
def test_given_noise_or_a_cancel_when_looked_at_then_nobody_is_told_and_it_is_not_looked_at_again(
    talk: Talk, outcome: str
) -> None:
    case = talk.closed(outcome=outcome)
    assert talk.tell() == []
    assert talk.row(case).told_at is not None
    assert rows(talk.database, tables.message) == []


def test_given_a_citizen_who_has_left_when_looked_at_then_nothing_is_sent(talk: Talk) -> None:
    talk.closed()
    with talk.database.begin() as connection:
        connection.execute(tables.conversation.update().values(left_at=now()))
    assert talk.tell() == []
    assert rows(talk.database, tables.outbox) == []


def test_given_another_case_that_has_begun_when_looked_at_then_the_first_one_says_nothing(talk: Talk) -> None:
    talk.closed()
    talk.case(staff_id=talk.person("ba"))
    assert talk.tell() == []
    assert rows(talk.database, tables.message) == []


def test_given_an_answer_of_the_bot_to_which_a_person_said_yes_when_looked_at_then_nothing_more_is_said(
    talk: Talk,
) -> None:
    talk.closed(reason="held", claimed_at=None)
    assert talk.tell() == []


def test_given_nobody_who_spoke_when_told_then_no_rating_is_asked_for(talk: Talk) -> None:
    case = talk.closed(outcome="returned", first_reply_at=None)
    talk.tell()
    assert [one.payload for one in talk.buttons()] == [f'/case{{"case": {case}, "do": "transcript"}}']


class TestTopic:
    """The procedure that was talked about is named."""

    @pytest.fixture
    def known(self, talk: Talk) -> None:
        take_in(talk.database, seeds(CODE))

    @pytest.mark.parametrize("slots", [{"procedure": CODE}, {"history": [["1.000894", "fee"], [CODE, "fee"]]}])
    @pytest.mark.usefixtures("known")
    def test_given_a_bot_that_remembers_it_when_told_then_it_is_named_and_memory_stays(
        self, talk: Talk, slots: dict[str, object]
    ) -> None:
        talk.closed(code="1.000894")
        talk.remember(**slots)
        before = talk.whose().memory
        talk.tell()
        assert f"thủ tục: {TITLE}" in talk.told()
        assert talk.whose().memory == before

    @pytest.mark.usefixtures("known")
    def test_given_a_bot_that_remembers_none_when_the_case_has_one_then_the_bot_goes_on_with_it(
        self, talk: Talk
    ) -> None:
        talk.closed(code=CODE)
        talk.remember(language="vi", place="01273")
        talk.tell()
        assert TITLE in talk.told()
        assert talk.slots() == {"language": "vi", "place": "01273", "procedure": CODE}

    def test_given_a_procedure_that_is_gone_when_told_then_none_is_named(self, talk: Talk) -> None:
        talk.closed(code="9.999999")
        talk.tell()
        assert "thủ tục:" not in talk.told()


def test_given_two_keepers_when_they_look_at_once_then_each_citizen_is_told_once(talk: Talk) -> None:
    for who in "abcdef":
        talk.closed(who)

    def look() -> None:
        with talk.database.begin() as connection:
            closing.tell_closed(connection, now())

    together(look, look, look)
    assert sorted(column(talk.database, tables.message, "conversation_id")) == [1, 2, 3, 4, 5, 6]


def test_given_more_than_can_be_told_at_once_when_looked_at_again_then_all_are_told(talk: Talk) -> None:
    for number in range(25):
        talk.closed(f"a{number}")
    assert [len(talk.tell()), len(talk.tell()), len(talk.tell())] == [20, 5, 0]


CHANNELS = [Telegram.abilities, ZaloOa.abilities, ZaloBot.abilities, WebChannel(lambda _: None).abilities]


@pytest.mark.parametrize("abilities", CHANNELS, ids=["telegram", "zalo_oa", "zalo_bot", "web"])
def test_given_any_channel_when_the_ratings_are_shown_then_five_can_be_chosen_and_tokens_are_short(
    abilities: Abilities,
) -> None:
    reply = Reply("Chọn một mức", rating.buttons(999_999_999, "vi"))
    (part,) = parts(Outbound(999_999_999, 1, "a", reply), abilities)
    assert len(part.choices) == min(5, abilities.buttons)
    assert all(len(one.token.encode()) <= 32 for one in part.choices)
    assert ("5. ★★★★★" in part.text) == (abilities.buttons == 0)


@pytest.mark.parametrize("abilities", CHANNELS, ids=["telegram", "zalo_oa", "zalo_bot", "web"])
def test_given_any_channel_when_a_number_is_typed_then_it_is_that_many_stars(
    database: Engine, abilities: Abilities
) -> None:
    talk = Talk(database, abilities)
    case = talk.closed()
    talk.tell()
    talk.say("4")
    assert talk.row(case).rating == 4


@pytest.mark.parametrize("language", ["vi", "en", "zh"])
def test_given_buttons_of_a_rating_when_read_then_titles_differ_and_fit(language: str) -> None:
    shown: tuple[Button, ...] = rating.buttons(1, language)
    assert len({one.title for one in shown}) == 5
    assert all(len(one.title) <= 60 for one in shown)
