"""A sheet on A4, black on white."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from functools import cache
from math import fsum

import segno
from fpdf import FPDF

from procedures.sheets.blocks import Block, Style, blocks
from procedures.sheets.fonts import font, writable
from procedures.sheets.lines import wrapped
from procedures.sheets.sheet import Sheet

#: Margins, the code to be scanned and boxes, in mm.
_MARGIN, _CODE, _BOX = 14.0, 28.0, 3.6
#: Point sizes to try, until everything is on one side.
_SIZES = (11.0, 10.0, 9.0, 8.0)
#: Line height in mm a point.
_LEADING = 0.47
_LARGER = {Style.TITLE: 1.5, Style.HEAD: 1.1, Style.QUIET: 0.9}
_BOLD = frozenset((Style.TITLE, Style.HEAD))


def as_pdf(sheet: Sheet, link: str = "") -> bytes:
    """One side of A4 where the words fit at a size that can be read, else as many as it takes."""
    told = list(blocks(sheet))
    for size in _SIZES:
        drawn = _drawn(sheet, told, link, size)
        if drawn.page == 1:
            break
    return bytes(drawn.output())


def _drawn(sheet: Sheet, told: Sequence[Block], link: str, size: float) -> FPDF:
    pdf = FPDF(format="A4")
    pdf.set_title(sheet.title)
    pdf.set_lang(sheet.language)
    pdf.add_font("sheet", "", font())
    pdf.add_font("sheet", "B", font(bold=True))
    pdf.set_margin(_MARGIN)
    pdf.c_margin = 0.0
    pdf.set_auto_page_break(True, _MARGIN)
    pdf.add_page()
    if link:
        pdf.image(io.BytesIO(_code(link)), x=210 - _MARGIN - _CODE, y=_MARGIN, w=_CODE)
    for block in told:
        _block(pdf, block, size, beside=bool(link))
    return pdf


def _code(link: str) -> bytes:
    made = io.BytesIO()
    segno.make(link, error="m").save(made, kind="png", scale=8, border=0)
    return made.getvalue()


def _block(pdf: FPDF, block: Block, size: float, beside: bool) -> None:
    points = size * _LARGER.get(block.style, 1.0)
    pdf.set_font("sheet", "B" if block.style in _BOLD else "", points)
    boxed = block.style in (Style.OPEN, Style.HAVE)
    if block.style is Style.HEAD:
        pdf.ln(size * 0.15)
    if boxed:
        _tick(pdf, block.style is Style.HAVE, points)
    indent = _BOX + 2 if boxed or block.style is Style.QUIET else 0
    wide: float = pdf.epw - indent
    page, top = pdf.page, pdf.get_y()

    def room(number: int) -> float:
        """Beside the code to be scanned lines are shorter."""
        narrow = beside and page == 1 and top + number * points * _LEADING < _MARGIN + _CODE
        return wide - (_CODE + 4 if narrow else 0)

    for line in wrapped(writable(block.text), _measure(pdf), room):
        pdf.set_x(_MARGIN + indent)
        pdf.cell(wide, points * _LEADING, line, new_x="LMARGIN", new_y="NEXT")


def _measure(pdf: FPDF) -> Callable[[str], float]:
    """How wide a text is in the font that is set, in mm: no letters are drawn closer to each other here."""
    each = cache(pdf.get_string_width)
    return lambda text: fsum(map(each, text))


def _tick(pdf: FPDF, have: bool, points: float) -> None:
    if pdf.will_page_break(points * _LEADING):
        pdf.add_page()
    x, y = _MARGIN, pdf.get_y() + 0.6
    pdf.rect(x, y, _BOX, _BOX)
    if have:
        pdf.set_line_width(0.6)
        pdf.line(x + 0.7, y + 1.8, x + 1.5, y + 2.8)
        pdf.line(x + 1.5, y + 2.8, x + 3.0, y + 0.8)
        pdf.set_line_width(0.2)
