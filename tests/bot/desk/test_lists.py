"""The lists of the desk."""

from __future__ import annotations

import re
from datetime import timedelta

from sqlalchemy import update
from starlette.testclient import TestClient

from bot.post.clock import now
from bot.store.tables import conversation
from tests.bot.desk.conftest import Desk
from tests.bot.handover import kit


def shown(html: str) -> list[int]:
    """Numbers of the cases of a list, in its order."""
    return [int(found) for found in re.findall(r'<li id="row(\d+)"', html)]


def test_given_nobody_when_the_list_is_opened_then_it_says_so(lan: TestClient) -> None:
    page = lan.get("/desk")
    assert page.status_code == 200 and "Không có ai đang chờ" in page.text


def test_given_a_stranger_when_the_desk_is_opened_then_the_login_is_shown(desk: Desk) -> None:
    page = TestClient(desk.client.app).get("/desk", follow_redirects=False)
    assert page.status_code == 303 and page.headers["location"] == "/login?next=/desk"


def test_given_cases_when_the_lists_are_opened_then_each_shows_its_own_oldest_first(
    desk: Desk, lan: TestClient
) -> None:
    with desk.rows() as connection:
        early, late = (kit.case(connection, address=f"w{n}") for n in range(2))
        mine = kit.case(connection, address="mine", staff_id=desk.ids["lan"])
        closed = kit.case(connection, address="done", status="closed", outcome="answered", closed_at=now())
    assert shown(lan.get("/desk").text) == [early, late]
    assert shown(lan.get("/desk?tab=mine").text) == [mine]
    assert shown(lan.get("/desk?tab=all").text) == [early, late, mine]
    assert shown(lan.get("/desk?tab=closed").text) == [closed]


def test_given_an_officer_of_a_commune_when_they_look_then_they_see_their_office_alone(desk: Desk) -> None:
    with desk.rows() as connection:
        office = kit.office(connection)
        theirs, other = kit.case(connection, address="1", office_id=office), kit.case(connection, address="2")
    desk.add("hoa", office)
    hoa = desk.sign_in("hoa")
    assert shown(hoa.get("/desk?tab=all").text) == [theirs]
    assert hoa.get(f"/desk/cases/{theirs}").status_code == 200
    assert hoa.get(f"/desk/cases/{other}").status_code == 404
    assert hoa.post(f"/desk/cases/{other}/claim").status_code == 404


def test_given_words_when_they_are_searched_for_then_names_numbers_and_lines_are_found(
    desk: Desk, lan: TestClient
) -> None:
    with desk.rows() as connection:
        one, two, three = (kit.case(connection, address=f"s{n}") for n in range(3))
        kit.line(connection, one, "giấy khai sinh cho cháu")
        whose = update(conversation).where(conversation.c.id == kit.of(connection, two).conversation_id)
        connection.execute(whose.values(contact_name="Nông Văn Páo", contact_phone="0912345678"))
    assert shown(lan.get("/desk", params={"q": "khai sinh"}).text) == [one]
    assert shown(lan.get("/desk", params={"q": "páo"}).text) == [two]
    assert shown(lan.get("/desk", params={"q": "345678"}).text) == [two]
    assert shown(lan.get("/desk", params={"q": str(three)}).text) == [three]
    assert "Không tìm thấy" in lan.get("/desk", params={"q": "không có chữ này"}).text


def test_given_strange_parameters_when_the_list_is_opened_then_it_is_the_first_list(lan: TestClient) -> None:
    for query in ("tab=nothing&office=x", "office=" + "9" * 30, "q=" + "x" * 5000, "tab=%00"):
        assert lan.get(f"/desk?{query}").status_code == 200


def test_given_promises_when_the_list_is_shown_then_the_late_ones_are_red(desk: Desk, lan: TestClient) -> None:
    with desk.rows() as connection:
        office = kit.office(connection)
        late = kit.case(connection, office_id=office, due_at=now() - timedelta(minutes=1))
    assert re.search(rf'id="row{late}" class="row red"', lan.get("/desk").text)


def test_given_markup_in_what_a_citizen_wrote_when_the_list_is_shown_then_it_is_text(
    desk: Desk, lan: TestClient
) -> None:
    with desk.rows() as connection:
        case = kit.case(connection)
        kit.line(connection, case, "<script>alert(1)</script>")
    for path in ("/desk", f"/desk/cases/{case}"):
        page = lan.get(path).text
        assert "<script>alert" not in page and "&lt;script&gt;alert" in page


def test_given_more_cases_than_a_list_shows_when_it_is_opened_then_it_tells_how_to_find_others(
    desk: Desk, lan: TestClient
) -> None:
    with desk.rows() as connection:
        for n in range(61):
            kit.case(connection, address=f"m{n}")
    page = lan.get("/desk").text
    assert len(shown(page)) == 60 and "Chỉ hiện 60 việc" in page
