"""One case as its page shows it: who, what about, how long they have waited, and what can be done."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.engine import Connection

from bot import guides
from bot.accounts.people import Person
from bot.channels.port import Abilities
from bot.conversation import Button, Reply
from bot.conversation.window import Standing
from bot.desk.directory import Directory
from bot.desk.lists import Row, rows_of, visible
from bot.handover import undoing
from bot.handover.kinds import Status
from bot.handover.replies import standing_of
from bot.post.clock import now
from bot.store.desk_tables import handover, held_answer, mention
from bot.store.desk_tables import handover_event as event
from bot.store.tables import conversation
from bot.words import language_of
from procedures import store
from procedures.guides.state import spelled
from procedures.model import Procedure
from procedures.places import places
from procedures.sheets.sheet import Sheet, of_guide


@dataclass(frozen=True)
class Held:
    """An answer of the bot that waits for a yes."""

    id: int
    replies: tuple[Reply, ...]
    language: str


@dataclass(frozen=True)
class Checklist:
    """A guide of the citizen's."""

    token: str
    code: str
    sheet: Sheet

    @property
    def spelled(self) -> str:
        """As people read and type its code."""
        return spelled(self.token)


@dataclass(frozen=True)
class Story:
    """A case; `row` is what the list shows of it."""

    row: Row
    conversation_id: int
    version: int
    owner_id: int | None
    office_id: int
    #: Which telephone number was given, in eight letters that tell nothing of it; empty for none. Who it concerns opens
    #: it (bot.desk.revealing), and then it stays in view until another one is given.
    phone: str
    #: The commune somebody lives in, as they told the bot; empty where they did not.
    place: str
    #: What the bot answers in.
    reply_language: str
    #: Where they wrote before the window of a channel closes; None where the channel keeps no count.
    standing: Standing | None
    #: đồng that a message costs once it is not free any more; 0 where nobody has told.
    price: int
    left: bool
    procedure: Procedure | None
    checklists: tuple[Checklist, ...]
    held: tuple[Held, ...]
    #: Other cases of the same person, newest first.
    others: tuple[Row, ...]
    #: Until when the last action of whoever looks can be undone; None where there is none.
    undo_until: datetime | None
    rating_words: str

    @property
    def waiting(self) -> bool:
        """Nobody owns it."""
        return self.row.status is Status.WAITING


def story(
    connection: Connection,
    directory: Directory,
    person: Person,
    case_id: int,
    abilities: dict[str, Abilities],
) -> Story | None:
    """None where there is no such case, or not for this person."""
    allowed = and_(handover.c.id == case_id, visible(directory, person))
    row = connection.execute(select(handover).where(allowed)).first()
    if row is None:
        return None
    talk = connection.execute(select(conversation).where(conversation.c.id == row.conversation_id)).one()
    (shown,) = rows_of(connection, directory, [case_id])
    return Story(
        row=shown,
        conversation_id=row.conversation_id,
        version=row.version,
        owner_id=row.staff_id,
        office_id=row.office_id,
        phone=sha256(talk.contact_phone.encode()).hexdigest()[:8] if talk.contact_phone else "",
        place=_place(talk.memory),
        reply_language=language_of(talk.memory),
        standing=standing_of(talk, abilities.get(talk.channel), now()),
        price=_price(abilities.get(talk.channel)),
        left=talk.left_at is not None,
        procedure=store.load(connection, row.code) if row.code else None,
        checklists=_checklists(connection, row.conversation_id),
        held=_held(connection, case_id),
        others=_others(connection, directory, person, case_id, talk),
        undo_until=undoing.until(connection, case_id, person.id),
        rating_words=row.rating_words,
    )


def _price(abilities: Abilities | None) -> int:
    return abilities.window.price if abilities and abilities.window else 0


def see_mentions(connection: Connection, case_id: int, staff_id: int) -> bool:
    """Notes of a case that called somebody are seen. False where there were none."""
    mine = select(event.c.id).where(event.c.handover_id == case_id)
    unseen = and_(mention.c.event_id.in_(mine), mention.c.staff_id == staff_id, mention.c.seen_at.is_(None))
    return bool(connection.execute(mention.update().where(unseen).values(seen_at=now())).rowcount)


def _place(memory: str | None) -> str:
    code = json.loads(memory).get("slots", {}).get("place") if memory else None
    found = places().by_code(str(code)) if code else None
    return found.name if found else ""


def _checklists(connection: Connection, conversation_id: int) -> tuple[Checklist, ...]:
    found = []
    for guide in reversed(guides.of_conversation(connection, conversation_id)):
        procedure = store.load(connection, guide.code)
        if procedure is not None:
            found.append(Checklist(guide.token, guide.code, of_guide(procedure, guide, "vi")))
    return tuple(found)


def _held(connection: Connection, case_id: int) -> tuple[Held, ...]:
    mine = and_(held_answer.c.handover_id == case_id, held_answer.c.decision == "")
    rows = connection.execute(select(held_answer).where(mine).order_by(held_answer.c.id))
    return tuple(Held(row.id, tuple(map(_reply, json.loads(row.replies))), row.language) for row in rows)


def _reply(told: dict[str, Any]) -> Reply:
    return Reply(told["text"], tuple(Button(**one) for one in told.get("buttons", ())), told.get("encloses", ""))


def _others(connection: Connection, directory: Directory, person: Person, case_id: int, talk: Any) -> tuple[Row, ...]:
    same = conversation.c.id == talk.id
    if talk.person is not None:
        same = or_(same, conversation.c.person == talk.person)
    mine = select(handover.c.id).join(conversation, conversation.c.id == handover.c.conversation_id)
    mine = mine.where(same, handover.c.id != case_id, visible(directory, person))
    ids = connection.execute(mine.order_by(handover.c.id.desc()).limit(10))
    return rows_of(connection, directory, list(ids.scalars()))
