"""One door for every catalogue file."""

from __future__ import annotations

from collections.abc import Iterator
from os import PathLike
from pathlib import Path

from procedures.errors import ImportRefused
from procedures.importers import portal
from procedures.importers.files import is_workbook
from procedures.importers.jsonfile import NotJson, values
from procedures.importers.portal_codes import MONTH
from procedures.importers.portal_list import read_list
from procedures.importers.rows import Accepted, Refused, Row

#: The national catalogue has 5,652 procedures; a file of more rows than this is no catalogue.
MAX_ROWS = 100_000


def read(path: str | PathLike[str], *, province: str = "H14", data_date: str = "") -> Iterator[Row]:
    """The rows of a portal file: JSON Lines, a JSON object or array (each also gzipped), or an Excel list.

    `data_date` ("YYYY-MM") overrides the months of the records. A code met twice is refused the second time.
    Raises ImportRefused while iterating where the whole file is refused, ValueError for a malformed `data_date`.
    """
    if data_date and not MONTH.fullmatch(data_date):
        raise ValueError(f'data_date is "{data_date}", not "YYYY-MM"')
    return _each_code_once(_rows(Path(path), province, data_date))


def _rows(path: Path, province: str, data_date: str) -> Iterator[Row]:
    if is_workbook(path):
        yield from read_list(path, province=province, data_date=data_date)
        return
    for line, value in values(path):
        if isinstance(value, NotJson):
            yield Refused(line, "", str(value))
        else:
            yield portal.row(line, value, province=province, data_date=data_date)


def _each_code_once(rows: Iterator[Row]) -> Iterator[Row]:
    seen: dict[str, int] = {}
    for number, row in enumerate(rows, 1):
        if number > MAX_ROWS:
            raise ImportRefused(row.line, f"the file has more than {MAX_ROWS} rows")
        code = row.procedure.code if isinstance(row, Accepted) else ""
        if code in seen:
            yield Refused(row.line, code, f"code seen before on line {seen[code]}")
            continue
        if code:
            seen[code] = row.line
        yield row
