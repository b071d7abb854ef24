"""An installation in a folder: people, what they said and sent, an account."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import MetaData, insert, select
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.schema import Table

from bot.operations.archive import Manifest
from bot.operations.backup import Backup, back_up
from bot.operations.place import Place
from bot.operations.sealed import Key
from bot.post.clock import now
from bot.store import schema
from bot.store.channel_tables import attachment
from bot.store.tables import conversation, inbox, message
from procedures.database import connect
from tests.bot.handover import kit as desk

#: A key file's: a passphrase takes scrypt a tenth of a second each time.
KEY = Key(2, b"k" * 32)
KEYS = {"secret_key": "secret of the installation", "data_key": "key of sealed data"}
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40


#: As the program before accounts, consent and the audit's chain left a database.
OLD = "0010"


def installation(folder: Path, empty: Path, revision: str = "head") -> Place:
    """One with SQLite, at some schema."""
    folder.mkdir(parents=True, exist_ok=True)
    place = Place.under(folder)
    shutil.copy(empty, place.file)
    fill(place, revision)
    return place


def fill(place: Place, revision: str = "head") -> None:
    """Three citizens and an admin; before there were second factors, none."""
    engine = connect(place.database_url)
    with engine.begin() as connection:
        schema.go(connection, revision)
        if revision == "head":
            desk.person(connection, role="admin")
        for number in range(3):
            _citizen(connection, place.media, number)
    engine.dispose()


def _citizen(connection: Connection, media: Path, number: int) -> None:
    told = {"address": f"citizen-{number}", "channel": "telegram", "created_at": now(), "contact_name": "Triệu Thị Mai"}
    id_ = connection.execute(insert(conversation).values(told)).inserted_primary_key[0]
    said = {"channel": "telegram", "channel_message_id": f"m{id_}", "text": "Giấy khai sinh ạ", "sent_at": now()}
    came = connection.execute(insert(inbox).values(said | {"conversation_id": id_, "received_at": now()}))
    inbox_id = came.inserted_primary_key[0]
    line = {"conversation_id": id_, "author": "citizen", "text": "Giấy khai sinh ạ", "created_at": now()}
    connection.execute(insert(message).values(line | {"inbox_id": inbox_id}))
    name = f"{number:02d}/{number}.png"
    (media / name).parent.mkdir(parents=True, exist_ok=True)
    (media / name).write_bytes(PNG + bytes([number]))
    sent = {"conversation_id": id_, "inbox_id": inbox_id, "channel": "telegram", "kind": "image", "ref": "x"}
    kept = {"status": "kept", "file": name, "mime": "image/png", "size": len(PNG) + 1}
    connection.execute(insert(attachment).values(sent | kept | {"try_at": now(), "created_at": now()}))


def backup(place: Place, to: Path | None = None, **how: Any) -> Backup:
    return back_up(place, KEYS, how.pop("key", KEY), to, **how)


def everything(place: Place) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, in order."""
    engine = connect(place.database_url)
    try:
        return _rows(engine)
    finally:
        engine.dispose()


def _rows(engine: Engine) -> dict[str, list[tuple[Any, ...]]]:
    found = MetaData()
    found.reflect(engine)
    with engine.execution_options(motcua_read=True).connect() as connection:
        return {name: _ordered(connection, table) for name, table in found.tables.items() if name != "sqlite_sequence"}


def _ordered(connection: Connection, table: Table) -> list[tuple[Any, ...]]:
    return sorted((tuple(row) for row in connection.execute(select(table))), key=repr)


def media(place: Place) -> dict[str, str]:
    """Name → SHA-256 of each file."""
    return {
        str(path.relative_to(place.media)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in place.media.rglob("*")
        if path.is_file()
    }


def execute(place: Place, command: str) -> None:
    with closing(sqlite3.connect(place.file)) as connection:
        connection.execute(command)
        connection.commit()


def names(manifest: Manifest) -> set[str]:
    return set(manifest.files)
