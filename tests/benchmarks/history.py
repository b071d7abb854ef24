"""Does a long history slow anything down? The same steps over a short and a long one, turn by turn, in one run.

`make bench-history`; SHORT, LONG and PEOPLE tell how many lines and people there are, SAMPLES how often each is done.
"""

from __future__ import annotations

import asyncio
import logging
import os
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import httpx
from rich.console import Console
from rich.table import Table
from sqlalchemy.engine import Engine
from starlette.responses import Response

from bot import logs
from bot.accounts.sessions import COOKIE, Sessions
from bot.app import build
from bot.channels.port import Delivery
from bot.console.counting import count
from bot.conversation import Inbound, Outcome, Reply
from bot.conversation.answer import Answer
from bot.post.inbox import Inbox
from bot.post.outbox import Outbox
from bot.post.wake import Wake
from bot.settings import Settings
from bot.turn import Turns
from bot.watch import figures
from bot.web.chat import Chat, read
from tests.benchmarks import results
from tests.benchmarks.databases import prepared
from tests.benchmarks.filling import fill
from tests.benchmarks.plans import Plans
from tests.bot.handover import kit

SHORT, LONG = int(os.environ.get("SHORT", "1000")), int(os.environ.get("LONG", "1000000"))
PEOPLE, SAMPLES, OPENED = int(os.environ.get("PEOPLE", "100000")), int(os.environ.get("SAMPLES", "400")), 25
OPEN_CASES = 200
#: A longer history may cost so much more, of the median; less than a tenth of a millisecond is nothing.
WITHIN, NOTHING = 1.2, 0.1
_ANSWER = Answer(
    (Reply("Giấy tờ cần có: giấy chứng sinh."),), Outcome.ANSWERED, "ask_documents", memory='{"slots": {}}'
)


class _Says:
    """No engine: what it takes has nothing to do with the history."""

    def respond(self, conversation_id: int, text: str, payload: str, memory: str | None) -> Answer:
        return _ANSWER


class House:
    """What answers over one database."""

    def __init__(self, name: str, database: Engine, people: int) -> None:
        self.name, self.database, self.people = name, database, people
        self.ms: dict[str, list[float]] = defaultdict(list)
        wake = Wake()
        self._inbox, self._outbox = Inbox(database, wake), Outbox(database, "web")
        self._chat = Chat(database, self._inbox, wake, lambda: "ready")
        self._turns = Turns(database, _Says(), wake, "http://127.0.0.1", secret="bench", notice=True)
        url = database.url.render_as_string(hide_password=False)
        self._settings = Settings(url, "127.0.0.1", 8000, "http://127.0.0.1:8000", "bench")
        # Its parts beside the pages are not started.
        self._app = build(self._settings)

    def furnish(self) -> None:
        """Staff, and cases that wait: as many whatever the history."""
        with self.database.begin() as connection:
            kit.person(connection, "an", role="admin")
            for number in range(OPEN_CASES):
                kit.case(connection, f"waits{number}", status="waiting")
        count(self.database)

    def message(self, number: int) -> None:
        """One message of somebody of old, or of somebody new, from the post to the letter that is sent."""
        who = f"old{number * 31 % self.people // 2 * 2 + 1}" if number % 4 else f"new{number}"
        self._timed("message stored", lambda: self._inbox.receive(Inbound("web", who, f"{who}:{number}", "cần gì?")))
        claimed = self._timed("message claimed", self._inbox.claim)
        self._timed("turn without its engine", lambda: self._turns.take(claimed))
        while letter := self._timed("letter claimed", self._outbox.claim):
            self._timed("letter sent", lambda: self._outbox.delivered(letter, 0, Delivery(), True))
        self.ms["letter claimed"].pop()
        self._timed("page of the chat read", lambda: self._chat.view(who, newest=60))
        self._timed(
            "page of the chat written to", lambda: self._chat.receive(who, read("lệ phí?", "", "", f"w{number:08}"))
        )
        self._finish()

    def _finish(self) -> None:
        while claimed := self._inbox.claim():
            self._turns.take(claimed)
        while letter := self._outbox.claim():
            self._outbox.delivered(letter, 0, Delivery(), True)

    async def pages(self) -> None:
        """What staff open, and what watches over the service."""
        cookie = Response()
        Sessions(self._settings).give(cookie, 1, 0)
        cookies = {COOKIE: cookie.headers["set-cookie"].split("=", 1)[1].split(";")[0]}
        transport = httpx.ASGITransport(self._app)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000", cookies=cookies) as http:
            for name, path in (("list of the desk", "/desk"), ("numbers of the console", "/admin/numbers")):
                begun = time.perf_counter()
                page = await http.get(path)
                assert page.status_code == 200, (path, page.status_code)
                self.ms[name].append((time.perf_counter() - begun) * 1000)
        with self.database.execution_options(motcua_read=True).connect() as connection:
            self._timed("metrics", lambda: figures.read(connection))
        self._timed("today counted", lambda: count(self.database))

    def _timed(self, name: str, what: Callable[[], Any]) -> Any:
        begun = time.perf_counter()
        told = what()
        self.ms[name].append((time.perf_counter() - begun) * 1000)
        return told


def measure(short: Engine, long: Engine, people: int, samples: int, opened: int) -> tuple[House, House]:
    """The same steps in both houses, one after the other, so that what else the machine does meets both."""
    houses = (House("short", short, min(people, SHORT // 10)), House("long", long, people))
    for house in houses:
        house.furnish()
    warm = max(1, samples // 20)
    for number in range(samples + warm):
        if number == warm:
            for house in houses:
                house.ms.clear()
        for house in houses:
            house.message(number)
    for _ in range(opened):
        for house in houses:
            asyncio.run(house.pages())
    return houses


def run(out: Console) -> None:
    """Fills, measures, tells what changes, and what goes through a whole table."""
    with tempfile.TemporaryDirectory() as folder:
        begun = time.perf_counter()
        short, long = (prepared(f"sqlite:///{folder}/{name}.db") for name in ("short", "long"))
        fill(short, SHORT, max(10, SHORT // 10))
        fill(long, LONG, PEOPLE)
        each = os.path.getsize(f"{folder}/long.db") / LONG  # noqa: PTH202
        out.print(f"{LONG} lines of {PEOPLE} people filled in {time.perf_counter() - begun:.0f} s")
        plans = Plans(long)
        houses = measure(short, long, PEOPLE, SAMPLES, OPENED)
        scans = plans.scans()
    figures_ = {
        name: {"short": results.spread(houses[0].ms[name]), "long": results.spread(houses[1].ms[name])}
        for name in houses[0].ms
    }
    _print(out, figures_, scans)
    told = {
        "short": SHORT,
        "long": LONG,
        "people": PEOPLE,
        "bytes": each,
        "steps": figures_,
        "scans": [step for _, step in scans],
    }
    results.keep("history", "make bench-history", told)


def changes(step: dict[str, dict[str, float]]) -> bool:
    """Whether a step takes longer with a long history: by its median."""
    short, long = step["short"]["p50"], step["long"]["p50"]
    return long > short * WITHIN and long - short > NOTHING


def _print(out: Console, steps: dict[str, Any], scans: list[tuple[str, str]]) -> None:
    table = Table("step", f"p50 of {SHORT}", f"p50 of {LONG}", "times", "p99", "p99", "", title="ms")
    for name, step in steps.items():
        short, long = step["short"], step["long"]
        times = f"{long['p50'] / short['p50']:.2f}"
        told = (f"{short['p50']:.2f}", f"{long['p50']:.2f}", times, f"{short['p99']:.1f}", f"{long['p99']:.1f}")
        table.add_row(name, *told, "CHANGES" if changes(step) else "flat")
    out.print(table)
    for statement, step in scans:
        out.print(f"{step}: {statement[:300]}", markup=False)


if __name__ == "__main__":
    logs.configure(logging.WARNING)
    run(Console(highlight=False, soft_wrap=True, width=120))
