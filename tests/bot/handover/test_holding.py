"""Answers that wait for a yes: sent once, or dropped; and what comes of their case."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import update
from sqlalchemy.engine import Engine

from bot.conversation import Button, Reply
from bot.errors import CannotReply, CaseMoved, CaseTaken, Refused
from bot.handover import cases, holding, rules
from bot.handover.kinds import Ending
from bot.handover.rules import Rule, RuleKind
from bot.store.desk_tables import handover
from bot.store.tables import conversation
from tests.bot.handover import kit
from tests.bot.handover.turns import Citizen, answers, asks, events, held, lines

REPLIES = (Reply("Lệ phí: 8.000 đ", (Button("Xem thêm", "/next"),)), Reply("Ảnh", (), "sheet 7k4p9m2xqr"))


@pytest.fixture
def citizen(database: Engine) -> Citizen:
    with database.begin() as connection:
        rules.add(connection, Rule(RuleKind.HOLD, "phí vừa đổi", "an", intent="ask_fee"))
        kit.person(connection)
        kit.person(connection, "hoa")
    return Citizen(database)


def decide(citizen: Citizen, send: bool, held_id: int = 1, staff_id: int = 1) -> None:
    with citizen.database.begin() as connection:
        holding.decide(connection, held_id, staff_id, send)


def claim(citizen: Citizen, staff_id: int) -> None:
    with citizen.database.begin() as connection:
        cases.claim(connection, 1, staff_id)


def said(citizen: Citizen) -> list[str]:
    return [line.text for line in lines(citizen.database) if line.author == "bot"]


def test_given_a_held_answer_when_somebody_says_yes_then_it_goes_out_as_it_was_and_the_case_is_over(
    citizen: Citizen,
) -> None:
    citizen.hears(answers(replies=REPLIES, reply_language="en"))
    decide(citizen, send=True)
    first, second = lines(citizen.database)[-2:]
    assert (first.text, json.loads(first.buttons)) == ("Lệ phí: 8.000 đ", [{"title": "Xem thêm", "payload": "/next"}])
    assert (second.encloses, second.author, second.language, second.inbox_id) == ("sheet 7k4p9m2xqr", "bot", "en", 1)
    (case,) = citizen.cases()
    assert (case.status, case.outcome, case.staff_id) == ("closed", Ending.ANSWERED.value, 1)
    assert case.first_reply_at and case.closed_at and case.waits_since is None
    assert [event.kind for event in events(citizen.database)] == ["opened", "decided", "closed"]
    assert [(row.decision, row.staff_id) for row in held(citizen.database)] == [("sent", 1)]


def test_given_a_held_answer_when_somebody_says_no_then_it_stays_unsaid_and_the_case_waits(citizen: Citizen) -> None:
    citizen.hears(answers(replies=REPLIES))
    before = said(citizen)
    decide(citizen, send=False)
    assert said(citizen) == before
    (case,) = citizen.cases()
    assert (case.status, case.waits_since is None) == ("waiting", False)
    assert [row.decision for row in held(citizen.database)] == ["dropped"]


def test_given_a_decision_when_somebody_decides_again_then_the_first_one_counts(citizen: Citizen) -> None:
    citizen.hears(answers())
    decide(citizen, send=False)
    for send in (True, False):
        with pytest.raises(Refused, match="decided"):
            decide(citizen, send=send, staff_id=2)
    assert "Lệ phí: 8.000 đ" not in said(citizen)


def test_given_two_held_answers_when_one_is_sent_then_the_citizen_waits_for_the_other(citizen: Citizen) -> None:
    citizen.hears(answers())
    assert citizen.hears(answers()) == ["Câu này cũng chờ cán bộ xem lại rồi em mới gửi câu trả lời."]
    decide(citizen, send=True)
    assert (citizen.cases()[0].status, citizen.cases()[0].waits_since is None) == ("waiting", False)
    decide(citizen, send=True, held_id=2)
    assert citizen.cases()[0].status == "closed"


def test_given_a_case_about_more_when_an_answer_is_sent_then_it_stays_open(citizen: Citizen) -> None:
    citizen.hears(asks())
    citizen.hears(answers())
    decide(citizen, send=True)
    assert (citizen.cases()[0].status, citizen.cases()[0].reason) == ("waiting", "asked, held")


def test_given_an_owner_when_a_colleague_decides_then_only_the_owner_may(citizen: Citizen) -> None:
    citizen.hears(answers())
    claim(citizen, 2)
    with pytest.raises(CaseTaken):
        decide(citizen, send=True, staff_id=1)
    decide(citizen, send=True, staff_id=2)
    assert citizen.cases()[0].status == "closed"


def test_given_somebody_of_another_office_when_they_decide_then_it_is_refused(citizen: Citizen) -> None:
    with citizen.database.begin() as connection:
        stranger = kit.person(connection, "xa", kit.office(connection))
    citizen.hears(answers())
    with pytest.raises(Refused, match="other_office"):
        decide(citizen, send=True, staff_id=stranger)
    assert held(citizen.database)[0].decision == ""


def test_given_a_citizen_who_has_left_when_an_answer_is_sent_then_it_is_refused_and_nothing_changes(
    citizen: Citizen,
) -> None:
    citizen.hears(answers())
    with citizen.database.begin() as connection:
        connection.execute(update(conversation).values(left_at=conversation.c.created_at))
    with pytest.raises(CannotReply, match="cannot_reply"):
        decide(citizen, send=True)
    assert (held(citizen.database)[0].decision, citizen.cases()[0].status) == ("", "waiting")


@pytest.mark.parametrize("held_id", [1, 99])
def test_given_a_closed_case_or_no_answer_when_decided_then_it_has_moved(citizen: Citizen, held_id: int) -> None:
    citizen.hears(answers())
    with citizen.database.begin() as connection:
        connection.execute(update(handover).values(status="closed"))
    with pytest.raises(CaseMoved):
        decide(citizen, send=True, held_id=held_id)
