"""A folder for places without a network: a page and a sheet of paper for each procedure, in each language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from procedures.model import Procedure
from procedures.sheets.page import STYLE, as_page, render
from procedures.sheets.pdf import as_pdf
from procedures.sheets.sheet import LANGUAGES, Sheet, of_procedure, said


def publish(folder: Path, procedures: Sequence[Procedure]) -> Iterator[Path]:
    """Writes the folder, file by file, and yields each. Files of procedures that are gone are left alone."""
    folder.mkdir(parents=True, exist_ok=True)
    yield _write(folder / "sheet.css", STYLE.encode())
    for language in LANGUAGES:
        sheets = [of_procedure(procedure, language) for procedure in procedures]
        for sheet in sheets:
            yield from _one(folder / language, sheet)
        yield _write(folder / language / "index.html", _index(sheets, language).encode())
    yield _write(folder / "index.html", _index([], "vi").encode())


def _one(folder: Path, sheet: Sheet) -> Iterator[Path]:
    others = {language: f"../{language}/{sheet.code}.html" for language in LANGUAGES}
    files = {"pdf": f"{sheet.code}.pdf"}
    yield _write(folder / f"{sheet.code}.html", as_page(sheet, "../sheet.css", "", others, files).encode())
    yield _write(folder / f"{sheet.code}.pdf", as_pdf(sheet))


def _index(sheets: Sequence[Sheet], language: str) -> str:
    """A list of all pages; without any, a choice of languages."""
    ordered = sorted(sheets, key=lambda sheet: sheet.title)
    values = {"sheets": ordered, "language": language, "languages": LANGUAGES, "say": said(language)}
    return render("index.html", **values)


def _write(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path
