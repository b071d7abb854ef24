"""Rehearsing an upgrade on a copy, and doing it; either leaves nothing changed where something is wrong."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import IntegrityError

from bot.errors import InUse, OperationFailed
from bot.operations import rehearsal
from bot.operations.place import Place
from bot.operations.rehearsal import rehearse
from bot.operations.upgrade import upgrade
from bot.store import schema
from procedures.database import connect
from tests.bot.models_kit import archive
from tests.bot.operations import kit


@pytest.fixture(autouse=True)
def light(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A model that fits, and none of the procedures: reading them takes a second."""
    monkeypatch.setattr("bot.engine.training.MODELS", tmp_path)
    monkeypatch.setattr("bot.engine.training.model_path", lambda: tmp_path / "one.tar.gz")
    archive(tmp_path / "one.tar.gz")
    monkeypatch.setattr("bot.operations.migrating.read_seeds", lambda _: [])


@pytest.fixture
def older(tmp_path: Path, empty_database: Path) -> Place:
    """As a program before this one left it."""
    return kit.installation(tmp_path / "older", empty_database, kit.OLD)


def answers(url: str = "", **changed: Any) -> list[dict[str, Any]]:
    asked = [json.loads(line) for line in rehearsal.QUESTIONS.read_text("utf-8").splitlines()]
    usual = {"replies": [{"text": "x"}], "outcome": "answered"}
    return [{**usual, "id": one["id"], "procedures": [{"code": one["code"]}], **changed} for one in asked]


def digest(place: Place) -> str:
    return hashlib.sha256(place.file.read_bytes()).hexdigest()


def files_of(place: Place) -> list[Path]:
    """Without what SQLite keeps beside a file while somebody looks at it."""
    return sorted(path for path in place.var.rglob("*") if path.suffix not in (".db-wal", ".db-shm"))


def test_given_an_older_database_when_rehearsed_then_the_copy_is_migrated_and_the_real_one_untouched(
    older: Place,
) -> None:
    before, files = digest(older), files_of(older)
    seen: list[str] = []

    def ask(url: str) -> list[dict[str, Any]]:
        seen.append(schema.found(connect(url)) or "")
        assert url != older.database_url
        return answers()

    done = rehearse(older, ask)
    assert (done.troubles, done.before, done.after, seen) == ([], kit.OLD, schema.wanted(), [schema.wanted()])
    assert set(done.seconds) == {"copy", "migrate", "questions"}
    assert (done.asked, done.needed > 0, done.free > done.needed) == (7, True, True)
    assert (digest(older), files_of(older)) == (before, files)


@pytest.mark.parametrize(
    ("changed", "why"),
    [({"outcome": "error"}, "not answered"), ({"replies": []}, "not answered"), ({"procedures": []}, "does not find")],
)
def test_given_answers_that_are_wrong_when_rehearsed_then_it_is_not_safe(older: Place, changed, why: str) -> None:
    assert why in rehearse(older, lambda _: answers(**changed)).troubles[0]


def test_given_a_bot_that_does_not_start_when_rehearsed_then_it_is_not_safe(older: Place) -> None:
    def ask(url: str) -> list[dict[str, Any]]:
        raise OperationFailed("The bot does not start: no memory")

    assert rehearse(older, ask).troubles == ["The bot does not start: no memory"]


def test_given_a_model_that_does_not_fit_when_rehearsed_then_training_is_named(older: Place, tmp_path: Path) -> None:
    archive(tmp_path / "one.tar.gz", intents=["greet"])
    assert "motcua train" in rehearse(older, lambda _: answers()).troubles[0]
    (tmp_path / "one.tar.gz").unlink()
    assert rehearse(older, lambda _: answers()).troubles == ["There is no model. Run: motcua train"]


def test_given_a_disk_that_is_nearly_full_when_rehearsed_then_it_is_not_safe(
    older: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Place, "free", lambda self: 1000)
    assert "MB are needed" in rehearse(older, lambda _: answers()).troubles[0]


def broken(database: Any) -> None:
    with database.begin() as connection:
        connection.execute(text("UPDATE conversation SET state = 'half'"))
        raise IntegrityError("x", {}, Exception())


def losing(database: Any) -> None:
    schema.migrate(database)
    with database.begin() as connection:
        connection.execute(text("DELETE FROM attachment"))


@pytest.mark.parametrize(("step", "why"), [(broken, "migration failed"), (losing, "attachment lost rows: 3, then 0")])
def test_given_a_migration_that_fails_or_loses_rows_when_upgraded_then_all_is_as_it_was(
    older: Place, monkeypatch: pytest.MonkeyPatch, step, why: str
) -> None:
    before, media = kit.everything(older), kit.media(older)
    monkeypatch.setattr(rehearsal, "migrate", step)
    assert why in rehearse(older, lambda _: answers()).troubles[0]
    with pytest.raises(OperationFailed, match=why):
        upgrade(older, kit.KEYS, kit.KEY, lambda _: answers())
    assert (kit.everything(older), kit.media(older)) == (before, media)


def test_given_an_older_database_when_upgraded_then_there_is_a_backup_and_it_is_at_this_schema(older: Place) -> None:
    done = upgrade(older, kit.KEYS, kit.KEY, lambda _: answers())
    assert (done.backup.path.exists(), done.backup.manifest.about.schema) == (True, kit.OLD)
    engine = connect(older.database_url)
    assert (schema.found(engine), done.done.after) == (schema.wanted(), schema.wanted())
    engine.dispose()
    assert len(kit.everything(older)["conversation"]) == 3


def test_given_a_service_that_runs_when_upgraded_then_it_says_to_stop_it(older: Place) -> None:
    engine = connect(older.database_url)
    with engine.execution_options(motcua_read=True).connect() as connection:
        connection.execute(text("SELECT * FROM conversation")).all()
        with pytest.raises(InUse):
            upgrade(older, kit.KEYS, kit.KEY, lambda _: answers())
    engine.dispose()
    assert list(older.backups.glob("*")) == []


def test_given_postgresql_when_rehearsed_then_a_database_beside_is_migrated_and_gone_afterwards(
    new_database: Callable[..., str], tmp_path: Path
) -> None:
    place = Place(new_database(), tmp_path / "media", tmp_path)
    kit.fill(place, kit.OLD)
    before = kit.everything(place)
    done = rehearse(place, lambda _: answers())
    assert (done.troubles, done.before, done.after) == ([], kit.OLD, schema.wanted())
    assert kit.everything(place) == before
    engine = create_engine(place.database_url)
    with engine.connect() as connection:
        names = connection.execute(text("SELECT datname FROM pg_database")).scalars().all()
    engine.dispose()
    assert not [name for name in names if name.startswith("motcua_rehearsal_")]
