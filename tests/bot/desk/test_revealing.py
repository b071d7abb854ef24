"""Opening what was taken out of a citizen's words: by whom, with which reason, and what is noted of it."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from sqlalchemy import delete, select
from starlette.testclient import TestClient

from bot.conversation import Inbound
from bot.handover import undoing
from bot.post.inbox import Inbox
from bot.post.wake import Wake
from bot.store.console_tables import audit_entry
from bot.store.desk_tables import handover_event
from bot.store.vault_tables import sealed
from tests.bot.desk.conftest import Desk
from tests.bot.handover import kit

NUMBER = "004199012345"
HX = {"hx-request": "true"}


def case_of(desk: Desk, address: str = "a1", **values: object) -> tuple[int, int]:
    """A case whose citizen has sent a number: its id, and that of the datum."""
    with desk.rows() as connection:
        case = kit.case(connection, "web", address, **values)
    Inbox(desk.database, Wake()).receive(Inbound("web", address, f"m {address}", f"căn cước {NUMBER}, hồ sơ đâu?"))
    with desk.rows() as connection:
        mine = select(sealed.c.id).where(sealed.c.conversation_id == kit.of(connection, case).conversation_id)
        return case, int(connection.execute(mine).scalar_one())


def reveal(browser: TestClient, case: int, datum: object, why: str = "file", words: str = "", **more: Any) -> Any:
    return browser.post(f"/desk/cases/{case}/reveal", data={"datum": datum, "why": why, "words": words}, **more)


def test_given_a_line_with_a_number_when_the_case_is_read_then_a_button_says_what_it_is(
    desk: Desk, lan: TestClient
) -> None:
    case, datum = case_of(desk, staff_id=desk.ids["lan"])
    page = lan.get(f"/desk/cases/{case}").text
    assert NUMBER not in page and "••• số căn cước</summary>" in page and f'name="datum" value="{datum}"' in page
    assert re.search(r"căn cước <details class=\"sealed\">.*?</details>, hồ sơ đâu\?", page)


def test_given_the_owner_when_it_is_opened_then_it_is_shown_this_once_and_noted_without_it(
    desk: Desk, lan: TestClient
) -> None:
    case, datum = case_of(desk, staff_id=desk.ids["lan"])
    told = reveal(lan, case, datum, "other", f"đối chiếu {NUMBER} với tờ khai", headers=HX)
    assert (told.status_code, re.findall(r">([^<>]+)</b>", told.text)) == (200, [NUMBER])
    assert "no-store" in told.headers["cache-control"] and NUMBER in reveal(lan, case, datum).text
    page = lan.get(f"/desk/cases/{case}").text
    assert NUMBER not in page and "xem số căn cước để lý do khác" in page
    with desk.rows() as connection:
        event = connection.execute(select(handover_event).where(handover_event.c.kind == "revealed")).first()
        entry = connection.execute(select(audit_entry).where(audit_entry.c.action == "datum.revealed")).first()
    assert (event.text, json.loads(event.data)) == ("đối chiếu ••• với tờ khai", {"datum": "identity", "why": "other"})
    assert (entry.staff_id, entry.subject, json.loads(entry.after)["kind"]) == (
        desk.ids["lan"],
        f"case {case}",
        "identity",
    )
    assert NUMBER not in str(event) + str(entry)


@pytest.mark.parametrize(("who", "status"), [("lan", 409), ("chief", 200), ("stranger", 404)])
def test_given_somebody_elses_case_when_it_is_opened_then_leads_alone_may(desk: Desk, who: str, status: int) -> None:
    desk.add("mai")
    desk.add("chief", role="lead")
    with desk.rows() as connection:
        elsewhere = kit.office(connection)
    desk.add("stranger", elsewhere)
    case, datum = case_of(desk, staff_id=desk.ids["mai"])
    told = reveal(desk.sign_in(who), case, datum, headers=HX)
    assert (told.status_code, NUMBER in told.text) == (status, status == 200)


@pytest.mark.parametrize(("why", "words"), [("", ""), ("curious", ""), ("other", " ")])
def test_given_no_reason_when_it_is_opened_then_one_is_asked_for_and_nothing_is_shown(
    desk: Desk, lan: TestClient, why: str, words: str
) -> None:
    case, datum = case_of(desk, staff_id=desk.ids["lan"])
    told = reveal(lan, case, datum, why, words, headers=HX)
    assert (told.status_code, NUMBER in told.text, "lý do" in told.text) == (409, False, True)


def test_given_a_number_of_another_citizen_when_it_is_asked_for_in_my_case_then_it_is_not_shown(
    desk: Desk, lan: TestClient
) -> None:
    mine, _ = case_of(desk, staff_id=desk.ids["lan"])
    _, other = case_of(desk, "b2")
    assert NUMBER not in reveal(lan, mine, other).text and reveal(lan, mine, "x", headers=HX).status_code == 404


def test_given_what_was_deleted_when_the_case_is_read_then_it_stays_hidden_without_a_button(
    desk: Desk, lan: TestClient
) -> None:
    case, datum = case_of(desk, staff_id=desk.ids["lan"])
    with desk.rows() as connection:
        connection.execute(delete(sealed))
    page = lan.get(f"/desk/cases/{case}").text
    assert (
        "căn cước •••, hồ sơ đâu?" in page and "sealed" not in page.partition('id="log"')[2].partition("</section>")[0]
    )
    assert "đã được xoá" in reveal(lan, case, datum).text


def test_given_a_look_after_a_deed_when_it_is_undone_then_it_can_be(desk: Desk, lan: TestClient) -> None:
    case, datum = case_of(desk)
    assert lan.post(f"/desk/cases/{case}/claim", headers=HX).status_code == 200
    assert reveal(lan, case, datum, headers=HX).status_code == 200
    with desk.rows() as connection:
        assert undoing.until(connection, case, desk.ids["lan"]) is not None
