"""Banners: before an answer, once a day, where they concern somebody; and the opening text."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.engine import Engine

from bot import banners, site_settings
from bot.conversation import Kind, Outcome
from bot.errors import Refused
from bot.post.clock import now
from bot.store.tables import message
from procedures.places import places
from procedures.validity import today
from tests.bot.handover import kit
from tests.bot.handover.turns import Citizen, answers, slots

FLOOD = {"vi": "Lũ lớn.", "en": "Flood."}
HERE, THERE = [place.code for place in places()][:2]


def add(database: Engine, place: str = "", first: int = 0, last: int = 3, **texts: str) -> int:
    with database.begin() as connection:
        staff_id = kit.person(connection, f"an{now().timestamp()}", role="admin")
        days = (today() + timedelta(days=first), today() + timedelta(days=last))
        return banners.add(connection, staff_id, place, {**FLOOD, **texts}, *days)


def test_given_a_banner_when_answered_then_it_comes_first_once_a_day(database: Engine) -> None:
    add(database)
    citizen = Citizen(database)
    assert citizen.hears(answers()) == ["Lũ lớn.", "Lệ phí: 8.000 đ"]
    assert citizen.hears(answers()) == ["Lệ phí: 8.000 đ"]
    with database.begin() as connection:
        connection.execute(update(message).values(created_at=now() - timedelta(days=1)))
    assert citizen.hears(answers()) == ["Lũ lớn.", "Lệ phí: 8.000 đ"]


def test_given_another_language_when_answered_then_the_banner_is_in_it_or_in_vietnamese(database: Engine) -> None:
    add(database)
    assert Citizen(database, "b").hears(answers(reply_language="en"))[0] == "Flood."
    assert Citizen(database, "c").hears(answers(reply_language="zh"))[0] == "Lũ lớn."


def test_given_a_banner_of_a_commune_when_answered_then_only_its_people_read_it(database: Engine) -> None:
    add(database, HERE)
    assert len(Citizen(database, "a").hears(answers())) == 1
    assert len(Citizen(database, "b").hears(answers(memory=slots(place=THERE)))) == 1
    assert len(Citizen(database, "c").hears(answers(memory=slots(place=HERE)))) == 2


@pytest.mark.parametrize("outcome", [Outcome.EMERGENCY, Outcome.SCAM, Outcome.ERROR])
def test_given_an_emergency_when_answered_then_nothing_stands_before_it(database: Engine, outcome: Outcome) -> None:
    add(database)
    assert Citizen(database).hears(answers(outcome=outcome)) == ["Lệ phí: 8.000 đ"]


@pytest.mark.parametrize("days", [(1, 3), (-3, 0)])
def test_given_the_days_of_a_banner_when_answered_then_both_are_included(
    database: Engine, days: tuple[int, int]
) -> None:
    add(database, first=days[0], last=days[1])
    assert len(Citizen(database).hears(answers())) == (2 if days[0] <= 0 else 1)


def test_given_a_banner_that_was_ended_when_answered_then_it_is_gone_and_ends_once(database: Engine) -> None:
    number = add(database)
    with database.begin() as connection:
        banners.end(connection, 1, number)
        assert [one.ended for one in banners.every(connection)] == [True]
        with pytest.raises(Refused):
            banners.end(connection, 1, number)
    assert len(Citizen(database).hears(answers())) == 1


@pytest.mark.parametrize(
    ("place", "texts", "days", "why"),
    [
        ("", {"en": "Flood"}, (0, 1), "banner_empty"),
        ("", {"vi": "a" * 601}, (0, 1), "banner_long"),
        ("", {"vi": "a", "fr": "b"}, (0, 1), "banner_long"),
        ("99999", {"vi": "a"}, (0, 1), "no_such_place"),
        ("", {"vi": "a"}, (2, 1), "banner_days"),
        ("", {"vi": "a"}, (-3, -1), "banner_days"),
        ("", {"vi": "a"}, (0, 400), "banner_days"),
    ],
)
def test_given_a_banner_that_cannot_be_when_added_then_the_reason_is_told(
    database: Engine, place: str, texts: dict[str, str], days: tuple[int, int], why: str
) -> None:
    first, last = (today() + timedelta(days=one) for one in days)
    with database.begin() as connection, pytest.raises(Refused) as told:
        banners.add(connection, kit.person(connection), place, texts, first, last)
    assert told.value.key == f"trouble.refused.{why}"


def test_given_an_opening_text_when_a_conversation_is_opened_then_it_greets_in_its_language(database: Engine) -> None:
    with database.begin() as connection:
        site_settings.put(connection, None, opening={"vi": "Cao Bằng xin chào"})
    opened = {"kind": Kind.START, "text": ""}
    assert Citizen(database, "a").hears(answers(), **opened) == ["Cao Bằng xin chào"]
    assert Citizen(database, "b").hears(answers(reply_language="en"), **opened) == ["Lệ phí: 8.000 đ"]
    assert Citizen(database, "c").hears(answers(), kind=Kind.START, text="1.001193") == ["Lệ phí: 8.000 đ"]
    assert Citizen(database, "d").hears(answers()) == ["Lệ phí: 8.000 đ"]


def test_given_a_banner_when_it_is_read_back_then_its_days_are_days(database: Engine) -> None:
    add(database)
    with database.connect() as connection:
        (one,) = banners.every(connection)
    assert one.holds(today()) and not one.holds(date(2020, 1, 1))
