"""Takes the pictures of docs/desk.md: the five views on which staff work, on a phone and on a desktop.

make pictures
"""

from __future__ import annotations

import json
import shutil
import tempfile
from datetime import timedelta

from playwright.sync_api import Browser, sync_playwright
from sqlalchemy import insert, update
from sqlalchemy.engine import Connection, Engine

from bot import guides
from bot.accounts import people
from bot.accounts.people import Role
from bot.app import build
from bot.handover import starters
from bot.post.clock import now
from bot.settings import Settings
from bot.store import schema
from bot.store.desk_tables import office
from bot.store.tables import conversation, message, turn
from procedures.catalogue import SEEDS
from procedures.database import connect
from procedures.guides.state import HAVE, Guide
from procedures.importers.seeds import read_seeds
from procedures.store import take_in
from tests.benchmarks.pictures import DESKTOP, PHONE, take
from tests.bot.handover import kit
from tests.bot.web.conftest import serving
from tests.doubles import EchoResponder

PASSWORD = "suoi Le-nin 1941 xanh"
#: Who waits: channel, name, what they said, why they wait, language. Nobody of them is real.
WAITING = (
    ("zalo-oa", "Bế Văn Tám", "con em mới sinh làm giấy khai sinh cần gì ạ", "asked", "vi"),
    ("telegram", "Triệu Mùi Nái", "đất nhà em bị lấn thì làm thế nào", "dispute", "vi"),
    ("zalo-oa", "Hoàng Seo Phử", "hồ sơ của em nộp 3 tuần rồi chưa thấy gì", "overdue", "vi"),
    ("web", "", "em gửi ảnh giấy tờ", "photo", "vi"),
    ("telegram", "Đàm Thị Hường", "cho em gặp cán bộ với", "asked", "vi"),
    ("zalo-oa", "Lý A Sình", "kuv xav tau daim ntawv yug", "missed", "hmn"),
)
BIRTH = "1.001193"


def main() -> None:
    """Fills a desk, works at it as its lead, and takes the pictures."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/pictures.db"
        fill(connect(url))
        settings = Settings(url, "127.0.0.1", 8000, "http://127.0.0.1:8000", "pictures", media=f"{folder}/media")
        with serving(build(settings, EchoResponder())) as address, sync_playwright() as playwright:
            path = shutil.which("chromium") or "/usr/bin/chromium"
            browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
            _work(browser, address)
            browser.close()


def fill(database: Engine) -> None:
    """A catalogue, an office that never closes, its lead, an officer, and citizens who wait."""
    schema.migrate(database)
    take_in(database, read_seeds(SEEDS))
    with database.begin() as connection:
        starters.load_missing(connection)
        connection.execute(update(office).values(hours=json.dumps(kit.ALWAYS)))
        lead = {"login": "lan", "name": "Nông Thị Lan", "role": Role.LEAD, "office_id": 1}
        people.add(connection, **lead, password=PASSWORD, languages=("vi", "hmn"))  # type: ignore[arg-type]
        kit.person(connection, "hoa", name="Lý Thị Hoa")
        for number in range(len(WAITING)):
            _case(connection, number)


def _case(connection: Connection, number: int) -> None:
    channel, name, text, reason, language = WAITING[number]
    since = now() - timedelta(minutes=58 - number * 9)
    told = {"created_at": since, "waits_since": since, "due_at": since + timedelta(minutes=60), "reason": reason}
    case = kit.case(connection, channel, f"p{number}", **told, language=language, code="" if number else BIRTH)
    whose, came = kit.of(connection, case).conversation_id, kit.inbox_row(connection, case, text)
    connection.execute(update(conversation).where(conversation.c.id == whose).values(contact_name=name or None))
    line = kit.line(connection, case, text)
    connection.execute(update(message).where(message.c.id == line).values(inbox_id=came))
    understood = {"intent": "ask_documents", "aspect": "documents", "language": "vi", "reply_language": "vi"}
    likely = json.dumps([{"code": BIRTH, "score": 0.62}]) if not number else "[]"
    row = {"inbox_id": came, "conversation_id": whose, "outcome": "clarify", "ms": 5.0, "created_at": since}
    connection.execute(insert(turn).values(**row, **understood, procedures=likely))
    if not number:
        state = Guide("7k4p9m2xqr", BIRTH, ticks={"Tờ khai đăng ký khai sinh": HAVE}).to_dict()
        guides.keep(connection, whose, {"guide": state, "ticks": state["ticks"], "untick": []})


def _work(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport=DESKTOP)
    page.goto(f"{address}/desk")
    page.locator("[name=login]").fill("lan")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main button").first.click()
    page.locator("#tabs").wait_for()
    page.locator("#rows .row button").first.click()
    page.locator("#words").fill("Chào anh Tám, anh mang giấy chứng sinh và căn cước của bố mẹ nhé.")
    page.locator("#send").click()
    page.locator(".line.staff").wait_for()
    case = page.url
    for size, kind in ((DESKTOP, "desktop"), (PHONE, "phone")):
        page.set_viewport_size(size)
        for name in ("list", "case", "counter", "canned", "numbers"):
            page.goto({"list": f"{address}/desk", "case": case}.get(name, f"{address}/desk/{name}"))
            page.wait_for_timeout(500)
            take(page, f"desk-{name}-{kind}")


if __name__ == "__main__":
    main()
