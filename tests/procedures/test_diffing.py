"""What a new export would change."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy.engine import Engine

from procedures.diffing import Diff, Kind, diff
from procedures.errors import ImportRefused
from procedures.importers import Accepted, Refused, Row
from procedures.model import Case, Channel, Fee, Paper, Procedure, Translation, Way
from procedures.store import current_version, take_in

RECORD = Procedure(
    "1.001193",
    "Đăng ký khai sinh",
    "Thủ tục đăng ký khai sinh",
    ways=(Way(Channel.ONLINE, "1 ngày", fees=(Fee("8.000 đ", 8000),)), Way(Channel.POST, "1 ngày")),
    cases=(Case("", (Paper("Tờ khai theo mẫu", 1, 0),)),),
    results=("Giấy khai sinh",),
)
DEATH = Procedure("1.000656", "Khai tử", "Khai tử")
SEED = Procedure(
    "1.001193",
    "Khai sinh",
    "",
    ways=(Way(Channel.ONLINE, "trong ngày", fees=(Fee("8.000 đ một bản", 8000),)),),
    cases=(Case("", (Paper("Tờ khai", 1, 0),)),),
    translations=(
        Translation("en", (), (("8.000 đ một bản", "8,000 VND a copy"), ("Giấy khai sinh", "Birth certificate"))),
    ),
    plain=True,
)


def rows(*procedures: Procedure, layer: str = "record") -> list[Row]:
    return [Accepted(line, layer, procedure) for line, procedure in enumerate(procedures, 1)]


def compared(database: Engine, new: list[Row], complete: bool = False) -> Diff:
    take_in(database, [*rows(RECORD, DEATH), *rows(SEED, layer="plain")])
    with database.connect() as connection:
        found = diff(connection, new, source="july.json", complete=complete)
        assert current_version(connection) == 1
    return found


def test_given_the_same_export_when_compared_then_nothing_differs(database: Engine) -> None:
    assert compared(database, rows(RECORD, DEATH), complete=True) == Diff((), 2, ())


def test_given_a_new_code_and_a_refused_row_when_compared_then_both_are_told(database: Engine) -> None:
    refused = Refused(2, "1.9", "no code")
    found = compared(database, [*rows(replace(DEATH, code="1.000001")), refused])
    assert [(one.kind, one.code) for one in found.differences] == [(Kind.CREATED, "1.000001")]
    assert found.refused == (refused,)


def test_given_another_fee_when_compared_then_the_seeds_fee_and_its_translation_are_stale(database: Engine) -> None:
    online = replace(RECORD.ways[0], fees=(Fee("10.000 đ", 10000),))
    (one,) = compared(database, rows(replace(RECORD, ways=(online, RECORD.ways[1])))).differences
    assert [change.path for change in one.changes] == ["ways.online.fees"]
    assert one.stale_seed == ("ways.online.fees",)
    assert one.stale_translations == {"en": ("8.000 đ một bản",)}


def test_given_a_paper_the_seed_names_otherwise_when_compared_then_its_papers_are_stale(database: Engine) -> None:
    changed = replace(RECORD, cases=(Case("", (Paper("Tờ khai theo mẫu", 2, 0),)),))
    (one,) = compared(database, rows(changed)).differences
    assert one.stale_seed == ("cases",)


def test_given_a_field_the_seed_leaves_to_the_record_when_changed_then_only_its_translation_is_stale(
    database: Engine,
) -> None:
    (one,) = compared(database, rows(replace(RECORD, results=("Bản điện tử",)))).differences
    assert (one.stale_seed, one.stale_translations) == ((), {"en": ("Giấy khai sinh",)})


def test_given_a_complete_export_without_a_code_when_compared_then_it_would_end(database: Engine) -> None:
    (one,) = compared(database, rows(RECORD), complete=True).differences
    assert (one.kind, one.code) == (Kind.REMOVED, DEATH.code)
    assert {"valid_until", "changed_by"} == {change.path for change in one.changes}


def test_given_a_complete_export_with_a_nameless_row_when_compared_then_it_is_refused(database: Engine) -> None:
    with pytest.raises(ImportRefused, match="code of every row"):
        compared(database, [*rows(RECORD), Refused(2, "", "not JSON")], complete=True)


def test_given_an_edit_over_a_record_when_its_field_changes_then_the_edit_is_stale_too(database: Engine) -> None:
    edit = replace(RECORD, where="Tầng 1", results=("Bản chính",), edited=("where", "results"))
    take_in(database, rows(edit, layer="edited"))
    (one,) = compared_after(database, rows(replace(RECORD, results=("Trích lục",), field="Hộ tịch"))).differences
    assert one.stale_edit == ("results",)


def compared_after(database: Engine, new: list[Row]) -> Diff:
    take_in(database, rows(RECORD))
    with database.connect() as connection:
        return diff(connection, new)
