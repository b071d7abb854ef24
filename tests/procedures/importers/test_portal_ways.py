"""Ways and times: the traps of channels and units."""

from __future__ import annotations

from typing import Any

import pytest

from procedures.importers import Refused
from procedures.importers.portal import row
from procedures.model import Channel, TimeUnit, Way
from tests.procedures.importers.samples import fee, method, portal_record, taken


def way_of(**changes: Any) -> Way:
    return taken(executionMethods=[method(**changes)]).ways[0]


@pytest.mark.parametrize(
    ("amount", "unit", "told"),
    [
        (1.0, "WORKING_DAY", "1 ngày làm việc"),
        (3.5, "DAY", "3,5 ngày"),
        (2, "HOUR", "2 giờ"),
        (3, "MONTH", "3 tháng"),
        (1, "YEAR", "1 năm"),
    ],
)
def test_given_a_figure_and_a_unit_when_read_then_the_time_is_told(amount: float, unit: str, told: str) -> None:
    way = way_of(processingTime=amount, processingTimeUnit=unit)
    assert (way.time, way.time_amount, way.time_unit) == (told, amount, TimeUnit[unit])


@pytest.mark.parametrize(
    ("text", "time", "amount"),
    [
        ("05 ngày làm việc kể từ ngày nhận đủ hồ sơ", "5 ngày làm việc", 5),
        ("Nộp trực tiếp.\n- Không quá 03 (ba) ngày.", "3 ngày", 3),
        ("Giải quyết ngay trong ngày tiếp nhận yêu cầu", "ngay trong ngày", None),
        (
            "02 tháng và 15 ngày làm việc, trong đó:\na) 02 tháng đầu\nb) 5 ngày sau",
            "02 tháng và 15 ngày làm việc",
            None,
        ),
        ("Không quá 15 ngày làm việc. Trong đó:\n- Sở: 12 ngày làm việc", "Không quá 15 ngày làm việc", None),
        ("Cấp mới: 7 ngày.\nCấp lại: 3 ngày.", "Cấp mới: 7 ngày; Cấp lại: 3 ngày", None),
        ("trước ngày 30 tháng 8 năm 2026", "", None),
        ("Nộp sau 15 giờ thì hôm sau; phục vụ 24/24 giờ", "", None),
        ("Nộp trực tiếp tại Trung tâm", "", None),
        ("", "", None),
    ],
)
def test_given_the_unit_other_when_read_then_the_text_tells_the_time(
    text: str, time: str, amount: float | None
) -> None:
    way = way_of(processingTime=1.0, processingTimeUnit="OTHER", description=text)
    assert (way.time, way.time_amount) == (time, amount)
    assert (way.time_unit is None) == (amount is None)


def test_given_no_figure_at_all_when_read_then_the_text_tells_the_time() -> None:
    way = way_of(processingTime=None, processingTimeUnit=None, description="2 giờ")
    assert (way.time, way.note) == ("2 giờ", "")


def test_given_a_description_when_read_then_it_is_kept_as_a_note() -> None:
    assert way_of(description="Xã miền núi:\nkhông quá 20 ngày.").note == "Xã miền núi: không quá 20 ngày."
    assert way_of(description="Không có thông tin").note == ""


def test_given_direct_and_online_when_read_then_it_is_two_ways() -> None:
    ways = taken(executionMethods=[method(submissionMethod="DIRECT_AND_ONLINE")]).ways
    assert [way.channel for way in ways] == [Channel.ONLINE, Channel.COUNTER]


def test_given_several_rows_of_a_channel_when_read_then_each_stays_and_equal_ones_merge() -> None:
    methods = [method(processingTime=7.0), method(processingTime=2.0, fees=[fee(5000)]), method(processingTime=7.0)]
    assert [way.time_amount for way in taken(executionMethods=methods).ways] == [7.0, 2.0]


@pytest.mark.parametrize("name", ["KIOSK", "", None])
def test_given_an_unknown_channel_when_read_then_the_record_is_refused(name: str | None) -> None:
    found = row(3, portal_record(executionMethods=[method(submissionMethod=name)]), province="H14")
    assert isinstance(found, Refused)
    assert (found.line, found.code) == (3, "1.000358")
    assert "executionMethods[0].submissionMethod" in found.reason
