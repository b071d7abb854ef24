"""A real server, a double of the engine, and Debian's Chromium."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright
from sse_starlette.sse import AppStatus

from bot.app import build
from bot.conversation import Button
from bot.settings import Settings
from bot.store import schema
from procedures.database import connect
from tests.bot.web.conftest import serving
from tests.doubles import EchoResponder
from tests.quiet import hush

BUTTONS = (Button("Xem lệ phí", '/ask_fee{"procedure": "1.001193"}'), Button("Gặp cán bộ", "/talk_to_person"))
PHONE = {"width": 360, "height": 740}
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@dataclass
class Site:
    """A served chat and what browsers did with it."""

    address: str
    engine: EchoResponder
    requested: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def open(self, context: BrowserContext) -> Page:
        page = context.new_page()
        page.on("request", lambda request: self.requested.append(request.url))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda said: self.complaints.append(said.text) if "Content Security" in said.text else None)
        page.goto(self.address)
        return page

    def cut(self) -> None:
        """Ends every open stream, as a lost network does; Chromium's own "offline" leaves them open."""
        AppStatus.should_exit = True
        time.sleep(0.7)
        AppStatus.should_exit = False


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="module")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    path = shutil.which("chromium") or "/usr/bin/chromium"
    if not Path(path).exists():
        pytest.skip("needs Chromium: apt-get install chromium")
    browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
    yield browser
    browser.close()


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    url, engine = f"sqlite:///{tmp_path}/t.db", EchoResponder(BUTTONS)
    schema.migrate(connect(url))
    hush(connect(url))
    with serving(build(Settings(url, "127.0.0.1", 8000, "http://127.0.0.1:8000", "secret"), engine)) as address:
        made = Site(address, engine)
        yield made
        engine.gate.set()
        engine.may_load.set()
    assert made.complaints == []
    assert {urlsplit(url).netloc for url in made.requested} == {urlsplit(address).netloc}


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    made = chromium.new_context(viewport=PHONE)
    made.set_default_timeout(10_000)
    yield made
    made.close()


@pytest.fixture
def page(site: Site, context: BrowserContext) -> Page:
    return site.open(context)
