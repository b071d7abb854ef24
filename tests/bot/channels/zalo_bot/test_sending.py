"""What the bot sends, and what comes of Zalo's refusals."""

from __future__ import annotations

import asyncio
import json
import logging
import traceback
from datetime import datetime, timezone
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from bot.channels.port import Delivery, Enclosure, Part
from bot.channels.zalo_bot import ZaloBot
from bot.conversation import Attachment, Inbound, Kind
from bot.errors import ChannelDown, FetchFailed, SendFailed, TryLater
from tests.bot.channels.zalo_bot.kit import TOKEN, USER, fake, on, part
from tests.fakes.provider import Fault

PICTURE = Enclosure(b"\x89PNG", "sheet.png", "image/png", "https://motcua.example/sheet.png")


def sent(given: Part, faults: tuple[Fault, ...] = ()) -> tuple[Delivery, Any]:
    async def run() -> tuple[Delivery, Any]:
        zalo = fake()
        for fault in faults:
            zalo.faults.add(fault)
        async with on(zalo) as channel:
            delivery = await channel.send(given)
        (message,) = zalo.messages_to(USER)
        return delivery, message

    return asyncio.run(run())


def test_given_a_text_when_sent_then_zalos_id_comes_back() -> None:
    delivery, message = sent(part("*a* 1, 2, 3"))
    assert (message.kind, message.text) == ("text", "*a* 1, 2, 3")
    assert delivery.channel_message_id == message.message_id


@pytest.mark.parametrize("text", ["words", ""])
def test_given_a_picture_with_a_public_address_when_sent_then_zalo_fetches_it(text: str) -> None:
    _, message = sent(part(text, enclosure=PICTURE))
    assert (message.kind, message.text, message.url) == ("photo", text, PICTURE.link)


@pytest.mark.parametrize("link", ["", "http://127.0.0.1:8000/sheet.png"])
def test_given_a_picture_without_a_public_address_when_sent_then_the_words_go_alone(link: str) -> None:
    _, message = sent(part("words", enclosure=Enclosure(b"", "a.png", "image/png", link)))
    assert (message.kind, message.text) == ("text", "words")


@pytest.mark.parametrize("mime", ["application/pdf", "image/gif"])
def test_given_a_file_that_is_no_picture_when_sent_then_the_words_go_alone(mime: str) -> None:
    link = "https://motcua.example/g/7k4p9m2xqr.pdf"
    _, message = sent(part("words", enclosure=Enclosure(b"", "a.pdf", mime, link)))
    assert (message.kind, message.text) == ("text", "words")


def test_given_what_was_sent_when_it_is_to_be_changed_then_zalo_cannot() -> None:
    async def story() -> None:
        async with on(fake()) as channel:
            for change in (channel.edit, channel.recall):
                with pytest.raises(SendFailed):
                    await change(part("two"), "m1")

    asyncio.run(story())
    assert not ZaloBot.abilities.edits


def test_given_a_picture_alone_without_a_public_address_when_sent_then_it_is_given_up() -> None:
    with pytest.raises(SendFailed) as caught:
        sent(part("", enclosure=Enclosure(b"", "a.png", "image/png")))
    assert caught.value.retry_after is None


def test_given_an_answer_without_an_id_when_sent_then_it_is_sent() -> None:
    assert sent(part(), (Fault("no_id"),))[0] == Delivery("")


@pytest.mark.parametrize(
    ("fault", "kind", "reason", "retry_after", "perhaps", "whole"),
    [
        ("error:401", ChannelDown, "zalo-bot 401", 300.0, False, True),
        ("429", ChannelDown, "zalo-bot 429", 3600.0, False, True),
        ("error:403", TryLater, "zalo-bot 403", 0.0, False, False),
        ("error:408", TryLater, "zalo-bot 408", 0.0, True, False),
        ("error:503", TryLater, "zalo-bot 503", 0.0, True, False),
        ("500", TryLater, "zalo-bot 500", 0.0, True, False),
        ("hang", TryLater, "zalo-bot ReadTimeout", 0.0, True, False),
        ("close_after", TryLater, "zalo-bot RemoteProtocolError", 0.0, True, False),
        ("error:400", SendFailed, "zalo-bot 400", None, False, False),
        ("error:404", SendFailed, "zalo-bot 404", None, False, False),
    ],
)
def test_given_a_refusal_when_sent_then_it_is_said_what_is_to_be_done(
    fault: str, kind: type[SendFailed], reason: str, retry_after: float | None, perhaps: bool, whole: bool
) -> None:
    with pytest.raises(SendFailed) as caught:
        sent(part(), (Fault(fault),))
    error = caught.value
    assert (type(error), str(error)) == (kind, reason)
    assert (error.retry_after, error.perhaps_sent, error.whole_channel) == (retry_after, perhaps, whole)


@pytest.mark.parametrize(
    ("body", "kind", "perhaps"),
    [
        (b'{"ok":false,"error_code":401,"description":"x"}', ChannelDown, False),
        (b'{"ok":false,"error_code":429,"description":"x"}', ChannelDown, False),
        (b'{"ok":false,"error_code":500,"description":"x"}', TryLater, True),
        (b'{"ok":false}', SendFailed, False),
        (b"<html>", TryLater, True),
        (b"[]", TryLater, True),
        (b"", TryLater, True),
    ],
)
def test_given_http_200_when_the_envelope_says_no_then_that_counts(
    body: bytes, kind: type[SendFailed], perhaps: bool
) -> None:
    async def run() -> None:
        async with on(transport=httpx.MockTransport(lambda request: httpx.Response(200, content=body))) as channel:
            await channel.send(part())

    with pytest.raises(SendFailed) as caught:
        asyncio.run(run())
    assert (type(caught.value), caught.value.perhaps_sent) == (kind, perhaps)


@pytest.mark.parametrize(
    ("error", "perhaps"),
    [(httpx.ConnectError, False), (httpx.ConnectTimeout, False), (httpx.ReadTimeout, True), (httpx.ReadError, True)],
)
def test_given_a_broken_line_when_sent_then_neither_token_nor_words_are_told(
    error: type[httpx.TransportError], perhaps: bool, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    words = "SECRET WORDS".lower()

    def broken(request: httpx.Request) -> httpx.Response:
        raise error(f"trouble with {request.url}")

    async def run() -> None:
        async with on(transport=httpx.MockTransport(broken)) as channel:
            await channel.send(part(words))

    with pytest.raises(TryLater) as caught:
        asyncio.run(run())
    told = "".join(traceback.format_exception(caught.value)) + caplog.text
    assert caught.value.perhaps_sent is perhaps
    assert TOKEN not in told
    assert words not in told
    assert caught.value.__cause__ is None


def test_given_a_message_that_is_sent_when_it_worked_then_no_address_is_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    sent(part())
    assert TOKEN not in caplog.text


def test_given_sent_messages_when_looked_for_then_zalo_has_no_memory() -> None:
    async def run() -> Any:
        async with on(fake()) as channel:
            assert (channel.abilities.memory, channel.abilities.buttons, channel.abilities.text) == (False, 0, 2000)
            return await channel.find(part(), datetime.now(timezone.utc), frozenset())

    assert asyncio.run(run()) is None


def greeted(fault: Fault | None) -> tuple[list[str], list[Any]]:
    async def run() -> list[str]:
        zalo = fake()
        if fault:
            zalo.faults.add(fault)
        async with on(zalo) as channel:
            await channel.greet(Inbound("zalo-bot", USER, "m1", "SECRET WORDS"))
        return [one.kind for one in zalo.sent_to(USER)]

    with capture_logs() as logs:
        return asyncio.run(run()), logs


def test_given_a_message_when_greeted_then_somebody_types() -> None:
    assert greeted(None) == (["typing"], [])


@pytest.mark.parametrize("kind", ["500", "hang", "error:401"])
def test_given_trouble_when_greeted_then_nothing_is_raised_and_no_words_are_logged(kind: str) -> None:
    kinds, logs = greeted(Fault(kind))
    assert (kinds, [log["event"] for log in logs]) == ([], ["zalo_bot_typing_not_shown"])
    assert "SECRET" not in json.dumps(logs)


@pytest.mark.parametrize("kind", ["image", "voice"])
def test_given_a_file_when_fetched_then_its_bytes(kind: str) -> None:
    async def run() -> Any:
        zalo = fake()
        await getattr(zalo, kind)(USER, b"12345")
        (path,) = zalo.media
        async with on(zalo) as channel:
            return await channel.fetch(Attachment(Kind.VOICE, zalo.media_base + path), 5)

    assert asyncio.run(run()) == b"12345"


def test_given_an_address_elsewhere_when_fetched_then_it_is_refused_for_good() -> None:
    async def run() -> None:
        async with on(fake()) as channel:
            await channel.fetch(Attachment(Kind.PHOTO, "http://169.254.169.254/latest"), 5)

    with pytest.raises(FetchFailed) as caught:
        asyncio.run(run())
    assert caught.value.for_good
