"""kill -9 of the whole service under load: every message answered, none twice, order kept.

`make soak` kills it 200 times among 10,000 messages; test_faults.py does it once in every suite, among other things.
"""

from __future__ import annotations

import asyncio
import os
import random
import time
from pathlib import Path

import pytest

from tests.soak import crowd
from tests.soak.town import Town

KILLS = int(os.environ.get("MOTCUA_KILLS", "3"))
MESSAGES = int(os.environ.get("MOTCUA_MESSAGES", "150"))
#: Messages of one citizen, and seconds between two of them: they write as long as there is dying.
EACH = 50 if MESSAGES > 1000 else 10
PAUSE = KILLS * 5.0 / EACH
#: Seconds without an answer after which no more are waited for; seconds between two deaths, at most.
PATIENCE, LONGEST_LIFE = 60.0, 3.0


@pytest.mark.soak
@pytest.mark.skipif("MOTCUA_KILLS" not in os.environ, reason="make soak; test_faults.py is its short version")
def test_given_a_service_that_is_killed_again_and_again_when_it_restarts_then_each_message_is_answered_once_in_order(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url = os.environ.get("TEST_DATABASE_URL") or f"sqlite:///{tmp_path / 'kill.db'}"
    outcome, kills = asyncio.run(live_and_die(Town(url)))
    with capsys.disabled():
        print(f"\n{kills} kills: {outcome}")
    assert not outcome.lost, outcome.lost[:5]
    assert outcome.answered == outcome.written
    assert outcome.out_of_order == 0
    assert outcome.unmarked == 0
    # Zalo can be asked what arrived; nobody else can.
    assert outcome.copies["zalo-oa"] == 0


async def live_and_die(town: Town) -> tuple[crowd.Outcome, int]:
    async with town.open():
        people = crowd.crowd(town, MESSAGES, EACH)
        await town.start()
        writing = asyncio.gather(*(person.write(PAUSE) for person in people))
        kills = 0
        while kills < KILLS:
            await asyncio.sleep(random.uniform(0.05, LONGEST_LIFE))
            town.kill()
            kills += 1
            await town.start()
        await writing
        await last_answers(people)
        # Whatever is sent once more is sent now.
        await asyncio.sleep(10)
        return crowd.tell(town, people), kills


async def last_answers(people: list[crowd.Citizen]) -> None:
    """As long as any come."""
    answered, since = -1, time.monotonic()
    while not crowd.all_answered(people) and time.monotonic() < since + PATIENCE:
        await asyncio.sleep(0.2)
        now = sum(len(person.answers()) for person in people)
        answered, since = now, since if now == answered else time.monotonic()
