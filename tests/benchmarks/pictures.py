"""Takes the pictures of docs/guides.md: the real service with the trained model, in Chromium.

make pictures
"""

from __future__ import annotations

import io
import os
import shutil
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from bot.app import build
from bot.engine import Engine, training
from bot.settings import Settings
from bot.store import schema
from procedures.catalogue import SEEDS
from procedures.database import connect
from procedures.importers.seeds import read_seeds
from procedures.store import take_in
from tests.bot.web.conftest import serving

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
PHONE, DESKTOP, A4 = ({"width": 360, "height": 740}, {"width": 1280, "height": 900}, {"width": 794, "height": 1123})
#: Colours of a picture: enough for a page, and a third of the bytes.
_COLOURS = 48


def main() -> None:
    """Goes through one guide and takes a picture of each stage, then of its checklist."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["MOTCUA_DATABASE_URL"] = url = f"sqlite:///{folder}/pictures.db"
        database = connect(url)
        schema.migrate(database)
        take_in(database, read_seeds(SEEDS))
        port = 8765
        settings = Settings(url, "127.0.0.1", port, f"http://127.0.0.1:{port}", "pictures")
        engine = Engine(training.trained_model())
        with serving(build(settings, engine)) as address, sync_playwright() as playwright:
            path = shutil.which("chromium") or "/usr/bin/chromium"
            browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
            token = _guide(browser, address)
            _checklist(browser, f"{address}/g/{token}")


def _guide(browser: Browser, address: str) -> str:
    """The stages of a guide on a phone; the token of its checklist."""
    page = browser.new_page(viewport=PHONE)
    page.goto(f"{address}/#1.001193")
    page.wait_for_url("**/start/**")
    _take(page, "guide-start")
    page.get_by_role("button", name="Bắt đầu").click()
    expect(page.locator(".bot").last).to_contain_text("trường hợp", timeout=60_000)
    _take(page, "guide-cases")
    for press, shows in (("Không có trường hợp", "Nộp cách nào"), ("Nộp tại quầy", "Giấy 1/4")):
        _press(page, press, shows)
    _take(page, "guide-paper")
    for press, shows in (("Có rồi", "Giấy 2/4"), ("Chưa có", "Giấy 3/4"), ("Có rồi", "Giấy 4/4"), ("Để sau", "mã")):
        _press(page, press, shows)
    _take(page, "guide-trip")
    text = page.locator(".bot").last.inner_text()
    return text.partition("/g/")[2][:10]


def _press(page: Page, title: str, shows: str) -> None:
    page.locator(".line").last.get_by_role("button", name=title).first.click()
    expect(page.locator(".bot").last).to_contain_text(shows, timeout=30_000)
    page.wait_for_timeout(300)


def _checklist(browser: Browser, link: str) -> None:
    for name, size, language in (("checklist-phone", PHONE, "vi"), ("checklist-desktop", DESKTOP, "en")):
        page = browser.new_page(viewport=size)
        page.goto(f"{link}?lang={language}")
        _take(page, name, whole=True)
    page = browser.new_page(viewport=A4)
    page.goto(link)
    page.emulate_media(media="print")
    _take(page, "checklist-a4")
    (FOLDER / "checklist-picture.png").write_bytes(page.request.get(f"{link}.png").body())


def _take(page: Page, name: str, whole: bool = False) -> None:
    taken = Image.open(io.BytesIO(page.screenshot(full_page=whole))).convert("RGB")
    taken.quantize(_COLOURS).save(FOLDER / f"{name}.png", "PNG", optimize=True)


if __name__ == "__main__":
    main()
