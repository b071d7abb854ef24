"""The chat in a page of another site, as people use it there, without a cookie."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, FrameLocator, Page, expect
from playwright.sync_api import Error as PlaywrightError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from bot.app import build
from bot.settings import Settings
from bot.store import schema
from bot.words import words
from procedures.database import connect
from tests.bot.web.conftest import serving
from tests.browser.conftest import BUTTONS
from tests.doubles import EchoResponder
from tests.quiet import hush

pytestmark = pytest.mark.browser

LABEL = words().say("embed.label")
SIZES = [{"width": 390, "height": 844}, {"width": 1280, "height": 800}]
#: What a hostile style sheet of a host may hold.
LOUD = "<style>button,div,iframe{display:none!important;all:unset;position:static!important;width:3px}</style>"


@dataclass
class Host:
    """A site elsewhere, whose page shows the chat of `chat`."""

    address: str = ""
    chat: str = ""
    head: str = ""
    #: What the page holds; {chat} is the chat's address.
    script: str = '<script src="{chat}/embed.js" async></script>'
    policy: str = ""
    complaints: list[str] = field(default_factory=list)
    engine: EchoResponder = field(default_factory=lambda: EchoResponder(BUTTONS))

    async def page(self, request: Request) -> HTMLResponse:
        told = "<details id=own><summary>Tin mới</summary><p>Tin của xã</p></details>"
        head = f"<title>Xã</title><meta name=viewport content=width=device-width>{self.head}"
        body = f"<main><h1>Xã Nam Tuấn</h1>{told}</main>{self.script.format(chat=self.chat)}"
        html = f"<!doctype html><html lang=vi><head>{head}</head><body>{body}</body></html>"
        policy = {"Content-Security-Policy": self.policy.format(chat=self.chat)} if self.policy else {}
        return HTMLResponse(html, headers=policy)

    def open(self, context: BrowserContext) -> Page:
        page = context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._note)
        page.goto(self.address)
        return page

    def _note(self, said: ConsoleMessage) -> None:
        if "Content Security" in said.text:
            self.complaints.append(said.text)


@pytest.fixture
def host(tmp_path: Path) -> Iterator[Host]:
    made, url = Host(), f"sqlite:///{tmp_path}/t.db"
    schema.migrate(database := connect(url))
    hush(database)
    with serving(Starlette(routes=[Route("/", made.page)])) as elsewhere:
        # Another site for a browser, which the number is not.
        made.address = elsewhere.replace("127.0.0.1", "localhost")
        settings = Settings(url, "127.0.0.1", 8000, "http://127.0.0.1:8000", "secret", embed_origins=made.address)
        with serving(build(settings, made.engine)) as made.chat:
            yield made
            made.engine.gate.set()


@pytest.fixture
def opened(chromium: Browser) -> Iterator[Callable[..., BrowserContext]]:
    contexts: list[BrowserContext] = []

    def new(size: dict[str, int] = SIZES[0], **options: object) -> BrowserContext:
        context = chromium.new_context(viewport=size, **options)  # type: ignore[arg-type]
        context.set_default_timeout(10_000)
        contexts.append(context)
        return context

    yield new
    for context in contexts:
        context.close()


def inside(page: Page) -> FrameLocator:
    return page.frame_locator("iframe")


def sees(page: Page, *said: str) -> None:
    lines = [f"Anh/chị: {line[1:]}" if line[0] == "?" else f"Một Cửa: {line}" for line in said]
    expect(inside(page).locator("#log .text")).to_have_text(lines, timeout=10_000)


@pytest.mark.parametrize("size", SIZES)
def test_given_a_keyboard_when_the_panel_is_opened_asked_and_closed_then_nothing_else_is_needed(
    host: Host, opened: Callable[..., BrowserContext], size: dict[str, int]
) -> None:
    page = host.open(opened(size))
    button = page.get_by_role("button", name=LABEL)
    expect(button).to_have_attribute("aria-expanded", "false")
    assert page.locator("iframe").count() == 0
    page.locator("#own summary").focus()
    page.keyboard.press("Tab")
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    expect(inside(page).locator("#box")).to_be_focused()
    page.keyboard.type("khai sinh")
    page.keyboard.press("Enter")
    sees(page, "?khai sinh", "Nghe rõ: khai sinh")
    page.keyboard.press("Escape")
    expect(page.locator("iframe")).to_be_hidden()
    expect(button).to_be_focused()
    expect(button).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("Space")
    sees(page, "?khai sinh", "Nghe rõ: khai sinh")
    assert page.context.cookies() == [] and host.complaints == []


@pytest.mark.parametrize("size", SIZES)
def test_given_a_pointer_when_the_panel_is_opened_then_it_fits_and_answers_without_a_cookie(
    host: Host, opened: Callable[..., BrowserContext], size: dict[str, int]
) -> None:
    page = host.open(opened(size))
    page.get_by_role("button", name=LABEL).click()
    frame = page.locator("iframe")
    expect(frame).to_have_attribute("title", words().say("embed.title"))
    assert frame.get_attribute("src") == f"{host.chat}/embed"
    inside(page).get_by_role("button", name=words().say("chat.example.1")).click()
    expect(inside(page).locator(".bot")).to_have_count(1)
    inside(page).get_by_role("button", name="Gặp cán bộ").click()
    expect(inside(page).locator(".bot")).to_have_count(2)
    assert host.engine.heard[-1] == ("Gặp cán bộ", "/talk_to_person")
    expected = {"width": 390, "height": 844} if size["width"] < 480 else {"width": 380, "height": 600}
    box = frame.bounding_box()
    assert box and {"width": box["width"], "height": box["height"]} == expected
    page.get_by_role("button", name=LABEL).click()
    expect(frame).to_be_hidden()
    assert page.context.cookies() == [] and host.complaints == []


def test_given_a_host_with_a_strict_policy_and_loud_styles_when_opened_then_it_works_as_elsewhere(
    host: Host, opened: Callable[..., BrowserContext]
) -> None:
    host.policy = "default-src 'none'; script-src {chat}/embed.js; frame-src {chat}; style-src 'unsafe-inline'"
    host.head = LOUD
    page = host.open(opened(SIZES[1]))
    page.get_by_role("button", name=LABEL).click()
    inside(page).locator("#box").fill("khai sinh")
    inside(page).locator("#box").press("Enter")
    sees(page, "?khai sinh", "Nghe rõ: khai sinh")
    box = page.get_by_role("button", name=LABEL).bounding_box()
    assert box and (box["width"], box["height"]) == (56, 56)
    host.policy = host.policy.replace("; style-src 'unsafe-inline'", "")
    host.head, host.complaints[:] = "", []
    page.goto(host.address)
    page.get_by_role("button", name=LABEL).click()
    expect(inside(page).locator("#box")).to_be_visible()
    assert host.complaints == []


def test_given_a_chat_that_hangs_when_it_is_opened_then_the_host_page_goes_on(
    host: Host, opened: Callable[..., BrowserContext]
) -> None:
    page = host.open(opened(SIZES[1]))
    page.context.route("**/embed", lambda route: None)
    page.get_by_role("button", name=LABEL).click()
    expect(page.locator("iframe")).to_be_visible()
    page.locator("#own summary").click()
    expect(page.locator("#own p")).to_be_visible()
    page.get_by_role("button", name=LABEL).focus()
    page.keyboard.press("Escape")
    expect(page.locator("iframe")).to_be_hidden()
    page.context.unroute("**/embed")


def test_given_a_script_that_never_comes_when_the_host_page_is_opened_then_it_is_whole(
    host: Host, opened: Callable[..., BrowserContext]
) -> None:
    context = opened()
    context.route("**/embed.js", lambda route: None)
    page = context.new_page()
    page.goto(host.address, wait_until="domcontentloaded")
    page.locator("#own summary").click()
    expect(page.locator("#own p")).to_be_visible()


def test_given_the_script_twice_when_the_page_is_opened_then_one_button_and_no_names_are_there(
    host: Host, opened: Callable[..., BrowserContext]
) -> None:
    host.head = f'<script src="{host.chat}/embed.js" data-label="Hỏi xã"></script>'
    page = host.open(opened())
    expect(page.get_by_role("button", name="Hỏi xã")).to_have_count(1)
    assert page.locator("[data-motcua]").count() == 1
    names = "(() => { const f = document.createElement('iframe'); document.body.append(f);"
    names += "const clean = Object.keys(f.contentWindow); f.remove();"
    names += "return Object.keys(window).filter((name) => !clean.includes(name)) })()"
    assert page.evaluate(names) == []


def test_given_a_site_that_is_not_named_when_it_shows_the_chat_then_the_browser_refuses(
    host: Host, opened: Callable[..., BrowserContext]
) -> None:
    page = opened().new_page()
    page.goto(host.address.replace("localhost", "127.0.0.1"))
    page.get_by_role("button", name=LABEL).click()
    expect(page.locator("iframe")).to_be_visible()
    page.wait_for_timeout(500)
    assert inside(page).locator("#box").count() == 0
    page.get_by_role("button", name=LABEL).click()
    expect(page.locator("iframe")).to_be_hidden()


def test_given_no_script_in_the_frame_when_questions_are_sent_then_forms_carry_the_conversation(
    host: Host, opened: Callable[..., BrowserContext]
) -> None:
    host.script = '<iframe src="{chat}/embed" title="Hỏi" width=380 height=600></iframe>'
    page = host.open(opened(java_script_enabled=False))
    host.engine.gate.clear()
    inside(page).locator("#box").fill("khai sinh")
    inside(page).get_by_role("button", name="Gửi", exact=True).click()
    sees(page, "?khai sinh")
    host.engine.gate.set()
    with suppress(PlaywrightError):
        inside(page).get_by_role("button", name=words().say("embed.renew")).click(timeout=2_000)
    sees(page, "?khai sinh", "Nghe rõ: khai sinh")
    inside(page).get_by_role("button", name="Xem lệ phí").click()
    expect(inside(page).locator(".citizen")).to_have_count(2)
    assert page.context.cookies() == []


def test_given_a_session_that_is_over_when_a_question_is_sent_then_a_new_one_shows_it(
    host: Host, opened: Callable[..., BrowserContext]
) -> None:
    page = host.open(opened(SIZES[1]))
    page.get_by_role("button", name=LABEL).click()
    box = inside(page).locator("#box")
    box.evaluate("box => { for (const i of document.querySelectorAll('[name=session]')) i.value = 'over' }")
    for said in (["khai sinh"], ["khai sinh", "khai tử"]):
        box.fill(said[-1])
        box.press("Enter")
        sees(page, *(line for text in said for line in (f"?{text}", f"Nghe rõ: {text}")))
    assert host.engine.heard == [("khai sinh", ""), ("khai tử", "")]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_given_the_panel_when_axe_looks_at_both_pages_then_nothing_serious_is_found(
    host: Host, opened: Callable[..., BrowserContext], size: dict[str, int], scheme: str
) -> None:
    page = host.open(opened(size, color_scheme=scheme))
    found = Axe().run(page).response["violations"]
    page.get_by_role("button", name=LABEL).click()
    inside(page).locator("#box").fill("khai sinh")
    inside(page).locator("#box").press("Enter")
    sees(page, "?khai sinh", "Nghe rõ: khai sinh")
    for looked in page.frames:
        found += Axe().run(looked).response["violations"]  # type: ignore[arg-type]
    assert len(page.frames) == 2
    assert [rule["id"] for rule in found if rule["impact"] in ("serious", "critical")] == []
