"""The fake of a Zalo OA keeps the limits, windows and tokens of Zalo."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Coroutine
from typing import Any

import httpx
import pytest

from tests.fakes import Fault, ZaloOaFake
from tests.fakes.hook import Hook, client
from tests.fakes.zalo_oauth import challenge

USER, HOUR = "246845883529197922", 3600
CS, OAUTH = "/v3.0/oa/message/cs", "/v4/oa/access_token"
BUTTON = {"title": "Tra hồ sơ", "type": "oa.query.hide", "payload": "#cb:7f3a"}
LINK = {"title": "Trang web", "type": "oa.open.url", "payload": {"url": "https://example.gov.vn"}}
SMS = {"title": "SMS", "type": "oa.open.sms", "payload": {"content": "x", "phone_code": "84900000000"}}
JPG = b"\xff\xd8\xff\xe0" + b"0" * 100


def run(work: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(work)


def oa(hook: Hook | None = None, **options: Any) -> ZaloOaFake:
    hook = hook or Hook()
    return ZaloOaFake(webhook_url="http://bot/hook", http=hook.http, time_scale=0.0001, **options)


async def call(fake: ZaloOaFake, path: str, **options: Any) -> httpx.Response:
    head = {"access_token": fake.oauth.pair.access} | options.pop("headers", {})
    async with client(fake) as http:
        verb = options.pop("verb", "POST")
        return await http.request(verb, path, headers=head, **options)


async def read(fake: ZaloOaFake, path: str, **data: Any) -> dict[str, Any]:
    return (await call(fake, path, verb="GET", params={"data": json.dumps(data)})).json()


async def send(fake: ZaloOaFake, message: Any, user: Any = USER) -> dict[str, Any]:
    answer = await call(fake, CS, json={"recipient": {"user_id": user}, "message": message})
    assert answer.status_code == 200
    return answer.json()


def template(payload: Any, text: str | None = "x") -> dict[str, Any]:
    return ({"text": text} if text else {}) | {"attachment": {"type": "template", "payload": payload}}


def media(**element: Any) -> dict[str, Any]:
    payload = {"template_type": "media", "elements": [{"media_type": "image", **element}]}
    return template(payload, None)


def test_given_texts_and_buttons_when_they_are_sent_then_they_stand_in_the_chat() -> None:
    async def story() -> None:
        fake = oa()
        await fake.text(USER, "chào")
        body = await send(fake, template({"buttons": [BUTTON, LINK, SMS]}, "đ" * 2000))
        assert (body["error"], body["data"]["user_id"], body["data"]["quota"]["remain"]) == (0, USER, 7)
        (sent,) = fake.messages_to(USER)
        assert sent.message_id == body["data"]["message_id"]
        assert sent.buttons == [
            ("Tra hồ sơ", "#cb:7f3a"),
            ("Trang web", "https://example.gov.vn"),
            ("SMS", "84900000000"),
        ]
        assert (await fake.press(USER, "Tra hồ sơ"))["message"]["text"] == "#cb:7f3a"
        assert (await fake.press(USER, "Trang web"), fake.opened[0][1]) == ({}, "oa.open.url")
        decomposed = "e\u0302\u0301" * 2000
        assert (await send(fake, {"text": decomposed, "quote_message_id": sent.message_id}))["error"] == 0

    run(story())


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (-210, {"text": "x" * 2001}),
        (-201, {"text": ""}),
        (-201, {"text": 7}),
        (-201, {}),
        (-201, None),
        (-201, {"text": "x", "txt": "y"}),
        (-201, {"text": "x", "quote_message_id": ["a"]}),
        (-201, {"text": "x", "quote_message_id": "unknown"}),
        (-201, template({"buttons": [BUTTON] * 6})),
        (-201, template({"buttons": []})),
        (-201, template({"buttons": [BUTTON]}, None)),
        (-201, template({"buttons": [None]})),
        (-201, template([])),
        (-210, template({"buttons": [BUTTON | {"title": "x" * 101}]})),
        (-210, template({"buttons": [BUTTON | {"payload": "x" * 1001}]})),
        (-201, template({"buttons": [BUTTON | {"payload": {"url": "https://x"}}]})),
        (-201, template({"buttons": [LINK | {"payload": "https://x"}]})),
        (-201, template({"buttons": [LINK | {"payload": {"url": "javascript:x"}}]})),
        (-233, template({"buttons": [BUTTON | {"type": "oa.query.quick"}]})),
        (-233, template({"buttons": [BUTTON | {"type": ["oa.query.show"]}]})),
        (-233, template({"template_type": "list", "elements": []})),
        (-201, media(url="https://x/a.jpg", attachment_id="upload1")),
        (-201, media()),
        (-201, media(attachment_id="unknown")),
        (-233, {"attachment": {"type": "audio", "payload": {}}}),
        (-201, {"attachment": {"type": "file", "payload": {"token": "unknown"}}}),
        (-201, template({"template_type": "request_user_info", "elements": [{}, {}]}, None)),
    ],
)
def test_given_a_message_of_a_wrong_shape_when_it_is_sent_then_its_code_comes_with_http_200(
    code: int, message: Any
) -> None:
    async def story() -> None:
        fake = oa()
        await fake.text(USER, "chào")
        assert (await send(fake, message))["error"] == code
        assert fake.sent == []

    run(story())


def test_given_bad_bodies_paths_and_ids_when_they_are_called_then_none_crashes() -> None:
    async def story() -> None:
        fake = oa()
        for body in (b"", b"{", b"[]", b"\xff", b'"\\ud800"'):
            assert (await call(fake, CS, content=body)).json()["error"] == -201
        assert (await send(fake, {"text": "x"}, user=7))["error"] == -201
        for path in ("/v3.0/oa/message", "/v3.0/oa/message/promotion", "/"):
            assert (await call(fake, path, json={})).status_code == 404
        assert (await call(fake, CS, verb="GET")).status_code == 404
        assert (await call(fake, "/v2.0/oa/message", json={"recipient": {"user_id": USER}})).json()["error"] == -240
        assert (await call(fake, "/v2.0/oa/conversation", verb="GET")).json()["error"] == -201
        assert (await read(fake, "/v2.0/oa/conversation", user_id=USER, count=11))["error"] == -201

    run(story())


def test_given_the_windows_when_time_passes_then_messages_are_free_then_charged_then_refused() -> None:
    async def story() -> None:
        fake = oa(cs_free=2)
        assert (await send(fake, {"text": "x"}))["error"] == -213
        await fake.text(USER, "chào")
        quotas = [(await send(fake, {"text": "x"}))["data"]["quota"]["remain"] for _ in range(3)]
        assert (quotas, [one.charged for one in fake.sent], fake.spent) == ([1, 0, 0], [False, False, True], 55)
        await fake.text(USER, "chào")
        fake.advance(49 * HOUR)
        fake.oauth.rotate()
        assert (await send(fake, {"text": "x"}))["error"] == 0
        assert (fake.sent[-1].charged, fake.spent) == (True, 110)
        quota = (await call(fake, "/v3.0/oa/quota/message", json={"user_id": USER})).json()["data"]
        assert (quota["cs_reply"], quota["last_interaction"].isdigit()) == ({"remain": 0, "total": 2}, True)
        fake.advance(120 * HOUR)
        fake.oauth.rotate()
        assert (await send(fake, {"text": "x"}))["error"] == -230
        await fake.unfollow(USER)
        assert (await send(fake, {"text": "x"}))["error"] == -213
        await fake.follow(USER)
        assert (await send(fake, {"text": "x"}))["error"] == 0
        fake.block(USER)
        assert (await send(fake, {"text": "x"}))["error"] == -217
        fake.unblock(USER)
        assert (await send(fake, {"text": "x"}))["error"] == 0

    run(story())


def test_given_uploads_when_they_are_sent_then_type_size_and_age_are_checked() -> None:
    async def upload(fake: ZaloOaFake, kind: str, name: str, data: bytes) -> dict[str, Any]:
        return (await call(fake, f"/v2.0/oa/upload/{kind}", files={"file": (name, data)})).json()

    async def story() -> None:
        fake = oa()
        await fake.text(USER, "chào")
        image = (await upload(fake, "image", "a.jpg", JPG))["data"]["attachment_id"]
        token = (await upload(fake, "file", "đơn.pdf", b"%PDF-1.7"))["data"]["token"]
        assert (await send(fake, media(attachment_id=image) | {"text": "bản đồ"}))["error"] == 0
        assert (await send(fake, {"attachment": {"type": "file", "payload": {"token": token}}}))["error"] == 0
        assert [(one.kind, one.file) for one in fake.sent] == [("photo", JPG), ("file", b"%PDF-1.7")]
        assert (await upload(fake, "image", "a.gif", b"GIF89a"))["error"] == -233
        assert (await upload(fake, "image", "a.jpg", b"%PDF"))["error"] == -233
        assert (await upload(fake, "image", "a.jpg", JPG + b"0" * 1024 * 1024))["error"] == -210
        assert (await upload(fake, "file", "a.exe", b"MZ"))["error"] == -233
        assert (await call(fake, "/v2.0/oa/upload/file", content=b"x")).json()["error"] == -201
        fake.advance(7 * 24 * HOUR + 1)
        await fake.text(USER, "chào")
        fake.oauth.rotate()
        assert (await send(fake, media(attachment_id=image)))["error"] == -100

    run(story())


async def oauth(fake: ZaloOaFake, **form: str) -> dict[str, Any]:
    secret = form.pop("secret", fake.app_secret)
    answer = await call(fake, OAUTH, data={"app_id": fake.app_id} | form, headers={"secret_key": secret})
    return answer.json()


def test_given_tokens_when_they_are_refreshed_then_the_old_pair_dies_at_once() -> None:
    async def story() -> None:
        fake = oa()
        await fake.text(USER, "chào")
        old = fake.oauth.pair
        fake.advance(90_001)
        assert (await send(fake, {"text": "x"}))["error"] == -220
        refresh = {"grant_type": "refresh_token", "refresh_token": old.refresh}
        assert "access_token" not in await oauth(fake, secret="wrong", **refresh)
        new = await oauth(fake, **refresh)
        assert (new["expires_in"], new["access_token"]) == ("90000", fake.oauth.pair.access)
        assert "access_token" not in await oauth(fake, **refresh)
        assert (await call(fake, CS, headers={"access_token": old.access}, json={})).json()["error"] == -216
        assert (await send(fake, {"text": "x"}))["error"] == 0

    run(story())


def test_given_a_code_when_it_is_exchanged_then_it_needs_its_verifier_its_time_and_works_once() -> None:
    async def story() -> None:
        fake, verifier = oa(), "v" * 43
        form = {"grant_type": "authorization_code", "code_verifier": verifier}
        code = fake.oauth.consent(challenge(verifier))
        assert "access_token" in await oauth(fake, code=code, **form)
        assert "access_token" not in await oauth(fake, code=code, **form)
        wrong = fake.oauth.consent(challenge("another"))
        assert "access_token" not in await oauth(fake, code=wrong, **form)
        late = fake.oauth.consent(challenge(verifier))
        fake.advance(601)
        assert "access_token" not in await oauth(fake, code=late, **form)

    run(story())


def test_given_faults_when_the_bot_sends_then_each_looks_as_announced() -> None:
    async def story() -> None:
        fake = oa()
        await fake.text(USER, "chào")
        fake.hang_seconds = 0.01
        for kind, error in (("429", -32), ("error:-216", -216)):
            fake.faults.add(Fault(kind, method=CS))
            assert (await send(fake, {"text": "x"}))["error"] == error
        fake.faults.add(Fault("500"))
        assert (await call(fake, CS, json={})).status_code == 500
        fake.faults.add(Fault("hang"))
        with pytest.raises(httpx.ReadTimeout):
            await send(fake, {"text": "x"})
        assert fake.sent == []
        fake.faults.add(Fault("close_after"))
        with pytest.raises(httpx.RemoteProtocolError):
            await send(fake, {"text": "x"})
        fake.faults.add(Fault("no_id"))
        assert "message_id" not in (await send(fake, {"text": "x"}))["data"]
        assert (len(fake.sent), fake.calls[CS]) == (2, 6)

    run(story())


def test_given_an_approved_template_when_it_is_sent_then_it_reaches_beyond_the_windows() -> None:
    async def story() -> None:
        fake = oa()
        fake.templates["t1"] = {"code"}
        fake.citizen(USER)
        body = {"user_id": USER, "template_id": "t1", "template_data": {"code": "H01"}}
        answer = (await call(fake, "/v3.0/oa/message/template", json=body)).json()
        assert (answer["error"], fake.sent[0].kind, fake.sent[0].charged) == (0, "template", True)
        body["template_data"] = {"ma": "H01"}
        assert (await call(fake, "/v3.0/oa/message/template", json=body)).json()["error"] == -201

    run(story())
