"""What `motcua evaluate` prints."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.box import SIMPLE
from rich.table import Table

from bot.commands.console import out
from bot.evaluation.compare import Difference, Flip
from bot.evaluation.judge import FAULTS, MEASURES
from bot.evaluation.pictures import is_style

#: Characters of a table; a pipe has no width of its own.
_WIDE = 120
#: Columns whose cells may be longer than their name.
_WIDTHS = {"measure": 40, "group": 21, "share": 5, "before": 6, "now": 5}


def write_figures(report: dict[str, Any]) -> None:
    """Every measure, of all messages and by language; styles are in the files."""
    table = _table("measure", "group", "n", "share")
    for one in report["figures"]:
        if not is_style(one["group"]):
            table.add_row(_name(one["measure"]), one["group"], str(one["count"]), f"{one['share']:.3f}")
    out.print(table, width=_WIDE, crop=False)
    out.print("Decided by: " + ", ".join(f"{name} {value:.2f}" for name, value in report["thresholds"].items()))
    ms = report["ms"]
    out.print(f"{ms['count']} answers: p50 {ms['p50']:.1f} ms, p95 {ms['p95']:.1f} ms")


def write_differences(found: Sequence[Difference]) -> None:
    """Both figures side by side."""
    table = _table("measure", "group", "n before", "n now", "before", "now", "points")
    for one in found:
        if not is_style(one.group):
            shares = (_share(one.before), _share(one.now), "" if one.points is None else f"{one.points:+.1f}")
            table.add_row(_name(one.measure), one.group, str(one.count_before), str(one.count_now), *shares)
    out.print(table, width=_WIDE, crop=False)


def write_flips(found: Sequence[Flip]) -> None:
    """The examples that got worse, then those that got better."""
    for one in found:
        sign = "+" if one.better else "-"
        out.print(f"{sign} {MEASURES[one.measure]}: {one.id} {one.text}: {one.before} → {one.now}", markup=False)


def write_failed(report: dict[str, Any]) -> None:
    """The turns of dialogues that went wrong."""
    for one in report["dialogues"]:
        for failed in one["failures"]:
            turn = f"turn {failed['turn']} {failed['text']}"
            out.print(f"✗ {one['id']} {turn}: wanted {failed['wanted']}, got {failed['got']}", markup=False)


def write_missed(report: dict[str, Any]) -> None:
    """Messages that went wrong by any measure."""
    for one in report["lines"]:
        faults = [MEASURES[m] for m, holds in one["holds"].items() if holds == (m in FAULTS)]
        if faults:
            got = f"{one['got']}, taken for {one['answer']['language']}"
            out.print(
                f"{one['id']} {one['text']}: wanted {one['wanted']}, got {got} [{', '.join(faults)}]", markup=False
            )


def _table(*names: str) -> Table:
    table = Table(box=SIMPLE)
    for name in names:
        table.add_column(name, min_width=_WIDTHS.get(name, len(name)), no_wrap=True)
    return table


def _name(measure: str) -> str:
    return f"{MEASURES[measure]} ↓" if measure in FAULTS else MEASURES[measure]


def _share(share: float | None) -> str:
    return "–" if share is None else f"{share:.3f}"
