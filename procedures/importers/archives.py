"""Zip archives that others made, looked at before anything in them is unpacked or parsed."""

from __future__ import annotations

import zipfile
from typing import IO

#: Entries of an archive: a workbook has some twenty. Bytes of their directory, which is read as a whole.
MAX_ENTRIES, _MAX_DIRECTORY = 2_000, 512 * 1024
#: How many times larger an archive may become, where that comes to more than so many bytes. Documents: 5 to 30 times.
_MAX_RATIO, _SMALL = 100, 8 * 1024 * 1024
#: Marks of XML in all parts. A mark of four bytes becomes an object of hundreds; the national list has some 250,000.
MAX_MARKS = 2_000_000
#: The end of the directory: its mark, and where its size stands within (PKWARE APPNOTE, 4.3.16).
_END, _END_SIZE, _LONGEST_COMMENT, _SIZE_AT = b"PK\x05\x06", 22, 65_535, 12
_CHUNK = 64 * 1024


class Unfit(ValueError):
    """An archive that would become too large, or is none."""


def opened(file: IO[bytes], most: int) -> zipfile.ZipFile:
    """The archive, of at most so many bytes once it is unpacked. Raises Unfit.

    An entry never unpacks to more than it says: zipfile stops there.
    """
    if _directory(file) > _MAX_DIRECTORY:
        raise Unfit("the archive holds too many files")
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise Unfit("the archive is damaged") from error
    entries = archive.infolist()
    whole, packed = sum(one.file_size for one in entries), sum(one.compress_size for one in entries)
    if len(entries) > MAX_ENTRIES:
        raise Unfit("the archive holds too many files")
    if whole > most or (whole > _SMALL and whole > _MAX_RATIO * max(packed, 1)):
        raise Unfit(f"the archive holds more than {most // 1024**2} MiB, or unpacks to a hundred times its size")
    return archive


def check_marks(archive: zipfile.ZipFile) -> None:
    """Raises Unfit for XML of so many marks that reading it would take all memory."""
    left = MAX_MARKS
    for entry in archive.infolist():
        with archive.open(entry) as part:
            while chunk := part.read(_CHUNK):
                left -= chunk.count(b"<")
                if left < 0:
                    raise Unfit("the archive holds too much XML")


def _directory(file: IO[bytes]) -> int:
    """Bytes of the directory as the end of the archive tells them; that of ZIP64 is "all", which is too many."""
    size = file.seek(0, 2)
    file.seek(max(0, size - _END_SIZE - _LONGEST_COMMENT))
    tail = file.read()
    file.seek(0)
    at = tail.rfind(_END)
    if at < 0 or len(tail) - at < _END_SIZE:
        raise Unfit("the archive is damaged")
    return int.from_bytes(tail[at + _SIZE_AT : at + _SIZE_AT + 4], "little")
