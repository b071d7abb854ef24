"""Training: one button, how far it is, what the new model does otherwise, and which model answers."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection, Row
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from bot.access import Route
from bot.accounts.people import Person, Role
from bot.console import comparing, training_clock
from bot.console import training as trainings
from bot.console.comparing import Comparison
from bot.console.training_clock import DAILY, Clock
from bot.console.training_words import Words
from bot.conversation.hours import HERE
from bot.desk.frame import Frame, number
from bot.engine import fitting, training
from bot.errors import DeskError, Refused
from bot.evaluation import pairs, pictures
from bot.handover import lessons
from bot.post.clock import now
from bot.store.desk_tables import staff
from bot.web import body
from procedures import store
from procedures.validity import utc

_HERE = "/admin/training"
#: Days ahead that a training may be asked for.
_AHEAD = timedelta(days=60)
_ENDED = (trainings.READY, trainings.ACTIVE, trainings.DISCARDED, trainings.FAILED)

Deed = Callable[[Connection], None]


class TrainingPages:
    """The list with its button, and a page for each training."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame

    def routes(self) -> list[Route]:
        """A number names a training."""
        one = f"{_HERE}/{{id:int}}"
        return [
            Route(_HERE, self.list, access=Role.ADMIN),
            Route(_HERE, self.begin, access=Role.ADMIN, methods=["POST"]),
            Route(f"{_HERE}/clock", self.clock, access=Role.ADMIN, methods=["POST"]),
            Route(f"{_HERE}/model", self.model, access=Role.ADMIN, methods=["POST"]),
            Route(f"{_HERE}/examples/{{id:int}}/end", self.take_back, access=Role.ADMIN, methods=["POST"]),
            Route(one, self.one, access=Role.ADMIN),
            Route(f"{one}/progress", self.progress, access=Role.ADMIN),
            Route(f"{one}/stop", self.stop, access=Role.ADMIN, methods=["POST"]),
            Route(f"{one}/discard", self.discard, access=Role.ADMIN, methods=["POST"]),
            Route(f"{one}/activate", self.activate, access=Role.ADMIN, methods=["POST"]),
        ]

    async def list(self, request: Request) -> Response:
        """The model that answers, what is new to learn, the button, and what was trained before."""
        person = await self._admin(request)
        told = await asyncio.to_thread(self._list)
        return self._frame.page(request, person, "training.html", **told, **self._shown(person))

    async def one(self, request: Request) -> Response:
        """How far it is; at its end both models side by side."""
        person = await self._admin(request)
        told = await asyncio.to_thread(self._one, number(request.path_params["id"]))
        return self._frame.page(request, person, "training_one.html", **told, **self._shown(person))

    async def progress(self, request: Request) -> Response:
        """A fragment, until it is at its end: then the whole page anew."""
        person = await self._admin(request)
        row = await asyncio.to_thread(self._row, number(request.path_params["id"]))
        told = self._frame.render("training_progress.html", person.locale, run=row)
        refresh = {"HX-Refresh": "true"} if row.status in _ENDED else {}
        return HTMLResponse(told, headers={"Cache-Control": "no-store", **refresh})

    async def begin(self, request: Request) -> Response:
        """Now, or at the time that was chosen."""
        person = await self._admin(request)
        form = await self._frame.form(request)
        at = body.field(form, "at") if body.field(form, "when") == "later" else ""
        return await self._do(
            request, person, lambda connection: _begun(connection, person, at), lambda id_: f"{_HERE}/{id_}"
        )

    async def stop(self, request: Request) -> Response:
        """Gives it up."""
        return await self._end(request, lambda connection, id_, by: trainings.stop(connection, id_, by))

    async def discard(self, request: Request) -> Response:
        """Throws its model away."""

        def discard(connection: Connection, id_: int, by: int) -> None:
            trainings.discard(connection, trainings.usual(), id_, by)

        return await self._end(request, discard)

    async def activate(self, request: Request) -> Response:
        """Lets its model answer."""
        person = await self._admin(request)
        form = await self._frame.form(request)
        id_, reason = number(request.path_params["id"]), body.field(form, "reason").strip()

        def activate(connection: Connection) -> int:
            _reasoned(connection, id_, reason)
            trainings.activate(connection, trainings.usual(), id_, person.id, reason)
            return id_

        return await self._do(request, person, activate, lambda id_: f"{_HERE}/{id_}")

    async def model(self, request: Request) -> Response:
        """Back to the model of before, or to another one that is there."""
        person = await self._admin(request)
        form = await self._frame.form(request)
        name, reason = body.field(form, "name"), body.field(form, "reason").strip()

        def use(connection: Connection) -> str:
            models = trainings.usual()
            if not name:
                return trainings.roll_back(connection, models, person.id, reason)
            trainings.use(connection, models, name, person.id, reason)
            return name

        return await self._do(request, person, use, lambda _: _HERE)

    async def clock(self, request: Request) -> Response:
        """Trains by itself at an hour of the week, or does not."""
        person = await self._admin(request)
        form = await self._frame.form(request)
        day, hour = body.field(form, "day"), body.field(form, "hour")
        clock = Clock(number(day, 0), number(hour, 0)) if day else None
        return await self._do(
            request, person, lambda connection: training_clock.put(connection, clock, person.id), lambda _: _HERE
        )

    async def take_back(self, request: Request) -> Response:
        """An example that is not to be learnt."""
        person = await self._admin(request)
        await self._frame.form(request)
        id_ = number(request.path_params["id"])
        return await self._do(
            request, person, lambda connection: trainings.take_back(connection, id_, person.id), lambda _: _HERE
        )

    async def _admin(self, request: Request) -> Person:
        person = await self._frame.person(request)
        self._frame.allow(person, Role.ADMIN)
        return person

    async def _end(self, request: Request, deed: Callable[[Connection, int, int], None]) -> Response:
        person = await self._admin(request)
        await self._frame.form(request)
        id_ = number(request.path_params["id"])
        return await self._do(
            request, person, lambda connection: deed(connection, id_, person.id), lambda _: f"{_HERE}/{id_}"
        )

    async def _do(
        self, request: Request, person: Person, deed: Callable[[Connection], Any], where: Callable[[Any], str]
    ) -> Response:
        """One transaction, then on to a page; what cannot be done is told."""

        def done() -> Any:
            with self._frame.database.begin() as connection:
                return deed(connection)

        try:
            told = await asyncio.to_thread(done)
        except DeskError as error:
            return self._frame.trouble(request, person, error)
        return self._frame.done(request, where(told))

    def _list(self) -> dict[str, Any]:
        models = trainings.usual()
        listed, used = models.listed(), models.names_used()
        with self._frame.reading.connect() as connection:
            own, runs = trainings.sentences(connection), trainings.runs(connection)
            name = training.name_of(trainings.examples(connection))
            names, clock = _names(connection), training_clock.get(connection)
            run = trainings.under_way(connection)
        active = next((one for one in listed if one.active), None)
        return {
            "active": active,
            "models": [(one, fitting.misfits(one.path), one.name in used) for one in listed],
            "before": _before(models),
            "changed": active is None or active.name != name,
            "sentences": [(one, active is None or utc(one.created_at) > active.trained_at) for one in own],
            **{"run": run, "runs": runs, "names": names, "weekly": clock, "daily": DAILY},
            "soonest": now().astimezone(HERE).strftime("%Y-%m-%dT%H:%M"),
        }

    def _one(self, id_: int) -> dict[str, Any]:
        with self._frame.reading.connect() as connection:
            row = trainings.one(connection, id_, reports=True)
            if row is None:
                raise HTTPException(404)
            names, own = _names(connection), {one.id: one for one in trainings.sentences(connection)}
            told = comparing.comparison(row.before, row.after) if row.status not in trainings.OPEN else None
            titles = _titles(connection, told)
        error = json.loads(row.error) if row.status == trainings.FAILED else {}
        return {
            **{"run": row, "names": names, "told": told, "error": error, "own": own},
            "titles": titles,
            "in_use": trainings.in_use(trainings.usual()) == row.model,
            "learnt": len(json.loads(row.after).get("own", ())) if row.after else 0,
        }

    def _row(self, id_: int) -> Row:
        with self._frame.reading.connect() as connection:
            row = trainings.one(connection, id_)
        if row is None:
            raise HTTPException(404)
        return row

    def _shown(self, person: Person) -> dict[str, Any]:
        words = Words(lambda key, **values: self._frame.words(person, key, **values))
        drawn = {"at": pairs, "pictures": pictures, "most": comparing.MOST, "judged": comparing.judged}
        return {"told_of": words, "longest": trainings.LONGEST_REASON, "intents": lessons.INTENTS, **drawn}


def _begun(connection: Connection, person: Person, at: str) -> int:
    return trainings.begin(connection, person.id, _moment(at) if at else None)


def _moment(text: str) -> datetime:
    """A time that somebody chose in Vietnam. Raises Refused."""
    try:
        moment = datetime.fromisoformat(text).replace(tzinfo=HERE)
        ahead = moment - now()
    except (ValueError, OverflowError):
        raise Refused("no_such_time") from None
    if not timedelta(minutes=-1) <= ahead <= _AHEAD:
        raise Refused("training_past")
    return moment


def _reasoned(connection: Connection, id_: int, reason: str) -> None:
    """Raises Refused where a model that is worse would answer without a word why."""
    row = trainings.one(connection, id_, reports=True)
    told = comparing.comparison(row.before, row.after) if row is not None else None
    if told is not None and told.careful and not reason:
        raise Refused("training_reason")


def _before(models: Any) -> str:
    try:
        return str(models.before())
    except trainings.NOTHING_BEFORE:
        return ""


def _names(connection: Connection) -> dict[int, str]:
    return {row.id: row.name for row in connection.execute(select(staff.c.id, staff.c.name))}


def _titles(connection: Connection, told: Comparison | None) -> dict[str, str]:
    """Of the procedures in the examples that are shown."""
    changes = told.changes[: comparing.MOST] if told else ()
    codes = {side.get("code", "") for one in changes for side in (one.before, one.now)} - {""}
    return {one.code: one.title for one in store.documents(connection, codes)} if codes else {}
