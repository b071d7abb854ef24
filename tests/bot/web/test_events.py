"""The stream: what is new, once, in order, and from where a browser left off."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse
from typing import Any
from urllib.parse import urlencode

import pytest

from bot.app import build
from bot.conversation import Inbound
from bot.post.inbox import Inbox
from bot.post.wake import Wake, rung
from bot.settings import Settings
from bot.web import chat as chat_module
from bot.web import pages
from bot.web.chat import CHANNEL, Chat
from bot.words import words
from procedures.database import connect
from tests.bot.web.conftest import lines, serving
from tests.doubles import EchoResponder


class Visitor:
    """A browser with a session, which opens streams and sends messages."""

    def __init__(self, address: str) -> None:
        self.host = address.removeprefix("http://")
        self.cookie = ""
        self.cookie = str(self.request("GET", "/").headers["set-cookie"]).partition(";")[0]

    def request(self, method: str, path: str, body: str | None = None, **headers: str) -> HTTPResponse:
        connection = HTTPConnection(self.host, timeout=10)
        form = {"content-type": "application/x-www-form-urlencoded"}
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body, {"cookie": self.cookie, **form, **named})
        return connection.getresponse()

    def say(self, text: str) -> None:
        assert self.request("POST", "/messages", urlencode({"text": text})).status == 303

    def events(self, path: str = "/events", **headers: str) -> Iterator[dict[str, str]]:
        """Events as they come, without the first one, which only says when to come back."""
        response, event = self.request("GET", path, **headers), {}
        assert (response.status, response.headers.get("content-encoding")) == (200, None)
        for line in response:
            name, _, value = line.decode().rstrip("\n").partition(": ")
            if name:
                event[name] = event[name] + "\n" + value if name in event else value
            elif event:
                yield event
                event = {}

    def hear(self, count: int, path: str = "/events", **headers: str) -> list[tuple[str, str]]:
        """Id and text of so many lines."""
        found: list[tuple[str, str]] = []
        for event in self.events(path, **headers):
            found += [(event["id"], lines(event["data"])[0])] if event.get("event") == "line" else []
            if len(found) == count:
                break
        return found


@pytest.fixture
def visitor(settings: Settings, engine: EchoResponder) -> Iterator[Visitor]:
    with serving(build(settings, engine)) as address:
        yield Visitor(address)
        engine.gate.set()
        engine.may_load.set()


FIRST = [("1", "Anh/chị: khai sinh"), ("2", "Một Cửa: Nghe rõ: khai sinh")]


def test_given_an_open_page_when_the_first_question_is_asked_then_its_lines_come(visitor: Visitor) -> None:
    stream = visitor.events()
    next(stream)
    visitor.say("khai sinh")
    found = (event for event in stream if event.get("event") == "line")
    assert [(event["id"], lines(event["data"])[0]) for event in (next(found), next(found))] == FIRST


def test_given_an_open_page_when_the_answer_comes_at_once_then_both_lines_come_with_one_look(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.web.chat._MOMENT", 60.0)
    visitor.say("khai sinh")
    assert visitor.hear(2) == FIRST
    stream = visitor.events("/events?after=2")
    # The page is known to be open once its first look has come.
    assert next(event["data"] for event in stream if event.get("event") == "status") == ""
    visitor.say("khai tử")
    assert [next(stream).get("event") for _ in range(2)] == ["line", "line"]


def test_given_an_open_page_when_the_answer_takes_long_then_its_own_line_comes_and_that_one_is_under_way(
    visitor: Visitor, engine: EchoResponder
) -> None:
    visitor.say("khai sinh")
    assert visitor.hear(2) == FIRST
    engine.gate.clear()
    stream = visitor.events("/events?after=2")
    assert next(event["data"] for event in stream if event.get("event") == "status") == ""
    visitor.say("khai tử")
    line, status = next(stream), next(stream)
    assert lines(line["data"])[0] == "Anh/chị: khai tử"
    assert words().say("chat.typing") in status["data"]


def test_given_a_line_that_the_page_has_when_it_connects_then_later_ones_come(visitor: Visitor) -> None:
    visitor.say("khai sinh")
    assert visitor.hear(2) == FIRST
    assert visitor.hear(1, "/events?after=1") == FIRST[1:]


def test_given_a_lost_connection_when_the_browser_comes_back_then_it_gets_what_it_missed(visitor: Visitor) -> None:
    visitor.say("khai sinh")
    assert visitor.hear(2, "/events?after=0") == FIRST
    visitor.say("khai tử")
    # The address is still that of the first connect; the header knows better.
    missed = visitor.hear(2, "/events?after=0", last_event_id="2")
    assert missed == [("3", "Anh/chị: khai tử"), ("4", "Một Cửa: Nghe rõ: khai tử")]


@pytest.mark.parametrize("after", ["-1", "abc", "9" * 40, "1;DROP", "٣"])
def test_given_a_strange_last_id_when_the_browser_connects_then_it_gets_everything(
    visitor: Visitor, after: str
) -> None:
    visitor.say("khai sinh")
    assert visitor.hear(2, "/events?" + urlencode({"after": after})) == FIRST


def test_given_an_answer_under_way_when_the_page_listens_then_it_says_so_until_it_is_there(
    visitor: Visitor, engine: EchoResponder
) -> None:
    engine.gate.clear()
    visitor.say("khai sinh")
    stream = visitor.events("/events?after=1")
    typing = next(event["data"] for event in stream if event.get("event") == "status")
    assert words().say("chat.typing") in typing
    engine.gate.set()
    then = [next(stream), next(stream)]
    assert [event["event"] for event in then] == ["line", "status"]
    assert then[1]["data"] == ""


@pytest.mark.parametrize("engine", [EchoResponder(starting=True)])
def test_given_an_engine_that_starts_when_it_is_ready_then_the_notice_goes_and_answers_come(
    visitor: Visitor, engine: EchoResponder
) -> None:
    visitor.say("khai sinh")
    stream = visitor.events("/events?after=1")
    assert words().say("chat.starting") in next(event["data"] for event in stream if event.get("event") == "status")
    engine.may_load.set()
    heard = next(event["data"] for event in stream if event.get("event") == "line")
    assert lines(heard) == [FIRST[1][1]]


def test_given_another_window_when_something_is_sent_there_then_this_one_shows_it(visitor: Visitor) -> None:
    visitor.say("khai sinh")
    assert visitor.hear(2) == FIRST
    stream = visitor.events("/events?after=2")
    next(stream)
    visitor.say("khai tử")
    assert lines(next(event["data"] for event in stream if event.get("event") == "line")) == ["Anh/chị: khai tử"]


def test_given_no_session_when_a_stream_is_opened_then_the_browser_is_told_to_stop(visitor: Visitor) -> None:
    visitor.cookie = ""
    assert visitor.request("GET", "/events").status == 204


def test_given_a_quiet_stream_when_time_passes_then_comments_keep_it_open(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "PING", 0.1)
    response = visitor.request("GET", "/events")
    assert b"".join(response.readline() for _ in range(12)).count(b"\n: \n") >= 2


def test_given_an_open_stream_when_the_server_is_told_to_end_then_it_ends_soon(
    settings: Settings, capfd: pytest.CaptureFixture[str]
) -> None:
    with serving(build(settings, EchoResponder())) as address:
        stream = Visitor(address).events()
        next(stream)
        started = time.monotonic()
    assert list(stream)[-1:] in ([], [{"event": "status", "data": ""}])
    assert time.monotonic() - started < 4
    assert "ERROR" not in capfd.readouterr().err


def test_given_another_process_when_it_stores_a_line_without_a_hint_then_it_is_found(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chat_module, "LOOK_EVERY", 0.05)
    database = connect(settings.database_url)
    elsewhere = Inbox(database, Wake())
    chat = Chat(database, elsewhere, Wake(), lambda: "ready")

    async def first_line() -> Any:
        async for view in chat.follow("somebody", 0):
            if view.lines:
                return view.lines[0].text
            elsewhere.receive(Inbound(CHANNEL, "somebody", "1", "khai sinh"))
        return None

    assert asyncio.run(asyncio.wait_for(first_line(), 5)) == "khai sinh"


def test_given_a_ring_when_the_waiter_is_cancelled_at_the_same_moment_then_it_ends() -> None:
    async def cancelled() -> bool:
        event = asyncio.Event()
        waiter = asyncio.ensure_future(rung(event, 5))
        await asyncio.sleep(0.01)
        event.set()
        waiter.cancel()
        await asyncio.wait((waiter,))
        return waiter.cancelled()

    assert asyncio.run(cancelled())
