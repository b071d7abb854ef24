"""A desk whose people are called, and a mail server that does as it is told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.engine import Engine

from bot.accounts import people
from bot.alerts import alerts
from bot.alerts.alerts import Kind
from bot.alerts.delivering import Deliveries
from bot.channels.port import Abilities, Window
from bot.post.clock import now
from bot.post.inbox import open_conversation
from bot.store.desk_tables import alert, handover, staff
from bot.store.tables import conversation, message
from tests.bot.handover import kit

SITE = "https://motcua.example"
WINDOW = Window(timedelta(hours=48), timedelta(days=7))
ABILITIES = {"telegram": Abilities(text=4000), "zalo-oa": Abilities(text=2000, window=WINDOW)}


class Post:
    """A mail server that does as it is told: raises each of `errors`, None for taking a message."""

    def __init__(self) -> None:
        self.errors: list[BaseException | None] = []
        #: The name of each message that was handed in, taken or not.
        self.names: list[str] = []
        self.taken: list[tuple[str, str, str, str]] = []

    def send(self, to: str, subject: str, text: str, name: str) -> None:
        self.names.append(name)
        error = self.errors.pop(0) if self.errors else None
        if error:
            raise error
        self.taken.append((to, subject, text, name))


class Desk:
    """An office where Lan works, and a lead; their calls and what came of them."""

    def __init__(self, database: Engine) -> None:
        self.database, self.post = database, Post()
        self.deliveries = Deliveries(database, self.post, ABILITIES, SITE)  # type: ignore[arg-type]
        with database.begin() as connection:
            kit.office(connection, name="UBND xã Quang Trung")
            told = {"office_id": 2, "alerts": "email", "email": "lan@example.vn"}
            self.lan = kit.person(connection, "lan", **told)
            self.chief = kit.person(connection, "chief", role="lead", **{**told, "email": "chief@example.vn"})

    def call(self, kind: Kind = Kind.NEW, whom: int = 0, mark: str = "v0", **values: Any) -> int:
        """Somebody is called to a new case; its id."""
        with self.database.begin() as connection:
            number = len(connection.execute(select(handover.c.id)).all())
            id_ = kit.case(connection, office_id=2, address=f"a{number}", due_at=now() + timedelta(hours=1), **values)
            person = people.by_id(connection, whom or self.lan)
            assert person is not None
            alerts.call(connection, id_, kind, [person], mark)
        return id_

    def change(self, table: Any, **values: Any) -> None:
        with self.database.begin() as connection:
            connection.execute(update(table).values(**values))

    def lan_is(self, **values: Any) -> None:
        with self.database.begin() as connection:
            connection.execute(update(staff).where(staff.c.id == self.lan).values(**values))

    def chat(self, channel: str = "telegram", **values: Any) -> int:
        with self.database.begin() as connection:
            id_ = open_conversation(connection, channel, "lan's telephone")
            connection.execute(
                update(conversation).where(conversation.c.id == id_).values(**{"heard_at": now(), **values})
            )
        self.lan_is(alerts="chat", conversation_id=id_)
        return id_

    def rows(self) -> list[tuple[str, int, str | None]]:
        with self.database.connect() as connection:
            rows = connection.execute(select(alert).order_by(alert.c.id)).all()
        return [(row.status, row.attempts, row.error) for row in rows]

    def said(self) -> list[str]:
        with self.database.connect() as connection:
            return list(connection.execute(select(message.c.text).order_by(message.c.id)).scalars())
