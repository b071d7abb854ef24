"""Channels switched off by hand, each with a reason: the bot there says so and nothing else, or nothing is sent at all.

What comes is kept in either case, and whoever talks with a person goes on. Where nothing is sent, letters wait in the
outbox and go out when it is switched on again.
"""

from __future__ import annotations

from datetime import datetime, timezone
from enum import Enum
from typing import Any

from sqlalchemy import delete, insert
from sqlalchemy.engine import Connection

from bot import site_settings
from bot.conversation import Button, Outcome, Reply, Route, route
from bot.conversation.answer import Answer
from bot.errors import Refused
from bot.post.clock import now
from bot.post.inbox import Claimed
from bot.post.outbox import switched_off
from bot.store.channel_tables import channel_pause
from bot.words import language_of, words

#: Channels whose lines are read here, not sent: there is nothing to stop but the bot.
HERE = frozenset(("web", "api", "counter"))
#: What the button for a person stands for: people go on answering where the bot rests.
PERSON = "/talk_to_person"
_FOREVER = datetime(9999, 1, 1, tzinfo=timezone.utc)


class Switch(str, Enum):
    """What a channel does; stored, so never renamed."""

    ON = "on"
    #: The bot says that it does not answer here, and nothing else.
    SILENT = "silent"
    #: Nothing is sent, by the bot or by staff.
    CLOSED = "closed"


def of(connection: Connection, channel: str) -> Switch:
    """How a channel stood within the last second."""
    told = site_settings.lately(connection).channels_off.get(channel, {})
    return Switch(told.get("switch", Switch.ON.value))


def turn(connection: Connection, channel: str, switch: Switch, reason: str, staff_id: int | None) -> None:
    """Switches a channel. Raises Refused where no reason is given, and to close one that sends nothing anyway."""
    if not reason.strip():
        raise Refused("no_reason")
    if switch is Switch.CLOSED and channel in HERE:
        raise Refused("read_here")
    off = dict(site_settings.current(connection).channels_off)
    off.pop(channel, None)
    if switch is not Switch.ON:
        off[channel] = {"switch": switch.value, "reason": " ".join(reason.split()), "since": now().isoformat()}
    site_settings.put(connection, staff_id, reason, channels_off=off)
    connection.execute(delete(channel_pause).where(channel_pause.c.channel == switched_off(channel)))
    if switch is Switch.CLOSED:
        row = {"channel": switched_off(channel), "reason": " ".join(reason.split()), "until": _FOREVER, "since": now()}
        connection.execute(insert(channel_pause).values(row))


def answer(connection: Connection, claimed: Claimed) -> Answer | None:
    """What a citizen reads instead of an answer; None where the bot answers, and where a person does."""
    if route(claimed.state) is Route.DESK or of(connection, claimed.channel) is not Switch.SILENT:
        return None
    language = language_of(claimed.memory)
    kept: dict[str, Any] = {"memory": claimed.memory, "reply_language": language}
    if claimed.payload == PERSON:
        return Answer((), Outcome.HANDED_OVER, effects=({"type": "hand_over", "reason": "asked"},), **kept)
    way_on = Button(words().say("menu.canbo", language), PERSON)
    return Answer((Reply(words().say("channel_off", language), (way_on,)),), Outcome.ERROR, **kept)
