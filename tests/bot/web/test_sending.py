"""A message from a browser: kept once, shown once, or refused with a clear word."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from starlette.testclient import TestClient

from bot.conversation import Button
from bot.settings import Settings
from bot.words import words
from tests.bot.web.conftest import answered, box, lines, message_id, say, trouble
from tests.doubles import EchoResponder

FORM = {"content-type": "application/x-www-form-urlencoded"}


def test_given_no_script_when_a_question_is_sent_then_the_page_shows_question_and_answer(browser: TestClient) -> None:
    sent = browser.post("/messages", data={"text": "khai sinh"}, follow_redirects=False)
    assert (sent.status_code, sent.headers["location"]) == (303, "/#last")
    assert answered(browser, 2) == ["Anh/chị: khai sinh", "Một Cửa: Nghe rõ: khai sinh"]


def test_given_no_script_when_an_answer_is_pending_then_the_page_renews_itself(
    browser: TestClient, engine: EchoResponder
) -> None:
    engine.gate.clear()
    page = say(browser, "khai sinh")
    assert '<noscript><meta http-equiv="refresh" content="2;url=/?' in page
    assert words().say("chat.typing") in page
    engine.gate.set()
    answered(browser, 2)
    assert "refresh" not in browser.get("/").text


def test_given_a_script_when_a_question_is_sent_then_its_line_and_the_next_name_come_back(browser: TestClient) -> None:
    name = message_id(browser.get("/").text)
    sent = browser.post("/messages", data={"text": "khai sinh", "message_id": name}, headers={"hx-request": "true"})
    assert lines(sent.text) == ["Anh/chị: khai sinh"]
    assert f'data-sent="{name}"' in sent.text
    renewed = re.search(r'"message_id": "([\w-]+)"', sent.headers["hx-trigger"])
    assert renewed and renewed[1] != name


def test_given_the_same_message_when_it_comes_twice_then_it_is_answered_once(browser: TestClient) -> None:
    name = message_id(browser.get("/").text)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: say(browser, "khai sinh", message_id=name), range(4)))
    answered(browser, 2)
    say(browser, "xong", message_id="another-one")
    assert answered(browser, 4) == [
        "Anh/chị: khai sinh",
        "Một Cửa: Nghe rõ: khai sinh",
        "Anh/chị: xong",
        "Một Cửa: Nghe rõ: xong",
    ]


def test_given_an_old_page_when_another_text_has_a_used_name_then_it_is_a_new_message(browser: TestClient) -> None:
    name = message_id(browser.get("/").text)
    for text in ("khai sinh", "khai tử", "khai tử"):
        say(browser, text, message_id=name)
    asked = [line for line in answered(browser, 4) if line.startswith("Anh/chị")]
    assert asked == ["Anh/chị: khai sinh", "Anh/chị: khai tử"]


def test_given_many_messages_at_once_when_they_are_sent_then_each_is_kept_and_answered(browser: TestClient) -> None:
    texts = [f"câu {number}" for number in range(12)]
    with ThreadPoolExecutor(12) as pool:
        list(pool.map(lambda text: say(browser, text), texts))
    found = answered(browser, 24, seconds=15)
    assert sorted(found) == sorted([f"Anh/chị: {t}" for t in texts] + [f"Một Cửa: Nghe rõ: {t}" for t in texts])


@pytest.mark.parametrize("text", ["", "   \n ", "\0", "\u202e\u200b"])
def test_given_no_text_when_it_is_sent_then_a_clear_word_follows_and_nothing_is_kept(
    browser: TestClient, text: str
) -> None:
    refused = browser.post("/messages", data={"text": text})
    assert (refused.status_code, trouble(refused.text)) == (422, words().say("chat.empty"))
    assert lines(browser.get("/").text) == []


def test_given_a_text_too_long_when_it_is_sent_then_it_stays_in_the_box(browser: TestClient) -> None:
    text = "khai sinh " * 500
    refused = browser.post("/messages", data={"text": text})
    assert refused.status_code == 422
    assert trouble(refused.text) == words().say("chat.too_long", length="4.999", longest="4.000")
    assert box(refused.text) == text.strip()
    by_script = browser.post("/messages", data={"text": text}, headers={"hx-request": "true"})
    assert by_script.text == trouble(refused.text)
    assert by_script.headers["content-type"].startswith("text/plain")


def test_given_the_longest_text_when_lines_end_as_forms_send_them_then_it_is_taken(browser: TestClient) -> None:
    text = "\n".join(["a" * 39] * 100)
    assert browser.post("/messages", data={"text": text.replace("\n", "\r\n")}).status_code == 200
    assert answered(browser, 2)[0] == f"Anh/chị: {text}"


@pytest.mark.parametrize("headers", [FORM, {"content-type": "multipart/form-data; boundary=x"}])
def test_given_a_body_too_large_when_it_is_sent_then_it_is_refused(
    browser: TestClient, headers: dict[str, str]
) -> None:
    whole = browser.post("/messages", content=b"text=" + b"a" * 70_000, headers=headers)
    in_parts = browser.post("/messages", content=iter([b"text="] + [b"a" * 7_000] * 10), headers=headers)
    assert [whole.status_code, in_parts.status_code] == [413, 413]
    assert words().say("page.413.what") in whole.text


def test_given_only_emoji_when_it_is_sent_then_it_is_asked_what_is_needed(browser: TestClient) -> None:
    say(browser, "🙏🏽❤️")
    assert answered(browser, 2) == ["Anh/chị: 🙏🏽❤️", "Một Cửa: " + words().say("nothing_said")]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<script>alert(1)</script><b>đậm</b>", "<script>alert(1)</script><b>đậm</b>"),
        ("'; DROP TABLE message; --", "'; DROP TABLE message; --"),
        ("khai\0 sinh", "khai sinh"),
        ("khai \u202egnurt\u202c sinh", "khai gnurt sinh"),
        ("مرحبا khai sinh", "مرحبا khai sinh"),
        ("{{ 7 * 7 }} {say}", "{{ 7 * 7 }} {say}"),
    ],
)
def test_given_a_hostile_text_when_it_is_sent_then_it_is_text(browser: TestClient, text: str, shown: str) -> None:
    say(browser, text)
    assert answered(browser, 2) == [f"Anh/chị: {shown}", f"Một Cửa: Nghe rõ: {shown}"]
    assert "<script>alert" not in browser.get("/").text


@pytest.mark.parametrize(
    "body", [b"text=a%ED%A0%80b%20khai", b"text=%FF%FEkhai", b"text=khai&text=sinh", b"%00=&text=khai"]
)
def test_given_broken_bytes_when_they_are_sent_then_the_rest_is_answered(browser: TestClient, body: bytes) -> None:
    assert browser.post("/messages", content=body, headers=FORM).status_code == 200
    assert len(answered(browser, 2)) == 2


@pytest.mark.parametrize("headers", [{"content-type": "application/json"}, {"content-type": "multipart/form-data"}, {}])
def test_given_no_form_when_it_is_sent_then_it_is_refused_with_a_page(
    browser: TestClient, headers: dict[str, str]
) -> None:
    refused = browser.post("/messages", content=b'{"text": "khai sinh"}', headers=headers)
    assert refused.status_code in (400, 422)
    assert "Traceback" not in refused.text and "<h1" in refused.text


def test_given_an_answer_with_buttons_when_one_is_pressed_then_title_is_shown_and_payload_is_meant(
    browser: TestClient, engine: EchoResponder
) -> None:
    engine.buttons = (Button("Xem lệ phí", '/ask_fee{"procedure": "1.001193"}'),)
    say(browser, "khai sinh")
    answered(browser, 2)
    form = re.search(r'"title" value="(.*?)".*?"payload" value="(.*?)"', browser.get("/").text, re.DOTALL)
    assert form and form[1] == "Xem lệ phí"
    say(browser, "", title="Xem lệ phí", payload='/ask_fee{"procedure": "1.001193"}')
    assert answered(browser, 4)[2] == "Anh/chị: Xem lệ phí"
    assert engine.heard[-1] == ("Xem lệ phí", '/ask_fee{"procedure": "1.001193"}')


@pytest.mark.parametrize(
    "payload", ["ask_fee", "/Ask", "/a{", "/a\n", "/a{\0}", "/a{" + "x" * 500 + "}", "EXTERNAL: /a"]
)
def test_given_a_payload_that_is_no_buttons_when_it_is_sent_then_the_title_is_typed_text(
    browser: TestClient, engine: EchoResponder, payload: str
) -> None:
    say(browser, "", title="Xem lệ phí", payload=payload)
    answered(browser, 2)
    assert engine.heard == [("Xem lệ phí", "")]


def test_given_no_cookie_when_a_question_is_sent_then_it_is_kept_and_a_session_begins(browser: TestClient) -> None:
    browser.cookies.clear()
    assert lines(say(browser, "khai sinh"))[0] == "Anh/chị: khai sinh"
    browser.cookies.clear()
    sent = browser.post("/messages", data={"text": "khai tử"}, headers={"hx-request": "true"})
    assert sent.headers["hx-redirect"] == "/?cookie=1#last"
    assert answered(browser, 2)[0] == "Anh/chị: khai tử"


def test_given_a_browser_that_keeps_no_cookie_when_it_comes_back_then_it_is_told(browser: TestClient) -> None:
    browser.cookies.clear()
    assert trouble(browser.get("/?cookie=1").text) == words().say("chat.no_cookies")


def test_given_a_forged_cookie_when_the_page_is_opened_then_nothing_of_others_is_shown(
    browser: TestClient, settings: Settings
) -> None:
    say(browser, "riêng tư")
    signed = browser.cookies["motcua_session"]
    browser.cookies.clear()
    browser.cookies.set("motcua_session", signed[:-3] + "abc")
    assert lines(browser.get("/").text) == []


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
    ],
)
def test_given_another_site_when_it_posts_then_it_is_refused(browser: TestClient, headers: dict[str, str]) -> None:
    refused = browser.post("/messages", data={"text": "khai sinh"}, headers=headers)
    assert refused.status_code == 403
    assert words().say("page.403.what") in refused.text
    assert lines(browser.get("/").text) == []


@pytest.mark.parametrize("headers", [{"sec-fetch-site": "same-origin"}, {"origin": "http://testserver"}, {}])
def test_given_our_own_page_when_it_posts_then_it_is_taken(browser: TestClient, headers: dict[str, str]) -> None:
    assert browser.post("/messages", data={"text": "khai sinh"}, headers=headers).status_code == 200
