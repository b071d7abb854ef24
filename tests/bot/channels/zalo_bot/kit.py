"""A bot on the fake of the Zalo Bot Platform."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

from bot.channels.port import Part
from bot.channels.zalo_bot import ZaloBot
from bot.conversation import Inbound, Notice
from tests.fakes.zalo_bot import ZaloBotFake

TOKEN = "123456789:abc-xyz"
SECRET = "secret-of-the-webhook"
HOOK = "https://motcua.example/webhooks/zalo-bot"
BASE = "http://zalo.test"
USER = "a1b2c3"
#: For what asks nobody.
NOBODY = httpx.AsyncClient(transport=httpx.MockTransport(lambda request: httpx.Response(500)))


async def at_once(seconds: float) -> None:
    await asyncio.sleep(0)


@asynccontextmanager
async def on(
    fake: Any = None, secret: str = "", sleep: Any = at_once, transport: httpx.AsyncBaseTransport | None = None
) -> AsyncIterator[ZaloBot]:
    """`fake`, or a transport instead of one."""
    async with httpx.AsyncClient(transport=transport or httpx.ASGITransport(app=fake)) as http:
        yield ZaloBot(TOKEN, secret, BASE, HOOK, http, sleep=sleep)


def fake(**options: Any) -> ZaloBotFake:
    made = ZaloBotFake(TOKEN, **options)
    made.media_base, made.hang_seconds = BASE, 0
    made.chats.add(USER)
    return made


def part(text: str = "hello", **more: Any) -> Part:
    return Part(address=USER, conversation_id=1, text=text, **more)


def read(event: Any, secret: str = SECRET, headers: dict[str, str] | None = None) -> tuple[Inbound | Notice, ...]:
    body = event if isinstance(event, bytes) else json.dumps(event).encode()
    channel = ZaloBot(TOKEN, secret, BASE, HOOK, NOBODY)
    return channel.read({"x-bot-api-secret-token": SECRET} if headers is None else headers, body)


def event(kind: str = "text", **content: Any) -> dict[str, Any]:
    message = {
        "date": 1_789_033_572_455,
        "chat": {"chat_type": "PRIVATE", "id": USER},
        "message_id": "m1",
        "from": {"id": USER, "is_bot": False, "display_name": "A"},
        **content,
    }
    return {"event_name": f"message.{kind}.received", "message": message}
