"""Which language somebody reads, where no answer says it: that of their talk, else what their browser asks for."""

from __future__ import annotations

import re

from sqlalchemy import and_, select
from sqlalchemy.engine import Connection
from starlette.requests import Request

from bot.store.tables import conversation, message

LANGUAGES = ("vi", "en", "zh")
#: What a browser prefers, most wanted first, as nearly all send it.
_TAG = re.compile(r"(?:^|,)\s*([A-Za-z]{2})\b")


def of_browser(request: Request) -> str:
    """The first language of a browser that we speak; Vietnamese where it asks for none of ours."""
    told = _TAG.findall(request.headers.get("accept-language", "")[:200])
    return next((tag.lower() for tag in told if tag.lower() in LANGUAGES), LANGUAGES[0])


def of_talk(connection: Connection, channel: str, address: str) -> str | None:
    """The language of the newest line of a conversation; None where there is no conversation."""
    mine = and_(conversation.c.channel == channel, conversation.c.address == address)
    lines = select(message.c.language).join(conversation, conversation.c.id == message.c.conversation_id).where(mine)
    found = connection.execute(lines.order_by(message.c.id.desc()).limit(1)).scalar()
    return None if found is None else str(found)
