"""What the province and its communes add."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timezone

import pytest
from sqlalchemy.engine import Engine

from actions.aspects import ASPECTS
from procedures.catalogue import Catalogue, View
from procedures.errors import NoteInvalid
from procedures.importers import Accepted
from procedures.model import Channel, Note, OfficeFacts, OfficeKind, Procedure
from procedures.notes import ABOUT, add, all_notes, all_offices, notes, office, set_office, withdraw
from procedures.store import current_version, take_in

BIRTH = Procedure("1.001193", "Khai sinh", "Khai sinh")
DEATH = Procedure("1.000656", "Khai tử", "Khai tử")
COPY = Note(BIRTH.code, "documents", "Mang thêm một bản sao.", "Lan", "Sở Tư pháp")
COMMUNE = "01273"
DAY = date(2026, 7, 1)


@pytest.fixture
def catalogue(database: Engine) -> Engine:
    take_in(database, [Accepted(1, "record", BIRTH), Accepted(2, "record", DEATH)])
    return database


def told(database: Engine, code: str = BIRTH.code, place: str = "", day: date = DAY) -> list[str]:
    with database.connect() as connection:
        return [note.text for note in notes(connection, code, place, day)]


def test_given_the_aspects_of_answers_when_listed_then_notes_know_the_same() -> None:
    assert set(ABOUT) == ASPECTS


def test_given_notes_of_both_when_asked_then_the_provinces_come_before_the_communes(catalogue: Engine) -> None:
    add(catalogue, replace(COPY, text="xã", place=COMMUNE))
    add(catalogue, replace(COPY, text="tỉnh"))
    add(catalogue, replace(COPY, text="mọi thủ tục", code=""))
    assert told(catalogue, place=COMMUNE) == ["tỉnh", "mọi thủ tục", "xã"]
    assert told(catalogue) == ["tỉnh", "mọi thủ tục"]
    assert told(catalogue, DEATH.code, COMMUNE) == ["mọi thủ tục"]


def test_given_a_note_when_read_then_it_is_as_it_was_told(catalogue: Engine) -> None:
    fee = Note(
        BIRTH.code,
        "fee",
        "8.000 đ một bản sao",
        "Lan",
        "12/2026/NQ-HĐND",
        COMMUNE,
        Channel.COUNTER,
        8000,
        "2026-01-01",
        "2026-12-31",
        datetime(2026, 6, 1, tzinfo=timezone.utc),
    )
    number = add(catalogue, fee)
    with catalogue.connect() as connection:
        assert notes(connection, BIRTH.code, COMMUNE, DAY) == (replace(fee, id=number),)


def test_given_days_when_asked_then_the_first_and_the_last_count(catalogue: Engine) -> None:
    add(catalogue, replace(COPY, valid_from="2026-07-01", valid_until="2026-07-02"))
    heard = [len(told(catalogue, day=date(2026, *day))) for day in ((6, 30), (7, 1), (7, 2), (7, 3))]
    assert heard == [0, 1, 1, 0]


def test_given_a_new_import_when_everything_changes_or_ends_then_notes_and_offices_stay(catalogue: Engine) -> None:
    add(catalogue, COPY)
    set_office(catalogue, OfficeFacts(OfficeKind.LAND_OFFICE, "Sở", hours="7:30"))
    new = [Accepted(1, "record", replace(DEATH, title="x"))]
    assert take_in(catalogue, new, complete=True).removed == [BIRTH.code]
    assert told(catalogue) == [COPY.text]
    with catalogue.connect() as connection:
        assert len(all_offices(connection)) == 1


def test_given_a_withdrawn_note_when_asked_then_only_earlier_moments_know_it(catalogue: Engine) -> None:
    noted = datetime(2026, 6, 1, tzinfo=timezone.utc)
    number = add(catalogue, replace(COPY, noted_at=noted))
    before = datetime(2026, 6, 2, tzinfo=timezone.utc)
    withdraw(catalogue, number)
    with catalogue.connect() as connection:
        assert (notes(connection, BIRTH.code, "", DAY), all_notes(connection)) == ((), ())
        assert len(notes(connection, BIRTH.code, "", DAY, before)) == 1
        assert notes(connection, BIRTH.code, "", DAY, noted) == ()
    with pytest.raises(NoteInvalid, match="no note"):
        withdraw(catalogue, number)


def test_given_a_note_or_an_office_when_kept_then_the_version_moves(catalogue: Engine) -> None:
    number = add(catalogue, COPY)
    withdraw(catalogue, number)
    set_office(catalogue, OfficeFacts(OfficeKind.LAND_OFFICE, "Sở", hours="7:30"))
    with catalogue.connect() as connection:
        assert current_version(connection) == 4


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"about": "fees"}, 'ean "fee"'),
        ({"about": "xyz"}, "nown here: documents"),
        ({"text": " "}, "no text"),
        ({"about": "fee", "text": "8.000"}, "bare figure"),
        ({"amount": 8000}, "fee"),
        ({"about": "fee", "amount": -1}, "8000"),
        ({"about": "fee", "amount": 10**10}, "8000"),
        ({"code": "1.001194"}, "ean 1.001193"),
        ({"place": "0127"}, "five digits"),
        ({"place": "99999"}, "no commune"),
        ({"source": " "}, "source is missing"),
        ({"author": "x" * 201}, "longer"),
        ({"valid_from": "2026-13-01"}, "no day"),
        ({"valid_until": "20260701"}, "no day"),
        ({"valid_from": "2026-07-02", "valid_until": "2026-07-01"}, "before"),
    ],
)
def test_given_a_bad_note_when_added_then_it_says_what_to_mend_and_keeps_nothing(
    catalogue: Engine, wrong: dict[str, object], says: str
) -> None:
    with pytest.raises(NoteInvalid, match=says):
        add(catalogue, replace(COPY, **wrong))
    with catalogue.connect() as connection:
        assert all_notes(connection) == ()


def test_given_an_office_when_described_again_then_the_new_words_count(catalogue: Engine) -> None:
    first = OfficeFacts(OfficeKind.COMMUNE_CENTRE, "Lan", COMMUNE, address="Phố Xuân")
    set_office(catalogue, first)
    set_office(catalogue, replace(first, address="Phố Cũ", hours="7:30"))
    with catalogue.connect() as connection:
        found = office(connection, OfficeKind.COMMUNE_CENTRE, COMMUNE)
        assert office(connection, OfficeKind.COMMUNE_POLICE, COMMUNE) is None
    assert found is not None
    assert (found.address, found.hours) == ("Phố Cũ", "7:30")


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        (OfficeFacts(OfficeKind.COMMUNE_CENTRE, "Lan", address="x"), "--place"),
        (OfficeFacts(OfficeKind.LAND_OFFICE, "Lan", COMMUNE, address="x"), "more than one"),
        (OfficeFacts(OfficeKind.LAND_OFFICE, "Lan", name="x"), "nothing is told"),
        (OfficeFacts(OfficeKind.LAND_OFFICE, "", address="x"), "source"),
        (OfficeFacts(OfficeKind.COMMUNE_CENTRE, "Lan", "99999", address="x"), "no commune"),
    ],
)
def test_given_a_bad_office_when_described_then_it_says_what_to_mend(
    catalogue: Engine, facts: OfficeFacts, says: str
) -> None:
    with pytest.raises(NoteInvalid, match=says):
        set_office(catalogue, facts)


def test_given_an_open_catalogue_when_a_note_is_added_then_its_next_view_tells_it(
    catalogue: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("procedures.catalogue._LOOK_EVERY", 0)
    opened = Catalogue(catalogue)
    view = opened.view()
    assert (view.notes(BIRTH.code, COMMUNE), view.office(OfficeKind.LAND_OFFICE)) == ((), None)
    add(catalogue, COPY)
    set_office(catalogue, OfficeFacts(OfficeKind.LAND_OFFICE, "Sở", hours="7:30"))
    view = opened.view()
    assert [note.text for note in view.notes(BIRTH.code, COMMUNE)] == [COPY.text]
    assert [note.text for note in view.everyday().notes(BIRTH.code)] == [COPY.text]
    assert view.office(OfficeKind.LAND_OFFICE) is not None


def test_given_a_view_without_a_database_when_asked_then_nobody_has_added_anything() -> None:
    view = View([], lambda code: None)
    assert (view.notes(BIRTH.code), view.office(OfficeKind.LAND_OFFICE)) == ((), None)
