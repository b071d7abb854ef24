"""`motcua serve` as it is, with answers that can be counted: `python -m tests.faults.service web|worker|sender [N]`.

FAULTS_ENGINE: "real", or how many milliseconds an echo thinks in its place. FAULTS_LEASE: seconds after which what a
dead process held is given to another; empty for those of the product.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from bot.commands import run, workers
from bot.conversation.answer import Answer
from bot.post import inbox, outbox
from tests.soak.service import Thinking

#: What a citizen's message ends with: who, and the how manieth.
MARK = re.compile(r"\(p(\d+)n(\d+)\)")


def main() -> None:
    if lease := os.environ.get("FAULTS_LEASE"):
        inbox.LEASE = outbox.LEASE = float(lease)
    engine = os.environ.get("FAULTS_ENGINE", "8")
    _marks() if engine == "real" else _echoes(float(engine))
    size = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    run.serve(only=sys.argv[1], workers=size, leashed=False)


def _marks() -> None:
    """The real answer, with the mark of the question below its last words."""
    from bot.engine.engine import Engine

    respond: Callable[..., Answer] = Engine.respond

    def marked(self: Engine, conversation_id: int, text: str, payload: str, memory: str | None) -> Answer:
        answer = respond(self, conversation_id, text, payload, memory)
        mark = MARK.search(text)
        if mark is None or not answer.replies:
            return answer
        last = replace(answer.replies[-1], text=f"{answer.replies[-1].text}\n{mark[0]}")
        return replace(answer, replies=(*answer.replies[:-1], last))

    Engine.respond = marked  # type: ignore[method-assign]


def _echoes(ms: float) -> None:
    """No model; forked workers all the same."""

    class Shared:
        engine = Thinking(ms)

        def __init__(self, *_: Any) -> None:
            pass

        def load(self) -> None:
            pass

        def moved(self) -> bool:
            return False

    told: Any = workers
    told.Shared = Shared
    told._one = lambda settings, shared, leash: run.work(settings, Thinking(ms), leash)
    run._models = lambda: None  # type: ignore[assignment,return-value]
    run.SwappingEngine = lambda _: Thinking(ms)  # type: ignore[assignment,misc]


if __name__ == "__main__":
    main()
