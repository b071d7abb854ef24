"""A bot on the fake of Telegram."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx

from bot.channels.port import Part, Receive
from bot.channels.telegram import Command, Telegram
from bot.conversation import Inbound, Notice
from tests.fakes.telegram import TOKEN, TelegramFake

SECRET = "secret_of-the-webhook"
HOOK = "https://motcua.example/webhooks/telegram"
MENU = (
    Command("help", "/help", {"vi": "Hướng dẫn", "en": "Help", "zh": "帮助"}),
    Command("status", '/status{"a": "b"}', {"vi": "Tra hồ sơ", "en": "My file"}),
)
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 64
CITIZEN = 7_000_000_001


async def at_once(seconds: float) -> None:
    await asyncio.sleep(0)


def bot(
    fake: Any = None, secret: str = "", sleep: Any = at_once, transport: httpx.AsyncBaseTransport | None = None
) -> Telegram:
    transport = transport or httpx.ASGITransport(app=fake or TelegramFake())
    return Telegram(TOKEN, secret, "http://telegram.test/bot", HOOK, MENU, transport, sleep=sleep)


def read(update: dict[str, Any]) -> tuple[Inbound | Notice, ...]:
    body = json.dumps({"update_id": 1, **update}).encode()
    return bot(secret=SECRET).read({"x-telegram-bot-api-secret-token": SECRET}, body)


def message(chat: str = "private", **content: Any) -> dict[str, Any]:
    sender = {"id": CITIZEN, "is_bot": False, "first_name": "A", "language_code": content.pop("language", "vi")}
    return {"message_id": 5, "from": sender, "chat": {"id": CITIZEN, "type": chat}, "date": 1_790_000_000, **content}


def part(text: str = "hello", **more: Any) -> Part:
    return Part(address=str(CITIZEN), conversation_id=1, text=text, **more)


class Kept:
    """A Receive that keeps what came, after so many failures."""

    def __init__(self, failures: tuple[Exception, ...] = ()) -> None:
        self.came: list[Inbound | Notice] = []
        self.failures = list(failures)

    async def __call__(self, came: tuple[Inbound | Notice, ...]) -> None:
        if self.failures:
            raise self.failures.pop(0)
        self.came += came

    async def until(self, count: int = 1) -> list[Any]:
        for _ in range(2000):
            if len(self.came) >= count:
                return self.came
            await asyncio.sleep(0.001)
        raise TimeoutError(f"{len(self.came)} of {count} came")


@contextlib.asynccontextmanager
async def running(channel: Any, receive: Receive) -> AsyncIterator[None]:
    task = asyncio.create_task(channel.run(receive))
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def soon(condition: Any) -> None:
    for _ in range(2000):
        if condition():
            return
        await asyncio.sleep(0.001)
    raise TimeoutError
