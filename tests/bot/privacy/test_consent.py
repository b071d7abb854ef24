"""Consent: asked once beside an answer, kept as it was given, taken back as easily; silence is none."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from sqlalchemy.engine import Engine

from bot import site_settings
from bot.channels.port import Abilities
from bot.conversation import Button, Outcome, Reply
from bot.post import voices
from bot.privacy import consent, contacts
from bot.privacy.consent import Purpose
from bot.store.consent_tables import consent as table
from bot.words import words
from tests.bot.handover import kit
from tests.bot.privacy.people_kit import ANSWER, Person, rows, titles

NOTICE = words().say("consent.notice")


def decisions(database: Engine) -> list[tuple[str, bool]]:
    return [(row.decision, row.withdrawn_at is None) for row in rows(database, table)]


def agreed(database: Engine, purpose: Purpose = Purpose.WORDS) -> bool:
    with database.connect() as connection:
        return consent.agreed(connection, 1, purpose)


def test_given_somebody_new_when_answered_then_the_notice_comes_after_the_answer_once(database: Engine) -> None:
    person = Person(database)
    answer, notice = person.says()
    assert answer.text == "Lệ phí: 8.000 đ" and notice.text.startswith(NOTICE)
    assert "1 năm" in notice.text and "1 ngày" in notice.text
    assert titles(notice) == ["Đồng ý", "Không đồng ý", "Xem thêm"]
    assert len(person.says()) == 1
    assert decisions(database) == [("shown", True)] and not agreed(database)


@pytest.mark.parametrize("outcome", [Outcome.EMERGENCY, Outcome.SCAM, Outcome.ERROR, Outcome.GUIDE])
def test_given_something_graver_when_answered_then_nothing_stands_beside_it(database: Engine, outcome: Outcome) -> None:
    person = Person(database)
    person.answer = replace(ANSWER, outcome=outcome)
    assert len(person.says()) == 1
    person.answer = ANSWER
    assert len(person.says()) == 2


def test_given_a_guide_that_goes_on_when_answered_for_the_fourth_time_then_it_waits_no_longer(database: Engine) -> None:
    person = Person(database)
    person.answer = replace(ANSWER, outcome=Outcome.GUIDE)
    assert [len(person.says()) for _ in range(5)] == [1, 1, 1, 2, 1]


@pytest.mark.parametrize(("language", "yes"), [("vi", "Đồng ý"), ("en", "I agree"), ("zh", "同意")])
def test_given_a_language_when_a_button_is_pressed_then_it_is_kept_in_it(
    database: Engine, language: str, yes: str
) -> None:
    person = Person(database)
    memory = json.dumps({"slots": {"language": language}, "events": []})
    person.answer = replace(ANSWER, reply_language=language, memory=memory)
    _, notice = person.says()
    (told,) = person.presses(yes, notice)
    row = rows(database, table)[-1]
    assert (row.decision, row.language, row.version, row.withdrawn_at) == ("agreed", language, 1, None)
    assert told.language == language and agreed(database)


def test_given_a_yes_when_taken_back_and_given_again_then_each_is_kept_with_its_end(database: Engine) -> None:
    person = Person(database)
    _, notice = person.says()
    person.presses("Đồng ý", notice)
    person.presses("Đồng ý", notice)
    person.says("rút lại đồng ý")
    assert not agreed(database)
    person.says("dong y luu")
    assert decisions(database) == [("shown", False), ("agreed", False), ("refused", False), ("agreed", True)]
    assert len(person.says()) == 1


def test_given_a_bare_yes_when_typed_below_the_notice_then_it_counts_and_elsewhere_it_is_the_engines(
    database: Engine,
) -> None:
    person = Person(database)
    person.says()
    person.says("không đồng ý")
    assert decisions(database)[-1] == ("refused", True)
    assert person.says("đồng ý")[0].text == "Lệ phí: 8.000 đ"


def test_given_a_channel_without_buttons_when_asked_then_numbers_stay_with_the_answer(database: Engine) -> None:
    person = Person(database, abilities=Abilities(text=2000))
    choices = (Button("Khai sinh", "/pick1"), Button("Khai tử", "/pick2"))
    person.answer = replace(ANSWER, replies=(Reply("Việc nào?", choices),))
    _, notice = person.says()
    assert notice.buttons == "[]" and "đồng ý lưu" in notice.text
    assert person.writes("2").payload == "/pick2"


def test_given_a_channel_with_buttons_when_a_number_is_typed_below_the_notice_then_it_is_the_answers(
    database: Engine,
) -> None:
    person = Person(database)
    person.answer = replace(ANSWER, replies=(Reply("1. Khai sinh\n2. Khai tử", (Button("Khai tử", "/pick2"),)),))
    person.says()
    assert person.writes("2").payload == "/pick2"


def test_given_a_newer_notice_when_somebody_agreed_before_then_they_are_asked_once_more_and_the_yes_holds(
    database: Engine,
) -> None:
    person = Person(database)
    _, notice = person.says()
    person.presses("Đồng ý", notice)
    with database.begin() as connection:
        site_settings.put(connection, None, notice=2)
    assert len(person.says()) == 2 and agreed(database)
    assert len(person.says()) == 1


def test_given_nobody_is_to_be_asked_when_answered_then_no_notice(database: Engine) -> None:
    with database.begin() as connection:
        site_settings.put(connection, None, notice=0)
    assert len(Person(database).says()) == 1
    assert len(Person(database, "b", "counter").says()) == 1


def test_given_a_recorded_reading_when_the_notice_is_shown_then_it_is_heard(database: Engine) -> None:
    voices.know({NOTICE: 7})
    try:
        assert Person(database).says()[1].encloses == "voice 7"
    finally:
        voices.know({})


def test_given_a_number_for_a_call_when_given_then_that_is_a_yes_which_a_button_takes_back(database: Engine) -> None:
    with database.begin() as connection:
        kit.case(connection, "memory", "a")
    person = Person(database)
    told = person.says("0912345678")[0]
    assert agreed(database, Purpose.CALL)
    person.presses("Không gọi nữa, xóa số", told)
    assert not agreed(database, Purpose.CALL)
    with database.connect() as connection:
        assert contacts.phone_of(connection, 1) == ""


def test_given_more_is_asked_when_told_then_children_and_others_are_named(database: Engine) -> None:
    person = Person(database)
    _, notice = person.says()
    (told,) = person.presses("Xem thêm", notice)
    assert "trẻ từ 7 tuổi" in told.text and "/privacy" in told.text
