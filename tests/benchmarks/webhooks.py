"""How fast webhooks are acknowledged while turns are running: 100 messages a second, two providers, the real engine.

The messages and the providers come from this process, on the same two cores.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time

import httpx
from rich.console import Console

from bot.store import schema
from procedures.catalogue import SEEDS
from procedures.database import connect
from procedures.importers.seeds import read_seeds
from procedures.store import take_in
from tests.soak.town import Town

#: Messages a second, seconds, and citizens among whom they are dealt.
RATE, SECONDS, CITIZENS = 100, 30, 600
QUESTIONS = ("làm giấy khai sinh cần gì", "lệ phí bao nhiêu", "dang ky tam tru mat bao lau", "cam on em")


def run(console: Console, engine: str) -> None:
    """`engine`: "real", or milliseconds that an echo takes for a turn."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/bench.db"
        database = connect(url)
        schema.migrate(database)
        take_in(database, read_seeds(SEEDS), source="bench")
        database.dispose()
        seconds, answered, spent = asyncio.run(_measure(Town(url, engine=engine)))
    shares = ", ".join(f"p{percent} {_share(seconds, percent):.0f}" for percent in (50, 95, 99))
    told = f"{shares}, most {max(seconds) * 1000:.0f} ms"
    console.print(f"{RATE} messages a second for {SECONDS} s, engine {engine}: acknowledged after {told}")
    console.print(
        f"{len(seconds)} acknowledged, {answered} answered; the last answer {spent:.0f} s after the first message"
    )


async def _measure(town: Town) -> tuple[list[float], int, float]:
    async with town.open():
        await town.start()
        await _ready(town)
        begun, sending = time.monotonic(), []
        for number in range(RATE * SECONDS):
            await asyncio.sleep(max(0.0, begun + number / RATE - time.monotonic()))
            sending.append(asyncio.create_task(_write(town, number)))
        await asyncio.gather(*sending)
        wanted = RATE * SECONDS
        while _answered(town) < wanted and time.monotonic() < begun + SECONDS * 6:
            await asyncio.sleep(0.2)
        delivered = [*town.telegram.deliveries, *town.oa.deliveries]
        assert all(one.status == 200 for one in delivered)
        return [one.seconds for one in delivered], _answered(town), time.monotonic() - begun


async def _write(town: Town, number: int) -> None:
    citizen, text = 10_000 + number % CITIZENS, QUESTIONS[number // CITIZENS % len(QUESTIONS)]
    if citizen % 2:
        await town.telegram.text(citizen, text)
    else:
        await town.oa.text(str(citizen), text)


def _answered(town: Town) -> int:
    """At least one message for each that was written; some are answered with two."""
    citizens = [*map(str, range(10_000, 10_000 + CITIZENS))]
    each = RATE * SECONDS // CITIZENS
    providers = (town.telegram, town.oa)
    return sum(min(each, max(len(fake.messages_to(citizen)) for fake in providers)) for citizen in citizens)


async def _ready(town: Town) -> None:
    until = time.monotonic() + 120
    async with httpx.AsyncClient() as http:
        while (await http.get(f"{town.site}/health/ready", timeout=30)).status_code != 200:
            if time.monotonic() > until:
                raise TimeoutError("the engine does not start")
            await asyncio.sleep(0.2)


def _share(seconds: list[float], percent: int) -> float:
    return statistics.quantiles(seconds, n=100)[percent - 1] * 1000


if __name__ == "__main__":
    run(Console(highlight=False, soft_wrap=True), sys.argv[1] if len(sys.argv) > 1 else "real")
