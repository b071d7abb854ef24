"""The stream of an open page: what has changed, at once, and nothing to whoever is signed out."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.engine import Engine
from starlette.responses import Response

from bot.accounts.sessions import COOKIE, Sessions
from bot.app import build
from bot.desk import events as stream
from bot.settings import Settings
from bot.store.desk_tables import staff
from procedures.database import connect
from tests.bot.handover import kit
from tests.bot.web.conftest import serving
from tests.doubles import EchoResponder

Event = dict[str, str]


class Looker:
    """An officer's page, as far as its stream goes."""

    def __init__(self, address: str, settings: Settings) -> None:
        self.host, self.settings = address.removeprefix("http://"), settings
        response = Response()
        Sessions(settings).give(response, 1, 0)
        self.cookie = f"{COOKIE}=" + response.headers["set-cookie"].split("=", 1)[1].split(";")[0]

    def request(self, method: str, path: str, **headers: str) -> Any:
        connection = HTTPConnection(self.host, timeout=10)
        connection.request(method, path, "", {"cookie": self.cookie, "hx-request": "true", **headers})
        return connection.getresponse()

    def events(self, query: str) -> Iterator[Event]:
        """What is streamed, until it ends."""
        response, event = self.request("GET", f"/desk/events?{query}"), {}
        assert response.status == 200
        for line in response:
            name, _, value = line.decode().rstrip("\n").partition(": ")
            if name:
                event[name] = event[name] + "\n" + value if name in event else value
            elif event:
                if "event" in event:
                    yield event
                event = {}


@pytest.fixture
def database(tmp_path: Path, empty_database: Path) -> Engine:
    shutil.copy(empty_database, tmp_path / "t.db")
    engine = connect(f"sqlite:///{tmp_path}/t.db")
    with engine.begin() as connection:
        kit.person(connection, "lan")
    return engine


@pytest.fixture
def looker(tmp_path: Path, database: Engine) -> Iterator[Looker]:
    settings = Settings(f"sqlite:///{tmp_path}/t.db", "127.0.0.1", 8000, "http://127.0.0.1:8000", "secret")
    with serving(build(settings, EchoResponder())) as address:
        yield Looker(address, settings)


def until(events: Iterator[Event], name: str, part: str) -> Event:
    """The next event of a name with these words."""
    return next(event for event in events if event["event"] == name and part in event["data"])


def test_given_an_open_list_when_somebody_takes_a_case_then_it_leaves_the_list(
    looker: Looker, database: Engine
) -> None:
    with database.begin() as connection:
        case = kit.case(connection)
    events = looker.events("tab=waiting")
    assert f'id="row{case}"' in next(events)["data"]
    assert looker.request("POST", f"/desk/cases/{case}/claim").status == 200
    assert f'id="row{case}"' not in until(events, "list", "Không có ai đang chờ")["data"]


def test_given_an_open_case_when_it_is_answered_then_line_and_state_come(looker: Looker, database: Engine) -> None:
    with database.begin() as connection:
        case = kit.case(connection)
    events = looker.events(f"tab=all&case={case}&after=0")
    until(events, "state", 'data-can="claim"')
    looker.request("POST", f"/desk/cases/{case}/claim")
    assert 'id="e1"' in until(events, "line", "nhận việc")["data"]
    until(events, "state", 'data-can="reply"')


def test_given_a_line_that_the_page_has_when_it_comes_back_then_later_ones_come_alone(
    looker: Looker, database: Engine
) -> None:
    with database.begin() as connection:
        case = kit.case(connection)
        first, second = (kit.line(connection, case, text) for text in ("dòng đầu", "dòng sau"))
    events = looker.events(f"case={case}&after={first}")
    found = [next(event for event in events if event["event"] == "line") for _ in range(2)]
    # The first is young: what the page shows of it may be no longer true, so it is shown again in its place.
    assert [f'id="m{first}"' in found[0]["data"], f'id="m{second}"' in found[1]["data"]] == [True, True]
    assert found[1]["id"] == str(second)


def test_given_a_session_that_ends_when_the_stream_looks_again_then_it_ends(
    looker: Looker, database: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "LOOK_EVERY", 0.1)
    events = looker.events("tab=waiting")
    next(events)
    with database.begin() as connection:
        connection.execute(update(staff).values(epoch=1))
        kit.case(connection)
    assert looker.request("GET", "/desk/signed-in").status == 401
    assert [event for event in events if event["event"] == "list"] == []


def test_given_a_case_that_somebody_may_not_see_when_its_stream_is_opened_then_there_is_none(
    looker: Looker, database: Engine
) -> None:
    with database.begin() as connection:
        connection.execute(update(staff).values(office_id=kit.office(connection)))
        case = kit.case(connection)
    assert looker.request("GET", f"/desk/events?case={case}").status == 404
