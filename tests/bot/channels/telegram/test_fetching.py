"""Files that citizens send, and signs of life."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from bot.channels.port import Choice
from bot.conversation import Attachment, Inbound, Kind
from bot.errors import FetchFailed
from tests.bot.channels.telegram.kit import CITIZEN, bot, part
from tests.fakes.provider import Fault
from tests.fakes.telegram import TOKEN, TelegramFake


def fetched(data: bytes, name: str, most: int, attachment: Attachment | None = None) -> Any:
    async def run() -> Any:
        fake = TelegramFake()
        await fake.document(CITIZEN, data, name, "application/pdf")
        (id_,) = fake.files
        return await bot(fake).fetch(attachment or Attachment(Kind.FILE, id_), most)

    return asyncio.run(run())


def test_given_a_file_when_fetched_then_its_bytes() -> None:
    assert fetched(b"%PDF", "a.pdf", 100) == b"%PDF"


@pytest.mark.parametrize("most", [3, 0])
def test_given_a_file_that_is_too_big_when_fetched_then_it_is_refused_for_good(most: int) -> None:
    with pytest.raises(FetchFailed) as caught:
        fetched(b"%PDF", "a.pdf", most)
    assert caught.value.for_good


@pytest.mark.parametrize(("claims", "most"), [(2, 3), (None, 3)])
def test_given_a_file_that_is_bigger_than_telegram_says_when_fetched_then_it_is_refused(
    claims: int | None, most: int
) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if "/file/" in request.url.path:
            return httpx.Response(200, content=b"12345")
        result = {"file_id": "F", "file_unique_id": "U", "file_size": claims, "file_path": "a/b.pdf"}
        return httpx.Response(200, json={"ok": True, "result": result})

    with pytest.raises(FetchFailed) as caught:
        asyncio.run(bot(transport=httpx.MockTransport(answer)).fetch(Attachment(Kind.FILE, "F"), most))
    assert caught.value.for_good


def test_given_a_file_that_telegram_does_not_know_when_fetched_then_it_is_refused_for_good() -> None:
    with pytest.raises(FetchFailed) as caught:
        fetched(b"%PDF", "a.pdf", 100, Attachment(Kind.FILE, "other"))
    assert caught.value.for_good


@pytest.mark.parametrize("fault", ["500", "hang", "close_after", "429"])
@pytest.mark.parametrize("method", ["getFile", "file"])
def test_given_trouble_on_the_way_when_fetched_then_it_can_be_tried_again(fault: str, method: str) -> None:
    async def run() -> Any:
        fake = TelegramFake()
        fake.hang_seconds = 0
        await fake.document(CITIZEN, b"%PDF", "a.pdf", "application/pdf")
        fake.faults.add(Fault(fault, method=method))
        return await bot(fake).fetch(Attachment(Kind.FILE, next(iter(fake.files))), 100)

    with pytest.raises(FetchFailed) as caught:
        asyncio.run(run())
    assert not caught.value.for_good
    assert caught.value.__context__ is None


def test_given_a_press_when_greeted_then_its_clock_stops() -> None:
    async def run() -> list[str]:
        fake = TelegramFake()
        await fake.start(CITIZEN)
        channel = bot(fake)
        await channel.send(part(choices=(Choice("a", "t"),)))
        update = await fake.press(CITIZEN, "a")
        ticket = update["callback_query"]["id"]
        await channel.greet(Inbound("telegram", str(CITIZEN), "cb:1", "", ticket=ticket))
        return [sent.kind for sent in fake.sent_to(CITIZEN)]

    assert asyncio.run(run()) == ["text", "answer"]


def test_given_many_who_wait_when_greeted_then_few_signs_of_life_take_the_place_of_an_answer() -> None:
    async def run() -> list[str]:
        fake = TelegramFake()
        await fake.start(CITIZEN)
        channel = bot(fake)
        for number in range(5):
            await channel.greet(Inbound("telegram", str(CITIZEN), f"m{number}", "Chào"))
        return [sent.kind for sent in fake.sent_to(CITIZEN)]

    assert asyncio.run(run()) == ["typing"]


def test_given_telegram_is_down_when_greeted_then_nothing_is_raised_and_no_words_are_logged() -> None:
    def broken(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadError(str(request.url))

    with capture_logs() as logs:
        inbound = Inbound("telegram", str(CITIZEN), "cb:1", "SECRET WORDS", ticket="t")
        for one in (inbound, replace(inbound, ticket="")):
            asyncio.run(bot(transport=httpx.MockTransport(broken)).greet(one))
    assert [log["event"] for log in logs] == ["telegram_press_unanswered", "telegram_typing_not_shown"]
    assert TOKEN not in json.dumps(logs)
    assert "SECRET" not in json.dumps(logs)
