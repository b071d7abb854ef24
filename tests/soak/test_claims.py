"""Two clicks in the same millisecond: one owner each, and everybody else reads whose it is.

`make race`: 200 claims on each of 500 cases by 8 workers on PostgreSQL; here some, on SQLite.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Sequence

import pytest
from sqlalchemy import func, select
from sqlalchemy.engine import Engine

from bot.conversation import Author, Inbound
from bot.handover import cases
from bot.handover.kinds import Event
from bot.post.inbox import Inbox
from bot.post.wake import Wake
from bot.store.desk_tables import handover, handover_event
from bot.store.tables import conversation, inbox, message, outbox
from bot.turn import Turns
from tests.bot.handover import kit
from tests.doubles import EchoResponder
from tests.soak.claiming import PATIENCE, Told, work

CASES = int(os.environ.get("MOTCUA_CASES", "10"))
CLAIMS = int(os.environ.get("MOTCUA_CLAIMS", "24"))
WORKERS = int(os.environ.get("MOTCUA_CLAIMERS", "3"))


@pytest.mark.soak
def test_given_many_officers_who_claim_the_same_cases_at_once_when_all_are_done_then_each_has_one_owner(
    database: Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    with database.begin() as connection:
        officers = {kit.person(connection, f"officer{number}"): f"Officer{number}" for number in range(CLAIMS)}
        case_ids = [kit.case(connection, "memory", str(number)) for number in range(CASES)]
    started = time.perf_counter()
    told = race(database, case_ids, list(officers))
    seconds = time.perf_counter() - started
    won = Counter(case for one in told for case, _ in one.won)
    with capsys.disabled():
        print(f"\n{CASES} cases, {CLAIMS} claims each by {WORKERS} workers on {database.dialect.name}: {seconds:.1f} s")
    assert [error for one in told for error in one.errors] == []
    assert won == dict.fromkeys(case_ids, 1)
    owners = {case: officer for one in told for case, officer in one.won}
    lost: Counter[tuple[int, str]] = sum((one.lost for one in told), Counter())
    assert lost == {(case, officers[owners[case]]): CLAIMS - 1 for case in case_ids}
    kept(database, owners)


def race(database: Engine, case_ids: Sequence[int], officers: Sequence[int]) -> list[Told]:
    """All workers at once; what each was told."""
    # Not forked: a process must not share the connections of another.
    processes = multiprocessing.get_context("spawn")
    barrier, results = processes.Barrier(WORKERS), processes.Queue()
    url = database.url.render_as_string(hide_password=False)
    workers = [
        processes.Process(target=work, args=(url, case_ids, officers[number::WORKERS], number, barrier, results))
        for number in range(WORKERS)
    ]
    for worker in workers:
        worker.start()
    try:
        return [results.get(timeout=PATIENCE + CASES * CLAIMS / 20) for _ in workers]
    finally:
        for worker in workers:
            worker.join(5)
            worker.kill()


def kept(database: Engine, owners: dict[int, int]) -> None:
    """What the database says fits what was told; each citizen was told once."""
    with database.connect() as connection:
        columns = (handover.c.id, handover.c.staff_id, handover.c.status, handover.c.version, conversation.c.state)
        joined = select(*columns).join(conversation, conversation.c.id == handover.c.conversation_id)
        rows = {tuple(row) for row in connection.execute(joined)}
        events = select(handover_event.c.handover_id, handover_event.c.staff_id, handover_event.c.kind)
        history = sorted(tuple(row) for row in connection.execute(events))
        letters = select(func.count()).select_from(outbox)
        lines = connection.execute(select(func.count(), func.count(message.c.conversation_id.distinct()))).one()
        assert connection.execute(letters).scalar() == CASES
    assert rows == {(case, officer, "with_staff", 1, "with_staff") for case, officer in owners.items()}
    assert history == sorted((case, officer, Event.CLAIMED.value) for case, officer in owners.items())
    assert tuple(lines) == (CASES, CASES)


@pytest.mark.soak
def test_given_a_bot_that_answers_while_officers_claim_when_a_case_is_theirs_then_it_says_no_more(
    database: Engine,
) -> None:
    wake = Wake()
    post, turns = Inbox(database, wake), Turns(database, EchoResponder(), wake)
    with database.begin() as connection:
        officer = kit.person(connection)
        case_ids = [kit.case(connection, "memory", str(number)) for number in range(CASES)]
    for number in range(CASES):
        post.receive(Inbound("memory", str(number), str(number), "hello"))

    def answer() -> None:
        while (claimed := post.claim()) is not None:
            turns.take(claimed)

    def claim() -> None:
        for case in case_ids:
            with database.begin() as connection:
                cases.claim(connection, case, officer)

    threads = [threading.Thread(target=one) for one in (answer, claim)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    silent(database)


def silent(database: Engine) -> None:
    """In each conversation an answer of the bot comes before the notice of the claim, or not at all."""
    said = defaultdict(list)
    with database.connect() as connection:
        mine = select(message.c.conversation_id, message.c.inbox_id).where(message.c.author == Author.BOT.value)
        for row in connection.execute(mine.order_by(message.c.id)):
            said[row.conversation_id].append("notice" if row.inbox_id is None else "answer")
        assert set(connection.execute(select(inbox.c.status)).scalars()) == {"done"}
    assert len(said) == CASES
    assert all(lines in (["notice"], ["answer", "notice"]) for lines in said.values())
