"""The service as `motcua serve` starts it: `python -m tests.soak.service [worker]`.

SOAK_WORKERS: how many answer, forked from one process where there are several.
SOAK_ENGINE: "real", or how many milliseconds an echo thinks in its place. What a killed process held is taken up after
seconds instead of a minute, so that a run with 200 deaths ends.
"""

from __future__ import annotations

import os
import sys
import time

import uvicorn

from bot import app, logs
from bot import settings as settings_module
from bot.commands.child import Child
from bot.commands.crew import Crew
from bot.commands.run import work
from bot.commands.workers import keep
from bot.conversation.answer import Answer
from bot.engine.models import Models
from bot.engine.swapping import SwappingEngine
from bot.post import inbox, outbox
from tests.doubles import EchoResponder


class Thinking(EchoResponder):
    """Takes as long as the real engine, and as much of the processor."""

    def __init__(self, ms: float) -> None:
        super().__init__()
        self.seconds = ms / 1000

    def respond(self, conversation_id: int, text: str, payload: str, memory: str | None) -> Answer:
        until = time.perf_counter() + self.seconds
        while time.perf_counter() < until:
            sum(range(1000))
        return super().respond(conversation_id, text, payload, memory)


def main() -> None:
    inbox.LEASE = outbox.LEASE = float(os.environ.get("SOAK_LEASE", "6"))
    logs.configure()
    settings = settings_module.load()
    if sys.argv[1:] == ["worker"]:
        engine, size = os.environ.get("SOAK_ENGINE", "8"), int(os.environ.get("SOAK_WORKERS", "1"))
        if size > 1:
            keep(Crew(size, lambda leash: work(settings, Thinking(float(engine)), leash)), lambda: False, leashed=True)
            return
        work(settings, SwappingEngine(Models()) if engine == "real" else Thinking(float(engine)), leash=0)
        return
    with Child([sys.executable, "-m", "tests.soak.service", "worker"]):
        uvicorn.run(app.build(settings), host=settings.host, port=settings.port, ws="none", log_level="error")


if __name__ == "__main__":
    main()
