"""kill -9: whatever line the worker dies at, each message gets one answer."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.conversation import Inbound
from bot.post.inbox import Inbox
from bot.post.wake import Wake
from bot.store import schema
from bot.store.tables import inbox, message, outbox, turn
from procedures.database import connect

KILLS = int(os.environ.get("MOTCUA_KILLS", "4"))
MESSAGES = 40

#: A worker as in the service, but with a short lease and an engine that takes a moment.
WORKER = """
import sys, time
import bot.post.inbox as post
post.LEASE = 0.3
from bot.conversation import Outcome, Reply
from bot.conversation.answer import Answer
from bot.post.wake import Wake
from bot.turn import Turns
from procedures.database import connect

class Slow:
    def respond(self, conversation_id, text, payload, memory):
        time.sleep(0.01)
        return Answer((Reply("re: " + text),), Outcome.ANSWERED, memory='{"slots": {}, "events": []}')

database = connect(sys.argv[1])
inbox, turns = post.Inbox(database, Wake()), Turns(database, Slow(), Wake())
while True:
    claimed = inbox.claim()
    if claimed is None:
        time.sleep(0.02)
    else:
        turns.take(claimed)
"""


@pytest.mark.soak
def test_given_a_worker_that_is_killed_again_and_again_when_it_restarts_then_each_message_has_one_answer(
    tmp_path: Path,
) -> None:
    url = f"sqlite:///{tmp_path / 'kill.db'}"
    database = connect(url)
    schema.migrate(database)
    post = Inbox(database, Wake())
    for number in range(MESSAGES + KILLS * 2):
        post.receive(Inbound("memory", f"citizen {number % 5}", str(number), f"message {number}"))
    for _ in range(KILLS):
        worker = start(url)
        time.sleep(random.uniform(0.9, 1.4))
        worker.kill()
        worker.wait()
    worker = start(url)
    until = time.monotonic() + 60
    while post.waiting() and time.monotonic() < until:
        time.sleep(0.1)
    worker.kill()
    worker.wait()
    total = MESSAGES + KILLS * 2
    with database.connect() as connection:
        answers = connection.execute(
            select(message.c.inbox_id, func.count()).where(message.c.author == "bot").group_by(message.c.inbox_id)
        ).all()
        assert sorted(count for _, count in answers) == [1] * total
        assert connection.execute(select(func.count()).select_from(turn)).scalar() == total
        assert connection.execute(select(func.count()).select_from(outbox)).scalar() == total
        assert set(connection.execute(select(inbox.c.status)).scalars()) == {"done"}


def start(url: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", WORKER, url], stderr=subprocess.DEVNULL)
