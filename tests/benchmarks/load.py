"""Messages a second, from the person to the answer on their screen: `make bench-load`.

Telegram (tests/fakes) and open pages of the web chat write to `motcua serve` with the trained model. Messages come at
their moment whether earlier ones were answered or not, and are timed from the moment at which they were due: a service
that is slow cannot slow down who measures it. The rate goes up until p99 is a second. The people are in this process,
on the same cores; what they take is told.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import tempfile
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from rich.console import Console
from rich.table import Table
from sqlalchemy import insert

from bot import logs
from bot.post.clock import now
from bot.store.consent_tables import consent
from bot.store.tables import conversation
from tests.benchmarks import draining, results
from tests.benchmarks.databases import postgresql, prepared
from tests.benchmarks.pages import Page
from tests.benchmarks.processes import Busy, serving
from tests.benchmarks.turns import TEXTS
from tests.fakes.provider import Sent
from tests.soak.town import SECRET, Town

RATES = [int(one) for one in os.environ.get("RATES", "40,60,80,100,120,140,160,200,240").split(",")]
SECONDS, PATIENCE, TOO_SLOW = float(os.environ.get("SECONDS", "8")), 10.0, 1000.0
#: Milliseconds of a message that was not answered while somebody waited.
NEVER = PATIENCE * 1000
#: Open pages and chats; Telegram takes 30 messages a second of a bot, and so does our sender.
PAGES, CHATS, TELEGRAM_RATE = int(os.environ.get("PAGES", "250")), int(os.environ.get("CHATS", "150")), 25
WORKERS = [int(one) for one in os.environ.get("WORKERS", "1,2,4").split(",")]

Ask = Callable[[str], Awaitable[float | None]]


@dataclass
class Crowd:
    """People who are free to write; whoever has waited longest writes next."""

    pages: deque[Ask] = field(default_factory=deque)
    chats: deque[Ask] = field(default_factory=deque)

    def next(self, chat: bool) -> tuple[deque[Ask], Ask] | None:
        """None where everybody still waits for an answer."""
        line = self.chats if chat and self.chats else self.pages
        return (line, line.popleft()) if line else None


async def step(crowd: Crowd, rate: int, seconds: float) -> list[float]:
    """Milliseconds of each message that was due; NEVER for those that were not answered."""
    begun = time.perf_counter() + 0.05
    chats, sending = 0.0, []
    for number in range(int(rate * seconds)):
        due = begun + number / rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        # Half of them, as long as Telegram takes so many.
        chats += min(0.5, TELEGRAM_RATE / rate)
        chosen = crowd.next(chats >= 1)
        chats -= chats >= 1
        sending.append(asyncio.create_task(_one(chosen, TEXTS[number % len(TEXTS)], due)))
    return list(await asyncio.gather(*sending))


async def _one(chosen: tuple[deque[Ask], Ask] | None, text: str, due: float) -> float:
    if chosen is None:
        return NEVER
    line, ask = chosen
    try:
        answered = await ask(text)
    except (OSError, asyncio.TimeoutError, asyncio.IncompleteReadError):
        answered = None
    line.append(ask)
    return NEVER if answered is None else (answered - due) * 1000


def telegram(town: Town) -> Callable[[int], Ask]:
    """Writes as somebody of a chat."""
    waiting: dict[str, asyncio.Future[float]] = {}

    def came(sent: Sent) -> None:
        if sent.kind == "text" and (waits := waiting.pop(sent.address, None)) is not None and not waits.done():
            waits.set_result(time.perf_counter())

    town.telegram.watchers.append(came)

    def chat(number: int) -> Ask:
        async def ask(text: str) -> float | None:
            waits = waiting[str(number)] = asyncio.get_running_loop().create_future()
            await town.telegram.text(number, text)
            try:
                return await asyncio.wait_for(waits, PATIENCE)
            except asyncio.TimeoutError:
                return None

        return ask

    return chat


def know(url: str, addresses: list[tuple[str, str]]) -> None:
    """They have all written before, and have said yes: the notice of the first contact is no part of a usual day."""
    database, moment = prepared(url), now()
    with database.begin() as connection:
        for number, (channel, address) in enumerate(addresses, 1):
            connection.execute(
                insert(conversation).values(id=number, channel=channel, address=address, created_at=moment)
            )
            said = {"purpose": "words", "version": 1, "language": "vi", "decision": "agreed", "decided_at": moment}
            connection.execute(insert(consent).values(conversation_id=number, **said))
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(f"ALTER SEQUENCE conversation_id_seq RESTART WITH {len(addresses) + 1}")
    database.dispose()


async def climb(out: Console, url: str, workers: int) -> list[dict[str, Any]]:
    """Every rate until one is too much."""
    town, steps = Town(url, engine="real"), []
    pages = [Page(town.port, SECRET, number) for number in range(1, PAGES + 1)]
    know(url, [*(("web", page.address) for page in pages), *(("telegram", str(one)) for one in range(1, CHATS + 1))])
    async with town.open(), serving(town, workers) as service:
        chat = telegram(town)
        await asyncio.gather(*(page.open() for page in pages))
        asks = [lambda text, page=page: page.ask(text, PATIENCE) for page in pages]
        crowd = Crowd(deque(asks), deque(map(chat, range(1, CHATS + 1))))  # type: ignore[arg-type]
        await step(crowd, 20, 2)
        for rate in RATES:
            busy = Busy(service)
            took = await step(crowd, rate, SECONDS)
            told = {**results.spread(took), "unanswered": sum(one >= NEVER for one in took)}
            steps.append({"rate": rate, **told, **busy.shares()})
            out.print(json.dumps({"workers": workers, **steps[-1]}))
            if not told["p99"] < TOO_SLOW:
                break
            await asyncio.sleep(1)
        for page in pages:
            page.close()
    return steps


def sustained(steps: list[dict[str, Any]]) -> int:
    """The highest rate with p99 below a second; 0 for none."""
    return max((one["rate"] for one in steps if one["p99"] < TOO_SLOW), default=0)


def run(out: Console) -> None:
    """SQLite with one worker, then PostgreSQL with one, two and four; and how fast workers alone are."""
    found: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as folder:
        found.append(_house(out, "SQLite", f"sqlite:///{folder}/load.db", 1))
    for workers in WORKERS:
        with postgresql() as url:
            if url:
                found.append(_house(out, "PostgreSQL", url, workers))
    alone = draining.run(out, WORKERS)
    results.keep("load", "make bench-load", {"houses": found, "alone": alone, "pages": PAGES, "chats": CHATS})
    table = Table("database", "workers", "messages a second at p99 < 1 s", "p50 ms", "p99 ms", "people's CPU")
    for one in found:
        best = max((step for step in one["steps"] if step["p99"] < TOO_SLOW), key=lambda s: s["rate"], default=None)
        told = [f"{best['p50']:.0f}", f"{best['p99']:.0f}", f"{best['people']:.0%}"] if best else ["", "", ""]
        table.add_row(one["database"], str(one["workers"]), str(one["sustained"]), *told)
    out.print(table)


def _house(out: Console, database: str, url: str, workers: int) -> dict[str, Any]:
    steps = asyncio.run(climb(out, url, workers))
    return {"database": database, "workers": workers, "sustained": sustained(steps), "steps": steps}


if __name__ == "__main__":
    logs.configure(logging.WARNING)
    run(Console(highlight=False, soft_wrap=True, width=120))
