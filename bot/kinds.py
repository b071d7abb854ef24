"""What the bot does with what is not typed. It says what it can do, and guesses nothing from a picture."""

from __future__ import annotations

import json
import re
from datetime import timedelta

from sqlalchemy import and_, exists, select
from sqlalchemy.engine import Connection

from bot.conversation import Kind
from bot.post.inbox import Claimed
from bot.store.tables import inbox
from procedures.guides.state import find_token

#: What the engine is asked when somebody opens a conversation.
GREET = "/greet"
#: A code as a link can carry it: 1.001193, 1-001193 or 1_001193.
_CODE = re.compile(r"(\d)[._-](\d{6})")
#: Seconds within which pictures that come one after the other are one album, answered once.
_ALBUM = 30.0
_ALBUM_KINDS = (Kind.PHOTO.value, Kind.FILE.value, Kind.VIDEO.value, Kind.STICKER.value)


def opening(text: str) -> str:
    """What is asked of the engine when a link was followed: a guide is begun or gone on with, else a greeting."""
    code, token = _CODE.fullmatch(text.strip()), find_token(text)
    if code:
        return _guide(do="start", code=f"{code[1]}.{code[2]}")
    return _guide(do="show", guide=token) if token else GREET


def in_album(connection: Connection, claimed: Claimed) -> bool:
    """Something of the kind came just before, and was answered."""
    if claimed.kind.value not in _ALBUM_KINDS:
        return False
    mine = and_(inbox.c.conversation_id == claimed.conversation_id, inbox.c.id < claimed.id)
    just_before = inbox.c.received_at > claimed.received_at - timedelta(seconds=_ALBUM)
    before = and_(mine, inbox.c.kind.in_(_ALBUM_KINDS), just_before)
    return bool(connection.execute(select(exists().where(before))).scalar())


def _guide(**told: str) -> str:
    return f"/guide{json.dumps(told)}"
