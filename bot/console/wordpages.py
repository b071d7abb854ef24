"""Pages of words: the list with its filters and files, and one phrase with its Vietnamese beside it."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.access import Route
from bot.accounts.people import Person, Role
from bot.console import readings, wordfiles, words
from bot.console.wordlook import SHOWN, Look
from bot.console.words import Name, Phrase
from bot.desk.frame import Frame
from bot.errors import DeskError
from bot.post.phrases import WORDS
from bot.store.console_tables import audit_entry
from bot.store.desk_tables import staff
from bot.web import body
from bot.words import BOOKS
from procedures.typed.identify import MINORITY

_HERE = "/admin/words"
#: Phrases of one page; deeds that are told below one; characters of a reason.
_PER_PAGE, _TOLD, _LONGEST_REASON = 50, 10, 200
#: Beyond a file: the fields beside it.
_FIELDS = 64 * 1024


@dataclass(frozen=True)
class Deed:
    """What somebody did to a phrase."""

    action: str
    who: str
    at: datetime
    before: str
    after: str
    reason: str


class WordPages:
    """Editors write every language; whoever speaks one that few read writes and reviews that one."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame

    def routes(self) -> list[Route]:
        """The list, its files, and each phrase by book and key."""
        one = f"{_HERE}/{{book}}/{{key}}"
        return [
            Route(_HERE, self.all, access=Role.OFFICER),
            Route(f"{_HERE}.po", self.file, access=Role.OFFICER),
            Route(one, self.one, access=Role.OFFICER),
            Route(one, self.save, access=Role.OFFICER, methods=["POST"]),
            Route(f"{one}/review", self.review, access=Role.OFFICER, methods=["POST"]),
            Route(f"{one}/reset", self.reset, access=Role.OFFICER, methods=["POST"]),
            Route(f"{one}/voice", self.voice, access=Role.OFFICER, methods=["POST"]),
        ]

    async def all(self, request: Request) -> Response:
        """All phrases in one language, or those that are looked for."""
        person = await self.person(request)
        return await self._page(request, person, _look(request, person))

    async def listed(
        self,
        request: Request,
        person: Person,
        language: str,
        error: DeskError | None = None,
        taken: wordfiles.Found | None = None,
    ) -> Response:
        """All phrases in a language, with what came of a file."""
        return await self._page(request, person, Look(language), self._told(person, error) if error else "", taken)

    async def file(self, request: Request) -> Response:
        """A language as a gettext file."""
        person = await self.person(request)
        language = _look(request, person).language
        written = await asyncio.to_thread(self._written, language)
        headers = {"Content-Disposition": f'attachment; filename="motcua-{language}.po"', "Cache-Control": "no-store"}
        return Response(written, media_type="text/x-gettext-translation; charset=utf-8", headers=headers)

    async def one(self, request: Request) -> Response:
        """A phrase."""
        person = await self.person(request)
        return await self._one(request, person, _name(request, request.query_params.get("language", "vi")))

    async def save(self, request: Request) -> Response:
        """Other words; what cannot be said is shown again with the reason."""
        person, name, form = await self._deed(request)
        self.may(words.may_write(person, name.language))
        text, seen = body.field(form, "text"), body.field(form, "seen")
        return await self._do(request, person, name, words.write, text, reason_of(form), seen, typed=text)

    async def review(self, request: Request) -> Response:
        """Somebody who speaks the language has read it."""
        person, name, form = await self._deed(request)
        self.may(words.may_review(person, name.language))
        return await self._do(request, person, name, words.review, body.field(form, "seen"))

    async def reset(self, request: Request) -> Response:
        """The program's own words again."""
        person, name, form = await self._deed(request)
        self.may(words.may_write(person, name.language))
        return await self._do(request, person, name, words.reset, reason_of(form))

    async def voice(self, request: Request) -> Response:
        """A recording is added, or taken away."""
        person, name, form = await self._deed(request, 1, readings.LARGEST + _FIELDS)
        self.may(words.may_write(person, name.language))
        if body.field(form, "do") == "drop":
            return await self._do(request, person, name, readings.drop)
        who, (file_name, sent) = body.field(form, "speaker"), await sent_of(form)

        def keep(connection: Connection, person: Person, name: Name) -> None:
            readings.keep(connection, self._frame.media, person, name, who, file_name, sent)

        return await self._do(request, person, name, keep)

    async def person(self, request: Request) -> Person:
        """Whoever may write some language. Raises HTTPException 403."""
        person = await self._frame.person(request)
        self.may(person.role.may(Role.EDITOR) or any(one in MINORITY for one in person.languages))
        return person

    @staticmethod
    def may(allowed: bool) -> None:
        """Raises HTTPException 403."""
        if not allowed:
            raise HTTPException(403)

    async def _deed(self, request: Request, files: int = 0, most: int | None = None) -> tuple[Person, Name, FormData]:
        person = await self.person(request)
        form = await self._frame.form(request, files, most)
        return person, _name(request, body.field(form, "language")), form

    async def _do(
        self, request: Request, person: Person, name: Name, deed: Any, *values: Any, typed: str | None = None
    ) -> Response:
        try:
            await asyncio.to_thread(self._in_one, deed, person, name, *values)
        except DeskError as error:
            return await self._one(request, person, name, self._told(person, error), typed)
        self._frame.wake.notify(WORDS)
        return self._frame.done(request, f"{_HERE}/{name.book}/{name.key}?language={name.language}")

    def _in_one(self, deed: Any, *values: Any) -> None:
        with self._frame.database.begin() as connection:
            deed(connection, *values)

    def _told(self, person: Person, error: DeskError) -> str:
        return self._frame.words(person, error.key, **error.values)

    async def _page(
        self, request: Request, person: Person, look: Look, trouble: str = "", taken: wordfiles.Found | None = None
    ) -> Response:
        every = await asyncio.to_thread(self._every, look.language)
        found = look.among(every)
        pages = max((len(found) - 1) // _PER_PAGE + 1, 1)
        page = min(look.page, pages)
        told = {"found": found[(page - 1) * _PER_PAGE : page * _PER_PAGE], "count": len(found), "pages": pages}
        told |= {"counts": wordfiles.status_counts(every), "books": BOOKS, "languages": words.LANGUAGES}
        told |= {"statuses": SHOWN, "mine": words.may_write(person, look.language), "most": wordfiles.MOST_TOLD}
        told |= {"few_read": look.language in MINORITY, "page": page, "look": look, "trouble": trouble, "taken": taken}
        return self._frame.page(request, person, "words.html", 409 if trouble else 200, **told)

    async def _one(
        self, request: Request, person: Person, name: Name, trouble: str = "", typed: str | None = None
    ) -> Response:
        told: dict[str, Any] = {**await asyncio.to_thread(self._read, person, name), "trouble": trouble}
        one = told["one"]
        told |= {"typed": one.text if typed is None else typed}
        told |= {"write": words.may_write(person, name.language), "review": words.may_review(person, name.language)}
        told |= {"few_read": name.language in MINORITY, "at_start": name.key in words.AT_START}
        told |= {"longest": _LONGEST_REASON, "largest": readings.LARGEST // 1024**2}
        told["spoken"] = [one for one in words.LANGUAGES if words.known(Name(name.book, name.key, one))]
        told["occasion"] = words.is_said_in(name)
        return self._frame.page(request, person, "word.html", 409 if trouble else 200, **told)

    def _every(self, language: str) -> list[Phrase]:
        with self._frame.reading.connect() as connection:
            return words.every(connection, language)

    def _written(self, language: str) -> bytes:
        return wordfiles.written(self._every(language), language)

    def _read(self, person: Person, name: Name) -> dict[str, Any]:
        with self._frame.reading.connect() as connection:
            one = words.one(connection, name)
            told = {"one": one, "reading": readings.of(connection, name), "history": _history(connection, name)}
            return {**told, "own": words.is_own(connection, person, one)}


def _history(connection: Connection, name: Name) -> list[Deed]:
    """The last deeds on a phrase, newest first."""
    told = (audit_entry.c.action, audit_entry.c.before, audit_entry.c.after, audit_entry.c.reason)
    who = audit_entry.outerjoin(staff, staff.c.id == audit_entry.c.staff_id)
    wanted = select(*told, audit_entry.c.created_at, staff.c.name).select_from(who)
    mine = wanted.where(audit_entry.c.subject == str(name), audit_entry.c.action.startswith("words."))
    rows = connection.execute(mine.order_by(audit_entry.c.id.desc()).limit(_TOLD))
    return [
        Deed(row.action, row.name or "", row.created_at, _plain(row.before), _plain(row.after), row.reason)
        for row in rows
    ]


def _plain(told: str) -> str:
    return str(json.loads(told)) if told else ""


def _look(request: Request, person: Person) -> Look:
    """An officer's own language stands first."""
    asked = request.query_params
    own = next((one for one in person.languages if one in MINORITY), "vi")
    language = language_of(asked.get("language") or ("vi" if person.role.may(Role.EDITOR) else own))
    page = asked.get("page", "1")
    return Look(
        language,
        asked.get("book", "") if asked.get("book") in BOOKS else "",
        asked.get("status", "") if asked.get("status") in SHOWN else "",
        asked.get("q", "")[:100],
        int(page) if page.isascii() and page.isdigit() and 0 < len(page) < 5 else 1,
    )


def language_of(told: str) -> str:
    """One of words.LANGUAGES. Raises HTTPException 404."""
    if told not in words.LANGUAGES:
        raise HTTPException(404)
    return told


def _name(request: Request, language: str) -> Name:
    """Raises HTTPException 404."""
    name = Name(request.path_params["book"], request.path_params["key"], language)
    if not words.known(name):
        raise HTTPException(404)
    return name


def reason_of(form: FormData) -> str:
    """Why somebody does it, as it is kept."""
    return " ".join(body.field(form, "reason").split())[:_LONGEST_REASON]


async def sent_of(form: FormData) -> tuple[str, bytes]:
    """The name and the content of the file of a form; empty where there is none."""
    file = form.get("file")
    return (file.filename or "", await file.read()) if isinstance(file, UploadFile) and file.filename else ("", b"")
