"""Rights in the chat and on pages: an honest list, a file that only its link opens, a receipt, a notice."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, update
from sqlalchemy.engine import Engine
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bot import site_settings
from bot.access import guarded
from bot.conversation import Kind
from bot.enclosures import Enclosures
from bot.post.clock import now
from bot.privacy import export, files, vault
from bot.privacy.pages import PrivacyPages
from bot.settings import Settings
from bot.store.channel_tables import attachment
from bot.store.consent_tables import data_export, erasure
from bot.store.console_tables import audit_entry
from bot.store.tables import conversation
from bot.web import site as web
from bot.web.assets import Assets, renderer
from procedures import notes
from procedures.model import OfficeFacts, OfficeKind
from tests.bot.handover import kit
from tests.bot.privacy.people_kit import Person, carry_out, rows, titles, wants_out

HERE = Path(web.__file__).parent


class Anybody:
    """Lets in whom the route says; no address here is of staff."""

    def refuse_strangers(self, request: object) -> None:
        """Nobody is one."""


@pytest.fixture
def browser(database: Engine, tmp_path: Path) -> Iterator[TestClient]:
    settings = Settings("", "127.0.0.1", 8000, "http://testserver", "secret", media=str(tmp_path))
    assets = Assets(HERE / "static")
    pages = PrivacyPages(settings, database, renderer(HERE / "templates", asset=assets.address))
    with TestClient(guarded(Starlette(routes=[*pages.routes(), assets.route()]), Anybody())) as client:  # type: ignore[arg-type]
        yield client


def lived(database: Engine) -> Person:
    person = Person(database)
    person.says("cccd của tôi 004199012345")
    with database.begin() as connection:
        kit.case(connection, "memory", "a", status="closed")
        photo = {"conversation_id": 1, "inbox_id": 1, "channel": "memory", "kind": "photo", "ref": "x", "name": "cccd"}
        kept = {"status": "kept", "file": "01/1.jpg", "size": 3, "try_at": now(), "created_at": now()}
        connection.execute(insert(attachment).values(**photo, **kept))
    return person


def opened(text: str) -> str:
    found = re.search(r"https://motcua\.example(/privacy/\S+)", text)
    assert found
    return found[1]


@pytest.mark.parametrize("text", ["lưu gì của tôi", "luu gi cua toi", "what do you keep", "保存了什么"])
def test_given_a_question_in_a_language_when_typed_then_the_engine_is_not_needed(database: Engine, text: str) -> None:
    (told,) = Person(database).says(text)
    assert titles(told) == ["Nhận dữ liệu của tôi", "Xóa dữ liệu của tôi", "Đồng ý"]


def test_given_a_person_when_they_ask_what_is_kept_then_it_is_counted_over_all_their_conversations(
    database: Engine,
) -> None:
    person = lived(database)
    Person(database, "b").says("hai")
    Person(database, "stranger").says("không của tôi")
    with database.begin() as connection:
        connection.execute(update(conversation).where(conversation.c.id.in_((1, 2))).values(person=1))
    (told,) = person.says("lưu gì của tôi")
    for part in ("2 cuộc trò chuyện", "Tin nhắn: 8", "Ảnh, tệp, tin thoại: 1", "đã mã hóa: 1", "Lần hỏi cán bộ: 1"):
        assert part in told.text
    assert f"{now() + timedelta(hours=7):%d/%m/%Y}" in told.text and "lưu 1 ngày" in told.text
    person.says("đồng ý lưu")
    assert "lưu 1 năm" in person.says("dữ liệu của tôi")[0].text


def test_given_a_person_when_they_ask_for_their_data_then_only_the_link_opens_it_for_a_day(
    database: Engine, browser: TestClient, tmp_path: Path
) -> None:
    person = lived(database)
    (tmp_path / "01").mkdir()
    files.write(tmp_path / "01/1.jpg", b"jpg", vault.cipher())
    (told,) = person.says("nhận dữ liệu của tôi")
    link = opened(told.text)
    assert link.rpartition("/")[2] not in str(rows(database, data_export))
    assert browser.get(link).status_code == 200 and rows(database, audit_entry) == []
    loaded = browser.post(link)
    assert (
        loaded.headers["content-disposition"].startswith("attachment") and "no-store" in loaded.headers["cache-control"]
    )
    archive = zipfile.ZipFile(io.BytesIO(loaded.content))
    assert sorted(archive.namelist()) == ["data.json", "files/1.jpg", "index.html"]
    assert archive.read("files/1.jpg") == b"jpg"
    data = json.loads(archive.read("data.json"))
    assert data["lines"][0]["text"] == "cccd của tôi 004199012345" and data["conversations"][0]["address"] == "a"
    assert "004199012345" in archive.read("index.html").decode()
    assert [(row.action, row.subject) for row in rows(database, audit_entry)] == [("data.opened", "1")]
    made_up = link[:-1] + ("A" if link[-1] != "A" else "B")
    assert browser.post(made_up).status_code == 404 and browser.get(made_up).status_code == 410
    with database.begin() as connection:
        connection.execute(update(data_export).values(expires_at=now()))
    assert browser.post(link).status_code == 404


def test_given_a_channel_that_brings_files_when_asked_then_the_file_itself_is_made(
    database: Engine, tmp_path: Path
) -> None:
    (told,) = lived(database).says("give me my data")
    made = Enclosures(database, "", tmp_path)(told.encloses, "vi")
    assert (
        made is not None and made.mime == "application/zip" and zipfile.ZipFile(io.BytesIO(made.body)).testzip() is None
    )
    assert Enclosures(database, "", tmp_path)("data 77", "vi") is None


def test_given_too_many_files_when_asked_for_then_no_more_today(database: Engine) -> None:
    person = Person(database)
    for _ in range(export.MOST):
        assert person.says("nhận dữ liệu của tôi")[0].encloses
    assert person.says("nhận dữ liệu của tôi")[0].encloses == ""


def test_given_a_hostile_name_when_the_file_is_read_then_it_is_text(database: Engine, browser: TestClient) -> None:
    person = Person(database)
    person.says("<script>alert(1)</script>", kind=Kind.TEXT)
    page = zipfile.ZipFile(io.BytesIO(browser.post(opened(person.says("tải dữ liệu của tôi")[0].text)).content))
    assert b"<script>" not in page.read("index.html")


def test_given_a_receipt_when_its_code_is_looked_up_then_it_tells_how_it_stands(
    database: Engine, browser: TestClient, tmp_path: Path
) -> None:
    person = Person(database)
    person.says()
    code = wants_out(person)
    asked = browser.get(f"/privacy?code={code.lower()}&lang=vi")
    assert asked.url.path == f"/privacy/{code}" and "chậm nhất 24 giờ" in asked.text
    carry_out(database, tmp_path)
    assert "xóa xong" in browser.get(f"/privacy/{code}?lang=vi").text
    assert browser.get("/privacy/AAAAAAAAA").status_code == 404
    assert "Không có mã này" in browser.get("/privacy?code=nope&lang=vi").text


def test_given_a_question_nobody_confirmed_when_looked_up_then_its_code_tells_nothing(
    database: Engine, browser: TestClient
) -> None:
    Person(database).says("xóa dữ liệu của tôi")
    assert browser.get(f"/privacy/{rows(database, erasure)[0].code}").status_code == 404


@pytest.mark.parametrize(("language", "year"), [("vi", "1 năm"), ("en", "1 year"), ("zh", "1 年")])
def test_given_the_notice_when_opened_then_it_tells_the_real_days_and_guesses_no_telephone(
    database: Engine, browser: TestClient, language: str, year: str
) -> None:
    with database.begin() as connection:
        site_settings.put(connection, None, keep_days={"sealed": 45})
    page = browser.get(f"/privacy?lang={language}").text
    assert f'lang="{language}"' in page and year in page and "45" in page
    assert "tel:" not in page and "<script" not in page
    facts = OfficeFacts(OfficeKind.PROVINCE_CENTRE, "UBND", "", "", "Tổ 1, Sông Hiến", "0206 3 123 456", "")
    notes.set_office(database, facts)
    page = browser.get(f"/privacy?lang={language}").text
    assert "Sông Hiến" in page and "0206 3 123 456" in page
