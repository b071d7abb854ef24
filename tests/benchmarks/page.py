"""docs/benchmarks.md and its pictures, from the newest lines of var/bench/results.jsonl: `make bench-page`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.benchmarks import results, svg

DOCS = results.ROOT / "docs"
_HEAD = """# Benchmarks

Written by `make bench-page` from the newest lines of `var/bench/results.jsonl`; no figure is typed by hand.
`make bench` runs all of it; each part says its own command, and may be repeated by anybody on any machine. "Load" is
how busy the machine was with other things when a part began. Milliseconds unless something else is said.
"""
_TURNS = """The same model, actions and messages, turn about. *engine*: the engine alone; *kept*: stored, claimed,
answered and committed on a disk; *stock Rasa*: `rasa run` with REST and `rasa run actions`."""
_LOAD = """From the person to the answer on their screen: {pages} open pages of the web chat and {chats} chats of a fake
Telegram, which takes 25 messages a second at most. Messages come at their moment whether the service keeps up or not,
and are timed from that moment. People, service and database share the cores; "all else" is database and system. Beside
SQLite the worker is kept on one core, the pages and the people on the other; PostgreSQL chooses by itself."""
_HISTORY = """The same steps over {short:,} and over {long:,} lines of the transcript ({people:,} people), turn about.
Flat: the median grows by less than a fifth. A line with its part of all tables takes {bytes:.0f} bytes."""
_START = "Seconds and MiB; memory is proportional (PSS), that of a further worker its own (USS)."


def table(rows: Sequence[Sequence[str]]) -> str:
    """Markdown; the first row is the head."""
    head, *rest = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([head, f"|{' --- |' * len(rows[0])}", *rest])


def between(page: str, name: str, told: str) -> str:
    """A page with something new between two of its marks. Raises ValueError where they are not there."""
    first, last = f"<!-- {name} -->", f"<!-- end of {name} -->"
    return f"{page[: page.index(first)]}{first}\n\n{told}\n\n{page[page.index(last) :]}"


def write() -> None:
    """The page, with whatever was measured so far."""
    lines = results.newest()
    parts = [
        _HEAD,
        *(_part(lines[name], told(lines[name]["figures"])) for name, told in _PARTS.items() if name in lines),
    ]
    (DOCS / "benchmarks.md").write_text("\n".join(parts), "utf-8")


def _part(line: dict[str, Any], told: str) -> str:
    where = f"{line['machine']}, {line['cores']} cores, {line['memory_gib']} GiB, Python {line['python']}"
    when = f"{line['at'][:16].replace('T', ' ')}, commit {line['commit']}, load {line['load_before']}"
    return f"{told}\n\n`{line['command']}` · {where} · {when}\n"


def _turns(figures: dict[str, Any]) -> str:
    rows = [["turn", "who", "p50", "p95", "p99", "times faster (p50)"]]
    for place, rivals in figures["turns"].items():
        stock = rivals["stock Rasa"]["p50"]
        for who, one in rivals.items():
            times = "" if who == "stock Rasa" else f"{stock / one['p50']:.1f}"
            rows.append([place, who, *(f"{one[share]:.1f}" for share in ("p50", "p95", "p99")), times])
    many = [["who", "turns a second, one core", "two cores", "memory, MiB"]]
    for who, one in figures["throughput"].items():
        many.append([who, f"{one['1']:.1f}", f"{one['2']:.1f}", f"{one['memory']:.0f}"])
    drawn = [
        (f"{place}, {who}", one["p50"]) for place, rivals in figures["turns"].items() for who, one in rivals.items()
    ]
    _draw("bench_turns", svg.bars("Milliseconds of a turn, half take longer", drawn, "ms"))
    return f"## A turn\n\n{_TURNS}\n\n{table(rows)}\n\n![Turns](pictures/bench_turns.svg)\n\n{table(many)}"


def _load(figures: dict[str, Any]) -> str:
    rows = [
        [
            "database",
            "workers",
            "messages/s",
            "p50",
            "p95",
            "p99",
            "cores of the service",
            "of the people",
            "of all else",
        ]
    ]
    for house in figures["houses"]:
        for one in house["steps"]:
            shares = [f"{one[name]:.2f}" for name in ("service", "people", "else")]
            told = [f"{one[share]:.0f}" for share in ("p50", "p95", "p99")]
            rows.append([house["database"], str(house["workers"]), str(one["rate"]), *told, *shares])
    best = [(f"{one['database']}, workers: {one['workers']}", float(one["sustained"])) for one in figures["houses"]]
    _draw("bench_load", svg.bars("Messages a second with p99 below a second", best, "/s"))
    first = figures["alone"][0]["rate"] if figures["alone"] else 1.0
    counted = [[str(one["workers"]), f"{one['rate']:.0f}", f"{one['rate'] / first:.2f}"] for one in figures["alone"]]
    alone = [["workers alone, PostgreSQL", "messages/s", "times one"], *counted]
    said = _LOAD.format(pages=figures["pages"], chats=figures["chats"])
    return f"## The whole path\n\n{said}\n\n![Load](pictures/bench_load.svg)\n\n{table(rows)}\n\n{table(alone)}"


def _history(figures: dict[str, Any]) -> str:
    from tests.benchmarks.history import changes

    rows = [["step", "p50 short", "p50 long", "times", "p99 short", "p99 long", ""]]
    for name, step in figures["steps"].items():
        short, long = step["short"], step["long"]
        told = [f"{short['p50']:.2f}", f"{long['p50']:.2f}", f"{long['p50'] / short['p50']:.2f}"]
        rows.append(
            [name, *told, f"{short['p99']:.1f}", f"{long['p99']:.1f}", "**changes**" if changes(step) else "flat"]
        )
    return f"## A long history\n\n{_HISTORY.format(**figures)}\n\n{table(rows)}"


def _profile(figures: dict[str, Any]) -> str:
    rows = [
        [
            "database",
            "stage",
            "ms",
            "of it in the database",
            "statements",
            "transactions that write",
            "ways to a server",
        ]
    ]
    names = ("ms", "sql_ms", "statements", "writes", "trips")
    for database, stages in figures.items():
        for stage, one in stages.items():
            rows.append([database, stage, *(f"{one[name]:.2f}" for name in names)])
        total = (sum(one[name] for one in stages.values()) for name in names)
        rows.append([f"**{database}**", "**all**", *(f"**{one:.2f}**" for one in total)])
    return f"## One message, stage by stage\n\n{table(rows)}"


def _start(figures: dict[str, Any]) -> str:
    rows = [["", ""], *([name, f"{value:.1f}"] for name, value in figures.items())]
    return f"## Start and memory\n\n{_START}\n\n{table(rows)}"


_PARTS = {"turns": _turns, "load": _load, "history": _history, "start": _start, "profile": _profile}


def _draw(name: str, picture: str) -> None:
    (DOCS / "pictures" / f"{name}.svg").write_text(picture, "utf-8")


if __name__ == "__main__":
    write()
