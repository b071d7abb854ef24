"""A gettext file is sent, what it would change is shown, and only then it is taken."""

from __future__ import annotations

import asyncio
import base64
import binascii
import zlib
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from bot.access import Route
from bot.accounts.people import Person, Role
from bot.console import wordfiles, words
from bot.console.wordpages import WordPages, language_of, reason_of, sent_of
from bot.desk.frame import Frame
from bot.errors import DeskError, Refused
from bot.post.phrases import WORDS
from bot.web import body

#: Beyond a file: the fields beside it.
_FIELDS = 64 * 1024


class WordImports:
    """Two steps. Between them the file lies packed in the form: nothing of it is kept here."""

    def __init__(self, frame: Frame, pages: WordPages) -> None:
        self._frame, self._pages = frame, pages

    def routes(self) -> list[Route]:
        """One for each step."""
        return [
            Route("/admin/words/import", self.show, access=Role.OFFICER, methods=["POST"]),
            Route("/admin/words/import/take", self.take, access=Role.OFFICER, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        """What a file would change, and what cannot be taken."""
        person = await self._pages.person(request)
        form = await self._frame.form(request, 1, wordfiles.LARGEST + _FIELDS)
        language, (_, sent) = language_of(body.field(form, "language")), await sent_of(form)
        self._pages.may(words.may_write(person, language))
        return await self._shown(request, person, language, sent, reason_of(form))

    async def take(self, request: Request) -> Response:
        """Drafts from it. Where somebody has written meanwhile, it is shown again with what it would change now."""
        person = await self._pages.person(request)
        form = await self._frame.form(request, 0, wordfiles.LARGEST + _FIELDS)
        language, reason = language_of(body.field(form, "language")), reason_of(form)
        self._pages.may(words.may_write(person, language))
        try:
            sent = unpacked(body.field(form, "packed"))
            told = (person, language, sent, body.field(form, "seen"), reason)
            found = await asyncio.to_thread(self._take, *told)
        except DeskError as error:
            return await self._pages.listed(request, person, language, error)
        if found is None:
            return await self._shown(request, person, language, sent, reason, moved=True)
        self._frame.wake.notify(WORDS)
        return await self._pages.listed(request, person, language, taken=found)

    async def _shown(
        self, request: Request, person: Person, language: str, sent: bytes, reason: str, moved: bool = False
    ) -> Response:
        try:
            found = await asyncio.to_thread(self._found, language, sent)
        except DeskError as error:
            return await self._pages.listed(request, person, language, error)
        told: dict[str, Any] = {"found": found, "language": language, "packed": packed(sent), "reason": reason}
        told |= {"most": wordfiles.MOST_TOLD, "moved": moved}
        return self._frame.page(request, person, "words_import.html", 409 if moved else 200, **told)

    def _found(self, language: str, sent: bytes) -> wordfiles.Found:
        with self._frame.reading.connect() as connection:
            return wordfiles.found(connection, language, sent)

    def _take(self, person: Person, language: str, sent: bytes, seen: str, reason: str) -> wordfiles.Found | None:
        with self._frame.database.begin() as connection:
            return wordfiles.take(connection, person, language, sent, seen, reason)


def packed(sent: bytes) -> str:
    """A file as it lies in a form."""
    return base64.b64encode(zlib.compress(sent)).decode()


def unpacked(told: str) -> bytes:
    """The file. Raises Refused for anything else, however large it would become."""
    try:
        return zlib.decompressobj().decompress(base64.b64decode(told, validate=True), wordfiles.LARGEST + 1)
    except (binascii.Error, ValueError, zlib.error) as error:
        raise Refused("words_file") from error
