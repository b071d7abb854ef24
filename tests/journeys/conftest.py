"""Journeys: the real engine with the trained model, over the seeds."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.engine import Engine, training
from bot.session import Session
from bot.store import schema
from procedures.catalogue import SEEDS
from procedures.database import connect
from procedures.importers.seeds import read_seeds
from procedures.store import take_in


@pytest.fixture(scope="session")
def catalogue_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A database that holds the seeds, as `make run` makes it."""
    path: Path = tmp_path_factory.mktemp("catalogue") / "motcua.db"
    engine = connect(f"sqlite:///{path}")
    schema.migrate(engine)
    take_in(engine, read_seeds(SEEDS))
    yield f"sqlite:///{path}"
    engine.dispose()


@pytest.fixture(scope="session")
def session_of_the_day(catalogue_url: str) -> Session:
    """One engine for all journeys: loading it takes some ten seconds."""
    os.environ["MOTCUA_DATABASE_URL"] = catalogue_url
    with warnings.catch_warnings(record=True):
        return Session(Engine(training.trained_model()))


@pytest.fixture
def session(session_of_the_day: Session, catalogue_url: str, monkeypatch: pytest.MonkeyPatch) -> Session:
    """The engine, with the environment that other tests have cleaned."""
    monkeypatch.setenv("MOTCUA_DATABASE_URL", catalogue_url)
    return session_of_the_day
