"""How events come in."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import Response
from structlog.testing import capture_logs

from bot.conversation import Kind
from bot.errors import NotGenuine, PostFailed
from tests.bot.channels.telegram.kit import Kept, running, soon
from tests.bot.channels.zalo_bot.kit import HOOK, SECRET, TOKEN, USER, fake, on
from tests.fakes.provider import Fault


def test_given_no_secret_when_run_then_what_is_written_comes_in_order() -> None:
    async def run() -> list[str]:
        zalo, kept = fake(), Kept()
        async with on(zalo) as channel, running(channel, kept):
            for number in range(5):
                await zalo.text(USER, str(number))
            return [one.text for one in await kept.until(5)]

    assert asyncio.run(run()) == list("01234")


def test_given_an_inbox_that_fails_when_polling_then_the_event_is_kept_until_it_is_stored() -> None:
    async def run() -> list[str]:
        zalo, kept = fake(), Kept((PostFailed(), RuntimeError(), PostFailed()))
        await zalo.text(USER, "a")
        await zalo.text(USER, "b")
        async with on(zalo) as channel, running(channel, kept):
            return [one.text for one in await kept.until(2)]

    with capture_logs() as logs:
        assert asyncio.run(run()) == ["a", "b"]
    assert [log["event"] for log in logs] == ["zalo_bot_event_not_stored"] * 3


@pytest.mark.parametrize("fault", ["500", "hang", "429", "error:401", "error:409"])
def test_given_trouble_when_polling_then_it_goes_on_after_rests(fault: str) -> None:
    async def run() -> list[str]:
        zalo, kept = fake(), Kept()
        for method in ("deleteWebhook", "getUpdates"):
            zalo.faults.add(Fault(fault, 3, method))
        await zalo.text(USER, "after all")
        async with on(zalo) as channel, running(channel, kept):
            return [one.text for one in await kept.until(1)]

    with capture_logs() as logs:
        assert asyncio.run(run()) == ["after all"]
    assert [log["event"] for log in logs] == ["zalo_bot_webhook_not_set"] * 3 + ["zalo_bot_poll_failed"] * 3
    assert TOKEN not in json.dumps(logs)


def test_given_an_answer_that_is_lost_on_its_way_when_polling_then_zalo_does_not_repeat_it() -> None:
    async def run() -> list[str]:
        zalo, kept = fake(), Kept()
        zalo.faults.add(Fault("close_after", 1, "getUpdates"))
        await zalo.text(USER, "lost")
        await zalo.text(USER, "next")
        async with on(zalo) as channel, running(channel, kept):
            return [one.text for one in await kept.until(1)]

    assert asyncio.run(run()) == ["next"]


@pytest.mark.parametrize("shape", ["status", "envelope"])
def test_given_nothing_new_when_polling_then_that_is_no_trouble(shape: str) -> None:
    asked = 0

    def answer(request: httpx.Request) -> httpx.Response:
        nonlocal asked
        asked += request.url.path.endswith("getUpdates")
        if request.url.path.endswith("deleteWebhook"):
            return httpx.Response(200, json={"ok": True, "result": {}})
        nothing = {"ok": False, "error_code": 408, "description": "Request timeout"}
        return httpx.Response(408 if shape == "status" else 200, json=nothing)

    async def run() -> None:
        async with on(transport=httpx.MockTransport(answer)) as channel, running(channel, Kept()):
            await soon(lambda: asked > 3)

    with capture_logs() as logs:
        asyncio.run(run())
    assert logs == []


def test_given_an_event_that_nobody_can_read_when_polling_then_the_next_one_comes() -> None:
    async def run() -> list[str]:
        zalo, kept = fake(), Kept()
        await zalo.say(USER, "text", {"text": {"SECRET": "WORDS"}})
        await zalo.text(USER, "fine")
        async with on(zalo) as channel, running(channel, kept):
            return [one.text for one in await kept.until(1)]

    with capture_logs() as logs:
        assert asyncio.run(run()) == ["fine"]
    assert [log["event"] for log in logs] == ["zalo_bot_event_unreadable"]
    assert "SECRET" not in json.dumps(logs)


def site(channel: Any, kept: Kept) -> Any:
    """The web server's part: read, keep, 200."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        request = Request(scope, receive)
        try:
            await kept(channel.read(dict(request.headers), await request.body()))
            status = 200
        except NotGenuine:
            status = 403
        except PostFailed:
            status = 503
        await Response(status_code=status)(scope, receive, send)

    return app


@pytest.mark.parametrize("shape", ["wrapped", "flat"])
@pytest.mark.parametrize("photo_key", ["photo", "photo_url"])
def test_given_a_secret_when_run_then_zalo_posts_what_we_read(shape: str, photo_key: str) -> None:
    async def run() -> None:
        zalo, kept = fake(shape=shape, time_scale=0), Kept((PostFailed(),))
        zalo.photo_key = photo_key
        zalo.faults.add(Fault("500", 2, "setWebhook"))
        async with on(zalo, SECRET) as channel:
            zalo.http = httpx.AsyncClient(transport=httpx.ASGITransport(app=site(channel, kept)))
            async with running(channel, kept):
                await soon(lambda: zalo.webhook_url)
                assert (zalo.webhook_url, zalo.secret) == (HOOK, SECRET)
                await zalo.text(USER, "a")
                await zalo.image(USER, b"1", "b")
                await zalo.voice(USER, b"1")
                await zalo.sticker(USER)
                await zalo.unsupported(USER)
                assert await zalo.probe() == 200
                assert await zalo.deliver_raw(b"{}") == 403
        kinds = [Kind.TEXT, Kind.PHOTO, Kind.VOICE, Kind.STICKER, Kind.UNREADABLE]
        assert [one.kind for one in kept.came] == kinds  # type: ignore[union-attr]
        assert [delivery.status for delivery in zalo.deliveries] == [503, *[200] * 6, 403]
        assert not zalo.calls["getUpdates"]

    asyncio.run(run())
