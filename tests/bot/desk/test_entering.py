"""The second step of signing in: a code where there is a telephone, setting one up where one must be."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pyotp
import pytest
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import select
from sqlalchemy.engine import Engine
from starlette.testclient import TestClient

from bot.accounts import factors, people, sessions
from bot.accounts.misses import MOST_MISSES
from bot.accounts.sessions import COOKIE
from bot.post.clock import now
from bot.store.console_tables import audit_entry
from tests.bot.accounts.conftest import quick as quick_passwords
from tests.bot.desk.door import PASSWORD, WRONG, Door, alert, enter, fields

quick = quick_passwords
CODE, ENROL, REPLY = "/login/code", "/login/second", "/desk/cases/1/reply"
SECRET = pyotp.random_base32()


@pytest.fixture
def door(database: Engine, quick: None) -> Door:
    return Door(database)


@pytest.fixture
def papers(door: Door) -> tuple[str, ...]:
    """Lan has a telephone since an hour; her recovery codes."""
    before = now() - timedelta(hours=1)
    with door.database.begin() as connection:
        lan = people.by_id(connection, door.lan)
        assert lan is not None
        codes = factors.enrol(connection, lan, SECRET, pyotp.TOTP(SECRET).at(before), before)
    assert codes is not None
    return codes


@pytest.fixture
def browser(door: Door) -> TestClient:
    return door.browser()


def step(browser: TestClient, **fields_: str) -> dict[str, str]:
    """The first step, done: what the form of the second one sends."""
    answer = enter(browser, **fields_)
    assert answer.status_code == 200 and COOKIE not in browser.cookies
    return fields(answer.text, CODE)


def code() -> str:
    return pyotp.TOTP(SECRET).now()


def noted(door: Door) -> list[Any]:
    with door.database.connect() as connection:
        return list(connection.execute(select(audit_entry).order_by(audit_entry.c.id)))


def test_given_a_telephone_when_the_password_is_right_then_only_the_code_makes_a_session(
    door: Door, browser: TestClient, papers: tuple[str, ...]
) -> None:
    form = step(browser, next="/desk/cases/7")
    assert browser.get("/desk").status_code == 303
    answer = browser.post(CODE, data={**form, "code": code()})
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/cases/7")
    assert browser.get("/desk").text == "list of Lan"
    assert [(one.action, one.after) for one in noted(door)] == [("sign_in", '{"by": "code"}')]


def test_given_a_wrong_or_used_code_when_typed_then_what_to_do_is_said_and_it_can_be_tried_again(
    browser: TestClient, door: Door, papers: tuple[str, ...]
) -> None:
    form = step(browser)
    answer = browser.post(CODE, data={**form, "code": "000000"})
    assert answer.status_code == 422 and "giờ trên điện thoại" in alert(answer.text)
    assert fields(answer.text, CODE)["step"] == form["step"]
    used = code()
    browser.post(CODE, data={**form, "code": used})
    other = door.browser()
    assert other.post(CODE, data={**step(other), "code": used}).status_code == 422
    assert COOKIE not in other.cookies


def test_given_many_wrong_codes_when_the_right_one_follows_then_it_waits(
    browser: TestClient, papers: tuple[str, ...]
) -> None:
    form = step(browser)
    for _ in range(MOST_MISSES):
        browser.post(CODE, data={**form, "code": "000000"})
    answer = browser.post(CODE, data={**form, "code": code()})
    assert answer.status_code == 422 and "15 phút" in alert(answer.text)
    assert COOKIE not in browser.cookies


def test_given_a_recovery_code_when_typed_then_it_lets_in_once_and_leads_to_where_new_ones_are_made(
    door: Door, browser: TestClient, papers: tuple[str, ...]
) -> None:
    answer = browser.post(CODE, data={**step(browser), "code": papers[0]})
    assert answer.headers["location"] == "/desk/me/second"
    assert "Còn 7 mã" in browser.get("/desk/me/second").text
    again = door.browser()
    assert again.post(CODE, data={**step(again), "code": papers[0]}).status_code == 422


@pytest.mark.parametrize("moved", ["forged", "old", "password", "other kind", "nothing"])
def test_given_a_first_step_that_counts_no_more_when_the_code_comes_then_it_begins_anew(
    door: Door, browser: TestClient, papers: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, moved: str
) -> None:
    token = step(browser)["step"]
    if moved == "forged":
        token = str(URLSafeTimedSerializer("another secret", salt="second step").dumps([door.lan, 1, "/desk"]))
    if moved == "other kind":
        token = str(URLSafeTimedSerializer("a secret of the tests", salt="staff session").dumps([door.lan, 1, "/desk"]))
    if moved == "nothing":
        token = ""
    if moved == "password":
        door.change(epoch=99)
    if moved == "old":
        later = int(now().timestamp()) + 601
        monkeypatch.setattr("itsdangerous.timed.time.time", lambda: later)
    answer = browser.post(CODE, data={"step": token, "code": papers[1]})
    assert answer.status_code == 422 and "đăng nhập lại từ đầu" in alert(answer.text)
    assert COOKIE not in browser.cookies


def test_given_a_step_when_it_is_brought_as_a_session_then_it_is_a_stranger(
    browser: TestClient, papers: tuple[str, ...]
) -> None:
    browser.cookies.set(COOKIE, step(browser)["step"])
    assert browser.get("/desk").status_code == 303


def test_given_a_form_that_came_too_late_when_its_sender_has_a_telephone_then_two_steps_send_it_as_it_was(
    door: Door, browser: TestClient, papers: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    browser.post(CODE, data={**step(browser), "code": code()})
    with monkeypatch.context() as patched:
        later = sessions.now() + timedelta(hours=13)
        patched.setattr(sessions, "now", lambda: later)
        kept = browser.post(REPLY, data={"text": "Chị mang theo nhé"}).text
        first = {**fields(kept, "/login/again"), "_login": "lan", "_password": PASSWORD}
        asked = browser.post("/login/again", data=first)
        assert asked.status_code == 200 and "Chị mang theo nhé" in asked.text and PASSWORD not in asked.text
        wrong = browser.post("/login/again", data={**fields(asked.text, "/login/again"), "_code": "000000"})
        assert wrong.status_code == 422 and "Chị mang theo nhé" in wrong.text
        done = browser.post("/login/again", data={**fields(wrong.text, "/login/again"), "_code": papers[2]})
    assert (done.status_code, done.headers["location"]) == (307, REPLY)


@pytest.fixture
def admin(door: Door) -> Door:
    """Lan is admin, without a telephone."""
    door.change(role="admin")
    return door


def shown_key(html: str) -> str:
    found = re.search(r'<code class="key">([A-Z2-7 ]+)</code>', html)
    assert found
    return found[1].replace(" ", "")


def test_given_an_admin_without_a_telephone_when_they_sign_in_then_they_set_one_up_and_nothing_else(
    admin: Door, browser: TestClient
) -> None:
    page = enter(browser, next="/admin/people")
    assert page.status_code == 200 and COOKIE not in browser.cookies and "<svg" in page.text
    assert browser.get("/desk").status_code == 303
    secret, form = shown_key(page.text), fields(page.text, ENROL)
    wrong = browser.post(ENROL, data={**form, "code": "000000"})
    assert wrong.status_code == 422 and shown_key(wrong.text) == secret
    done = browser.post(ENROL, data={**form, "code": pyotp.TOTP(secret).now()})
    codes = re.findall(r"<li><code>([a-z0-9-]{19})</code></li>", done.text)
    assert len(codes) == factors.CODES and 'href="/admin/people"' in done.text
    assert browser.get("/desk").text == "list of Lan"
    told = noted(admin)
    assert [one.action for one in told] == ["second_factor.set", "sign_in"]
    assert not any(secret_ in str(told) for secret_ in (*codes, secret, PASSWORD))


def test_given_a_set_up_that_is_done_when_its_page_is_sent_again_then_nothing_changes(
    admin: Door, browser: TestClient
) -> None:
    page = enter(browser)
    sent = {**fields(page.text, ENROL), "code": pyotp.TOTP(shown_key(page.text)).now()}
    assert browser.post(ENROL, data=sent).status_code == 200
    again = admin.browser().post(ENROL, data=sent)
    assert again.status_code == 422 and COOKIE not in again.cookies


def test_given_an_admin_without_a_telephone_when_a_form_came_too_late_then_it_stays_until_they_have_one(
    admin: Door, browser: TestClient
) -> None:
    kept = browser.post(REPLY, data={"text": "Chị mang theo nhé"}).text
    sent = {**fields(kept, "/login/again"), "_login": "lan", "_password": PASSWORD}
    answer = browser.post("/login/again", data=sent)
    assert answer.status_code == 422 and "Chị mang theo nhé" in answer.text and "thẻ khác" in alert(answer.text)
    assert COOKIE not in browser.cookies


@pytest.mark.parametrize(("role", "asked"), [("officer", False), ("reviewer", True)])
def test_given_the_setting_when_a_role_signs_in_then_those_from_it_up_set_one_up(
    database: Engine, quick: None, role: str, asked: bool
) -> None:
    door = Door(database, second_factor="reviewer")
    door.change(role=role)
    answer = enter(door.browser())
    assert (ENROL in answer.text) is asked and (answer.status_code == 303) is not asked


def test_given_a_cookie_planted_before_the_login_when_they_sign_in_then_it_is_worth_nothing(
    door: Door, browser: TestClient
) -> None:
    thief = door.browser()
    enter(thief)
    planted = thief.cookies[COOKIE]
    browser.cookies.set(COOKIE, planted)
    thief.post("/logout")
    door.change(epoch=5)
    assert enter(browser).status_code == 303
    given = [cookie.value for cookie in browser.cookies.jar if cookie.name == COOKIE and cookie.value != planted]
    assert len(given) == 1
    thief.cookies.clear()
    thief.cookies.set(COOKIE, planted)
    assert thief.get("/desk").status_code == 303


def test_given_a_guesser_elsewhere_when_the_officer_comes_back_to_their_browser_then_they_are_let_in(
    door: Door, browser: TestClient
) -> None:
    enter(browser)
    browser.post("/logout")
    guesser = door.browser(client=("198.51.100.7", 1))
    for n in range(25):
        enter(door.browser(client=(f"198.51.100.{n}", 1)), "lan", WRONG)
    assert enter(guesser).status_code == 422
    assert enter(browser).status_code == 303
