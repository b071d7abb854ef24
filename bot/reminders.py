"""Reminders: one for each guide and conversation that asked for it, in the morning of the day, once.

A reminder becomes a letter in the outbox in the transaction that marks it as sent, so it is neither lost nor doubled.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime, time, timedelta, timezone
from typing import Any

from sqlalchemy import and_, insert, select, update
from sqlalchemy.engine import Connection, Engine

from bot import guides
from bot.channels.port import Abilities
from bot.conversation import Button, Reply, State
from bot.conversation.answer import Answer
from bot.post import outbox
from bot.post.clock import now
from bot.post.looking import again
from bot.post.wake import Wake
from bot.post.wake import conversation as transcript_of
from bot.post.wake import outbox as outbox_of
from bot.store.tables import conversation, reminder
from bot.words import language_of, words
from procedures import store
from procedures.languages import in_language

#: Vietnam has one time and no summer time. Offices are open at eight; nobody is woken earlier.
_VIETNAM, _MORNING = timezone(timedelta(hours=7)), time(8)
_SUNDAY = 6
#: Seconds between two looks, and reminders sent at one look.
_LOOK_EVERY, _AT_ONCE = 30.0, 100


def morning_of(day: date) -> datetime:
    """Eight o'clock in Vietnam; of a Sunday the day after. UTC."""
    day += timedelta(days=1) if day.weekday() == _SUNDAY else timedelta()
    return datetime.combine(day, _MORNING, _VIETNAM).astimezone(timezone.utc)


def keep(connection: Connection, conversation_id: int, effect: dict[str, Any]) -> None:
    """The reminder of a guide: a new day takes the place of the old one; an empty day stops it."""
    mine = and_(reminder.c.conversation_id == conversation_id, reminder.c.token == effect["token"])
    waiting = and_(mine, reminder.c.status == "waiting")
    connection.execute(update(reminder).where(waiting).values(status="stopped"))
    if effect["day"]:
        row = {"conversation_id": conversation_id, "token": effect["token"], "created_at": now()}
        due_at = morning_of(date.fromisoformat(effect["day"]))
        connection.execute(insert(reminder).values(**row, status="waiting", due_at=due_at))


def due_after(effect: dict[str, Any], wait: timedelta) -> bool:
    """Whether an effect asks for a reminder that is due only after so long."""
    day = effect["day"] if effect["type"] == "remind" else ""
    return bool(day) and morning_of(date.fromisoformat(day)) > now() + wait


def warned(answer: Answer, abilities: Abilities | None) -> Answer:
    """Whoever counts on a reminder is told where their channel will not bring it."""
    window = abilities.window if abilities else None
    if window is None or not any(due_after(effect, window.free) for effect in answer.effects):
        return answer
    told = Reply(words().say("reminder.window", language_of(answer.memory)))
    return replace(answer, replies=(*answer.replies, told))


class Reminders:
    """Sends what is due."""

    def __init__(self, database: Engine, wake: Wake) -> None:
        self._database = database
        self._wake = wake

    async def run(self) -> None:
        """Looks again and again, until cancelled."""
        await again(self.send_due, _LOOK_EVERY, "reminders_failed")

    def send_due(self) -> int:
        """How many were put into the outbox."""
        due = select(reminder.c.id).join(conversation, conversation.c.id == reminder.c.conversation_id)
        due = due.where(reminder.c.status == "waiting", reminder.c.due_at <= now())
        # While a person answers the bot is silent; the reminder waits.
        due = due.where(conversation.c.state != State.WITH_STAFF.value)
        with self._database.connect() as connection:
            ids = connection.execute(due.order_by(reminder.c.due_at).limit(_AT_ONCE)).scalars().all()
        return sum(self._send(id_) for id_ in ids)

    def _send(self, id_: int) -> bool:
        with self._database.begin() as connection:
            mine = and_(reminder.c.id == id_, reminder.c.status == "waiting")
            if connection.execute(update(reminder).where(mine).values(status="sent")).rowcount != 1:
                return False
            row = connection.execute(_told().where(reminder.c.id == id_)).one()
            reply = _reply(connection, row)
            if reply is not None:
                whose = (row.conversation_id, row.channel)
                outbox.post(connection, *whose, reply, None, language_of(row.memory), later=True)
        self._wake.notify(outbox_of(row.channel))
        self._wake.notify(transcript_of(row.conversation_id))
        return reply is not None


def _told() -> Any:
    columns = (reminder.c.token, reminder.c.conversation_id, conversation.c.channel, conversation.c.memory)
    return select(*columns).join(conversation, conversation.c.id == reminder.c.conversation_id)


def _reply(connection: Connection, row: Any) -> Reply | None:
    """In the language that was answered in last; None where the guide or its procedure is gone."""
    guide = guides.of_token(connection, row.token)
    procedure = store.load(connection, guide.code) if guide else None
    if guide is None or procedure is None:
        return None
    language = language_of(row.memory)
    name = in_language(procedure, language).title
    title = f"{name} ({guide.tag})" if guide.tag else name
    buttons = (
        Button(words().say("reminder.go_on", language), _payload("show", guide.token)),
        Button(words().say("reminder.stop", language), _payload("unremind", guide.token)),
    )
    return Reply(words().say("reminder", language, title=title), buttons)


def _payload(do: str, token: str) -> str:
    return f"/guide{json.dumps({'do': do, 'guide': token})}"
