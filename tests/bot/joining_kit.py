"""People who join their conversations."""

from __future__ import annotations

import re

from sqlalchemy import select
from sqlalchemy.engine import Engine

from bot.post.inbox import Claimed, Inbox
from bot.post.wake import Wake
from bot.store import tables
from bot.store.channel_tables import joining as table
from bot.turn import Turns
from tests.bot.post.kit import PLAIN, arrived, column, inbound, rows
from tests.doubles import EchoResponder

HERE, THERE = "Nối cuộc trò chuyện này", "Có người vừa gõ mã nối"


def yes(id_: int = 1) -> str:
    """The payload of the button that agrees."""
    return f'/join{{"do": "yes", "id": {id_}}}'


class Town:
    """People who write by turns, and what each was told last."""

    def __init__(self, database: Engine) -> None:
        self.database, self.number = database, 0
        self.inbox = Inbox(database, Wake(), {"memory": PLAIN})
        self.turns = Turns(database, EchoResponder(), Wake())

    def say(self, who: str, text: str = "", payload: str = "") -> str:
        self.turns.take(self.put(who, text, payload))
        arrived(self.database)
        return self.told(who)

    def put(self, who: str, text: str = "", payload: str = "") -> Claimed:
        """A message that is claimed and waits to be answered."""
        self.number += 1
        self.inbox.receive(inbound(str(self.number), text, who, payload=payload))
        claimed = self.inbox.claim()
        assert claimed is not None
        return claimed

    def told(self, who: str) -> str:
        line = select(tables.message.c.text).join(tables.conversation).where(tables.conversation.c.address == who)
        with self.database.connect() as connection:
            return str(connection.execute(line.order_by(tables.message.c.id.desc())).scalar())

    def code(self, who: str, word: str = "nối") -> str:
        found = re.search(r"\b\d{4}\b", self.say(who, word))
        assert found
        return found[0]

    def meet(self, who: str, other: str) -> None:
        assert self.say(other, f"nối {self.code(who)}").startswith(HERE)

    def join(self, who: str, other: str) -> None:
        self.meet(who, other)
        id_ = max(column(self.database, table, "id"))
        for one in (other, who):
            self.say(one, payload=yes(id_))

    def persons(self) -> dict[str, int | None]:
        return {row.address: row.person for row in rows(self.database, tables.conversation)}
