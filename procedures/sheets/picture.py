"""A sheet as a picture for a group chat: read on a small phone, under 100 kB."""

from __future__ import annotations

import io

import segno
from PIL import Image, ImageDraw, ImageFont

from procedures.sheets.blocks import Block, Style, blocks
from procedures.sheets.fonts import font, writable
from procedures.sheets.lines import wrapped
from procedures.sheets.sheet import Sheet

#: Pixels: width, margin, the code to be scanned, text; boxes are as high as a line.
_WIDTH, _MARGIN, _CODE, _TEXT = 900, 40, 220, 32
_LARGER = {Style.TITLE: 1.4, Style.HEAD: 1.05, Style.QUIET: 0.8}
_BOLD = frozenset((Style.TITLE, Style.HEAD))
_LEADING = 1.35
#: Greys that letters are drawn in, tried until the file is small enough, in bytes; with two edges are no longer smooth.
_GREYS, _LARGEST = (8, 4, 2), 100_000
_BLACK, _WHITE = 0, 255


def as_picture(sheet: Sheet, link: str = "") -> bytes:
    """PNG."""
    page = Image.new("L", (_WIDTH, 8_000), _WHITE)
    draw, y = ImageDraw.Draw(page), float(_MARGIN)
    if link:
        page.paste(_code(link), (_WIDTH - _MARGIN - _CODE, _MARGIN))
    for block in blocks(sheet, shortly=True):
        y = _block(draw, block, y, beside=bool(link))
    bottom = max(int(y), _CODE + 2 * _MARGIN if link else 0) + _MARGIN
    cut = page.crop((0, 0, _WIDTH, min(bottom, page.height)))
    for greys in _GREYS:
        made = io.BytesIO()
        cut.quantize(greys).save(made, "PNG", optimize=True)
        if made.tell() < _LARGEST:
            break
    return made.getvalue()


def _code(link: str) -> Image.Image:
    made = io.BytesIO()
    segno.make(link, error="m").save(made, kind="png", scale=8, border=0)
    return Image.open(made).convert("L").resize((_CODE, _CODE), Image.Resampling.NEAREST)


def _block(draw: ImageDraw.ImageDraw, block: Block, y: float, beside: bool) -> float:
    """Draws a block, and returns where the next one begins."""
    size = int(_TEXT * _LARGER.get(block.style, 1.0))
    letters = ImageFont.truetype(str(font(block.style in _BOLD)), size)
    boxed = block.style in (Style.OPEN, Style.HAVE)
    top = y + (size * 0.5 if block.style is Style.HEAD else size * 0.2)
    if boxed:
        _tick(draw, top, size, block.style is Style.HAVE)
    x = _MARGIN + (size * 1.5 if boxed else 0)

    def room(number: int) -> float:
        """Beside the code to be scanned lines are shorter."""
        narrow = beside and top + number * size * _LEADING < _MARGIN + _CODE
        return _WIDTH - _MARGIN - x - (_CODE + _MARGIN if narrow else 0)

    number = 0
    for number, line in enumerate(wrapped(writable(block.text), letters.getlength, room), 1):
        # By the foot of letters: the font has much room above them.
        foot = top + (number - 1) * size * _LEADING + size
        draw.text((x, foot), line, _BLACK, letters, anchor="ls")
    return top + number * size * _LEADING


def _tick(draw: ImageDraw.ImageDraw, y: float, size: int, have: bool) -> None:
    left, top, right, bottom = _MARGIN, y + size * 0.1, _MARGIN + size, y + size * 1.1
    draw.rectangle((left, top, right, bottom), outline=_BLACK, width=3)
    if have:
        middle = (left + size * 0.4, bottom - size * 0.2)
        draw.line([(left + size * 0.15, top + size * 0.55), middle, (right - size * 0.12, top + size * 0.2)], _BLACK, 5)
