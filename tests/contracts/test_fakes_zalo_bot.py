"""The fake of the Zalo Bot Platform keeps its limits, its quota and its two shapes of bodies."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import httpx
import pytest

from tests.fakes import Fault, ZaloBotFake
from tests.fakes.hook import Hook, client

CHAT = "a1b2c3"


def run(work: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(work)


async def call(fake: ZaloBotFake, method: str, **values: Any) -> tuple[int, Any]:
    async with client(fake) as http:
        answer = await http.post(f"/bot{fake.token}/{method}", json=values)
    return answer.status_code, answer.json()


@pytest.mark.parametrize(
    ("method", "values"),
    [
        ("sendMessage", {"text": "x" * 2001}),
        ("sendMessage", {"text": ""}),
        ("sendMessage", {"text": 7}),
        ("sendMessage", {"text": "x", "parse_mode": ["html"]}),
        ("sendMessage", {"chat_id": "stranger", "text": "x"}),
        ("sendMessage", {"chat_id": 7, "text": "x"}),
        ("sendPhoto", {"photo": "http://example.vn/a.jpg"}),
        ("sendPhoto", {"photo": "https://example.vn/a.jpg", "caption": "x" * 2001}),
        ("sendVoice", {"voice_url": "https://example.vn/a.mp3"}),
        ("sendChatAction", {"action": "dance"}),
        ("setWebhook", {"url": "https://bot.example.vn", "secret_token": "short"}),
        ("setWebhook", {"url": "https://127.0.0.1/hook", "secret_token": "long-enough"}),
        ("setWebhook", {"url": "https://[/hook", "secret_token": "long-enough"}),
        ("setWebhook", {"url": "https://localhost/hook", "secret_token": "long-enough"}),
        ("setWebhook", {"url": "http://bot.example.vn", "secret_token": "long-enough"}),
        ("getUpdates", {"timeout": "soon"}),
    ],
)
def test_given_a_call_beyond_a_limit_when_it_is_made_then_it_is_refused(method: str, values: dict[str, Any]) -> None:
    async def story() -> None:
        fake = ZaloBotFake()
        await fake.text(CHAT, "chào")
        status, body = await call(fake, method, **({"chat_id": CHAT} | values))
        assert (status, body["ok"], body["error_code"], fake.sent) == (400, False, 400, [])

    run(story())


def test_given_messages_when_they_are_sent_then_they_stand_in_the_chat() -> None:
    async def story() -> None:
        fake = ZaloBotFake()
        await fake.text(CHAT, "chào")
        await call(fake, "sendMessage", chat_id=CHAT, text="1. Tra hồ sơ", parse_mode="markdown")
        await call(fake, "sendPhoto", chat_id=CHAT, photo="https://example.vn/a.jpg", caption="bản đồ")
        await call(fake, "sendSticker", chat_id=CHAT, sticker="bfe458bf64fa8da4d4eb")
        await call(fake, "sendVoice", chat_id=CHAT, voice_url="https://example.vn/a.aac")
        assert await call(fake, "sendChatAction", chat_id=CHAT, action="typing") == (200, {"ok": True, "result": True})
        assert [one.kind for one in fake.sent_to(CHAT)] == ["text", "photo", "sticker", "voice", "typing"]
        assert (await call(fake, "getMe"))[1]["result"]["account_type"] == "BASIC"
        assert (await call(fake, "sendDocument"))[0] == 404
        async with client(fake) as http:
            assert (await http.post("/botanother/getMe")).status_code == 401

    run(story())


def test_given_fifty_users_when_a_fifty_first_is_written_to_then_the_quota_is_exceeded() -> None:
    async def story() -> None:
        fake = ZaloBotFake()
        statuses = []
        for number in range(51):
            await fake.text(f"user{number}", "chào")
            statuses.append((await call(fake, "sendMessage", chat_id=f"user{number}", text="x"))[0])
        assert statuses == [200] * 50 + [429]
        fake.used = 3000
        status, body = await call(fake, "sendMessage", chat_id="user0", text="x")
        assert (status, body["description"]) == (429, "Quota exceeded")

    run(story())


def test_given_a_webhook_when_users_write_then_bodies_have_the_chosen_shape_and_the_secret() -> None:
    async def story() -> None:
        hook = Hook()
        fake = ZaloBotFake(http=hook.http)
        await call(fake, "setWebhook", url="https://bot.example.vn/hook", secret_token="long-enough")
        wrapped = await fake.text(CHAT, "chào")
        fake.shape, fake.photo_key = "flat", "photo"
        flat = await fake.image(CHAT, b"\xff\xd8\xff", "giấy khai sinh")
        assert wrapped["result"]["event_name"] == "message.text.received"
        assert (flat["event_name"], flat["message"]["caption"]) == ("message.image.received", "giấy khai sinh")
        assert flat["message"]["photo"].endswith("photo.jpg")
        await fake.sticker(CHAT)
        await fake.voice(CHAT, b"aac")
        assert set((await fake.unsupported(CHAT))["message"]) == {"date", "chat", "message_id", "from"}
        await fake.probe()
        assert [head["x-bot-api-secret-token"] for head, _ in hook.got] == ["long-enough"] * 6
        assert hook.got[-1][1] == b""
        assert (await call(fake, "getUpdates"))[0] == 400

    run(story())


def test_given_no_webhook_when_the_bot_polls_then_it_gets_one_update_at_a_time() -> None:
    async def story() -> None:
        fake = ZaloBotFake()
        first = asyncio.create_task(call(fake, "getUpdates", timeout=5))
        await asyncio.sleep(0.05)
        assert (await call(fake, "getUpdates", timeout=1))[0] == 409
        one = await fake.text(CHAT, "một")
        two = await fake.text(CHAT, "hai")
        assert (await first)[1]["result"] == one
        assert (await call(fake, "getUpdates", timeout=0))[1]["result"] == two
        assert (await call(fake, "getUpdates", timeout=0))[0] == 408

    run(story())


def test_given_faults_when_the_bot_sends_then_each_looks_as_announced() -> None:
    async def story() -> None:
        fake = ZaloBotFake()
        await fake.text(CHAT, "chào")
        for kind, status in (("500", None), ("429", 429), ("error:403", 403)):
            fake.faults.add(Fault(kind, method="sendMessage"))
            if status:
                assert (await call(fake, "sendMessage", chat_id=CHAT, text="x"))[0] == status
            else:
                with pytest.raises(ValueError, match="Expecting value"):
                    await call(fake, "sendMessage", chat_id=CHAT, text="x")
        assert fake.sent == []
        fake.faults.add(Fault("close_after"))
        with pytest.raises(httpx.RemoteProtocolError):
            await call(fake, "sendMessage", chat_id=CHAT, text="x")
        fake.faults.add(Fault("no_id"))
        assert "message_id" not in (await call(fake, "sendMessage", chat_id=CHAT, text="x"))[1]["result"]
        assert len(fake.sent) == 2

    run(story())
