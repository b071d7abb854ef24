"""Open catalogues follow what is published: facts and names at once, the whole index when it is built."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from threading import Event, Thread

import pytest
from sqlalchemy.engine import Engine

from procedures.catalogue import Catalogue
from procedures.importers import Accepted, Row
from procedures.model import Procedure
from procedures.search import Document, Index
from procedures.search import shelf as shelves
from procedures.search.learnt import Learnt
from procedures.store import take_in

BIRTH = Procedure("1.001193", "Đăng ký khai sinh", "Thủ tục đăng ký khai sinh", summary="Trong 60 ngày.")
DEATH = Procedure("1.000656", "Đăng ký khai tử", "Thủ tục đăng ký khai tử")


def rows(*procedures: Procedure) -> list[Row]:
    return [Accepted(line, "record", procedure) for line, procedure in enumerate(procedures, 1)]


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[Event]:
    """Whoever builds an index from now on waits for this."""
    opened = Event()

    def slow(documents: list[Document], known: Learnt | None = None) -> Index:
        assert opened.wait(10)
        return Index(documents, known)

    monkeypatch.setattr("procedures.catalogue._LOOK_EVERY", 0)
    monkeypatch.setattr(shelves, "_FEW", 0)
    opened.set()
    monkeypatch.setattr(shelves, "Index", slow)
    yield opened
    opened.set()


def opened(database: Engine, count: int = 1) -> list[Catalogue]:
    """As several workers would."""
    take_in(database, rows(BIRTH, DEATH))
    catalogues = [Catalogue(database, cache=None) for _ in range(count)]
    for catalogue in catalogues:
        assert len(catalogue.view()) == 2
    return catalogues


def test_given_a_slow_index_when_a_fact_is_published_then_every_worker_tells_it_at_once(
    database: Engine, gate: Event
) -> None:
    catalogues = opened(database, 3)
    assert [catalogue.view().by_code(BIRTH.code) for catalogue in catalogues] == [BIRTH] * 3
    gate.clear()
    now = replace(BIRTH, summary="Trong 90 ngày.", aliases=("bìa hồng em bé",))
    take_in(database, rows(now))
    for catalogue in catalogues:
        assert catalogue.view().by_code(BIRTH.code) == now
        assert catalogue.view().search("bìa hồng em bé")[0].code == BIRTH.code
        assert catalogue.view().search("khai tử")[0].code == DEATH.code
    gate.set()
    assert [len(catalogue.settled()) for catalogue in catalogues] == [2, 2, 2]


def test_given_a_built_index_when_looked_at_again_then_it_has_been_swapped_in(database: Engine, gate: Event) -> None:
    (catalogue,) = opened(database)
    gate.clear()
    take_in(database, rows(replace(BIRTH, title="Làm giấy cho trẻ mới sinh")))
    assert not any(hit.sure for hit in catalogue.view().search("giấy trẻ mới sinh"))
    assert not isinstance(catalogue.view().index, Index)
    gate.set()
    view = catalogue.settled()
    assert isinstance(view.index, Index)
    assert view is catalogue.view()
    assert view.search("giấy trẻ mới sinh")[0].code == BIRTH.code


def test_given_a_view_in_hand_when_something_is_published_then_it_stays_what_it_was(
    database: Engine, gate: Event
) -> None:
    (catalogue,) = opened(database)
    before = catalogue.view()
    assert before.by_code(BIRTH.code) == BIRTH
    take_in(database, rows(replace(BIRTH, summary="anders", aliases=("bìa hồng em bé",))))
    catalogue.settled()
    assert before.by_code(BIRTH.code) == BIRTH
    assert before.search("bìa hồng em bé") == []


def test_given_a_move_of_the_number_alone_when_looked_at_then_no_index_is_built(database: Engine, gate: Event) -> None:
    (catalogue,) = opened(database)
    index = catalogue.view().index
    gate.clear()
    take_in(database, rows(replace(BIRTH, url="https://example.org/1")))
    found = catalogue.view().by_code(BIRTH.code)
    assert found is not None
    assert found.url == "https://example.org/1"
    assert catalogue.view().index is index


def test_given_many_threads_when_one_catalogue_is_asked_then_each_sees_the_newest_in_the_end(
    database: Engine, gate: Event
) -> None:
    (catalogue,) = opened(database)
    failed: list[BaseException] = []

    def ask() -> None:
        try:
            for _ in range(50):
                assert catalogue.view().search("khai tử")[0].code == DEATH.code
        except BaseException as error:
            failed.append(error)

    threads = [Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for number in range(5):
        take_in(database, rows(replace(BIRTH, aliases=(f"bìa hồng em bé số {number}",))))
    for thread in threads:
        thread.join(60)
    assert failed == []
    assert catalogue.settled().search("bìa hồng em bé số 4")[0].code == BIRTH.code
