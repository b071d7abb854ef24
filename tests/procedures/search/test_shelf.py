"""An index is built in the background; what has changed is found by its exact names meanwhile."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from threading import Event, Thread

import pytest

from procedures.search import Document, Index
from procedures.search import shelf as shelves
from procedures.search.learnt import Learnt
from procedures.search.patched import Patched
from procedures.search.shelf import Shelf
from tests.procedures.search.test_search import NAMES, document

BIRTH, DEATH = "1.001193", "1.000656"


class Slow(Index):
    """Waits to be let through, from the second one on."""

    gate = Event()
    built: list[int]
    fails = False

    def __init__(self, documents: list[Document], known: Learnt | None = None) -> None:
        if Slow.built:
            Slow.gate.wait(10)
        if Slow.fails:
            raise MemoryError
        super().__init__(documents, known)
        Slow.built.append(len(documents))


@pytest.fixture
def shelf(monkeypatch: pytest.MonkeyPatch) -> Iterator[Shelf]:
    """With the names of the tests of the search, and slow from then on."""
    monkeypatch.setattr(shelves, "_FEW", 0)
    made = Shelf()
    monkeypatch.setattr(shelves, "Index", Slow)
    Slow.gate, Slow.built, Slow.fails = Event(), [], False
    made.put(of(*NAMES))
    yield made
    Slow.gate.set()
    made.wait()


def of(*documents: Document) -> Mapping[str, Document]:
    return {document.code: document for document in documents}


def changed(code: str, *names: str) -> Mapping[str, Document]:
    """The documents of which one is called otherwise."""
    return of(*(replace(one, names={"vi": (one.title, *names)}) if one.code == code else one for one in NAMES))


def told(shelf: Shelf, text: str) -> list[tuple[str, bool]]:
    return [(one.hit.code, one.hit.sure) for one in shelf.index().explain(text)]


def test_given_a_new_alias_when_the_index_is_slow_then_it_is_found_at_once_and_after(shelf: Shelf) -> None:
    shelf.put(changed(BIRTH, "bìa hồng em bé"))
    assert isinstance(shelf.index(), Patched)
    assert told(shelf, "cho em hỏi bìa hồng em bé ạ")[0] == (BIRTH, True)
    Slow.gate.set()
    shelf.wait()
    assert isinstance(shelf.index(), Index)
    assert told(shelf, "bia hong em be")[0] == (BIRTH, True)


def test_given_a_slow_index_when_asked_otherwise_then_the_one_before_answers(shelf: Shelf) -> None:
    before = told(shelf, "mat can cuoc lam lai o dau")
    shelf.put(changed(BIRTH, "bìa hồng em bé"))
    assert told(shelf, "mat can cuoc lam lai o dau") == before


def test_given_a_name_taken_away_when_asked_by_it_then_nothing_is_sure_any_more(shelf: Shelf) -> None:
    assert told(shelf, "báo tử")[0] == (DEATH, True)
    shelf.put(changed(DEATH))
    assert (DEATH, True) not in told(shelf, "báo tử")


def test_given_an_alias_that_another_has_when_asked_by_it_then_both_are_a_choice(shelf: Shelf) -> None:
    shelf.put(changed(BIRTH, "báo tử"))
    assert {(BIRTH, False), (DEATH, False)} <= set(told(shelf, "báo tử"))


def test_given_a_new_procedure_when_the_index_is_slow_then_code_and_name_find_it(shelf: Shelf) -> None:
    new = document("3.000001", "Cấp phép bay flycam")
    shelf.put(of(*NAMES, new))
    assert "3.000001" in shelf.index()
    assert len(shelf.index()) == len(NAMES) + 1
    assert told(shelf, "3.000001") == [("3.000001", True)]
    assert told(shelf, "cấp phép bay flycam")[0] == ("3.000001", True)
    assert shelf.index().matched("flycam", "3.000001") == {}


def test_given_a_procedure_that_is_no_more_when_the_index_is_slow_then_it_is_not_found(shelf: Shelf) -> None:
    shelf.put(of(*(one for one in NAMES if one.code != DEATH)))
    assert DEATH not in shelf.index()
    assert DEATH not in dict(told(shelf, "báo tử"))


def test_given_facts_alone_that_changed_when_put_then_nothing_is_built(shelf: Shelf) -> None:
    index = shelf.index()
    shelf.put(of(*(replace(one) for one in NAMES)))
    assert shelf.index() is index
    assert len(Slow.built) == 1


def test_given_changes_while_one_is_built_when_done_then_the_last_is_known(shelf: Shelf) -> None:
    for names in (("bìa hồng em bé",), ("giấy xanh em bé",), ("thẻ vàng em bé",)):
        shelf.put(changed(BIRTH, *names))
    assert told(shelf, "thẻ vàng em bé")[0] == (BIRTH, True)
    Slow.gate.set()
    shelf.wait()
    assert isinstance(shelf.index(), Index)
    assert told(shelf, "thẻ vàng em bé")[0] == (BIRTH, True)
    # The first, the one under way at the time, and one for all that came since.
    assert len(Slow.built) <= 3


def test_given_an_index_that_cannot_be_built_when_put_then_the_older_one_serves_on(shelf: Shelf) -> None:
    Slow.fails = True
    Slow.gate.set()
    shelf.put(changed(BIRTH, "bìa hồng em bé"))
    shelf.wait()
    assert told(shelf, "bìa hồng em bé")[0] == (BIRTH, True)
    Slow.fails = False
    shelf.put(changed(BIRTH, "bìa hồng em bé", "thẻ vàng"))
    shelf.wait()
    assert isinstance(shelf.index(), Index)


def test_given_many_threads_when_they_bring_and_ask_then_the_last_is_served(shelf: Shelf) -> None:
    Slow.gate.set()

    def bring(number: int) -> None:
        for turn in range(5):
            shelf.put(changed(BIRTH, f"bìa hồng {number} {turn}"))
            shelf.index().explain("bìa hồng")

    threads = [Thread(target=bring, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    shelf.put(changed(BIRTH, "thẻ vàng em bé"))
    shelf.wait()
    assert isinstance(shelf.index(), Index)
    assert told(shelf, "thẻ vàng em bé")[0] == (BIRTH, True)
