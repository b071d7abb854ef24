"""Writes the font of checklists, `make font`: a part of Noto Sans CJK SC, small enough to lie in the repository.

Needs Debian's fonts-noto-cjk and fontTools, which matplotlib brings. In it: the 3,755 characters of GB2312's first
level, every character of our own Chinese texts, and what Vietnamese and English are written with. The same sources
give the same file.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables._g_l_y_f import Glyph

ROOT = Path(__file__).parents[1]
SOURCE = Path("/usr/share/fonts/opentype/noto")
MADE = ROOT / "procedures" / "sheets" / "fonts"
STYLES = ("Regular", "Bold")
#: The simplified Chinese one of the collection.
_NUMBER = 2
#: How far a curve may lie from the one it replaces, in thousandths of a letter's height.
_ERROR = 1.0
#: Where Chinese of ours lies.
_TEXTS = ("procedures/**/*.yml", "procedures/**/zh.po", "bot/**/zh.po", "actions/**/zh.po", "procedures/**/*_zh.txt")
#: Latin with Vietnamese, Cyrillic of official records, punctuation of both scripts, arrows, boxes, full width.
_RANGES = (
    (0x20, 0x17F),
    (0x1A0, 0x1B0),
    (0x300, 0x323),
    (0x1EA0, 0x1EF9),
    (0x2010, 0x2044),
    (0x20AB, 0x20AC),
    (0x400, 0x45F),
)
_MORE = (
    (0x2190, 0x2193),
    (0x2260, 0x2267),
    (0x2460, 0x2473),
    (0x25A0, 0x25CF),
    (0x2605, 0x2606),
    (0x3000, 0x3020),
    (0xFF00, 0xFFEF),
)


def level_1() -> Iterator[str]:
    """The common characters of GB2312, rows 16 to 55."""
    for row in range(0xB0, 0xD8):
        for cell in range(0xA1, 0xFF):
            yield bytes((row, cell)).decode("gb2312", errors="ignore")


def characters() -> set[int]:
    """All that is to be in it."""
    found = {ord(sign) for sign in level_1() if sign}
    for pattern in _TEXTS:
        for path in ROOT.glob(pattern):
            found |= {ord(sign) for sign in path.read_text("utf-8")}
    return found | {code for first, last in (*_RANGES, *_MORE) for code in range(first, last + 1)}


def subset(source: Path, wanted: set[int]) -> TTFont:
    """The part, with outlines as they come: cubic."""
    font = TTFont(source, fontNumber=_NUMBER)
    options = Options(layout_features=[], hinting=False, notdef_outline=True, name_IDs=[0, 5, 13, 14])
    options.drop_tables += ["BASE", "GSUB", "GPOS", "GDEF", "VORG", "vhea", "vmtx"]
    part = Subsetter(options)
    part.populate(unicodes=wanted)
    part.subset(font)
    return font


def quadratic(font: TTFont) -> dict[str, Glyph]:
    """Its outlines as every reader of PDF knows them."""
    drawn, glyphs = font.getGlyphSet(), {}
    for name in font.getGlyphOrder():
        pen = TTGlyphPen(None)
        drawn[name].draw(Cu2QuPen(pen, _ERROR, reverse_direction=True))
        glyphs[name] = pen.glyph()
    return glyphs


def rebuilt(font: TTFont, style: str) -> TTFont:
    """A TrueType font of it. Names of glyphs tell nothing and take a tenth of the file: they are left out."""
    height = {"ascent": font["hhea"].ascent, "descent": font["hhea"].descent}
    made = FontBuilder(font["head"].unitsPerEm, isTTF=True)
    made.setupGlyphOrder(font.getGlyphOrder())
    made.setupCharacterMap(font.getBestCmap())
    made.setupGlyf(quadratic(font))
    made.setupHorizontalMetrics({name: font["hmtx"][name] for name in font.getGlyphOrder()})
    made.setupHorizontalHeader(**height)
    made.setupNameTable(names(font, style))
    made.setupOS2(sTypoAscender=height["ascent"], sTypoDescender=height["descent"])
    made.setupPost(keepGlyphNames=False)
    made.font["head"].created = made.font["head"].modified = font["head"].modified
    made.font.recalcTimestamp = False
    return made.font


def names(font: TTFont, style: str) -> dict[str, str]:
    """The licence reserves the name "Source"; a changed font has a name of its own."""
    kept = {"copyright": 0, "version": 5, "licenseDescription": 13, "licenseInfoURL": 14}
    told = {name: font["name"].getDebugName(number) for name, number in kept.items()}
    return {**told, "familyName": "Mot Cua Han", "styleName": style, "psName": f"MotCuaHan-{style}"}


def main() -> None:
    """Both styles."""
    wanted = characters()
    for style in STYLES:
        source, path = SOURCE / f"NotoSansCJK-{style}.ttc", MADE / f"MotCuaHan-{style}.ttf"
        if not source.exists():
            sys.exit(f"{source} is not there: apt-get install fonts-noto-cjk")
        rebuilt(subset(source, wanted), style).save(path)
        print(f"{path}: {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
