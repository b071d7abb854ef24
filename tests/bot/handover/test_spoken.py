"""Hours and moments in words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timezone
from unittest.mock import patch

import pytest

from bot.conversation.hours import HERE, Calendar, Special
from bot.handover import spoken, week

OFFICE = Calendar(
    week.parse("T2-T6 07:30-11:30 13:30-17:00; T7 07:30-11:30"),
    {date(2026, 12, 3): Special(False, "Tết Nguyên đán"), date(2026, 12, 6): Special(True, "làm bù")},
)
NEVER = Calendar(((),) * 7)


def at(day: str, hour: str) -> datetime:
    """A moment by the clock on the wall in Vietnam, as UTC."""
    return datetime.fromisoformat(f"{day}T{hour}").replace(tzinfo=HERE).astimezone(timezone.utc)


@pytest.fixture(autouse=True)
def monday_morning() -> Iterator[None]:
    """It is Monday, 2026-11-30, one minute past midnight in Vietnam: in UTC it is still Sunday."""
    with patch.object(spoken, "now", lambda: at("2026-11-30", "00:01")):
        yield


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("vi", "Thứ Hai đến thứ Sáu: 07:30–11:30, 13:30–17:00; thứ Bảy: 07:30–11:30"),
        ("en", "Monday to Friday: 07:30–11:30, 13:30–17:00; Saturday: 07:30–11:30"),
        ("zh", "星期一至星期五：07:30–11:30，13:30–17:00；星期六：07:30–11:30"),
    ],
)
def test_given_a_week_when_told_then_days_that_are_alike_are_told_together(language: str, text: str) -> None:
    assert spoken.hours(OFFICE, language) == text


def test_given_odd_weeks_when_told_then_they_read_well() -> None:
    assert spoken.hours(NEVER) == "Chưa có giờ làm việc"
    assert spoken.hours(Calendar(week.parse("T2-CN 00:00-23:59"))) == "Tất cả các ngày: 00:00–23:59"
    assert spoken.hours(Calendar(week.parse("CN 08:00-09:00")), "en") == "Sunday: 08:00–09:00"


@pytest.mark.parametrize(
    ("moment", "vi", "en"),
    [
        (at("2026-11-30", "07:30"), "07:30 hôm nay", "07:30 today"),
        (at("2026-12-01", "00:00"), "00:00 ngày mai", "00:00 tomorrow"),
        (at("2026-12-05", "07:30"), "07:30 thứ Bảy, ngày 05/12", "07:30 on Saturday 05/12"),
        (at("2026-11-29", "23:59"), "23:59 Chủ nhật, ngày 29/11", "23:59 on Sunday 29/11"),
        (at("2027-02-09", "07:30"), "07:30 thứ Ba, ngày 09/02/2027", "07:30 on Tuesday 09/02/2027"),
    ],
)
def test_given_a_moment_when_told_then_its_day_is_told_as_people_say_it(moment: datetime, vi: str, en: str) -> None:
    assert (spoken.when(moment), spoken.when(moment, "en")) == (vi, en)


@pytest.mark.parametrize(
    ("moment", "calendar", "text"),
    [
        (at("2026-11-30", "08:00"), OFFICE, "đang mở cửa, đến 11:30"),
        (at("2026-11-30", "12:00"), OFFICE, "đang đóng cửa, mở lại lúc 13:30 hôm nay"),
        (at("2026-11-30", "18:00"), OFFICE, "đang đóng cửa, mở lại lúc 07:30 ngày mai"),
        (at("2026-12-03", "08:00"), OFFICE, "hôm nay nghỉ (Tết Nguyên đán), mở lại lúc 07:30 thứ Sáu, ngày 04/12"),
        (at("2026-12-06", "14:00"), OFFICE, "đang mở cửa, đến 17:00"),
        (at("2026-12-06", "12:00"), OFFICE, "đang đóng cửa, mở lại lúc 13:30 Chủ nhật, ngày 06/12"),
        (at("2026-11-30", "08:00"), NEVER, "đang đóng cửa"),
    ],
)
def test_given_a_moment_when_asked_how_an_office_stands_then_it_is_told_until_when(
    moment: datetime, calendar: Calendar, text: str
) -> None:
    assert spoken.stands(calendar, moment) == text


def test_given_a_holiday_when_told_in_another_language_then_its_name_is_too() -> None:
    told = spoken.stands(OFFICE, at("2026-12-03", "08:00"), "en")
    assert told == "closed today (Lunar New Year), opens at 07:30 on Friday 04/12"
