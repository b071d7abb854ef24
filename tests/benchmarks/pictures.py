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
from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect, sync_playwright

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
PHONE: ViewportSize = {"width": 360, "height": 740}
DESKTOP: ViewportSize = {"width": 1280, "height": 900}
A4: ViewportSize = {"width": 794, "height": 1123}
#: Colours of a picture: enough for a page, and a third of the bytes.
_COLOURS = 48
#: The address of this machine would puzzle whoever reads a handbook.
_ADDRESS = """document.querySelectorAll("a").forEach(link => {
  if (link.textContent.includes("127.0.0.1")) link.textContent = "https://mot-cua.caobang.gov.vn";
})"""
#: Red numbers on what a handbook tells to press, at the right upper corner of each: labels stand at the left.
_NUMBERS = """boxes => boxes.forEach((box, number) => {
  const mark = document.createElement("b");
  const left = box.width < 40 ? box.x - 17 : Math.min(innerWidth - 34, box.x + box.width - 15);
  mark.textContent = number + 1;
  mark.dataset.mark = "";
  Object.assign(mark.style, {position: "fixed", zIndex: 99, left: Math.max(2, left) + "px",
    top: Math.max(2, box.y - 17) + "px", width: "30px", height: "30px", border: "2px solid #fff",
    borderRadius: "50%", background: "#d0021b", color: "#fff", font: "bold 18px/26px sans-serif", textAlign: "center"});
  document.body.append(mark);
})"""


def main() -> None:
    """Goes through one guide and takes a picture of each stage, then of its checklist."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["MOTCUA_DATABASE_URL"] = url = f"sqlite:///{folder}/pictures.db"
        database = connect(url)
        schema.migrate(database)
        take_in(database, read_seeds(SEEDS))
        port = 8765
        ours = "https://zalo.me/VI-DU https://t.me/VI_DU_bot"
        settings = Settings(url, "127.0.0.1", port, f"http://127.0.0.1:{port}", "pictures", official_links=ours)
        engine = Engine(training.trained_model())
        with serving(build(settings, engine)) as address, sync_playwright() as playwright:
            path = shutil.which("chromium") or "/usr/bin/chromium"
            browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
            token = _guide(browser, address)
            _checklist(browser, f"{address}/g/{token}")
            _promises(browser, address)


def _guide(browser: Browser, address: str) -> str:
    """The stages of a guide on a phone; the token of its checklist."""
    page = browser.new_page(viewport=PHONE)
    page.goto(address)
    # Said before anybody asks: the notice of consent would stand between the stages.
    _says(page, "đồng ý lưu", "Em đã ghi")
    page.goto("about:blank")  # from the page itself the next line would only move within it
    page.goto(f"{address}/#1.001193")
    page.wait_for_url("**/start/**")
    take(page, "guide-start")
    page.get_by_role("button", name="Bắt đầu").click()
    expect(page.locator(".bot").last).to_contain_text("trường hợp", timeout=240_000)
    take(page, "guide-cases")
    for press, shows in (("Không có trường hợp", "Nộp cách nào"), ("Nộp tại quầy", "Giấy 1/4")):
        _press(page, press, shows)
    take(page, "guide-paper")
    for press, shows in (("Có rồi", "Giấy 2/4"), ("Chưa có", "Giấy 3/4"), ("Có rồi", "Giấy 4/4"), ("Để sau", "mã")):
        _press(page, press, shows)
    take(page, "guide-trip")
    text = page.locator(".bot").last.inner_text()
    return text.partition("/g/")[2][:10]


def _says(page: Page, text: str, shows: str) -> None:
    page.locator("#box").fill(text)
    page.locator("#box").press("Enter")
    expect(page.locator(".bot", has_text=shows).last).to_be_visible(timeout=240_000)


def _press(page: Page, title: str, shows: str) -> None:
    page.locator(".line").last.get_by_role("button", name=title).first.click()
    expect(page.locator(".bot").last).to_contain_text(shows, timeout=30_000)
    page.wait_for_timeout(300)


def _checklist(browser: Browser, link: str) -> None:
    for name, size, language in (("checklist-phone", PHONE, "vi"), ("checklist-desktop", DESKTOP, "en")):
        page = browser.new_page(viewport=size)
        page.goto(f"{link}?lang={language}")
        take(page, name, whole=True)
    page = browser.new_page(viewport=A4)
    page.goto(link)
    page.emulate_media(media="print")
    take(page, "checklist-a4")
    (FOLDER / "checklist-picture.png").write_bytes(page.request.get(f"{link}.png").body())


def _promises(browser: Browser, address: str) -> None:
    """What a citizen reads of their data and of scams: in the chat, and on the two pages that say it."""
    page = browser.new_page(viewport=PHONE)
    page.goto(address)
    for asks, shows, name in (
        ("làm giấy khai sinh cho con cần giấy tờ gì", "không trả lời: xóa sau", "vi-consent-phone"),
        ("xóa dữ liệu của tôi", "có chắc muốn xóa", "vi-delete-phone"),
        ("họ bảo em đóng tiền ở dichvucong-gov.vn có đúng không", "Coi chừng", "vi-scam-phone"),
    ):
        _says(page, asks, shows)
        page.wait_for_timeout(700)
        take(page, name)
    for where in ("official", "privacy"):
        for size, kind in ((PHONE, "phone"), (DESKTOP, "desktop")):
            page.set_viewport_size(size)
            page.goto(f"{address}/{where}?lang=vi")
            page.evaluate(_ADDRESS)
            take(page, f"{where}-{kind}")


def take(page: Page, name: str, whole: bool = False) -> None:
    """A picture for docs/, in few colours."""
    _keep(page.screenshot(full_page=whole), name)


def marked(page: Page, name: str, *marks: Locator, part: Locator | None = None) -> None:
    """What is seen, with a red number at each of `marks`; only `part` of it where that is given."""
    seen = [mark.first.bounding_box() for mark in marks]
    assert all(seen), f"{name}: something to be marked is not there"
    page.evaluate(_NUMBERS, seen)
    around = part.first.bounding_box() if part is not None else None
    clip = {"x": max(0, around["x"] - 20), "y": max(0, around["y"] - 20)} if around else None
    if around and clip:
        clip |= {"width": around["x"] + around["width"] + 20 - clip["x"]}
        clip |= {"height": around["y"] + around["height"] + 8 - clip["y"]}
    _keep(page.screenshot(clip=clip), name)  # type: ignore[arg-type]
    page.evaluate("document.querySelectorAll('[data-mark]').forEach(mark => mark.remove())")


def _keep(shot: bytes, name: str) -> None:
    taken = Image.open(io.BytesIO(shot)).convert("RGB")
    taken.quantize(_COLOURS).save(FOLDER / f"{name}.png", "PNG", optimize=True)


if __name__ == "__main__":
    main()
