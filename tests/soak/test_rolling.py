"""Workers are restarted one after another while people write, on PostgreSQL: no message is lost, none answered twice.

`make rolling` restarts them twenty times among 5,000 messages; here twice.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
from collections.abc import Iterator

import psutil
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from tests.soak import crowd
from tests.soak.test_kill import last_answers
from tests.soak.town import Town

RESTARTS = int(os.environ.get("MOTCUA_RESTARTS", "2"))
MESSAGES = int(os.environ.get("MOTCUA_MESSAGES", "30"))
WORKERS, EACH = 2, 5
#: Seconds between two messages of a citizen: they write as long as there are restarts, some two seconds each.
PAUSE = RESTARTS * 2.0 / EACH


@pytest.fixture
def postgresql() -> Iterator[str]:
    """A database of its own; skips where there is no server."""
    url = make_url(os.environ.get("TEST_DATABASE_URL") or "postgresql:///postgres")
    server = create_engine(url, isolation_level="AUTOCOMMIT", future=True)
    name = f"motcua_rolling_{secrets.token_hex(4)}"
    try:
        with server.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
    except OperationalError:
        pytest.skip("needs a server of PostgreSQL")
    yield url.set(database=name).render_as_string(hide_password=False)
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


@pytest.mark.soak
def test_given_workers_that_are_restarted_under_traffic_when_all_is_over_then_each_message_has_one_answer_in_order(
    postgresql: str, capsys: pytest.CaptureFixture[str]
) -> None:
    outcome, seen = asyncio.run(restart(Town(postgresql, workers=WORKERS)))
    with capsys.disabled():
        print(f"\n{RESTARTS} restarts, {seen} workers: {outcome}")
    assert seen == WORKERS * (RESTARTS + 1)
    assert not outcome.lost, outcome.lost[:5]
    assert outcome.answered == outcome.written
    assert outcome.out_of_order == 0
    assert not +outcome.copies


async def restart(town: Town) -> tuple[crowd.Outcome, int]:
    """What came of it, and how many workers there were."""
    async with town.open():
        people = crowd.crowd(town, MESSAGES, EACH)
        await town.start()
        parent = the_parent(town)
        seen = workers = {child.pid for child in await both(parent, set())}
        writing = asyncio.gather(*(person.write(PAUSE) for person in people))
        for _ in range(RESTARTS):
            parent.send_signal(signal.SIGHUP)
            workers = {child.pid for child in await both(parent, workers)}
            seen = seen | workers
        await writing
        await last_answers(people)
        return crowd.tell(town, people), len(seen)


def the_parent(town: Town) -> psutil.Process:
    """Of the workers."""
    assert town.process is not None
    [parent] = psutil.Process(town.process.pid).children()
    return parent


async def both(parent: psutil.Process, before: set[int]) -> list[psutil.Process]:
    """The workers, once all are others than before."""
    for _ in range(600):
        children = parent.children()
        if len(children) == WORKERS and not before & {child.pid for child in children}:
            return children
        await asyncio.sleep(0.05)
    raise TimeoutError("the workers are not replaced")
