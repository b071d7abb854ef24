"""The chat as people use it."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from bot.conversation.answer import Readiness
from bot.words import words
from tests.browser.conftest import PHONE, Site

pytestmark = pytest.mark.browser

LONG = (
    "Mang theo:\n" + "• Giấy chứng sinh của bệnh viện nơi cháu sinh ra\n" * 30 + "https://dichvucong.gov.vn/" + "a" * 90
)


def ask(page: Page, text: str) -> None:
    page.fill("#box", text)
    page.get_by_role("button", name="Gửi", exact=True).click()


def sees(page: Page, *said: str) -> None:
    """Exactly these lines, in this order. A line is "?" and a question, or an answer's beginning."""
    lines = [f"Anh/chị: {line[1:]}" if line[0] == "?" else f"Một Cửa: {line}" for line in said]
    expect(page.locator("#log .text")).to_have_text(lines, timeout=10_000)


def test_given_a_question_when_it_is_sent_then_the_answer_arrives_by_itself(page: Page, site: Site) -> None:
    site.engine.gate.clear()
    ask(page, "khai sinh")
    sees(page, "?khai sinh")
    expect(page.get_by_text(words().say("chat.typing"))).to_be_visible()
    expect(page.locator("#welcome")).to_be_hidden()
    site.engine.gate.set()
    sees(page, "?khai sinh", "Nghe rõ: khai sinh")
    expect(page.get_by_text(words().say("chat.typing"))).to_be_hidden()


def test_given_an_example_when_it_is_pressed_then_it_is_asked(page: Page) -> None:
    example = words().say("chat.example.1")
    page.get_by_role("button", name=example).click()
    sees(page, f"?{example}", f"Nghe rõ: {example}")


def test_given_buttons_when_one_is_pressed_then_it_is_meant_and_old_ones_grow_quiet(page: Page, site: Site) -> None:
    ask(page, "khai sinh")
    for lines in (4, 6):
        page.get_by_role("button", name="Xem lệ phí").first.click()
        expect(page.locator(".line:not(.sending)")).to_have_count(lines)
    assert site.engine.heard[1:] == [("Xem lệ phí", '/ask_fee{"procedure": "1.001193"}')] * 2
    loud, quiet = page.locator("#log .choices button").last, page.locator("#log .choices button").first
    expect(quiet).to_have_css("text-decoration-line", "underline")
    expect(loud).to_have_css("text-decoration-line", "none")


def test_given_a_button_pressed_the_moment_it_appears_then_the_page_is_not_loaded_anew(page: Page, site: Site) -> None:
    page.evaluate(
        """() => {
            const pressFirst = (_, watch) => {
                const button = document.querySelector("#log .choices button");
                if (button) { watch.disconnect(); button.click(); }
            };
            new MutationObserver(pressFirst).observe(document.querySelector("#log"), { childList: true });
        }"""
    )
    ask(page, "khai sinh")
    expect(page.locator(".bot")).to_have_count(2)
    assert "#last" not in page.url


def test_given_an_answer_under_way_when_the_page_is_reloaded_then_it_comes_once(page: Page, site: Site) -> None:
    site.engine.gate.clear()
    ask(page, "khai sinh")
    sees(page, "?khai sinh")
    page.reload()
    site.engine.gate.set()
    sees(page, "?khai sinh", "Nghe rõ: khai sinh")
    page.reload()
    sees(page, "?khai sinh", "Nghe rõ: khai sinh")


def test_given_a_lost_network_when_it_is_back_then_the_missed_line_comes_once(page: Page, site: Site) -> None:
    site.engine.gate.clear()
    ask(page, "khai sinh")
    expect(page.get_by_text(words().say("chat.typing"))).to_be_visible()
    page.context.set_offline(True)
    expect(page.get_by_text(words().say("chat.lost"))).to_be_visible()
    site.cut()
    site.engine.gate.set()
    page.wait_for_timeout(500)
    sees(page, "?khai sinh")
    page.context.set_offline(False)
    sees(page, "?khai sinh", "Nghe rõ: khai sinh")
    expect(page.get_by_text(words().say("chat.back"))).to_be_visible()
    ask(page, "khai tử")
    sees(page, "?khai sinh", "Nghe rõ: khai sinh", "?khai tử", "Nghe rõ: khai tử")


def test_given_no_network_when_a_question_is_sent_then_it_stays_and_can_be_sent_again(page: Page) -> None:
    page.context.set_offline(True)
    ask(page, "khai sinh")
    expect(page.get_by_text(words().say("chat.failed"))).to_be_visible()
    expect(page.locator("#box")).to_have_value("khai sinh")
    expect(page.locator(".line")).to_have_count(0)
    page.context.set_offline(False)
    page.get_by_role("button", name="Gửi lại").click()
    sees(page, "?khai sinh", "Nghe rõ: khai sinh")
    expect(page.get_by_text(words().say("chat.failed"))).to_be_hidden()


def test_given_a_reply_that_is_lost_when_it_is_sent_again_then_it_is_there_once(page: Page, site: Site) -> None:
    page.route("**/messages", lambda route: (route.fetch(), route.abort()), times=1)
    ask(page, "khai sinh")
    page.get_by_role("button", name="Gửi lại").click()
    sees(page, "?khai sinh", "Nghe rõ: khai sinh")
    expect(page.locator("#box")).to_have_value("")
    assert site.engine.heard == [("khai sinh", "")]


def test_given_a_cookie_that_is_gone_when_a_question_is_sent_then_a_new_session_shows_it(page: Page) -> None:
    page.context.clear_cookies()
    ask(page, "khai sinh")
    sees(page, "?khai sinh", "Nghe rõ: khai sinh")
    ask(page, "khai tử")
    sees(page, "?khai sinh", "Nghe rõ: khai sinh", "?khai tử", "Nghe rõ: khai tử")


def test_given_an_engine_that_starts_when_it_is_ready_then_the_notice_goes_by_itself(site: Site, page: Page) -> None:
    site.engine.readiness = Readiness.STARTING
    site.engine.gate.clear()
    page.reload()
    expect(page.get_by_text(words().say("chat.starting"))).to_be_visible()
    ask(page, "khai sinh")
    sees(page, "?khai sinh")
    site.engine.readiness = Readiness.READY
    expect(page.get_by_text(words().say("chat.starting"))).to_be_hidden()
    site.engine.gate.set()
    sees(page, "?khai sinh", "Nghe rõ: khai sinh")


def test_given_a_double_click_when_it_sends_then_one_message_is_there(page: Page, site: Site) -> None:
    page.fill("#box", "khai sinh")
    page.get_by_role("button", name="Gửi", exact=True).dblclick()
    sees(page, "?khai sinh", "Nghe rõ: khai sinh")
    page.get_by_role("button", name="Xem lệ phí").dblclick()
    expect(page.locator(".line")).to_have_count(4)
    assert len(site.engine.heard) == 2


def test_given_a_text_too_long_when_it_is_sent_then_it_stays_with_a_clear_word(page: Page) -> None:
    page.evaluate("document.getElementById('box').maxLength = 9999")
    ask(page, "a" * 5000)
    expect(page.locator("#problem")).to_have_text(words().say("chat.too_long", length="5.000", longest="4.000"))
    expect(page.locator("#box")).to_have_value("a" * 5000)


def test_given_no_script_when_questions_and_buttons_are_sent_then_the_page_renews_itself(
    site: Site, chromium: Browser
) -> None:
    context = chromium.new_context(viewport=PHONE, java_script_enabled=False)
    page = site.open(context)
    site.engine.gate.clear()
    ask(page, "khai sinh")
    assert page.url.endswith("/#last")
    expect(page.get_by_text(words().say("chat.typing"))).to_be_visible()
    site.engine.gate.set()
    sees(page, "?khai sinh", "Nghe rõ: khai sinh")
    page.get_by_role("button", name="Gặp cán bộ").click()
    sees(page, "?khai sinh", "Nghe rõ: khai sinh", "?Gặp cán bộ", "Nghe rõ: Gặp cán bộ /talk_to_person")
    context.close()


def test_given_only_a_keyboard_when_somebody_writes_then_everything_can_be_reached(page: Page, site: Site) -> None:
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name=words().say("chat.skip"))).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#box")).to_be_focused()
    page.keyboard.type("dòng một")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("dòng hai")
    page.keyboard.press("Enter")
    expect(page.locator(".bot")).to_have_count(1)
    assert site.engine.heard == [("dòng một\ndòng hai", "")]
    expect(page.locator("#box")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_role("button", name="Gặp cán bộ")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".bot")).to_have_count(2)
    expect(page.locator("#box")).to_be_focused()


def test_given_a_reader_who_scrolled_up_when_an_answer_comes_then_it_waits_below(page: Page, site: Site) -> None:
    site.engine.words = lambda text, payload: LONG  # type: ignore[method-assign]
    ask(page, "khai sinh")
    expect(page.locator(".bot")).to_be_in_viewport()
    site.engine.gate.clear()
    ask(page, "còn gì nữa")
    expect(page.locator(".citizen").last).to_be_in_viewport()
    page.evaluate("scrollTo(0, 0)")
    expect(page.locator(".sending")).to_have_count(0)
    page.wait_for_timeout(200)
    site.engine.gate.set()
    page.get_by_role("button", name=words().say("chat.new")).click()
    expect(page.locator(".when").last).to_be_in_viewport()
    expect(page.get_by_role("button", name=words().say("chat.new"))).to_be_hidden()


def test_given_a_narrow_phone_when_lines_are_long_then_nothing_scrolls_sideways(page: Page, site: Site) -> None:
    site.engine.words = lambda text, payload: LONG + "\n" + "w" * 200  # type: ignore[method-assign]
    ask(page, "u" * 300)
    expect(page.locator(".bot a")).to_have_attribute("rel", "noopener noreferrer")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    sizes = "[...document.querySelectorAll('button:not([hidden]), #box')].map(e => e.getBoundingClientRect().height)"
    assert min(height for height in page.evaluate(sizes) if height) >= 44
    fonts = "[...document.querySelectorAll('body *')].map(e => parseFloat(getComputedStyle(e).fontSize))"
    assert min(page.evaluate(fonts)) >= 16


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_given_the_page_when_axe_looks_then_nothing_serious_is_found(
    site: Site, chromium: Browser, scheme: str
) -> None:
    context = chromium.new_context(viewport=PHONE, color_scheme=scheme)  # type: ignore[arg-type]
    page = site.open(context)
    found = Axe().run(page).response["violations"]
    for lines in (2, 4):
        ask(page, "khai sinh")
        expect(page.locator(".line:not(.sending)")).to_have_count(lines)
    found += Axe().run(page).response["violations"]
    assert [rule["id"] for rule in found if rule["impact"] in ("serious", "critical")] == []
    context.close()


def test_given_a_first_visit_when_its_bytes_are_counted_then_they_are_few(site: Site, context: BrowserContext) -> None:
    page = context.new_page()
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    sizes: list[float] = []
    network.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.on("request", lambda request: site.requested.append(request.url))
    page.goto(site.address, wait_until="load")
    page.wait_for_timeout(1000)
    assert len(sizes) >= 6
    assert sum(sizes) < 60_000
