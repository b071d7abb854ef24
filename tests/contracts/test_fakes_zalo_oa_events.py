"""The fake of a Zalo OA signs, repeats and shapes its events as Zalo does, and remembers conversations."""

from __future__ import annotations

import hashlib
import json

import pytest

from tests.contracts.test_fakes_zalo_oa import JPG, USER, call, oa, read, run, send
from tests.fakes import SignatureVariant, ZaloOaFake
from tests.fakes.hook import Hook
from tests.fakes.zalo_oa import signature

VECTOR = (
    '{"app_id":"360846524940903967","sender":{"id":"246845883529197922"},"user_id_by_app":"552177279717587730",'
    '"recipient":{"id":"388613280878808645"},"event_name":"user_send_text",'
    '"message":{"text":"Xin chào","msg_id":"96d3cdf3af150460909"},"timestamp":"1540363714987"}'
)


def test_given_the_reference_vector_when_it_is_signed_then_the_mac_is_the_known_one() -> None:
    mac = signature("360846524940903967", VECTOR.encode(), "1540363714987", "test-oa-secret")
    assert mac == "mac=ad504a3458b855d41c5e52f792a35393a96e47bc4ff69a42751954113b2aba7a"
    fake = ZaloOaFake(app_id="360846524940903967", oa_secret="test-oa-secret")
    assert fake.headers(VECTOR.encode(), 0)["X-ZEvent-Signature"] == mac
    assert fake.encode(json.loads(VECTOR)) == VECTOR.encode()


@pytest.mark.parametrize("timestamp", ["body", "header"])
@pytest.mark.parametrize("key", ["oa", "app"])
@pytest.mark.parametrize("first", ["app_id", "oa_id"])
def test_given_a_variant_when_an_event_is_signed_then_its_terms_are_those(timestamp: str, key: str, first: str) -> None:
    hook = Hook()
    fake = oa(hook)
    fake.signature_variant = SignatureVariant(timestamp, key, first)
    event = run(fake.text(USER, "chào"))
    head, body = hook.got[0]
    stamp = event["timestamp"] if timestamp == "body" else head["x-zevent-timestamp"]
    secret = fake.oa_secret if key == "oa" else fake.app_secret
    start = fake.app_id if first == "app_id" else fake.oa_id
    mac = hashlib.sha256(f"{start}{body.decode()}{stamp}{secret}".encode()).hexdigest()
    assert head["x-zevent-signature"] == f"mac={mac}"


def test_given_a_webhook_that_fails_when_an_event_comes_then_the_same_body_is_repeated_and_then_it_is_disabled() -> (
    None
):
    async def story() -> None:
        hook = Hook(500, 404)
        fake = oa(hook)
        await fake.text(USER, "chào")
        assert [head.get("num_retry") for head, _ in hook.got] == [None, "1", "2"]
        assert len({body for _, body in hook.got}) == 1
        hook.statuses = [500] * 6
        await fake.text(USER, "chào")
        assert (len(hook.got), fake.webhook_enabled, fake.deliveries[-1].attempt) == (9, False, 5)
        await fake.text(USER, "có ai không?")
        assert len(hook.got) == 9
        fake.webhook_enabled = True
        again = await fake.follow(USER)
        await fake.redeliver(again)
        assert (hook.events()[-1], hook.got[-1][0]["num_retry"], await fake.probe()) == (again, "1", 200)

    run(story())


def test_given_each_kind_of_event_when_it_is_sent_then_its_body_is_that_of_the_reference() -> None:
    async def story() -> None:
        hook = Hook()
        fake = oa(hook)
        await fake.image(USER, JPG, "giấy khai sinh")
        await fake.gif(USER, b"GIF89a")
        await fake.audio(USER, b"amr")
        await fake.video(USER, b"mp4")
        await fake.file(USER, b"PK", "đơn.docx")
        await fake.location(USER, 10.7642473, 106.6564314)
        await fake.sticker(USER)
        await fake.link(USER, "https://example.gov.vn")
        await fake.business_card(USER)
        events = hook.events()
        kinds = ["image", "gif", "audio", "video", "file", "location", "sticker", "link", "business_card"]
        assert [event["event_name"] for event in events] == [f"user_send_{kind}" for kind in kinds]
        payloads = [event["message"]["attachments"][0]["payload"] for event in events[:-1]]
        assert payloads[5] == {"coordinates": {"latitude": "10.7642473", "longitude": "106.6564314"}}
        assert (payloads[4]["size"], payloads[4]["type"]) == ("2", "docx")
        media_path = payloads[0]["url"].removeprefix(fake.media_base)
        assert (await call(fake, media_path, verb="GET")).content == JPG
        follow = await fake.follow(USER)
        assert (follow["follower"], "sender" in follow) == ({"id": USER}, False)
        whole = await fake.submit_info(USER, "Lò Thị Mai", "84912345678", "Thái Nguyên", "Tân Lập", "Xóm 1")
        flat = await fake.submit_info(USER, "Lò Thị Mai", "84912345678", ward="Tân Lập", flat=True)
        assert (whole["info"]["full_address"]["user_ward"], flat["info"]["ward"]) == ("Tân Lập", "Tân Lập")
        assert (await fake.click_chatnow(USER))["user_id"] == USER
        assert (await fake.staff_text(USER, "Chào bà"))["sender"]["id"] == fake.oa_id
        assert (await fake.seen(USER, "a", "b"))["message"] == {"msg_ids": ["a", "b"]}
        assert (await fake.unknown("user_call_oa"))["event_name"] == "user_call_oa"

    run(story())


def test_given_echo_and_receipts_when_the_bot_writes_then_its_message_comes_back() -> None:
    async def story() -> None:
        hook = Hook()
        fake = oa(hook)
        await fake.text(USER, "chào")
        fake.echo = fake.receipts = True
        number = (await send(fake, {"text": "Chào bà"}))["data"]["message_id"]
        await fake.settle()
        _, echo, received, seen = hook.events()
        assert (echo["event_name"], echo["message"]) == ("oa_send_text", {"text": "Chào bà", "msg_id": number})
        assert (received["message"], seen["message"]) == ({"msg_id": number}, {"msg_ids": [number]})

    run(story())


def test_given_a_conversation_when_it_is_read_back_then_the_newest_comes_first() -> None:
    async def story() -> None:
        fake = oa()
        for number in range(12):
            await fake.text(USER, f"câu {number}")
        await send(fake, {"text": "Trả lời"})
        await fake.text("9", "người khác")
        items = (await read(fake, "/v2.0/oa/conversation", user_id=USER, offset=0, count=10))["data"]
        assert (len(items), items[0]["src"], items[0]["message"]) == (10, 0, "Trả lời")
        assert (items[1]["src"], items[1]["from_id"], items[1]["message"]) == (1, USER, "câu 11")
        recent = (await read(fake, "/v2.0/oa/listrecentchat", offset=0, count=5))["data"]
        assert [item["from_id"] for item in recent] == ["9", fake.oa_id]
        detail = (await read(fake, "/v3.0/oa/user/detail", user_id=USER))["data"]
        assert (detail["user_id"], detail["user_is_follower"]) == (USER, False)
        assert (await read(fake, "/v2.0/oa/getoa"))["data"]["oa_type"] == 4

    run(story())


def test_given_people_without_a_name_and_reactions_when_v2_is_used_then_only_these_work() -> None:
    async def story() -> None:
        fake = oa()
        event = await fake.anonymous_text("an1", "talk1", "chào")
        assert (event["sender"], event["message"]["conversation_id"]) == ({"id": "an1"}, "talk1")
        recipient = {"anonymous_id": "an1", "conversation_id": "talk1"}
        body = {"recipient": recipient, "message": {"text": "Chào bà"}}
        assert (await call(fake, "/v2.0/oa/message", json=body)).json()["error"] == 0
        number = (await fake.text(USER, "chào"))["message"]["msg_id"]
        action = {"react_icon": "/-strong", "react_message_id": number}
        body = {"recipient": {"user_id": USER}, "sender_action": action}
        assert (await call(fake, "/v2.0/oa/message", json=body)).json()["error"] == 0
        assert [(one.address, one.kind) for one in fake.sent] == [("an1", "text"), (USER, "reaction")]

    run(story())
