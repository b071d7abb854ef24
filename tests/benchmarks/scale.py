"""How many workers a province and the country need at their worst hour: `make scale`.

Feeds a simulation with what was measured (var/bench/results.jsonl; DEFAULTS where nothing was), prints how long
messages wait by the number of workers, and writes the figures of docs/scale.md and its picture.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.table import Table

from tests.benchmarks import results, svg
from tests.benchmarks.page import between, table
from tests.benchmarks.waiting import uneven, waits

DOCS = results.ROOT / "docs"
#: Until they are measured here: core-milliseconds of a message in each part, bytes that it takes with its answer, and
#: the deviation of a turn as a share of its mean. Two shared cores, November 2026, small tries of `make profile-turn`
#: (worker: claim, look, engine, commit; front: the other stages, 7 ms, and 5 ms assumed for HTTP, which it lacks;
#: database: as long as all statements took) and `make bench-history`. The deviation is assumed.
DEFAULTS = {"worker_ms": 18.0, "front_ms": 12.0, "database_ms": 6.0, "bytes": 1500.0, "spread": 0.5}
#: Assumptions, to be replaced by an offer: dollars a month for a core with 4 GB, and for a GB on a disk with a copy.
CORE_MONTH, GB_MONTH = 20.0, 0.25
#: Cores are planned to be this busy at the peak: beyond it the line grows faster than anybody can add a worker.
BUSY = 0.7
SIMULATED = 20_000


@dataclass(frozen=True)
class Hour:
    """Who writes when it is worst. All of it is assumed, and written here to be argued with."""

    name: str
    people: int
    #: Share of the people who write, messages of each, seconds over which they come, and how much the worst minute
    #: is above the mean of those.
    share: float
    each: float
    seconds: float
    burst: float

    @property
    def rate(self) -> float:
        """Messages a second in the worst minute."""
        return self.people * self.share * self.each / self.seconds * self.burst


PROVINCE, COUNTRY = 530_000, 100_000_000
#: A usual day: one in a hundred writes four messages, an eighth of them in the busiest hour.
#: A flood: one in ten of those it strikes writes three messages within six hours; it strikes a whole province, or a
#: fifth of the country. Enrolment: three in a hundred are parents of a child that enters a school; a quarter of their
#: six messages falls into the hour in which it opens.
HOURS = (
    Hour("province, usual day", PROVINCE, 0.01, 4 / 8, 3600, 1.5),
    Hour("province, flood", PROVINCE, 0.10, 3, 6 * 3600, 2),
    Hour("province, school enrolment", PROVINCE, 0.03, 6 / 4, 3600, 1.5),
    Hour("country, usual day", COUNTRY, 0.01, 4 / 8, 3600, 1.5),
    Hour("country, flood", COUNTRY, 0.10 / 5, 3, 6 * 3600, 2),
    Hour("country, school enrolment", COUNTRY, 0.03, 6 / 4, 3600, 1.5),
)
#: Messages of one person in a year.
A_YEAR = 0.01 * 4 * 365


def measured(lines: dict[str, dict[str, Any]]) -> dict[str, float]:
    """Core-milliseconds of a message in each part, from the newest lines; DEFAULTS for what was not measured."""
    found = dict(DEFAULTS)
    if "load" in lines:
        figures = lines["load"]["figures"]
        alone = [one["rate"] for one in figures["alone"] if one["workers"] == 1]
        houses = [one for one in figures["houses"] if one["database"] == "PostgreSQL" and one["workers"] == 1]
        steps = [step for one in houses for step in one["steps"] if step["p99"] < 1000]
        if alone and steps:
            best = max(steps, key=lambda step: step["rate"])
            found["worker_ms"] = 1000 / alone[0]
            whole = 1000 * best["service"] / best["rate"]
            found["front_ms"] = max(1.0, whole - found["worker_ms"])
            found["database_ms"] = max(0.5, 1000 * best["else"] / best["rate"])
    if "history" in lines:
        # A message and its answer are two lines.
        found["bytes"] = 2 * lines["history"]["figures"]["bytes"]
    return found


def needs(hour: Hour, takes: dict[str, float]) -> dict[str, float]:
    """Cores of each part at BUSY, storage and money."""
    cores = {part: hour.rate * takes[f"{part}_ms"] / 1000 / BUSY for part in ("worker", "front", "database")}
    whole = {part: max(1, math.ceil(count)) for part, count in cores.items()}
    gigabytes = hour.people * A_YEAR * takes["bytes"] / 1e9
    return {"rate": hour.rate, **whole, "gigabytes": gigabytes, "month": _money(whole, gigabytes)}


def _money(cores: dict[str, int], gigabytes: float) -> float:
    # A second database server stands beside the first, so that one may fail.
    return (sum(cores.values()) + cores["database"]) * CORE_MONTH + gigabytes * GB_MONTH


def delays(hour: Hour, takes: dict[str, float], messages: int = SIMULATED) -> list[dict[str, float]]:
    """How long messages wait for a worker, from too few workers to more than enough."""
    mean = takes["worker_ms"] / 1000
    least = hour.rate * mean
    counts = sorted({max(1, math.ceil(least * share)) for share in (1.0, 1.05, 1.1, 1.2, 1 / BUSY, 2.0)})
    told = []
    for workers in counts:
        found = waits(hour.rate, workers, uneven(mean, takes["spread"]), messages)
        shares = {name: results.quantile(found, share) for name, share in (("p50", 0.5), ("p99", 0.99))}
        told.append({"workers": workers, "busy": least / workers, **shares})
    return told


def run(out: Console, messages: int = SIMULATED) -> None:
    """Prints, and writes docs/scale.md's figures and picture."""
    lines = results.newest()
    takes = measured(lines)
    plans = {hour.name: needs(hour, takes) for hour in HOURS}
    lines_ = {hour.name: delays(hour, takes, messages) for hour in HOURS}
    shown = Table("hour", "messages/s", "workers", "busy", "p50 s", "p99 s")
    for hour in HOURS:
        for one in lines_[hour.name]:
            told = (
                f"{hour.rate:.1f}",
                str(one["workers"]),
                f"{one['busy']:.0%}",
                f"{one['p50']:.3f}",
                f"{one['p99']:.3f}",
            )
            shown.add_row(hour.name, *told)
    out.print(shown)
    results.keep("scale", "make scale", {"takes": takes, "needs": plans, "delays": lines_})
    page = DOCS / "scale.md"
    page.write_text(
        between(page.read_text("utf-8"), "figures", f"{_from(lines)}\n\n{_figures(takes, plans, lines_)}"), "utf-8"
    )
    # Where one worker is more than enough there is no line to draw.
    several = {name: found for name, found in lines_.items() if len(found) > 1}
    drawn = {name: [(1 / one["busy"], 1000 * one["p99"]) for one in found] for name, found in several.items()}
    most = max((ms for line in drawn.values() for _, ms in line), default=1.0)
    title = "p99 of the wait for a worker, by workers over the least that could do it"
    (DOCS / "pictures" / "scale.svg").write_text(svg.lines(title, drawn, "workers / least", "ms", most), "utf-8")


def _from(lines: dict[str, dict[str, Any]]) -> str:
    """What the figures rest on."""
    known = {"load": "core-milliseconds", "history": "bytes"}
    told = [
        f"{what[0].upper()}{what[1:]}: measured by `{lines[name]['command']}`, {lines[name]['at'][:10]}."
        if name in lines
        else f"{what[0].upper()}{what[1:]}: **not measured on this machine**, DEFAULTS of `tests/benchmarks/scale.py`."
        for name, what in known.items()
    ]
    if "profile" in lines and "PostgreSQL" in lines["profile"]["figures"]:
        stages = lines["profile"]["figures"]["PostgreSQL"].values()
        sent, writes = (sum(one[name] for one in stages) for name in ("statements", "writes"))
        told.append(f"A message sends PostgreSQL {sent:.0f} statements, in {writes:.0f} transactions that write.")
    return " ".join(told)


def _figures(takes: dict[str, float], plans: dict[str, Any], delays_: dict[str, Any]) -> str:
    told = [["part", "core-milliseconds a message", "messages a second of one core at 70 %"]]
    for part in ("worker", "front", "database"):
        each = takes[f"{part}_ms"]
        told.append([part, f"{each:.1f}", f"{1000 / each * BUSY:.0f}"])
    need = [["hour", "messages/s", "worker cores", "front cores", "database cores", "GB a year", "$ a month"]]
    for name, one in plans.items():
        counts = [f"{one[part]:,}" for part in ("worker", "front", "database")]
        need.append([name, f"{one['rate']:,.1f}", *counts, f"{one['gigabytes']:,.0f}", f"{one['month']:,.0f}"])
    wait = [["hour", "workers", "busy", "p50 of the wait", "p99 of the wait"]]
    for name, found in delays_.items():
        wait += [
            [name, f"{one['workers']:,}", f"{one['busy']:.0%}", f"{one['p50']:.3f} s", f"{one['p99']:.3f} s"]
            for one in found
        ]
    return "\n\n".join([table(told), table(need), table(wait)])


if __name__ == "__main__":
    run(Console(highlight=False, soft_wrap=True, width=120))
