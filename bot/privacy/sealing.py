"""What lay there in the clear before there was a vault: masked and sealed, batch by batch, as often as one likes."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import and_, select, update
from sqlalchemy.engine import Connection, Engine

from bot.privacy import contacts, files, keeping
from bot.privacy.covering import cover, walked
from bot.privacy.masking import MASK, masked
from bot.privacy.vault import cipher, is_token
from bot.store.channel_tables import attachment
from bot.store.desk_tables import handover, handover_event, lesson
from bot.store.tables import conversation, guide, inbox, message

#: Rows of one transaction.
_AT_ONCE = 200
_CITIZEN = "citizen"
#: Columns in which numbers are not needed: they are masked and not kept.
_MASKED = (attachment.c.name, handover.c.rating_words, handover_event.c.text, lesson.c.note)
#: JSON whose strings are masked.
_JSON = (conversation.c.memory, guide.c.state)
Tell = Callable[[int], None]


def seal_all(database: Engine, media: Path, tell: Tell = lambda _: None) -> Counter[str]:
    """Masks and seals what is clear. Returns how many of each: messages, contacts, texts, files.

    Where SQLite has freed space the old words still lie in the file until `tidy`.
    """
    done: Counter[str] = Counter()
    steps: tuple[tuple[str, Any, Callable[[Connection, Any], bool]], ...] = (
        ("messages", inbox, _message),
        ("contacts", conversation, _contact),
        *(("texts", column.table, _masker(column, masked)) for column in _MASKED),
        ("texts", inbox, _masker(inbox.c.payload, keeping.payload)),
        *(("texts", column.table, _masker(column, _json_masked)) for column in _JSON),
    )
    for name, table, step in steps:
        for rows in _batches(database, table):
            with database.begin() as connection:
                done[name] += sum(step(connection, row) for row in rows)
            tell(len(rows))
    for path in _of_citizens(database, media):
        done["files"] += files.renew(path, cipher())
        tell(1)
    return done


def tidy(database: Engine) -> None:
    """SQLite builds its file anew, so that nothing is left in it of what was deleted. Needs the database for itself."""
    if database.dialect.name != "sqlite":
        return
    # A transaction, such as our engine begins for everything, cannot do this.
    connection = database.raw_connection()
    try:
        connection.execute("VACUUM")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()


def _message(connection: Connection, row: Any) -> bool:
    """A message, its line, and what the bot has repeated of it. One with MASK in it has been here before."""
    if MASK in row.text:
        return False
    parted = keeping.part(keeping.plain(row.text))
    if not parted.data:
        return False
    mine = and_(inbox.c.id == row.id, inbox.c.text == row.text)
    if connection.execute(update(inbox).where(mine).values(text=parted.text)).rowcount != 1:
        return False
    keeping.keep(connection, row.conversation_id, row.id, parted, row.received_at)
    secrets = [said for _, said in parted.data]
    for line in connection.execute(select(message).where(message.c.inbox_id == row.id)).all():
        said = parted.text if line.author == _CITIZEN else cover(line.text, secrets)
        connection.execute(update(message).where(message.c.id == line.id).values(text=said))
    return True


def _contact(connection: Connection, row: Any) -> bool:
    clear = [one or "" if one and not is_token(one) else "" for one in (row.contact_name, row.contact_phone)]
    if not any(clear):
        return False
    contacts.keep(connection, row.id, name=clear[0], phone=clear[1])
    return True


def _masker(column: Any, how: Callable[[str], str]) -> Callable[[Connection, Any], bool]:
    def mask(connection: Connection, row: Any) -> bool:
        told = getattr(row, column.name) or ""
        hidden = how(told)
        if hidden == told:
            return False
        mine = and_(column.table.c.id == row.id, column == told)
        return bool(connection.execute(update(column.table).where(mine).values({column.name: hidden})).rowcount)

    return mask


def _json_masked(document: str) -> str:
    if not document:
        return document
    told = json.loads(document)
    hidden = walked(told, masked)
    return document if hidden == told else json.dumps(hidden, ensure_ascii=False)


def _of_citizens(database: Engine, media: Path) -> Iterator[Path]:
    for rows in _batches(database, attachment):
        paths = (media / row.file for row in rows if row.file)
        yield from (path for path in paths if path.is_file() and files.size(path) is None)


def _batches(database: Engine, table: Any) -> Iterator[Sequence[Any]]:
    last = 0
    while True:
        wanted = select(table).where(table.c.id > last).order_by(table.c.id).limit(_AT_ONCE)
        with database.execution_options(motcua_read=True).connect() as connection:
            rows = connection.execute(wanted).all()
        if not rows:
            return
        last = rows[-1].id
        yield rows
