"""A portal export in the page: uploaded, read, looked through field by field, and taken as far as it is wanted."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy.engine import Connection
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.access import Route
from bot.accounts.people import Person, Role
from bot.console import audit, import_jobs, import_plan, import_reading, import_taking
from bot.console.import_jobs import CHOICES, ENDED, KEEP, NEW, TAKEN, Found, Job
from bot.console.import_plan import SUCCESSOR, Plan
from bot.console.import_words import path_told
from bot.desk.frame import Frame, by_script, number
from bot.errors import DeskError, Refused
from bot.web.body import field
from procedures.diffing import Kind

_HERE = "/admin/import"
#: Differences on a page.
PAGE = 25
#: Bytes of a form beside its file, and of one with the decisions of a page.
_FORM = 256 * 1024
#: What may be looked at, by its name in the address.
SHOWN: dict[str, Callable[[Job, Found], bool]] = {
    "all": lambda job, one: True,
    "changed": lambda job, one: one.kind is Kind.CHANGED,
    "created": lambda job, one: one.kind is Kind.CREATED,
    "ended": lambda job, one: one.ends,
    "stale": lambda job, one: bool(one.stale or one.translations),
    "later": lambda job, one: any(
        job.choice(one.code, import_jobs.key(one, name)) not in (KEEP, TAKEN) for name in one.fields
    ),
}


@dataclass(frozen=True)
class _Look:
    """Which differences of a job are looked at."""

    shown: str
    page: int
    differences: tuple[Found, ...]
    pages: int


class Importing:
    """The list with a form, and a page for each upload."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        #: Jobs that this process works on. One at a time: reading an export takes a processor.
        self._running: set[int] = set()
        self._turn = threading.Lock()

    def routes(self) -> list[Route]:
        """By the number of the job."""
        job = f"{_HERE}/{{job:int}}"
        return [
            Route(_HERE, self.home, access=Role.ADMIN),
            Route(_HERE, self.upload, access=Role.ADMIN, methods=["POST"]),
            Route(job, self.show, access=Role.ADMIN),
            Route(f"{job}/progress", self.progress, access=Role.ADMIN),
            Route(f"{job}/choices", self.choose, access=Role.ADMIN, methods=["POST"]),
            Route(f"{job}/all", self.choose_all, access=Role.ADMIN, methods=["POST"]),
            Route(f"{job}/take", self.take, access=Role.ADMIN, methods=["POST"]),
            Route(f"{job}/again", self.again, access=Role.ADMIN, methods=["POST"]),
            Route(f"{job}/discard", self.discard, access=Role.ADMIN, methods=["POST"]),
        ]

    async def home(self, request: Request) -> Response:
        """What was uploaded lately."""
        person = await self._admin(request)
        return await self._list(request, person)

    async def upload(self, request: Request) -> Response:
        """Keeps a file and begins to read it. What is not what it says is refused with words, beside the form."""
        person = await self._admin(request)
        try:
            form = await self._form(request)
            job_id = await asyncio.to_thread(self._keep, person, form)
        except DeskError as error:
            return await self._list(request, person, self._frame.words(person, error.key, **error.values))
        self._work(job_id, import_reading.read_in)
        return self._frame.done(request, f"{_HERE}/{job_id}")

    async def show(self, request: Request) -> Response:
        """One upload: how far it is, or what it would change."""
        person, job = await self._asked(request)
        look = _look(job, request.query_params.get("show", "all"), request.query_params.get("page", "1"))
        plans = await asyncio.to_thread(self._plans, job, look)
        told: dict[str, Any] = {"job": job, "look": look, "plans": plans, "shown": SHOWN, "choices": CHOICES}
        told |= {
            "key": import_jobs.key,
            "new": NEW,
            "ended": ENDED,
            "taken": TAKEN,
            "lines": _lines,
            "path_told": path_told,
        }
        return self._frame.page(request, person, "import_job.html", running=job.id in self._running, **told)

    async def progress(self, request: Request) -> Response:
        """How far it is, for a script; once it is ready, the page is to be read anew."""
        person, job = await self._asked(request)
        if job.status not in ("reading", "taking") or not by_script(request):
            return self._frame.done(request, f"{_HERE}/{job.id}", **{"HX-Redirect": f"{_HERE}/{job.id}"})
        html = self._frame.render("import_progress.html", person.locale, job=job, running=job.id in self._running)
        return self._frame.done(request, f"{_HERE}/{job.id}", html)

    async def choose(self, request: Request) -> Response:
        """Keeps the decisions of a page."""
        person, job = await self._asked(request)
        form = await self._frame.form(request, 0, _FORM)
        try:
            await asyncio.to_thread(self._choose, job, _chosen(job, form))
        except DeskError as error:
            return self._frame.trouble(request, person, error)
        return self._frame.done(request, _back(job, form))

    async def choose_all(self, request: Request) -> Response:
        """Decides the same of everything that is looked at, as far as nobody has decided yet."""
        person, job = await self._asked(request)
        form = await self._frame.form(request)
        shown, choice = field(form, "show"), field(form, "choice")
        if shown not in SHOWN or choice not in CHOICES:
            raise HTTPException(400)
        names = [_name(one, what) for one in job.differences if SHOWN[shown](job, one) for what in one.fields]
        told = {name: choice for name in names if job.choices.get(name, "") not in (KEEP, TAKEN)}
        try:
            await asyncio.to_thread(self._choose, job, told)
        except DeskError as error:
            return self._frame.trouble(request, person, error)
        return self._frame.done(request, _back(job, form))

    async def take(self, request: Request) -> Response:
        """Takes what is accepted, in the background."""
        person, job = await self._asked(request)
        await self._frame.form(request)
        try:
            await asyncio.to_thread(self._in_one, import_taking.ask, job.id, person.id)
        except DeskError as error:
            return self._frame.trouble(request, person, error)
        self._work(job.id, import_taking.take, person.id)
        return self._frame.done(request, f"{_HERE}/{job.id}")

    async def again(self, request: Request) -> Response:
        """Reads the file anew: the catalogue has changed meanwhile, or the process that read it has died."""
        person, job = await self._asked(request)
        await self._frame.form(request)
        if job.id not in self._running:
            try:
                await asyncio.to_thread(self._in_one, _again, job.id, person.id)
            except DeskError as error:
                return self._frame.trouble(request, person, error)
            self._work(job.id, import_reading.read_in)
        return self._frame.done(request, f"{_HERE}/{job.id}")

    async def discard(self, request: Request) -> Response:
        """Nothing more is taken of it."""
        person, job = await self._asked(request)
        await self._frame.form(request)
        try:
            await asyncio.to_thread(self._in_one, _discard, job.id, person.id)
        except DeskError as error:
            return self._frame.trouble(request, person, error)
        for path in (self._frame.media / job.file, self._frame.media / job.beside):
            await asyncio.to_thread(path.unlink, missing_ok=True)
        return self._frame.done(request, _HERE)

    async def _admin(self, request: Request) -> Person:
        person = await self._frame.person(request)
        self._frame.allow(person, Role.ADMIN)
        return person

    async def _asked(self, request: Request) -> tuple[Person, Job]:
        person = await self._admin(request)
        job = await asyncio.to_thread(self._find, number(request.path_params["job"]))
        if job is None:
            raise HTTPException(404)
        return person, job

    async def _list(self, request: Request, person: Person, trouble: str = "") -> Response:
        jobs = await asyncio.to_thread(self._listed)
        told: dict[str, Any] = {"jobs": jobs, "trouble": trouble, "most": import_reading.LARGEST // 1024**2}
        return self._frame.page(request, person, "import.html", status=409 if trouble else 200, **told)

    async def _form(self, request: Request) -> FormData:
        try:
            return await self._frame.form(request, 1, import_reading.LARGEST + _FORM)
        except HTTPException as error:
            if error.status_code != 413:
                raise
            raise Refused("file_large", most=str(import_reading.LARGEST // 1024**2)) from error

    def _keep(self, person: Person, form: FormData) -> int:
        file, month = form.get("file"), field(form, "month").strip()
        if not isinstance(file, UploadFile) or not file.filename:
            raise Refused("import_no_file")
        if month and not import_reading.MONTH.fullmatch(month):
            raise Refused("import_month")
        name = import_reading.called(file.filename)
        path = import_reading.put(self._frame.media, name, file.file)
        told: dict[str, Any] = {"complete": field(form, "complete") == "yes", "month": month}
        with self._frame.database.begin() as connection:
            return import_jobs.begin(connection, person.id, name, path, **told)

    def _work(self, job_id: int, do: Callable[..., None], *more: Any) -> None:
        """In a thread that outlives the request; a service that stops leaves nothing half done, only undone."""
        self._running.add(job_id)

        def work() -> None:
            try:
                with self._turn:
                    do(self._frame.database, self._frame.media, job_id, *more)
            finally:
                self._running.discard(job_id)

        threading.Thread(target=work, name=f"import-{job_id}", daemon=True).start()

    def _in_one(self, do: Callable[[Connection, int, int], None], job_id: int, staff_id: int) -> None:
        with self._frame.database.begin() as connection:
            do(connection, job_id, staff_id)

    def _choose(self, job: Job, told: dict[str, str]) -> None:
        with self._frame.database.begin() as connection:
            for name, code in told.items():
                of, _, what = name.partition(" ")
                if what == SUCCESSOR and not import_plan.fits(connection, job, of, code):
                    raise Refused("import_successor", code=code[:20])
            import_jobs.choose(connection, job.id, told)

    def _find(self, job_id: int) -> Job | None:
        with self._frame.reading.connect() as connection:
            return import_jobs.find(connection, job_id)

    def _listed(self) -> list[Any]:
        with self._frame.reading.connect() as connection:
            return import_jobs.listed(connection)

    def _plans(self, job: Job, look: _Look) -> dict[str, Plan]:
        with self._frame.reading.connect() as connection:
            found = import_plan.plans(connection, job, [one for one in look.differences if one.ends])
        return {plan.found.code: plan for plan in found}


def _look(job: Job, shown: str, page: str) -> _Look:
    shown = shown if shown in SHOWN else "all"
    fitting = tuple(one for one in job.differences if SHOWN[shown](job, one))
    pages = max(1, -(-len(fitting) // PAGE))
    at = min(max(1, int(page) if page.isascii() and page.isdigit() and len(page) < 6 else 1), pages)
    return _Look(shown, at, fitting[(at - 1) * PAGE : at * PAGE], pages)


def _chosen(job: Job, form: FormData) -> dict[str, str]:
    """What the form of a page says of fields that the job has."""
    names = {_name(one, what) for one in job.differences for what in one.fields}
    names |= {f"{one.code} {SUCCESSOR}" for one in job.differences if ENDED in one.fields}
    told = {name: field(form, name).strip() for name in names if name in form}
    return {name: value for name, value in told.items() if value in CHOICES or name.endswith(SUCCESSOR)}


def _name(one: Found, what: str) -> str:
    return f"{one.code} {import_jobs.key(one, what)}"


def _back(job: Job, form: FormData) -> str:
    shown, page = field(form, "show"), field(form, "page")
    shown, page = shown if shown in SHOWN else "all", page if page.isascii() and page.isdigit() else "1"
    return f"{_HERE}/{job.id}?show={shown}&page={page}"


def _lines(old: tuple[str, ...], new: tuple[str, ...]) -> tuple[list[str], list[str]]:
    """Lines that are gone and lines that come; where only their order differs, all of them."""
    if set(old) == set(new):
        return list(old), list(new)
    return [line for line in old if line not in new], [line for line in new if line not in old]


def _again(connection: Connection, job_id: int, staff_id: int) -> None:
    before = ("reading", "taking", "ready", "refused")
    import_jobs.move(connection, job_id, before, "reading", percent=0, error="")
    audit.note(connection, staff_id, "import.again", str(job_id))


def _discard(connection: Connection, job_id: int, staff_id: int) -> None:
    import_jobs.move(connection, job_id, ("reading", "ready", "refused", "taken"), "discarded")
    audit.note(connection, staff_id, "import.discarded", str(job_id))
