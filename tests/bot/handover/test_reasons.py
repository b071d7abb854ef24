"""Reasons that the turn itself sees: misses, anger, and what rules say. What cannot be read is in test_kinds.py."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.engine import Engine

from actions.words import say
from bot.conversation import Outcome, Reply
from bot.conversation.answer import Answer
from bot.handover import rules
from bot.handover.rules import Rule, RuleKind
from bot.post.clock import now
from bot.store.desk_tables import handover
from bot.store.tables import conversation, message, turn
from tests.bot.handover.turns import OFFER, Citizen, answers, asks, held, misses, slots

ABUSE = Answer((Reply("em xin lỗi"),), Outcome.SMALLTALK, "abuse")


@pytest.fixture
def citizen(database: Engine) -> Citizen:
    return Citizen(database)


def reasons(citizen: Citizen) -> list[str]:
    return [case.reason for case in citizen.cases()]


def ruled(database: Engine, kind: RuleKind, **about: str) -> None:
    with database.begin() as connection:
        rules.add(connection, Rule(kind, "vì sao", "an", **about))


def test_given_a_first_miss_when_answered_then_nobody_is_called_yet(citizen: Citizen) -> None:
    assert citizen.hears(misses(1)) == ["chưa hiểu"]
    assert citizen.cases() == []


def test_given_a_second_miss_in_a_row_when_answered_then_a_person_is_called(citizen: Citizen) -> None:
    citizen.hears(misses(1))
    answer, notice = citizen.hears(misses(2))
    assert (answer, reasons(citizen)) == ("chưa hiểu", ["missed"])
    assert "Em đã chuyển" in notice


def test_given_a_person_was_called_for_misses_when_counted_then_they_count_anew(citizen: Citizen) -> None:
    citizen.hears(misses(2))
    with citizen.database.connect() as connection:
        memory = connection.execute(select(conversation.c.memory)).scalar_one()
    assert "misses" not in json.loads(memory)["slots"]


def test_given_two_misses_before_when_a_message_is_no_miss_then_nobody_is_called(citizen: Citizen) -> None:
    memory = slots(misses=2)
    citizen.hears(answers(memory=memory))
    assert citizen.hears(Answer((Reply("dài quá"),), Outcome.CLARIFY, memory=memory)) == ["dài quá"]
    assert citizen.cases() == []


def test_given_anger_when_it_comes_the_second_time_then_a_person_is_called(citizen: Citizen) -> None:
    assert len(citizen.hears(ABUSE)) == 1
    assert len(citizen.hears(ABUSE)) == 2
    assert reasons(citizen) == ["anger"]


def test_given_anger_days_ago_when_it_comes_again_then_it_is_the_first(citizen: Citizen) -> None:
    citizen.hears(ABUSE)
    with citizen.database.begin() as connection:
        connection.execute(update(turn).values(created_at=now() - timedelta(days=2)))
    citizen.hears(ABUSE)
    assert citizen.cases() == []


def test_given_anger_before_a_case_was_closed_when_it_comes_again_then_it_is_the_first(citizen: Citizen) -> None:
    citizen.hears(ABUSE)
    citizen.hears(asks())
    with citizen.database.begin() as connection:
        connection.execute(update(handover).values(status="closed", closed_at=now()))
    citizen.hears(ABUSE)
    assert reasons(citizen) == ["asked"]


def test_given_anger_of_somebody_else_when_it_comes_then_it_is_the_first(citizen: Citizen) -> None:
    citizen.hears(ABUSE)
    Citizen(citizen.database, "b").hears(ABUSE)
    assert citizen.cases() == []


def test_given_a_person_who_is_called_when_the_answer_offers_one_then_that_button_is_gone(citizen: Citizen) -> None:
    citizen.hears(misses(1))
    citizen.hears(misses(2))
    with citizen.database.connect() as connection:
        first, second, _ = connection.execute(
            select(message.c.buttons).where(message.c.author == "bot").order_by(message.c.id)
        ).scalars()
    assert (OFFER.payload in first, second) == (True, "[]")


def test_given_a_rule_for_people_when_its_matter_is_asked_then_the_bot_says_so_and_no_more(citizen: Citizen) -> None:
    ruled(citizen.database, RuleKind.PERSON, intent="ask_fee")
    answer, notice = citizen.hears(answers())
    assert (answer, reasons(citizen)) == ("Việc này do cán bộ trả lời anh/chị.", ["rule"])
    assert "Em đã chuyển" in notice


def test_given_a_rule_that_holds_when_its_matter_is_asked_then_only_the_notice_comes(citizen: Citizen) -> None:
    ruled(citizen.database, RuleKind.HOLD, intent="ask_fee")
    (notice,) = citizen.hears(answers())
    assert "xem lại rồi em mới gửi câu trả lời" in notice
    assert [json.loads(row.replies)[0]["text"] for row in held(citizen.database)] == ["Lệ phí: 8.000 đ"]


@pytest.mark.parametrize("kind", [RuleKind.PERSON, RuleKind.HOLD])
def test_given_a_warning_before_an_answer_when_a_rule_takes_the_answer_then_the_warning_is_said(
    citizen: Citizen, kind: RuleKind
) -> None:
    ruled(citizen.database, kind, intent="ask_fee")
    warning = say("emergency.if")
    told = citizen.hears(answers(replies=(Reply(warning), Reply("Lệ phí: 8.000 đ"))))
    assert told[0] == warning
    assert "Lệ phí: 8.000 đ" not in told


@pytest.mark.parametrize("outcome", [Outcome.EMERGENCY, Outcome.CLARIFY, Outcome.PRIVACY, Outcome.ERROR])
def test_given_a_rule_when_an_alarm_or_a_question_back_is_said_then_it_is_left_alone(
    citizen: Citizen, outcome: Outcome
) -> None:
    ruled(citizen.database, RuleKind.PERSON, intent="ask_fee")
    assert citizen.hears(answers(outcome=outcome)) == ["Lệ phí: 8.000 đ"]


def test_given_somebody_at_the_counter_when_nothing_is_understood_then_their_officer_is_there(
    database: Engine,
) -> None:
    ruled(database, RuleKind.HOLD, intent="ask_fee")
    guest = Citizen(database, channel="counter")
    assert guest.hears(misses(2)) == ["chưa hiểu"]
    assert guest.hears(answers()) == ["Lệ phí: 8.000 đ"]
    assert guest.cases() == []


def test_given_a_case_that_waits_when_other_reasons_come_then_each_is_kept_once(citizen: Citizen) -> None:
    for answer in (misses(2), ABUSE, ABUSE, asks("delete_me"), misses(2)):
        citizen.hears(answer)
    assert reasons(citizen) == ["missed, anger, delete_me"]
