"""What several workers share: loaded once, loaded anew when it has changed, and the index laid over meanwhile."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import Engine

from bot import settings
from bot.commands import workers
from bot.commands.workers import Shared
from bot.engine.models import Models
from bot.store.tables import worker
from procedures import catalogue as catalogues
from procedures.catalogue import Catalogue, catalogue_of
from procedures.search import shelf
from procedures.store import take_in
from tests.bot.post.kit import rows as stored
from tests.doubles import EchoResponder
from tests.procedures.test_store import BIRTH, DEATH, rows


class Loaded(EchoResponder):
    """An engine that is let go of before forks."""

    rested = 0

    def rest(self) -> None:
        self.rested += 1


class Swapping:
    """Finds another model when it is told that there is one."""

    def __init__(self, _: Models) -> None:
        self.other: Loaded | None = None

    def warm(self) -> Loaded:
        return Loaded()

    def look(self) -> Loaded | None:
        found, self.other = self.other, None
        return found


@pytest.fixture
def shared(database: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(workers, "SwappingEngine", Swapping)
    monkeypatch.setattr(workers, "_LOOK_EVERY", 0.0)
    monkeypatch.setattr(catalogues, "_LOOK_EVERY", 0.0)
    # What lives in this process now must not be kept for ever.
    monkeypatch.setattr(workers.gc, "freeze", lambda: None)
    take_in(database, rows(BIRTH))
    url = database.url.render_as_string(hide_password=False)
    told = {**os.environ, "MOTCUA_DATABASE_URL": url, "MOTCUA_SECRET_KEY": "x", "MOTCUA_DATA_KEY": "x"}
    made = Shared(settings.load(told), Models(tmp_path))
    made.load()
    return made


def test_given_workers_that_share_when_loaded_then_nothing_is_open_and_nobody_is_said_to_be_starting(
    shared: Any, database: Engine
) -> None:
    assert shared.engine.heard == [(BIRTH.title, "")] and shared.engine.rested == 1
    assert shared._database.pool.checkedin() == catalogue_of(database)._engine.pool.checkedin() == 0
    assert stored(database, worker) == []


def test_given_another_model_when_looked_then_it_is_taken_up_at_once(shared: Any) -> None:
    before = shared.engine
    assert not shared.moved()
    shared._swapping.other = Loaded()
    assert shared.moved() and shared.engine is not before and shared.engine.rested == 1
    assert not shared.moved()


def test_given_a_catalogue_that_changes_when_it_is_left_alone_then_it_is_taken_in_once(
    shared: Any, database: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_in(database, rows(DEATH))
    assert not shared.moved()
    monkeypatch.setattr(workers, "_SETTLED", 0.0)
    assert shared.moved()
    assert catalogue_of(database).view().search(DEATH.title)[0].code == DEATH.code
    assert not shared.moved()


def test_given_a_catalogue_that_is_borrowed_when_it_changes_then_that_is_found_and_no_index_is_built(
    database: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogues, "_LOOK_EVERY", 0.0)
    monkeypatch.setattr(shelf, "_FEW", 0)
    take_in(database, rows(BIRTH))
    catalogue = Catalogue(database)
    shared_index = catalogue.view().index
    catalogue.borrow()
    monkeypatch.setattr(shelf, "Thread", lambda **_: pytest.fail("an index is built"))
    take_in(database, rows(DEATH))
    found = catalogue.view()
    assert found.search(DEATH.title)[0].code == DEATH.code and found.index is not shared_index
    assert catalogue._shelf._index is shared_index
