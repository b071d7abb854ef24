"""The catalogue in the database."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timezone

import pytest
from sqlalchemy import select, update
from sqlalchemy.engine import Engine

from procedures.catalogue import Catalogue
from procedures.checks import check_catalogue
from procedures.errors import ImportRefused, ReplacementCycle, TooManyChanges
from procedures.importers import Accepted, Refused, Row, Skipped
from procedures.model import Procedure
from procedures.store import current_version, load, origins, take_in
from procedures.tables import catalogue_entry, catalogue_past, catalogue_version

BIRTH = Procedure(code="1.001193", title="Đăng ký khai sinh", official_title="Thủ tục đăng ký khai sinh")
DEATH = Procedure(code="1.000656", title="Đăng ký khai tử", official_title="Thủ tục đăng ký khai tử")
#: 23:30 on 1 July in Greenwich is the morning of the 2nd here.
NIGHT = datetime(2026, 7, 1, 23, 30, tzinfo=timezone.utc)


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


def stored(database: Engine, code: str) -> Procedure:
    with database.connect() as connection:
        found = load(connection, code)
    assert found is not None
    return found


def past(database: Engine) -> list[tuple[str, str, str]]:
    with database.connect() as connection:
        return [(row.code, row.layer, row.source) for row in connection.execute(select(catalogue_past))]


def test_given_a_changed_record_when_taken_in_then_the_old_one_is_kept_with_its_source(database: Engine) -> None:
    take_in(database, rows(BIRTH, DEATH), source="june.json")
    take_in(database, rows(BIRTH, replace(DEATH, title="Khai tử")), source="july.json")
    assert past(database) == [(DEATH.code, "record", "june.json")]
    with database.connect() as connection:
        assert origins(connection, DEATH.code)["title"].source == "july.json"
        assert origins(connection, BIRTH.code)["title"].source == "june.json"


def test_given_a_complete_export_when_a_code_is_gone_then_its_document_ends_today_in_vietnam(database: Engine) -> None:
    take_in(database, rows(BIRTH, DEATH), source="june.json")
    report = take_in(database, rows(BIRTH), source="july.json", complete=True, at=NIGHT)
    ended = stored(database, DEATH.code)
    with database.connect() as connection:
        assert origins(connection, DEATH.code)["title"].source == "june.json"
    assert (report.removed, report.unchanged) == ([DEATH.code], [BIRTH.code])
    assert (ended.valid_until, ended.changed_by, ended.title) == ("2026-07-02", "july.json", DEATH.title)


def test_given_an_ended_code_when_gone_again_and_then_back_then_it_ends_once_and_is_new(database: Engine) -> None:
    take_in(database, rows(BIRTH, DEATH))
    take_in(database, rows(BIRTH), complete=True, at=NIGHT)
    assert take_in(database, rows(BIRTH), complete=True).removed == []
    assert take_in(database, rows(BIRTH, DEATH), complete=True).changed == [DEATH.code]
    assert (stored(database, DEATH.code), len(past(database))) == (DEATH, 2)


def test_given_a_complete_export_when_codes_are_refused_or_of_another_layer_then_they_do_not_end(
    database: Engine,
) -> None:
    take_in(database, [*rows(BIRTH, DEATH), *rows(replace(DEATH, code="1.000001", plain=True), layer="plain")])
    report = take_in(database, [*rows(BIRTH), Refused(2, DEATH.code, "broken")], complete=True)
    assert report.removed == []


def test_given_a_complete_export_when_a_row_is_skipped_then_its_document_ends(database: Engine) -> None:
    take_in(database, rows(BIRTH, DEATH))
    report = take_in(database, [*rows(BIRTH), Skipped(2, DEATH.code, "no longer in force")], complete=True)
    assert report.removed == [DEATH.code]


def test_given_a_complete_export_when_a_row_has_no_code_then_nothing_is_kept(database: Engine) -> None:
    take_in(database, rows(BIRTH, DEATH))
    with pytest.raises(ImportRefused, match=r"at line 2.*without --complete"):
        take_in(database, [*rows(replace(BIRTH, title="x")), Refused(2, "", "not JSON")], complete=True)
    assert stored(database, BIRTH.code) == BIRTH


def test_given_a_plain_seed_over_an_ended_record_when_loaded_then_it_has_ended_too(database: Engine) -> None:
    plain = Procedure(DEATH.code, "Khai tử", "", plain=True)
    take_in(database, [*rows(BIRTH, DEATH), *rows(plain, layer="plain")])
    take_in(database, rows(BIRTH), complete=True, at=NIGHT)
    assert (stored(database, DEATH.code).valid_until, stored(database, DEATH.code).title) == ("2026-07-02", "Khai tử")


def test_given_more_changes_than_allowed_when_taken_in_then_nothing_is_kept_and_the_share_is_told(
    database: Engine,
) -> None:
    take_in(database, rows(BIRTH, DEATH))
    with pytest.raises(TooManyChanges, match="change 1 procedures and end 1, 100%") as caught:
        take_in(database, rows(replace(BIRTH, title="x")), complete=True, most=0.5)
    assert (caught.value.share, caught.value.report.removed) == (1.0, [DEATH.code])
    assert (stored(database, BIRTH.code), stored(database, DEATH.code), past(database)) == (BIRTH, DEATH, [])


def test_given_as_many_changes_as_allowed_when_taken_in_then_they_are_kept(database: Engine) -> None:
    take_in(database, rows(BIRTH, DEATH))
    assert take_in(database, rows(replace(BIRTH, title="x")), most=0.5).changed == [BIRTH.code]


def test_given_a_new_layer_when_taken_in_then_the_others_do_not_count_for_the_share(database: Engine) -> None:
    take_in(database, rows(BIRTH, layer="list"))
    assert take_in(database, rows(BIRTH), most=0.0).created == [BIRTH.code]


def test_given_codes_that_replace_each_other_when_taken_in_then_the_circle_is_named_and_nothing_kept(
    database: Engine,
) -> None:
    take_in(database, rows(BIRTH, replace(DEATH, replaced_by=(BIRTH.code,))))
    plain = Procedure(BIRTH.code, "Khai sinh", "", replaced_by=(DEATH.code,), plain=True)
    with pytest.raises(ReplacementCycle, match=r"seeds is refused.*replaced_by") as caught:
        take_in(database, rows(plain, layer="plain"), source="seeds")
    assert set(caught.value.codes) == {BIRTH.code, DEATH.code}
    assert caught.value.codes[0] == caught.value.codes[-1]
    assert stored(database, BIRTH.code) == BIRTH


def test_given_a_document_of_an_older_program_when_its_record_comes_again_then_nothing_has_changed(
    database: Engine,
) -> None:
    take_in(database, rows(BIRTH))
    with database.begin() as connection:
        old = json.loads(connection.execute(select(catalogue_entry.c.document)).scalar_one())
        del old["departures"], old["who"]
        connection.execute(update(catalogue_entry).values(document=json.dumps(old), digest="old", facts=""))
    report = take_in(database, rows(BIRTH), most=0.0)
    with database.connect() as connection:
        assert (report.unchanged, past(database), current_version(connection)) == ([BIRTH.code], [], 1)
        assert connection.execute(select(catalogue_entry.c.facts)).scalar_one() != ""
