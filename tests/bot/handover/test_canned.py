"""Canned replies: whose they are, what fills them, what changes and what stays."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection, Engine

from bot import guides
from bot.accounts import people
from bot.accounts.people import Person
from bot.errors import Refused
from bot.handover import canned, starters, variables
from bot.post.clock import now
from bot.store.desk_tables import canned_reply, staff_file
from bot.store.tables import conversation
from procedures.guides.state import Guide
from procedures.store import take_in
from tests.bot.handover import kit
from tests.seeds import seeds

BIRTH = "1.001193"
SITE = "https://hoi.example"


@pytest.fixture
def connection(database: Engine) -> Iterator[Connection]:
    take_in(database, seeds(BIRTH))
    with database.begin() as opened:
        yield opened


def lan(connection: Connection) -> Person:
    found = people.by_id(connection, kit.person(connection))
    assert found is not None
    return found


def test_given_replies_of_offices_when_offered_then_ones_own_and_everybodys_come_most_used_first(
    connection: Connection,
) -> None:
    here, there = kit.office(connection), kit.office(connection)
    canned.add(connection, title="all", texts={"vi": "a"})
    mine = canned.add(connection, title="mine", texts={"vi": "b"}, office_id=here)
    canned.add(connection, title="theirs", texts={"vi": "c"}, office_id=there)
    canned.use(connection, mine)
    assert [(one.title, one.used) for one in canned.offered(connection, here)] == [("mine", 1), ("all", 0)]
    assert [one.title for one in canned.offered(connection, there)] == ["all", "theirs"]


def test_given_a_language_nobody_has_written_when_filled_then_it_is_vietnamese(connection: Connection) -> None:
    id_ = canned.add(connection, title="t", texts={"vi": "chào", "en": "hello", "zh": " "})
    found = canned.one(connection, id_)
    assert found is not None and dict(found.texts) == {"vi": "chào", "en": "hello"}
    assert [canned.filled(found, language, {}) for language in ("vi", "en", "zh", "tyz")] == [
        *("chào", "hello", "chào", "chào")
    ]


@pytest.mark.parametrize("written", ["{name}", "{tên}", "{ Tên }", "{姓名}", "{NAME}"])
def test_given_a_variable_in_any_language_when_filled_then_it_is_known(written: str) -> None:
    assert variables.filled_in(f"Chào {written}!", {"name": "Lan"}) == "Chào Lan!"


@pytest.mark.parametrize("text", ["{fee}", "{lệ phí}", "{nonsense}", "{}", "{ {", "}{", "{__class__}", "{0}", "{a\nb}"])
def test_given_a_variable_without_a_value_when_filled_then_it_stays_visible(text: str) -> None:
    assert variables.filled_in(text, {"name": "Lan"}) == text


def test_given_a_value_that_looks_like_a_variable_when_filled_then_it_is_not_filled_again() -> None:
    assert variables.filled_in("{name} {officer}", {"name": "{officer}", "officer": "Lan"}) == "{officer} Lan"


def test_given_a_text_when_looked_at_then_names_that_mean_nothing_are_told_once() -> None:
    assert variables.unknown("{tên} {foo} {fee} {foo} {bar}") == ("{foo}", "{bar}")


def test_given_every_variable_when_its_names_are_read_then_no_two_share_one() -> None:
    for language in canned.LANGUAGES:
        told = [variables.called(name, language).lower() for name in variables.NAMES]
        assert len(set(told)) == len(told)
        assert all(unicodedata.is_normalized("NFC", one) for one in told)


def test_given_a_case_when_asked_for_values_then_they_are_its_own_and_the_catalogues(connection: Connection) -> None:
    person = lan(connection)
    office = kit.office(connection, name="UBND A")
    case = kit.case(connection, code=BIRTH, office_id=office)
    mine = update(conversation).where(conversation.c.id == kit.of(connection, case).conversation_id)
    connection.execute(mine.values(contact_name="Bà Hoa"))
    told = canned.values_for(connection, case, person, "en", SITE)
    assert (told["name"], told["officer"], told["office"]) == ("Bà Hoa", person.name, "UBND A")
    assert (told["procedure"], told["number"]) == ("Birth registration", str(case))
    assert told["papers"].startswith("☐ Birth notification") and told["fee"].startswith("0 đồng (according")
    assert "working day" in told["time"] and told["checklist"] == f"{SITE}/start/{BIRTH}"
    assert told["time"].endswith("3 p.m.") and "when you file. Extra copies" in told["fee"]
    assert "address" not in told


def test_given_a_case_about_nothing_known_when_asked_for_values_then_facts_are_left_open(
    connection: Connection,
) -> None:
    told = canned.values_for(connection, kit.case(connection), lan(connection), "tyz", SITE)
    assert not {"procedure", "papers", "fee", "time", "where", "checklist"} & set(told)
    assert told["name"] == canned.values_for(connection, 1, lan_again(connection), "vi")["name"]


def lan_again(connection: Connection) -> Person:
    return people.every(connection)[0]


def test_given_a_guide_that_was_begun_when_asked_for_values_then_the_link_is_its_own(connection: Connection) -> None:
    case = kit.case(connection, code=BIRTH)
    state: dict[str, Any] = {"guide": Guide("7k4p9m2xqr", BIRTH).to_dict(), "ticks": {}, "untick": []}
    guides.keep(connection, kit.of(connection, case).conversation_id, state)
    assert canned.values_for(connection, case, lan(connection), "vi", f"{SITE}/")["checklist"] == f"{SITE}/g/7k4p9m2xqr"


@pytest.mark.parametrize(
    ("title", "texts", "key"),
    [
        (" ", {"vi": "a"}, "empty"),
        ("a" * 81, {"vi": "a"}, "too_long"),
        ("t", {"vi": ""}, "empty"),
        ("t", {"en": "only"}, "empty"),
        ("t", {"vi": "a" * 4001}, "too_long"),
    ],
)
def test_given_something_unfit_when_added_then_it_says_what(
    connection: Connection, title: str, texts: dict[str, str], key: str
) -> None:
    with pytest.raises(Refused) as refused:
        canned.add(connection, title=title, texts=texts)
    assert refused.value.key == f"trouble.refused.{key}"


def test_given_a_title_that_is_there_when_added_then_it_is_refused_but_another_office_may(
    connection: Connection,
) -> None:
    canned.add(connection, title="t", texts={"vi": "a"})
    with pytest.raises(Refused):
        canned.add(connection, title=" t ", texts={"vi": "b"})
    canned.add(connection, title="t", texts={"vi": "b"}, office_id=kit.office(connection))


def test_given_a_change_when_an_older_page_uses_it_then_its_file_still_goes_out(connection: Connection) -> None:
    person = kit.person(connection)
    row = {"token": "x", "name": "a.pdf", "mime": "application/pdf", "size": 1, "file": "a", "staff_id": person}
    file_id = connection.execute(insert(staff_file).values(**row, created_at=now())).inserted_primary_key[0]
    old = canned.add(connection, title="t", texts={"vi": "a"}, file_id=file_id)
    assert canned.use(connection, old) == f"file {file_id}"
    new = canned.change(connection, old, person, title="t", texts={"vi": "b"}, office_id=None, file_id=None)
    assert [(one.id, one.text("vi"), one.used) for one in canned.every(connection)] == [(new, "b", 1)]
    assert (canned.use(connection, old), canned.use(connection, new), canned.use(connection, 999)) == (
        *(f"file {file_id}", ""),
        "",
    )
    with pytest.raises(Refused):
        canned.change(connection, old, person, title="t", texts={"vi": "c"}, office_id=None, file_id=None)
    with pytest.raises(Refused):
        canned.add(connection, title="u", texts={"vi": "a"}, file_id=999)


def test_given_a_change_that_is_refused_when_rolled_back_then_the_old_one_is_still_there(database: Engine) -> None:
    with database.begin() as connection:
        person = kit.person(connection)
        id_ = canned.add(connection, title="t", texts={"vi": "a"})
    with pytest.raises(Refused), database.begin() as connection:
        canned.change(connection, id_, person, title="", texts={"vi": "b"}, office_id=None, file_id=None)
    with database.begin() as connection:
        assert canned.one(connection, id_) is not None


def test_given_the_starters_when_loaded_twice_then_they_are_there_once_and_whole(connection: Connection) -> None:
    assert starters.load_missing(connection) == len(starters.read(starters.FILE)) > 8
    assert starters.load_missing(connection) == 0
    for one in canned.every(connection):
        assert set(one.texts) == set(canned.LANGUAGES), one.title
        assert [variables.unknown(text) for text in one.texts.values()] == [()] * len(one.texts), one.title
        asked = {frozenset(meant(text)) for text in one.texts.values()}
        assert len(asked) == 1, one.title


def meant(text: str) -> set[str]:
    values = {name: f"<{name}>" for name in variables.NAMES}
    return {name for name in variables.NAMES if f"<{name}>" in variables.filled_in(text, values)}


def test_given_starters_that_were_changed_or_ended_when_loaded_again_then_they_do_not_come_back(
    connection: Connection,
) -> None:
    starters.load_missing(connection)
    first, second, *_ = canned.every(connection)
    canned.end(connection, first.id)
    canned.change(
        *(connection, second.id, kit.person(connection)),
        **{"title": "renamed", "texts": {"vi": "x"}, "office_id": None, "file_id": None},  # type: ignore[arg-type]
    )
    before = len(canned.every(connection))
    assert starters.load_missing(connection) == 0 and len(canned.every(connection)) == before


def test_given_a_row_when_read_then_its_texts_are_json_that_people_can_read(connection: Connection) -> None:
    canned.add(connection, title="t", texts={"vi": "chào", "fr": "salut"})
    assert json.loads(connection.execute(select(canned_reply.c.texts)).scalar() or "") == {"vi": "chào"}
