"""Too much of something: told in plain words, in the reader's language, with nothing lost."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import func, select
from starlette.testclient import TestClient

from bot.store.tables import conversation
from bot.web import limits
from bot.web.keys import Keys
from bot.web.limits import Rate
from bot.words import words
from procedures.database import connect
from tests.bot.web.conftest import answered, box, lines, say, trouble

HX = {"hx-request": "true"}


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Small numbers, before the service is built."""
    told = {"PERSON": Rate(2, 0.1), "NEW": Rate(3, 0.1), "KEY": Rate(4, 0.1), "STRANGERS": Rate(2, 0.1)}
    told |= {"LOGINS": Rate(2, 0.1), "ADDRESS": Rate(getattr(request, "param", 1000), 0.1)}
    for name, rate in {**told, "STREAMS": 0}.items():
        monkeypatch.setattr(limits, name, rate)


def test_given_somebody_who_sends_fast_when_it_is_too_much_then_the_words_stay_in_the_box(browser: TestClient) -> None:
    for text in ("một", "hai", "ba"):
        say(browser, text)
    answered(browser, 6)
    refused = browser.post("/messages", data={"text": "bốn"})
    told = words().say("chat.too_fast", "vi", seconds=refused.headers["retry-after"])
    assert (refused.status_code, box(refused.text), trouble(refused.text)) == (429, "bốn", told)
    by_script = browser.post("/messages", data={"text": "bốn"}, headers=HX)
    assert by_script.status_code == 429 and by_script.headers["content-type"].startswith("text/plain")
    assert int(by_script.headers["retry-after"]) > 0 and "bốn" not in str(lines(browser.get("/").text))


def test_given_conversations_without_end_from_one_address_when_they_begin_then_few_are_kept(
    browser: TestClient, settings: object
) -> None:
    statuses = []
    for number in range(12):
        # A page that was opened has a session, which costs us nothing before something is said in it.
        browser.cookies.clear()
        browser.get("/")
        chinese = {"accept-language": "zh-CN,zh;q=0.9,en;q=0.8", **HX}
        sent = browser.post("/messages", data={"text": str(number)}, headers=chinese)
        statuses.append(sent.status_code)
    assert statuses.count(429) == 9
    assert sent.text == words().say("chat.too_many", "zh", seconds=sent.headers["retry-after"])
    with connect(settings.database_url).connect() as connection:  # type: ignore[attr-defined]
        assert connection.execute(select(func.count()).select_from(conversation)).scalar() == 3


@pytest.mark.parametrize("few", [6], indirect=True)
def test_given_an_address_that_asks_without_end_when_it_is_too_much_then_it_waits_and_others_do_not(
    browser: TestClient,
) -> None:
    answers = [browser.get("/", headers={"accept-language": "en"}) for _ in range(8)]
    refused = answers[-1]
    assert refused.status_code == 429 and int(refused.headers["retry-after"]) > 0
    assert words().say("page.429.what", "en") in refused.text and '<html lang="en">' in refused.text
    assert "default-src 'none'" in refused.headers["content-security-policy"]
    # Those who watch, providers, and files of the page are not counted.
    assert browser.get("/health/live").status_code == 200
    assert browser.post("/webhooks/telegram", content=b"{}").status_code == 404
    static = re.findall(r'"(/static/[^"]+)"', answers[0].text)[0]
    assert browser.get(static).status_code == 200
    other = TestClient(browser.app, client=("203.0.113.9", 1))
    assert other.get("/").status_code == 200


def test_given_passwords_that_are_tried_when_they_are_many_then_the_address_waits(browser: TestClient) -> None:
    tried = [browser.post("/login", data={"login": str(n), "password": "x"}).status_code for n in range(3)]
    assert tried == [422, 422, 429]
    assert browser.get("/login").status_code == 200


def test_given_a_program_when_it_asks_without_end_then_it_is_told_in_its_own_way(
    browser: TestClient, settings: object
) -> None:
    secret = Keys(connect(settings.database_url)).add("a")[1]  # type: ignore[attr-defined]
    good, bad = ({"authorization": f"Bearer {told}"} for told in (secret, "motcua_no"))
    asked = "/api/v1/conversations/a/messages"
    statuses = [browser.get(asked, headers=bad).status_code for _ in range(4)]
    assert statuses == [401, 401, 429, 429]
    answers = [browser.get(asked, headers=good) for _ in range(6)]
    assert [one.status_code for one in answers] == [200, 200, 200, 200, 429, 429]
    assert answers[-1].json()["code"] == "too_many" and int(answers[-1].headers["retry-after"]) > 0


def test_given_streams_without_end_when_an_address_opens_them_then_there_is_an_end(browser: TestClient) -> None:
    refused = [browser.get(path, headers=HX) for path in ("/events", "/embed/events")]
    assert [one.status_code for one in refused] == [429, 429] and refused[0].headers["retry-after"] == "30"
