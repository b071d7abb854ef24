"""Turns of a conversation that a person answers, or has been asked to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy.engine import Connection, Engine

from bot.conversation import Outcome, Reply, State
from bot.conversation.answer import Answer, Linked
from bot.handover import cases
from bot.handover.kinds import Ending
from bot.post.wake import ALERTS, DESK, Wake
from bot.store.desk_tables import handover
from bot.store.tables import inbox, message, outbox, turn
from bot.turn import Turns
from tests.bot.handover import kit
from tests.bot.test_turn import Says, claimed, one, take

ANSWER = Answer((Reply("dạ"),), Outcome.ANSWERED, "ask_fee", "fee", (Linked("1.001193", 0.9),), memory='{"slots": {}}')


def with_case(database: Engine, owned: bool) -> tuple[int, int]:
    """A case of the conversation from which `claimed` gets its messages, and somebody who works there."""
    with database.begin() as connection:
        lan = kit.person(connection)
        silent = {"waits_since": None, "staff_id": lan} if owned else {}
        return kit.case(connection, "memory", "a", **silent), lan


class Meanwhile(Says):
    """Responds while something happens elsewhere."""

    def __init__(self, answer: Answer, database: Engine, happens: Callable[[Connection], object]) -> None:
        super().__init__(answer)
        self.database, self.happens = database, happens

    def respond(self, conversation_id: int, text: str, payload: str, memory: str | None) -> Answer:
        with self.database.begin() as connection:
            self.happens(connection)
        return super().respond(conversation_id, text, payload, memory)


def test_given_a_conversation_with_staff_when_a_message_comes_then_the_bot_is_silent_and_the_citizen_waits(
    database: Engine,
) -> None:
    case, _ = with_case(database, owned=True)
    says = Says(ANSWER)
    assert take(database, says, claimed(database))
    assert says.heard == []
    assert one(database, outbox) == []
    assert [row["status"] for row in one(database, inbox)] == ["done"]
    with database.connect() as connection:
        assert kit.of(connection, case).waits_since is not None


def test_given_a_case_that_waits_when_a_message_comes_then_the_bot_answers(database: Engine) -> None:
    with_case(database, owned=False)
    assert take(database, Says(ANSWER), claimed(database))
    assert [row["text"] for row in one(database, message)] == ["phí bao nhiêu", "dạ"]


def test_given_an_officer_who_takes_the_case_while_the_bot_thinks_when_it_has_an_answer_then_it_says_nothing(
    database: Engine,
) -> None:
    case, lan = with_case(database, owned=False)
    answer = replace(ANSWER, effects=({"type": "hand_over", "reason": "asked"},))
    says = Meanwhile(answer, database, lambda connection: cases.claim(connection, case, lan))
    assert take(database, says, claimed(database))
    told = [(row["author"], row["text"]) for row in one(database, message)]
    assert told[0] == ("citizen", "phí bao nhiêu")
    assert [text.startswith("Lan (") for _, text in told[1:]] == [True]
    assert ([row["status"] for row in one(database, inbox)], one(database, turn)) == (["done"], [])
    assert [(row["reason"], row["status"]) for row in one(database, handover)] == [("asked", "with_staff")]


def test_given_an_officer_who_has_claimed_and_closed_while_the_bot_thinks_when_it_has_an_answer_then_it_is_said(
    database: Engine,
) -> None:
    case, lan = with_case(database, owned=False)

    def both(connection: Connection) -> None:
        cases.claim(connection, case, lan)
        cases.close(connection, case, lan, 1, Ending.ANSWERED)

    assert take(database, Meanwhile(ANSWER, database, both), claimed(database))
    assert one(database, message)[-1]["text"] == "dạ"


def test_given_an_officer_who_closes_while_a_message_is_on_its_way_to_them_when_it_is_taken_then_the_bot_answers(
    database: Engine,
) -> None:
    case, lan = with_case(database, owned=True)
    mine = claimed(database)
    assert mine.state is State.WITH_STAFF
    with database.begin() as connection:
        cases.close(connection, case, lan, 0, Ending.ANSWERED)
    says = Says(ANSWER)
    assert take(database, says, mine)
    assert says.heard == [("phí bao nhiêu", "", None)]
    assert one(database, message)[-1]["text"] == "dạ"
    assert [row["outcome"] for row in one(database, turn)] == ["answered"]


def test_given_a_button_about_joining_when_an_officer_takes_the_case_meanwhile_then_it_is_still_pressed(
    database: Engine,
) -> None:
    case, lan = with_case(database, owned=False)
    mine = replace(claimed(database), payload='/join{"do": "no", "id": 1}')
    with database.begin() as connection:
        cases.claim(connection, case, lan)
    assert take(database, Says(ANSWER), mine)
    assert [row["outcome"] for row in one(database, turn)] == ["privacy"]


@pytest.mark.parametrize(("owned", "rings"), [(None, False), (False, True), (True, True)])
def test_given_a_message_when_a_case_is_there_then_the_desk_is_told(
    database: Engine, owned: bool | None, rings: bool
) -> None:
    if owned is not None:
        with_case(database, owned)
    wake = Wake()
    with wake.thread_event(DESK) as told:
        Turns(database, Says(ANSWER), wake).take(claimed(database))
        assert told.is_set() is rings


def test_given_a_wish_for_a_person_when_taken_then_the_desk_and_those_on_duty_are_told(database: Engine) -> None:
    asks = replace(ANSWER, effects=({"type": "hand_over", "reason": "asked"},))
    wake = Wake()
    with wake.thread_event(DESK) as desk, wake.thread_event(ALERTS) as alerts:
        Turns(database, Says(asks), wake).take(claimed(database))
        assert (desk.is_set(), alerts.is_set()) == (True, True)
