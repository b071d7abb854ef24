"""What a pressed button, or a number typed in place of one, stands for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.engine import Connection

from bot.channels.port import Abilities
from bot.conversation import Author, Button, Inbound, Kind
from bot.post.menu import menu
from bot.post.outbox import buttons
from bot.store.tables import message, outbox

_TOKEN = re.compile(r"([0-9]{1,9}):([0-9]{1,3})")
#: "2", "2.", "b)": anything longer is no label.
_LONGEST_LABEL = 4
#: What is asked beside an answer (bot.privacy.consent) takes no number away from the answer's own menu.
_BESIDE = '"/consent{'


def resolve(
    connection: Connection, conversation_id: int, inbound: Inbound, abilities: Mapping[str, Abilities]
) -> Inbound:
    """The message with title and payload of the button it stands for; any other as it is."""
    if inbound.pressed:
        return _pressed(connection, conversation_id, inbound)
    mine = abilities.get(inbound.channel)
    typed = inbound.kind is Kind.TEXT and not inbound.payload and len(inbound.text) <= _LONGEST_LABEL
    # A correction comes when the menu it was meant for is out of sight.
    if mine is None or not typed or inbound.edits:
        return inbound
    return _numbered(connection, conversation_id, inbound, mine)


def _pressed(connection: Connection, conversation_id: int, inbound: Inbound) -> Inbound:
    """A token of another conversation, or of none, is an empty message, which is asked about."""
    token = _TOKEN.fullmatch(inbound.pressed)
    if token is None:
        return inbound
    mine = and_(message.c.id == int(token[1]), message.c.conversation_id == conversation_id)
    column = connection.execute(select(message.c.buttons).where(mine)).scalar()
    return _as_button(inbound, buttons(column or "[]"), int(token[2]))


def _numbered(connection: Connection, conversation_id: int, inbound: Inbound, abilities: Abilities) -> Inbound:
    row = _last_menu(connection, conversation_id)
    if row is None:
        return inbound
    offered = buttons(row.buttons)
    place = menu(row.text, offered, abilities).place_of(inbound.text)
    return inbound if place is None else _as_button(inbound, offered, place)


def _last_menu(connection: Connection, conversation_id: int) -> Any:
    """The newest message with buttons since the citizen's last word that arrived; older menus are gone from mind."""
    columns = (message.c.author, message.c.text, message.c.buttons, outbox.c.status)
    newest = select(*columns).outerjoin(outbox, outbox.c.message_id == message.c.id)
    newest = newest.where(message.c.conversation_id == conversation_id)
    for row in connection.execute(newest.order_by(message.c.id.desc()).limit(6)):
        if row.author == Author.CITIZEN.value:
            return None
        if row.buttons != "[]" and _BESIDE not in row.buttons and row.status in ("sent", "sending"):
            return row
    return None


def _as_button(inbound: Inbound, offered: tuple[Button, ...], place: int) -> Inbound:
    if place >= len(offered):
        return inbound
    return replace(inbound, text=offered[place].title, payload=offered[place].payload)
