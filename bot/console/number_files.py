"""Numbers as files: everything in one CSV, a workbook with a sheet for each table."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

from bot.console.number_sheets import Say, Sheet, Told
from bot.desk.numbers import BOM, plain

#: Longest name of a sheet that spreadsheets take, and signs that they do not take in one.
_LONGEST, _NO_NAME = 31, str.maketrans("", "", "[]:*?/\\")
#: Characters of the first columns.
_WIDTHS = {"A": 18, "B": 50}


def as_csv(tables: Sequence[Sheet], say: Say) -> bytes:
    """Tables one below the other, each with its heads; the first column says which table a row is of."""
    file = io.StringIO()
    rows = csv.writer(file)
    for table in tables:
        rows.writerow([say("count.which"), *_heads(table, say)])
        rows.writerows([plain(say(f"count.table.{table.key}")), *row] for row in _rows(table))
    return (BOM + file.getvalue()).encode()


def as_workbook(told: Told, tables: Sequence[Sheet], say: Say) -> bytes:
    """XLSX: first what the period comes to, then a sheet for each table."""
    # openpyxl takes a quarter of a second to load.
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    days = [say("count.days"), f"{told.figures.first.isoformat()} – {told.figures.last.isoformat()}"]
    rows = [days, *([say(f"count.{key}"), _finite(value)] for key, value in summary(told).items())]
    _sheet(book, say("count.summary"), [[say("count.what"), say("count.value")], *rows])
    for table in tables:
        _sheet(book, say(f"count.table.{table.key}"), [_heads(table, say), *_rows(table)])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def summary(told: Told) -> dict[str, Any]:
    """What the period comes to, by key; None where there is nothing to tell."""
    figures, staff = told.figures, told.figures.staff
    counts = {name: getattr(figures.total, name) for name in ("alone", "share", "unsure", "refused")}
    return {
        **{"messages": figures.total.messages, "people": figures.people, **counts},
        **{"cases": staff.total.opened, "ratings": staff.ratings.count, "mean": staff.ratings.mean},
        **{"bot_median": figures.waits.median, "bot_ninetieth": figures.waits.ninetieth},
        **{"staff_median": staff.total.first_median, "staff_ninetieth": staff.total.first_ninetieth},
        "kept": staff.total.share,
    }


def _finite(value: Any) -> Any:
    """Spreadsheets know no number without end."""
    return None if value == float("inf") else value


def _heads(table: Sheet, say: Say) -> list[Any]:
    return [say("count.code_head"), say("count.name"), *(say(f"count.{column}") for column in table.columns)]


def _rows(table: Sheet) -> list[list[Any]]:
    return [[plain(row.name), plain(row.called), *row.values] for row in table.rows]


def _sheet(book: Any, name: str, rows: Sequence[Sequence[Any]]) -> None:
    sheet = book.create_sheet(name.translate(_NO_NAME)[:_LONGEST])
    sheet.freeze_panes = "A2"
    for column, width in _WIDTHS.items():
        sheet.column_dimensions[column].width = width
    for row in rows:
        sheet.append(row)
