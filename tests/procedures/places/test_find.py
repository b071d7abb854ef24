"""Places by today's and by old names."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedures.errors import SeedInvalid
from procedures.places import places, read_places
from procedures.typed.fold import fold
from tests.conftest import shared_data


def names(text: str) -> list[str]:
    return [match.place.name for match in places().find(text).matches]


@pytest.mark.parametrize("typed", [str, fold, lambda text: fold(text).replace(" ", "")])
def test_given_every_old_unit_when_its_name_is_said_then_the_place_that_took_it_in_is_found(typed: object) -> None:
    missed = [
        old.name
        for place in places()
        for old in place.old
        if place.code not in [match.place.code for match in places().find(typed(old.name)).matches]  # type: ignore[operator]
    ]
    assert missed == []


@pytest.mark.parametrize("typed", [str, fold])
def test_given_every_row_of_the_official_list_when_looked_up_then_old_and_new_agree_both_ways(typed: object) -> None:
    path = shared_data("caobang_communes.csv")
    for row in csv.DictReader(path.open(encoding="utf-8")):
        place = places().by_code(row["ma_gso"])
        assert place is not None
        assert place.name == row["ten"]
        units = row["truoc_sap_nhap"].split(", ")
        assert [old.name for old in place.old] == [
            re.sub(r"^(Phường|Xã|Thị trấn) | \(.*\)$", "", unit) for unit in units
        ]
        for unit in units:
            found = places().find(typed(unit.translate({40: None, 41: None})))  # type: ignore[operator]
            assert place.code in [match.place.code for match in found.matches], unit
            # With its district, which the list gives where a name is there twice, only one is left.
            assert typed is fold or [match.place.code for match in found.matches] == [place.code], unit


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("em ở xã Trường Hà nộp ở đâu", ["Trường Hà"]),
        ("truongha", ["Trường Hà"]),
        ("xa quang trung huyen hoa an", ["Nguyễn Huệ"]),
        ("Quang Trung, Hòa An", ["Nguyễn Huệ"]),
        ("Hưng Đạo", ["Thục Phán", "Hưng Đạo", "Tam Kim"]),
        ("Phường Đề Thám cũ", ["Thục Phán"]),
        ("thị trấn Pác Mjầu", ["Bảo Lâm"]),
        ("xã Đàm Thuỷ", ["Đàm Thủy"]),
        ("xã Thanh Lon", ["Thanh Long"]),
        ("ở Hạnh Phúc", ["Hạnh Phúc"]),
        ("TP Cao Bằng", ["Thục Phán", "Nùng Trí Cao", "Tân Giang"]),
        ("xã Bình Dương", ["Bạch Đằng"]),
        ("chúc gia đình hạnh phúc", []),
        ("ở Cao Bằng", []),
        ("làm giấy khai sinh cho con", []),
        ("", []),
    ],
)
def test_given_a_message_when_places_are_looked_for_then_only_those_named_are_found(
    text: str, found: list[str]
) -> None:
    assert names(text) == found


@pytest.mark.parametrize(
    ("text", "province"),
    [("em ở Lạng Sơn", "Lạng Sơn"), ("lam o binh duong", "Bình Dương"), ("tỉnh Hà Giang", "Hà Giang")],
)
def test_given_another_province_when_looked_for_then_it_is_told_and_no_place_is_found(text: str, province: str) -> None:
    found = places().find(text)
    assert (found.elsewhere, found.matches) == (province, ())


def test_given_a_message_with_a_place_when_taken_out_then_the_matter_is_left() -> None:
    assert places().find("khai sinh ở xã Trường Hà cần gì").rest == "khai sinh ở cần gì"


@given(st.text(max_size=200))
def test_given_any_text_when_looked_for_then_nothing_is_raised(text: str) -> None:
    places().find(text)


GOOD = """\
older_districts:
  - {name: Cũ, part_of: Mới}
places:
  - code: "01273"
    kind: ward
    name: Một
    district: Mới
    from:
      - {kind: commune, name: Hai, district: Mới}
  - code: "01279"
    kind: commune
    name: Ba
    district: Mới
    from:
      - {kind: commune, name: Bốn, district: Mới}
"""


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"01279"', '"01273"', "is Một already"),
        ("name: Bốn", "name: Hai", "went to Một already"),
        ("kind: ward", "kind: wart", 'Did you mean "ward"'),
        ('"01279"', '"1279"', "no code of a place"),
    ],
)
def test_given_a_mistake_or_a_place_twice_when_read_then_its_line_is_told(
    tmp_path: Path, old: str, new: str, told: str
) -> None:
    path = tmp_path / "places.yml"
    path.write_text(GOOD, "utf-8")
    assert len(read_places(path).places) == 2
    path.write_text(GOOD.replace(old, new), "utf-8")
    with pytest.raises(SeedInvalid, match=told) as invalid:
        read_places(path)
    assert invalid.value.line > 0
