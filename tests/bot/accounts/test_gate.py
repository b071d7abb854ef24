"""Sessions, and who may pass the gate."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import select, update
from sqlalchemy.engine import Engine
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.testclient import TestClient

from bot.access import Access, Route, guarded
from bot.accounts import people, sessions
from bot.accounts.gate import HOME, Gate, safe_next
from bot.accounts.people import Role
from bot.accounts.sessions import COOKIE, Sessions
from bot.post.clock import ago
from bot.settings import Settings
from bot.store.desk_tables import staff
from bot.web.answered import Answered
from procedures.validity import utc
from tests.bot.handover import kit

SETTINGS = Settings("", "127.0.0.1", 8000, "http://testserver", "a secret of the tests")


class Door:
    """A page, an action, a stream and a room for leads behind a gate."""

    def __init__(self, database: Engine, settings: Settings = SETTINGS) -> None:
        self.gate = Gate(settings, database)
        routes = [
            Route("/desk/cases/{case:int}", self.page, access=Access.PUBLIC, methods=["GET", "POST"]),
            Route("/desk/numbers", self.leads, access=Access.PUBLIC),
            Route("/in/{id:int}/{epoch:int}", self.let_in, access=Access.PUBLIC),
        ]
        self.app = guarded(Starlette(routes=routes, exception_handlers={HTTPException: _told}), self.gate)

    async def page(self, request: Request) -> Response:
        return PlainTextResponse((await self.gate.person(request)).name)

    async def leads(self, request: Request) -> Response:
        self.gate.allow(await self.gate.person(request), Role.LEAD)
        return PlainTextResponse("figures")

    async def let_in(self, request: Request) -> Response:
        response = PlainTextResponse("in")
        self.gate.sessions.give(response, request.path_params["id"], request.path_params["epoch"])
        return response


async def _told(_: Request, error: Exception) -> Response:
    if isinstance(error, Answered):
        return error.response
    assert isinstance(error, HTTPException)
    return PlainTextResponse("", error.status_code)


@pytest.fixture
def lan(database: Engine) -> int:
    with database.begin() as connection:
        return kit.person(connection, "lan")


@pytest.fixture
def browser(database: Engine, lan: int) -> TestClient:
    """Signed in as Lan."""
    client = TestClient(Door(database).app, follow_redirects=False)
    client.get(f"/in/{lan}/0")
    return client


def change(database: Engine, **values: Any) -> None:
    with database.begin() as connection:
        connection.execute(update(staff).values(**values))


def later(monkeypatch: pytest.MonkeyPatch, by: timedelta) -> None:
    moved = sessions.now() + by
    monkeypatch.setattr(sessions, "now", lambda: moved)


def test_given_somebody_signed_in_when_a_page_is_asked_for_then_it_is_them_and_they_were_seen(
    browser: TestClient, database: Engine
) -> None:
    change(database, seen_at=ago(400))
    assert browser.get("/desk/cases/1").text == "Lan"
    with database.connect() as connection:
        assert utc(connection.execute(select(staff.c.seen_at)).scalar()) > ago(10)


def test_given_a_stranger_when_a_page_is_asked_for_then_the_login_knows_where_they_wanted_to_go(
    database: Engine,
) -> None:
    client = TestClient(Door(database).app, follow_redirects=False)
    answer = client.get("/desk/cases/7?tab=mine&q=b%C3%A8")
    assert answer.status_code == 303
    told = answer.headers["location"].partition("?next=")[2]
    assert told == "/desk/cases/7%3Ftab%3Dmine%26q%3Db%25C3%25A8"


@pytest.mark.parametrize(
    ("method", "headers"),
    [
        ("GET", {"hx-request": "true"}),
        ("GET", {"accept": "text/event-stream"}),
        ("GET", {"accept": "application/json"}),
        ("POST", {"hx-request": "true"}),
        ("POST", {}),
    ],
)
def test_given_a_session_that_is_over_when_what_keeps_its_page_asks_then_it_is_told_and_not_led_away(
    database: Engine, method: str, headers: dict[str, str]
) -> None:
    answer = TestClient(Door(database).app).request(method, "/desk/cases/1", headers=headers)
    assert answer.status_code == 401
    assert json.loads(answer.headers["hx-trigger"]) == {"signed-out": {}}
    assert answer.headers["cache-control"] == "no-store"
    assert len(answer.text) > 40


def test_given_half_a_day_when_it_is_over_then_they_sign_in_again_in_their_language(
    browser: TestClient, database: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(database, locale="en")
    later(monkeypatch, timedelta(hours=11, minutes=59))
    assert browser.get("/desk/cases/1").text == "Lan"
    later(monkeypatch, timedelta(minutes=2))
    answer = browser.post("/desk/cases/1", headers={"hx-request": "true"})
    assert answer.status_code == 401 and "sign in" in answer.text


@pytest.mark.parametrize("moved", ["password", "sign_out", "end"])
def test_given_a_session_when_its_account_moves_on_then_it_no_longer_counts(
    browser: TestClient, database: Engine, lan: int, moved: str
) -> None:
    acts = {
        "password": lambda connection: people.set_password(connection, lan, "sông Bằng chảy qua"),
        "sign_out": lambda connection: people.sign_out(connection, lan),
        "end": lambda connection: people.end(connection, lan),
    }
    with database.begin() as connection:
        acts[moved](connection)
    assert browser.get("/desk/cases/1").status_code == 303


def test_given_an_officer_when_a_room_of_leads_is_asked_for_then_it_is_shut_until_they_lead(
    browser: TestClient, database: Engine
) -> None:
    assert browser.get("/desk/numbers").status_code == 403
    change(database, role="lead")
    assert browser.get("/desk/numbers").text == "figures"


@pytest.mark.parametrize(
    "forged",
    [
        "",
        "x",
        URLSafeTimedSerializer("another secret", salt="staff session").dumps([1, 0, "x"]),
        URLSafeTimedSerializer(SETTINGS.secret_key, salt="web session").dumps([1, 0, "x"]),
        URLSafeTimedSerializer(SETTINGS.secret_key, salt="staff session").dumps({"staff": 1}),
        URLSafeTimedSerializer(SETTINGS.secret_key, salt="staff session").dumps([True, 0, "x"]),
        URLSafeTimedSerializer(SETTINGS.secret_key, salt="staff session").dumps(["1", 0, "x"]),
    ],
    # What is signed holds the time: the names of the cases must not.
    ids=("empty", "unsigned", "secret", "salt", "shape", "bool", "text"),
)
def test_given_a_cookie_that_is_not_ours_when_it_is_brought_then_it_is_a_stranger(
    database: Engine, lan: int, forged: str
) -> None:
    client = TestClient(Door(database).app, follow_redirects=False, cookies={COOKIE: forged})
    assert client.get("/desk/cases/1").status_code == 303


@pytest.mark.parametrize(("base", "secure"), [("https://motcua.vn", True), ("http://motcua.vn", False)])
def test_given_a_cookie_when_it_is_given_then_no_script_and_no_other_site_uses_it(
    database: Engine, base: str, secure: bool
) -> None:
    response = Response()
    Sessions(Settings("", "", 0, base, "x")).give(response, 1, 0)
    told = response.headers["set-cookie"].lower()
    assert "httponly" in told and "samesite=lax" in told and "path=/" in told
    assert ("secure" in told) is secure
    assert told.startswith("__host-motcua_staff=" if secure else "motcua_staff=") and "domain" not in told


def test_given_another_length_in_the_settings_when_it_is_over_then_they_sign_in_again(
    database: Engine, lan: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = replace(SETTINGS, session_hours=1)
    client = TestClient(Door(database, short).app, follow_redirects=False)
    client.get(f"/in/{lan}/0")
    later(monkeypatch, timedelta(minutes=59))
    assert client.get("/desk/cases/1").text == "Lan"
    later(monkeypatch, timedelta(minutes=2))
    assert client.get("/desk/cases/1").status_code == 303


def test_given_a_cookie_over_https_when_it_comes_without_its_prefix_then_it_is_a_stranger(lan: int) -> None:
    https = Sessions(replace(SETTINGS, base_url="https://motcua.test"))
    response = Response()
    https.give(response, lan, 0)
    signed = response.headers["set-cookie"].partition("=")[2].partition(";")[0]

    def brought(name: str) -> Request:
        return Request({"type": "http", "headers": [(b"cookie", f"{name}={signed}".encode())]})

    assert https.of(brought("__Host-motcua_staff")) is not None
    assert https.of(brought(COOKIE)) is None


@pytest.mark.parametrize(
    "address",
    ["/desk", "/desk/", "/desk/cases/7", "/desk?tab=mine&q=b%C3%A8&office=2", "/desk/guide/AB-12", "/admin/rules"],
)
def test_given_a_page_of_staff_when_it_is_to_follow_then_it_does(address: str) -> None:
    assert safe_next(address) == address


@pytest.mark.parametrize(
    "address",
    [
        "",
        "/",
        "//evil.example/desk",
        "https://evil.example/desk",
        "/\\evil.example",
        "/desk//evil.example",
        "/desk/../logout",
        "/desk/./x",
        "/desk\n",
        "/desk/%2e%2e/x",
        "/desk?x=\r\nSet-Cookie:a",
        "/deskx",
        "javascript:alert(1)",
        "/desk/" + "x" * 600,
    ],
)
def test_given_anything_else_when_it_is_to_follow_then_it_is_the_list(address: str) -> None:
    assert safe_next(address) == HOME


def test_given_another_site_when_it_sends_a_form_then_it_is_refused(tmp_path: Path, database: Engine) -> None:
    gate = Gate(SETTINGS, database)
    scope = {"type": "http", "method": "POST", "path": "/desk", "server": ("testserver", 80), "scheme": "http"}

    def sent(**headers: str) -> Request:
        raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
        return Request({**scope, "query_string": b"", "headers": [(b"host", b"testserver"), *raw]})

    gate.refuse_strangers(sent(origin="http://testserver"))
    gate.refuse_strangers(sent(sec_fetch_site="same-origin"))
    for strange in ({"origin": "https://evil.example"}, {"sec_fetch_site": "cross-site"}, {"origin": "null"}):
        with pytest.raises(HTTPException):
            gate.refuse_strangers(sent(**strange))
