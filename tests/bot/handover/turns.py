"""Turns as the desk's tests take them: a citizen who writes, and a bot that says what a test puts in its mouth."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Engine

from bot.conversation import Button, Inbound, Outcome, Reply
from bot.conversation.answer import Answer, Linked
from bot.post.inbox import Inbox
from bot.post.wake import Wake
from bot.store.desk_tables import handover, handover_event, held_answer
from bot.store.tables import message
from bot.turn import Turns

#: A way on that the bot offers where it cannot help.
OFFER = Button("Gặp cán bộ", "/talk_to_person")


def asks(reason: str = "asked", **values: Any) -> Answer:
    """The bot's answer to somebody who wants a person."""
    effects = ({"type": "hand_over", "reason": reason},)
    return Answer((Reply("dạ"),), values.pop("outcome", Outcome.HANDED_OVER), effects=effects, **values)


def answers(code: str = "1.001193", intent: str = "ask_fee", **values: Any) -> Answer:
    """The bot's answer about a procedure."""
    replies = values.pop("replies", (Reply("Lệ phí: 8.000 đ", (OFFER,)),))
    return Answer(replies, values.pop("outcome", Outcome.ANSWERED), intent, "fee", (Linked(code, 0.9),), **values)


def misses(count: int, **values: Any) -> Answer:
    """The bot's answer to what it did not understand, so many times in a row."""
    return Answer((Reply("chưa hiểu", (OFFER,)),), Outcome.CLARIFY, memory=slots(misses=count), **values)


def slots(**values: Any) -> str:
    """A memory with these slots."""
    return json.dumps({"slots": values, "events": []})


class Citizen:
    """Somebody who writes to the bot."""

    def __init__(self, database: Engine, address: str = "a", channel: str = "memory") -> None:
        self.database, self.address, self.channel = database, address, channel
        self._said = Answer((Reply("dạ"),), Outcome.SMALLTALK)
        self._box, self._wake = Inbox(database, Wake()), Wake()
        self._number = 0

    def respond(self, conversation_id: int, text: str, payload: str, memory: str | None) -> Answer:
        """As the engine would."""
        return self._said

    def hears(self, answer: Answer, **came: Any) -> list[str]:
        """Writes something (`came` are fields of Inbound) to which the bot has this answer; what came back."""
        self._said, self._number = answer, self._number + 1
        id_ = f"{self.address}{self._number}"
        inbound = {"text": "phí bao nhiêu", **came}
        receipt = self._box.receive(Inbound(self.channel, self.address, id_, **inbound))
        claimed = self._box.claim()
        assert claimed is not None
        assert Turns(self.database, self, self._wake).take(claimed)
        with self.database.connect() as connection:
            mine = select(message.c.text).where(message.c.inbox_id == receipt.inbox_id, message.c.author == "bot")
            return list(connection.execute(mine.order_by(message.c.id)).scalars())

    def cases(self) -> list[Any]:
        """All cases, oldest first."""
        return _all(self.database, handover)


def events(database: Engine) -> list[Any]:
    """The history of all cases."""
    return _all(database, handover_event)


def held(database: Engine) -> list[Any]:
    """Answers that were held."""
    return _all(database, held_answer)


def lines(database: Engine) -> list[Any]:
    """The whole transcript."""
    return _all(database, message)


def _all(database: Engine, table: Any) -> list[Any]:
    with database.connect() as connection:
        return list(connection.execute(select(table).order_by(table.c.id)))
