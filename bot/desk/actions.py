"""What officers do to a case. Each is one transaction; who was too late reads why, and keeps what they wrote."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from sqlalchemy.engine import Connection
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.access import Route
from bot.accounts.people import Person, Role
from bot.desk.frame import Frame, number
from bot.desk.pages import Pages
from bot.desk.story import Story
from bot.errors import DeskError
from bot.handover import cases, holding
from bot.handover.kinds import Ending
from bot.handover.undoing import undo
from bot.post.wake import ALERTS, DESK
from bot.post.wake import conversation as transcript_of
from bot.post.wake import outbox as outbox_of
from bot.web.body import field

#: Endings that an officer may choose.
ENDINGS = (Ending.ANSWERED, Ending.AT_COUNTER, Ending.WRONG_OFFICE, Ending.ABANDONED)


@dataclass(frozen=True)
class Asked:
    """What somebody wants done to a case, in the transaction in which it is done."""

    connection: Connection
    case_id: int
    staff_id: int
    form: FormData

    @property
    def version(self) -> int:
        """The case as their page showed it. Raises HTTPException 404 for none."""
        return number(self.form.get("version"), least=0)


Do = Callable[[Asked], None]


class Actions:
    """Claim, give back, pass on, note, close, undo, and a yes or no to what the bot would say."""

    def __init__(self, frame: Frame, pages: Pages) -> None:
        self._frame, self._pages = frame, pages
        self._do: dict[str, Do] = {
            "claim": _claim,
            "release": _release,
            "transfer": _transfer,
            "note": _note,
            "close": _close,
            "spam": _spam,
            "return": _return,
            "undo": _undo,
            "held": _held,
        }

    def routes(self) -> list[Route]:
        """One address an action."""
        return [
            Route(f"/desk/cases/{{case:int}}/{name}", self._taker(do), access=Role.OFFICER, methods=["POST"])
            for name, do in self._do.items()
        ]

    def _taker(self, do: Do) -> Callable[[Request], Awaitable[Response]]:
        async def take(request: Request) -> Response:
            person = await self._frame.person(request)
            form = await self._frame.form(request)
            case = await asyncio.to_thread(self._pages.shown, person, number(request.path_params["case"]))
            try:
                await asyncio.to_thread(self._carry_out, do, case, person, form)
            except DeskError as error:
                self.tell(case)
                return self._frame.trouble(request, person, error)
            self.tell(case)
            return await self.shown(request, person, case.row.id)

        return take

    def tell(self, case: Story) -> None:
        """Wakes whoever looks at a case, and whoever brings what was said."""
        self._frame.wake.notify(outbox_of(case.row.channel))
        self._frame.wake.notify(transcript_of(case.conversation_id))
        self._frame.wake.notify(DESK)
        self._frame.wake.notify(ALERTS)

    async def shown(self, request: Request, person: Person, case_id: int) -> Response:
        """The state of a case after an action; without a script its page."""
        try:
            case = await asyncio.to_thread(self._pages.shown, person, case_id)
        except HTTPException:
            # Passed on to an office whose cases this person does not see.
            return self._frame.done(request, "/desk", "", **{"HX-Redirect": "/desk"})
        html = self._frame.render("state.html", person.locale, person=person, case=case)
        done = {"HX-Trigger": json.dumps({"acted": {"case": case_id}})}
        return self._frame.done(request, f"/desk/cases/{case_id}", html, **done)

    def _carry_out(self, do: Do, case: Story, person: Person, form: FormData) -> None:
        with self._frame.database.begin() as connection:
            do(Asked(connection, case.row.id, person.id, form))


def _claim(asked: Asked) -> None:
    cases.claim(asked.connection, asked.case_id, asked.staff_id)


def _release(asked: Asked) -> None:
    cases.release(asked.connection, asked.case_id, asked.staff_id, cases.BY_HAND)


def _transfer(asked: Asked) -> None:
    kind, _, id_ = field(asked.form, "to").partition(" ")
    where = {"office": "office_id", "person": "to_staff"}.get(kind)
    if where is None:
        raise HTTPException(400)
    whose = (asked.connection, asked.case_id, asked.staff_id, asked.version)
    cases.transfer(*whose, note=field(asked.form, "note"), **{where: number(id_)})


def _note(asked: Asked) -> None:
    mentions = [number(one) for one in asked.form.getlist("mention")]
    cases.note(asked.connection, asked.case_id, asked.staff_id, field(asked.form, "text"), mentions)


def _close(asked: Asked) -> None:
    ending = next((one for one in ENDINGS if one.value == field(asked.form, "ending")), None)
    if ending is None:
        raise HTTPException(400)
    _end(asked, ending)


def _spam(asked: Asked) -> None:
    _end(asked, Ending.SPAM)


def _return(asked: Asked) -> None:
    _end(asked, Ending.RETURNED)


def _end(asked: Asked, ending: Ending) -> None:
    cases.close(asked.connection, asked.case_id, asked.staff_id, asked.version, ending)


def _undo(asked: Asked) -> None:
    undo(asked.connection, asked.case_id, asked.staff_id)


def _held(asked: Asked) -> None:
    held, send = number(asked.form.get("held")), field(asked.form, "do") == "send"
    holding.decide(asked.connection, held, asked.staff_id, send)
