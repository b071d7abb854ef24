"""Who may use an address: each route says it, and the route itself sees to it.

A route of ours is made with `access`, and a site with one that does not say it does not start:

    from bot.access import Access, Route

    Route("/health/live", self.live, access=Access.PUBLIC)
    Route("/desk/numbers", self.page, access=Role.LEAD)            # Role: bot.accounts.people
    Route("/admin/rules", self.add, access=Role.ADMIN, methods=["POST"])

For a role of staff the gate has let somebody with it in before the endpoint is called, and has refused forms of other
sites; so it has for whatever citizens or strangers write. An endpoint may ask for more, never for less.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from enum import Enum
from typing import TYPE_CHECKING, Any, Protocol

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import BaseRoute, Mount
from starlette.routing import Route as Plain
from starlette.types import Receive, Scope, Send

if TYPE_CHECKING:
    from bot.accounts.people import Role

#: Methods that change nothing.
SAFE = frozenset(("GET", "HEAD", "OPTIONS"))


class Access(str, Enum):
    """Who may use an address of those who are no staff."""

    #: Everybody, without any session: files, health, the door itself.
    PUBLIC = "public"
    #: Whoever holds the session of a chat, or an address that cannot be guessed; the endpoint finds what is theirs.
    CITIZEN = "citizen"
    #: A program with a key of ours in its headers; the endpoint looks at it.
    PROGRAM = "program"
    #: A provider of a channel, which signs what it posts; the endpoint looks at it.
    PROVIDER = "provider"


#: A browser sends no cookie that these look at, so that another site could gain nothing.
_NO_COOKIES = (Access.PROGRAM, Access.PROVIDER)


class Undeclared(RuntimeError):
    """A mistake of the program: a route does not say who may use it, or nobody is there to see to it."""


class Guard(Protocol):
    """bot.accounts.gate.Gate."""

    def refuse_strangers(self, request: Request) -> None:
        """Raises HTTPException 403 for what another site sends."""

    async def admit(self, request: Request, role: Role) -> None:
        """Raises HTTPException: 303 or 401 for nobody, 403 for somebody who may not do what `role` may."""


class Route(Plain):
    """An address that says who may use it."""

    def __init__(
        self, path: str, endpoint: Callable[..., Any], *, access: Access | Role, methods: list[str] | None = None
    ) -> None:
        super().__init__(path, endpoint, methods=methods or ["GET"])
        self.access = access

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Lets in who may. Raises HTTPException."""
        # Another method is answered by 405, which is nobody's secret.
        if scope["method"] in (self.methods or ()):
            await self._admit(Request(scope, receive, send))
        await super().handle(scope, receive, send)

    async def _admit(self, request: Request) -> None:
        if request.method not in SAFE and self.access not in _NO_COOKIES:
            self._guard(request).refuse_strangers(request)
        if not isinstance(self.access, Access):
            await self._guard(request).admit(request, self.access)

    def _guard(self, request: Request) -> Guard:
        guard: Guard | None = getattr(request.app.state, "guard", None)
        if guard is None:
            raise Undeclared(f"Nobody guards {self.path}: the application was not given to bot.access.guarded")
        return guard


def guarded(app: Starlette, guard: Guard) -> Starlette:
    """The application with its guard. Raises Undeclared where a route does not say who may use it."""
    silent = [path for path, route in every(app.routes) if not isinstance(route, Route)]
    if silent:
        raise Undeclared(f"These do not say who may use them (see bot/access.py): {', '.join(silent)}")
    app.state.guard = guard
    return app


def every(routes: Iterable[BaseRoute], place: str = "") -> Iterator[tuple[str, BaseRoute]]:
    """All addresses, also those below others, each with its whole path."""
    for route in routes:
        path = f"{place}{getattr(route, 'path', repr(route))}"
        if isinstance(route, Mount) and route.routes:
            yield from every(route.routes, path)
        else:
            yield path, route
