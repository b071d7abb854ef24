"""What an officer does to a case, as forms of the page send it."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from datetime import timedelta

from sqlalchemy import select, update
from starlette.testclient import TestClient

from bot.conversation import Reply
from bot.post.clock import now
from bot.store.desk_tables import handover_event, held_answer
from bot.store.tables import conversation, message, outbox
from tests.bot.desk.conftest import Desk
from tests.bot.handover import kit


def version(page: str) -> str:
    """The version that the forms of a page send."""
    found = re.search(r'name="version" value="(\d+)"', page)
    assert found
    return found[1]


def once(page: str) -> str:
    """What a page calls its next reply."""
    found = re.search(r'id="reply".*?name="once" value="(\w+)"', page, re.DOTALL)
    assert found
    return found[1]


def said(desk: Desk, case: int) -> list[tuple[str, str]]:
    """Who said what in a conversation."""
    with desk.rows() as connection:
        whose = kit.of(connection, case).conversation_id
        rows = connection.execute(
            select(message.c.author, message.c.text).where(message.c.conversation_id == whose).order_by(message.c.id)
        )
        return [(row.author, row.text) for row in rows]


def claimed(desk: Desk, login: str = "lan", **values: object) -> int:
    """A case that somebody owns, their citizen waiting."""
    with desk.rows() as connection:
        return kit.case(connection, staff_id=desk.ids[login], **values)  # type: ignore[arg-type]


def test_given_a_waiting_case_when_it_is_claimed_then_its_page_has_a_box_to_reply(desk: Desk, lan: TestClient) -> None:
    with desk.rows() as connection:
        case = kit.case(connection)
    page = lan.post(f"/desk/cases/{case}/claim")
    assert page.url.path == f"/desk/cases/{case}" and 'data-can="reply"' in page.text and 'id="words"' in page.text
    with desk.rows() as connection:
        assert kit.state_of(connection, case) == "with_staff"


def test_given_a_case_that_a_colleague_took_when_it_is_claimed_then_their_name_is_told(
    desk: Desk, lan: TestClient
) -> None:
    desk.add("hoa")
    case = claimed(desk, "hoa")
    page = lan.post(f"/desk/cases/{case}/claim")
    assert page.status_code == 409 and "Hoa đã nhận việc này trước" in page.text
    told = lan.post(f"/desk/cases/{case}/claim", headers={"hx-request": "true"})
    assert told.status_code == 409 and told.headers["content-type"].startswith("text/plain") and "Hoa" in told.text


def test_given_a_reply_when_it_is_sent_twice_then_it_is_said_once(desk: Desk, lan: TestClient) -> None:
    case = claimed(desk)
    page = lan.get(f"/desk/cases/{case}").text
    form = {"text": "Chị mang giấy chứng sinh nhé <b>ạ</b>", "once": once(page)}
    for _ in range(2):
        assert lan.post(f"/desk/cases/{case}/reply", data=form).status_code == 200
    assert said(desk, case) == [("staff", form["text"])]
    assert "&lt;b&gt;ạ&lt;/b&gt;" in lan.get(f"/desk/cases/{case}").text
    with desk.rows() as connection:
        assert kit.of(connection, case).first_reply_at and kit.of(connection, case).waits_since is None


def test_given_replies_that_cannot_be_when_they_are_sent_then_each_is_told_why(desk: Desk, lan: TestClient) -> None:
    case = claimed(desk)
    by_script = {"hx-request": "true"}
    for text, told in (("  ", "Chưa viết gì"), ("x" * 4001, "Dài quá")):
        refused = lan.post(f"/desk/cases/{case}/reply", data={"text": text, "once": "a"}, headers=by_script)
        assert refused.status_code == 409 and told in refused.text
    with desk.rows() as connection:
        whose = update(conversation).where(conversation.c.id == kit.of(connection, case).conversation_id)
        connection.execute(whose.values(left_at=now()))
    refused = lan.post(f"/desk/cases/{case}/reply", data={"text": "Dạ", "once": "b"}, headers=by_script)
    assert refused.status_code == 409 and "chặn" in refused.text
    assert said(desk, case) == []


def test_given_files_when_they_are_sent_then_a_pdf_goes_and_a_program_and_a_large_one_do_not(
    desk: Desk, lan: TestClient
) -> None:
    case = claimed(desk)
    where, by_script = f"/desk/cases/{case}/reply", {"hx-request": "true"}
    for name, body, status in (
        ("mau.pdf", b"%PDF-1.7\n" + b"0" * 100, 200),
        ("virus.exe", b"MZ" + b"0" * 100, 409),
        ("to.pdf", b"%PDF-1.7\n" + b"0" * (50 * 1024 * 1024), 413),
    ):
        sent = lan.post(
            where, data={"text": "Mẫu đây ạ", "once": name}, files={"file": (name, body)}, headers=by_script
        )
        assert sent.status_code == status, sent.text
    with desk.rows() as connection:
        encloses = connection.execute(select(message.c.encloses).where(message.c.author == "staff")).scalars().all()
    assert len(encloses) == 1 and encloses[0].startswith("file ")
    assert "mau.pdf" in lan.get(f"/desk/cases/{case}").text


def test_given_a_case_that_was_closed_in_another_tab_when_a_reply_is_sent_then_it_is_refused(
    desk: Desk, lan: TestClient
) -> None:
    case = claimed(desk)
    page = lan.get(f"/desk/cases/{case}").text
    lan.post(f"/desk/cases/{case}/close", data={"ending": "answered", "version": version(page)})
    refused = lan.post(f"/desk/cases/{case}/reply", data={"text": "Muộn rồi", "once": once(page)})
    assert refused.status_code == 409 and "vừa thay đổi" in refused.text
    again = lan.post(f"/desk/cases/{case}/close", data={"ending": "answered", "version": version(page)})
    assert again.status_code == 409


def test_given_a_closed_case_when_it_is_undone_within_a_minute_then_it_is_mine_again(
    desk: Desk, lan: TestClient
) -> None:
    case = claimed(desk)
    page = lan.get(f"/desk/cases/{case}").text
    closed = lan.post(f"/desk/cases/{case}/close", data={"ending": "at_counter", "version": version(page)}).text
    assert "đã đến quầy" in closed and f"/desk/cases/{case}/undo" in closed
    assert 'data-can="reply"' in lan.post(f"/desk/cases/{case}/undo").text
    with desk.rows() as connection:
        long_ago = now() - timedelta(minutes=2)
        connection.execute(update(handover_event).values(created_at=long_ago))
    assert lan.post(f"/desk/cases/{case}/undo").status_code == 409


def test_given_a_transfer_to_an_office_when_its_officer_looks_then_they_see_the_note(
    desk: Desk, lan: TestClient
) -> None:
    with desk.rows() as connection:
        office = kit.office(connection)
    desk.add("hoa", office)
    case = claimed(desk)
    form = {
        "to": f"office {office}",
        "note": "Nhờ chị Hoa xem hộ",
        "version": version(lan.get(f"/desk/cases/{case}").text),
    }
    assert lan.post(f"/desk/cases/{case}/transfer", data=form).status_code == 200
    page = desk.sign_in("hoa").get(f"/desk/cases/{case}").text
    assert "Nhờ chị Hoa xem hộ" in page and 'data-can="claim"' in page


def test_given_a_note_with_a_mention_when_the_colleague_looks_then_they_are_called_until_they_have_read(
    desk: Desk, lan: TestClient
) -> None:
    hoa_id = desk.add("hoa")
    case = claimed(desk)
    lan.post(f"/desk/cases/{case}/note", data={"text": "Hoa biết việc này", "mention": str(hoa_id)})
    hoa = desk.sign_in("hoa")
    assert "nhắc đến anh/chị trong 1" in hoa.get("/desk").text
    assert "Hoa biết việc này" in hoa.get(f"/desk/cases/{case}").text
    assert "nhắc đến anh/chị" not in hoa.get("/desk").text
    assert ("staff", "Hoa biết việc này") not in said(desk, case)
    assert "Hoa biết việc này" not in lan.post(f"/desk/cases/{case}/undo").text


def test_given_an_answer_that_is_held_when_the_officer_says_yes_then_it_goes_out(desk: Desk, lan: TestClient) -> None:
    with desk.rows() as connection:
        case = kit.case(connection)
        from_inbox = kit.inbox_row(connection, case, "đất có tranh chấp làm sổ đỏ được không")
        held = {"handover_id": case, "inbox_id": from_inbox, "language": "vi", "created_at": now()}
        connection.execute(
            held_answer.insert().values(**held, replies=json.dumps([asdict(Reply("Phải hoà giải trước đã."))]))
        )
    assert "Phải hoà giải trước đã." in lan.get(f"/desk/cases/{case}").text
    lan.post(f"/desk/cases/{case}/claim")
    lan.post(f"/desk/cases/{case}/held", data={"held": "1", "do": "send"})
    assert "Phải hoà giải trước đã." in [text for _, text in said(desk, case)]


def test_given_a_request_for_a_phone_number_when_it_is_sent_then_the_citizen_is_asked(
    desk: Desk, lan: TestClient
) -> None:
    case = claimed(desk)
    lan.post(f"/desk/cases/{case}/ask-phone", data={"once": "p"})
    ((author, text),) = said(desk, case)
    assert author == "staff" and "điện thoại" in text
    assert "xin số điện thoại" in lan.get(f"/desk/cases/{case}").text


def test_given_forms_of_another_site_when_they_are_sent_then_nothing_is_done(desk: Desk, lan: TestClient) -> None:
    with desk.rows() as connection:
        case = kit.case(connection)
    refused = lan.post(f"/desk/cases/{case}/claim", headers={"origin": "https://evil.example"})
    assert refused.status_code == 403
    with desk.rows() as connection:
        assert kit.state_of(connection, case) == "waiting"


def test_given_strange_forms_when_they_are_sent_then_nothing_breaks(desk: Desk, lan: TestClient) -> None:
    case = claimed(desk)
    for action, form in (
        ("transfer", {"to": "moon 1", "version": "0"}),
        ("transfer", {"to": "office x", "version": "0"}),
        ("close", {"ending": "nothing", "version": "0"}),
        ("close", {"ending": "answered", "version": "-1"}),
        ("close", {}),
        ("note", {"text": ""}),
        ("note", {"text": "a", "mention": "99999"}),
        ("held", {"held": "7"}),
        ("checklist", {"code": "9.999999"}),
        ("undo", {}),
    ):
        assert lan.post(f"/desk/cases/{case}/{action}", data=form).status_code in (400, 404, 409), action
    assert lan.post("/desk/cases/99999/claim").status_code == 404


def test_given_a_reply_when_it_is_queued_then_it_is_in_the_outbox_of_the_channel(desk: Desk, lan: TestClient) -> None:
    case = claimed(desk, channel="zalo_oa")
    with desk.rows() as connection:
        before = connection.execute(select(outbox.c.id)).all()
    lan.post(f"/desk/cases/{case}/reply", data={"text": "Dạ vâng", "once": "z"})
    with desk.rows() as connection:
        assert len(connection.execute(select(outbox.c.id)).all()) == len(before) + 1
