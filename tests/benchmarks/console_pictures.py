"""Takes the pictures of docs/console.md: each page of the console, on a phone and on a desktop.

make pictures
"""

from __future__ import annotations

import shutil
import tempfile

import pyotp
from playwright.sync_api import Browser, sync_playwright

from bot.accounts import people
from bot.accounts.people import Role
from bot.app import build
from bot.settings import Settings
from procedures.database import connect
from tests.benchmarks.desk_pictures import BIRTH, PASSWORD, fill
from tests.benchmarks.pictures import DESKTOP, PHONE, take
from tests.bot.handover import kit
from tests.bot.web.conftest import serving
from tests.doubles import EchoResponder

#: Name of the picture, and the page.
PAGES = (
    ("home", ""),
    ("procedures", "/procedures"),
    ("procedure", f"/procedures/{BIRTH}"),
    ("edits", "/edits"),
    ("history", f"/history/{BIRTH}"),
    ("import", "/import"),
    ("gaps", "/gaps"),
    ("training", "/training"),
    ("words", "/words"),
    ("settings", "/settings"),
    ("numbers", "/numbers"),
    ("people", "/people"),
    ("audit", "/audit"),
)


def main() -> None:
    """Fills a desk, begins an edit, and takes the pictures as an admin."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/pictures.db"
        database = connect(url)
        fill(database)
        with database.begin() as connection:
            admin = {"login": "an", "name": "Nguyễn Thị An", "role": Role.ADMIN, "office_id": 1}
            made = people.add(connection, **admin, password=PASSWORD)  # type: ignore[arg-type]
            secret = kit.telephone(connection, made)
        settings = Settings(url, "127.0.0.1", 8000, "http://127.0.0.1:8000", "pictures", media=f"{folder}/media")
        with serving(build(settings, EchoResponder())) as address, sync_playwright() as playwright:
            path = shutil.which("chromium") or "/usr/bin/chromium"
            browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
            _look(browser, address, secret)
            browser.close()


def _look(browser: Browser, address: str, secret: str) -> None:
    page = browser.new_page(viewport=DESKTOP)
    page.goto(f"{address}/admin")
    page.locator("[name=login]").fill("an")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main button").first.click()
    page.locator("#code").fill(pyotp.TOTP(secret).now())
    page.locator("main button").first.click()
    page.locator("main h1", has_text="Tổng quan").wait_for()
    page.goto(f"{address}/admin/procedures/{BIRTH}")
    page.locator(f'form[action="/admin/procedures/{BIRTH}/edit"] button').first.click()
    page.wait_for_url("**/admin/edits/*")
    edit = page.url.removeprefix(f"{address}/admin").split("?")[0]
    page.locator('[name="summary"]').fill("Làm trong ngày, không mất phí.")
    page.locator("#edit .keep button").click()
    for size, kind in ((DESKTOP, "desktop"), (PHONE, "phone")):
        page.set_viewport_size(size)
        for name, where in (*PAGES, ("editor", edit), ("review", f"{edit}/review"), ("preview", f"{edit}/preview")):
            page.goto(f"{address}/admin{where}")
            page.wait_for_timeout(400)
            take(page, f"console-{name}-{kind}")


if __name__ == "__main__":
    main()
