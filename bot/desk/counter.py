"""For somebody at the counter: an officer asks the bot in their name, and walks through a guide with them.

Such a conversation is like any other: the same inbox, worker and transcript, on a channel of its own.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, select, update
from sqlalchemy.engine import Connection
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot import guides, kinds
from bot.access import Route
from bot.accounts.people import Person, Role
from bot.conversation import Author, Button
from bot.desk.frame import Frame, number
from bot.handover.kinds import Status
from bot.post.clock import ago
from bot.post.inbox import LONGEST
from bot.privacy import contacts
from bot.store.desk_tables import handover
from bot.store.tables import conversation, message
from bot.web.body import field
from bot.web.chat import Chat, Said, read
from bot.web.lines import Line
from procedures import store
from procedures.guides.state import find_token, spelled
from procedures.typed.fold import tidy

CHANNEL = "counter"
#: Seconds that a form waits for the answer, so that the page that follows shows it.
_WAIT = 8.0
#: Talks of the last day that the first page names.
_RECENT, _DAY = 20, 86_400
#: Characters of a name, and of the first words of a talk.
_NAME, _SNIPPET = 120, 80
_NEWEST = 40
_MESSAGE_ID = re.compile(r"[A-Za-z0-9_-]{8,48}")
_CODE = re.compile(r"\d\.\d{6}")
#: Whoever stands at the counter has found a person already.
_PERSON = "/talk_to_person"


class CounterPages:
    """Two pages: a beginning, and a talk."""

    def __init__(self, frame: Frame, chat: Chat) -> None:
        self._frame = frame
        self._chat = chat.on(CHANNEL)

    def routes(self) -> list[Route]:
        """Each is looked at, and written to."""
        talk = "/desk/counter/{conversation:int}"
        return [
            Route("/desk/counter", self.start, access=Role.OFFICER),
            Route("/desk/counter", self.begin, access=Role.OFFICER, methods=["POST"]),
            Route(talk, self.talk, access=Role.OFFICER),
            Route(talk, self.say, access=Role.OFFICER, methods=["POST"]),
        ]

    async def start(self, request: Request) -> Response:
        """What is it about? And the talks of today at this office."""
        person = await self._frame.person(request)
        return await self._first(request, person)

    async def begin(self, request: Request) -> Response:
        """Begins a talk with a question, with the code of a procedure, or with a guide that there is."""
        person = await self._frame.person(request)
        form = await self._frame.form(request)
        said = await asyncio.to_thread(self._opening, form)
        if said.trouble:
            return await self._first(request, person, said, field(form, "name"))
        # By the name of the page's message: the same form sent twice begins one talk.
        address = f"{person.office_id}-{said.message_id}"
        return await self._send(address, said, field(form, "name"))

    async def talk(self, request: Request) -> Response:
        """A talk, with what there is to choose."""
        person = await self._frame.person(request)
        id_ = number(request.path_params["conversation"])
        return self._frame.page(request, person, "counter_talk.html", **await self._shown(person, id_))

    async def say(self, request: Request) -> Response:
        """The next message, typed or pressed."""
        person = await self._frame.person(request)
        form = await self._frame.form(request)
        id_ = number(request.path_params["conversation"])
        said = read(field(form, "text"), field(form, "title"), field(form, "payload"), _message_id(form))
        if said.trouble:
            shown = {**await self._shown(person, id_), **self._trouble(person, said)}
            return self._frame.page(request, person, "counter_talk.html", status=422, **shown)
        row = await asyncio.to_thread(self._row, person, id_)
        return await self._send(row.address, said)

    async def _first(self, request: Request, person: Person, said: Said | None = None, name: str = "") -> Response:
        recent = await asyncio.to_thread(self._recent, person)
        told = self._trouble(person, said) if said else {"trouble": "", "draft": ""}
        shown = {"recent": recent, "name": name, "longest": LONGEST, **told}
        return self._frame.page(request, person, "counter.html", status=422 if said else 200, **shown)

    def _trouble(self, person: Person, said: Said) -> dict[str, str]:
        key = "counter.too_long" if said.text else "counter.empty"
        return {"trouble": self._frame.words(person, key, most=LONGEST), "draft": said.text}

    def _opening(self, form: FormData) -> Said:
        code, token = field(form, "code").strip(), find_token(field(form, "guide"))
        if token:
            return read(spelled(token), spelled(token), kinds.opening(token), _message_id(form))
        if _CODE.fullmatch(code):
            with self._frame.reading.connect() as connection:
                procedure = store.load(connection, code)
            if procedure is not None:
                return read(procedure.title, procedure.title, kinds.opening(code), _message_id(form))
        return read(field(form, "text"), "", "", _message_id(form))

    async def _send(self, address: str, said: Said, name: str = "") -> Response:
        """Takes a message in and waits a little for its answer."""
        line = await asyncio.to_thread(self._chat.receive, address, said)
        id_ = await asyncio.to_thread(self._name, address, name)
        async with contextlib.aclosing(self._chat.follow(address, line.id, _WAIT)) as views:  # type: ignore[type-var]
            async for view in views:
                if not view.pending or view.readiness != "ready":
                    break
        return RedirectResponse(f"/desk/counter/{id_}#last", status_code=303)

    def _name(self, address: str, name: str) -> int:
        """The id of a conversation, whose citizen is called so from now on."""
        mine = and_(conversation.c.channel == CHANNEL, conversation.c.address == address)
        plain = tidy(" ".join(name.split()))[:_NAME]
        with self._frame.database.begin() as connection:
            if plain:
                connection.execute(update(conversation).where(mine).values(contacts.sealed(plain)))
            return int(connection.execute(select(conversation.c.id).where(mine)).scalar_one())

    async def _shown(self, person: Person, id_: int) -> dict[str, Any]:
        row = await asyncio.to_thread(self._row, person, id_)
        await asyncio.to_thread(self._frame.looks.seen, person.id, "counter.opened", str(id_))
        view = await asyncio.to_thread(self._chat.view, row.address, newest=_NEWEST)
        asked = [line.id for line in view.lines if line.author == Author.CITIZEN.value]
        last = asked[-1] if asked else 0
        beside = await asyncio.to_thread(self._beside, id_)
        lines = [(line, _offered(line) if line.id > last else ()) for line in view.lines]
        told = {"lines": lines, "last": last, "pending": view.pending, "readiness": view.readiness, **beside}
        about = {"talk": row, "name": contacts.read(row.contact_name)}
        return {**about, "longest": LONGEST, "trouble": "", "draft": "", **told}

    def _row(self, person: Person, id_: int) -> Any:
        """A talk of this person's office. Raises HTTPException 404."""
        mine = and_(conversation.c.id == id_, conversation.c.channel == CHANNEL, _of_office(person))
        with self._frame.reading.connect() as connection:
            row = connection.execute(select(conversation).where(mine)).first()
        if row is None:
            raise HTTPException(404)
        return row

    def _beside(self, id_: int) -> dict[str, Any]:
        """Its checklists, the latest first, and its case, if it has an open one."""
        is_open = and_(handover.c.conversation_id == id_, handover.c.status != Status.CLOSED.value)
        with self._frame.reading.connect() as connection:
            found = guides.of_conversation(connection, id_)[::-1]
            titles = {guide.code: _title(connection, guide.code) for guide in found}
            case = connection.execute(select(handover.c.id).where(is_open)).scalar()
        return {"checklists": [(guide, titles[guide.code]) for guide in found], "case_id": case}

    def _recent(self, person: Person) -> list[tuple[int, str, str, datetime]]:
        """Talks of the last day: id, name, first words, beginning."""
        recent = and_(conversation.c.channel == CHANNEL, _of_office(person), conversation.c.created_at > ago(_DAY))
        wanted = select(conversation).where(recent).order_by(conversation.c.id.desc()).limit(_RECENT)
        with self._frame.reading.connect() as connection:
            rows = connection.execute(wanted).all()
            words = _first_words(connection, [row.id for row in rows])
        return [(row.id, contacts.read(row.contact_name), words.get(row.id, ""), row.created_at) for row in rows]


def _first_words(connection: Connection, ids: Sequence[int]) -> dict[int, str]:
    said = and_(message.c.conversation_id.in_(ids), message.c.author == Author.CITIZEN.value)
    first = select(func.min(message.c.id)).where(said).group_by(message.c.conversation_id)
    rows = connection.execute(select(message.c.conversation_id, message.c.text).where(message.c.id.in_(first)))
    return {row.conversation_id: row.text[:_SNIPPET] for row in rows}


def _of_office(person: Person) -> Any:
    """Talks of somebody's office: colleagues take over from each other. Admins see those of all."""
    whose: Any = conversation.c.address.like(f"{person.office_id}-%")
    return conversation.c.id > 0 if person.role.may(Role.ADMIN) else whose


def _offered(line: Line) -> tuple[Button, ...]:
    return tuple(button for button in line.buttons if not button.payload.startswith(_PERSON))


def _message_id(form: FormData) -> str:
    given = field(form, "message_id")
    if not _MESSAGE_ID.fullmatch(given):
        raise HTTPException(400)
    return given


def _title(connection: Connection, code: str) -> str:
    procedure = store.load(connection, code)
    return procedure.title if procedure else code
