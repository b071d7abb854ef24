"""Delivers calls to staff: by e-mail, or as a message of the bot in their own chat; all that is due in one.

A row is claimed by a conditional update, as in the outbox: two processes that deliver at once share the work. Who dies
in between leaves a claim that runs out; a mail that came twice for that has the same name both times.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

import structlog
from sqlalchemy import and_, select, update
from sqlalchemy.engine import Connection, Engine

from bot.accounts import people
from bot.accounts.people import Person, Role
from bot.alerts import telling
from bot.alerts.alerts import Kind
from bot.alerts.email import Mailer
from bot.channels.port import Abilities
from bot.conversation import Reply
from bot.conversation.window import Price, standing
from bot.errors import SendFailed, TryLater
from bot.handover.kinds import Status
from bot.post import outbox
from bot.post.clock import now
from bot.store.desk_tables import alert, handover, mention
from bot.store.tables import conversation
from procedures.validity import utc

log = structlog.get_logger()

#: How long a claim is good for: longer than any mail server is waited for.
LEASE = timedelta(minutes=3)
#: The first pause between two tries, which doubles, the longest, and how many there are: about a day.
_FIRST_PAUSE, _LONGEST_PAUSE, _MOST_TRIES = timedelta(seconds=30), timedelta(minutes=15), 100
#: How often somebody who is off duty is looked at again.
_OFF_DUTY = timedelta(minutes=1)


@dataclass(frozen=True)
class _Mail:
    """A claimed message; `claims` are the ids of its rows and the number of the try of each."""

    to: str
    told: telling.Told
    claims: Mapping[int, int]

    @property
    def name(self) -> str:
        ids = ",".join(map(str, sorted(self.claims)))
        return f"alert-{hashlib.sha256(ids.encode()).hexdigest()[:20]}"


class Deliveries:
    """Whoever is to be called is called."""

    def __init__(self, database: Engine, mailer: Mailer | None, abilities: Mapping[str, Abilities], site: str) -> None:
        """Without a `mailer` no mail is sent. `abilities` by channel; `site` is what links begin with."""
        self._database, self._mailer, self._abilities = database, mailer, abilities
        self._reading = database.execution_options(motcua_read=True)
        self._site = site.rstrip("/")

    def deliver(self) -> list[tuple[str, int]]:
        """All that is due. Returns channel and id of each conversation that has got a letter."""
        due = and_(alert.c.status == "waiting", alert.c.try_at <= now())
        with self._reading.connect() as connection:
            pairs = connection.execute(select(alert.c.staff_id, alert.c.way).where(due).distinct()).all()
        letters = [self._chat(pair.staff_id) for pair in pairs if pair.way == "chat"]
        for pair in pairs:
            if pair.way == "email" and not self._email(pair.staff_id):
                # The mail server is in trouble: nobody else waits for it now.
                break
        return [letter for letter in letters if letter is not None]

    def _chat(self, staff_id: int) -> tuple[str, int] | None:
        with self._database.begin() as connection:
            person, calls = _calls(connection, staff_id, "chat")
            if person is None or not calls:
                return None
            talk = connection.execute(select(conversation).where(conversation.c.id == person.conversation_id)).first()
            trouble = self._unheard(talk)
            values = {"status": "failed", "error": trouble} if trouble else {"status": "sent", "error": None}
            mine = [(row, case) for row, case in calls if _settle(connection, row, **values)]
            if trouble or not mine:
                return None
            told = telling.told(connection, person, [(row.kind, case) for row, case in mine], self._site)
            outbox.post(connection, talk.id, talk.channel, Reply(told.text), None, person.locale)
        return talk.channel, talk.id

    def _unheard(self, talk: Any) -> str:
        """Why nothing can be said in a chat; empty where it can."""
        if talk is None:
            return "no chat"
        if talk.left_at is not None:
            return "left"
        abilities = self._abilities.get(talk.channel)
        if abilities is None:
            return "channel off"
        if abilities.window is None:
            return ""
        heard_at = talk.heard_at and utc(talk.heard_at)
        stands = standing(heard_at, talk.replies_left, abilities.window.free, abilities.window.paid, now())
        return "" if stands.price is Price.FREE else "window closed"

    def _email(self, staff_id: int) -> bool:
        """False where the mail server is in trouble."""
        with self._database.begin() as connection:
            mail = self._mail(connection, staff_id)
        if mail is None or self._mailer is None:
            return True
        try:
            self._mailer.send(mail.to, mail.told.subject, mail.told.text, mail.name)
        except TryLater as error:
            log.warning("alert_later", staff=staff_id, error=str(error))
            self._settled(mail, partial(_later, reason=str(error)))
            return False
        except SendFailed as error:
            log.warning("alert_failed", staff=staff_id, error=str(error))
            self._settled(mail, partial(_failed, reason=str(error)))
        else:
            self._settled(mail, lambda _: {"status": "sent", "error": None})
        return True

    def _mail(self, connection: Connection, staff_id: int) -> _Mail | None:
        person, calls = _calls(connection, staff_id, "email")
        if person is None or not calls:
            return None
        trouble = "mail is off" if self._mailer is None else "" if person.email else "no address"
        taken = partial(_failed, reason=trouble) if trouble else _claimed
        mine = [(row, case) for row, case in calls if _settle(connection, row, **taken(row))]
        if trouble or not mine:
            return None
        told = telling.told(connection, person, [(row.kind, case) for row, case in mine], self._site)
        return _Mail(person.email, told, {row.id: row.attempts + 1 for row, _ in mine})

    def _settled(self, mail: _Mail, values: Callable[[Any], dict[str, Any]]) -> None:
        with self._database.begin() as connection:
            claimed = select(alert).where(alert.c.id.in_(mail.claims)).order_by(alert.c.id)
            for row in connection.execute(claimed).all():
                if row.attempts == mail.claims[row.id]:
                    _settle(connection, row, **values(row))


def _calls(connection: Connection, staff_id: int, way: str) -> tuple[Person | None, list[tuple[Any, Any]]]:
    """Who is called, and each row that is due with its case. What is no longer worth a call is dropped."""
    person = people.by_id(connection, staff_id)
    due = and_(alert.c.status == "waiting", alert.c.try_at <= now())
    mine = select(alert).where(due, alert.c.staff_id == staff_id, alert.c.way == way).order_by(alert.c.id)
    calls = []
    for row in connection.execute(mine).all():
        case = connection.execute(select(handover).where(handover.c.id == row.handover_id)).one()
        if person is None or way not in person.alerts or _over(connection, row, case):
            _settle(connection, row, status="dropped")
        elif _waits_for_duty(row, person):
            _settle(connection, row, try_at=now() + _OFF_DUTY)
        else:
            calls.append((row, case))
    return person, calls


def _over(connection: Connection, row: Any, case: Any) -> bool:
    """What it calls for is done."""
    mark = row.occasion.rsplit(" ", 1)[1]
    if row.kind == Kind.MENTION.value:
        mine = and_(mention.c.event_id == int(mark[1:]), mention.c.staff_id == row.staff_id)
        return connection.execute(select(mention.c.event_id).where(mine, mention.c.seen_at.is_(None))).first() is None
    if case.status == Status.CLOSED.value or case.waits_since is None:
        return True
    # Somebody has taken it, or it has gone elsewhere: whoever is to know of that has a row of their own.
    return bool(row.kind == Kind.NEW.value and mark != f"v{case.version}")


def _waits_for_duty(row: Any, person: Person) -> bool:
    """Those who have gone home are told when they are back; leads are called wherever they are."""
    return row.kind in (Kind.NEW.value, Kind.NUDGE.value) and not person.on_duty and person.role is Role.OFFICER


def _claimed(row: Any) -> dict[str, Any]:
    return {"attempts": row.attempts + 1, "try_at": now() + LEASE}


def _later(row: Any, reason: str) -> dict[str, Any]:
    if row.attempts >= _MOST_TRIES:
        return _failed(row, reason)
    pause = min(_FIRST_PAUSE * 2 ** min(row.attempts - 1, 10), _LONGEST_PAUSE)
    return {"try_at": now() + pause, "error": reason}


def _failed(_: Any, reason: str) -> dict[str, Any]:
    return {"status": "failed", "error": reason}


def _settle(connection: Connection, row: Any, **values: Any) -> bool:
    """Changes a row that is still as it was read. False where somebody else has it."""
    same = and_(alert.c.id == row.id, alert.c.status == "waiting", alert.c.attempts == row.attempts)
    return bool(connection.execute(update(alert).where(same).values(**values)).rowcount)
