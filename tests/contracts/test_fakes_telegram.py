"""The fake of Telegram is as strict as Telegram, and python-telegram-bot understands it."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import httpx
import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import BadRequest, Conflict, Forbidden, NetworkError, RetryAfter, TimedOut
from telegram.request import HTTPXRequest

from tests.fakes import Fault, TelegramFake
from tests.fakes.hook import Hook, client

CITIZEN = 4242
JPG = b"\xff\xd8\xff\xe0" + b"0" * 100


def run(work: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(work)


def bot_of(fake: TelegramFake) -> Bot:
    def request() -> HTTPXRequest:
        return HTTPXRequest(httpx_kwargs={"transport": httpx.ASGITransport(app=fake)})

    urls = {"base_url": "http://telegram/bot", "base_file_url": "http://telegram/file/bot"}
    return Bot(fake.token, request=request(), get_updates_request=request(), **urls)


async def call(fake: TelegramFake, method: str, **values: Any) -> tuple[int, Any]:
    async with client(fake) as http:
        answer = await http.post(f"/bot{fake.token}/{method}", json=values)
    return answer.status_code, answer.json()


def test_given_a_conversation_when_ptb_polls_then_text_press_edit_and_answer_work() -> None:
    async def story() -> None:
        fake = TelegramFake()
        async with bot_of(fake) as bot:
            await fake.start(CITIZEN, "xa-tan-lap")
            (update,) = await bot.get_updates()
            assert (update.message.text, update.message.date.year > 2020) == ("/start xa-tan-lap", True)
            keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("Tra hồ sơ", callback_data="cb:1")]])
            message = await bot.send_message(CITIZEN, "<b>Chào</b> bạn", parse_mode="HTML", reply_markup=keyboard)
            await fake.press(CITIZEN, "Tra hồ sơ")
            (update,) = await bot.get_updates(offset=update.update_id + 1)
            assert (update.callback_query.data, update.callback_query.message.message_id) == ("cb:1", message.id)
            await update.callback_query.answer()
            await update.callback_query.edit_message_text("Đã chọn")
        (sent,) = fake.messages_to(CITIZEN)
        assert (sent.text, sent.buttons, sent.edited) == ("Đã chọn", [], True)
        assert [one.kind for one in fake.sent_to(CITIZEN)] == ["text", "answer"]

    run(story())


def test_given_all_kinds_of_messages_when_ptb_reads_them_then_each_has_its_content() -> None:
    async def story() -> None:
        fake = TelegramFake()
        async with bot_of(fake) as bot:
            await fake.photo(CITIZEN, JPG, "giấy khai sinh")
            await fake.document(CITIZEN, b"%PDF-1.7", "don.pdf", "application/pdf")
            await fake.voice(CITIZEN, b"OggS")
            await fake.location(CITIZEN, 21.5, 105.8)
            await fake.contact(CITIZEN, "84912345678", "Lò Thị Mai")
            await fake.sticker(CITIZEN)
            sent = await fake.text(CITIZEN, "chào")
            await fake.edit(CITIZEN, sent["message"]["message_id"], "chào bạn")
            await fake.block(CITIZEN)
            photo, document, voice, place, contact, sticker, text, edited, member = await bot.get_updates()
            assert bytes(await (await photo.message.photo[-1].get_file()).download_as_bytearray()) == JPG
            assert (document.message.document.file_name, voice.message.voice.duration) == ("don.pdf", 3)
            assert (place.message.location.latitude, contact.message.contact.user_id) == (21.5, CITIZEN)
            assert (sticker.message.sticker.emoji, text.message.text) == ("👍", "chào")
            assert edited.edited_message.text == "chào bạn"
            assert member.my_chat_member.new_chat_member.status == "kicked"

    run(story())


def test_given_files_when_ptb_uploads_them_then_their_bytes_arrive() -> None:
    async def story() -> None:
        fake = TelegramFake()
        await fake.start(CITIZEN)
        async with bot_of(fake) as bot:
            await bot.send_photo(CITIZEN, JPG, caption="bản đồ")
            await bot.send_document(CITIZEN, b"%PDF", filename="mau.pdf")
            await bot.send_chat_action(CITIZEN, "typing")
            with pytest.raises(BadRequest, match=r"(?i)IMAGE_PROCESS_FAILED"):
                await bot.send_photo(CITIZEN, b"not a picture")
            with pytest.raises(NetworkError, match="Too Large"):
                await bot.send_photo(CITIZEN, JPG + b"0" * 10 * 1024 * 1024)
        kinds = [(one.kind, one.text, one.file) for one in fake.sent_to(CITIZEN)]
        assert kinds == [("photo", "bản đồ", JPG), ("file", "", b"%PDF"), ("typing", "typing", None)]

    run(story())


def test_given_commands_when_ptb_sets_them_then_each_language_has_its_own() -> None:
    async def story() -> None:
        async with bot_of(TelegramFake()) as bot:
            await bot.set_my_commands([("start", "Bắt đầu")], language_code="vi")
            assert [one.command for one in await bot.get_my_commands(language_code="vi")] == ["start"]
            assert await bot.delete_my_commands(language_code="vi")
            assert await bot.get_my_commands(language_code="vi") == ()
            assert await bot.set_chat_menu_button()
            with pytest.raises(BadRequest, match=r"(?i)BOT_COMMAND_INVALID"):
                await bot.set_my_commands([("Xin chào", "x")])

    run(story())


def test_given_a_webhook_that_fails_when_updates_come_then_they_are_repeated_in_order() -> None:
    async def story() -> None:
        hook = Hook(500, 503)
        fake = TelegramFake(http=hook.http, time_scale=0.001)
        fake.allow_http = True
        await call(fake, "setWebhook", url="http://bot/hook", secret_token="bi-mat_1")
        first, second = await asyncio.gather(fake.text(CITIZEN, "một"), fake.text(CITIZEN, "hai"))
        assert hook.events() == [first, first, first, second]
        assert hook.got[0][0]["x-telegram-bot-api-secret-token"] == "bi-mat_1"
        assert [one.status for one in fake.deliveries] == [500, 503, 200, 200]
        await fake.redeliver(second)
        assert hook.events()[-1] == second
        _, info = await call(fake, "getWebhookInfo")
        assert (info["result"]["pending_update_count"], info["result"]["url"]) == (0, "http://bot/hook")
        assert "503" in info["result"]["last_error_message"]

    run(story())


def test_given_a_webhook_when_the_bot_polls_then_it_is_a_conflict_and_queued_updates_reach_a_new_webhook() -> None:
    async def story() -> None:
        hook = Hook()
        fake = TelegramFake(http=hook.http)
        fake.allow_http = True
        await fake.text(CITIZEN, "trước")
        async with bot_of(fake) as bot:
            await bot.set_webhook("http://bot/hook")
            await fake.settle()
            assert [one["message"]["text"] for one in hook.events()] == ["trước"]
            with pytest.raises(Conflict):
                await bot.get_updates()

    run(story())


def test_given_two_pollers_when_the_second_asks_then_the_first_is_ended() -> None:
    async def story() -> None:
        fake = TelegramFake()
        first = asyncio.create_task(call(fake, "getUpdates", timeout=5))
        await asyncio.sleep(0.05)
        second = asyncio.create_task(call(fake, "getUpdates", timeout=5))
        assert (await first)[0] == 409
        update = await fake.text(CITIZEN, "x")
        assert (await second)[1]["result"] == [update]
        assert (await call(fake, "getUpdates", offset=update["update_id"] + 1))[1]["result"] == []

    run(story())


def test_given_faults_when_the_bot_sends_then_each_looks_as_announced() -> None:
    async def story() -> None:
        fake = TelegramFake()
        fake.hang_seconds = 0.01
        await fake.start(CITIZEN)
        faults = [
            ("500", NetworkError, 0),
            ("hang", TimedOut, 0),
            ("429", RetryAfter, 0),
            ("error:403", Forbidden, 0),
            ("close_after", NetworkError, 1),
        ]
        async with bot_of(fake) as bot:
            for kind, error, more in faults:
                before = len(fake.sent)
                fake.faults.add(Fault(kind, method="sendMessage"))
                with pytest.raises(error):
                    await bot.send_message(CITIZEN, "x")
                assert len(fake.sent) == before + more
        fake.faults.add(Fault("no_id"))
        status, body = await call(fake, "sendMessage", chat_id=CITIZEN, text="x")
        assert (status, body["ok"], "message_id" in body["result"]) == (200, True, False)
        with pytest.raises(ValueError, match="no such fault"):
            Fault("earthquake")

    run(story())


def test_given_a_poll_with_a_timeout_when_updates_are_there_then_it_answers_at_once_with_its_limit() -> None:
    async def story() -> None:
        fake = TelegramFake()
        await fake.text(CITIZEN, "một")
        await fake.text(CITIZEN, "hai")
        async with bot_of(fake) as bot:
            (update,) = await bot.get_updates(timeout=30, limit=1)
        assert update.message.text == "một"

    run(story())
