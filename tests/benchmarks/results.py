"""Where figures are kept: one JSON object a line in var/bench/results.jsonl; docs/benchmarks.md is made of them.

{"bench": "load", "at": "2026-11-30T18:00:00+00:00", "machine": "…", "cores": 2, "memory_gib": 23.5,
"python": "3.10.13", "commit": "a22dcf8", "command": "make bench-load", "figures": {…}}
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
from collections.abc import Iterable, Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).parents[2]
#: MOTCUA_BENCH_FILE names another file, for a try.
FILE = Path(os.environ.get("MOTCUA_BENCH_FILE") or ROOT / "var" / "bench" / "results.jsonl")


def keep(bench: str, command: str, figures: Any, file: Path | None = None) -> dict[str, Any]:
    """Appends a line; returns it."""
    line = {"bench": bench, **about(), "command": command, "figures": figures}
    target = file or FILE
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("a", encoding="utf-8") as out:
        out.write(json.dumps(line, ensure_ascii=False) + "\n")
    return line


def newest(file: Path | None = None) -> dict[str, dict[str, Any]]:
    """The last line of each benchmark; nothing where none was run."""
    target = file or FILE
    lines = target.read_text("utf-8").splitlines() if target.exists() else []
    return {line["bench"]: line for line in map(json.loads, lines)}


def about() -> dict[str, Any]:
    """This machine, and what is measured on it."""
    return {
        "at": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "machine": _processor(),
        "cores": os.cpu_count(),
        "memory_gib": round(psutil.virtual_memory().total / 2**30, 1),
        "python": platform.python_version(),
        "commit": _commit(),
        # Others who work on the machine make everything slower: a line tells whether they did.
        "load_before": round(os.getloadavg()[0], 1),
    }


def quantile(values: Iterable[float], share: float) -> float:
    """The value below which this share lies; of nothing, nothing."""
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)] if ordered else float("nan")


def spread(milliseconds: Sequence[float]) -> dict[str, float]:
    """How long something takes, in milliseconds: what a line keeps of many samples."""
    shares = {"p50": 0.5, "p95": 0.95, "p99": 0.99}
    told = {name: round(quantile(milliseconds, share), 2) for name, share in shares.items()}
    return {**told, "mean": round(statistics.fmean(milliseconds), 2), "n": len(milliseconds)}


def pss(pid: int) -> float:
    """MiB of a process, pages that it shares counted by their share."""
    return psutil.Process(pid).memory_full_info().pss / 2**20


def own(pid: int) -> float:
    """MiB that would be free if the process ended."""
    return psutil.Process(pid).memory_full_info().uss / 2**20


def _processor() -> str:
    told = Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").exists() else ""
    names = [line.partition(":")[2].strip() for line in told.splitlines() if line.startswith("model name")]
    return f"{names[0] if names else platform.machine()}, {platform.system()}"


def _commit() -> str:
    told = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True)
    changed = subprocess.run(["git", "diff", "--quiet", "HEAD"], cwd=ROOT).returncode
    return told.stdout.strip() + ("+" if changed else "")
