"""A one-time link in a browser: somebody chooses a password, or becomes the first admin."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.engine import Engine
from starlette.testclient import TestClient

from bot.accounts import links, people
from bot.accounts.people import Role
from bot.accounts.sessions import COOKIE
from bot.store.console_tables import audit_entry
from tests.bot.accounts.conftest import quick as quick_passwords
from tests.bot.desk.door import PASSWORD, Door, alert, enter, fields
from tests.bot.handover import kit

quick = quick_passwords
NEW = "núi Mắt Thần xanh"
CHOSEN = {"new": NEW, "again": NEW}
FIRST = {"login": "Boss", "name": "Bế Văn Sếp", **CHOSEN}


@pytest.fixture
def door(database: Engine, quick: None) -> Door:
    return Door(database)


@pytest.fixture
def browser(door: Door) -> TestClient:
    return door.browser()


@pytest.fixture
def address(door: Door) -> str:
    with door.database.begin() as connection:
        return f"/link/{links.make(connection, door.lan, None)}"


@pytest.fixture
def first(door: Door) -> str:
    with door.database.begin() as connection:
        token = links.first(connection)
    return f"/link/{token}"


def actions(door: Door) -> list[str]:
    with door.database.connect() as connection:
        return list(connection.execute(select(audit_entry.c.action).order_by(audit_entry.c.id)).scalars())


def test_given_a_link_when_a_password_is_chosen_then_they_are_in_and_it_is_good_from_now_on(
    door: Door, browser: TestClient, address: str
) -> None:
    # A chat program that looks at links uses none up.
    for _ in range(3):
        page = browser.get(address)
    assert page.status_code == 200 and "Lan" in page.text and page.headers["cache-control"] == "no-store"
    answer = browser.post(address, data=CHOSEN)
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk")
    assert browser.get("/desk").text == "list of Lan"
    other = door.browser()
    assert enter(other, "lan", NEW).status_code == 303 and enter(door.browser(), "lan", PASSWORD).status_code == 422
    assert actions(door) == ["staff.password_chosen", "sign_in", "sign_in", "sign_in.refused"]


def test_given_a_link_that_was_used_when_it_comes_again_then_it_says_what_to_do(
    door: Door, browser: TestClient, address: str
) -> None:
    browser.post(address, data=CHOSEN)
    for answer in (door.browser().get(address), door.browser().post(address, data=CHOSEN)):
        assert answer.status_code == 410 and "báo ngay cho người quản trị" in alert(answer.text)
        assert COOKIE not in answer.cookies


@pytest.mark.parametrize(("old", "word"), [(True, "quá hạn"), (False, "không biết đường dẫn")])
def test_given_a_link_that_is_over_or_unknown_when_opened_then_it_says_what_to_do(
    door: Door, browser: TestClient, address: str, old: bool, word: str
) -> None:
    if old:
        with door.database.begin() as connection:
            links.make(connection, door.lan, None)
    answer = browser.get(address if old else "/link/nothing")
    assert answer.status_code == 410 and word in alert(answer.text)


@pytest.mark.parametrize(
    ("sent", "word"),
    [
        ({"new": "ngắn", "again": "ngắn"}, "ít nhất 10"),
        ({"new": NEW, "again": f"{NEW}x"}, "chưa giống nhau"),
        ({"new": "lan1234567", "again": "lan1234567"}, "dễ"),
        ({}, "ít nhất 10"),
    ],
)
def test_given_a_password_that_cannot_be_when_chosen_then_the_link_is_still_good(
    door: Door, browser: TestClient, address: str, sent: dict[str, str], word: str
) -> None:
    answer = browser.post(address, data=sent)
    assert answer.status_code == 422 and word in alert(answer.text)
    assert browser.post(address, data=CHOSEN).status_code == 303


def test_given_somebody_who_left_when_their_link_is_opened_then_it_is_over(
    door: Door, browser: TestClient, address: str
) -> None:
    with door.database.begin() as connection:
        people.end(connection, door.lan)
    assert (browser.get(address).status_code, browser.post(address, data=CHOSEN).status_code) == (410, 410)


def test_given_somebody_with_a_telephone_when_they_choose_a_password_then_the_code_is_asked_for_too(
    door: Door, browser: TestClient, address: str
) -> None:
    with door.database.begin() as connection:
        kit.telephone(connection, door.lan)
    answer = browser.post(address, data=CHOSEN)
    assert answer.status_code == 200 and fields(answer.text, "/login/code")["step"]
    assert COOKIE not in browser.cookies


def test_given_the_link_of_the_first_start_when_filled_in_then_there_is_an_admin_who_sets_up_a_telephone(
    door: Door, browser: TestClient, first: str
) -> None:
    page = browser.get(first)
    assert 'name="login"' in page.text and "đầu tiên" in page.text
    answer = browser.post(first, data=FIRST)
    assert answer.status_code == 200 and re.search(r'<code class="key">', answer.text)
    assert COOKIE not in browser.cookies
    with door.database.connect() as connection:
        boss = people.by_login(connection, "boss")
    assert boss is not None and (boss.role, boss.name) == (Role.ADMIN, "Bế Văn Sếp")
    assert actions(door) == ["staff.first_admin"]
    assert browser.get(first).status_code == 410


def test_given_the_link_of_the_first_start_when_somebody_became_admin_elsewhere_then_it_is_over(
    door: Door, browser: TestClient, first: str
) -> None:
    door.change(role="admin")
    assert browser.get(first).status_code == 410
    assert browser.post(first, data=FIRST).status_code == 410


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"login": "x y"}, "2 đến 40"),
        ({"login": "lan"}, "chưa ai dùng"),
        ({"name": " "}, "Họ tên"),
        ({"new": "x"}, "10"),
    ],
)
def test_given_what_cannot_be_when_the_first_admin_fills_it_in_then_the_rest_is_kept_and_the_link_is_still_good(
    door: Door, browser: TestClient, first: str, changed: dict[str, Any], word: str
) -> None:
    answer = browser.post(first, data={**FIRST, **changed})
    assert answer.status_code == 422 and word in alert(answer.text)
    assert {**FIRST, **changed}["login"] in answer.text and NEW not in answer.text
    assert browser.post(first, data=FIRST).status_code == 200


def test_given_another_site_when_it_fills_in_a_link_then_it_is_refused(browser: TestClient, address: str) -> None:
    assert browser.post(address, data=CHOSEN, headers={"origin": "https://evil.example"}).status_code == 403
