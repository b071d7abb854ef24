"""What all pages share on which an admin changes something: who may, one transaction, and words for what cannot be."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date

from sqlalchemy.engine import Connection
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from bot.accounts.people import Person, Role
from bot.desk.frame import Frame
from bot.errors import DeskError, StaffInvalid
from bot.web.body import field
from procedures.errors import NoteInvalid

#: What is done with a form, in one transaction.
Deed = Callable[[Connection, Person, FormData], object]


class Invalid(DeskError):
    """Something cannot be as it was typed; `why` names the words."""

    def __init__(self, why: str, **values: str) -> None:
        super().__init__(**values)
        self.key = f"invalid.{why or 'value'}"


class Deeds:
    """Pages of whoever has a role."""

    least = Role.ADMIN

    def __init__(self, frame: Frame) -> None:
        self._frame = frame

    async def _person(self, request: Request) -> Person:
        """Who asks. Raises HTTPException 403 for somebody who may not."""
        person = await self._frame.person(request)
        self._frame.allow(person, self.least)
        return person

    async def _do(self, request: Request, deed: Deed, where: str) -> Response:
        """Does it, with its line in the audit, and goes on to a page; or says why not, and nothing is changed."""
        person = await self._person(request)
        form = await self._frame.form(request)
        try:
            await asyncio.to_thread(self._within, deed, person, form)
        except DeskError as error:
            return self._frame.trouble(request, person, error)
        return self._frame.done(request, f"{where}?done=1")

    def _within(self, deed: Deed, person: Person, form: FormData) -> object:
        """Raises DeskError."""
        try:
            with self._frame.database.begin() as connection:
                return deed(connection, person, form)
        except StaffInvalid as error:
            raise Invalid(error.why) from error
        except NoteInvalid as error:
            raise Invalid("contact") from error
        except ValueError as error:
            raise Invalid("value") from error


def text(form: FormData, name: str) -> str:
    """A field on one line, without blanks around it."""
    return " ".join(field(form, name).split())


def day(form: FormData, name: str) -> date:
    """A day as a browser sends it, or as it is written here: 29/11/2026. Raises ValueError."""
    told = text(form, name)
    if told.count("/") == 2:
        number, month, year = (int(part) for part in told.split("/"))
        return date(year, month, number)
    return date.fromisoformat(told)
