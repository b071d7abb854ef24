"""The page of official channels, the desk's code and the admins' list, in browsers."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import insert, select
from starlette.testclient import TestClient

from bot.post.clock import now
from bot.scam.pages import own, ways
from bot.settings import Settings
from bot.store.console_tables import audit_entry
from bot.store.scam_tables import scam_report
from procedures.model import OfficeFacts, OfficeKind
from procedures.notes import put_office
from tests.bot.desk import conftest
from tests.bot.desk.conftest import Desk
from tests.bot.handover import kit

desk = conftest.desk


@pytest.fixture
def page(desk: Desk) -> TestClient:
    """A citizen's browser."""
    return TestClient(desk.client.app)


def _verdict(page: TestClient, code: str) -> str:
    answer = page.post("/official?lang=vi", data={"code": code}, headers={"origin": "http://testserver"})
    found = re.search(r'id="told"[^>]*><strong>(.*?)</strong>', answer.text)
    return found[1] if found else ""


def test_given_the_page_when_read_then_it_names_channels_telephones_and_what_is_never_asked(
    desk: Desk, page: TestClient
) -> None:
    with desk.rows() as connection:
        put_office(connection, OfficeFacts(OfficeKind.PROVINCE_CENTRE, "một nguồn", telephone="0206 3852 199"))
    for language, word in (("vi", "mật khẩu"), ("en", "password"), ("zh", "密码")):
        answer = page.get(f"/official?lang={language}")
        assert answer.status_code == 200
        assert all(told in answer.text for told in ("OTP", word, "0206 3852 199", "http://testserver"))


def test_given_channels_that_are_on_when_listed_then_others_are_not() -> None:
    settings = Settings(
        "", "", 1, "https://a.vn", "s", telegram_token="1:x", official_links="https://t.me/a https://b.vn"
    )
    assert [(way.name, way.link) for way in ways(settings, "vi")] == [
        ("Trang web", "https://a.vn"),
        ("Telegram", ""),
        ("", "https://t.me/a"),
        ("", "https://b.vn"),
    ]
    assert own(settings) == "https://a.vn https://t.me/a https://b.vn"


def test_given_an_officers_code_when_tried_then_it_is_good_and_any_other_is_not(desk: Desk, page: TestClient) -> None:
    with desk.rows() as connection:
        case = kit.case(connection)
    made = desk.sign_in("lan").post(f"/desk/cases/{case}/code", headers={"origin": "http://testserver"})
    code = re.search(r"\d{4} \d{4}", made.text)
    assert code is not None
    assert _verdict(page, code[0]).startswith("Đúng: cán bộ")
    assert _verdict(page, code[0].replace(" ", "")).startswith("Đúng: cán bộ")
    assert _verdict(page, "1234 5678").startswith("Không đúng")
    with desk.rows() as connection:
        noted = connection.execute(select(audit_entry.c.subject).where(audit_entry.c.action == "code.given"))
        assert noted.scalars().all() == [str(case)]


def test_given_somebody_who_guesses_when_too_fast_then_nothing_is_told(page: TestClient) -> None:
    told = [_verdict(page, f"{guess:08}") for guess in range(12)]
    assert told[0].startswith("Không đúng") and told[-1].startswith("Thử quá nhiều lần")


def test_given_another_site_when_it_posts_then_it_is_refused(page: TestClient) -> None:
    assert page.post("/official", data={"code": "1"}, headers={"origin": "https://evil.com"}).status_code == 403


def _report(desk: Desk, address: str, text: str) -> None:
    with desk.rows() as connection:
        case = kit.case(connection, address=address)
        whose = {
            "conversation_id": kit.of(connection, case).conversation_id,
            "inbox_id": kit.inbox_row(connection, case, text),
        }
        row = {**whose, "host": "caobang-gov.vn", "look": "look_alike", "text": text, "created_at": now()}
        connection.execute(insert(scam_report).values(**row))


def test_given_reports_when_an_admin_reads_them_then_they_are_counted_and_can_be_seen_to(desk: Desk) -> None:
    desk.add("an", role="admin")
    an = desk.sign_in("an")
    assert "Chưa có báo cáo nào" in an.get("/admin/scam").text
    _report(desk, "a", "xem caobang-gov.vn với")
    _report(desk, "b", "caobang-gov.vn là gì <b>")
    page = an.get("/admin/scam").text
    assert "<td>caobang-gov.vn</td><td>2</td>" in page and "&lt;b&gt;" in page
    assert ">2</b>" in an.get("/admin").text
    with desk.rows() as connection:
        first = connection.execute(select(scam_report.c.id).order_by(scam_report.c.id)).scalars().first()
    for _ in range(2):
        an.post(f"/admin/scam/{first}/handle", headers={"origin": "http://testserver"})
    assert "<td>caobang-gov.vn</td><td>1</td>" in an.get("/admin/scam").text
    assert "Đã xử lý: " in an.get("/admin/scam?show=all").text
    assert an.post("/admin/scam/999/handle", headers={"origin": "http://testserver"}).status_code == 404
    with desk.rows() as connection:
        noted = connection.execute(select(audit_entry.c.action).where(audit_entry.c.action == "scam.handled"))
        assert len(noted.all()) == 1


def test_given_an_editor_when_reports_are_asked_for_then_they_are_refused(desk: Desk) -> None:
    desk.add("bien", role="editor")
    assert desk.sign_in("bien").get("/admin/scam").status_code == 403
