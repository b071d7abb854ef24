"""The letters that sheets are drawn in: one font for Vietnamese, English and Chinese. `make font` makes it."""

from __future__ import annotations

import unicodedata
from functools import cache
from pathlib import Path

# It comes with fpdf2, which reads fonts by it.
from fontTools.ttLib import TTFont

#: Stands for a character that the font has not: a gap that is seen, not one that is read over.
MISSING = "□"
_FOLDER = Path(__file__).with_name("fonts")


def font(bold: bool = False) -> Path:
    """The file of one weight."""
    return _FOLDER / ("MotCuaHan-Bold.ttf" if bold else "MotCuaHan-Regular.ttf")


@cache
def letters() -> frozenset[int]:
    """What both weights can write, as code points."""
    return _letters(font()) & _letters(font(bold=True))


def writable(text: str) -> str:
    """The text with MISSING in place of what the font has not; signs that nobody sees are left out."""
    return "".join(sign if sign.isspace() or ord(sign) in letters() else _instead(sign) for sign in text)


def _instead(sign: str) -> str:
    return "" if unicodedata.category(sign) == "Cf" else MISSING


def _letters(path: Path) -> frozenset[int]:
    with TTFont(path, lazy=True) as file:
        return frozenset(file.getBestCmap())
