"""How long understanding one message takes, without the answer: over the catalogue that MOTCUA_DATABASE_URL names.

make bench-parse
"""

from __future__ import annotations

import time
from pathlib import Path

from rich.console import Console

from bot.engine import Engine, training
from bot.evaluation.read import read

TUNING = Path(__file__).parents[1] / "questions" / "tuning"
FILES = [TUNING / "procedures.jsonl", TUNING / "others.jsonl"]
#: Messages that fill the caches first.
_WARM = 30


def main() -> None:
    """Parses the tuning messages and prints what it took."""
    engine = Engine(training.trained_model())
    engine.load()
    texts = [line.text for line in read(FILES)[0]]
    for text in texts[:_WARM]:
        engine.parse(text)
    ms = sorted(_timed(engine, text) for text in texts)
    p50, p95 = ms[len(ms) // 2], ms[int(len(ms) * 0.95)]
    Console(highlight=False).print(f"{len(ms)} messages: p50 {p50:.1f} ms, p95 {p95:.1f} ms, most {ms[-1]:.0f} ms")


def _timed(engine: Engine, text: str) -> float:
    started = time.perf_counter()
    engine.parse(text)
    return (time.perf_counter() - started) * 1000


if __name__ == "__main__":
    main()
