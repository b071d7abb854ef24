"""What somebody sets for themselves."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy.engine import Engine
from starlette.testclient import TestClient

from bot.accounts.attempts import MOST_MISSES
from bot.alerts import linking
from bot.post.clock import now
from bot.post.inbox import open_conversation
from bot.words import staff_words
from tests.bot.accounts.conftest import quick as quick_passwords
from tests.bot.desk.door import PASSWORD, WRONG, Door, alert, enter
from tests.bot.handover import kit

quick = quick_passwords
ME = "/desk/me"
NEW = "núi Mắt Thần xanh"
SETTINGS = {"locale": "vi", "sound": "yes", "on_duty": "yes", "language": ["vi"], "email": ""}


@pytest.fixture
def door(database: Engine, quick: None) -> Door:
    return Door(database)


@pytest.fixture
def browser(door: Door) -> TestClient:
    """Lan's."""
    browser = door.browser(follow_redirects=True)
    enter(browser)
    return browser


def link(door: Door) -> None:
    """Lan's own chat, linked."""
    with door.database.begin() as connection:
        whose = open_conversation(connection, "telegram", "7")
    door.change(conversation_id=whose, alerts="chat")


def ticked(html: str) -> list[str]:
    boxes = re.findall(r'<input type="checkbox" name="(\w+)" value="(\w+)"([^>]*)>', html)
    return [f"{name} {value}" for name, value, rest in boxes if "checked" in rest]


def test_given_a_stranger_when_they_ask_for_it_then_the_login_leads_back(door: Door) -> None:
    assert door.browser().get(ME).headers["location"] == "/login?next=/desk/me"


def test_given_somebody_when_they_look_then_it_tells_who_they_are_and_how_it_is_set(
    door: Door, browser: TestClient
) -> None:
    page = browser.get(ME)
    assert (page.status_code, page.headers["cache-control"]) == (200, "no-store")
    assert "<dd>Lan</dd>" in page.text
    assert ticked(page.text) == ["on_duty yes", "language vi", "sound yes"]
    assert staff_words().say("me.code", code=linking.code_for(door.settings.secret_key, door.lan)) in page.text


def test_given_all_settings_when_saved_then_they_are_kept_and_the_page_speaks_the_new_language(
    door: Door, browser: TestClient
) -> None:
    link(door)
    wanted: dict[str, Any] = {"locale": "en", "language": ["nut", "zh", "??"], "email": " lan@caobang.gov.vn "}
    page = browser.post(ME, data={**wanted, "alert": ["email", "chat", "??"]})
    assert page.status_code == 200 and staff_words().say("me.done.saved", "en") in page.text
    row = door.row()
    assert (row.locale, row.languages, row.email, row.alerts) == ("en", "nut zh", "lan@caobang.gov.vn", "email chat")
    assert (row.sound, row.on_duty, row.name, row.role) == (False, False, "Lan", "officer")
    assert ticked(page.text) == ["language nut", "language zh", "alert email", "alert chat"]


def test_given_nothing_ticked_when_saved_then_somebody_still_speaks_vietnamese(door: Door, browser: TestClient) -> None:
    browser.post(ME, data={"locale": "fr"})
    assert (door.row().languages, door.row().locale) == ("vi", "vi")


@pytest.mark.parametrize(
    ("wrong", "key"),
    [
        ({"email": "lan@"}, "me.email_wrong"),
        ({"alert": "email"}, "me.email_missing"),
        ({"alert": "chat"}, "me.chat_missing"),
    ],
)
def test_given_what_cannot_be_when_saved_then_it_says_why_and_keeps_what_was_typed(
    door: Door, browser: TestClient, wrong: dict[str, str], key: str
) -> None:
    page = browser.post(ME, data={**SETTINGS, "language": ["vi", "tyz"], **wrong})
    assert (page.status_code, alert(page.text)) == (422, staff_words().say(key))
    assert "language tyz" in ticked(page.text) and f'value="{wrong.get("email", "")}"' in page.text
    assert door.row().languages == "vi"


def test_given_what_only_admins_change_when_it_is_sent_all_the_same_then_nothing_of_it_changes(
    door: Door, browser: TestClient
) -> None:
    browser.post(ME, data={**SETTINGS, "role": "admin", "name": "Chủ tịch", "office_id": "2", "login": "x"})
    assert (door.row().role, door.row().name, door.row().office_id, door.row().login) == ("officer", "Lan", 1, "lan")


@pytest.mark.parametrize(("on", "kept"), [("yes", True), ("no", False), ("", False)])
def test_given_one_button_when_duty_begins_or_ends_then_the_page_goes_on_where_it_was(
    door: Door, on: str, kept: bool
) -> None:
    browser = door.browser()
    enter(browser)
    answer = browser.post(f"{ME}/duty", data={"on": on, "next": "/desk?tab=mine"})
    assert (answer.headers["location"], door.row().on_duty) == ("/desk?tab=mine", kept)
    assert browser.post(f"{ME}/duty", data={"on": on}).headers["location"] == ME


def test_given_a_new_password_when_it_is_set_then_this_browser_goes_on_and_others_do_not(
    door: Door, browser: TestClient
) -> None:
    other = door.browser()
    enter(other)
    page = browser.post(f"{ME}/password", data={"current": PASSWORD, "new": NEW, "again": NEW})
    assert page.status_code == 200 and staff_words().say("me.done.password") in page.text
    assert other.get("/desk").status_code == 303
    assert enter(other, password=PASSWORD).status_code == 422
    assert enter(other, password=NEW).status_code == 303


@pytest.mark.parametrize(
    ("sent", "key"),
    [
        ({"current": WRONG, "new": NEW, "again": NEW}, "me.wrong_password"),
        ({"current": PASSWORD, "new": NEW, "again": NEW + "!"}, "me.differ"),
        ({"current": PASSWORD, "new": "ngắn", "again": "ngắn"}, "password.short"),
        ({"current": PASSWORD, "new": "lan1234567", "again": "lan1234567"}, "password.login"),
        ({"current": PASSWORD}, "password.short"),
    ],
)
def test_given_a_password_that_cannot_be_when_sent_then_it_says_why_and_none_lies_in_the_page(
    door: Door, browser: TestClient, sent: dict[str, str], key: str
) -> None:
    before = door.row().password
    page = browser.post(f"{ME}/password", data=sent)
    assert (page.status_code, alert(page.text)) == (422, staff_words().say(key, shortest=10))
    assert not any(f'value="{one}"' in page.text for one in sent.values())
    assert door.row().password == before


def test_given_somebody_else_at_the_screen_when_they_guess_the_password_then_it_is_locked_as_at_the_door(
    door: Door, browser: TestClient
) -> None:
    for _ in range(MOST_MISSES):
        browser.post(f"{ME}/password", data={"current": WRONG, "new": NEW, "again": NEW})
    page = browser.post(f"{ME}/password", data={"current": PASSWORD, "new": NEW, "again": NEW})
    assert alert(page.text) == staff_words().say("me.wrong_password")
    assert browser.get("/desk").text == "list of Lan"


def test_given_a_linked_chat_when_it_is_unlinked_then_nothing_goes_there_any_more(
    door: Door, browser: TestClient
) -> None:
    link(door)
    assert staff_words().say("me.linked") in browser.get(ME).text
    page = browser.post(f"{ME}/unlink")
    assert staff_words().say("me.done.unlinked") in page.text and staff_words().say("me.link") in page.text
    assert (door.row().conversation_id, door.row().alerts) == (None, "")


def test_given_several_browsers_when_signed_out_of_all_then_none_is_signed_in(door: Door, browser: TestClient) -> None:
    other = door.browser()
    enter(other)
    assert browser.post(f"{ME}/sign-out").url.path == "/login"
    assert [one.get("/desk", follow_redirects=False).status_code for one in (browser, other)] == [303, 303]


@pytest.mark.parametrize(("url", "told"), [("", True), ("smtp://mail.caobang.gov.vn", False)])
def test_given_a_service_without_mail_when_the_page_is_read_then_it_says_so(
    database: Engine, quick: None, url: str, told: bool
) -> None:
    browser = Door(database, smtp_url=url).browser(follow_redirects=True)
    enter(browser)
    assert (staff_words().say("me.no_mail") in browser.get(ME).text) is told


def test_given_an_office_that_ended_when_its_officer_looks_then_the_page_still_comes(
    door: Door, browser: TestClient
) -> None:
    with door.database.begin() as connection:
        office = kit.office(connection, ended_at=now())
    door.change(office_id=office)
    assert browser.get(ME).status_code == 200


@pytest.mark.parametrize("done", ["nothing", "<b>", "saved.x"])
def test_given_an_address_that_somebody_made_up_when_read_then_it_tells_nothing(browser: TestClient, done: str) -> None:
    page = browser.get(ME, params={"done": done})
    assert page.status_code == 200 and 'role="status"' not in page.text
