"""The chat in a frame: the script, who may show it, and a conversation without a cookie."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
import structlog
from starlette.testclient import TestClient

from bot.app import build
from bot.settings import Settings
from bot.web.embed import origins
from bot.words import words
from tests.bot.web.conftest import box, lines, trouble
from tests.doubles import EchoResponder

SITE = "https://caobang.gov.vn"


@pytest.fixture
def framed(settings: Settings, engine: EchoResponder) -> Iterator[TestClient]:
    """A browser that keeps no cookie, in front of a site with HTTPS."""
    told = replace(settings, base_url="https://motcua.example", embed_origins=f"{SITE} https://*.gov.vn")
    with TestClient(build(told, engine), base_url="https://motcua.example") as client:
        client.cookies.jar.set_policy(_Nothing())  # type: ignore[arg-type]
        yield client
        engine.gate.set()


class _Nothing:
    """A policy of cookies that takes none."""

    netscape, rfc2965, hide_cookie2 = True, False, False

    def set_ok(self, *_: object) -> bool:
        return False

    return_ok = domain_return_ok = path_return_ok = set_ok


def session(page: str) -> str:
    """The one session that every form and the stream of a page carry."""
    forms = page.count('method="post"')
    found = re.findall(r'name="session" value="([^"]+)"', page)
    streams = re.findall(r"events\?after=\d+&amp;session=([^\"]+)", page)
    assert len(found) == forms and len(streams) == 1 and len({*found, *streams}) == 1
    return str(found[0])


def test_given_the_script_when_it_is_fetched_then_it_is_small_old_and_in_our_words(framed: TestClient) -> None:
    script = framed.get("/embed.js")
    assert len(script.content) < 4096
    assert script.headers["content-type"].startswith("text/javascript")
    assert script.headers["cache-control"] == "public, max-age=3600"
    for key in ("embed.label", "embed.title"):
        assert json.dumps(words().say(key)).lower() in script.text.lower()
    assert '"https://motcua.example"' in script.text
    assert not re.search(r"=>|`|\b(let|const|class|async)\b|\?\.\w|innerHTML|eval\(", script.text)


def test_given_the_frame_when_it_is_opened_then_named_sites_and_no_others_may_show_it(framed: TestClient) -> None:
    page = framed.get("/embed")
    named = f"frame-ancestors 'self' {SITE} https://*.gov.vn"
    for path in ("/embed", "/embed/events", "/embed/nowhere", "/embed/messages"):
        assert framed.get(path).headers["content-security-policy"].endswith(named)
    for path in ("/", "/embed.js", "/embedded", "/g/x", "/start/1.001193", "/health/live"):
        assert framed.get(path).headers["content-security-policy"].endswith("frame-ancestors 'none'")
    assert page.headers["referrer-policy"] == "same-origin" and page.headers["cache-control"] == "no-store"
    assert words().say("embed.machine") in page.text and session(page.text)
    assert 'href="/embed"' in framed.get("/embed/nowhere").text


@pytest.mark.parametrize("wrong", ["caobang.gov.vn", "https://a.vn;script-src", "*", "https://a.vn/x", "'none'"])
def test_given_an_origin_that_is_none_when_settings_are_read_then_it_is_left_out_and_logged(wrong: str) -> None:
    with structlog.testing.capture_logs() as logs:
        assert origins(f"{SITE}/  {wrong}\nhttp://localhost:8080") == (SITE, "http://localhost:8080")
    assert logs[0]["origin"] == wrong and "https://" in logs[0]["write"]


def test_given_no_cookie_when_forms_are_sent_then_they_carry_the_conversation(
    framed: TestClient, engine: EchoResponder
) -> None:
    engine.gate.clear()
    mine = session(framed.get("/embed").text)
    asked = framed.post("/embed/messages", data={"text": "khai sinh", "session": mine}, follow_redirects=False)
    assert (asked.status_code, lines(asked.text)) == (200, ["Anh/chị: khai sinh"])
    assert words().say("embed.renew") in asked.text and "http-equiv" not in asked.text
    again = framed.post("/embed", data={"session": session(asked.text), "all": "1"})
    assert lines(again.text) == ["Anh/chị: khai sinh"]
    assert lines(framed.get("/embed").text) == []


def test_given_a_script_when_it_sends_then_the_line_comes_back_and_its_forms_carry_the_session(
    framed: TestClient,
) -> None:
    mine, by_script = session(framed.get("/embed").text), {"hx-request": "true"}
    line = framed.post("/embed/messages", data={"text": "khai sinh", "session": mine}, headers=by_script)
    assert lines(line.text) == ["Anh/chị: khai sinh"] and "sent" in line.headers["hx-trigger"]
    empty = framed.post("/embed/messages", data={"text": " ", "session": mine}, headers=by_script)
    assert (empty.status_code, empty.text) == (422, words().say("chat.empty"))


def test_given_a_text_too_long_when_a_form_sends_it_then_it_stays_in_the_conversation(framed: TestClient) -> None:
    mine = session(framed.get("/embed").text)
    framed.post("/embed/messages", data={"text": "khai sinh", "session": mine})
    refused = framed.post("/embed/messages", data={"text": "a" * 4001, "session": mine})
    assert refused.status_code == 422 and box(refused.text) == "a" * 4001 and "4.001" in trouble(refused.text)
    assert lines(refused.text)[0] == "Anh/chị: khai sinh" and session(refused.text)


@pytest.mark.parametrize("carried", ["", "over", "eyJhIjoxfQ.x.y"])
def test_given_no_good_session_when_a_message_is_sent_then_a_new_one_holds_it(framed: TestClient, carried: str) -> None:
    told = {"text": "khai sinh", "session": carried}
    by_script = framed.post("/embed/messages", data=told, headers={"hx-request": "true"})
    renewed = json.loads(by_script.headers["hx-trigger"])["renew"]["session"]
    assert lines(framed.post("/embed", data={"session": renewed}).text)[0] == "Anh/chị: khai sinh"
    page = framed.post("/embed/messages", data=told).text
    assert lines(page)[0] == "Anh/chị: khai sinh" and session(page)


@pytest.mark.parametrize("path", ["/embed", "/embed/messages"])
@pytest.mark.parametrize("headers", [{"sec-fetch-site": "cross-site"}, {"origin": SITE}, {"origin": "null"}])
def test_given_the_host_page_itself_when_it_posts_then_it_is_refused(
    framed: TestClient, path: str, headers: dict[str, str]
) -> None:
    mine = session(framed.get("/embed").text)
    refused = framed.post(path, data={"text": "khai sinh", "session": mine}, headers=headers)
    assert refused.status_code == 403
    assert lines(framed.post("/embed", data={"session": mine}).text) == []


def test_given_a_cookie_of_the_frame_when_it_comes_back_then_it_finds_the_talk_and_proves_nothing(
    framed: TestClient,
) -> None:
    page = framed.get("/embed")
    told = page.headers["set-cookie"]
    for part in ("Path=/embed", "HttpOnly", "Secure", "SameSite=none", "Partitioned", "Max-Age=15552000"):
        assert part in told
    framed.post("/embed/messages", data={"text": "khai sinh", "session": session(page.text)})
    cookie = {"cookie": told.partition(";")[0]}
    assert lines(framed.get("/embed", headers=cookie).text)[0] == "Anh/chị: khai sinh"
    framed.post("/embed/messages", data={"text": "khai tử"}, headers=cookie)
    assert "khai tử" not in framed.get("/embed", headers=cookie).text


def test_given_a_site_without_https_when_the_frame_is_opened_then_no_cookie_is_tried(settings: Settings) -> None:
    client = TestClient(build(settings, EchoResponder()))
    assert "set-cookie" not in client.get("/embed").headers


def test_given_a_session_of_the_frame_when_it_is_shown_as_a_cookie_of_the_page_then_it_is_nobodys(
    framed: TestClient,
) -> None:
    mine = session(framed.get("/embed").text)
    framed.post("/embed/messages", data={"text": "khai sinh", "session": mine})
    cookies = f"motcua_session={mine}; __Host-motcua_session={mine}"
    assert lines(framed.get("/", headers={"cookie": cookies}).text) == []
