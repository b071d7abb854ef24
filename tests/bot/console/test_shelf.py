"""The list of procedures: found, narrowed, and read anew only where something has changed."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from sqlalchemy import insert, update
from sqlalchemy.engine import Engine
from starlette.testclient import TestClient

from bot.app import build
from bot.console import shelves
from bot.console.asked import Asked
from bot.console.shelf import Shelf
from bot.console.shelves import query_of
from bot.post.clock import now
from bot.store.tables import turn
from procedures import store
from procedures.importers import Accepted
from procedures.model import Translation
from procedures.tables import catalogue_entry
from tests.bot.console.drafts import BIRTH, EXTRACT, FATHER, official, seeds, stock
from tests.bot.desk.conftest import Desk
from tests.bot.desk.door import HX
from tests.bot.handover import kit
from tests.doubles import EchoResponder

LATER = datetime(2027, 1, 1, tzinfo=timezone.utc)


def asked_about(desk: Desk, code: str, times: int) -> None:
    with desk.rows() as connection:
        case = kit.case(connection, address=f"{code}-{times}")
        for _ in range(times):
            inbox = kit.inbox_row(connection, case, "hỏi")
            row = {"inbox_id": inbox, "conversation_id": kit.of(connection, case).conversation_id, "ms": 1.0}
            told = json.dumps([{"code": code, "score": 0.9}, {"code": FATHER, "score": 0.1}])
            connection.execute(insert(turn).values(**row, outcome="answered", procedures=told, created_at=now()))


def test_given_a_catalogue_when_it_is_read_then_books_tell_what_a_list_needs(database: Engine) -> None:
    stock(database)
    with database.connect() as connection:
        books = Shelf().books(connection)
    assert list(books) == sorted((BIRTH, FATHER, EXTRACT))
    birth = books[BIRTH]
    assert birth.plain and not birth.stale and not birth.ended and birth.untold == ()
    assert "Thủ tục đăng ký khai sinh" in birth.names and " khai sinh" in birth.folded


def test_given_a_change_when_books_are_read_again_then_only_that_one_is_made_anew(database: Engine) -> None:
    stock(database)
    shelf = Shelf()
    with database.connect() as connection:
        before = dict(shelf.books(connection))
        assert shelf.books(connection) is shelf.books(connection)
    birth = next(row.procedure for row in seeds() if row.procedure.code == BIRTH)
    said = [Translation(one.language, one.aliases, one.texts[1:]) for one in birth.translations]
    store.take_in(database, [Accepted(1, "plain", replace(birth, translations=tuple(said)))], source="x")
    with database.connect() as connection:
        after = shelf.books(connection)
    assert after[BIRTH].untold == ("en", "zh")
    assert after[FATHER] is before[FATHER]


def test_given_a_record_that_changed_after_our_words_when_books_are_read_then_they_are_stale(database: Engine) -> None:
    stock(database)
    store.take_in(database, [official("Đăng ký khai sinh, tên mới")], source="record.jsonl", at=LATER)
    with database.connect() as connection:
        books = Shelf().books(connection)
    assert books[BIRTH].stale and not books[FATHER].stale


def test_given_a_procedure_that_has_ended_when_books_are_read_then_it_is_marked(database: Engine) -> None:
    stock(database)
    father = next(row.procedure for row in seeds() if row.procedure.code == FATHER)
    store.take_in(database, [Accepted(1, "plain", replace(father, valid_until="2020-01-01"))], source="x")
    with database.connect() as connection:
        assert Shelf().books(connection)[FATHER].ended


def test_given_rows_from_before_the_facts_were_kept_when_books_are_read_then_they_are_read_whole(
    database: Engine,
) -> None:
    stock(database)
    with database.begin() as connection:
        connection.execute(update(catalogue_entry).values(facts=""))
    with database.connect() as connection:
        assert Shelf().books(connection)[BIRTH].title == "Đăng ký khai sinh"


def test_given_new_questions_when_they_are_counted_again_then_only_those_are_added(desk: Desk) -> None:
    asked, counts = Asked(), dict[str, int]()
    asked_about(desk, BIRTH, 3)
    with desk.rows() as connection:
        assert asked.counts(connection) == {BIRTH: 3}
    asked_about(desk, BIRTH, 2)
    asked_about(desk, EXTRACT, 1)
    with desk.rows() as connection:
        counts |= asked.counts(connection)
    assert counts == {BIRTH: 5, EXTRACT: 1}


def test_given_questions_of_long_ago_when_they_are_counted_first_then_they_are_left_out(desk: Desk) -> None:
    asked_about(desk, BIRTH, 2)
    with desk.rows() as connection:
        connection.execute(update(turn).values(created_at=now() - timedelta(days=200)))
        assert Asked().counts(connection) == {}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {BIRTH, FATHER, EXTRACT}),
        ("q=khai+sinh", {BIRTH}),
        ("q=1.0011", {BIRTH}),
        ("q=" + "thu+tuc+dang+ky+khai", {BIRTH}),
        ("q=???", set()),
        ("level=commune&q=1.001193", set()),
        ("show=unplain", set()),
        ("show=plain", {BIRTH, FATHER, EXTRACT}),
        ("show=never", {FATHER, EXTRACT}),
        ("show=stale", set()),
        ("law=nothing", set()),
        ("show=what&level=what&page=-3", {BIRTH, FATHER, EXTRACT}),
    ],
)
def test_given_a_filter_when_the_list_is_opened_then_it_holds_what_fits(
    stocked: Desk, bien: TestClient, query: str, found: set[str]
) -> None:
    asked_about(stocked, BIRTH, 2)
    page = bien.get(f"/admin/procedures?{query}", headers=HX)
    assert page.status_code == 200
    listed = {code for code in (BIRTH, FATHER, EXTRACT) if f'href="/admin/procedures/{code}"' in page.text}
    if query == "q=khai+sinh":
        assert BIRTH in listed
    else:
        assert listed == found


def test_given_most_asked_when_the_list_is_opened_then_they_stand_first(stocked: Desk, bien: TestClient) -> None:
    asked_about(stocked, EXTRACT, 3)
    asked_about(stocked, BIRTH, 1)
    page = bien.get("/admin/procedures?show=most").text
    assert page.index(f'href="/admin/procedures/{EXTRACT}"') < page.index(f'href="/admin/procedures/{BIRTH}"')
    assert f'href="/admin/procedures/{FATHER}"' not in page


def test_given_an_address_when_it_names_another_page_then_the_rest_is_kept() -> None:
    query = query_of({"q": "đất đai", "show": "stale", "page": "2"})
    assert query.address(page=3) == "/admin/procedures?q=%C4%91%E1%BA%A5t+%C4%91ai&show=stale&page=3"
    assert query_of({"page": "99999999999"}).page == 1


def test_given_a_list_that_is_still_being_read_when_a_page_is_opened_then_it_comes_without_and_then_anew(
    stocked: Desk, bien: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, may = Shelf.books, threading.Event()
    monkeypatch.setattr(shelves, "PATIENCE", 0.01)
    monkeypatch.setattr(Shelf, "books", lambda *given: may.wait(20) and read(*given))
    with TestClient(build(stocked.settings, EchoResponder())) as cold:
        cold.cookies.update(bien.cookies)
        for path in ("/admin", "/admin/procedures"):
            page = cold.get(path)
            assert page.status_code == 200 and 'hx-get="/admin/procedures/read"' in page.text
        may.set()
        assert cold.get("/admin/procedures/read", headers=HX).headers["HX-Refresh"] == "true"
        for path in ("/admin", "/admin/procedures"):
            assert "/admin/procedures/read" not in cold.get(path).text


def test_given_the_first_page_when_an_editor_opens_it_then_counts_are_told(stocked: Desk, bien: TestClient) -> None:
    bien.post(f"/admin/procedures/{BIRTH}/edit")
    page = bien.get("/admin").text
    assert "<b>1</b>" in page and "<b>3</b>" in page and "Đăng ký khai sinh" in page
