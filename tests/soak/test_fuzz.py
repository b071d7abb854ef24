"""Bodies that no provider would send: no 500, no exception, no growth. `make fuzz` sends a million.

True bodies of every event are bent: bytes and values are changed, moved, left out and nested. Most are signed as they
should be, or nothing but the signature would be tried.
"""

from __future__ import annotations

import asyncio
import contextlib
import copy
import json
import os
from collections.abc import Iterator
from typing import Any

import httpx
import psutil
import pytest
import structlog
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete
from starlette.applications import Starlette
from starlette.types import Message

from bot.channels.telegram import Telegram
from bot.channels.webhooks import Webhooks
from bot.channels.zalo_bot import ZaloBot
from bot.channels.zalo_oa import ZaloOa
from bot.channels.zalo_oa.client import Client
from bot.channels.zalo_oa.signature import Signatures
from bot.post.door import Door
from bot.post.inbox import Inbox
from bot.post.notices import Notices
from bot.post.wake import Wake
from bot.store import schema
from bot.store.channel_tables import attachment
from bot.store.tables import conversation, delivery, inbox, message
from procedures.database import connect
from tests.fakes.telegram import TelegramFake
from tests.fakes.zalo_bot import ZaloBotFake
from tests.fakes.zalo_oa import ZaloOaFake
from tests.soak.events import true_events

BODIES = int(os.environ.get("MOTCUA_FUZZ", "1500"))
#: hypothesis remembers every example of a run, so a million are many runs.
BATCH = 5_000
#: Bytes that a process may grow by, once it has seen everything.
GROWTH = 32 * 1024 * 1024
SECRET = "a-secret-of-the-fuzzer"

_ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(),
    st.text(max_size=20),
    st.sampled_from(["", "\0", "\ud800", "#cb:1:0", "9" * 400, "x" * 5000, "-1", "1e999", "../../etc/passwd", "𝐱‮"]),
    st.lists(st.integers(), max_size=3),
    st.dictionaries(st.sampled_from(["id", "text", "type", "payload"]), st.integers(), max_size=2),
)
_CHANGES = st.lists(
    st.tuples(st.sampled_from(["set", "drop", "wrap", "bytes", "cut", "nest"]), st.integers(0, 2**16), _ODD), max_size=4
)
_SENT = st.tuples(
    st.sampled_from(["telegram", "zalo-oa", "zalo-bot"]), st.integers(0, 2**16), _CHANGES, st.integers(0, 19)
)


class Target:
    """The three webhooks on a database in memory, and true events to bend."""

    def __init__(self) -> None:
        self.database = connect("sqlite://")
        schema.migrate(self.database)
        nobody = httpx.AsyncClient(transport=httpx.MockTransport(lambda request: httpx.Response(500)))
        self.oa = ZaloOaFake()
        client = Client(nobody, "http://api", "http://oauth", self.oa.app_id, self.oa.app_secret, None)  # type: ignore[arg-type]
        proof = Signatures(self.oa.app_id, self.oa.app_secret, self.oa.oa_secret)
        channels = {
            "telegram": Telegram("1:t", SECRET, "http://t/bot", "", ()),
            "zalo-oa": ZaloOa(client, proof),
            "zalo-bot": ZaloBot("t", SECRET, "http://z", "", nobody),
        }
        abilities = {name: channel.abilities for name, channel in channels.items()}
        wake = Wake()
        door = Door(Inbox(self.database, wake, abilities), Notices(self.database, wake, abilities), channels)
        door._greet = lambda inbound, inbox_id: None  # type: ignore[method-assign]  # there is nobody to greet
        self.app = Starlette(routes=Webhooks(list(channels.values()), door).routes())
        self.events = asyncio.run(true_events(TelegramFake(), self.oa, ZaloBotFake()))

    def body(self, channel: str, which: int, changes: list[tuple[str, int, Any]]) -> bytes:
        events = self.events[channel]
        return bent(copy.deepcopy(events[which % len(events)]), changes)

    def headers(self, channel: str, body: bytes, proof: int) -> dict[str, str]:
        """Right in nineteen of twenty."""
        if proof == 0:
            return {"x-zevent-signature": "mac=" + "0" * 64}
        if channel == "zalo-oa":
            with contextlib.suppress(ValueError, RecursionError, UnicodeError, AttributeError, TypeError):
                return {name.lower(): value for name, value in self.oa.headers(body, 0).items()}
            return {}
        name = "x-telegram-bot-api-secret-token" if channel == "telegram" else "x-bot-api-secret-token"
        return {name: SECRET}

    def forget(self) -> None:
        with self.database.begin() as connection:
            for table in (delivery, attachment, message, inbox, conversation):
                connection.execute(delete(table))


def bent(event: Any, changes: list[tuple[str, int, Any]]) -> bytes:
    for how, where, odd in changes:
        places = list(_places(event))
        holder, key = places[where % len(places)] if places else (None, None)
        if how in ("set", "wrap", "drop") and holder is not None:
            holder[key] = odd if how == "set" else [holder[key]] if how == "wrap" else None
            if how == "drop":
                del holder[key]
        elif how == "nest":
            event = {"result": event, "message": odd} if where % 2 else [event]
    body = json.dumps(event).encode()
    for how, where, _ in changes:
        if how == "bytes" and body:
            body = body[: where % len(body)] + bytes([where % 256]) + body[where % len(body) + 1 :]
        elif how == "cut":
            body = body[: where % (len(body) + 1)]
    return body


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every place of a JSON value that can be changed."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in list(items):
        yield value, key
        yield from _places(inner)


async def post(app: Starlette, channel: str, body: bytes, headers: dict[str, str]) -> int:
    """A request straight into the application; the status."""
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": "POST", "path": f"/webhooks/{channel}", "headers": raw, "query_string": b""}
    statuses: list[int] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(sent: Message) -> None:
        if sent["type"] == "http.response.start":
            statuses.append(sent["status"])

    await app({**scope, "http_version": "1.1", "scheme": "http", "root_path": "", "app": app}, receive, send)
    return statuses[0]


@pytest.mark.soak
def test_given_bodies_that_no_provider_sends_when_they_are_posted_then_nothing_breaks_or_grows() -> None:
    target, loop, process = Target(), asyncio.new_event_loop(), psutil.Process()
    seen: dict[int, int] = {}
    sizes: list[int] = []
    with structlog.testing.capture_logs() as logs:
        for batch in range(max(1, BODIES // BATCH)):
            _batch(target, loop, seen, min(BATCH, BODIES))
            logs.clear()
            target.forget()
            sizes.append(process.memory_info().rss)
            if BODIES > BATCH and batch % 20 == 0:
                print(f"{(batch + 1) * BATCH} bodies: {seen}, {sizes[-1] // 2**20} MiB", flush=True)
    loop.close()
    assert set(seen) <= {200, 403}
    assert seen[200] > sum(seen.values()) / 4
    assert sizes[-1] - sizes[min(2, len(sizes) - 1)] < GROWTH


def _batch(target: Target, loop: asyncio.AbstractEventLoop, seen: dict[int, int], bodies: int) -> None:
    @settings(
        max_examples=bodies,
        database=None,
        deadline=None,
        derandomize=False,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(_SENT)
    def once(sent: tuple[str, int, list[tuple[str, int, Any]], int]) -> None:
        channel, which, changes, proof = sent
        body = target.body(channel, which, changes)
        status = loop.run_until_complete(post(target.app, channel, body, target.headers(channel, body, proof)))
        seen[status] = seen.get(status, 0) + 1
        assert status in (200, 403), (channel, status)

    once()
