"""One person, several channels: a short code typed in elsewhere, and a yes on both sides, join two conversations.

Joined conversations share their guides, and staff see them as one person's. A guessed code gains nothing: the side that
asked for it must say yes, and wrong codes are counted.
"""

from __future__ import annotations

import json
import re
import secrets
from datetime import timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import and_, func, insert, or_, select, update
from sqlalchemy.engine import Connection

from bot.conversation import Button, Reply
from bot.post import outbox
from bot.post.clock import ago, now
from bot.post.inbox import Claimed
from bot.store.channel_tables import joining
from bot.store.tables import conversation
from bot.words import language_of, words
from procedures.languages import LANGUAGES

#: How long a code is good for; wrong codes that one conversation may type within an hour.
_LASTS, _MOST_WRONG = timedelta(minutes=10), 5
_HOUR = 3600.0
#: "nối 4821", "mã nối là 4821", "link: 4821".
_NAMED = re.compile(r"(\D+?)[\s:：]*([0-9]{4})")
_PAYLOAD = re.compile(r'/join\{"do": "(yes|no)", "id": (\d{1,9})\}')


def recognise(claimed: Claimed) -> dict[str, Any] | None:
    """The effect that a message about joining asks for; None for any other message."""
    pressed = _PAYLOAD.fullmatch(claimed.payload)
    if pressed:
        return {"type": "join", "do": pressed[1], "id": int(pressed[2])}
    said = claimed.text.strip().casefold().rstrip(".!。！")
    if said in _phrases("join.ask"):
        return {"type": "join", "do": "open"}
    named = _NAMED.fullmatch(said)
    if named and _word(named[1]) in _phrases("join.code"):
        return {"type": "join", "do": "meet", "code": named[2]}
    return None


def carry_out(connection: Connection, claimed: Claimed, effect: dict[str, Any]) -> None:
    """Does it, and answers on one side or on both, in the transaction of the turn."""
    said = _Said(connection, claimed)
    if effect["do"] == "open":
        code = _open(connection, claimed.conversation_id)
        said.here("join.opened" if code else "join.too_many", code=code)
    elif effect["do"] == "meet":
        _meet(connection, claimed, effect["code"], said)
    else:
        _decide(connection, claimed, effect, said)


class _Said:
    """Says words on either side, each in its language."""

    def __init__(self, connection: Connection, claimed: Claimed) -> None:
        self._connection, self._claimed = connection, claimed

    def here(self, key: str, buttons: dict[str, str] | None = None, **values: str) -> None:
        self.to(self._claimed.conversation_id, key, buttons, self._claimed.id, **values)

    def to(
        self, whom: int, key: str, buttons: dict[str, str] | None = None, inbox_id: int | None = None, **values: str
    ) -> None:
        row = self._connection.execute(select(conversation).where(conversation.c.id == whom)).one()
        language = language_of(row.memory)
        told = {
            name: words().say(f"channel.{it.replace('-', '_')}", language) if name == "channel" else it
            for name, it in values.items()
        }
        shown = tuple(Button(words().say(title, language), payload) for title, payload in (buttons or {}).items())
        reply = Reply(words().say(key, language, **told), shown)
        outbox.post(self._connection, whom, row.channel, reply, inbox_id, language)


def _word(said: str) -> str:
    """Without "is" at its end."""
    *before, last = said.split() or [""]
    return " ".join(before if before and last in _phrases("join.is") else [*before, last])


@lru_cache(maxsize=4)
def _phrases(key: str) -> frozenset[str]:
    """What people may type, in any language."""
    return frozenset(
        phrase.strip() for language in ("vi", *LANGUAGES) for phrase in words().raw(key, language).split("|")
    )


def _open(connection: Connection, conversation_id: int) -> str:
    """A code that nobody else has now, empty where all are taken; an earlier one of this conversation ends."""
    mine = and_(joining.c.conversation_id == conversation_id, joining.c.status == "open")
    connection.execute(update(joining).where(mine).values(status="refused"))
    open_ones = select(joining.c.code).where(joining.c.status == "open", joining.c.expires_at > now())
    taken = set(connection.execute(open_ones).scalars())
    free = [code for code in map(str, range(1000, 10_000)) if code not in taken]
    if not free:
        return ""
    code = secrets.choice(free)
    _store(connection, conversation_id, code, "open")
    return code


def _store(connection: Connection, conversation_id: int, code: str, status: str) -> None:
    row = {"conversation_id": conversation_id, "code": code, "status": status}
    connection.execute(insert(joining).values(**row, created_at=now(), expires_at=now() + _LASTS))


def _meet(connection: Connection, claimed: Claimed, code: str, said: _Said) -> None:
    if too_many_wrong(connection, claimed.conversation_id):
        return said.here("join.too_many")
    good = and_(joining.c.code == code, joining.c.status == "open", joining.c.expires_at > now())
    row = connection.execute(select(joining).where(good)).first()
    if row is None or row.conversation_id == claimed.conversation_id:
        note_wrong(connection, claimed.conversation_id, code)
        return said.here("join.same" if row else "join.wrong")
    first = update(joining).where(joining.c.id == row.id, joining.c.status == "open")
    if not connection.execute(first.values(status="met", other_id=claimed.conversation_id)).rowcount:
        return said.here("join.wrong")
    buttons = {"join.yes": _payload("yes", row.id), "join.no": _payload("no", row.id)}
    said.here("join.confirm_here", buttons, channel=_channel(connection, row.conversation_id))
    return said.to(row.conversation_id, "join.confirm_there", buttons, channel=claimed.channel)


def note_wrong(connection: Connection, conversation_id: int, code: str) -> None:
    """Counts a code that nobody has, of at most eight digits."""
    _store(connection, conversation_id, code, "wrong")


def too_many_wrong(connection: Connection, conversation_id: int) -> bool:
    """Whether a conversation has typed so many wrong codes within the hour that no more are heard."""
    mine = and_(joining.c.conversation_id == conversation_id, joining.c.status == "wrong")
    wrong = select(func.count()).select_from(joining).where(mine, joining.c.created_at > ago(_HOUR))
    return int(connection.execute(wrong).scalar() or 0) >= _MOST_WRONG


def _decide(connection: Connection, claimed: Claimed, effect: dict[str, Any], said: _Said) -> None:
    mine = claimed.conversation_id
    whose = or_(joining.c.conversation_id == mine, joining.c.other_id == mine)
    met = and_(joining.c.id == effect["id"], joining.c.status == "met", whose, joining.c.expires_at > now())
    # Both may say yes at the same moment: the second reads what the first has written.
    row = connection.execute(select(joining).where(met).with_for_update()).first()
    if row is None:
        return said.here("join.over")
    asked = row.conversation_id == mine
    both = (row.conversation_id, row.other_id)
    if effect["do"] == "no":
        connection.execute(update(joining).where(joining.c.id == row.id).values(status="refused"))
        return _to_both(said, both, mine, "join.refused")
    confirmed = {"confirmed" if asked else "other_confirmed": True}
    connection.execute(update(joining).where(joining.c.id == row.id).values(confirmed))
    if not (row.other_confirmed if asked else row.confirmed):
        return said.here("join.half", channel=_channel(connection, both[1] if asked else both[0]))
    connection.execute(update(joining).where(joining.c.id == row.id).values(status="joined"))
    _join(connection, both)
    return _to_both(said, both, mine, "join.joined")


def _to_both(said: _Said, both: tuple[int, int], mine: int, key: str) -> None:
    for whom in both:
        said.here(key) if whom == mine else said.to(whom, key)


def _join(connection: Connection, both: tuple[int, int]) -> None:
    """One person from now on, with whoever either was joined with before."""
    rows = connection.execute(select(conversation.c.person).where(conversation.c.id.in_(both))).scalars()
    people = [person for person in rows if person is not None]
    all_of_them = or_(conversation.c.id.in_(both), conversation.c.person.in_(people))
    connection.execute(update(conversation).where(all_of_them).values(person=min([*both, *people])))


def _channel(connection: Connection, conversation_id: int) -> str:
    channel = select(conversation.c.channel).where(conversation.c.id == conversation_id)
    return str(connection.execute(channel).scalar())


def _payload(do: str, id_: int) -> str:
    return f"/join{json.dumps({'do': do, 'id': id_})}"
