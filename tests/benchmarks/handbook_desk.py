"""The desk for docs/vi: one picture a task, taken while an officer works through a morning.

make pictures
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import timedelta

from playwright.sync_api import Locator, Page, ViewportSize
from sqlalchemy import insert, update
from sqlalchemy.engine import Engine

from bot.conversation import Inbound, Reply
from bot.post.clock import now
from bot.post.inbox import Inbox
from bot.post.wake import Wake
from bot.store.desk_tables import held_answer
from bot.store.tables import conversation, inbox, turn
from tests.benchmarks.pictures import marked
from tests.bot.handover import kit

#: One column, as tall as the whole page of a case.
COLUMN: ViewportSize = {"width": 760, "height": 2800}
BIRTH = "1.001193"
#: The checklist that fill() of desk_pictures makes.
CODE = "7k4p9m2xqr"
#: Nobody has this number.
ASKS = "em nộp hồ sơ khai sinh cho con rồi, căn cước của em 004199012345, bao giờ có kết quả ạ"
SAYS = "Chào chị Mẩy. Hồ sơ của chị có kết quả trong ngày. Chị mang giấy hẹn đến quầy để nhận."
HELD = "Đất đang có tranh chấp: trước hết hai bên hòa giải ở Ủy ban nhân dân xã nơi có đất."


def work(page: Page, database: Engine, address: str) -> None:
    """Each task of an officer, in the order of the handbook."""
    case, held = _asked(database), _held(database)
    page.goto(f"{address}/desk")
    places = ("#tabs a", "#rows .row a", "#rows .row button", "#q", "#notify")
    marked(page, "vi-list", *_at(page, *places))
    page.goto(f"{address}/desk/cases/{case}")
    marked(page, "vi-claim", page.locator("#claim"), page.locator("#said"))
    page.locator("#claim").click()
    _replies(page)
    _reveals(page)
    _mends(page)
    _aside(page)
    _teaches(page, f"{address}/desk/cases/{case}")
    page.goto(f"{address}/desk/cases/{held}")
    page.locator("#claim").click()
    parts = [page.locator(f".held button[value={do}]") for do in ("send", "drop")]
    marked(page, "vi-held", *parts, part=page.locator("#state"))
    _rooms(page, address)
    _troubles(page, f"{address}/desk/cases/{case}")


def _asked(database: Engine) -> int:
    """Somebody who has sent a number that nobody asked for."""
    with database.begin() as connection:
        due = {"waits_since": now() - timedelta(minutes=4), "due_at": now() + timedelta(minutes=56)}
        case = kit.case(connection, "web", "p9", reason="own_file", code=BIRTH, **due)
        whose = kit.of(connection, case).conversation_id
        connection.execute(update(conversation).where(conversation.c.id == whose).values(contact_name="Hoàng Thị Mẩy"))
    Inbox(database, Wake()).receive(Inbound("web", "p9", "m1", ASKS))
    with database.begin() as connection:
        came = connection.execute(inbox.select().where(inbox.c.conversation_id == whose)).one().id
        connection.execute(update(inbox).where(inbox.c.id == came).values(status="done"))
        understood = {"intent": "file_status", "aspect": "", "language": "vi", "reply_language": "vi"}
        row = {"inbox_id": came, "conversation_id": whose, "outcome": "status", "ms": 5.0, "created_at": now()}
        connection.execute(insert(turn).values(**row, **understood, procedures=json.dumps([])))
    return case


def _held(database: Engine) -> int:
    """A question whose answer waits for somebody's yes."""
    asked = "đất nhà em bị lấn thì làm sổ đỏ được không"
    with database.begin() as connection:
        case = kit.case(connection, "web", "p10", reason="held", due_at=now() + timedelta(minutes=50))
        came = kit.inbox_row(connection, case, asked)
        kit.line(connection, case, asked)
        replies = json.dumps([asdict(Reply(HELD))])
        row = {"handover_id": case, "inbox_id": came, "language": "vi", "replies": replies}
        connection.execute(insert(held_answer).values(**row, created_at=now()))
    return case


def _at(spot: Page | Locator, *places: str) -> list[Locator]:
    """The first of each."""
    return [spot.locator(place).first for place in places]


def _replies(page: Page) -> None:
    page.locator("#words").fill(SAYS)
    bar = _at(page, "#words", "#send", ".file > span", ".helps >> nth=0", ".helps >> nth=1")
    marked(page, "vi-reply", *bar)
    helps = page.locator(".helps").first
    helps.locator("summary").click()
    page.wait_for_timeout(200)
    helps.scroll_into_view_if_needed()
    marked(page, "vi-canned", helps.locator("summary"), helps.locator(".insert").first, part=page.locator("#answer"))
    helps.locator("summary").click()
    page.locator("#words").fill(SAYS)
    page.locator("#send").click()
    page.locator(".line.staff").wait_for()


def _reveals(page: Page) -> None:
    page.set_viewport_size(COLUMN)
    line = page.locator(".line.citizen").first
    line.scroll_into_view_if_needed()
    line.locator(".sealed summary").click()
    line.locator("select").select_option("file")
    parts = [
        line.locator(place) for place in (".sealed summary", "select", ".sealed input[name=words]", ".sealed button")
    ]
    marked(page, "vi-reveal", *parts, part=line)
    line.locator(".sealed button").click()
    line.locator(".datum").wait_for()
    marked(page, "vi-revealed", part=line)


def _mends(page: Page) -> None:
    line = page.locator(".line.staff").first
    line.scroll_into_view_if_needed()
    line.locator(".mend summary").click()
    parts = _at(line, ".mend summary", "textarea", "form button >> nth=0", "form button >> nth=1")
    marked(page, "vi-mend", *parts, part=line)
    line.locator(".mend summary").click()


def _aside(page: Page) -> None:
    """What stands below, or beside: the end of a case, passing on, notes, the code for the citizen."""
    ends = ("answered", "at_counter", "wrong_office", "abandoned")
    marked(page, "vi-close", *_at(page, *(f"#close [value={how}]" for how in ends)), part=page.locator("#owned"))
    rest = _at(page, "#return button", "#release button", "#ask-phone button")
    marked(page, "vi-rest", *rest, part=page.locator("#rest"))
    page.locator("#moving summary").click()
    page.locator("#to").select_option(label="Lý Thị Hoa")
    page.locator("#why").fill("Chị ấy cần người nói tiếng Mông.")
    parts = _at(page, "#moving summary", "#to", "#why", "#transfer button", "#spam button")
    marked(page, "vi-transfer", *parts, part=page.locator("#moving"))
    page.locator("#moving summary").click()
    page.locator("#noting summary").click()
    page.locator("#note-text").fill("Đã gọi cho Công an xã, chờ trả lời.")
    page.locator("#mention").select_option(label="Lý Thị Hoa")
    parts = _at(page, "#noting summary", "#note-text", "#mention", "#note button")
    marked(page, "vi-note", *parts, part=page.locator("#noting"))
    page.locator("#noting summary").click()
    page.locator("#verifying summary").click()
    page.locator("#verify button").click()
    page.locator("#verify-code p").wait_for()
    parts = _at(page, "#verifying summary", "#verify button", "#verify-code")
    marked(page, "vi-verify", *parts, part=page.locator("#verifying"))
    page.locator(".checklist").first.scroll_into_view_if_needed()
    marked(
        page, "vi-send-list", page.locator(".checklist button").first, part=page.locator("section:has(> .checklist)")
    )


def _teaches(page: Page, case: str) -> None:
    page.goto(case)
    made = page.locator(".made").first
    made.locator("summary").click()
    page.locator(".made a", has_text="Lẽ ra máy phải biết").first.click()
    page.set_viewport_size({"width": 760, "height": 1000})
    page.locator("#q").fill(BIRTH)
    page.locator("[role=search] button").click()
    parts = [page.locator(place) for place in ("#q", "[name=code] >> nth=1", "#note", "main form button >> nth=-1")]
    marked(page, "vi-teach", *parts, part=page.locator("main"))


def _rooms(page: Page, address: str) -> None:
    page.goto(f"{address}/desk/counter")
    page.locator("#counter-text").fill("làm giấy khai sinh cho con")
    parts = [
        page.locator(place)
        for place in ("#counter-text", "#counter-name", "main form button", "a[href='/desk/guide'] >> nth=-1")
    ]
    marked(page, "vi-counter", *parts, part=page.locator("main section"))
    page.goto(f"{address}/desk/guide")
    page.locator("#guide-code").fill("7K4P9-M2XQR")
    marked(page, "vi-guide-code", *_at(page, "#guide-code", "main form button"), part=page.locator("main section"))
    page.locator("main form button").first.click()
    page.set_viewport_size({"width": 760, "height": 1150})
    page.locator("fieldset").first.wait_for()
    parts = [page.locator(place) for place in ("[name=have] >> nth=0", "main form button >> nth=0", "a[href*='.pdf']")]
    marked(page, "vi-guide", *parts, part=page.locator("main"))
    page.set_viewport_size(COLUMN)
    page.goto(f"{address}/desk/me")
    parts = [
        page.locator(at)
        for at in ("[name=on_duty]", "[name=language]", "[name=sound]", "#email", "[action='/desk/me'] button")
    ]
    marked(page, "vi-me", *parts, part=page.locator("[action='/desk/me']"))


def _troubles(page: Page, case: str) -> None:
    """A network that is gone, a session that is over."""
    page.set_viewport_size({"width": 760, "height": 640})
    page.goto(case)
    page.evaluate("const bar = document.getElementById('net'); bar.textContent = bar.dataset.lost; bar.hidden = false")
    page.wait_for_timeout(200)
    marked(page, "vi-lost")
    page.reload()
    page.wait_for_timeout(1000)
    page.evaluate("document.getElementById('signed-out').showModal()")
    marked(page, "vi-session")
