"""Signing in and out, and a form that was sent after the session was over."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
import structlog.testing
from sqlalchemy.engine import Engine
from starlette.testclient import TestClient

from bot.accounts import passwords, people, sessions
from bot.accounts.attempts import MOST_MISSES
from bot.accounts.sessions import COOKIE
from bot.handover import phrases
from bot.words import staff_words
from tests.bot.accounts.conftest import quick as quick_passwords
from tests.bot.desk.door import HX, PASSWORD, WRONG, Door, alert, enter, fields

quick = quick_passwords
REPLY = "/desk/cases/1/reply"
STRANGE = {"origin": "https://evil.example"}


@pytest.fixture
def door(database: Engine, quick: None) -> Door:
    return Door(database)


@pytest.fixture
def browser(door: Door) -> TestClient:
    return door.browser()


def over(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a day passes."""
    later = sessions.now() + sessions.LASTS + timedelta(minutes=1)
    monkeypatch.setattr(sessions, "now", lambda: later)


def test_given_a_stranger_when_they_open_the_desk_and_sign_in_then_they_are_where_they_wanted_to_go(
    door: Door, browser: TestClient
) -> None:
    led = browser.get("/desk?tab=mine&q=b%C3%A8")
    page = browser.get(led.headers["location"]).text
    answer = browser.post("/login", data={**fields(page, "/login"), "login": "LAN ", "password": PASSWORD})
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk?tab=mine&q=b%C3%A8")
    assert browser.get("/desk").text == "list of Lan"


def test_given_the_page_when_it_is_read_then_each_box_has_a_label_and_the_browser_may_fill_them(
    browser: TestClient,
) -> None:
    answer = browser.get("/login")
    assert (answer.status_code, answer.headers["cache-control"], alert(answer.text)) == (200, "no-store", "")
    for part in ('<label for="login">', '<label for="password">', 'autocomplete="current-password"', 'lang="vi"'):
        assert part in answer.text
    assert "Sign in" in browser.get("/login?lang=en").text
    assert browser.get("/login?lang=fr").status_code == 200


@pytest.mark.parametrize(("lang", "word"), [("vi", "15 phút"), ("en", "15 minutes")])
def test_given_a_wrong_password_when_tried_then_what_to_do_is_said_and_the_rest_is_kept(
    browser: TestClient, lang: str, word: str
) -> None:
    answer = enter(browser, 'la"n', WRONG, next="/desk/cases/7", lang=lang)
    assert answer.status_code == 422 and word in alert(answer.text)
    again = fields(answer.text, "/login")
    assert (again["login"], again["next"], again["lang"], again["password"]) == ('la"n', "/desk/cases/7", lang, "")
    assert WRONG not in answer.text and COOKIE not in answer.cookies


def test_given_a_login_that_is_locked_and_one_that_is_not_there_when_tried_then_both_pages_are_the_same(
    browser: TestClient,
) -> None:
    for _ in range(MOST_MISSES):
        wrong = enter(browser, "lan", WRONG).text
    locked, nobody = enter(browser, "lan", PASSWORD), enter(browser, "nam", PASSWORD)
    assert (locked.status_code, nobody.status_code) == (422, 422)
    assert locked.text == wrong == nobody.text.replace('value="nam"', 'value="lan"')
    assert locked.headers == nobody.headers


@pytest.mark.parametrize("where", ["https://evil.example", "//evil.example", "/logout", "/desk/../x", ""])
def test_given_a_link_that_leads_elsewhere_when_signed_in_then_it_is_the_list(browser: TestClient, where: str) -> None:
    assert enter(browser, next=where).headers["location"] == "/desk"


def test_given_somebody_signed_in_when_they_open_the_door_then_they_go_on(browser: TestClient) -> None:
    enter(browser)
    assert browser.get("/login?next=/desk/me").headers["location"] == "/desk/me"


@pytest.mark.parametrize("address", ["/login", "/login/again", "/logout", "/desk/me", REPLY])
def test_given_another_site_when_it_sends_a_form_then_it_is_refused_and_shown_nowhere(
    browser: TestClient, address: str
) -> None:
    answer = browser.post(address, data={"login": "lan", "password": PASSWORD, "text": "evil"}, headers=STRANGE)
    assert (answer.status_code, answer.text, COOKIE in answer.cookies) == (403, "", False)


def test_given_somebody_signed_in_when_they_sign_out_then_this_browser_is_a_stranger_and_another_is_not(
    door: Door, browser: TestClient
) -> None:
    other = door.browser()
    enter(browser)
    enter(other)
    assert browser.post("/logout").headers["location"] == "/login"
    assert browser.get("/desk").status_code == 303
    assert other.get("/desk").status_code == 200


def test_given_a_script_when_the_session_is_over_then_a_login_in_another_tab_lets_it_go_on(
    door: Door, browser: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter(browser)
    with monkeypatch.context() as patched:
        over(patched)
        told = browser.post(REPLY, data={"text": "Chị mang theo nhé"}, headers=HX)
        assert (told.status_code, json.loads(told.headers["hx-trigger"])) == (401, {"signed-out": {}})
        assert browser.get("/login?next=/desk/me").status_code == 200
    assert enter(browser).status_code == 303
    assert browser.post(REPLY, data={"text": "Chị mang theo nhé"}, headers=HX).json()[1] == [
        "text",
        "Chị mang theo nhé",
    ]


def test_given_a_dialog_when_it_signs_in_by_script_then_parts_and_events_come_instead_of_pages(
    door: Door, browser: TestClient
) -> None:
    part = browser.get("/login", headers=HX).text
    assert part.lstrip().startswith("<form") and "</form>" in part and "<html" not in part
    refused = browser.post("/login", data={"login": "lan", "password": WRONG}, headers=HX)
    assert refused.status_code == 422 and refused.headers["content-type"].startswith("text/plain")
    done = browser.post("/login", data={"login": "lan", "password": PASSWORD}, headers=HX)
    told = {"signed-in": {"id": door.lan, "name": "Lan"}}
    assert (done.status_code, json.loads(done.headers["hx-trigger"])) == (204, told)
    assert browser.get("/desk").status_code == 200


def test_given_no_script_when_a_reply_comes_too_late_then_one_login_sends_it_as_it_was(
    browser: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "\nDạ <b>chị</b> mang\n\n  căn cước “gốc” & ảnh"
    enter(browser)
    with monkeypatch.context() as patched:
        over(patched)
        late = browser.post(
            REPLY, data={"text": text, "once": "x1", "mention": ["2", "3"], "lang": "zh", "_strange": "y"}
        )
    assert (late.status_code, late.headers["cache-control"]) == (401, "no-store")
    assert alert(late.text) == staff_words().say("login.too_late")
    assert "<b>chị" not in late.text and "Lan" not in late.text
    sent = {**fields(late.text, "/login/again"), "_login": "lan", "mention": ["2", "3"]}
    assert (sent["text"], sent["_then"]) == (text, REPLY)
    wrong = browser.post("/login/again", data={**sent, "_password": WRONG})
    assert (wrong.status_code, fields(wrong.text, "/login/again")["text"]) == (422, text)
    on = browser.post("/login/again", data={**sent, "_password": PASSWORD})
    assert (on.status_code, on.headers["location"]) == (307, REPLY)
    done = browser.post("/login/again", data={**sent, "_password": PASSWORD}, follow_redirects=True).json()
    assert done[0] == "Lan"
    for one in (["text", text], ["once", "x1"], ["lang", "zh"], ["mention", "2"], ["mention", "3"]):
        assert one in done


def test_given_a_file_with_a_late_reply_when_the_page_comes_then_it_says_that_the_file_is_to_be_sent_again(
    browser: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter(browser)
    over(monkeypatch)
    file = {"file": ("mau.pdf", b"%PDF" + b"x" * 200_000, "application/pdf")}
    late = browser.post(REPLY, data={"text": "mẫu đây ạ"}, files=file)
    assert late.status_code == 401
    assert fields(late.text, "/login/again")["text"] == "mẫu đây ạ"
    assert staff_words().say("login.kept_file", "vi") in late.text
    wrong = browser.post("/login/again", data={**fields(late.text, "/login/again"), "_password": WRONG})
    assert staff_words().say("login.kept_file", "vi") in wrong.text


def test_given_a_stranger_when_they_send_much_then_it_is_not_read(browser: TestClient) -> None:
    assert browser.post(REPLY, data={"text": "x" * 70_000}).status_code == 413


def test_given_a_late_change_of_a_password_when_the_page_comes_then_no_password_lies_in_it(
    browser: TestClient,
) -> None:
    secrets = {"current": PASSWORD, "new": "núi Mắt Thần xanh", "again": "núi Mắt Thần xanh"}
    late = browser.post("/desk/me/password", data=secrets)
    assert late.status_code == 401
    assert not any(secret in late.text for secret in secrets.values())


@pytest.mark.parametrize("then", ["https://evil.example/desk/x", "//evil.example", "/login", "/desk/../x", "", "/desk"])
def test_given_a_kept_form_that_names_another_place_when_signed_in_then_nothing_is_sent_there(
    browser: TestClient, then: str
) -> None:
    answer = browser.post("/login/again", data={"_login": "lan", "_password": PASSWORD, "_then": then, "text": "x"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk")


def test_given_tries_when_they_are_logged_then_neither_logins_nor_passwords_are(browser: TestClient) -> None:
    with structlog.testing.capture_logs() as events:
        enter(browser, PASSWORD, WRONG)
        enter(browser)
    assert [event["event"] for event in events] == ["sign_in_refused", "signed_in"]
    assert not any(secret in str(events) for secret in (PASSWORD, WRONG, "lan"))


def test_given_somebody_who_left_when_they_sign_in_then_it_is_as_with_a_wrong_password(
    door: Door, browser: TestClient
) -> None:
    with door.database.begin() as connection:
        people.end(connection, door.lan)
    assert enter(browser).status_code == 422


def test_given_all_troubles_of_passwords_when_told_then_each_has_words_in_both_languages() -> None:
    for language in people.LOCALES:
        for key in ("short", "long", "login", "common"):
            assert passwords.told(f"password.{key}", language)


@pytest.mark.parametrize("language", people.LOCALES)
def test_given_the_line_that_links_a_chat_when_it_is_sent_then_the_bot_hears_it(language: str) -> None:
    line = staff_words().say("me.code", language, code="123456")
    assert line.endswith(" 123456") and phrases.said(line.removesuffix(" 123456"), "duty.code")
