"""Files of staff: judged by what they hold, found again by their number, and by nobody who guesses."""

from __future__ import annotations

import io
import stat
import zipfile
from pathlib import Path

import pytest
from sqlalchemy.engine import Engine

from bot.enclosures import Enclosures
from bot.errors import Refused
from bot.handover import files
from bot.privacy import files as sealed
from bot.privacy.vault import cipher
from tests.bot.handover import kit

PDF, PNG = b"%PDF-1.4 a form", b"\x89PNG\r\n\x1a\n" + bytes(40)
JPEG, GIF, WEBP = b"\xff\xd8\xff\xe0" + bytes(40), b"GIF89a" + bytes(40), b"RIFF0000WEBPVP8 " + bytes(40)


def office(*names: str) -> bytes:
    """A Word or Excel file in small."""
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        for name in names:
            archive.writestr(name, "<a/>")
    return body.getvalue()


def older(*streams: str) -> bytes:
    """A file of Word or Excel of before 2007 in small."""
    return bytes.fromhex("d0cf11e0a1b11ae1") + b"".join(name.encode("utf-16-le") for name in streams)


WORD, EXCEL = office("word/document.xml", "[Content_Types].xml"), office("[Content_Types].xml", "xl/workbook.xml")


def keep(database: Engine, media: Path, name: str = "Mẫu đơn.pdf", body: bytes = PDF) -> files.File:
    with database.begin() as connection:
        return files.keep(
            connection, media, kit.person(connection, login=f"p{len(list(media.rglob('*')))}"), name, body
        )


def find(database: Engine, id_: int) -> files.File | None:
    with database.connect() as connection:
        return files.find(connection, id_)


def test_given_a_file_when_kept_then_it_is_found_by_its_number(database: Engine, tmp_path: Path) -> None:
    kept = keep(database, tmp_path)
    assert find(database, kept.id) == kept
    assert (kept.name, kept.mime, kept.size) == ("Mẫu đơn.pdf", "application/pdf", len(PDF))
    assert sealed.content(tmp_path / kept.path, cipher()) == PDF
    assert stat.S_IMODE((tmp_path / kept.path).stat().st_mode) == 0o600


def test_given_the_same_file_twice_when_kept_then_no_link_tells_of_the_other(database: Engine, tmp_path: Path) -> None:
    one, other = keep(database, tmp_path), keep(database, tmp_path)
    assert len({one.token, other.token}) == 2 and len(one.token) == 32
    assert one.path != other.path


@pytest.mark.parametrize(
    ("body", "mime", "ending"),
    [
        (PNG, "image/png", "png"),
        (JPEG, "image/jpeg", "jpg"),
        (GIF, "image/gif", "gif"),
        (WEBP, "image/webp", "webp"),
        (WORD, "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
        (EXCEL, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
        (older("Root Entry", "WordDocument"), "application/msword", "doc"),
        (older("Root Entry", "Workbook"), "application/vnd.ms-excel", "xls"),
    ],
    ids=["png", "jpeg", "gif", "webp", "docx", "xlsx", "doc", "xls"],
)
def test_given_a_kind_that_opens_anywhere_when_kept_then_its_name_says_what_it_holds(
    database: Engine, tmp_path: Path, body: bytes, mime: str, ending: str
) -> None:
    kept = keep(database, tmp_path, "a.exe", body)
    assert (kept.mime, kept.name) == (mime, f"a.{ending}")


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "file_empty"),
        (b"MZ" + b"\0" * 100, "file_kind"),
        (b"<html><script>", "file_kind"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "file_kind"),
        (b"plain words", "file_kind"),
        (b"PK\x03\x04" + b"\0" * 100, "file_kind"),
        (office("a.exe"), "file_kind"),
        (office("word/document.xml", "word/vbaProject.bin"), "file_kind"),
        (older("WordDocument", "_VBA_PROJECT"), "file_kind"),
        (older("Root Entry"), "file_kind"),
        (PDF + b"0" * files.LARGEST, "file_large"),
    ],
    ids=[
        "empty",
        "program",
        "page",
        "drawing",
        "words",
        "broken",
        "archive",
        "macros",
        "older macros",
        "older",
        "large",
    ],
)
def test_given_what_cannot_be_sent_when_kept_then_it_is_refused_and_nothing_lies_there(
    database: Engine, tmp_path: Path, body: bytes, why: str
) -> None:
    with pytest.raises(Refused) as caught:
        keep(database, tmp_path, "a.pdf", body)
    assert caught.value.key == f"trouble.refused.{why}"
    assert [path for path in tmp_path.rglob("*") if path.is_file() and "staff" in path.parts] == []


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("", "file.pdf"),
        ("....", "file.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\forms\\mau.docx", "mau.pdf"),
        ('a"b\r\nSet-Cookie: x.pdf', "a b Set-Cookie x.pdf"),
        ("hoa\u202efdp.exe", "hoa fdp.pdf"),
        ("x" * 300 + ".pdf", "x" * 120 + ".pdf"),
        ("Mẫu 1.2 (sửa).pdf", "Mẫu 1.2 (sửa).pdf"),
    ],
)
def test_given_any_name_when_kept_then_it_is_a_plain_one(
    database: Engine, tmp_path: Path, name: str, kept: str
) -> None:
    assert keep(database, tmp_path, name).name == kept


def test_given_a_file_when_enclosed_then_it_comes_with_its_link(database: Engine, tmp_path: Path) -> None:
    kept = keep(database, tmp_path)
    made = Enclosures(database, "https://motcua.example/", tmp_path)(f"file {kept.id}", "vi")
    assert made is not None
    assert (made.body, made.name, made.mime) == (PDF, kept.name, kept.mime)
    assert made.link == f"https://motcua.example/f/{kept.token}"


@pytest.mark.parametrize("encloses", ["file", "file 99", "file x", "file -1", "file ²"])
def test_given_no_such_file_when_enclosed_then_there_is_none(database: Engine, tmp_path: Path, encloses: str) -> None:
    assert Enclosures(database, "https://x", tmp_path)(encloses, "vi") is None


def test_given_a_file_that_is_gone_when_enclosed_then_there_is_none(database: Engine, tmp_path: Path) -> None:
    kept = keep(database, tmp_path)
    (tmp_path / kept.path).unlink()
    assert Enclosures(database, "https://x", tmp_path)(f"file {kept.id}", "vi") is None
