"""What was said, behind a link: asked for in the chat, good for a week, and for nobody who makes one up."""

from __future__ import annotations

import re
import time

import pytest
from itsdangerous import TimestampSigner
from sqlalchemy import insert
from sqlalchemy.engine import Engine
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bot.handover.transcript import LASTS, NEWEST, Links, TranscriptPages
from bot.post.clock import now
from bot.settings import Settings
from bot.store import tables
from bot.turn import Turns
from bot.web import site
from bot.web.assets import Assets, renderer
from tests.bot.handover.citizen_kit import SECRET, SITE, Talk

WEB = site._HERE


@pytest.fixture
def talk(database: Engine) -> Talk:
    return Talk(database)


@pytest.fixture
def browser(database: Engine) -> TestClient:
    assets = Assets(WEB / "static")
    render = renderer(WEB / "templates", asset=assets.address)
    pages = TranscriptPages(Settings("", "", 0, SITE, SECRET), database, render)
    return TestClient(Starlette(routes=pages.routes()))


def link_in(told: str) -> str:
    found = re.search(rf"{SITE}(/t/[\w.-]+)", told)
    assert found
    return found[1]


@pytest.mark.parametrize("text", ["bản ghi", "cho em xin bản ghi ạ", "ban ghi", "transcript", "记录"])
def test_given_a_case_that_is_over_when_the_transcript_is_asked_for_then_its_link_opens_it(
    talk: Talk, browser: TestClient, text: str
) -> None:
    talk.say("con tôi <b>mới</b> sinh")
    case = talk.closed()
    line(talk, "Chị mang <giấy chứng sinh> nhé", author="staff", staff_id=talk.row(case).staff_id)
    talk.tell()
    page = browser.get(link_in(talk.say(text)))
    assert page.status_code == 200
    for shown in ("con tôi &lt;b&gt;mới&lt;/b&gt; sinh", "Lan:</strong>", "Chị mang &lt;giấy chứng sinh&gt; nhé"):
        assert shown in page.text
    assert talk.bot.heard == [("con tôi <b>mới</b> sinh", "")]
    assert page.headers["cache-control"] == "no-store"
    assert "noindex" in page.headers["x-robots-tag"]
    assert page.headers["referrer-policy"] == "no-referrer"


def test_given_a_button_when_pressed_by_its_citizen_then_the_link_comes_and_to_a_stranger_none(talk: Talk) -> None:
    case = talk.closed()
    talk.say("chào", who="b")
    pressed = f'/case{{"case": {case}, "do": "transcript"}}'
    assert link_in(talk.say(payload=pressed))
    assert "/t/" not in talk.say(payload=pressed, who="b")


def test_given_no_case_when_a_transcript_is_asked_for_then_the_bot_answers(talk: Talk) -> None:
    talk.say("bản ghi")
    assert talk.bot.heard == [("bản ghi", "")]


def test_given_no_site_when_a_transcript_is_asked_for_then_it_is_said_how_to_read(talk: Talk) -> None:
    talk.closed()
    talk.turns = Turns(talk.database, talk.bot, talk.turns._wake)
    assert "kéo lên" in talk.say("bản ghi")


def test_given_a_person_who_answers_when_the_button_is_pressed_then_the_link_still_comes(talk: Talk) -> None:
    case = talk.closed()
    talk.case(staff_id=talk.person("ba"))
    assert link_in(talk.say(payload=f'/case{{"case": {case}, "do": "transcript"}}'))


def test_given_lines_after_the_link_was_made_when_opened_then_they_are_not_there(
    talk: Talk, browser: TestClient
) -> None:
    talk.closed()
    link = link_in(talk.say("bản ghi"))
    talk.say("chuyện riêng về sau")
    assert "chuyện riêng về sau" not in browser.get(link).text


def test_given_another_conversation_when_a_transcript_is_opened_then_nothing_of_it_is_there(
    talk: Talk, browser: TestClient
) -> None:
    talk.say("chuyện của người khác", who="b")
    talk.closed()
    talk.say("chuyện của người khác nữa", who="b")
    assert "chuyện của người khác" not in browser.get(link_in(talk.say("bản ghi"))).text


def test_given_a_link_when_a_week_is_over_then_it_is_told_and_nothing_shown(
    talk: Talk, browser: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk.say("chuyện riêng")
    talk.closed()
    with monkeypatch.context() as patch:
        patch.setattr(TimestampSigner, "get_timestamp", lambda _: int(time.time()) - LASTS - 5)
        link = link_in(talk.say("bản ghi"))
    page = browser.get(link)
    assert page.status_code == 410
    assert "hết hạn" in page.text
    assert "chuyện riêng" not in page.text


@pytest.mark.parametrize("change", ["cut", "swap", "other", "empty", "salt"])
def test_given_a_link_that_was_made_up_when_opened_then_there_is_no_such_page(
    talk: Talk, browser: TestClient, change: str
) -> None:
    talk.closed()
    link = link_in(talk.say("bản ghi"))
    with talk.database.connect() as connection:
        other = Links(SITE, "another secret").to(connection, 1).removeprefix(SITE)
    forged = {"cut": link[:-2], "swap": link[:3] + "WzIsOV0" + link[10:], "other": other, "empty": "/t/x"}
    forged["salt"] = "/t/" + str(Links(SITE, SECRET)._signer.dumps([1, 9], salt="web session"))  # type: ignore[union-attr]
    assert browser.get(forged[change]).status_code == 404


def test_given_a_line_that_was_taken_back_or_corrected_when_shown_then_it_says_so(
    talk: Talk, browser: TestClient
) -> None:
    case = talk.closed()
    staff_id = talk.row(case).staff_id
    line(talk, "lời thu hồi", author="staff", staff_id=staff_id, recalled_at=now(), edited_at=now())
    line(talk, "lời đã sửa", author="staff", staff_id=staff_id, edited_at=now())
    line(talk, "", author="citizen")
    page = browser.get(link_in(talk.say("bản ghi"))).text
    assert "lời thu hồi" not in page
    assert page.count("(tin đã thu hồi)") == page.count("· đã sửa") == page.count("tin không có chữ") == 1


def test_given_a_long_talk_when_opened_then_the_newest_lines_are_shown_and_it_is_said(
    talk: Talk, browser: TestClient
) -> None:
    talk.closed()
    for number in range(NEWEST + 1):
        line(talk, f"tin số {number}.", author="citizen")
    page = browser.get(link_in(talk.say("bản ghi"))).text
    assert "tin số 1." not in page
    assert f"tin số {NEWEST}." in page
    assert "Các tin cũ hơn" in page


@pytest.mark.parametrize(("language", "title"), [("en", "Your talk with"), ("zh", "的谈话内容")])
def test_given_another_language_when_opened_then_the_page_is_in_it(
    talk: Talk, browser: TestClient, language: str, title: str
) -> None:
    talk.closed()
    talk.remember(language=language)
    page = browser.get(link_in(talk.say("transcript"))).text
    assert title in page
    assert f'<html lang="{language}">' in page


def line(talk: Talk, text: str, author: str, **values: object) -> None:
    """A line of the citizen's conversation, in the transcript alone."""
    mine = {"conversation_id": talk.whose().id, "author": author, "text": text, "created_at": now(), **values}
    with talk.database.begin() as connection:
        connection.execute(insert(tables.message).values(**mine))
