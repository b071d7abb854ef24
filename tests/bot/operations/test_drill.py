"""The drill: people, media and accounts are backed up while others write, and brought back elsewhere, row by row."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, insert, select

from bot.errors import InUse, OperationFailed
from bot.operations import postgresql as tools
from bot.operations.archive import About, Manifest, Writer
from bot.operations.place import Place
from bot.operations.restore import Restored, restore
from bot.post.clock import now
from bot.store.tables import conversation, message
from procedures.database import connect
from tests.bot.operations import kit


@contextmanager
def written_to(place: Place):
    """Somebody writes all the time: a person and their first words, in one transaction."""
    engine, stop, done = connect(place.database_url), threading.Event(), threading.Event()

    def write() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            with engine.begin() as connection:
                who = {"channel": "web", "address": f"late-{number}", "created_at": now()}
                id_ = connection.execute(insert(conversation).values(who)).inserted_primary_key[0]
                said = {"conversation_id": id_, "author": "citizen", "text": f"late {number}", "created_at": now()}
                connection.execute(insert(message).values(said))
            done.set()

    thread = threading.Thread(target=write)
    thread.start()
    done.wait(10)
    try:
        yield
    finally:
        stop.set()
        thread.join()
        engine.dispose()


def drill(here: Place, there: Place) -> Restored:
    """Everything of before the backup is there, nothing that was never here, and no transaction is there by half."""
    before = kit.everything(here)
    with written_to(here):
        made = kit.backup(here)
    after, media = kit.everything(here), kit.media(here)
    done = restore(made.path, kit.KEY, there)
    found = kit.everything(there)
    assert set(found) == set(after)
    for name, rows in found.items():
        assert set(before[name]) <= set(rows) <= set(after[name]), name
    assert (kit.media(there), done.same, done.media) == (media, True, len(media))
    assert len(found["conversation"]) == len(found["message"]) > len(before["conversation"])
    assert {name: len(rows) for name, rows in found.items()} == made.manifest.rows
    assert {key: (there.var / key).read_text() for key in kit.KEYS} == kit.KEYS
    return done


def test_given_sqlite_that_is_written_to_when_backed_up_and_restored_then_every_row_and_file_is_there(
    place: Place, tmp_path: Path
) -> None:
    drill(place, Place.under(tmp_path / "there"))


def test_given_nobody_who_writes_when_restored_then_the_two_are_the_same(place: Place, tmp_path: Path) -> None:
    there = Place.under(tmp_path / "there")
    restore(kit.backup(place).path, kit.KEY, there)
    assert kit.everything(there) == kit.everything(place)


def test_given_postgresql_that_is_written_to_when_backed_up_and_restored_then_every_row_and_file_is_there(
    postgresql: Place, new_database: Callable[[], str], tmp_path: Path
) -> None:
    drill(postgresql, Place(new_database(), tmp_path / "there" / "media", tmp_path / "there"))


def fail(*_: Any) -> None:
    raise OperationFailed("pg_restore failed: on purpose")


def test_given_postgresql_with_something_when_restored_over_it_then_that_is_kept_or_back(
    postgresql: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = kit.backup(postgresql)
    as_it_was = kit.everything(postgresql)
    engine = connect(postgresql.database_url)
    with engine.begin() as connection:
        connection.execute(insert(conversation).values(channel="web", address="later", created_at=now()))
    with pytest.raises(OperationFailed, match="--yes"):
        restore(made.path, kit.KEY, postgresql)
    with engine.connect(), pytest.raises(InUse, match="connected"):
        restore(made.path, kit.KEY, postgresql, over=True)
    engine.dispose()
    with monkeypatch.context() as patched, pytest.raises(OperationFailed, match="on purpose"):
        patched.setattr(tools, "load", fail)
        restore(made.path, kit.KEY, postgresql, over=True)
    assert len(kit.everything(postgresql)["conversation"]) == 4
    done = restore(made.path, kit.KEY, postgresql, over=True)
    assert kit.everything(postgresql) == as_it_was
    engine = connect(postgresql.database_url)
    kept = (
        select(func.count())
        .select_from(conversation)
        .execution_options(schema_translate_map={None: Path(done.aside).name.replace("-", "_")})
    )
    with engine.connect() as connection:
        assert connection.execute(kept).scalar() == 4
    engine.dispose()


def test_given_a_backup_of_sqlite_when_restored_into_postgresql_then_every_row_has_moved_and_numbers_go_on(
    place: Place, new_database: Callable[[], str], tmp_path: Path
) -> None:
    there = Place(new_database(), tmp_path / "there" / "media", tmp_path / "there")
    done = restore(kit.backup(place).path, kit.KEY, there)
    assert (done.same, kit.media(there)) == (True, kit.media(place))
    engine = connect(there.database_url)
    with engine.begin() as connection:
        who = {"channel": "web", "address": "next", "created_at": now()}
        assert connection.execute(insert(conversation).values(who)).inserted_primary_key[0] == 4
        first = connection.execute(select(conversation.c.created_at).order_by(conversation.c.id)).scalars().first()
    # As UTC, and not as the hour of wherever the server stands.
    assert abs(now() - first) < timedelta(minutes=10)
    engine.dispose()


def test_given_a_backup_of_postgresql_when_restored_into_sqlite_then_it_says_what_to_set(tmp_path: Path) -> None:
    with (tmp_path / "b").open("wb") as raw:
        writer = Writer(raw, kit.KEY)
        writer.about(About("2026-11-30T17:00:00+00:00", "0016", "postgresql"))
        writer.close(Manifest(About("", "", "postgresql"), writer.files))
    with pytest.raises(OperationFailed, match="MOTCUA_DATABASE_URL"):
        restore(tmp_path / "b", kit.KEY, Place.under(tmp_path / "there"))


def test_given_an_address_with_a_password_when_tools_are_called_then_no_argument_holds_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    called: list[Any] = []

    class Done:
        returncode, stdout, stderr = 0, "", ""

    monkeypatch.setattr(tools.shutil, "which", lambda tool: f"/usr/bin/{tool}")
    monkeypatch.setattr(tools.subprocess, "run", lambda *a, **k: called.append((a, k)) or Done())
    url = "postgresql://mot:b%C3%AD@db.test:5433/cua?sslmode=require"
    tools.dump(url, tmp_path / "d", "1-2-3")
    tools.load(url, tmp_path / "d")
    for (arguments, *_), more in called:
        assert not any("bí" in one or "b%C3" in one for one in arguments)
        known = {name: more["env"].get(name) for name in ("PGPASSWORD", "PGHOST", "PGPORT", "PGUSER", "PGSSLMODE")}
        assert list(known.values()) == ["bí", "db.test", "5433", "mot", "require"]


def test_given_no_tools_when_postgresql_is_dumped_then_the_package_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tools.shutil, "which", lambda tool: None)
    with pytest.raises(OperationFailed, match="apt install postgresql-client"):
        tools.dump("postgresql:///x", tmp_path / "d", "1-2-3")
