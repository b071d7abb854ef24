"""A citizen checks who they are talking with: a button or words, answered in the transaction of the turn."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.engine import Connection

from bot.conversation import Button, Kind, Reply
from bot.handover import offices, phrases
from bot.handover.kinds import Status
from bot.post import outbox
from bot.post.inbox import Claimed
from bot.scam import codes
from bot.store.desk_tables import handover, staff
from bot.store.tables import conversation
from bot.words import language_of, words
from procedures.validity import HERE

#: What the effect is called, and what the button carries.
EFFECT, PAYLOAD = "check_person", "/check_person"
#: "mã 1234 5678": eight figures after words that name the code.
_NAMED = re.compile(r"(\D+?)[\s:]*([0-9]{4})[ .-]?([0-9]{4})[.!?]?")


def recognise(claimed: Claimed, secret: str, site: str) -> dict[str, Any] | None:
    """The effect that a message asks for; None for any other message.

    Without the `secret` that codes are made of, or a `site` with a page that knows them, there are none.
    """
    if (claimed.payload or PAYLOAD) != PAYLOAD:
        return None
    named = _NAMED.fullmatch(claimed.text.strip()) if not claimed.payload else None
    if named and secret and phrases.said(named[1], "official.code_words"):
        return {"type": EFFECT, "typed": codes.digest(secret, named[2] + named[3])}
    if not claimed.payload and not (claimed.kind is Kind.TEXT and phrases.said(claimed.text, "official.ask")):
        return None
    code, kept = codes.fresh(secret) if secret and site else ("", "")
    return {"type": EFFECT, "code": code, "digest": kept, "link": f"{site}/official" if site else ""}


def carry_out(connection: Connection, claimed: Claimed, effect: dict[str, Any]) -> None:
    """Says who holds the conversation, how a stranger is checked, and the bot's own code; or what a code tells."""
    memory = select(conversation.c.memory).where(conversation.c.id == claimed.conversation_id)
    language = language_of(connection.execute(memory).scalar())
    holder = _holder(connection, claimed.conversation_id, language)
    if "typed" in effect:
        text = verdict(codes.check(connection, effect["typed"]), language)
    else:
        text = _told(connection, claimed, effect, language, holder)
    person = Button(words().say("official.person", language), "/talk_to_person")
    said = Reply(text, () if holder else (person,))
    outbox.post(connection, claimed.conversation_id, claimed.channel, said, claimed.id, language)


def verdict(given: codes.Given | None, language: str) -> str:
    """The one answer to a code: whose it is and what it proves, or that it is nobody's."""
    if given is None:
        return words().say("official.wrong", language)
    by = "official.right_staff" if given.by_staff else "official.right_bot"
    channel = words().say(f"channel.{given.channel.replace('-', '_')}", language)
    return words().say(by, language, at=clock(given.at), channel=channel)


def clock(at: datetime) -> str:
    """14:32, of Vietnam."""
    # SQLite forgets the zone.
    return (at if at.tzinfo else at.replace(tzinfo=timezone.utc)).astimezone(HERE).strftime("%H:%M")


def _told(connection: Connection, claimed: Claimed, effect: dict[str, Any], language: str, holder: str) -> str:
    first = (
        words().say("official.holder", language, name=holder) if holder else words().say("official.nobody", language)
    )
    if not effect["link"]:
        return "\n".join((first, words().say("official.never_asks", language)))
    lines = [first, words().say("official.how", language, link=effect["link"])]
    if effect["digest"] and codes.keep(connection, effect["digest"], claimed.conversation_id):
        lines.append(words().say("official.mine", language, code=codes.shown(effect["code"])))
    return "\n".join(lines)


def _holder(connection: Connection, conversation_id: int, language: str) -> str:
    """The officer who holds it, and their office; empty for none."""
    held = and_(handover.c.conversation_id == conversation_id, handover.c.status == Status.WITH_STAFF.value)
    wanted = select(staff.c.name, handover.c.office_id).join(handover, handover.c.staff_id == staff.c.id)
    row = connection.execute(wanted.where(held).limit(1)).first()
    return f"{row.name}, {offices.of(connection, row.office_id).called(language)}" if row else ""
