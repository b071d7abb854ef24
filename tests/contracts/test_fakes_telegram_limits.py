"""The fake of Telegram refuses what Telegram refuses, in the same words."""

from __future__ import annotations

from typing import Any

import pytest
from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import BadRequest, Forbidden

from tests.contracts.test_fakes_telegram import CITIZEN, bot_of, call, run
from tests.fakes import TelegramFake
from tests.fakes.hook import client


async def refusal(fake: TelegramFake, method: str, **values: Any) -> str:
    await fake.start(CITIZEN)
    status, body = await call(fake, method, **values)
    assert (body["ok"], body["error_code"]) == (False, status)
    return body["description"]


def inline(*rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {"inline_keyboard": list(rows)}


@pytest.mark.parametrize(
    ("words", "values"),
    [
        ("Bad Request: message is too long", {"text": "x" * 4097}),
        ("Bad Request: message text is empty", {"text": " \n"}),
        ("Bad Request: message text is empty", {"text": "<b></b>", "parse_mode": "HTML"}),
        ("Bad Request: chat not found", {"chat_id": 1, "text": "x"}),
        ("Bad Request: chat not found", {"chat_id": "@tanlap", "text": "x"}),
        ("Bad Request: BUTTON_DATA_INVALID", {"reply_markup": inline([{"text": "x", "callback_data": "đ" * 33}])}),
        ("Bad Request: BUTTON_DATA_INVALID", {"reply_markup": inline([{"text": "x", "callback_data": ""}])}),
        ("Bad Request: BUTTON_DATA_INVALID", {"reply_markup": inline([{"text": "x", "callback_data": 7}])}),
        (
            "Bad Request: REPLY_MARKUP_TOO_LONG",
            {"reply_markup": inline(*[[{"text": "x", "callback_data": "d"}]] * 101)},
        ),
    ],
)
def test_given_a_message_beyond_a_limit_when_it_is_sent_then_telegram_refuses_it(
    words: str, values: dict[str, Any]
) -> None:
    fake = TelegramFake()
    assert run(refusal(fake, "sendMessage", **({"chat_id": CITIZEN, "text": "x"} | values))) == words
    assert fake.sent == []


@pytest.mark.parametrize(
    "values",
    [
        {"chat_id": [CITIZEN]},
        {"text": {"a": 1}},
        {"text": True},
        {"text": "<blink>x</blink>", "parse_mode": "HTML"},
        {"text": "<b>x", "parse_mode": "HTML"},
        {"reply_markup": []},
        {"reply_markup": "{"},
        {"reply_markup": inline([{"text": "x"}])},
        {"reply_markup": {"inline_keyboard": 7}},
        {"reply_markup": {"inline_keyboard": [[None]]}},
    ],
)
def test_given_a_parameter_of_a_wrong_shape_when_a_message_is_sent_then_it_is_a_400(values: dict[str, Any]) -> None:
    words = run(refusal(TelegramFake(), "sendMessage", **({"chat_id": CITIZEN, "text": "x"} | values)))
    assert words.startswith("Bad Request: ")


def test_given_a_body_that_is_no_json_when_it_is_posted_then_it_is_a_400() -> None:
    async def story() -> int:
        fake = TelegramFake()
        async with client(fake) as http:
            head = {"content-type": "application/json"}
            for body in (b"{", b"\xff", b"[]", b'{"text":"\\ud800"}', b"[" * 100_000):
                answer = await http.post(f"/bot{fake.token}/sendMessage", content=body, headers=head)
                assert answer.status_code == 400
            wrong = await http.post("/bot1:x/getMe")
            unknown = await http.post(f"/bot{fake.token}/sendSmell")
            return wrong.status_code, unknown.status_code, unknown.json()["ok"]

    assert run(story()) == (401, 404, False)


def test_given_a_blocked_bot_when_it_writes_then_it_is_forbidden_until_the_citizen_starts_again() -> None:
    async def story() -> None:
        fake = TelegramFake()
        await fake.start(CITIZEN)
        await fake.block(CITIZEN)
        async with bot_of(fake) as bot:
            with pytest.raises(Forbidden):
                await bot.send_message(CITIZEN, "x")
            await fake.start(CITIZEN)
            assert await bot.send_message(CITIZEN, "x")

    run(story())


def test_given_an_edit_that_changes_nothing_when_it_is_sent_then_telegram_says_not_modified() -> None:
    async def story() -> None:
        fake = TelegramFake()
        await fake.start(CITIZEN)
        async with bot_of(fake) as bot:
            message = await bot.send_message(CITIZEN, "x")
            with pytest.raises(BadRequest, match="not modified"):
                await message.edit_text("x")
            with pytest.raises(BadRequest, match="not modified"):
                await message.edit_reply_markup(None)
            with pytest.raises(BadRequest, match="not found"):
                await bot.edit_message_text("y", CITIZEN, 999)

    run(story())


def test_given_a_press_when_it_is_answered_twice_then_the_second_is_too_old() -> None:
    async def story() -> None:
        fake = TelegramFake()
        await fake.start(CITIZEN)
        async with bot_of(fake) as bot:
            await bot.send_message(
                CITIZEN,
                "?",
                reply_markup=InlineKeyboardMarkup.from_button(InlineKeyboardButton("A", callback_data="a")),
            )
            query = (await fake.press(CITIZEN, "A"))["callback_query"]["id"]
            assert await bot.answer_callback_query(query)
            with pytest.raises(BadRequest, match=r"(?i)query is too old"):
                await bot.answer_callback_query(query)
            with pytest.raises(LookupError):
                await fake.press(CITIZEN, "B")

    run(story())


@pytest.mark.parametrize(
    "values",
    [
        {"url": "http://bot.example/hook"},
        {"url": "https://bot.example:9000/hook"},
        {"url": "https://bot.example:port/hook"},
        {"url": "https://bot.example/hook", "secret_token": "có dấu"},
        {"url": "https://bot.example/hook", "secret_token": "x" * 257},
        {"url": "https://bot.example/hook", "max_connections": 101},
    ],
)
def test_given_a_bad_webhook_when_it_is_set_then_telegram_refuses_it(values: dict[str, Any]) -> None:
    assert run(refusal(TelegramFake(), "setWebhook", **values)).startswith("Bad Request: ")


def test_given_rates_when_a_chat_gets_many_messages_then_telegram_asks_to_wait() -> None:
    async def story() -> None:
        fake = TelegramFake(enforce_rates=True)
        await fake.start(CITIZEN)
        statuses = [(await call(fake, "sendMessage", chat_id=CITIZEN, text="x"))[0] for _ in range(4)]
        assert statuses == [200, 200, 200, 429]
        fake.advance(1.5)
        assert (await call(fake, "sendMessage", chat_id=CITIZEN, text="x"))[0] == 200

    run(story())


ASKS = {"keyboard": [[{"text": "My number", "request_contact": True}]], "one_time_keyboard": True}


@pytest.mark.parametrize(
    "markup",
    [
        {"keyboard": []},
        {"keyboard": [[{"text": "a", "callback_data": "x"}]]},
        {"keyboard": [[{"text": "a", "request_contact": True, "request_location": True}]]},
        {"keyboard": [[{"text": "a"}]], "remove_keyboard": True},
        {"remove_keyboard": False},
        {"buttons": []},
    ],
    ids=["empty", "inline", "two", "both", "false", "unknown"],
)
def test_given_a_wrong_reply_keyboard_when_sent_then_it_is_refused(markup: dict[str, Any]) -> None:
    async def story() -> int:
        fake = TelegramFake()
        await fake.start(CITIZEN)
        return (await call(fake, "sendMessage", chat_id=CITIZEN, text="a", reply_markup=markup))[0]

    assert run(story()) == 400


def test_given_a_reply_keyboard_when_it_is_removed_then_nobody_can_press_it() -> None:
    async def story() -> None:
        fake = TelegramFake()
        await fake.start(CITIZEN)
        await call(fake, "sendMessage", chat_id=CITIZEN, text="a", reply_markup=ASKS)
        await fake.press(CITIZEN, "My number")
        await call(fake, "sendMessage", chat_id=CITIZEN, text="b", reply_markup={"remove_keyboard": True})
        with pytest.raises(LookupError):
            await fake.press(CITIZEN, "My number")

    run(story())


def test_given_a_message_with_a_reply_keyboard_when_edited_then_telegram_cannot() -> None:
    async def story() -> str:
        fake = TelegramFake()
        await fake.start(CITIZEN)
        _, answer = await call(fake, "sendMessage", chat_id=CITIZEN, text="a", reply_markup=ASKS)
        number = answer["result"]["message_id"]
        _, answer = await call(fake, "editMessageText", chat_id=CITIZEN, message_id=number, text="b")
        return str(answer["description"])

    assert "can't be edited" in run(story())


@pytest.mark.parametrize(("hours", "whose", "status"), [(1, CITIZEN, 200), (49, CITIZEN, 400), (1, CITIZEN + 1, 400)])
def test_given_a_message_when_deleted_then_it_goes_for_48_hours_and_from_its_own_chat(
    hours: int, whose: int, status: int
) -> None:
    async def story() -> tuple[int, int]:
        fake = TelegramFake()
        for one in (CITIZEN, CITIZEN + 1):
            await fake.start(one)
        _, answer = await call(fake, "sendMessage", chat_id=CITIZEN, text="a")
        fake.advance(hours * 3600)
        code, _ = await call(fake, "deleteMessage", chat_id=whose, message_id=answer["result"]["message_id"])
        return code, len(fake.messages_to(CITIZEN))

    assert run(story()) == (status, 0 if status == 200 else 1)
