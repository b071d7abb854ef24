"""A route says who may use it, and sees to it; an application with one that does not say it does not start."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount
from starlette.routing import Route as Plain
from starlette.testclient import TestClient

from bot.access import Access, Route, Undeclared, guarded
from bot.accounts.people import Role

EVIL = {"origin": "https://evil.example"}


async def here(_: Request) -> Response:
    return PlainTextResponse("here")


class Nobody:
    """A guard who lets nobody in, and counts."""

    def __init__(self) -> None:
        self.asked: list[object] = []

    def refuse_strangers(self, request: Request) -> None:
        self.asked.append("origin")
        if request.headers.get("origin") == EVIL["origin"]:
            raise HTTPException(403)

    async def admit(self, request: Request, role: Role) -> None:
        self.asked.append(role)
        raise HTTPException(401)


@pytest.mark.parametrize(
    "routes",
    [
        [Plain("/x", here)],
        [Route("/a", here, access=Access.PUBLIC), Mount("/api", routes=[Plain("/x", here)])],
        [Mount("/api", app=Starlette(routes=[Plain("/x", here)]))],
        [Mount("/files", app=here)],
    ],
)
def test_given_a_route_that_does_not_say_who_may_use_it_when_it_starts_then_it_does_not_and_names_it(
    routes: list[Plain],
) -> None:
    with pytest.raises(Undeclared, match=r"/x|/files"):
        guarded(Starlette(routes=routes), Nobody())


def test_given_a_route_without_a_role_when_written_then_python_itself_refuses_it() -> None:
    with pytest.raises(TypeError, match="access"):
        Route("/x", here)  # type: ignore[call-arg]


def test_given_a_route_of_staff_when_nobody_guards_it_then_it_is_shut() -> None:
    client = TestClient(Starlette(routes=[Route("/desk", here, access=Role.OFFICER)]))
    with pytest.raises(Undeclared):
        client.get("/desk")


@pytest.mark.parametrize(
    ("access", "method", "asked", "status"),
    [
        (Role.LEAD, "GET", [Role.LEAD], 401),
        (Role.LEAD, "POST", ["origin", Role.LEAD], 401),
        (Role.LEAD, "PUT", [], 405),
        (Access.CITIZEN, "GET", [], 200),
        (Access.CITIZEN, "POST", ["origin"], 200),
        (Access.PUBLIC, "POST", ["origin"], 200),
        (Access.PROVIDER, "POST", [], 200),
        (Access.PROGRAM, "POST", [], 200),
    ],
)
def test_given_a_route_when_asked_then_its_guard_has_looked_before_it_does(
    access: Access | Role, method: str, asked: list[object], status: int
) -> None:
    guard = Nobody()
    client = TestClient(guarded(Starlette(routes=[Route("/x", here, access=access, methods=["GET", "POST"])]), guard))
    assert (client.request(method, "/x").status_code, guard.asked) == (status, asked)


def test_given_another_site_when_it_sends_a_form_then_nobody_is_even_looked_up() -> None:
    guard = Nobody()
    route = Route("/x", here, access=Role.ADMIN, methods=["POST"])
    answer = TestClient(guarded(Starlette(routes=[route]), guard)).post("/x", headers=EVIL)
    assert (answer.status_code, guard.asked) == (403, ["origin"])
