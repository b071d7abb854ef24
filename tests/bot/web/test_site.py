"""The site around the chat: words, headers, files, health, and pages for what goes wrong."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
import structlog
from sqlalchemy.exc import OperationalError
from starlette.testclient import TestClient

from bot.app import build
from bot.settings import Settings
from bot.web import chat as chat_module
from bot.web.chat import Chat
from bot.web.lines import Line
from bot.web.pages import NEWEST
from bot.words import words
from tests.bot.web.conftest import answered, lines, say
from tests.doubles import EchoResponder

STATIC = Path(chat_module.__file__).with_name("static")


def test_given_a_new_visitor_when_the_page_opens_then_it_says_what_it_is_and_offers_examples(
    browser: TestClient,
) -> None:
    page = browser.get("/").text
    for key in ("machine", "welcome", "can", "no_identity", "example.1", "example.2", "example.3", "placeholder"):
        assert words().say(f"chat.{key}") in page
    assert '<html lang="vi">' in page and 'maxlength="4000"' in page


def test_given_any_page_when_it_is_sent_then_it_carries_the_security_headers(browser: TestClient) -> None:
    for path in ("/", "/nowhere", "/health/live", _assets(browser.get("/").text)[0]):
        headers = browser.get(path).headers
        assert "default-src 'none'; script-src 'self'; style-src 'self'; " in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert (headers["x-content-type-options"], headers["referrer-policy"]) == ("nosniff", "same-origin")


def test_given_every_template_when_it_is_read_then_nothing_is_inline_and_nothing_is_elsewhere() -> None:
    for path in Path(STATIC.with_name("templates")).glob("*.html"):
        assert not re.search(r"\s(style|on\w+)=|<style|<script(?! src)|https?:", path.read_text("utf-8")), path.name


def test_given_the_page_when_its_files_are_fetched_then_they_are_small_and_kept_for_ever(browser: TestClient) -> None:
    page = browser.get("/")
    assert page.headers["content-encoding"] == "gzip" and page.headers["cache-control"] == "no-store"
    for address in _assets(page.text):
        file = browser.get(address)
        assert "immutable" in file.headers["cache-control"] and file.headers["content-encoding"] == "gzip"
        stale = browser.get(re.sub(r"/static/\w+/", "/static/000000000000/", address))
        assert (stale.content, stale.headers["cache-control"]) == (file.content, "no-cache")


def test_given_a_client_without_gzip_when_it_fetches_a_file_then_it_gets_it_plain(browser: TestClient) -> None:
    file = browser.get(_assets(browser.get("/").text)[0], headers={"accept-encoding": "identity"})
    assert "content-encoding" not in file.headers and file.status_code == 200


def test_given_our_own_files_when_they_are_weighed_then_they_are_light() -> None:
    assert (STATIC / "chat.js").stat().st_size <= 4224
    assert (STATIC / "chat.css").stat().st_size <= 6600


def test_given_the_vendored_files_when_they_are_summed_then_they_are_those_of_the_list() -> None:
    listed = (STATIC / "vendor" / "LICENSES.md").read_text("utf-8")
    files = [path for path in (STATIC / "vendor").iterdir() if path.suffix != ".md"]
    assert len(files) == 4
    for path in files:
        assert re.search(rf"\| {path.name} .*{hashlib.sha256(path.read_bytes()).hexdigest()}", listed)


def test_given_https_when_the_cookie_is_set_then_it_is_signed_and_guarded(settings: Settings) -> None:
    with TestClient(build(replace(settings, base_url="https://motcua.example"), EchoResponder())) as client:
        cookie = client.get("/").headers["set-cookie"]
    assert all(part in cookie for part in ("HttpOnly", "SameSite=lax", "Secure", "Max-Age=15552000"))


def test_given_an_address_that_is_not_there_when_it_is_opened_then_a_plain_page_says_what_to_do(
    browser: TestClient,
) -> None:
    for path in ("/nowhere", "/static/0/../../site.py", "/static/0/nothing.js"):
        page = browser.get(path)
        assert page.status_code == 404 and words().say("page.404.what") in page.text
    wrong_way = browser.get("/messages")
    assert wrong_way.status_code == 405 and words().say("page.405.title") in wrong_way.text


def test_given_a_failing_database_when_the_page_is_opened_then_nothing_of_the_inside_is_shown_or_logged(
    browser: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise OperationalError("INSERT", {"text": "bí mật"}, Exception("disk full"))

    monkeypatch.setattr(Chat, "view", fail)
    monkeypatch.setattr(Chat, "receive", fail)
    with structlog.testing.capture_logs() as logs:
        pages = [browser.get("/"), browser.post("/messages", data={"text": "bí mật"})]
        by_script = browser.post("/messages", data={"text": "bí mật"}, headers={"hx-request": "true"})
    assert {page.status_code for page in pages} == {503}
    assert all(page.headers["Retry-After"] and page.headers["X-Request-Id"] in page.text for page in pages)
    assert all(words().say("page.503.what") in page.text and "disk full" not in page.text for page in pages)
    assert by_script.text == words().say("page.503.what")
    assert "bí mật" not in str(logs) and logs[0]["error"] == "OperationalError"


def test_given_a_ready_engine_when_health_is_asked_then_it_is_ready(browser: TestClient) -> None:
    say(browser, "khai sinh")
    answered(browser, 2)
    assert browser.get("/health/live").status_code == 200
    ready = browser.get("/health/ready")
    assert (ready.status_code, ready.json()) == (200, {"engine": "ready"})


@pytest.mark.parametrize("engine", [EchoResponder(starting=True)])
def test_given_an_engine_that_starts_when_the_page_opens_then_it_says_so(browser: TestClient) -> None:
    ready = browser.get("/health/ready")
    assert (ready.status_code, ready.json()) == (503, {"engine": "starting"})
    assert browser.get("/health/live").status_code == 200
    page = say(browser, "khai sinh")
    assert words().say("chat.starting") in page and lines(page) == ["Anh/chị: khai sinh"]


@pytest.mark.parametrize("engine", [EchoResponder(broken=True)])
def test_given_an_engine_that_failed_when_the_page_opens_then_it_says_what_to_do(
    browser: TestClient, engine: EchoResponder
) -> None:
    page = say(browser, "khai sinh")
    assert words().say("chat.engine_failed") in page and "refresh" not in page
    assert browser.get("/health/ready").json() == {"engine": "failed"}


def test_given_a_long_conversation_when_the_page_opens_then_the_newest_lines_and_a_way_to_older_ones(
    browser: TestClient, engine: EchoResponder
) -> None:
    for number in range(NEWEST // 2 + 1):
        say(browser, f"câu {number}")
    assert len(answered(browser, NEWEST + 2, seconds=20)) == NEWEST + 2
    page = browser.get("/").text
    assert len(lines(page)) == NEWEST and words().say("chat.older") in page
    assert words().say("chat.older") not in browser.get("/?all=1").text


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("xem https://dichvucong.gov.vn/p?a=1&b=2.", ["https://dichvucong.gov.vn/p?a=1&b=2"]),
        ("(https://a.vn/b), https://c.vn!", ["https://a.vn/b", "https://c.vn"]),
        ("http://a.vn javascript:alert(1) ftp://a.vn", []),
        ('https://a.vn/"onclick="x', ["https://a.vn/"]),
    ],
)
def test_given_an_answer_with_addresses_when_it_is_cut_then_only_https_is_a_link(text: str, pieces: list[str]) -> None:
    line = Line(1, "bot", text, (), datetime.now())
    assert [piece for piece, link in line.pieces if link] == pieces
    assert "".join(piece for piece, _ in line.pieces) == text


def _assets(page: str) -> list[str]:
    found = re.findall(r'"(/static/[^"]+)"', page)
    assert len(found) == 6
    return found
