"""What the fakes share: what was sent, faults, counters, media, and the delivering of webhooks.

A fake is an ASGI application: give it to `httpx.ASGITransport`, or mount it and let uvicorn serve it.
A broken connection ("close_after", "hang") is the head of an answer without its body, then an exception of httpx:
in-process the exception reaches the client as its own; over HTTP uvicorn closes the socket and the client's httpx
raises `RemoteProtocolError` ("peer closed connection").
"""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

import httpx
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import Receive, Scope, Send

from tests.fakes.faults import Fault, Faults, Refusal

__all__ = ["Buttons", "Delivery", "Fake", "Fault", "Json", "Refusal", "Sent"]

Json = dict[str, Any]
Buttons = list[tuple[str, str]]


@dataclass
class Sent:
    """One thing the bot did towards a citizen; `at` in seconds since 1970 by the fake's clock."""

    address: str
    kind: str
    text: str = ""
    #: Title and data; data is the callback's data, the payload, or the address a button opens.
    buttons: Buttons = field(default_factory=list)
    file: bytes | None = None
    message_id: str = ""
    at: float = 0.0
    edited: bool = False
    #: Taken back: the citizen no longer sees it.
    deleted: bool = False
    #: Where the picture lies, if the bot named an address or an id and sent no bytes.
    url: str = ""
    #: Zalo OA: this message costs money.
    charged: bool = False


@dataclass
class Delivery:
    """One posting to the webhook; status 0 means no answer."""

    body: bytes
    status: int
    #: 0 for the first posting, then the number of the repetition.
    attempt: int
    #: How long the bot took, in seconds.
    seconds: float
    at: float


class Fake:
    """A provider in small. `handle`, `headers` and `refused` are each provider's own."""

    #: Seconds the provider waits for the webhook's answer, and between its repetitions.
    deadline = 60.0
    pauses: tuple[float, ...] = ()
    #: Key of the success envelope under which the message_id lies.
    result_key = "result"

    def __init__(self, webhook_url: str = "", http: httpx.AsyncClient | None = None, time_scale: float = 1.0) -> None:
        self.webhook_url, self.http, self.time_scale = webhook_url, http, time_scale
        self.sent: list[Sent] = []
        self.by_id: dict[str, Sent] = {}
        self._by_address: defaultdict[str, list[Sent]] = defaultdict(list)
        self.faults = Faults()
        #: Calls per method, refused ones included.
        self.calls: Counter[str] = Counter()
        self.deliveries: list[Delivery] = []
        #: Told of each new or edited thing.
        self.watchers: list[Callable[[Sent], None]] = []
        #: Seconds a "hang" takes; seconds a "429" asks for; seconds the clock is ahead.
        self.hang_seconds, self.retry_after, self.ahead = 30.0, 1, 0.0
        #: What /media serves (bytes, MIME type), and the address under which citizens' media are announced.
        self.media: dict[str, tuple[bytes, str]] = {}
        self.media_base = "http://127.0.0.1:8090"
        self.numbers = itertools.count(1)
        self._tasks: set[asyncio.Task[Any]] = set()
        #: As many deliveries go on at once as Telegram's default allows.
        self._slots = asyncio.Semaphore(40)

    # What was sent

    def now(self) -> float:
        """Seconds since 1970, plus what a test has added by `advance`."""
        return time.time() + self.ahead

    def advance(self, seconds: float) -> None:
        self.ahead += seconds

    def sent_to(self, address: str | int) -> list[Sent]:
        """All that reached one citizen, in order: messages, typing signs, reactions."""
        return list(self._by_address.get(str(address), ()))

    def messages_to(self, address: str | int) -> list[Sent]:
        """What stands in one citizen's chat: only things with a message_id."""
        return [sent for sent in self.sent_to(address) if sent.message_id and not sent.deleted]

    async def until_sent(self, address: str | int, count: int = 1, seconds: float = 5.0) -> list[Sent]:
        """The messages to one citizen, as soon as there are `count`; raises TimeoutError after `seconds`."""
        end = time.monotonic() + seconds
        while len(found := self.messages_to(address)) < count:
            if time.monotonic() > end:
                raise TimeoutError(f"{len(found)} of {count} messages reached {address}: {found}")
            await asyncio.sleep(0.005)
        return found

    def record(self, sent: Sent) -> Sent:
        sent.at = self.now()
        self.sent.append(sent)
        self._by_address[sent.address].append(sent)
        if sent.message_id:
            self.by_id[sent.message_id] = sent
        self.tell(sent)
        return sent

    def tell(self, sent: Sent) -> None:
        for watcher in self.watchers:
            watcher(sent)

    # The provider's side: calls of the bot

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise RuntimeError("a fake speaks HTTP only")
        request = Request(scope, receive)
        await request.body()
        try:
            response = await self.answer(request, scope["path"].removeprefix(scope.get("root_path", "")))
        except httpx.TransportError:
            await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
            raise
        await response(scope, receive, send)

    async def answer(self, request: Request, path: str) -> Response:
        """What a call gets, faults included."""
        method = self.method_of(path)
        self.calls[method] += 1
        kind = self.faults.take(method)
        if kind == "hang":
            await asyncio.sleep(self.hang_seconds)
            raise httpx.ReadTimeout("a fault: nothing was done", request=None)
        if kind == "500":
            return HTMLResponse("<html><body><h1>500 Internal Server Error</h1></body></html>", 500)
        if kind == "429" or kind.startswith("error:"):
            return self.refused(self.fault(kind))
        response = await self.handled(request, path, method)
        if kind == "close_after":
            raise httpx.RemoteProtocolError("a fault: done, but the connection broke before the answer")
        return self.without_id(response) if kind == "no_id" else response

    async def handled(self, request: Request, path: str, method: str) -> Response:
        try:
            return await self.handle(request, path, method)
        except Refusal as refusal:
            return self.refused(refusal)

    def without_id(self, response: Response) -> Response:
        """The same success, but nobody can tell which message it was."""
        envelope = json.loads(response.body)
        if isinstance(envelope.get(self.result_key), dict):
            envelope[self.result_key].pop("message_id", None)
        return JSONResponse(envelope, response.status_code)

    def method_of(self, path: str) -> str:
        """Name under which a call is counted and hit by faults."""
        return path

    async def handle(self, request: Request, path: str, method: str) -> Response:
        raise NotImplementedError

    def refused(self, refusal: Refusal) -> Response:
        raise NotImplementedError

    def fault(self, kind: str) -> Refusal:
        """The refusal that "429" and "error:<code>" stand for."""
        raise NotImplementedError

    # The provider's side: webhooks

    async def deliver(self, update: Json, attempt: int = 0) -> int:
        """Post an update, and again as the provider would; the last status, 0 for no answer or no webhook."""
        body, status = self.encode(update), 0
        for number, pause in enumerate((0.0, *self.pauses), attempt):
            await asyncio.sleep(pause * self.time_scale)
            if not self.wanted(update):
                return status
            status = await self._post(body, self.headers(body, number), number)
            if 200 <= status < 300:
                return status
        self.give_up(update)
        return status

    async def redeliver(self, update: Json) -> int:
        """The same update once more, as after an answer that got lost."""
        return await self.deliver(update, attempt=1)

    async def deliver_raw(self, body: bytes, headers: dict[str, str] | None = None) -> int:
        """Post exactly these bytes, once, with no header but those given."""
        return await self._post(body, headers or {}, 0)

    def encode(self, update: Json) -> bytes:
        return json.dumps(update, ensure_ascii=False, separators=(",", ":")).encode()

    def headers(self, body: bytes, attempt: int) -> dict[str, str]:
        raise NotImplementedError

    def wanted(self, update: Json) -> bool:
        """Whether the webhook is there and still waits for this update."""
        return bool(self.webhook_url)

    def give_up(self, update: Json) -> None:
        """All repetitions have failed."""

    async def _post(self, body: bytes, headers: dict[str, str], attempt: int) -> int:
        self.http = self.http or httpx.AsyncClient(trust_env=False)
        async with self._slots:
            begun = time.perf_counter()
            try:
                answer = await self.http.post(
                    self.webhook_url, content=body, headers=headers, timeout=httpx.Timeout(self.deadline, pool=None)
                )
                status = answer.status_code
            except httpx.HTTPError:
                status = 0
        self.deliveries.append(Delivery(body, status, attempt, time.perf_counter() - begun, self.now()))
        return status

    def spawn(self, work: Coroutine[Any, Any, Any]) -> None:
        """Do something beside the call that caused it."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def settle(self) -> None:
        """Wait for all that was spawned."""
        while self._tasks:
            await asyncio.gather(*self._tasks)

    # Media of citizens

    def keep(self, data: bytes, name: str, mime: str) -> str:
        """Store a citizen's file; the address from which the bot can fetch it."""
        path = f"/media/{next(self.numbers)}/{name}"
        self.media[path] = (data, mime)
        return self.media_base + path

    def served(self, path: str) -> Response:
        data, mime = self.media.get(path, (b"", ""))
        return Response(data, media_type=mime) if mime else Response("not found", 404)
