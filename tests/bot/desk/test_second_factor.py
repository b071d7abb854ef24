"""Somebody's own second factor, on their page."""

from __future__ import annotations

import re

import pyotp
import pytest
from sqlalchemy import select
from sqlalchemy.engine import Engine
from starlette.testclient import TestClient

from bot.accounts import factors
from bot.store.console_tables import audit_entry
from tests.bot.accounts.conftest import quick as quick_passwords
from tests.bot.desk.door import PASSWORD, WRONG, Door, alert, enter, fields
from tests.bot.handover import kit

quick = quick_passwords
HERE = "/desk/me/second"


@pytest.fixture
def door(database: Engine, quick: None) -> Door:
    return Door(database)


@pytest.fixture
def browser(door: Door) -> TestClient:
    """Lan, signed in."""
    browser = door.browser()
    assert enter(browser).status_code == 303
    return browser


def asked(browser: TestClient, do: str, password: str = PASSWORD):
    return browser.post(HERE, data={"password": password, "do": do})


def with_telephone(browser: TestClient) -> tuple[str, list[str]]:
    """Sets one up; its secret, and the recovery codes."""
    page = asked(browser, "start").text
    found = re.search(r'<code class="key">([A-Z2-7 ]+)</code>', page)
    assert found
    secret = found[1].replace(" ", "")
    done = browser.post(f"{HERE}/confirm", data={**fields(page, f"{HERE}/confirm"), "code": pyotp.TOTP(secret).now()})
    return secret, re.findall(r"<li><code>([a-z0-9-]{19})</code></li>", done.text)


def actions(door: Door) -> list[str]:
    with door.database.connect() as connection:
        return list(connection.execute(select(audit_entry.c.action).order_by(audit_entry.c.id)).scalars())


def test_given_an_officer_when_they_set_one_up_then_this_browser_stays_and_the_others_are_out(
    door: Door, browser: TestClient
) -> None:
    other = door.browser()
    enter(other)
    assert "Chưa bật" in browser.get(HERE).text and "Chưa bật" in browser.get("/desk/me").text
    _, codes = with_telephone(browser)
    assert len(codes) == factors.CODES
    assert "Còn 8 mã" in browser.get(HERE).text and "Đang bật" in browser.get("/desk/me").text
    assert other.get("/desk").status_code == 303
    assert actions(door)[-1] == "second_factor.set"


@pytest.mark.parametrize("do", ["start", "codes", "off", ""])
def test_given_a_screen_that_was_left_alone_when_somebody_else_tries_then_the_password_is_missing(
    door: Door, browser: TestClient, do: str
) -> None:
    answer = asked(browser, do, WRONG)
    assert answer.status_code == 422 and "chưa đúng" in alert(answer.text) and "<svg" not in answer.text


def test_given_a_wrong_first_code_when_sent_then_the_same_telephone_can_try_again(browser: TestClient) -> None:
    page = asked(browser, "start").text
    answer = browser.post(f"{HERE}/confirm", data={**fields(page, f"{HERE}/confirm"), "code": "000000"})
    assert answer.status_code == 422 and fields(answer.text, f"{HERE}/confirm") == fields(page, f"{HERE}/confirm")
    assert "Chưa bật" in browser.get(HERE).text


def test_given_a_set_up_of_somebody_else_when_brought_then_it_begins_anew(door: Door, browser: TestClient) -> None:
    password = door.row().password
    with door.database.begin() as connection:
        kit.person(connection, "an", password=password)
    other = door.browser()
    enter(other, "an")
    page = asked(other, "start").text
    sent = {**fields(page, f"{HERE}/confirm"), "code": "123456"}
    assert "bắt đầu lại" in alert(browser.post(f"{HERE}/confirm", data=sent).text)
    assert "bắt đầu lại" in alert(browser.post(f"{HERE}/confirm", data={"step": "x", "code": "1"}).text)


def test_given_new_codes_when_made_then_they_are_shown_once_and_the_old_ones_end(
    door: Door, browser: TestClient
) -> None:
    _, old = with_telephone(browser)
    new = re.findall(r"<li><code>([a-z0-9-]{19})</code></li>", asked(browser, "codes").text)
    assert len(new) == factors.CODES and not set(new) & set(old)
    assert new[0] not in browser.get(HERE).text
    assert actions(door)[-1] == "second_factor.codes"


def test_given_an_officer_when_they_take_it_off_then_it_is_off_and_an_admin_cannot(
    door: Door, browser: TestClient
) -> None:
    with_telephone(browser)
    assert asked(browser, "off").headers["location"] == "/login"
    assert actions(door)[-1] == "second_factor.off"
    assert enter(browser).status_code == 303
    with_telephone(browser)
    door.change(role="admin")
    assert "Tắt" not in browser.get(HERE).text
    assert "<svg" in asked(browser, "off").text
    assert "Còn 8 mã" in browser.get(HERE).text
