"""The portal's Excel lists, new and old: titles, fields and agencies, but no papers and no fees."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from procedures.errors import ImportRefused
from procedures.importers import archives, phrases, portal_codes
from procedures.importers.files import MEBIBYTE
from procedures.importers.ours import home, promulgated_elsewhere, provincial
from procedures.importers.portal import places, title
from procedures.importers.rows import Accepted, Refused, Row, Skipped
from procedures.importers.shape import Malformed
from procedures.importers.text import clean, once, raw_lines, same
from procedures.model import Level, Procedure

#: openpyxl keeps the texts of a workbook in memory; the whole national list unpacks to less than 5 MiB.
_MAX_BYTES = 64 * MEBIBYTE
#: The header stands below banners, never this deep.
_HEADER_WITHIN = 50
_COLUMNS = 64
#: A file may say that its next row is the milliardth; openpyxl hands out all that are missing before it.
_MAX_ROWS = 100_000

Cells = Mapping[str, str]


def read_list(path: Path, *, province: str = "H14", data_date: str = "") -> Iterator[Row]:
    """The rows of the first sheet that has a header; banners, blank rows and repeated headers are passed over.

    Raises ImportRefused for a workbook that cannot be read or has no header.
    """
    rows = _rows(path)
    columns: dict[str, int] = {}
    for line, cells in rows:
        found = _header(cells)
        columns = found or columns
        if columns and not found and sum(bool(clean(cell)) for cell in cells) > 1:
            yield _row(line, _named(cells, columns), province, data_date)
    if not columns:
        raise ImportRefused(0, "no sheet has a header row with the titles of the portal's list")


def _row(line: int, cells: Cells, province: str, data_date: str) -> Row:
    code = ""
    try:
        code = portal_codes.code(cells["code"])
        reason = _not_ours(cells, province)
        if reason:
            return Skipped(line, code, reason)
        return Accepted(line, "list", _procedure(code, cells, province, data_date))
    except Malformed as error:
        return Refused(line, code or clean(cells["code"])[:40], str(error))


def _not_ours(cells: Cells, province: str) -> str:
    promulgator, decision = clean(cells["promulgator"]), portal_codes.decision(cells["decision"])
    if phrases.WITHDRAWN.search(clean(cells["status"])):
        return f"no longer in force: {clean(cells['status'])}"
    if provincial(decision) and home(province) not in promulgator:
        return f"another province's rule: decision {decision}"
    return promulgated_elsewhere(promulgator, province)


def _procedure(code: str, cells: Cells, province: str, data_date: str) -> Procedure:
    official = clean(cells["title"])
    if not any(char.isalnum() for char in official):
        raise Malformed("the title is missing")
    return Procedure(
        code=code,
        title=title(official),
        official_title=official,
        decision=portal_codes.decision(cells["decision"]),
        data_date=data_date,
        field=clean(cells["field"]),
        levels=tuple(level for level in Level if phrases.LEVEL_WORDS[level.value].search(clean(cells["levels"]))),
        audience=once(raw_lines(cells["audience"])),
        where=places(raw_lines(cells["agencies"]), home(province)),
    )


def _header(cells: list[str]) -> dict[str, int]:
    """Column numbers by meaning; empty where the row is no header."""
    found: dict[str, int] = {}
    for column, cell in enumerate(cells):
        for key, titles in phrases.LIST_TITLES.items():
            if same(cell).rstrip(":") in titles:
                found.setdefault(key, column)
    return found if {"code", "title"} <= found.keys() else {}


def _named(cells: list[str], columns: Mapping[str, int]) -> Cells:
    return {key: cells[columns[key]] if columns.get(key, _COLUMNS) < len(cells) else "" for key in phrases.LIST_TITLES}


def _rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Rows of the sheet that holds the header, from its first row on."""
    try:
        with path.open("rb") as file:
            archives.check_marks(archives.opened(file, _MAX_BYTES))
            yield from _sheet_rows(file)
    except ImportRefused:
        raise
    except archives.Unfit as error:
        raise ImportRefused(0, f"the workbook cannot be read: {error}") from None
    # openpyxl hands on whatever the zip, the XML or a missing part raises.
    except Exception as error:
        raise ImportRefused(0, f"the workbook cannot be read: {type(error).__name__}: {str(error)[:80]}") from error


def _sheet_rows(file: Any) -> Iterator[tuple[int, list[str]]]:
    # openpyxl takes a quarter of a second to load, and the bot imports this package for its seeds alone.
    from openpyxl import load_workbook

    book = load_workbook(file, read_only=True, data_only=True)
    sheet = next((sheet for sheet in book.worksheets if _has_header(sheet)), None)
    if sheet:
        yield from enumerate(_cells(sheet), 1)


def _has_header(sheet: Any) -> bool:
    return any(_header(cells) for _, cells in zip(range(_HEADER_WITHIN), _cells(sheet), strict=False))


def _cells(sheet: Any) -> Iterator[list[str]]:
    # The dimensions written in a file may be wrong; without them openpyxl reads what is there.
    sheet.reset_dimensions()
    for number, row in enumerate(sheet.iter_rows(values_only=True, max_col=_COLUMNS), 1):
        if number > _MAX_ROWS:
            raise ImportRefused(number, f"the sheet has more than {_MAX_ROWS} rows")
        yield [_said(value) for value in row]


def _said(value: object) -> str:
    """A code typed as a number has lost its last zeros."""
    if isinstance(value, float):
        return f"{value:.6f}"
    return "" if value is None else str(value)
