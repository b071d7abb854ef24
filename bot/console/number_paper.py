"""The numbers of a month on A4: what it came to, a picture of its days, the largest rows of each table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from fpdf import FPDF

from bot.console.charts import HIGH, WIDE, Columns
from bot.console.number_sheets import Row, Say, Sheet
from procedures.sheets.fonts import font

#: Margins and the picture of days, in mm; point sizes; rows of a table.
_MARGIN, _PICTURE, _TEXT, _HEAD, _TITLE, _MOST = 14.0, 46.0, 9.0, 12.0, 16.0, 10
_LINE, _BAR, _NAME = 5.0, 34.0, 66.0
#: Colours of charts.BANDS, and of bars: as console pages draw them by day.
_COLOURS = {"alone": (47, 62, 133), "unsure": (201, 138, 27), "people": (46, 125, 107), "failed": (160, 50, 30)}
#: Columns of a table that paper has room for.
_MESSAGES = ("messages", "alone", "share", "handed_over", "mean")
_SHOWN = {
    "place": ("messages", "alone", "share", "handed_over"),
    "code": ("messages", "visits", "cases", "mean"),
    "waits": ("messages",),
    "online": ("missed", "visits", "guides", "chosen"),
    "guides": ("guides", "of_begun"),
}


def as_pdf(
    title: str,
    notes: Sequence[str],
    summary: Sequence[tuple[str, str]],
    picture: Columns | None,
    tables: Sequence[Sheet],
    say: Say,
    cell: Callable[[Any, str], str],
) -> bytes:
    """`summary` by what it is called; `cell` tells a value of a column."""
    paper = _Paper(say, cell)
    paper.title(title, notes)
    paper.summary(summary)
    paper.picture(picture)
    for table in tables:
        # The picture has told the days.
        if table.key != "day":
            paper.table(table)
    return paper.done()


class _Paper:
    """A document that is being drawn."""

    def __init__(self, say: Say, cell: Callable[[Any, str], str]) -> None:
        self._say, self._cell = say, cell
        self._pdf = FPDF(format="A4")
        self._pdf.add_font("sheet", "", font())
        self._pdf.add_font("sheet", "B", font(bold=True))
        self._pdf.set_margin(_MARGIN)
        self._pdf.set_auto_page_break(True, _MARGIN)
        self._pdf.add_page()

    def title(self, title: str, notes: Sequence[str]) -> None:
        """The head of the first page."""
        self._pdf.set_title(title)
        self._line(title, _TITLE, bold=True)
        for note in notes:
            self._line(note, _TEXT)

    def summary(self, rows: Sequence[tuple[str, str]]) -> None:
        """Two columns of names and values."""
        self._head(self._say("count.summary"))
        for name, value in rows:
            self._pdf.set_font("sheet", "", _TEXT)
            self._pdf.cell(self._pdf.epw * 0.7, _LINE, self._fit(name, self._pdf.epw * 0.7))
            self._pdf.set_font("sheet", "B", _TEXT)
            self._pdf.cell(0, _LINE, value, align="R", new_x="LMARGIN", new_y="NEXT")

    def picture(self, drawn: Columns | None) -> None:
        """Days from left to right, with what the colours are."""
        self._head(self._say("count.chart_days"))
        if drawn is None:
            self._line(self._say("count.nothing"), _TEXT)
            return
        self._room(_PICTURE + 3 * _LINE)
        left, top, wide = self._pdf.l_margin, self._pdf.get_y(), self._pdf.epw
        for band in drawn.bands:
            self._pdf.set_fill_color(*_COLOURS[band.kind])
            x, y = left + band.x * wide / WIDE, top + band.y * _PICTURE / HIGH
            self._pdf.rect(x, y, band.width * wide / WIDE, band.height * _PICTURE / HIGH, style="F")
        self._pdf.line(left, top + _PICTURE, left + wide, top + _PICTURE)
        self._pdf.set_y(top + _PICTURE + 1)
        self._line(self._say("count.upper", n=self._cell(drawn.most, "messages")), _TEXT)
        self._legend()

    def table(self, table: Sheet) -> None:
        """Its first rows."""
        columns = _SHOWN.get(table.key, _MESSAGES)
        self._room(_LINE * 5)
        self._head(self._say(f"count.table.{table.key}"))
        if not table.rows:
            self._line(self._say("count.nothing"), _TEXT)
            return
        wide = (self._pdf.epw - _NAME - _BAR) / len(columns)
        self._cells(("", *(self._say(f"count.short.{column}") for column in columns)), wide, bold=True)
        for row in table.rows[: len(table.rows) if table.key == "waits" else _MOST]:
            values = dict(zip(table.columns, row.values, strict=True))
            self._row(row, [self._cell(values[column], column) for column in columns], wide)

    def done(self) -> bytes:
        """The file."""
        return bytes(self._pdf.output())

    def _row(self, row: Row, cells: Sequence[str], wide: float) -> None:
        self._room(_LINE)
        top = self._pdf.get_y()
        self._cells((row.called, *cells), wide)
        self._pdf.set_fill_color(*_COLOURS["alone"])
        left = self._pdf.l_margin + self._pdf.epw - _BAR + 3
        if row.bar:
            self._pdf.rect(left, top + 1, (_BAR - 3) * row.bar / 100, _LINE - 2, style="F")

    def _cells(self, texts: Sequence[str], wide: float, bold: bool = False) -> None:
        self._pdf.set_font("sheet", "B" if bold else "", _TEXT - 1)
        self._pdf.cell(_NAME, _LINE, self._fit(texts[0], _NAME))
        for text in texts[1:]:
            self._pdf.cell(wide, _LINE, self._fit(text, wide), align="R")
        self._pdf.ln(_LINE)

    def _legend(self) -> None:
        for kind, colour in _COLOURS.items():
            self._pdf.set_fill_color(*colour)
            self._pdf.rect(self._pdf.get_x(), self._pdf.get_y() + 1, 3, 3, style="F")
            self._pdf.set_x(self._pdf.get_x() + 4)
            said = self._say(f"count.band.{kind}")
            self._pdf.cell(self._pdf.get_string_width(said) + 5, _LINE, said)
        self._pdf.ln(_LINE)

    def _head(self, text: str) -> None:
        self._pdf.ln(_LINE / 2)
        self._line(text, _HEAD, bold=True)

    def _line(self, text: str, size: float, bold: bool = False) -> None:
        self._pdf.set_font("sheet", "B" if bold else "", size)
        self._pdf.multi_cell(0, size * 0.5, text, align="L", new_x="LMARGIN", new_y="NEXT")

    def _fit(self, text: str, wide: float) -> str:
        """What has room in so many mm."""
        if self._pdf.get_string_width(text) < wide - 2:
            return text
        while text and self._pdf.get_string_width(f"{text}…") > wide - 2:
            text = text[:-1]
        return f"{text}…"

    def _room(self, high: float) -> None:
        if self._pdf.will_page_break(high):
            self._pdf.add_page()
