"""The door of the desk and somebody's own page, without the rest of the service."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import httpx
from sqlalchemy import select, update
from sqlalchemy.engine import Engine
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.testclient import TestClient

from bot.access import Access, Route, guarded
from bot.accounts import passwords
from bot.accounts.gate import Gate
from bot.accounts.province import Province
from bot.desk.entering import Entering
from bot.desk.frame import Frame
from bot.desk.links_page import LinkPages
from bot.desk.login import Login, Me
from bot.desk.province_pages import ProvincePages
from bot.desk.second_factor import SecondFactor
from bot.post.wake import Wake
from bot.settings import Settings
from bot.store.desk_tables import staff
from bot.web.answered import Answered
from tests.bot.handover import kit

PASSWORD, WRONG = "sông Bằng chảy qua", "sông Bằng chảy lại"
HX = {"hx-request": "true"}


class Door:
    """An application with Lan, and an action that tells what it was sent."""

    def __init__(self, database: Engine, transport: httpx.BaseTransport | None = None, **settings: Any) -> None:
        told = Settings("", "127.0.0.1", 8000, "http://testserver", "a secret of the tests", **settings)
        self.database, self.settings = database, told
        self.gate = Gate(told, database)
        frame = Frame(told, database, Wake(), {}, self.gate)
        self.frame = frame
        entering = Entering(told, database, self.gate, frame.render)
        self.province = ProvincePages(told, database, entering, Province(told, transport))
        rooms = (
            *(frame, entering, Login(told, database, self.gate, frame.render, entering)),
            *(Me(told, database, self.gate, frame.render), LinkPages(database, entering)),
            *(SecondFactor(frame, database, entering), self.province),
        )
        routes = [route for room in rooms for route in room.routes()]
        routes += [
            Route("/desk", self.list, access=Access.PUBLIC),
            Route("/desk/cases/1/reply", self.reply, access=Access.PUBLIC, methods=["POST"]),
        ]
        self.app = guarded(Starlette(routes=routes, exception_handlers={HTTPException: _told}), self.gate)
        with database.begin() as connection:
            self.lan = kit.person(connection, "lan", password=passwords.hashed(PASSWORD))

    def browser(self, **options: Any) -> TestClient:
        return TestClient(self.app, **{"follow_redirects": False, **options})

    def row(self) -> Any:
        with self.database.connect() as connection:
            return connection.execute(select(staff).where(staff.c.id == self.lan)).one()

    def change(self, **values: Any) -> None:
        with self.database.begin() as connection:
            connection.execute(update(staff).where(staff.c.id == self.lan).values(**values))

    async def list(self, request: Request) -> Response:
        return PlainTextResponse(f"list of {(await self.gate.person(request)).name}")

    async def reply(self, request: Request) -> Response:
        person = await self.frame.person(request)
        form = await self.frame.form(request, files=1)
        return JSONResponse([person.name, *[value for value in form.multi_items() if isinstance(value[1], str)]])


async def _told(_: Request, error: Exception) -> Response:
    if isinstance(error, Answered):
        return error.response
    assert isinstance(error, HTTPException)
    return PlainTextResponse("", error.status_code)


def enter(browser: TestClient, login: str = "lan", password: str = PASSWORD, **fields: str) -> Any:
    """Fills in the form of the door."""
    return browser.post("/login", data={"login": login, "password": password, **fields})


def alert(html: str) -> str:
    """What a page says is wrong; empty where nothing is."""
    found = re.search(r'<p role="alert"[^>]*>(.*?)</p>', html, re.DOTALL)
    return unescape(found[1]) if found else ""


def fields(html: str, action: str) -> dict[str, str]:
    """What a browser would send of a form: hidden fields, boxes and texts."""
    found = re.search(rf'<form[^>]*action="{re.escape(action)}".*?</form>', html, re.DOTALL)
    assert found
    sent = {}
    for tag in re.findall(r"<input[^>]*>", found[0]):
        about = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if about.get("type") != "checkbox":
            sent[unescape(about["name"])] = unescape(about.get("value", ""))
    for name, text in re.findall(r'<textarea[^>]*name="(\w+)"[^>]*>\n?(.*?)</textarea>', found[0], re.DOTALL):
        sent[name] = unescape(text)
    return sent
