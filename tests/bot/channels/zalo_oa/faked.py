"""A channel at the fake Zalo: its webhook, its tokens, and what a citizen was shown."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from datetime import timedelta
from typing import Any

import httpx

from bot.channels.port import Delivery, Part, Tokens
from bot.channels.zalo_oa import ZaloOa
from bot.channels.zalo_oa.client import Client
from bot.channels.zalo_oa.signature import Signatures
from bot.conversation import Inbound, Notice
from tests.bot.channels.zalo_oa.support import API, APP_ID, APP_SECRET, CITIZEN, OA_SECRET, Store, utc
from tests.fakes.zalo_oa import ZaloOaFake

#: Picture of the card that asks for a number.
CARD = "https://motcua.test/static/card/contact.png"


class Zalo:
    """A fake, its webhook, and a channel with its tokens."""

    def __init__(self, card: str = CARD) -> None:
        self.fake = ZaloOaFake(webhook_url="http://bot.test/webhooks/zalo-oa", time_scale=0.0)
        self.fake.http = httpx.AsyncClient(transport=httpx.MockTransport(self._posted))
        self.fake.interacts(CITIZEN)
        newest = self.fake.oauth.pair
        self.store = Store(Tokens(newest.access, newest.refresh, utc() + timedelta(hours=25)))
        http = httpx.AsyncClient(transport=httpx.ASGITransport(app=self.fake))
        self.client = Client(http, API, API, APP_ID, APP_SECRET, self.store)
        self.channel = ZaloOa(self.client, Signatures(APP_ID, APP_SECRET, OA_SECRET), card)
        self.came: list[Inbound | Notice] = []

    def _posted(self, request: httpx.Request) -> httpx.Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.came += self.channel.read(headers, request.read())
        return httpx.Response(200)

    def send(self, text: str, **more: Any) -> Delivery:
        return asyncio.run(self.channel.send(self.part(text, **more)))

    def part(self, text: str, address: str = CITIZEN, **more: Any) -> Part:
        return Part(address, 1, text, **more)

    def after(self, event: Coroutine[Any, Any, Any]) -> list[Inbound | Notice]:
        asyncio.run(event)
        return self.came

    @property
    def shown(self) -> list[tuple[str, str, list[str]]]:
        found = self.fake.messages_to(CITIZEN)
        return [(one.kind, one.text, [data for _, data in one.buttons]) for one in found]
