"""How fast the desk is with 2,000 open cases while 50 of the staff look at it: the list, and a new message on screen.

The service runs in a process of its own; the browsers' streams and the citizens come from this one, on the same cores.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from datetime import timedelta

import httpx
from rich.console import Console
from sqlalchemy import insert
from starlette.responses import Response

from bot.accounts.sessions import COOKIE, Sessions
from bot.post.clock import now
from bot.settings import load
from bot.store import schema
from bot.store.desk_tables import handover, staff
from bot.store.tables import conversation, message
from procedures.database import connect
from tests.bot.handover import kit
from tests.soak.town import Town

CASES, STAFF, LISTS, MESSAGES, LINES = 2000, 50, 60, 60, 8
#: Seconds that a message is waited for.
_PATIENCE = 20.0


def run(console: Console, url: str | None = None) -> None:
    """`url`: a database; a file of SQLite without one."""
    with tempfile.TemporaryDirectory() as folder:
        found = asyncio.run(_measure(Town(url or f"sqlite:///{folder}/bench.db")))
    told = f"{CASES} open cases, {STAFF} of the staff connected"
    for name, seconds in found.items():
        console.print(f"{told}: {name} {_shares(seconds)}")


async def _measure(town: Town) -> dict[str, list[float]]:
    async with town.open():
        _fill(town)
        await town.start()
        limits = httpx.Limits(max_connections=STAFF + 10)
        async with httpx.AsyncClient(limits=limits, base_url=town.site, timeout=60) as http:
            before = await _lists(http, town)
            heard: dict[str, float] = {}
            looking = [asyncio.create_task(_look(http, town, number, heard)) for number in range(1, STAFF + 1)]
            await asyncio.sleep(5)
            during = await _lists(http, town)
            shown = await _messages(town, heard)
            for task in looking:
                task.cancel()
            await asyncio.gather(*looking, return_exceptions=True)
    return {"list alone": before, "list": during, "message on screen": shown}


def _fill(town: Town) -> None:
    """Cases of Telegram; each of the staff owns one, the others wait."""
    database = connect(town.database_url)
    schema.migrate(database)
    with database.begin() as connection:
        for number in range(1, STAFF + 1):
            kit.person(connection, f"s{number}")
        moment = now()
        for number in range(1, CASES + 1):
            owner = number if number <= STAFF else None
            state = {"state": "with_staff" if owner else "waiting", "heard_at": moment, "created_at": moment}
            row = {"channel": "telegram", "address": str(10_000 + number), "contact_name": f"Citizen {number}"}
            connection.execute(insert(conversation).values(id=number, **row, **state))
            status = "with_staff" if owner else "waiting"
            since = moment - timedelta(seconds=CASES - number)
            case = {"reason": "asked", "status": status, "staff_id": owner, "waits_since": since, "created_at": since}
            # Nothing is pressed for meanwhile.
            case["due_at"] = moment + timedelta(days=7)
            connection.execute(insert(handover).values(id=number, conversation_id=number, **case))
            said = {"conversation_id": number, "author": "citizen", "created_at": moment}
            lines = [{**said, "text": f"giấy khai sinh {line}"} for line in range(LINES)]
            connection.execute(insert(message), lines)
        connection.execute(staff.update().values(seen_at=moment))
    database.dispose()


def _cookie(town: Town, number: int) -> dict[str, str]:
    response = Response()
    Sessions(load(town.environment)).give(response, number, 0)
    return {COOKIE: response.headers["set-cookie"].split("=", 1)[1].split(";")[0]}


async def _lists(http: httpx.AsyncClient, town: Town) -> list[float]:
    """Seconds until a list has come whole."""
    found = []
    for number in range(LISTS):
        begun = time.perf_counter()
        page = await http.get("/desk", cookies=_cookie(town, number % STAFF + 1))
        found.append(time.perf_counter() - begun)
        assert page.status_code == 200 and page.text.count('<li id="row') == 60
        await asyncio.sleep(0.05)
    return found


async def _look(http: httpx.AsyncClient, town: Town, number: int, heard: dict[str, float]) -> None:
    """The stream of somebody's case: `heard` is when each text came."""
    address = f"/desk/events?tab=waiting&case={number}&after={CASES * LINES}"
    async with http.stream("GET", address, cookies=_cookie(town, number), timeout=None) as stream:
        async for line in stream.aiter_lines():
            if "đo số" in line:
                heard.setdefault(line.split("đo số ")[1].split(".")[0], time.perf_counter())


async def _messages(town: Town, heard: dict[str, float]) -> list[float]:
    """Seconds from a citizen's pressing send to the stream of who owns their case."""
    found = []
    for number in range(MESSAGES):
        begun = time.perf_counter()
        await town.telegram.text(10_001 + number % STAFF, f"đo số {number}.")
        while str(number) not in heard and time.perf_counter() < begun + _PATIENCE:
            await asyncio.sleep(0.002)
        found.append(heard.get(str(number), float("inf")) - begun)
        await asyncio.sleep(0.3)
    return found


def _shares(seconds: list[float]) -> str:
    ranked = statistics.quantiles(seconds, n=100)
    return f"p50 {ranked[49] * 1000:.0f} ms, p95 {ranked[94] * 1000:.0f} ms, most {max(seconds) * 1000:.0f} ms"


if __name__ == "__main__":
    import sys

    run(Console(highlight=False, soft_wrap=True), sys.argv[1] if len(sys.argv) > 1 else None)
