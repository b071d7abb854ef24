"""Two tellings of one procedure."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from procedures.compare import changes, told
from procedures.model import (
    Case,
    Channel,
    Departure,
    Fee,
    Level,
    Matter,
    OfficeKind,
    Paper,
    Procedure,
    TimeUnit,
    Translation,
    Way,
)

BIRTH = Procedure(
    "1.001193",
    "Khai sinh",
    "Đăng ký khai sinh",
    ways=(Way(Channel.ONLINE, "3 ngày", 3, TimeUnit.DAY, (Fee("8.000 đ", 8000),)), Way(Channel.COUNTER, "1 ngày")),
    cases=(Case("", (Paper("Tờ khai", 1, 0),), ("ghi chú",)), Case("Làm thay", (Paper("Giấy ủy quyền"),))),
)
#: For every field something that differs from BIRTH's.
OTHER = {
    "levels": (Level.COMMUNE,),
    "offices": (OfficeKind.SCHOOL,),
    "ways": (),
    "cases": (),
    "translations": (Translation("en", ("birth",), (("Khai sinh", "Birth"),)),),
    "departures": (Departure(Matter.TIME, "none", "the steps tell it"),),
}


def test_given_equal_procedures_when_compared_then_nothing_changed() -> None:
    assert changes(BIRTH, replace(BIRTH)) == []


@pytest.mark.parametrize("name", [f.name for f in fields(Procedure) if f.name not in ("code", "plain", "edited")])
def test_given_any_field_that_differs_when_compared_then_it_is_told(name: str) -> None:
    value = OTHER.get(name, ("x",) if isinstance(getattr(BIRTH, name), tuple) else "x")
    assert {change.field for change in changes(BIRTH, replace(BIRTH, **{name: value}))} == {name}


def test_given_another_fee_online_when_compared_then_its_path_and_both_texts_are_told() -> None:
    online = replace(BIRTH.ways[0], fees=(Fee("10.000 đ", 10000),))
    (change,) = changes(BIRTH, replace(BIRTH, ways=(online, BIRTH.ways[1])))
    assert change.path == "ways.online.fees"
    assert (change.old, change.new) == (("8.000 đ", "amount: 8000"), ("10.000 đ", "amount: 10000"))


def test_given_papers_by_name_when_compared_then_one_that_went_and_one_that_came_are_told() -> None:
    cases = (Case("", (Paper("Giấy chứng sinh", 1, 0),), ("ghi chú",)), BIRTH.cases[1])
    found = {change.path: change for change in changes(BIRTH, replace(BIRTH, cases=cases))}
    assert set(found) == {"cases.papers.Tờ khai", "cases.papers.Giấy chứng sinh"}
    assert found["cases.papers.Tờ khai"].new == ()


def test_given_the_same_ways_in_another_order_when_compared_then_nothing_changed() -> None:
    assert changes(BIRTH, replace(BIRTH, ways=BIRTH.ways[::-1])) == []


def test_given_two_ways_of_one_channel_when_told_then_the_second_is_numbered() -> None:
    twice = replace(BIRTH, ways=(Way(Channel.POST, "1 ngày"), Way(Channel.POST, "2 ngày")))
    assert {"ways.post.time", "ways.post[2].time"} <= set(told(twice))


def test_given_a_way_without_time_and_fee_when_it_goes_then_it_is_told() -> None:
    bare = replace(BIRTH, ways=(Way(Channel.POST),))
    assert [change.path for change in changes(bare, replace(bare, ways=()))] == ["ways.post"]
