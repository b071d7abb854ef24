"""How updates come in, and that none is confirmed before it is kept."""

from __future__ import annotations

import asyncio
import contextlib
import json
from typing import Any

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import Response
from structlog.testing import capture_logs

from bot.channels.port import Choice
from bot.channels.telegram import Telegram
from bot.conversation import Inbound, Kind
from bot.errors import NotGenuine, PostFailed
from tests.bot.channels.telegram.kit import CITIZEN, HOOK, SECRET, Kept, bot, part, running, soon
from tests.fakes.provider import Fault
from tests.fakes.telegram import TOKEN, TelegramFake


def test_given_a_letter_on_the_wire_when_the_asking_ends_then_it_is_still_brought() -> None:
    async def run() -> str:
        fake = TelegramFake()
        await fake.start(CITIZEN)
        on_the_wire, go_on = asyncio.Event(), asyncio.Event()

        async def slow(request: httpx.Request) -> httpx.Response:
            if request.url.path.endswith("/sendMessage"):
                on_the_wire.set()
                await go_on.wait()
            return await httpx.ASGITransport(app=fake).handle_async_request(request)

        channel = bot(transport=httpx.MockTransport(slow))
        async with running(channel, Kept()):
            sending = asyncio.create_task(channel.send(part()))
            await on_the_wire.wait()
        assert not channel._requests[0]._client.is_closed
        go_on.set()
        return (await sending).channel_message_id

    assert asyncio.run(run())


def test_given_no_secret_when_run_then_what_is_written_comes_in_order() -> None:
    async def run() -> list[str]:
        fake, kept = TelegramFake(), Kept()
        async with running(bot(fake), kept):
            for number in range(5):
                await fake.text(CITIZEN, str(number))
            return [one.text for one in await kept.until(5)]

    assert asyncio.run(run()) == list("01234")


def test_given_a_webhook_from_before_when_polling_then_it_is_taken_off_and_nothing_is_lost() -> None:
    async def run() -> list[str]:
        fake, kept = TelegramFake(webhook_url="https://old.example/", time_scale=0), Kept()
        fake.http = httpx.AsyncClient(transport=httpx.MockTransport(lambda request: httpx.Response(500)))
        fake.pauses = (1000.0,)
        fake.time_scale = 1.0
        telling = asyncio.create_task(fake.text(CITIZEN, "waiting"))
        await soon(lambda: fake.deliveries)
        async with running(bot(fake), kept):
            came = await kept.until(1)
        telling.cancel()
        return [one.text for one in came]

    assert asyncio.run(run()) == ["waiting"]


def test_given_a_process_killed_between_receiving_and_confirming_when_it_is_back_then_the_update_comes_again() -> None:
    async def run() -> list[str]:
        fake, kept = TelegramFake(), Kept()
        reached = asyncio.Event()

        async def dies(came: Any) -> None:
            reached.set()
            await asyncio.Event().wait()

        await fake.text(CITIZEN, "once")
        async with running(bot(fake), dies):
            await reached.wait()
        assert len(fake.pending) == 1
        async with running(bot(fake), kept):
            return [one.text for one in await kept.until(1)]

    assert asyncio.run(run()) == ["once"]


def test_given_an_inbox_that_fails_when_polling_then_the_same_update_is_asked_for_again() -> None:
    async def run() -> tuple[list[str], list[float]]:
        fake, kept, rests = TelegramFake(), Kept((PostFailed(), RuntimeError(), PostFailed())), []

        async def rest(seconds: float) -> None:
            rests.append(seconds)
            await asyncio.sleep(0)

        await fake.text(CITIZEN, "a")
        await fake.text(CITIZEN, "b")
        async with running(bot(fake, sleep=rest), kept):
            texts = [one.text for one in await kept.until(2)]
            await soon(lambda: not fake.pending)
        return texts, rests

    texts, rests = asyncio.run(run())
    assert texts == ["a", "b"]
    assert len(rests) == 3
    assert 0.5 <= rests[0] <= 1 <= rests[1] <= 2 <= rests[2] <= 4


def test_given_an_update_that_nobody_can_read_when_polling_then_the_next_one_comes() -> None:
    async def run() -> list[str]:
        fake, kept = TelegramFake(), Kept()
        await fake.publish("message", {"message_id": "SECRET WORDS", "from": {"id": CITIZEN}})
        await fake.text(CITIZEN, "fine")
        async with running(bot(fake), kept):
            return [one.text for one in await kept.until(1)]

    with capture_logs() as logs:
        assert asyncio.run(run()) == ["fine"]
    assert [log["event"] for log in logs] == ["telegram_update_unreadable"]
    assert "SECRET" not in json.dumps(logs)


@pytest.mark.parametrize("fault", ["500", "hang", "close_after", "429", "error:401", "error:409"])
def test_given_trouble_when_polling_then_it_goes_on_after_rests(fault: str) -> None:
    async def run() -> list[str]:
        fake, kept = TelegramFake(), Kept()
        fake.hang_seconds = 0
        for method in ("deleteWebhook", "getUpdates"):
            fake.faults.add(Fault(fault, 3, method))
        async with running(bot(fake), kept):
            await fake.text(CITIZEN, "after all")
            return [one.text for one in await kept.until(1)]

    with capture_logs() as logs:
        assert asyncio.run(run()) == ["after all"]
    assert [log["event"] for log in logs] == ["telegram_webhook_not_set"] * 3 + ["telegram_poll_failed"] * 3
    assert TOKEN not in json.dumps(logs)


@pytest.mark.parametrize("result", [True, {}, [{}], ["x"], [{"update_id": "x"}]])
def test_given_an_answer_without_ids_when_polling_then_it_rests_instead_of_spinning(result: Any) -> None:
    async def run() -> int:
        rests = 0

        async def rest(seconds: float) -> None:
            nonlocal rests
            rests += 1
            if rests == 3:
                raise asyncio.CancelledError
            await asyncio.sleep(0)

        def answer(request: httpx.Request) -> httpx.Response:
            polls = request.url.path.endswith("getUpdates")
            return httpx.Response(200, json={"ok": True, "result": result if polls else True})

        channel = bot(transport=httpx.MockTransport(answer), sleep=rest)
        with contextlib.suppress(asyncio.CancelledError):
            await channel.run(Kept())
        return rests

    assert asyncio.run(run()) == 3


def test_given_a_text_that_no_database_takes_when_polling_then_it_is_mended() -> None:
    async def run() -> list[str]:
        fake, kept = TelegramFake(), Kept()
        await fake.say(CITIZEN, {"text": "a\0b"})
        async with running(bot(fake), kept):
            return [one.text for one in await kept.until(1)]

    assert asyncio.run(run()) == ["ab"]


def test_given_a_menu_when_run_then_each_language_has_its_commands() -> None:
    async def run() -> dict[str, list[tuple[str, str]]]:
        fake = TelegramFake()
        async with running(bot(fake), Kept()):
            await soon(lambda: len(fake.commands) == 3)
        return {
            language: [(one["command"], one["description"]) for one in commands]
            for (_, language), commands in fake.commands.items()
        }

    assert asyncio.run(run()) == {
        "": [("help", "Hướng dẫn"), ("status", "Tra hồ sơ")],
        "en": [("help", "Help"), ("status", "My file")],
        "zh": [("help", "帮助"), ("status", "Tra hồ sơ")],
    }


def test_given_a_menu_that_is_refused_when_run_then_messages_come_all_the_same() -> None:
    async def run() -> list[str]:
        fake, kept = TelegramFake(), Kept()
        fake.faults.add(Fault("error:400", 9, "setMyCommands"))
        async with running(bot(fake), kept):
            await fake.text(CITIZEN, "x")
            return [one.text for one in await kept.until(1)]

    assert asyncio.run(run()) == ["x"]


def site(channel: Telegram, kept: Kept) -> Any:
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


def posting(kept: Kept) -> tuple[TelegramFake, Telegram]:
    fake = TelegramFake(time_scale=0)
    channel = bot(fake, SECRET)
    fake.http = httpx.AsyncClient(transport=httpx.ASGITransport(app=site(channel, kept)))
    return fake, channel


def test_given_a_secret_when_run_then_telegram_posts_what_we_read_and_no_more() -> None:
    async def run() -> None:
        kept = Kept()
        fake, channel = posting(kept)
        fake.faults.add(Fault("500", 2, "setWebhook"))
        async with running(channel, kept):
            await soon(lambda: fake.webhook_url)
            await fake.start(CITIZEN, "guide_7")
            assert (fake.webhook_url, fake.secret, fake.max_connections) == (HOOK, SECRET, 20)
            assert fake.allowed == ["message", "edited_message", "callback_query", "my_chat_member"]
            (inbound,) = await kept.until(1)
            assert (inbound.kind, inbound.text) == (Kind.START, "guide_7")
            assert not fake.calls["getUpdates"]
            assert await fake.deliver_raw(b"{}") == 403

    asyncio.run(run())


def test_given_an_inbox_that_fails_when_posted_then_telegram_posts_again() -> None:
    async def run() -> list[int]:
        kept = Kept((PostFailed(),))
        fake, channel = posting(kept)
        async with running(channel, kept):
            await soon(lambda: fake.webhook_url)
            await fake.text(CITIZEN, "x")
            assert [one.text for one in kept.came] == ["x"]
        return [delivery.status for delivery in fake.deliveries]

    assert asyncio.run(run()) == [503, 200]


def test_given_buttons_when_one_is_pressed_then_its_token_comes_back_and_an_edit_too() -> None:
    token = "k" * 32

    async def run() -> None:
        kept = Kept()
        fake, channel = posting(kept)
        async with running(channel, kept):
            await soon(lambda: fake.webhook_url)
            first = await fake.text(CITIZEN, "frist")
            await channel.send(part(choices=(Choice("no", "other"), Choice("yes", token))))
            await fake.press(CITIZEN, "yes")
            await fake.edit(CITIZEN, first["message"]["message_id"], "first")
        text, press, edit = kept.came
        assert isinstance(press, Inbound)
        assert isinstance(edit, Inbound)
        assert isinstance(text, Inbound)
        assert (press.pressed, press.address, press.text) == (token, str(CITIZEN), "")
        assert (edit.edits, edit.text) == (text.channel_message_id, "first")

    asyncio.run(run())


def test_given_a_channel_that_ran_when_it_sends_later_then_it_opens_again() -> None:
    async def run() -> None:
        fake, kept = TelegramFake(), Kept()
        channel = bot(fake)
        async with running(channel, kept):
            await fake.text(CITIZEN, "x")
            await kept.until(1)
        await channel.send(part())
        assert fake.messages_to(CITIZEN)

    asyncio.run(run())
