"""People in a browser: added with a link that is shown once, changed, signed out, ended."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from bot.accounts import links, people
from bot.accounts.links import Link, State
from bot.accounts.people import Role
from bot.store.console_tables import audit_entry
from bot.store.desk_tables import handover, staff
from tests.bot.desk.conftest import Desk
from tests.bot.handover import kit

HERE = "/admin/people"


def typed(**changed: Any) -> dict[str, Any]:
    told = {"login": "hoa", "name": "Nông Thị Hoa", "role": "editor", "office": "1", "languages": ["vi", "tyz"]}
    return {**told, "email": "", **changed}


def noted(desk: Desk) -> list[Any]:
    with desk.rows() as connection:
        return list(connection.execute(select(audit_entry).order_by(audit_entry.c.id)))


def who(desk: Desk, login: str) -> people.Person | None:
    with desk.rows() as connection:
        return people.by_login(connection, login)


def shown(page: str) -> str:
    """The token of the link that a page shows."""
    found = re.search(r'<code id="link">http://testserver/link/([\w-]{32})</code>', page)
    assert found is not None
    return found[1]


def opened(desk: Desk, token: str) -> Link:
    with desk.rows() as connection:
        return links.opened(connection, token)


def test_given_somebody_new_when_added_then_a_link_for_their_password_is_shown_once(desk: Desk, an: TestClient) -> None:
    answer = an.post(f"{HERE}/new", data=typed())
    token = shown(answer.text)
    made = who(desk, "hoa")
    assert made is not None and (made.role, made.languages) == (Role.EDITOR, ("vi", "tyz"))
    assert (opened(desk, token).state, opened(desk, token).staff_id) == (State.OPEN, made.id)
    assert "24 giờ" in answer.text and answer.headers["cache-control"] == "no-store"
    (note,) = noted(desk)
    assert (note.action, note.subject, note.staff_id) == ("staff.added", "hoa", desk.ids["an"])
    assert token not in str(note) and token not in an.get(f"{HERE}/{made.id}").text
    assert "Nông Thị Hoa" in an.get(f"{HERE}?q=nong+thi").text
    assert "Nông Thị Hoa" not in an.get(f"{HERE}?q=nobody").text


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"login": "lan"}, "đã có người dùng"),
        ({"login": "x y"}, "2 đến 40 ký tự"),
        ({"name": " "}, "Họ tên có 1 đến 120 chữ"),
        ({"email": "nowhere"}, "không phải địa chỉ thư"),
        ({"office": "77"}, "Không có nơi này"),
        ({"office": ""}, "Có ô ghi chưa đúng"),
        ({"role": "king"}, "Có ô ghi chưa đúng"),
    ],
)
def test_given_what_cannot_be_when_added_then_the_reason_is_in_their_language(
    desk: Desk, an: TestClient, changed: dict[str, str], why: str
) -> None:
    answer = an.post(f"{HERE}/new", data=typed(**changed))
    assert answer.status_code == 409 and why in answer.text
    assert noted(desk) == []


def test_given_somebody_when_changed_then_only_what_moved_is_noted(desk: Desk, an: TestClient) -> None:
    here = f"{HERE}/{desk.ids['lan']}"
    lan = typed(name="Lan", role="lead", languages=["vi"])
    assert "Đã lưu" in an.post(here, data=lan).text
    an.post(here, data=lan)
    (note,) = noted(desk)
    assert (note.action, note.before, note.after) == ("staff.changed", '{"role": "officer"}', '{"role": "lead"}')


def test_given_the_last_admin_when_made_less_then_it_is_refused(desk: Desk, an: TestClient) -> None:
    answer = an.post(f"{HERE}/{desk.ids['an']}", data=typed(name="An", role="officer"))
    assert answer.status_code == 409 and "quản trị cuối cùng" in answer.text


def test_given_a_forgotten_password_when_reset_then_the_old_one_ends_a_link_opens_and_they_are_out(
    desk: Desk, an: TestClient
) -> None:
    lan = desk.sign_in("lan")
    assert lan.get("/desk").url.path == "/desk"
    with desk.rows() as connection:
        before = connection.execute(select(staff.c.password).where(staff.c.login == "lan")).scalar_one()
    first, second = (shown(an.post(f"{HERE}/{desk.ids['lan']}/password").text) for _ in range(2))
    with desk.rows() as connection:
        assert connection.execute(select(staff.c.password).where(staff.c.login == "lan")).scalar_one() != before
    assert [opened(desk, token).state for token in (first, second)] == [State.OVER, State.OPEN]
    assert lan.get("/desk").url.path == "/login"
    assert [note.action for note in noted(desk)] == ["staff.password_reset"] * 2


def test_given_a_lost_telephone_when_the_second_step_is_reset_then_it_is_gone_noted_and_they_are_out(
    desk: Desk, an: TestClient
) -> None:
    with desk.rows() as connection:
        kit.telephone(connection, desk.ids["lan"])
    lan, here = desk.sign_in("lan"), f"{HERE}/{desk.ids['lan']}/second"
    assert "Đang bật" in an.get(f"{HERE}/{desk.ids['lan']}").text
    assert an.post(here).status_code == 409
    assert "Chưa cài" in an.post(here, data={"sure": "yes"}).text
    assert lan.get("/desk").url.path == "/login"
    assert [(note.action, note.subject) for note in noted(desk)] == [("staff.second_factor_reset", "lan")]


def test_given_ones_own_second_step_when_reset_here_then_it_is_refused(desk: Desk, an: TestClient) -> None:
    assert an.post(f"{HERE}/{desk.ids['an']}/second", data={"sure": "yes"}).status_code == 409
    assert noted(desk) == []


def test_given_another_role_when_given_then_sessions_end_and_another_name_ends_none(desk: Desk, an: TestClient) -> None:
    lan, here = desk.sign_in("lan"), f"{HERE}/{desk.ids['lan']}"
    an.post(here, data=typed(name="Lan Anh", role="officer", languages=["vi"]))
    assert lan.get("/desk").url.path == "/desk"
    an.post(here, data=typed(name="Lan Anh", role="lead", languages=["vi"]))
    assert lan.get("/desk").url.path == "/login"


def test_given_an_address_at_the_province_when_written_then_it_is_kept_and_noted_and_a_wrong_one_is_not(
    desk: Desk, an: TestClient
) -> None:
    here = f"{HERE}/{desk.ids['lan']}/province"
    assert an.post(here, data={"email": "nowhere"}).status_code == 409
    an.post(here, data={"email": "Lan@caobang.gov.vn"})
    other = an.post(f"{HERE}/{desk.ids['an']}/province", data={"email": "lan@caobang.gov.vn"})
    assert other.status_code == 409 and "người khác" in other.text
    (note,) = noted(desk)
    assert (note.action, note.before, note.after) == ("staff.province_email", '""', '"lan@caobang.gov.vn"')


def test_given_a_lost_telephone_when_signed_out_then_every_browser_is(desk: Desk, an: TestClient) -> None:
    lan = desk.sign_in("lan")
    assert lan.get("/desk").url.path == "/desk"
    an.post(f"{HERE}/{desk.ids['lan']}/sign-out")
    assert lan.get("/desk").url.path == "/login"


def test_given_somebody_who_leaves_when_ended_then_their_case_is_back_in_line(desk: Desk, an: TestClient) -> None:
    with desk.rows() as connection:
        case = kit.case(connection, staff_id=desk.ids["lan"])
    end = f"{HERE}/{desk.ids['lan']}/end"
    assert an.post(end).status_code == 409
    page = an.post(end, data={"sure": "yes"})
    assert page.url.path == HERE and "Đã nghỉ: 1" in page.text
    with desk.rows() as connection:
        assert connection.execute(select(handover.c.status).where(handover.c.id == case)).scalar() == "waiting"
    assert an.get(f"{HERE}/{desk.ids['lan']}").status_code == 404
    assert noted(desk)[-1].after == '{"cases_returned": 1}'


def test_given_oneself_when_ended_then_it_is_refused(desk: Desk, an: TestClient) -> None:
    desk.add("minh", role="admin")
    answer = an.post(f"{HERE}/{desk.ids['an']}/end", data={"sure": "yes"})
    assert answer.status_code == 409 and who(desk, "an") is not None


@pytest.mark.parametrize("where", ["new", "1", "1/password", "1/second", "1/province", "1/sign-out", "1/end"])
def test_given_a_reviewer_or_a_strange_site_when_posting_then_nothing_is_done(
    desk: Desk, an: TestClient, duyet: TestClient, where: str
) -> None:
    assert duyet.post(f"{HERE}/{where}", data=typed()).status_code == 403
    evil = {"origin": "https://evil.example"}
    assert an.post(f"{HERE}/{where}", data=typed(), headers=evil).status_code == 403
    assert noted(desk) == []
