"""Files that staff send: judged by what they hold, sealed outside the web root, named by what nobody can guess."""

from __future__ import annotations

import io
import re
import secrets
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any

import filetype
from sqlalchemy import insert, select
from sqlalchemy.engine import Connection

from bot.errors import Refused
from bot.handover.pictures import too_many_pixels
from bot.post.clock import now
from bot.privacy import files as sealed
from bot.privacy.vault import cipher
from bot.store.desk_tables import staff_file
from procedures.importers import archives

#: Largest file, in bytes.
LARGEST = 10 * 1024 * 1024
#: Bytes of a document once a citizen's telephone has unpacked it.
_LARGEST_UNPACKED = 200 * 1024 * 1024
#: What staff may send, by content: it opens on any telephone. Its type, and the ending of its name.
_PICTURES = {f"image/{kind}" for kind in ("jpeg", "png", "gif", "webp")}
_PDF = "application/pdf"
_OPEN_XML = "application/vnd.openxmlformats-officedocument"
#: By what an archive must hold, and by the name of a stream in a file of the older kind.
_ARCHIVES = {
    "word/document.xml": (f"{_OPEN_XML}.wordprocessingml.document", "docx"),
    "xl/workbook.xml": (f"{_OPEN_XML}.spreadsheetml.sheet", "xlsx"),
}
_STREAMS = {"WordDocument": ("application/msword", "doc"), "Workbook": ("application/vnd.ms-excel", "xls")}
_ARCHIVE, _OLDER = b"PK\x03\x04", bytes.fromhex("d0cf11e0a1b11ae1")
#: Programs within a document: no office sends those to citizens.
_PROGRAM, _OLDER_PROGRAM = "vbaProject.bin", "_VBA_PROJECT"
#: Longest name, in characters.
_LONGEST_NAME = 120
#: What no file system takes, and what hides one ending behind another.
_UNFIT = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]')


@dataclass(frozen=True)
class File:
    """A file of ours."""

    id: int
    #: Its name in links: /f/TOKEN.
    token: str
    #: With the ending of what it holds.
    name: str
    mime: str
    #: Bytes.
    size: int
    #: Where it lies, under the media folder.
    path: str


#: Type and ending by what a file holds; None for what is not taken.
Kind = Callable[[bytes], tuple[str, str] | None]


def keep(
    connection: Connection, media: Path, staff_id: int, name: str, body: bytes, kind_of: Kind | None = None
) -> File:
    """Writes a file under the media folder and its row in the caller's transaction. `name` is what its owner calls it.

    `kind_of`: type and ending by what a file holds, None for what is not taken; as a rule, what staff may send.

    Raises Refused: file_empty, file_large, file_kind. A transaction that fails later leaves a file without a row,
    which nobody is given.
    """
    if not body:
        raise Refused("file_empty")
    if len(body) > LARGEST:
        raise Refused("file_large", most=str(LARGEST // 1024**2))
    kind = (kind_of or _kind)(body)
    if kind is None:
        raise Refused("file_kind")
    mime, ending = kind
    token = secrets.token_hex(16)
    path = f"staff/{token}.{ending}"
    sealed.write(media / path, body, cipher())
    file = File(0, token, _named(name, ending), mime, len(body), path)
    told = {"token": token, "name": file.name, "mime": file.mime, "size": file.size, "file": path}
    row = insert(staff_file).values(**told, staff_id=staff_id, created_at=now())
    return replace(file, id=int(connection.execute(row).inserted_primary_key[0]))


def find(connection: Connection, id_: int) -> File | None:
    """A file by its number, as Reply.encloses names it: "file 12"."""
    row: Any = connection.execute(select(staff_file).where(staff_file.c.id == id_)).first()
    return File(row.id, row.token, row.name, row.mime, row.size, row.file) if row else None


def _kind(body: bytes) -> tuple[str, str] | None:
    """Type and ending by what a file holds; None for what is not sent."""
    if body.startswith(_ARCHIVE):
        return _in_archive(body)
    if body.startswith(_OLDER):
        return _in_older(body)
    guessed = filetype.guess(body)
    known = guessed is not None and (guessed.mime in _PICTURES or guessed.mime == _PDF)
    return (guessed.mime, guessed.extension) if known and not too_many_pixels(body) else None


def _in_archive(body: bytes) -> tuple[str, str] | None:
    try:
        names = archives.opened(io.BytesIO(body), _LARGEST_UNPACKED).namelist()
    except archives.Unfit:
        return None
    if any(name.endswith(_PROGRAM) for name in names):
        return None
    return next((kind for name, kind in _ARCHIVES.items() if name in names), None)


def _in_older(body: bytes) -> tuple[str, str] | None:
    # Names of streams stand in the directory as UTF-16.
    if _OLDER_PROGRAM.encode("utf-16-le") in body:
        return None
    return next((kind for name, kind in _STREAMS.items() if name.encode("utf-16-le") in body), None)


def _named(name: str, ending: str) -> str:
    """Its own name without folders and tricks, with the ending of what it holds."""
    last = name.replace("\\", "/").rpartition("/")[2]
    clean = " ".join(_UNFIT.sub(" ", unicodedata.normalize("NFC", last)).split())
    stem = PurePosixPath(clean).stem.strip(". ")[:_LONGEST_NAME] if clean else ""
    return f"{stem or 'file'}.{ending}"
