"""Search over the whole catalogue."""

from __future__ import annotations

import json
import time
from pathlib import Path

from rich.console import Console

from procedures.catalogue import Catalogue
from procedures.database import connect
from procedures.search.fold import fold
from tests.benchmarks.turns import quantile

FOUND = Path(__file__).parents[2].parent / "shared" / "data" / "questions_found.jsonl"
FEW = ["con em mới sinh làm giấy khai sinh cần giấy tờ gì", "sang tên sổ đỏ mất bao lâu", "đăng ký tạm trú"]


def questions() -> list[str]:
    """Found questions, each with and without accents; a few of our own where the file is absent."""
    texts = [json.loads(line)["text"] for line in FOUND.open(encoding="utf-8")] if FOUND.exists() else FEW * 50
    return [variant for text in texts for variant in (text, fold(text))]


def run(out: Console, url: str) -> None:
    """Prints build time and p50, p99 of a search."""
    catalogue = Catalogue(connect(url))
    started = time.perf_counter()
    view = catalogue.view()
    built = time.perf_counter() - started
    times = []
    for text in questions():
        started = time.perf_counter()
        view.search(text)
        times.append((time.perf_counter() - started) * 1000)
    p50, p99 = quantile(times, 0.5), quantile(times, 0.99)
    out.print(
        f"search over {len(view)} procedures, {len(times)} questions: p50 {p50:.1f} ms, p99 {p99:.1f} ms; ", end=""
    )
    out.print(f"index read and built in {built:.1f} s")
