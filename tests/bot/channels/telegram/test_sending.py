"""What the bot sends, and what comes of Telegram's refusals."""

from __future__ import annotations

import asyncio
import logging
import traceback
from datetime import datetime, timezone
from typing import Any

import httpx
import pytest

from bot.channels.port import Choice, Delivery, Enclosure, Part
from bot.channels.telegram.pacing import Pacing
from bot.errors import ChannelDown, SendFailed, TryLater, Unreachable
from tests.bot.channels.telegram.kit import CITIZEN, PNG, bot, part
from tests.fakes.provider import Fault
from tests.fakes.telegram import TOKEN, TelegramFake

PICTURE = Enclosure(PNG, "sheet.png", "image/png")


async def known(**options: Any) -> TelegramFake:
    fake = TelegramFake(**options)
    await fake.start(CITIZEN)
    return fake


def sent(**more: Any) -> tuple[Delivery, Any]:
    async def run() -> tuple[Delivery, Any]:
        fake = await known()
        delivery = await bot(fake).send(part(**more))
        (message,) = fake.messages_to(CITIZEN)
        return delivery, message

    return asyncio.run(run())


def refused(*faults: Fault, **more: Any) -> SendFailed:
    async def run() -> None:
        fake = await known()
        fake.hang_seconds = 0
        for fault in faults:
            fake.faults.add(fault)
        await bot(fake).send(part(**more))

    with pytest.raises(SendFailed) as caught:
        asyncio.run(run())
    return caught.value


def test_given_a_text_with_marks_when_sent_then_it_arrives_as_it_is() -> None:
    delivery, message = sent(text="*a* <b>_c_ https://example.vn")
    assert message.text == "*a* <b>_c_ https://example.vn"
    assert delivery == Delivery(f"{CITIZEN}:{message.message_id}")


def test_given_choices_when_sent_then_short_ones_share_a_row() -> None:
    async def run() -> list[list[str]]:
        fake = await known()
        titles = ["short", "short too", "a title that is a long one", "x", "y", "z"]
        delivery = await bot(fake).send(part(choices=tuple(Choice(t, f"t{i}") for i, t in enumerate(titles))))
        message = fake.messages[int(delivery.channel_message_id.split(":")[1])]
        return [[key["text"] for key in row] for row in message["reply_markup"]["inline_keyboard"]]

    assert asyncio.run(run()) == [["short", "short too"], ["a title that is a long one"], ["x", "y"], ["z"]]


def test_given_the_longest_token_when_sent_then_it_fits_telegrams_64_bytes() -> None:
    _, message = sent(choices=(Choice("a", "t" * 32),))
    assert message.buttons == [("a", "cb:" + "t" * 32)]


def test_given_link_previews_when_sent_then_they_are_off_and_the_text_is_plain() -> None:
    asked: list[bytes] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.content)
        message = {"message_id": 1, "date": 1, "chat": {"id": CITIZEN, "type": "private"}}
        return httpx.Response(200, json={"ok": True, "result": message})

    asyncio.run(bot(transport=httpx.MockTransport(answer)).send(part()))
    assert b"is_disabled" in asked[0]
    assert b"parse_mode" not in asked[0]


def test_given_a_picture_when_sent_then_text_and_buttons_are_below_it() -> None:
    _, message = sent(text="words", enclosure=PICTURE, choices=(Choice("a", "t"),))
    assert (message.kind, message.text, message.file, len(message.buttons)) == ("photo", "words", PNG, 1)


def test_given_a_file_when_sent_then_it_is_a_document_with_its_name() -> None:
    _, message = sent(text="words", enclosure=Enclosure(b"%PDF", "list.pdf", "application/pdf"))
    assert (message.kind, message.text, message.file) == ("file", "words", b"%PDF")


BIG = PNG + b"0" * 10 * 1024 * 1024


@pytest.mark.parametrize(("text", "body"), [("x" * 1025, PNG), ("words", BIG)], ids=["long text", "big picture"])
def test_given_a_picture_that_does_not_fit_when_sent_then_the_words_go_alone(text: str, body: bytes) -> None:
    _, message = sent(text=text, enclosure=Enclosure(body, "sheet.png", "image/png"), choices=(Choice("a", "t"),))
    assert (message.kind, message.text, len(message.buttons)) == ("text", text, 1)


def test_given_a_picture_alone_when_sent_then_it_has_no_caption() -> None:
    _, message = sent(text="", enclosure=PICTURE)
    assert (message.kind, message.text) == ("photo", "")


def test_given_a_picture_alone_that_is_too_big_when_sent_then_it_is_given_up() -> None:
    failed = refused(text="", enclosure=Enclosure(BIG, "sheet.png", "image/png"))
    assert (failed.retry_after, failed.perhaps_sent) == (None, False)


@pytest.mark.parametrize(
    ("body", "mime"), [(b"no photo to telegram", "image/png"), (b"GIF89a", "image/gif")], ids=["refused", "gif"]
)
def test_given_a_picture_that_is_no_photo_to_telegram_when_sent_then_it_is_a_file(body: bytes, mime: str) -> None:
    _, message = sent(text="words", enclosure=Enclosure(body, "sheet.png", mime))
    assert (message.kind, message.text, message.file) == ("file", "words", body)


@pytest.mark.parametrize(
    ("fault", "kind", "reason", "retry_after", "perhaps", "whole"),
    [
        ("error:403", Unreachable, "telegram Forbidden", None, False, False),
        ("error:400:Bad Request: chat not found", Unreachable, "telegram BadRequest", None, False, False),
        (
            "error:400:Bad Request: can't parse entities: SECRET WORDS",
            SendFailed,
            "telegram BadRequest",
            None,
            False,
            False,
        ),
        ("429", SendFailed, "telegram RetryAfter", 7.0, False, False),
        ("error:401", ChannelDown, "telegram InvalidToken", 300.0, False, True),
        ("error:404", ChannelDown, "telegram InvalidToken", 300.0, False, True),
        ("error:409", ChannelDown, "telegram Conflict", 300.0, False, True),
        ("error:500", TryLater, "telegram NetworkError", 0.0, True, False),
        ("500", TryLater, "telegram NetworkError", 0.0, True, False),
        ("hang", TryLater, "telegram TimedOut", 0.0, True, False),
        ("close_after", TryLater, "telegram NetworkError", 0.0, True, False),
    ],
)
def test_given_a_refusal_when_sent_then_it_is_said_what_is_to_be_done(
    fault: str, kind: type[SendFailed], reason: str, retry_after: float | None, perhaps: bool, whole: bool
) -> None:
    async def run() -> None:
        fake = await known()
        fake.hang_seconds, fake.retry_after = 0, 7
        fake.faults.add(Fault(fault))
        await bot(fake).send(part())

    with pytest.raises(SendFailed) as caught:
        asyncio.run(run())
    error = caught.value
    assert (type(error), str(error)) == (kind, reason)
    assert (error.retry_after, error.perhaps_sent, error.whole_channel) == (retry_after, perhaps, whole)


def test_given_an_answer_without_an_id_when_sent_then_it_has_perhaps_arrived() -> None:
    assert refused(Fault("no_id")).perhaps_sent


def test_given_retry_after_as_a_timedelta_when_sent_then_seconds_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    assert refused(Fault("429")).retry_after == 1.0


@pytest.mark.parametrize(
    ("status", "body"),
    [(200, b"<html>"), (200, b"{}"), (200, b"[]"), (200, b'{"ok":true,"result":true}'), (502, b"[1]")],
)
def test_given_an_answer_of_a_wrong_shape_when_sent_then_it_has_perhaps_arrived(status: int, body: bytes) -> None:
    transport = httpx.MockTransport(lambda request: httpx.Response(status, content=body))
    with pytest.raises(TryLater) as caught:
        asyncio.run(bot(transport=transport).send(part()))
    assert caught.value.perhaps_sent


@pytest.mark.parametrize(
    ("error", "perhaps"),
    [
        (httpx.ConnectError, False),
        (httpx.ConnectTimeout, False),
        (httpx.PoolTimeout, False),
        (httpx.ReadTimeout, True),
        (httpx.WriteError, True),
        (httpx.ReadError, True),
    ],
)
def test_given_a_broken_line_when_sent_then_only_what_reached_telegram_has_perhaps_arrived(
    error: type[httpx.TransportError], perhaps: bool, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    def broken(request: httpx.Request) -> httpx.Response:
        raise error(f"trouble with {request.url}")

    words = "SECRET WORDS".lower()
    with pytest.raises(TryLater) as caught:
        asyncio.run(bot(transport=httpx.MockTransport(broken)).send(part(words)))
    assert caught.value.perhaps_sent is perhaps
    told = "".join(traceback.format_exception(caught.value)) + caplog.text
    assert TOKEN not in told
    assert words not in told
    assert caught.value.__cause__ is caught.value.__context__ is None


def test_given_a_citizen_who_blocked_us_when_sent_then_unreachable() -> None:
    async def run() -> None:
        fake = await known()
        await fake.block(CITIZEN)
        await bot(fake).send(part())

    with pytest.raises(Unreachable):
        asyncio.run(run())


def test_given_an_address_that_is_none_when_sent_then_it_is_given_up() -> None:
    with pytest.raises(SendFailed) as caught:
        asyncio.run(bot(TelegramFake()).send(Part(address="@channel", conversation_id=1, text="x")))
    assert caught.value.retry_after is None


def test_given_many_messages_to_a_chat_when_sent_then_telegram_never_complains() -> None:
    async def run() -> list[str]:
        fake = await known(enforce_rates=True)

        async def later(seconds: float) -> None:
            fake.advance(seconds)
            await asyncio.sleep(0)

        channel = bot(fake, sleep=later)
        for number in range(10):
            await channel.send(part(str(number)))
        return [message.text for message in fake.messages_to(CITIZEN)]

    assert asyncio.run(run()) == [str(number) for number in range(10)]


def test_given_two_chats_when_turns_are_taken_then_only_the_same_chat_waits() -> None:
    waited: list[float] = []

    async def run() -> None:
        async def note(seconds: float) -> None:
            waited.append(round(seconds))

        pacing = Pacing(note)
        for address in ("a", "b", "a", "a"):
            await pacing.turn(address)

    asyncio.run(run())
    assert waited == [1, 2]


def test_given_sent_messages_when_looked_for_then_telegram_has_no_memory() -> None:
    channel = bot(TelegramFake())
    assert not channel.abilities.memory
    assert asyncio.run(channel.find(part(), datetime.now(timezone.utc), frozenset())) is None


@pytest.mark.parametrize("mime", ["audio/ogg", "audio/mpeg", "audio/mp4"])
def test_given_a_recording_when_sent_then_it_is_a_voice_message(mime: str) -> None:
    _, message = sent(text="", enclosure=Enclosure(b"OggS", "a.ogg", mime))
    assert (message.kind, message.file) == ("voice", b"OggS")
