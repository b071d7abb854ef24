"""What is kept of one person, counted: honest figures, also where they are none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.engine import Connection

from bot import site_settings
from bot.conversation import Author
from bot.handover.kinds import Status
from bot.privacy import consent, people, spans
from bot.privacy.consent import Decision
from bot.store.channel_tables import attachment
from bot.store.desk_tables import handover
from bot.store.tables import conversation, guide_conversation, message
from bot.store.vault_tables import sealed
from bot.words import words
from procedures.validity import utc


@dataclass(frozen=True)
class Holdings:
    """Counts over all conversations of a person; moments are UTC."""

    conversations: int
    #: Lines of theirs and to them.
    lines: int
    first: datetime | None
    last: datetime | None
    files: int
    guides: int
    cases: int
    open_cases: int
    #: Numbers, dates and addresses that are kept sealed.
    sealed: int
    #: A name or a telephone number was given.
    contact: bool
    #: The newest decision about words in this conversation, and when.
    decision: Decision | None
    decided_at: datetime | None


def of(connection: Connection, conversation_id: int) -> Holdings:
    """What is kept of who writes in this conversation."""
    ids = people.conversations(connection, conversation_id)
    lines, first, last = connection.execute(_lines(ids)).one()
    open_ones = and_(handover.c.conversation_id.in_(ids), handover.c.status != Status.CLOSED.value)
    asked = consent.latest(connection, conversation_id)
    return Holdings(
        conversations=len(ids),
        lines=lines,
        first=utc(first) if first else None,
        last=utc(last) if last else None,
        files=_count(connection, attachment.c.id, and_(attachment.c.conversation_id.in_(ids), attachment.c.ref != "")),
        guides=_count(connection, guide_conversation.c.guide_id, guide_conversation.c.conversation_id.in_(ids)),
        cases=_count(connection, handover.c.id, handover.c.conversation_id.in_(ids)),
        open_cases=_count(connection, handover.c.id, open_ones),
        sealed=_count(connection, sealed.c.id, sealed.c.conversation_id.in_(ids)),
        contact=bool(_count(connection, conversation.c.id, and_(conversation.c.id.in_(ids), _contact()))),
        decision=Decision(asked.decision) if asked else None,
        decided_at=utc(asked.decided_at) if asked else None,
    )


def told(connection: Connection, conversation_id: int, language: str) -> str:
    """The same in words, one kind a line, with how long each is kept."""
    held, site = of(connection, conversation_id), site_settings.current(connection)
    return "\n".join(_told(held, site, language))


def _told(held: Holdings, site: site_settings.Site, language: str) -> Iterator[str]:
    def say(key: str, kind: str = "words", **values: object) -> str:
        return words().say(key, language, keep=spans.days(site.days(_kind(held, kind)), language), **values)

    joined = held.conversations > 1
    yield words().say("rights.kept_joined" if joined else "rights.kept", language, n=held.conversations)
    if held.first and held.last:
        yield say("rights.lines", n=held.lines, first=spans.day(held.first), last=spans.day(held.last))
    counts = {"files": held.files, "guides": held.guides, "sealed": held.sealed}
    for kind, count in counts.items():
        yield say(f"rights.{kind}", kind, n=count) if count else words().say(f"rights.no_{kind}", language)
    yield words().say("rights.contact" if held.contact else "rights.no_contact", language)
    yield say("rights.cases", "cases", n=held.cases, open=held.open_cases)
    yield _decided(held, language)


def _kind(held: Holdings, kind: str) -> str:
    """Without consent, words and what belongs to them go after a day or so."""
    agreed = held.decision in (Decision.AGREED, Decision.BEFORE)
    return "unagreed" if kind in ("words", "files", "sealed") and not agreed else kind


def _decided(held: Holdings, language: str) -> str:
    if held.decision is Decision.AGREED and held.decided_at:
        return words().say("rights.agreed", language, day=spans.day(held.decided_at))
    if held.decision is Decision.REFUSED and held.decided_at:
        return words().say("rights.refused", language, day=spans.day(held.decided_at))
    return words().say("rights.undecided", language)


def _lines(ids: Sequence[int]) -> Any:
    """Lines that still say something."""
    gone = [words().own(key, language) for key in ("erased", "erased.wish") for language in ("vi", "en", "zh")]
    mine = and_(message.c.conversation_id.in_(ids), message.c.text.not_in(gone))
    heard = or_(message.c.author != Author.CITIZEN.value, message.c.text != "")
    return select(func.count(), func.min(message.c.created_at), func.max(message.c.created_at)).where(mine, heard)


def _count(connection: Connection, column: Any, which: Any) -> int:
    return int(connection.execute(select(func.count(column.distinct())).where(which)).scalar() or 0)


def _contact() -> Any:
    return or_(conversation.c.contact_name.is_not(None), conversation.c.contact_phone.is_not(None))
