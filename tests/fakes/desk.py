"""What the page of the fakes calls: a citizen's actions, faults, and the log of both sides."""

from __future__ import annotations

import dataclasses
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Mount, Route

from tests.fakes.faults import Fault
from tests.fakes.provider import Fake, Json, Sent
from tests.fakes.telegram import TelegramFake
from tests.fakes.zalo_bot import ZaloBotFake
from tests.fakes.zalo_oa import ZaloOaFake

PAGE = Path(__file__).with_name("page.html")
#: Somewhere in the north of Vietnam: latitude and longitude in degrees.
PLACE = (21.5942, 105.8482)


@dataclass
class Act:
    """One action of a citizen, as the page sends it."""

    chat: str
    text: str = ""
    data: bytes = field(default=b"", repr=False)
    name: str = ""

    @property
    def number(self) -> int:
        return int(self.chat)


Acts = dict[str, Callable[[Act], Awaitable[Json]]]


def telegram_acts(fake: TelegramFake) -> Acts:
    return {
        "start": lambda act: fake.start(act.number, act.text),
        "text": lambda act: fake.text(act.number, act.text),
        "press": lambda act: fake.press(act.number, act.text),
        "photo": lambda act: fake.photo(act.number, act.data, act.text),
        "file": lambda act: fake.document(act.number, act.data, act.name, "application/octet-stream"),
        "voice": lambda act: fake.voice(act.number, act.data),
        "location": lambda act: fake.location(act.number, *PLACE),
        "contact": lambda act: fake.contact(act.number, "84900000001", f"Citizen {act.chat}"),
        "sticker": lambda act: fake.sticker(act.number),
        "block": lambda act: fake.block(act.number),
        "unblock": lambda act: fake.unblock(act.number),
    }


def zalo_oa_acts(fake: ZaloOaFake) -> Acts:
    async def block(act: Act) -> Json:
        fake.block(act.chat)
        return {}

    async def unblock(act: Act) -> Json:
        fake.unblock(act.chat)
        return {}

    return {
        "text": lambda act: fake.text(act.chat, act.text),
        "press": lambda act: fake.press(act.chat, act.text),
        "photo": lambda act: fake.image(act.chat, act.data, act.text),
        "file": lambda act: fake.file(act.chat, act.data, act.name),
        "voice": lambda act: fake.audio(act.chat, act.data),
        "location": lambda act: fake.location(act.chat, *PLACE),
        "sticker": lambda act: fake.sticker(act.chat),
        "follow": lambda act: fake.follow(act.chat),
        "unfollow": lambda act: fake.unfollow(act.chat),
        "submit": lambda act: fake.submit_info(act.chat, f"Citizen {act.chat}", "84900000001"),
        "staff": lambda act: fake.staff_text(act.chat, act.text),
        "block": block,
        "unblock": unblock,
    }


def zalo_bot_acts(fake: ZaloBotFake) -> Acts:
    return {
        "text": lambda act: fake.text(act.chat, act.text),
        "photo": lambda act: fake.image(act.chat, act.data, act.text),
        "voice": lambda act: fake.voice(act.chat, act.data),
        "sticker": lambda act: fake.sticker(act.chat),
        "unsupported": lambda act: fake.unsupported(act.chat),
    }


class Desk:
    """The page's server side. An action returns at once; what comes of it stands in the log."""

    def __init__(self, telegram: TelegramFake, zalo_oa: ZaloOaFake, zalo_bot: ZaloBotFake) -> None:
        self.fakes: dict[str, Fake] = {"telegram": telegram, "zalo-oa": zalo_oa, "zalo-bot": zalo_bot}
        self.acts = {
            "telegram": telegram_acts(telegram),
            "zalo-oa": zalo_oa_acts(zalo_oa),
            "zalo-bot": zalo_bot_acts(zalo_bot),
        }
        #: The call that a fault of the page hits.
        self.sends = {"telegram": "sendMessage", "zalo-oa": "/v3.0/oa/message/cs", "zalo-bot": "sendMessage"}
        self.log: list[Json] = []
        for name, fake in self.fakes.items():
            fake.watchers.append(self._watcher(name))

    def routes(self) -> list[Mount | Route]:
        own = [
            Route("/", self.page),
            Route("/log", self.read),
            Route("/do", self.do, methods=["POST"]),
            Route("/fault", self.fault, methods=["POST"]),
            Route("/sent/{provider}/{number}", self.file),
        ]
        return [*own, *(Mount(f"/{name}", app=fake) for name, fake in self.fakes.items())]

    def note(self, provider: str, who: str, chat: str, **more: Any) -> None:
        self.log.append({"provider": provider, "who": who, "chat": chat, **more})

    def _watcher(self, provider: str) -> Callable[[Sent], None]:
        def watch(sent: Sent) -> None:
            shown = {**dataclasses.asdict(sent), "file": bool(sent.file)}
            self.note(provider, "bot", shown.pop("address"), **shown)

        return watch

    async def page(self, request: Request) -> Response:
        return FileResponse(PAGE)

    async def read(self, request: Request) -> Response:
        """What is new since entry number `since`."""
        since = request.query_params.get("since", "0")
        start = int(since) if since.isdecimal() else 0
        return JSONResponse({"next": len(self.log), "entries": self.log[start:]})

    async def do(self, request: Request) -> Response:
        """provider, act, chat, text, file, twice"""
        form = await request.form()
        provider, part = str(form.get("provider")), form.get("file")
        work = self.acts.get(provider, {}).get(str(form.get("act")))
        if work is None:
            return Response("no such action", 400)
        act = Act(str(form.get("chat") or "1"), str(form.get("text") or ""))
        if isinstance(part, UploadFile):
            act.data, act.name = await part.read(), part.filename or "file"
        self.note(provider, "citizen", act.chat, kind=str(form.get("act")), text=act.text, name=act.name)
        self.fakes[provider].spawn(self._act(provider, work, act, bool(form.get("twice"))))
        return Response(status_code=202)

    async def _act(self, provider: str, work: Callable[[Act], Awaitable[Json]], act: Act, twice: bool) -> None:
        fake = self.fakes[provider]
        before = len(fake.deliveries)
        try:
            update = await work(act)
            if twice and update:
                await fake.redeliver(update)
        except (LookupError, ValueError) as error:
            self.note(provider, "note", act.chat, text=str(error))
        statuses = [one.status for one in fake.deliveries[before:]]
        if statuses:
            self.note(provider, "note", act.chat, statuses=statuses)

    async def fault(self, request: Request) -> Response:
        """provider, kind: hits the bot's next message"""
        form = await request.form()
        provider = str(form.get("provider"))
        try:
            self.fakes[provider].faults.add(Fault(str(form.get("kind")), method=self.sends[provider]))
        except (KeyError, ValueError) as error:
            return Response(str(error), 400)
        return Response(status_code=202)

    async def file(self, request: Request) -> Response:
        """A file the bot has sent."""
        fake = self.fakes.get(request.path_params["provider"])
        sent = fake.by_id.get(request.path_params["number"]) if fake else None
        if sent is None or sent.file is None:
            return Response("not found", 404)
        mime = "image/jpeg" if sent.kind == "photo" else "application/octet-stream"
        return Response(sent.file, media_type=mime)
