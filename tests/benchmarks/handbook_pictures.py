"""Takes the pictures of docs/vi: signing in, the desk by its tasks, the pages of the admins; red numbers say where.

make pictures
"""

from __future__ import annotations

import re
import shutil
import tempfile
from datetime import timedelta

import pyotp
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, sync_playwright
from sqlalchemy import insert, update
from sqlalchemy.engine import Engine

from bot.accounts import links
from bot.app import build
from bot.post.clock import now
from bot.privacy import consent
from bot.settings import Settings
from bot.store.scam_tables import scam_report
from bot.store.tables import message
from procedures.database import connect
from tests.benchmarks import handbook_desk
from tests.benchmarks.desk_pictures import PASSWORD, fill
from tests.benchmarks.pictures import PHONE, marked
from tests.bot.handover import kit
from tests.bot.web.conftest import serving
from tests.doubles import EchoResponder

#: Smaller than a screen of today: what is on it is read in a handbook.
SCREEN: ViewportSize = {"width": 1100, "height": 800}
#: As tall as a page is that has to be seen whole.
TALL: ViewportSize = {"width": 760, "height": 1500}
#: The same for the page with seven kinds of data.
TALLER: ViewportSize = {"width": 760, "height": 2600}
#: Sites that citizens showed, what they wrote, and how the bot looked at it. None of them is real.
SCAMS = (
    ("dichvucong-gov.example", "look_alike", "họ bảo em vào dichvucong-gov.example đóng 50 nghìn"),
    ("dichvucong-gov.example", "look_alike", "link này có phải của xã không ạ dichvucong-gov.example"),
    ("", "told", "có người gọi xưng công an đòi mã OTP, số ••• gọi đến"),
)


def main() -> None:
    """The first admin comes, adds an officer, who comes in turn and works."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/pictures.db"
        database = connect(url)
        fill(database)
        _old(database)
        settings = Settings(url, "127.0.0.1", 8000, "http://127.0.0.1:8000", "pictures", media=f"{folder}/media")
        with serving(build(settings, EchoResponder())) as address, sync_playwright() as playwright:
            path = shutil.which("chromium") or "/usr/bin/chromium"
            browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
            with database.begin() as connection:
                token = links.first(connection)
            admin = browser.new_page(viewport=TALL, locale="vi-VN")
            _first_admin(admin, f"{address}/link/{token}")
            link = _adds(admin, address)
            _console(admin, address)
            _comes(browser.new_context(viewport=TALL, locale="vi-VN"), link.replace("http://127.0.0.1:8000", address))
            _signs_in(browser, address)
            officer = browser.new_context(viewport=SCREEN, locale="vi-VN").new_page()
            enter(officer, address, "mai")
            handbook_desk.work(officer, database, address)
            browser.close()


def enter(page: Page, address: str, login: str) -> None:
    """Signs somebody in who needs no second factor."""
    page.goto(f"{address}/desk")
    page.locator("[name=login]").fill(login)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main button").first.click()
    page.locator("#tabs").wait_for()


def _old(database: Engine) -> None:
    """A talk of some months ago, whose words are to go when they are kept for less, and what citizens showed."""
    with database.begin() as connection:
        case = kit.case(connection, "web", "old", status="closed", outcome="answered")
        kit.line(connection, case, "làm lại giấy khai sinh ở đâu")
        whose, then = kit.of(connection, case).conversation_id, now() - timedelta(days=250)
        mine = update(message).where(message.c.conversation_id == whose)
        connection.execute(mine.values(created_at=then, language="vi"))
        consent.decide(connection, whose, consent.Decision.AGREED, "vi")
        told = kit.of(connection, 1).conversation_id
        for host, look, text in SCAMS:
            came = kit.inbox_row(connection, 1, text)
            shown = {"conversation_id": told, "inbox_id": came, "host": host, "look": look, "text": text}
            connection.execute(insert(scam_report).values(**shown, created_at=now()))


def _first_admin(page: Page, link: str) -> None:
    page.goto(link)
    page.locator("#name").fill("Nguyễn Thị An")
    page.locator("#login").fill("an")
    fields = [page.locator(f"#{name}") for name in ("name", "login", "new", "again")]
    marked(page, "vi-first-admin", *fields, page.locator("main button"), part=page.locator("main section"))
    _chooses(page)
    _sets_up(page, "vi-second")


def _chooses(page: Page) -> None:
    for name in ("new", "again"):
        page.locator(f"#{name}").fill(PASSWORD)
    page.locator("main button").click()


def _sets_up(page: Page, name: str) -> None:
    """The second factor, and the recovery codes."""
    page.locator(".qr-box").wait_for()
    page.locator("#code").fill("123456")
    steps = [page.locator(place) for place in (".steps > li >> nth=0", ".qr-box", "#code", "main form button")]
    marked(page, name, *steps, part=page.locator("main section"))
    secret = re.sub(r"\W", "", page.locator(".key").text_content() or "")
    page.locator("#code").fill(pyotp.TOTP(secret).now())
    page.locator("main form button").click()
    page.locator("#codes").wait_for()
    after = [page.locator(place) for place in ("#codes", "[data-copy]", "main a[role=button]")]
    marked(page, "vi-recovery", *after, part=page.locator("main section"))
    page.locator("main a[role=button]").click()


def _adds(page: Page, address: str) -> str:
    """An officer: the link by which she comes."""
    page.goto(f"{address}/admin/people/new")
    page.locator("#login").fill("mai")
    page.locator("#name").fill("Bế Thị Mai")
    fields = [page.locator(f"#{name}") for name in ("login", "name", "role", "office")]
    marked(page, "vi-people-new", *fields, page.locator("main form button"), part=page.locator("main .narrow"))
    page.locator("main form button").click()
    link = page.locator("#link").inner_text()
    page.locator("#link").evaluate("node => node.textContent = 'https://mot-cua.caobang.gov.vn/link/…'")
    marked(page, "vi-people-link", page.locator("[data-copy]"), part=page.locator("main .narrow"))
    return link


def _console(page: Page, address: str) -> None:
    page.set_viewport_size(SCREEN)
    page.goto(f"{address}/admin/scam")
    marked(page, "vi-scam", page.locator("table"), page.locator("main ul button"))
    page.goto(f"{address}/admin/settings/channels")
    spot = page.locator("section[aria-labelledby=c-telegram], main section").first
    marked(page, "vi-channels", *(spot.locator(at) for at in ("fieldset", "[name=reason]", "button")), part=spot)
    page.goto(f"{address}/admin/settings/banners")
    form = page.locator("main form").last
    form.locator("#starts").fill("2026-12-12")
    form.locator("#ends").fill("2026-12-12")
    form.locator("textarea").first.fill("Ngày 12/12 quầy xã Bảo Lâm nghỉ vì lũ. Bà con đến ngày 14/12.")
    form.scroll_into_view_if_needed()
    places = ("select", "#starts", "#ends", "textarea >> nth=0", "button")
    marked(page, "vi-banners", *(form.locator(place) for place in places), part=form)
    page.set_viewport_size(TALLER)
    page.goto(f"{address}/admin/settings/keeping")
    page.locator("#days-words").fill("200")
    page.locator("main form button").first.click()
    page.locator("#would").wait_for()
    form = page.locator("[action$=look]")
    marked(page, "vi-keeping-days", form.locator("#days-words"), form.locator("button"), part=form)
    seen = [page.locator(at) for at in (".kept", "[action$=save] button")]
    marked(page, "vi-keeping", *seen, part=page.locator("[aria-labelledby=would]"))


def _comes(context: BrowserContext, link: str) -> None:
    """An officer opens the link that she was sent."""
    page = context.new_page()
    page.goto(link)
    fields = [page.locator(place) for place in ("#new", "#again", "main button")]
    marked(page, "vi-link", *fields, part=page.locator("main section"))
    _chooses(page)
    page.locator("#tabs").wait_for()
    context.close()


def _signs_in(browser: Browser, address: str) -> None:
    for size, kind in ((TALL, "desktop"), (PHONE, "phone")):
        page = browser.new_context(viewport=size, locale="vi-VN").new_page()
        page.goto(f"{address}/desk")
        page.locator("#login").fill("an")
        page.locator("#password").fill(PASSWORD)
        fields = [page.locator(place) for place in ("#login", "#password", "main form button")]
        marked(page, f"vi-login-{kind}", *fields, part=page.locator("main section"))
        page.locator("main form button").click()
        page.locator("#code").fill("123456")
        code = [page.locator(place) for place in ("#code", "main form button >> nth=0", "summary")]
        marked(page, f"vi-code-{kind}", *code, part=page.locator("main section"))


if __name__ == "__main__":
    main()
