"""Places at the three providers: a fake, what it posts, and a channel that reads it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import httpx

from bot.channels.port import Tokens
from bot.channels.telegram import Telegram
from bot.channels.zalo_bot import ZaloBot
from bot.channels.zalo_oa import ZaloOa
from bot.channels.zalo_oa.client import Client
from bot.channels.zalo_oa.signature import Signatures
from bot.conversation import Attachment, Inbound, Kind
from tests.bot.channels.zalo_oa.support import Store, utc
from tests.contracts.kit import MemoryPlace, Place, Seen, WebPlace
from tests.fakes.provider import Fake, Fault
from tests.fakes.telegram import TelegramFake
from tests.fakes.zalo_bot import ZaloBotFake
from tests.fakes.zalo_oa import ZaloOaFake

SECRET, HOOK, BASE = "secret-of-the-contract", "http://bot.test/hook", "http://provider.test"
PNG, VOICE, PDF = b"\x89PNG\r\n\x1a\n" + b"0" * 64, b"OggS" + b"0" * 60, b"%PDF-1.4 don"
POINT = (22.66, 106.25)
Headers = dict[str, str]


class Line(httpx.AsyncBaseTransport):
    """The way to a provider; `cut` is what it breaks with before anything gets through."""

    def __init__(self, app: Any) -> None:
        self._there = httpx.ASGITransport(app=app)
        self.cut: httpx.TransportError | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self.cut:
            raise self.cut
        return await self._there.handle_async_request(request)


class ProviderPlace(Place):
    """At a fake, whose posts are kept and read by the channel. Subclasses make `fake`, `line` and `channel`."""

    fake: Any
    line: Line
    #: What the citizen does, by kind.
    acts: dict[Kind, Callable[[], Awaitable[Any]]]

    def _posts_of(self, fake: Fake) -> None:
        self.posts: list[tuple[Headers, bytes]] = []
        fake.http = httpx.AsyncClient(transport=httpx.MockTransport(self._posted))
        fake.hang_seconds, fake.media_base = 0.0, BASE

    def _posted(self, request: httpx.Request) -> httpx.Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.posts.append((headers, request.read()))
        return httpx.Response(200)

    def arrived(self) -> list[Seen]:
        found = self.fake.messages_to(self.address)
        return [Seen(m.text, tuple(title for title, _ in m.buttons), bool(m.file or m.url)) for m in found]

    def read_last(self) -> Inbound:
        (inbound,) = self.channel.read(*self.posts[-1])
        assert isinstance(inbound, Inbound)
        return inbound

    async def sends(self, kind: Kind) -> Inbound:
        """Something of this kind, as the channel reads it."""
        await self.acts[kind]()
        return self.read_last()

    async def press(self, title: str) -> Inbound:
        await self.fake.press(self.who, title)
        return self.read_last()

    async def types(self, text: str) -> Inbound:
        await self.fake.text(self.who, text)
        return self.read_last()

    @property
    def who(self) -> Any:
        return self.address

    def signed(self, body: bytes) -> Headers:
        """Headers of the provider for a body of anybody's."""
        return {self.proof: SECRET}

    def breaks(self, kind: str, times: int = 1) -> None:
        """The provider's next calls; "cut": nothing reaches it any more."""
        if kind == "cut":
            self.line.cut = httpx.ConnectError("cut")
        else:
            self.fake.faults.add(Fault(kind, times))

    async def block(self) -> None:
        await self.fake.block(self.who)

    @property
    def missing(self) -> Attachment:
        return Attachment(Kind.PHOTO, f"{BASE}/media/999/photo.jpg")


class TelegramPlace(ProviderPlace):
    address, proof = "7000000001", "x-telegram-bot-api-secret-token"
    kinds = (Kind.TEXT, Kind.START, Kind.PHOTO, Kind.VOICE, Kind.LOCATION, Kind.FILE, Kind.STICKER, Kind.CONTACT)
    tells_blocks, too_many, refuses_us = True, "429", "error:401"

    def __init__(self) -> None:
        self.fake = fake = TelegramFake(webhook_url=HOOK, time_scale=0.0)
        self._posts_of(fake)
        self.line = Line(fake)
        self.channel = Telegram(
            fake.token, SECRET, f"{BASE}/bot", HOOK, (), self.line, sleep=lambda _: asyncio.sleep(0)
        )
        fake.secret, who = SECRET, self.who
        self.acts = {
            Kind.TEXT: lambda: fake.text(who, "làm giấy khai sinh"),
            Kind.START: lambda: fake.start(who),
            Kind.PHOTO: lambda: fake.photo(who, PNG),
            Kind.VOICE: lambda: fake.voice(who, VOICE),
            Kind.LOCATION: lambda: fake.location(who, *POINT),
            Kind.FILE: lambda: fake.document(who, PDF, "don.pdf", "application/pdf"),
            Kind.STICKER: lambda: fake.sticker(who),
            Kind.CONTACT: lambda: fake.contact(who, "84900000001", "Nông Thị Mỵ"),
        }

    @property
    def who(self) -> Any:
        return int(self.address)

    async def appears(self) -> None:
        await self.fake.start(self.who)

    @property
    def missing(self) -> Attachment:
        return Attachment(Kind.PHOTO, "F999")


class ZaloOaPlace(ProviderPlace):
    address, charges, proof = "246845883529197922", True, "x-zevent-signature"
    kinds = TelegramPlace.kinds
    tells_blocks, too_many, refuses_us = True, "429", "error:-209"

    def __init__(self) -> None:
        self.fake = fake = ZaloOaFake(webhook_url=HOOK, time_scale=0.0, cs_free=None)
        self._posts_of(fake)
        pair, self.line, who = fake.oauth.pair, Line(fake), self.who
        store = Store(Tokens(pair.access, pair.refresh, utc() + timedelta(hours=25)))
        client = Client(httpx.AsyncClient(transport=self.line), BASE, BASE, fake.app_id, fake.app_secret, store)
        self.channel = ZaloOa(client, Signatures(fake.app_id, fake.app_secret, fake.oa_secret))
        self.acts = {
            Kind.TEXT: lambda: fake.text(who, "làm giấy khai sinh"),
            Kind.START: lambda: fake.follow(who),
            Kind.PHOTO: lambda: fake.image(who, PNG),
            Kind.VOICE: lambda: fake.audio(who, VOICE),
            Kind.LOCATION: lambda: fake.location(who, *POINT),
            Kind.FILE: lambda: fake.file(who, PDF, "don.pdf"),
            Kind.STICKER: lambda: fake.sticker(who),
            Kind.CONTACT: lambda: fake.submit_info(who, "Nông Thị Mỵ", "84900000001"),
        }

    async def appears(self) -> None:
        self.fake.interacts(self.who)

    def signed(self, body: bytes) -> Headers:
        """Also of a body that is no event, and so holds no time of its own."""
        try:
            return {name.lower(): value for name, value in self.fake.headers(body, 0).items()}
        except (ValueError, AttributeError, RecursionError):
            self.fake.signature_variant.timestamp = "header"
            return {name.lower(): value for name, value in self.fake.headers(body, 0).items()}

    async def block(self) -> None:
        self.fake.block(self.who)


class ZaloBotPlace(ProviderPlace):
    address, proof = "a1b2c3", "x-bot-api-secret-token"
    kinds = (Kind.TEXT, Kind.PHOTO, Kind.VOICE, Kind.STICKER)
    too_many, refuses_us = "429", "error:401"

    def __init__(self) -> None:
        self.fake = fake = ZaloBotFake(webhook_url=HOOK, time_scale=0.0)
        self._posts_of(fake)
        self.line = Line(fake)
        self.channel = ZaloBot(fake.token, SECRET, BASE, HOOK, httpx.AsyncClient(transport=self.line))
        fake.secret, who = SECRET, self.who
        self.acts = {
            Kind.TEXT: lambda: fake.text(who, "làm giấy khai sinh"),
            Kind.PHOTO: lambda: fake.image(who, PNG),
            Kind.VOICE: lambda: fake.voice(who, VOICE),
            Kind.STICKER: lambda: fake.sticker(who),
        }

    async def appears(self) -> None:
        self.fake.chats.add(self.who)


PROVIDERS: dict[str, type[ProviderPlace]] = {
    "telegram": TelegramPlace,
    "zalo-oa": ZaloOaPlace,
    "zalo-bot": ZaloBotPlace,
}
PLACES: dict[str, type[Place]] = {"memory": MemoryPlace, "web": WebPlace, **PROVIDERS}


def lengthened(body: bytes) -> bytes:
    """The same event with ids that are far too long."""
    return json.dumps(_lengthened(json.loads(body))).encode()


def _lengthened(value: Any, key: str = "") -> Any:
    if isinstance(value, dict):
        return {name: _lengthened(one, name) for name, one in value.items()}
    if key in ("id", "message_id", "msg_id", "user_id"):
        return int("9" * 400) if isinstance(value, int) else f"{value}{'9' * 400}"
    return [_lengthened(one) for one in value] if isinstance(value, list) else value
