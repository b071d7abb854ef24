"""Promises: their light, and what is done when little of them is left."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, time, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.engine import Connection, Engine

from bot.conversation.hours import Calendar
from bot.handover import notice
from bot.handover.kinds import Stage
from bot.handover.promises import Light, light, press, pressing
from bot.post.clock import now
from bot.store.desk_tables import alert, handover, handover_event
from bot.store.tables import conversation, message
from tests.bot.handover import kit

DAY = ((time(7, 30), time(11, 30)), (time(13, 30), time(17)))
#: Monday to Friday.
CALENDAR = Calendar((DAY,) * 5 + ((),) * 2)
NEVER = Calendar(((),) * 7)


def here(day: int, clock: str) -> datetime:
    """A moment in November 2026 in Vietnam, as UTC; the 30th is a Monday."""
    at = datetime.combine(datetime(2026, 11, day), time.fromisoformat(clock), timezone(timedelta(hours=7)))
    return at.astimezone(timezone.utc)


@pytest.mark.parametrize(
    ("at", "shines"),
    [
        ("08:00", Light.GREEN),
        ("08:39", Light.GREEN),
        ("08:40", Light.AMBER),
        ("08:59", Light.AMBER),
        ("09:00", Light.RED),
        ("16:00", Light.RED),
    ],
)
def test_given_an_hour_that_is_promised_when_time_goes_by_then_it_turns_amber_at_a_third_and_red_at_its_end(
    at: str, shines: Light
) -> None:
    assert light(here(30, "09:00"), here(30, at), CALENDAR, 60) is shines


def test_given_no_promise_when_looked_then_there_is_no_light() -> None:
    assert light(None, here(30, "09:00"), CALENDAR, 60) is Light.NONE


@pytest.mark.parametrize(
    ("due", "at", "shines"),
    [
        # Twenty minutes are left, before lunch as well as during all of it.
        ((30, "13:45"), (30, "11:24"), Light.GREEN),
        ((30, "13:45"), (30, "11:25"), Light.AMBER),
        ((30, "13:55"), (30, "12:00"), Light.GREEN),
        # Friday evening, due on Monday: nothing of it goes by at the weekend.
        ((30, "07:55"), (28, "12:00"), Light.GREEN),
        ((30, "07:45"), (28, "12:00"), Light.AMBER),
    ],
)
def test_given_lunch_and_weekends_when_time_goes_by_then_only_working_time_counts(
    due: tuple[int, str], at: tuple[int, str], shines: Light
) -> None:
    assert light(here(*due), here(*at), CALENDAR, 60) is shines


def test_given_an_office_without_hours_when_it_promises_an_hour_then_a_case_that_has_just_come_is_green() -> None:
    came = here(30, "08:00")
    due = NEVER.add(came, 60)
    assert light(due, came, NEVER, 60) is Light.GREEN
    assert light(due, due - timedelta(hours=7), NEVER, 60) is Light.AMBER
    assert light(due, due, NEVER, 60) is Light.RED


@pytest.mark.parametrize("promise", [1, 2, 5, 6, 60, 480])
def test_given_any_promise_when_it_begins_then_it_is_green(promise: int) -> None:
    came = here(30, "08:00")
    assert light(CALENDAR.add(came, promise), came, CALENDAR, promise) is Light.GREEN


@pytest.fixture
def desk(database: Engine) -> Iterator[Connection]:
    """The office of the case is open day and night and promises an hour; Lan works there, Chief leads it."""
    with database.begin() as connection:
        kit.office(connection)
        kit.person(connection, "lan", office_id=2, alerts="email", email="lan@example.vn")
        kit.person(connection, "chief", office_id=2, role="lead", alerts="email", email="chief@example.vn")
        yield connection


def case(desk: Connection, minutes: float, **values: Any) -> int:
    """Of office 2, due in so many minutes."""
    return kit.case(desk, office_id=2, due_at=now() + timedelta(minutes=minutes), **values)


def called(desk: Connection) -> list[tuple[str, int]]:
    return [tuple(row) for row in desk.execute(select(alert.c.kind, alert.c.staff_id).order_by(alert.c.id))]


def said(desk: Connection) -> list[str]:
    return list(desk.execute(select(message.c.text).order_by(message.c.id)).scalars())


def pressed(desk: Connection) -> list[str]:
    rows = desk.execute(select(handover_event.c.data).order_by(handover_event.c.id)).scalars()
    return [json.loads(row)["stage"] for row in rows]


def look(desk: Connection, minutes: float = 0) -> list[Stage | None]:
    """What one look does, so many minutes from now."""
    at = now() + timedelta(minutes=minutes)
    return [press(desk, id_, at) for id_ in pressing(desk, at)]


def test_given_enough_time_when_looked_then_nobody_is_bothered(desk: Connection) -> None:
    case(desk, 25)
    assert look(desk) == [] and called(desk) == [] and said(desk) == []


def test_given_a_third_when_looked_then_those_on_duty_are_nudged_once(desk: Connection) -> None:
    case(desk, 19)
    assert look(desk) == [Stage.NUDGED]
    assert look(desk) == []
    assert called(desk) == [("nudge", 2), ("nudge", 1)] and said(desk) == [] and pressed(desk) == ["nudged"]


def test_given_little_when_looked_then_the_citizen_is_told_before_it_is_broken(desk: Connection) -> None:
    case(desk, 19)
    look(desk)
    assert look(desk, 14) == [Stage.TOLD]
    (told,) = said(desk)
    assert notice.place(desk, kit.of(desk, 1), "vi") in told and "{" not in told
    assert called(desk) == [("nudge", 2), ("nudge", 1)]


def test_given_a_broken_promise_when_looked_then_the_lead_is_called_once(desk: Connection) -> None:
    case(desk, 19)
    for minutes in (0, 14, 20, 21):
        look(desk, minutes)
    assert pressed(desk) == ["nudged", "told", "overdue"]
    assert called(desk)[2:] == [("overdue", 2)] and len(said(desk)) == 1


def test_given_nobody_looked_in_time_when_looked_then_the_citizen_is_told_late_and_the_lead_alone_is_called(
    desk: Connection,
) -> None:
    case(desk, -30)
    assert look(desk) == [Stage.OVERDUE]
    (told,) = said(desk)
    assert told.startswith("Đã quá giờ hẹn") and called(desk) == [("overdue", 2)]


def test_given_an_owner_when_little_is_left_then_the_owner_is_nudged_and_named(desk: Connection) -> None:
    case(desk, 4, staff_id=1)
    look(desk)
    (told,) = said(desk)
    assert "Lan" in told and called(desk) == [("nudge", 1)]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(("minutes", "staff_id"), [(4, None), (4, 1), (-4, None), (-4, 1)])
def test_given_another_language_when_told_then_it_is_told_in_that(
    desk: Connection, language: str, minutes: int, staff_id: int | None
) -> None:
    case(desk, minutes, staff_id=staff_id)
    memory = json.dumps({"slots": {"language": language}})
    desk.execute(update(conversation).values(memory=memory))
    look(desk)
    (told,) = said(desk)
    assert "{" not in told and ("promised" in told or "were to" in told or "was to" in told) == (language == "en")


def test_given_nobody_on_duty_when_nudged_then_the_lead_is(desk: Connection) -> None:
    desk.execute(kit.staff.update().values(on_duty=False))
    case(desk, 19)
    look(desk)
    assert called(desk) == [("nudge", 2)]


@pytest.mark.parametrize("values", [{"due_at": None}, {"waits_since": None}, {"status": "closed"}])
def test_given_nobody_waits_when_looked_then_nothing_is_pressed_for(desk: Connection, values: dict[str, Any]) -> None:
    id_ = case(desk, -5)
    desk.execute(update(handover).where(handover.c.id == id_).values(**values))
    assert look(desk) == []
    assert press(desk, id_, now()) is None


def test_given_an_answer_meanwhile_when_pressed_then_nothing_is_done(desk: Connection) -> None:
    id_ = case(desk, 1)
    (found,) = pressing(desk, now())
    desk.execute(update(handover).values(due_at=None, waits_since=None))
    assert found == id_ and press(desk, id_, now()) is None and said(desk) == []


def test_given_a_new_promise_meanwhile_when_pressed_then_nothing_is_done(desk: Connection) -> None:
    id_ = case(desk, 1)
    desk.execute(update(handover).values(due_at=now() + timedelta(minutes=55)))
    assert press(desk, id_, now()) is None


def test_given_a_citizen_who_has_left_when_pressed_then_staff_are_called_and_nothing_is_said(desk: Connection) -> None:
    case(desk, -1)
    desk.execute(update(conversation).values(left_at=now()))
    look(desk)
    assert said(desk) == [] and called(desk) == [("overdue", 2)]


def test_given_noise_when_pressed_then_nobody_is_called_and_nothing_is_said(desk: Connection) -> None:
    case(desk, -1)
    desk.execute(update(conversation).values(spam_at=now()))
    look(desk)
    assert said(desk) == [] and called(desk) == []


def test_given_many_when_looked_then_those_that_are_due_first_come_first(desk: Connection) -> None:
    ids = [case(desk, minutes, address=f"a{minutes}") for minutes in (4, 1, 3, 40, 2)]
    assert pressing(desk, now()) == (ids[1], ids[4], ids[2], ids[0])


def test_given_a_line_when_told_then_each_hears_their_place(desk: Connection) -> None:
    for number in range(3):
        case(desk, number + 1, address=f"a{number}")
    look(desk)
    places = [notice.place(desk, kit.of(desk, number), "vi") for number in (1, 2, 3)]
    assert all(place in text for place, text in zip(places, said(desk), strict=True)) and len(set(places)) == 3
