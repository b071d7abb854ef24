"""Journeys: the real engine with the trained model, over the seeds."""

from __future__ import annotations

import asyncio
import os
import shutil
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.conversation.answer import Readiness
from bot.engine import Engine, training
from bot.post.worker import Loadable
from bot.session import Session
from bot.store import schema
from procedures.catalogue import SEEDS
from procedures.database import connect
from procedures.importers.seeds import read_seeds
from procedures.store import take_in
from tests.journeys.people import PRISTINE, Goes, Journey, living


@pytest.fixture(scope="session")
def catalogue_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A database that holds the seeds, as `make run` makes it."""
    path: Path = tmp_path_factory.mktemp("catalogue") / "motcua.db"
    engine = connect(f"sqlite:///{path}")
    schema.migrate(engine)
    take_in(engine, read_seeds(SEEDS))
    engine.dispose()
    # Towns begin with this one, in which nobody has said anything.
    shutil.copy(path, path.with_name(PRISTINE))
    yield f"sqlite:///{path}"


class Loaded:
    """The engine, ready: whoever loads it again need not wait."""

    readiness = Readiness.READY

    def __init__(self, engine: Engine) -> None:
        engine.load()
        self.respond = engine.respond

    def load(self) -> None:
        """It is."""


@pytest.fixture(scope="session")
def engine_of_the_day(catalogue_url: str) -> Loadable:
    """One engine for all journeys: loading it takes some ten seconds."""
    os.environ["MOTCUA_DATABASE_URL"] = catalogue_url
    with warnings.catch_warnings(record=True):
        return Loaded(Engine(training.trained_model()))


@pytest.fixture(scope="session")
def session_of_the_day(engine_of_the_day: Loadable) -> Session:
    """A session of this engine."""
    return Session(engine_of_the_day)


@pytest.fixture
def session(session_of_the_day: Session, catalogue_url: str, monkeypatch: pytest.MonkeyPatch) -> Session:
    """The engine, with the environment that other tests have cleaned."""
    monkeypatch.setenv("MOTCUA_DATABASE_URL", catalogue_url)
    return session_of_the_day


@pytest.fixture
def goes(engine_of_the_day: Loadable, catalogue_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Goes:
    """Runs a journey in a town of its own."""

    def run(journey: Journey) -> None:
        async def go() -> None:
            async with living(engine_of_the_day, catalogue_url, tmp_path, monkeypatch) as place:
                await journey(place)

        asyncio.run(go())

    return run
