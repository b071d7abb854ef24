"""What citizens write, without what tells who they are; that is kept sealed beside it, and is gone after a while.

A text in the database has MASK where something was taken out, and nowhere else: a dot of the citizen's own becomes a
middle dot. The n-th MASK of a message and the n-th of its sealed rows belong together.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy import and_, delete, exists, insert, select
from sqlalchemy.engine import Connection

from bot.errors import CannotOpen
from bot.post.clock import now
from bot.privacy.covering import walked
from bot.privacy.found import Kind
from bot.privacy.masking import MASK, find, masked
from bot.privacy.vault import cipher
from bot.store.vault_tables import sealed

log = structlog.get_logger()

#: Longest thing that is found, in characters.
_LONGEST = 200
#: What MASK is made of, and what stands for it in the words of a citizen.
_DOT, _OTHER_DOT = MASK[0], "·"


@dataclass(frozen=True)
class Parted:
    """A text as the database may hold it, and what was taken out, in order."""

    text: str
    data: tuple[tuple[Kind, str], ...] = ()


def plain(text: str) -> str:
    """A citizen's text in which MASK cannot stand."""
    return text.replace(_DOT, _OTHER_DOT)


def payload(told: str) -> str:
    """What a pressed button stands for, without what only a page that makes it up would put in: words, not numbers.

    Ours name cases, guides and codes; a number of nine figures among them is none of a person's.
    """
    name, brace, rest = told.partition("{")
    if not brace:
        return masked(told)
    try:
        value = json.loads(brace + rest)
    except ValueError:
        return masked(told)
    hidden = walked(value, masked)
    return told if hidden == value else name + json.dumps(hidden, ensure_ascii=False)


def part(text: str, most: int | None = None) -> Parted:
    """Takes out what tells who somebody is. `text` is `plain`; of a longer one than `most` characters the beginning.

    A number that begins before its end is taken out whole, or half of it would stay.
    """
    found = find(text if most is None else text[: most + _LONGEST])
    if most is not None:
        found = tuple(one for one in found if one.start < most)
        text = text[: max([most, *(one.end for one in found)])]
    if not found:
        return Parted(text)
    parts, at = list[str](), 0
    for one in found:
        parts += [text[at : one.start], MASK]
        at = one.end
    data = tuple((one.kind, text[one.start : one.end]) for one in found)
    return Parted("".join([*parts, text[at:]]), data)


def keep(
    connection: Connection, conversation_id: int, inbox_id: int, parted: Parted, at: datetime | None = None
) -> None:
    """Seals what was taken out of a message, in the transaction that stores it. It is kept from `at` on, or now."""
    if not parted.data:
        return
    seal, moment = cipher().seal, at or now()
    whose = {"conversation_id": conversation_id, "inbox_id": inbox_id, "created_at": moment}
    connection.execute(
        insert(sealed),
        [
            {**whose, "position": place, "kind": kind.value, "token": seal(said)}
            for place, (kind, said) in enumerate(parted.data)
        ],
    )


def keep_anew(connection: Connection, conversation_id: int, inbox_id: int, parted: Parted) -> None:
    """The same for a message that was corrected: what it had before is gone."""
    connection.execute(delete(sealed).where(sealed.c.inbox_id == inbox_id))
    keep(connection, conversation_id, inbox_id, parted)


def whole(connection: Connection, inbox_id: int, text: str) -> Parted:
    """The text of a message as it was sent, and what of it is sealed: for memory, never for a table.

    What is gone, or opens with no key, stays MASK: the message is answered as far as it can be read.
    """
    if MASK not in text:
        return Parted(text)
    mine = select(sealed).where(sealed.c.inbox_id == inbox_id)
    kept = {row.position: (Kind(row.kind), _opened(row.token)) for row in connection.execute(mine)}
    pieces = text.split(MASK)
    told = [kept.get(at, (None, ""))[1] or MASK for at in range(len(pieces) - 1)]
    joined = "".join(piece + said for piece, said in zip(pieces, [*told, ""], strict=True))
    return Parted(joined, tuple((kind, said) for _, (kind, said) in sorted(kept.items()) if said))


def first(connection: Connection, conversation_id: int, inbox_id: int) -> bool:
    """Whether nothing was taken out of a conversation before this message, as far as it is still kept."""
    before = and_(sealed.c.conversation_id == conversation_id, sealed.c.inbox_id < inbox_id)
    return not connection.execute(select(exists().where(before))).scalar()


def _opened(token: str) -> str:
    try:
        return cipher().open(token)
    except CannotOpen:
        log.error("sealed_unreadable")
        return ""
