"""Edits before a second pair of eyes: the list, the differences word by word, and what is done with them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

from sqlalchemy.engine import Connection
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.access import Route
from bot.accounts import people
from bot.accounts.people import Person, Role
from bot.console import edits
from bot.console.deeds import Deed, Deeds
from bot.console.edits import Edit, Status
from bot.console.wording import named, worded
from bot.desk import telling
from bot.desk.frame import Frame, number
from bot.post.clock import now
from bot.web.body import field
from procedures import store
from procedures.history import layers_at
from procedures.languages import LANGUAGES, missing
from procedures.layers import overlay
from procedures.model import Procedure
from procedures.validity import day_of, today

_EDIT = "/admin/edits/{id:int}"
#: Those that are done with, and how many of each list are shown.
_PAST = (Status.PUBLISHED, Status.UNDONE, Status.DISCARDED)
_SHOWN = 100
#: Texts without a translation that are named.
_NAMED = 20


class EditPages(Deeds):
    """Whoever may write sees them; whoever may let out lets out."""

    least = Role.EDITOR

    def __init__(self, frame: Frame) -> None:
        super().__init__(frame)
        self._deeds: dict[str, tuple[Role, Any]] = {
            "send": (Role.EDITOR, self._send),
            "take-back": (Role.EDITOR, self._take_back),
            "rebase": (Role.EDITOR, self._rebase),
            "discard": (Role.EDITOR, self._discard),
            "approve": (Role.REVIEWER, self._approve),
            "return": (Role.REVIEWER, self._return),
            "publish": (Role.REVIEWER, self._publish),
        }

    def routes(self) -> list[Route]:
        """A list, a page, and what is done on it."""
        return [
            Route("/admin/edits", self.all, access=Role.EDITOR),
            Route(f"{_EDIT}/review", self.review, access=Role.EDITOR),
            *(
                Route(f"{_EDIT}/{deed}", self.do, access=least, methods=["POST"])
                for deed, (least, _) in self._deeds.items()
            ),
        ]

    async def all(self, request: Request) -> Response:
        """By how far they have come."""
        person = await self._person(request)
        return self._frame.page(request, person, "edits.html", **await asyncio.to_thread(self._listed))

    async def review(self, request: Request) -> Response:
        """One edit beside what citizens are told."""
        person = await self._person(request)
        shown = await asyncio.to_thread(self._shown, number(request.path_params["id"]), person)
        return self._frame.page(
            request, person, "review.html", back="review", done="done" in request.query_params, **shown
        )

    async def do(self, request: Request) -> Response:
        """One of the deeds, by the last part of the address."""
        person, id_ = await self._person(request), number(request.path_params["id"])
        least, deed = self._deeds[request.url.path.rpartition("/")[2]]
        self._frame.allow(person, least)
        await asyncio.to_thread(self._warm, id_)
        return await self._do(request, _of(deed, id_), f"/admin/edits/{id_}/review")

    def _warm(self, id_: int) -> None:
        with self._frame.reading.connect() as connection:
            edits.warm(connection, id_)

    def _listed(self) -> dict[str, Any]:
        with self._frame.reading.connect() as connection:
            found = edits.listed(connection, edits.OPEN, _SHOWN * 3)
            past = edits.listed(connection, _PAST, _SHOWN)
            old = edits.stale(connection)
            titles = {code: told.title for code in old if (told := store.load(connection, code))}
        groups = [(status, [one for one in found if one.status is status]) for status in _ORDER]
        return {"groups": groups, "past": past, "stale": old, "titles": titles}

    def _shown(self, id_: int, person: Person) -> dict[str, Any]:
        """Raises HTTPException 404."""
        with self._frame.reading.connect() as connection:
            edit = edits.one(connection, id_)
            if edit is None:
                raise HTTPException(404)
            beside = edits.against(connection, edit) if edit.open else None
            before = beside.told if beside else _before(connection, edit)
            names = {who: people.name_of(connection, who) for who in (edit.staff_id, edit.reviewer_id) if who}
            two = edits.two_people(connection)
            standing = edits.standing(connection, edit.code)
            others = [one for one in edits.listed(connection, edits.OPEN, _SHOWN, edit.code) if one.id != id_]
            mine = edits.authors(connection, edit)
        # What both sides have changed is judged beside what it was begun upon, so that nothing of the other seems gone.
        start = beside.base if beside and beside.stale else before
        return {
            "edit": edit,
            "changes": worded(start, edit.procedure, self._say(person)),
            "named": lambda path: self._named(path, person),
            "beside": beside,
            "theirs": worded(beside.base, beside.told, self._say(person)) if beside and beside.stale else (),
            "names": names,
            "standing": standing is not None and standing.id == id_,
            "others": others,
            "problems": edits.problems(edit.procedure),
            "untranslated": _untranslated(before, edit.procedure),
            "own": two and person.id in mine,
            "today": today().isoformat(),
        }

    def _named(self, path: str, person: Person) -> str:
        return named(path, lambda kind, code: telling.called(kind, code, self._say(person)))

    def _say(self, person: Person) -> Callable[..., str]:
        return partial(self._frame.words, person)

    def _send(self, connection: Connection, id_: int, person: Person, form: FormData) -> None:
        edits.send(
            connection,
            id_,
            field(form, "reason"),
            field(form, "effective_on"),
            version=number(field(form, "version"), 0),
            staff_id=person.id,
        )

    def _take_back(self, connection: Connection, id_: int, person: Person, _: FormData) -> None:
        edits.take_back(connection, id_, person.id)

    def _rebase(self, connection: Connection, id_: int, person: Person, form: FormData) -> None:
        keep = [name for name in form if form[name] == "mine"]
        edits.merge(connection, id_, number(field(form, "version"), 0), keep, person.id)

    def _discard(self, connection: Connection, id_: int, person: Person, _: FormData) -> None:
        edits.discard(connection, id_, person.id)

    def _approve(self, connection: Connection, id_: int, person: Person, form: FormData) -> None:
        """Whatever holds from today on is let out at the same moment."""
        edits.approve(connection, id_, person.id, field(form, "review"), version=number(field(form, "version"), 0))
        edit = edits.one(connection, id_)
        if edit and edit.effective_on <= day_of(now()).isoformat():
            edits.publish(connection, id_, person.id)

    def _return(self, connection: Connection, id_: int, person: Person, form: FormData) -> None:
        edits.return_(connection, id_, person.id, field(form, "review"))

    def _publish(self, connection: Connection, id_: int, person: Person, _: FormData) -> None:
        edits.publish(connection, id_, person.id)


#: Lists of the page, the most pressing first.
_ORDER = (Status.IN_REVIEW, Status.APPROVED, Status.DRAFT)


def _of(deed: Any, id_: int) -> Deed:
    return lambda connection, person, form: deed(connection, id_, person, form)


def _before(connection: Connection, edit: Edit) -> Procedure:
    """What citizens were told right before it was published; of one that never was, what it was begun upon."""
    if edit.published_at is None:
        return edits.base_of(connection, edit)
    layers = layers_at(connection, edit.code, edit.published_at)
    return overlay({name: layer.procedure for name, layer in layers.items()}) if layers else edit.procedure


def _untranslated(before: Procedure, after: Procedure) -> dict[str, list[str]]:
    """By language, Vietnamese texts that would be read untranslated and were not before."""
    found = {}
    for language in LANGUAGES:
        old = set(missing(before, language))
        new = [text for text in missing(after, language) if text not in old]
        if new and any(said.language == language for said in (*before.translations, *after.translations)):
            found[language] = new[:_NAMED]
    return found
