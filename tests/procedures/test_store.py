"""The catalogue in the database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.engine import Engine

from procedures.catalogue import Catalogue
from procedures.checks import check_catalogue
from procedures.importers import Accepted, Refused, Row
from procedures.model import Procedure
from procedures.store import take_in
from procedures.tables import catalogue_entry, catalogue_version

BIRTH = Procedure(code="1.001193", title="Đăng ký khai sinh", official_title="Thủ tục đăng ký khai sinh")
DEATH = Procedure(code="1.000656", title="Đăng ký khai tử", official_title="Thủ tục đăng ký khai tử")


def rows(*procedures: Procedure, layer: str = "record") -> list[Row]:
    return [Accepted(line, layer, procedure) for line, procedure in enumerate(procedures, 1)]


def test_given_a_new_file_when_taken_in_twice_then_the_second_changes_nothing(database: Engine) -> None:
    first, second = take_in(database, rows(BIRTH, DEATH)), take_in(database, rows(BIRTH, DEATH))
    assert (first.created, second.created, second.unchanged) == ([BIRTH.code, DEATH.code], [], [BIRTH.code, DEATH.code])


def test_given_a_changed_record_when_taken_in_then_it_says_which(database: Engine) -> None:
    take_in(database, rows(BIRTH, DEATH))
    report = take_in(database, rows(BIRTH, replace(DEATH, title="Khai tử")))
    assert (report.changed, report.unchanged) == ([DEATH.code], [BIRTH.code])


def test_given_a_reader_that_dies_half_way_when_taken_in_then_the_old_catalogue_stands(database: Engine) -> None:
    take_in(database, rows(BIRTH))

    def dying() -> Iterator[Row]:
        yield Accepted(1, "record", replace(BIRTH, title="halb"))
        raise OSError("pulled out")

    with pytest.raises(OSError, match="pulled out"):
        take_in(database, dying())
    with database.connect() as connection:
        assert connection.execute(select(catalogue_entry.c.title)).scalars().all() == [BIRTH.title]
        assert connection.execute(select(catalogue_version.c.number)).scalar() == 1


def test_given_refused_rows_when_taken_in_then_they_are_reported_with_line_and_reason(database: Engine) -> None:
    refused = Refused(2, "1.9", "code does not look like 1.001193")
    report = take_in(database, [*rows(BIRTH), refused])
    assert (report.created, report.refused) == ([BIRTH.code], [refused])


def test_given_an_open_catalogue_when_the_version_moves_then_it_finds_the_new_procedure(
    database: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("procedures.catalogue._LOOK_EVERY", 0)
    catalogue = Catalogue(database)
    assert catalogue.view().search("khai tử") == []
    take_in(database, rows(DEATH))
    assert [hit.code for hit in catalogue.view().search("khai tử")] == [DEATH.code]


def test_given_plain_words_and_a_record_when_loaded_then_both_names_find_the_one_procedure(database: Engine) -> None:
    plain = Procedure(BIRTH.code, "Khai sinh cho con", "", aliases=("đẻ con làm giấy",), plain=True)
    take_in(database, [*rows(BIRTH), *rows(plain, layer="plain")])
    view = Catalogue(database).view()
    assert len(view) == 1
    for words in ("thủ tục đăng ký khai sinh", "đẻ con làm giấy"):
        assert [hit.code for hit in view.search(words)] == [BIRTH.code]
    found = view.by_code(BIRTH.code)
    assert found is not None
    assert found.title == "Khai sinh cho con"


def test_given_the_seeds_when_checked_then_nothing_is_missing_or_claimed_twice(database: Engine) -> None:
    from procedures.catalogue import SEEDS
    from procedures.importers.seeds import read_seeds

    take_in(database, read_seeds(SEEDS))
    problems = [(problem.code, problem.text) for problem in check_catalogue(database)]
    assert problems == []


def test_given_an_empty_catalogue_when_checked_then_it_says_what_to_run(database: Engine) -> None:
    assert "motcua migrate" in check_catalogue(database)[0].text
