"""Somebody of the staff links a chat of their own: the code of their page, typed in there, says whose it is.

The code is made of the installation's secret, the person and the time, so nothing is stored. It is heard on channels
that reach a telephone; wrong codes count together with those of bot.joining.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection

from bot import joining
from bot.accounts import people
from bot.conversation import Outcome, Reply
from bot.conversation.answer import Answer
from bot.handover import phrases
from bot.post import outbox
from bot.post.clock import now
from bot.post.inbox import Claimed
from bot.store.tables import conversation
from bot.words import language_of, words

#: Seconds of one code. The one before is still good, so each lasts for ten to twenty minutes.
LASTS = 600
_DIGITS = 6
#: "trực 123456", "duty code: 123 456".
_NAMED = re.compile(r"(\D+?)[\s:：]*([0-9]{3}) ?([0-9]{3})[.!。！]?")
#: Channels that call nobody: a page is open or it is not.
_PAGES = frozenset(("web", "api", "counter"))


def code_for(secret: str, staff_id: int) -> str:
    """Six digits that link a chat to this person, good for ten minutes at least. `secret` is MOTCUA_SECRET_KEY."""
    return _code(secret, staff_id, _period())


def recognise(claimed: Claimed) -> str:
    """The code that a message gives; empty for any other message."""
    named = _NAMED.fullmatch(claimed.text.strip())
    if claimed.payload or not named or not phrases.said(named[1], "duty.code"):
        return ""
    return named[2] + named[3]


def answer(connection: Connection, claimed: Claimed, code: str, secret: str) -> Answer:
    """A turn that links the chat of a message to whoever was given the code."""
    effect = {"type": "link_staff", "staff": _whose(connection, code, secret), "code": code}
    return Answer((), Outcome.PRIVACY, effects=(effect,), memory=claimed.memory)


def carry_out(connection: Connection, claimed: Claimed, effect: dict[str, Any]) -> None:
    """Links it and turns calls by chat on, or says why not, in the transaction of the turn."""
    person = people.by_id(connection, effect["staff"])
    if claimed.channel in _PAGES:
        return _say(connection, claimed, "duty.page")
    if joining.too_many_wrong(connection, claimed.conversation_id):
        return _say(connection, claimed, "join.too_many")
    if person is None:
        joining.note_wrong(connection, claimed.conversation_id, effect["code"])
        return _say(connection, claimed, "duty.wrong")
    ways = person.alerts | {"chat"}
    people.change(connection, person.id, conversation_id=claimed.conversation_id, alerts=ways)
    return _say(connection, claimed, "duty.linked", name=person.name)


def _whose(connection: Connection, code: str, secret: str) -> int:
    """The id of the one person whose code this is, now or just before; 0 for nobody, and for two who share it."""
    good = (_period(), _period() - 1)
    ids = [person.id for person in people.every(connection)]
    found = [id_ for id_ in ids if any(hmac.compare_digest(code, _code(secret, id_, period)) for period in good)]
    return found[0] if len(found) == 1 else 0


def _code(secret: str, staff_id: int, period: int) -> str:
    told = hmac.new(secret.encode(), f"link {staff_id} {period}".encode(), hashlib.sha256).digest()
    return f"{int.from_bytes(told[:8], 'big') % 10**_DIGITS:0{_DIGITS}}"


def _period() -> int:
    return int(now().timestamp()) // LASTS


def _say(connection: Connection, claimed: Claimed, key: str, **values: str) -> None:
    memory = connection.execute(select(conversation.c.memory).where(conversation.c.id == claimed.conversation_id))
    language = language_of(memory.scalar())
    told = Reply(words().say(key, language, **values))
    outbox.post(connection, claimed.conversation_id, claimed.channel, told, claimed.id, language)
