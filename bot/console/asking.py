"""The box that asks the bot about a draft: the engine answers where one runs, and where none does the page says so."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot import trying
from bot.access import Route
from bot.accounts.people import Role
from bot.channels.port import Part
from bot.console import edits, preview_page, previewing
from bot.conversation import Inbound
from bot.conversation.answer import Readiness
from bot.desk.frame import Frame, by_script, number
from bot.errors import PostFailed
from bot.post.inbox import Inbox
from bot.trying import Tried
from bot.web.body import field
from procedures.model import Procedure

#: Seconds that an answer is waited for, and between two looks; longest question.
_PATIENCE, _LOOK_EVERY, _LONGEST = 12.0, 0.1, 500


@dataclass(frozen=True)
class Answered:
    """What came of a question: `key` names what is to be said of it, where there is no answer."""

    key: str = ""
    tried: Tried | None = None
    messages: tuple[Part, ...] = ()


class Asking:
    """One page, which is also the answer to a script."""

    def __init__(self, frame: Frame, readiness: Callable[[], str]) -> None:
        """`readiness` tells whether an engine answers, as a value of Readiness."""
        self._frame, self._readiness = frame, readiness
        self._inbox = Inbox(frame.database, frame.wake)

    def routes(self) -> list[Route]:
        """Of an edit."""
        return [Route("/admin/edits/{id:int}/ask", self.ask, access=Role.EDITOR, methods=["POST"])]

    async def ask(self, request: Request) -> Response:
        """Asks the engine upon the draft as it is kept by now."""
        person = await self._frame.person(request)
        self._frame.allow(person, Role.EDITOR)
        form = await self._frame.form(request)
        edit_id, question = number(request.path_params["id"]), field(form, "q").strip()[:_LONGEST]
        draft = await asyncio.to_thread(self._draft, edit_id)
        wanted = preview_page.wanted_by({name: field(form, name) for name in ("face", "lang")})
        answered = await self._answered(edit_id, question, wanted.face)
        template = "ask_said.html" if by_script(request) else "ask.html"
        told: dict[str, Any] = {"edit_id": edit_id, "procedure": draft, "question": question, "answered": answered}
        return self._frame.page(request, person, template, wanted=wanted, **told)

    async def _answered(self, edit_id: int, question: str, face: str) -> Answered:
        if not question:
            return Answered("ask.empty")
        if await asyncio.to_thread(self._readiness) != Readiness.READY.value:
            return Answered("ask.nobody")
        try:
            tried = await self._tried(edit_id, question)
        except PostFailed:
            return Answered("ask.nobody")
        if tried is None:
            return Answered("ask.late")
        if not tried.replies:
            return Answered("ask.failed")
        abilities = preview_page.abilities(self._frame, face)
        return Answered("", tried, tuple(previewing.fitted(tried.replies, tried.language, abilities)))

    async def _tried(self, edit_id: int, question: str) -> Tried | None:
        name = uuid.uuid4().hex
        await asyncio.to_thread(trying.forget_old, self._frame.database)
        came = Inbound(trying.CHANNEL, f"{edit_id}.{name}", name, question)
        receipt = await asyncio.to_thread(self._inbox.receive, came)
        end = time.monotonic() + _PATIENCE
        while time.monotonic() < end:
            tried = await asyncio.to_thread(trying.read, self._frame.database, receipt.inbox_id)
            if tried is not None:
                return tried
            await asyncio.sleep(_LOOK_EVERY)
        return None

    def _draft(self, edit_id: int) -> Procedure:
        """Raises HTTPException 404."""
        with self._frame.reading.connect() as connection:
            edit = edits.one(connection, edit_id)
        if edit is None:
            raise HTTPException(404)
        return edit.procedure
