"""People who use their rights: they write, press what they were shown, and the job carries out what they asked for."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.engine import Engine

from bot.channels.port import Abilities
from bot.conversation import Inbound, Outcome, Reply
from bot.conversation.answer import Answer
from bot.post.clock import now
from bot.post.inbox import Claimed, Inbox
from bot.post.outbox import buttons
from bot.post.wake import Wake
from bot.privacy.erasing import Erasing
from bot.store.consent_tables import erasure
from bot.store.tables import message, outbox
from bot.turn import Turns

SITE = "https://motcua.example"
BUTTONS = Abilities(text=4000, buttons=5, button_title=60)
ANSWER = Answer((Reply("Lệ phí: 8.000 đ"),), Outcome.ANSWERED)


class Person:
    """Somebody on one channel."""

    def __init__(
        self, database: Engine, address: str = "a", channel: str = "memory", abilities: Abilities = BUTTONS
    ) -> None:
        self.database, self.address, self.channel, self.number = database, address, channel, 0
        self.answer = ANSWER
        self.box = Inbox(database, Wake(), {channel: abilities})
        self.turns = Turns(database, self, Wake(), SITE, {channel: abilities}, notice=True)

    def respond(self, conversation_id: int, text: str, payload: str, memory: str | None) -> Answer:
        """As the engine would."""
        return self.answer

    def writes(self, text: str = "phí bao nhiêu", payload: str = "", **came: Any) -> Claimed:
        """A message that is claimed and not yet answered."""
        self.number += 1
        id_ = f"{self.address}:{self.number}"
        self.box.receive(Inbound(self.channel, self.address, id_, text, payload, **came))
        claimed = self.box.claim()
        assert claimed is not None
        return claimed

    def says(self, text: str = "phí bao nhiêu", payload: str = "", **came: Any) -> list[Any]:
        """A message with what came back: rows of the transcript. All of it arrives."""
        before = len(rows(self.database, message))
        self.turns.take(self.writes(text, payload, **came))
        with self.database.begin() as connection:
            connection.execute(update(outbox).values(status="sent"))
        return [row for row in rows(self.database, message)[before:] if row.author == "bot"]

    def presses(self, title: str, row: Any) -> list[Any]:
        """A button of a line."""
        (found,) = [one for one in buttons(row.buttons) if one.title == title]
        return self.says(found.title, found.payload)


def titles(row: Any) -> list[str]:
    """The buttons of a line."""
    return [one.title for one in buttons(row.buttons)]


def rows(database: Engine, table: Any) -> list[Any]:
    """All of a table, oldest first."""
    with database.connect() as connection:
        return list(connection.execute(select(table).order_by(table.c.id)))


def wants_out(person: Person) -> str:
    """Asks to be deleted and confirms; the code of the receipt."""
    (asked,) = person.says("xóa dữ liệu của tôi")
    person.presses("Xóa hết", asked)
    return str(rows(person.database, erasure)[-1].code)


def carry_out(database: Engine, media: Path, after: timedelta = timedelta(minutes=11)) -> int:
    """The job, so long from now."""
    return Erasing(database, media).erase(now() + after)


def everything(database: Engine, tables: Any) -> str:
    """Every value of every table, as one text."""
    with database.connect() as connection:
        return "\n".join(
            f"{table.name} {dict(row._mapping)}" for table in tables for row in connection.execute(select(table))
        )


def at(days: float) -> datetime:
    """So many days ago."""
    return now() - timedelta(days=days)
