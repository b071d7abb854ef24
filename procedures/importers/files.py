"""Opening catalogue files: sniffed by content, never by name, and bounded while they stream."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

from procedures.errors import ImportRefused

MEBIBYTE = 1024 * 1024
#: Decompressed bytes of a whole file.
MAX_BYTES = 256 * MEBIBYTE
#: Bytes of one line, and of one object within a document.
MAX_LINE = 8 * MEBIBYTE
#: Lines of a text file: the national catalogue has 5,652, printed over many lines some hundred thousand.
MAX_LINES = 2_000_000
#: Blanks before the first byte that counts.
_MAX_BLANKS = 64 * 1024
_GZIP, _ZIP, _OLE, _BOM = b"\x1f\x8b", b"PK", b"\xd0\xcf\x11\xe0", b"\xef\xbb\xbf"


class Source:
    """A stream of bytes that counts what it hands out. Every trouble is an ImportRefused."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._taken = 0
        self._back = b""
        #: The line reached, from 1; 0 before the first.
        self.line = 0

    def first(self) -> bytes:
        """The first byte that is no blank and no byte order mark, left in the stream; b"" if there is none."""
        found = self._take(lambda: self._stream.read(1))
        while found.isspace() or found == _BOM[:1]:
            if found == b"\n":
                self.line += 1
            found = self._take(lambda: self._stream.read(1)) if found.isspace() else self._after_mark()
            if self._taken > _MAX_BLANKS:
                raise ImportRefused(self.line, "the file begins with nothing but blanks")
        self._back = found
        return found

    def readline(self) -> bytes:
        """The next line with its end, b"" at the end of the file."""
        found = self._take(lambda: self._stream.readline(MAX_LINE + 1))
        self.line += bool(found)
        if len(found) > MAX_LINE:
            raise ImportRefused(self.line, f"the line is longer than {MAX_LINE // MEBIBYTE} MiB")
        self._within_limit()
        return found

    def read(self, size: int) -> bytes:
        """Up to `size` bytes, b"" at the end of the file."""
        found = self._take(lambda: self._stream.read(size))
        self.line += found.count(b"\n")
        self._within_limit()
        return found

    def _after_mark(self) -> bytes:
        if self._take(lambda: self._stream.read(2)) != _BOM[1:]:
            raise ImportRefused(self.line, "the file is neither JSON nor an Excel workbook")
        return self._take(lambda: self._stream.read(1))

    def _take(self, read: Callable[[], bytes]) -> bytes:
        try:
            found = read()
        except EOFError:
            raise ImportRefused(self.line, "the gzip file is cut off") from None
        except (gzip.BadGzipFile, zlib.error) as error:
            raise ImportRefused(self.line, f"the gzip file is damaged: {error}") from None
        except OSError as error:
            raise ImportRefused(self.line, f"the file cannot be read: {error.strerror or error}") from None
        self._taken += len(found)
        found, self._back = self._back + found, b""
        return found

    def _within_limit(self) -> None:
        if self._taken > MAX_BYTES:
            raise ImportRefused(self.line, f"the file holds more than {MAX_BYTES // MEBIBYTE} MiB")
        if self.line > MAX_LINES:
            raise ImportRefused(self.line, f"the file has more than {MAX_LINES} lines")


def is_workbook(path: Path) -> bool:
    """Whether the file is a zip archive, as workbooks are. Raises ImportRefused where it is empty or too large."""
    head = _head(path)
    if not head:
        raise ImportRefused(0, "the file is empty")
    if head.startswith(_OLE):
        raise ImportRefused(0, "an old or password-protected Excel file; save it as plain .xlsx")
    if head.startswith(_ZIP):
        return True
    if path.stat().st_size > MAX_BYTES:
        raise ImportRefused(0, f"the file holds more than {MAX_BYTES // MEBIBYTE} MiB")
    return False


@contextmanager
def text_source(path: Path) -> Iterator[Source]:
    """The bytes of a text file, decompressed if they are gzip."""
    with path.open("rb") as file:
        zipped = file.read(2) == _GZIP
        file.seek(0)
        stream = cast("IO[bytes]", gzip.GzipFile(fileobj=file)) if zipped else file
        yield Source(stream)


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(8)
    except OSError as error:
        raise ImportRefused(0, f"the file cannot be read: {error.strerror or error}") from None
