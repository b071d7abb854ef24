"""Signing in with the province's own sign-in, in a browser."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from sqlalchemy.engine import Engine
from starlette.testclient import TestClient

from bot.accounts import province_people
from bot.accounts.sessions import COOKIE
from bot.store.console_tables import audit_entry
from bot.store.desk_tables import staff
from tests.bot.accounts.conftest import quick as quick_passwords
from tests.bot.desk.door import Door, alert, enter, fields
from tests.bot.handover import kit
from tests.fakes.issuer import CLIENT, ISSUER, SECRET, Issuer

quick = quick_passwords
GO, BACK = "/login/province", "/login/province/back"


@pytest.fixture(scope="module")
def _issuer() -> Issuer:
    return Issuer()


@pytest.fixture
def issuer(_issuer: Issuer) -> Issuer:
    _issuer.said, _issuer.down = {}, False
    return _issuer


@pytest.fixture
def door(database: Engine, quick: None, issuer: Issuer) -> Door:
    """Lan's address at the province is written."""
    known = {"oidc_issuer": ISSUER, "oidc_client_id": CLIENT, "oidc_client_secret": SECRET, "oidc_name": "Cổng tỉnh"}
    made = Door(database, issuer.transport, **known)
    with database.begin() as connection:
        province_people.put(connection, made.lan, "lan@caobang.gov.vn")
    return made


@pytest.fixture
def browser(door: Door) -> TestClient:
    return door.browser()


def came_back(browser: TestClient, issuer: Issuer, **changed: str):
    brought = issuer.went(browser.get(f"{GO}?next=/desk/cases/7").headers["location"])
    return browser.get(BACK, params={**brought, **changed})


def test_given_a_button_when_pressed_then_the_province_leads_back_to_where_they_wanted_to_go(
    door: Door, browser: TestClient, issuer: Issuer
) -> None:
    assert "Đăng nhập bằng Cổng tỉnh" in browser.get("/login").text
    answer = came_back(browser, issuer)
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/cases/7")
    assert browser.get("/desk").text == "list of Lan"
    with door.database.connect() as connection:
        told = connection.execute(select(audit_entry.c.action, audit_entry.c.after)).all()
    assert [tuple(one) for one in told] == [("staff.province_bound", ""), ("sign_in", '{"by": "province"}')]


def test_given_somebody_with_a_telephone_when_they_come_back_then_the_code_is_asked_for_too(
    door: Door, browser: TestClient, issuer: Issuer
) -> None:
    with door.database.begin() as connection:
        kit.telephone(connection, door.lan)
    answer = came_back(browser, issuer)
    assert answer.status_code == 200 and fields(answer.text, "/login/code")["step"]
    assert COOKIE not in browser.cookies


def test_given_somebody_who_has_no_account_when_they_come_back_then_none_is_made(
    door: Door, browser: TestClient, issuer: Issuer
) -> None:
    issuer.said = {"sub": "u-1", "email": "stranger@caobang.gov.vn"}
    answer = came_back(browser, issuer)
    assert answer.status_code == 422 and "chưa có tài khoản" in alert(answer.text)
    assert COOKIE not in browser.cookies
    with door.database.connect() as connection:
        assert connection.execute(select(func.count()).select_from(staff)).scalar() == 1


@pytest.mark.parametrize("how", ["state", "no cookie", "another browser", "no code"])
def test_given_a_way_back_that_this_browser_did_not_begin_when_taken_then_it_leads_nowhere(
    door: Door, browser: TestClient, issuer: Issuer, how: str
) -> None:
    brought = issuer.went(browser.get(GO).headers["location"])
    taker = browser if how in ("state", "no code") else door.browser()
    if how == "another browser":
        taker.get(GO)
    changed = {"state": {"state": "x"}, "no code": {"code": ""}}.get(how, {})
    answer = taker.get(BACK, params={**brought, **changed, **({"error": "access_denied"} if how == "no code" else {})})
    assert answer.status_code == 422 and alert(answer.text)
    assert COOKIE not in taker.cookies and "access_denied" not in answer.text


def test_given_a_forged_answer_when_it_comes_then_the_password_is_offered(browser: TestClient, issuer: Issuer) -> None:
    issuer.said = {"nonce": "of another browser"}
    answer = came_back(browser, issuer)
    assert answer.status_code == 422 and "mật khẩu" in alert(answer.text)
    assert COOKIE not in browser.cookies


def test_given_an_issuer_that_is_down_when_the_button_is_pressed_then_the_password_still_works(
    browser: TestClient, issuer: Issuer
) -> None:
    issuer.down = True
    answer = browser.get(f"{GO}?next=/desk/me")
    assert answer.status_code == 503 and "không trả lời" in alert(answer.text)
    assert fields(answer.text, "/login")["next"] == "/desk/me"
    assert enter(browser).status_code == 303


def test_given_no_province_in_the_settings_when_the_door_is_opened_then_there_is_no_button(
    database: Engine, quick: None
) -> None:
    browser = Door(database).browser()
    assert GO not in browser.get("/login").text
    assert browser.get(GO).status_code == 404


@pytest.mark.parametrize("where", ["https://evil.example", "//evil.example", "/logout"])
def test_given_a_place_elsewhere_when_the_button_leads_there_then_it_is_the_list(
    door: Door, browser: TestClient, issuer: Issuer, where: str
) -> None:
    brought = issuer.went(browser.get(GO, params={"next": where}).headers["location"])
    assert browser.get(BACK, params=brought).headers["location"] == "/desk"
