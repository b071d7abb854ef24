"""/api/v1: conversations and procedures for other programs, such as the province's own app."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Any

from sqlalchemy.engine import Engine
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount

from bot.access import Access, Route
from bot.web import asked, openapi, plain
from bot.web.chat import Chat, View
from bot.web.keys import Keys
from bot.web.limits import Buckets, Limits, address_of
from bot.web.problems import Problem, told
from procedures.catalogue import View as Catalogue
from procedures.languages import in_language

#: The channel of conversations that programs bring.
CHANNEL = "api"

Act = Callable[[Request, int], Awaitable[Any]]


class Api:
    """The addresses of programs. `catalogue` gives the catalogue of now."""

    def __init__(self, database: Engine, chat: Chat, catalogue: Callable[[], Catalogue], limits: Limits) -> None:
        self._keys = Keys(database)
        self._limits = limits
        self._chat = chat
        self._catalogue = catalogue

    def routes(self) -> list[Mount]:
        """An application of its own, so that whatever goes wrong below is told to a program, not to a person."""
        addresses = [
            Route("/openapi.json", self.document, access=Access.PUBLIC),
            Route(
                "/conversations/{conversation}/messages",
                self._keyed(self.messages),
                access=Access.PROGRAM,
                methods=["GET", "POST"],
            ),
            Route("/procedures", self._keyed(self.search), access=Access.PROGRAM),
            Route("/procedures/{code}", self._keyed(self.procedure), access=Access.PROGRAM),
        ]
        app = Starlette(routes=addresses, exception_handlers={HTTPException: told, Exception: told})
        app.router.redirect_slashes = False
        return [Mount("/api/v1", app=app)]

    async def document(self, request: Request) -> Response:
        """What there is, for programs that read it."""
        return JSONResponse(openapi.document(), headers={"Cache-Control": "public, max-age=300"})

    async def messages(self, request: Request, key: int) -> Response:
        """A message taken in, or those that the program does not have yet."""
        # No key sees the conversations of another one.
        address = f"{key}:{asked.conversation(request)}"
        return await (self._receive if request.method == "POST" else self._hear)(request, address)

    async def search(self, request: Request, key: int) -> Response:
        """Procedures by the words of a citizen, best first."""
        text = asked.question(request)
        limit = asked.number(request, "limit", 5, 1, asked.MOST_HITS)
        language = asked.choice(request, "lang", asked.LANGUAGES)
        return _answer({"procedures": await asyncio.to_thread(self._found, text, limit, language)})

    async def procedure(self, request: Request, key: int) -> Response:
        """All that is known of one procedure."""
        code, place = asked.code(request), asked.place(request)
        language = asked.choice(request, "lang", asked.LANGUAGES)
        return _answer(await asyncio.to_thread(self._told, code, place, language))

    async def _receive(self, request: Request, address: str) -> Response:
        said = await asked.message(request)
        _pay(self._limits.person, address)
        stored = await asyncio.to_thread(self._chat.store, address, said)
        if stored is None:
            raise Problem("id_used")
        line, new = stored
        return _answer({"message": plain.line(line), "duplicate": not new}, 202)

    async def _hear(self, request: Request, address: str) -> Response:
        after = asked.number(request, "after", 0, 0, asked.LARGEST_ID)
        wait = asked.number(request, "wait", 0, 0, asked.LONGEST_WAIT)
        limit = asked.number(request, "limit", asked.MOST_MESSAGES, 1, asked.MOST_MESSAGES)
        view = await self._news(address, after, wait)
        content = {
            "messages": [plain.line(line) for line in view.lines[:limit]],
            "more": len(view.lines) > limit,
            "pending": view.pending,
            "engine": view.readiness,
        }
        return _answer(content)

    async def _news(self, address: str, after: int, wait: float) -> View:
        """What came after a line, at once or within so many seconds."""
        view = View((), False, self._chat.readiness())
        async with contextlib.aclosing(self._chat.follow(address, after, wait)) as views:  # type: ignore[type-var]
            async for view in views:
                if view.lines:
                    break
        return view

    def _found(self, text: str, limit: int, language: str) -> list[dict[str, Any]]:
        view = self._catalogue()
        hits = [(hit, view.by_code(hit.code)) for hit in view.search(text, limit)]
        return [
            {"code": hit.code, "title": in_language(found, language).title, "score": round(hit.score, 4)}
            for hit, found in hits
            if found is not None
        ]

    def _told(self, code: str, place: str, language: str) -> dict[str, Any]:
        view = self._catalogue()
        found = view.by_code(code)
        if found is None:
            raise Problem("procedure_unknown")
        return plain.procedure(found, view.notes(code, place), language)

    def _keyed(self, act: Act) -> Callable[[Request], Awaitable[Any]]:
        async def with_key(request: Request) -> Any:
            given = request.headers.get("authorization", "")
            key = await asyncio.to_thread(self._keys.of, given)
            if key is None:
                _pay(self._limits.strangers, address_of(request.scope))
                raise Problem("key_refused" if given else "key_missing")
            _pay(self._limits.key, str(key))
            return await act(request, key)

        return with_key


def _pay(buckets: Buckets, name: str) -> None:
    """Takes a token. Raises Problem where there is none."""
    if wait := buckets.take(name):
        raise Problem("too_many", headers={"Retry-After": str(wait)})


def _answer(content: Any, status: int = 200) -> Response:
    return JSONResponse(content, status, {"Cache-Control": "no-store"})
