"""Files that are made to harm: pictures of a milliard pixels, archives that unpack without end, XML, plurals."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from pathlib import Path

import pytest
from openpyxl import Workbook

from bot.console import wordfiles
from bot.errors import Refused
from bot.handover import files
from bot.handover.pictures import too_many_pixels
from procedures.errors import ImportRefused
from procedures.importers import archives, read

_MIB = 1024 * 1024
_SHEET = "xl/worksheets/sheet1.xml"


def png(width: int, height: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", width, height) + b"\x08\x02\0\0\0" + bytes(8)


def jpeg(width: int, height: int) -> bytes:
    exif = b"\xff\xe1\x00\x10" + b"Exif\0\0" + bytes(8)
    return b"\xff\xd8" + exif + b"\xff\xff\xc2\x00\x11\x08" + struct.pack(">HH", height, width) + bytes(10)


def gif(width: int, height: int) -> bytes:
    return b"GIF89a" + struct.pack("<HH", width, height) + bytes(20)


def webp(width: int, height: int) -> bytes:
    sizes = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return b"RIFF0000WEBPVP8X\x0a\0\0\0\0\0\0\0" + sizes + bytes(20)


def bmp(width: int, height: int) -> bytes:
    return b"BM" + bytes(12) + struct.pack("<Iii", 40, width, -height) + bytes(20)


def tiff(width: int, height: int) -> bytes:
    tags = struct.pack(">HHII", 256, 4, 1, width) + struct.pack(">HHII", 257, 4, 1, height)
    return b"MM\0*" + struct.pack(">I", 8) + struct.pack(">H", 2) + tags


def heic(width: int, height: int) -> bytes:
    tile = b"ispe" + struct.pack(">III", 0, 512, 512)
    return b"\0\0\0\x18ftypheic" + bytes(12) + tile + b"ispe" + struct.pack(">III", 0, width, height)


@pytest.mark.parametrize("made", [png, jpeg, gif, webp, bmp, tiff, heic])
def test_given_a_picture_when_its_head_tells_a_size_then_only_a_bomb_is_refused(made: object) -> None:
    assert not too_many_pixels(made(8160, 6120))  # type: ignore[operator]  # what telephones take
    assert too_many_pixels(made(16_000, 16_000))  # type: ignore[operator]
    body = made(16_000, 16_000)  # type: ignore[operator]
    # Cut off anywhere it is no picture that a browser would show; nothing raises.
    assert {too_many_pixels(body[:end]) for end in range(len(body))} <= {True, False}


def test_given_a_bomb_when_staff_send_it_then_its_kind_is_refused() -> None:
    assert files._kind(png(100, 100)) == ("image/png", "png")
    assert files._kind(png(60_000, 60_000)) is None


def archive(parts: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, body in parts.items():
            opened.writestr(name, body)
    return made.getvalue()


def workbook(sheet: bytes) -> bytes:
    """A workbook that openpyxl would open, with this in place of its sheet."""
    made = io.BytesIO()
    Workbook().save(made)
    with zipfile.ZipFile(made) as whole:
        return archive({name: sheet if name == _SHEET else whole.read(name) for name in whole.namelist()})


def told_rows(rows: bytes) -> bytes:
    space = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    return b"<worksheet %s><sheetData>%s</sheetData></worksheet>" % (space, rows)


LAUGHS = b'<!DOCTYPE a [<!ENTITY a "%s"><!ENTITY b "%s">]>' % (b"ha" * 500, b"&a;" * 500) + told_rows(
    b'<row><c t="inlineStr"><is><t>&b;</t></is></c></row>'
)
OUTSIDE = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + told_rows(
    b'<row><c t="inlineStr"><is><t>&x;</t></is></c></row>'
)


@pytest.mark.parametrize(
    "sheet",
    [
        b" " * (65 * _MIB),
        told_rows(b"<row>" + b"<c/>" * (archives.MAX_MARKS + 1) + b"</row>"),
        told_rows(b'<row r="999999999999"><c/></row>'),
        told_rows(b'<row r="1048576"><c r="A1048576"/></row>'),
        LAUGHS,
        OUTSIDE,
    ],
    ids=["large", "cells", "far row", "last row", "entities", "outside"],
)
def test_given_a_workbook_that_is_a_bomb_when_it_is_read_then_the_import_is_refused(
    tmp_path: Path, sheet: bytes
) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(workbook(sheet))
    assert path.stat().st_size < _MIB
    with pytest.raises(ImportRefused) as caught:
        list(read(path))
    assert "root:" not in str(caught.value)


def test_given_an_archive_of_too_many_files_when_it_is_opened_then_it_is_refused() -> None:
    many = archive({f"{number}": b"" for number in range(archives.MAX_ENTRIES + 1)})
    with pytest.raises(archives.Unfit):
        archives.opened(io.BytesIO(many), _MIB)


def test_given_a_directory_that_says_it_is_everything_when_it_is_opened_then_it_is_refused_unread() -> None:
    lying = bytearray(archive({"a": b"b"}))
    at = lying.rfind(b"PK\x05\x06")
    lying[at + 12 : at + 16] = b"\xff\xff\xff\xff"
    with pytest.raises(archives.Unfit):
        archives.opened(io.BytesIO(lying), _MIB)


def test_given_a_part_that_is_larger_than_it_says_when_it_is_read_then_reading_stops() -> None:
    lying = bytearray(archive({"a": b"x" * _MIB}))
    for mark, at in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        place = lying.find(mark) + at
        lying[place : place + 4] = struct.pack("<I", 10)
    opened = archives.opened(io.BytesIO(lying), _MIB)
    with pytest.raises((zipfile.BadZipFile, zlib.error)):
        opened.read("a")


@pytest.mark.parametrize("ending", ["docx", "xlsx"])
def test_given_a_document_that_unpacks_to_a_hundred_times_its_size_when_staff_send_it_then_it_is_refused(
    ending: str,
) -> None:
    main = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}[ending]
    kind = files._kind(archive({main: b"<a/>"}))
    assert kind is not None and kind[1] == ending
    assert files._kind(archive({main: b"<a/>", "b": b" " * (20 * _MIB)})) is None


def test_given_a_file_of_phrases_with_a_milliard_plurals_when_it_is_read_then_it_is_refused_at_once() -> None:
    told = (
        'msgid ""\nmsgstr ""\n"Language: vi\\n"\n"Plural-Forms: nplu"\n"rals=900000000; plural=0;\\n"\n\n'
        'msgid "a"\nmsgid_plural "b"\nmsgstr[0] "c"\n'
    )
    with pytest.raises(Refused):
        wordfiles._read(told.encode(), "vi")
