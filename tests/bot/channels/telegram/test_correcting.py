"""Messages of ours that are changed or taken back, and the button by which a number is given."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot.channels.port import Asking, Choice
from bot.channels.telegram import Telegram
from bot.conversation import Inbound, Kind
from bot.errors import SendFailed, TryLater, Unreachable
from tests.bot.channels.telegram.kit import CITIZEN, bot, part, read
from tests.fakes.provider import Fault
from tests.fakes.telegram import TelegramFake

ASKING = Asking("Gửi số của tôi", "Xin số")
Change = Callable[[Telegram, TelegramFake, str], Awaitable[object]]


def told(change: Change) -> tuple[TelegramFake, list[str]]:
    """The fake, and what stands in the chat after a message "one" was sent and something was done to it."""

    async def run() -> tuple[TelegramFake, list[str]]:
        fake = TelegramFake()
        await fake.start(CITIZEN)
        channel = bot(fake)
        delivery = await channel.send(part("one"))
        await change(channel, fake, delivery.channel_message_id)
        return fake, [message.text for message in fake.messages_to(CITIZEN)]

    return asyncio.run(run())


async def edit(channel: Telegram, fake: TelegramFake, id_: str) -> None:
    await channel.edit(part("two"), id_)


async def recall(channel: Telegram, fake: TelegramFake, id_: str) -> None:
    await channel.recall(part(""), id_)


def test_given_a_message_when_it_is_edited_then_other_words_stand_in_its_place() -> None:
    fake, texts = told(edit)
    assert (texts, fake.messages_to(CITIZEN)[0].edited) == (["two"], True)


def test_given_a_message_when_it_is_recalled_then_it_is_gone() -> None:
    assert told(recall)[1] == []


def test_given_the_same_words_when_edited_then_nothing_is_wrong() -> None:
    async def twice(channel: Telegram, fake: TelegramFake, id_: str) -> None:
        await edit(channel, fake, id_)
        await edit(channel, fake, id_)

    assert told(twice)[1] == ["two"]


def test_given_a_message_that_is_gone_when_recalled_then_nothing_is_wrong() -> None:
    async def twice(channel: Telegram, fake: TelegramFake, id_: str) -> None:
        await recall(channel, fake, id_)
        await recall(channel, fake, id_)

    assert told(twice)[1] == []


@pytest.mark.parametrize(("hours", "texts"), [(47, []), (49, ["one"])])
def test_given_an_old_message_when_recalled_then_telegram_takes_it_back_for_48_hours(
    hours: int, texts: list[str]
) -> None:
    async def later(channel: Telegram, fake: TelegramFake, id_: str) -> None:
        fake.advance(hours * 3600)
        with pytest.raises(SendFailed) if texts else contextlib.nullcontext():
            await recall(channel, fake, id_)

    assert told(later)[1] == texts


@pytest.mark.parametrize(
    ("change", "id_"),
    [(edit, f"{CITIZEN}:999"), *((one, id_) for one in (edit, recall) for id_ in ("", "x", "@channel:1", "1:2:3"))],
)
def test_given_a_message_that_is_not_there_when_edited_then_it_is_refused(change: Change, id_: str) -> None:
    async def wrong(channel: Telegram, fake: TelegramFake, _: str) -> None:
        with pytest.raises(SendFailed):
            await change(channel, fake, id_)

    assert told(wrong)[1] == ["one"]


@pytest.mark.parametrize("change", [edit, recall])
@pytest.mark.parametrize(("fault", "kind"), [("error:403", Unreachable), ("429", SendFailed), ("error:500", TryLater)])
def test_given_trouble_when_a_message_is_changed_then_it_is_told_as_for_one_that_is_sent(
    change: Change, fault: str, kind: type[SendFailed]
) -> None:
    async def troubled(channel: Telegram, fake: TelegramFake, id_: str) -> None:
        fake.faults.add(Fault(fault))
        with pytest.raises(kind) as caught:
            await change(channel, fake, id_)
        assert caught.value.__cause__ is None and caught.value.__context__ is None

    assert told(troubled)[1] == ["one"]


def asked(after: Change) -> tuple[TelegramFake, Any]:
    async def run() -> tuple[TelegramFake, Any]:
        fake = TelegramFake()
        await fake.start(CITIZEN)
        channel = bot(fake)
        delivery = await channel.send(part("Your number?", asking=ASKING))
        return fake, await after(channel, fake, delivery.channel_message_id)

    return asyncio.run(run())


def test_given_a_request_when_its_button_is_pressed_then_the_citizens_own_number_comes() -> None:
    async def press(channel: Telegram, fake: TelegramFake, _: str) -> Any:
        return await fake.press(CITIZEN, ASKING.button)

    _, update = asked(press)
    (one,) = read({"message": update["message"]})
    assert isinstance(one, Inbound) and one.kind is Kind.CONTACT
    assert one.contact is not None and one.contact.phone == "84900000001"


@pytest.mark.parametrize(
    ("choices", "shown"), [((), 0), ((Choice("a", "t"),), 1)], ids=["no buttons", "buttons of its own"]
)
def test_given_a_request_when_the_next_message_comes_then_its_button_goes_with_the_first_that_has_none(
    choices: tuple[Choice, ...], shown: int
) -> None:
    async def go_on(channel: Telegram, fake: TelegramFake, _: str) -> Any:
        await channel.send(part("on", choices=choices))
        return len(fake.shown_keyboards)

    assert asked(go_on)[1] == shown


def test_given_nobody_was_asked_when_words_are_sent_then_no_keyboard_is_named() -> None:
    async def more(channel: Telegram, fake: TelegramFake, id_: str) -> None:
        await channel.send(part("two"))

    fake, _ = told(more)
    assert fake.shown_keyboards == {}
