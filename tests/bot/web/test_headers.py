"""What every answer tells a browser, whatever the answer is."""

from __future__ import annotations

from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from bot.app import build
from bot.settings import Settings
from bot.web.headers import Policies
from tests.doubles import EchoResponder

#: A page, a file, health, an error of each kind, a program's, a webhook's, the door of staff.
ADDRESSES = (
    *("/", "/embed", "/embed.js", "/sheet.css", "/health/live", "/nowhere", "/g/x", "/t/x", "/f/x", "/login", "/desk"),
    *("/admin/settings", "/api/v1/openapi.json", "/api/v1/procedures", "/webhooks/telegram", f"/?{'q' * 9000}"),
)
NAMES = (
    *("content-security-policy", "x-content-type-options", "referrer-policy", "permissions-policy"),
    *("cross-origin-opener-policy", "cross-origin-resource-policy", "cache-control"),
)


def test_given_any_address_when_it_answers_then_every_header_is_there_and_nothing_inline_may_run(
    browser: TestClient,
) -> None:
    for address in ADDRESSES:
        headers = browser.get(address, follow_redirects=False).headers
        assert [name for name in NAMES if name not in headers] == [], address
        assert "unsafe" not in headers["content-security-policy"] and "strict-transport-security" not in headers
        framed = address == "/embed"
        framers = "'self'" if framed else "'none'"
        assert headers["content-security-policy"].endswith(f"frame-ancestors {framers}")
        assert headers.get("x-frame-options") == (None if framed else "DENY")


def test_given_pages_that_are_somebodys_when_they_answer_then_no_cache_keeps_them(browser: TestClient) -> None:
    for address in ("/", "/embed", "/desk", "/admin", "/login", "/g/x", "/t/x", "/f/x", "/api/v1/procedures?q=a"):
        assert "no-store" in browser.get(address, follow_redirects=False).headers["cache-control"], address
    assert "no-store" not in browser.get("/sheet.css").headers["cache-control"]


def test_given_https_when_anything_is_answered_then_browsers_come_no_other_way(settings: Settings) -> None:
    secure = replace(settings, base_url="https://motcua.example", embed_origins="https://caobang.gov.vn")
    client = TestClient(build(secure, EchoResponder()), base_url="https://motcua.example")
    for address in ("/", "/nowhere", "/embed"):
        assert client.get(address).headers["strict-transport-security"] == "max-age=31536000"
    assert client.get("/embed").headers["content-security-policy"].endswith("'self' https://caobang.gov.vn")
    # A cookie that no neighbour of the domain can set in our name.
    assert client.get("/").headers["set-cookie"].startswith("__Host-motcua_session=")


@pytest.mark.parametrize("path", ["/embed", "/embed/events"])
def test_given_the_frame_when_nobody_is_named_then_only_we_may_show_it(settings: Settings, path: str) -> None:
    policy = Policies(settings).of(path)["Content-Security-Policy"]
    assert policy.endswith("frame-ancestors 'self'")
