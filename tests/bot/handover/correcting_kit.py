"""What the tests of corrections share: a case of Lan's, a channel that can correct, and what became of a line."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from sqlalchemy.engine import Engine

from bot.channels.memory import MemoryChannel
from bot.channels.port import Abilities, Channel, Part
from bot.conversation import Reply
from bot.errors import CannotReply, DeskError, Refused, SendFailed
from bot.handover import correcting
from bot.post import outbox
from bot.post.clock import ago
from bot.post.sender import Sender
from bot.post.wake import Wake
from bot.store import desk_tables, tables
from tests.bot.handover import kit
from tests.bot.post.kit import PICTURE, rows

LAN, MAI = 1, 2
EDITS = Abilities(text=2000, pictures=True, edits=True)
TOKEN = "0" * 32


class Corrects(MemoryChannel):
    """Notes what is asked of it, and raises what it is given."""

    def __init__(self, abilities: Abilities = EDITS, *errors: SendFailed) -> None:
        super().__init__(abilities=abilities)
        self.errors, self.calls = list(errors), list[str]()

    async def edit(self, part: Part, channel_message_id: str) -> None:
        self._note(f"edit {channel_message_id} {part.text}")
        await super().edit(part, channel_message_id)

    async def recall(self, part: Part, channel_message_id: str) -> None:
        self._note(f"recall {channel_message_id}")
        await super().recall(part, channel_message_id)

    def _note(self, call: str) -> None:
        if self.errors:
            raise self.errors.pop(0)
        self.calls.append(call)


def arrange(database: Engine) -> None:
    """Lan, Mai, and a case of Lan's."""
    with database.begin() as connection:
        assert [kit.person(connection, name) for name in ("lan", "mai")] == [LAN, MAI]
        kit.case(connection, "memory", "a", staff_id=LAN, created_at=ago(60))


def say(database: Engine, text: str = "một", encloses: str = "", channel: str = "memory") -> int:
    with database.begin() as connection:
        return outbox.post(connection, 1, channel, Reply(text, encloses=encloses), None, staff_id=LAN)


def send(database: Engine, channel: Any) -> None:
    asyncio.run(Sender(database, channel, Wake(), lambda *_: PICTURE).drain())


def correct(database: Engine, channel: Channel, line: int, text: str = "hai", who: int = LAN) -> None:
    asyncio.run(correcting.correct(database, {channel.name: channel}, line, who, text))


def recall(database: Engine, channel: Channel, line: int, who: int = LAN) -> None:
    asyncio.run(correcting.recall(database, {channel.name: channel}, line, who))


def refusal(database: Engine, channel: Channel, line: int, text: str | None = "hai", who: int = LAN) -> str:
    with pytest.raises(DeskError) as caught:
        recall(database, channel, line, who) if text is None else correct(database, channel, line, text, who)
    assert isinstance(caught.value, Refused | CannotReply)
    return caught.value.key.removeprefix("trouble.")


def line_of(database: Engine) -> tuple[str, bool, bool]:
    (row,) = rows(database, tables.message)
    return row.text, row.edited_at is not None, row.recalled_at is not None


def history(database: Engine) -> list[tuple[str, int, str, dict[str, Any]]]:
    told = rows(database, desk_tables.handover_event)
    return [(row.kind, row.staff_id, row.text, json.loads(row.data)) for row in told]
