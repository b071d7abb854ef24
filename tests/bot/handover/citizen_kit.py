"""A citizen who writes about their case, with the turns that answer."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.engine import Engine

from bot.channels.port import Abilities
from bot.conversation import Button, Kind
from bot.handover import closing
from bot.post import outbox
from bot.post.clock import now
from bot.post.inbox import Inbox
from bot.post.wake import Wake
from bot.store import tables
from bot.store.desk_tables import handover
from bot.turn import Turns
from tests.bot.handover import kit
from tests.bot.post.kit import PLAIN, arrived, inbound
from tests.doubles import EchoResponder

SITE, SECRET = "https://motcua.example", "a secret of the tests"
CODE = "1.001193"


class Talk:
    """One citizen ("a") and others, on the channel "memory"; the bot echoes what is said to it."""

    def __init__(self, database: Engine, abilities: Abilities = PLAIN) -> None:
        self.database, self.number, self.bot = database, 0, EchoResponder()
        self.inbox = Inbox(database, Wake(), {"memory": abilities})
        self.turns = Turns(database, self.bot, Wake(), SITE, secret=SECRET)

    def case(self, address: str = "a", **values: Any) -> int:
        with self.database.begin() as connection:
            return kit.case(connection, "memory", address, **values)

    def person(self, login: str = "lan", **values: Any) -> int:
        with self.database.begin() as connection:
            return kit.person(connection, login, **values)

    def closed(self, address: str = "a", outcome: str = "answered", seconds: int = 61, **values: Any) -> int:
        """A case that somebody closed so many seconds ago, after an answer."""
        ago = now() - timedelta(seconds=seconds)
        ended = {"status": "closed", "outcome": outcome, "closed_at": ago, "first_reply_at": ago}
        values.setdefault("staff_id", self._lan())
        return self.case(address, **{**ended, **values})

    def tell(self, at: datetime | None = None) -> list[tuple[str, int]]:
        with self.database.begin() as connection:
            told = closing.tell_closed(connection, at or now())
        arrived(self.database)
        return told

    def say(self, text: str = "", payload: str = "", who: str = "a", **more: Any) -> str:
        """What is answered last."""
        self.number += 1
        self.inbox.receive(inbound(str(self.number), text or payload, who, payload=payload, **more))
        claimed = self.inbox.claim()
        assert claimed is not None
        assert self.turns.take(claimed)
        arrived(self.database)
        return self.told(who)

    def told(self, who: str = "a") -> str:
        return str(self._line(who).text)

    def buttons(self, who: str = "a") -> tuple[Button, ...]:
        return outbox.buttons(self._line(who).buttons)

    def row(self, case_id: int) -> Any:
        with self.database.connect() as connection:
            return kit.of(connection, case_id)

    def state(self, case_id: int) -> str:
        with self.database.connect() as connection:
            return kit.state_of(connection, case_id)

    def whose(self, who: str = "a") -> Any:
        mine = select(tables.conversation).where(tables.conversation.c.address == who)
        with self.database.connect() as connection:
            return connection.execute(mine).one()

    def remember(self, who: str = "a", **slots: Any) -> None:
        memory = json.dumps({"slots": slots, "events": [{"event": "action", "name": "action_listen"}]})
        mine = update(tables.conversation).where(tables.conversation.c.address == who)
        with self.database.begin() as connection:
            connection.execute(mine.values(memory=memory))

    def change(self, case_id: int, **values: Any) -> None:
        with self.database.begin() as connection:
            connection.execute(update(handover).where(handover.c.id == case_id).values(**values))

    def slots(self, who: str = "a") -> dict[str, Any]:
        return dict(json.loads(self.whose(who).memory)["slots"])

    def _line(self, who: str) -> Any:
        mine = select(tables.message).join(tables.conversation).where(tables.conversation.c.address == who)
        with self.database.connect() as connection:
            return connection.execute(mine.order_by(tables.message.c.id.desc()).limit(1)).one()

    def _lan(self) -> int:
        with self.database.begin() as connection:
            known = connection.execute(select(kit.staff.c.id).where(kit.staff.c.login == "lan")).scalar()
            return int(known) if known else kit.person(connection)


CONTACT = Kind.CONTACT
