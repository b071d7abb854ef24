"""How many pixels a picture says it has, read from its head: nothing is decoded here, but a browser would."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

#: More than any telephone takes; a picture of this size needs 200 MB of a browser's memory.
MOST_PIXELS = 50_000_000
#: JPEG: the marks that tell a size; marks without a length (ITU-T T.81, B.1.1.3).
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_BARE = frozenset((0x01, *range(0xD0, 0xDA)))
#: TIFF: tags of width and height (TIFF 6.0, 8), and bytes of their values by type.
_WIDTH, _HEIGHT, _SHORT, _LONG = 256, 257, 3, 4
_MOST_TAGS = 1_000

Size = tuple[int, int]


def too_many_pixels(body: bytes) -> bool:
    """Whether a picture of a kind that we know says that it has more than MOST_PIXELS."""
    reader = next((read for begins, read in _READERS if begins.match(body)), None)
    if reader is None:
        return False
    try:
        sizes = list(reader(body))
    except IndexError:
        return False
    return any(width * height > MOST_PIXELS for width, height in sizes)


def _png(body: bytes) -> Iterator[Size]:
    yield _big(body, 16, 4), _big(body, 20, 4)


def _gif(body: bytes) -> Iterator[Size]:
    yield _little(body, 6, 2), _little(body, 8, 2)


def _bmp(body: bytes) -> Iterator[Size]:
    # The oldest head has 12 bytes and small numbers. A negative height: from the top.
    if _little(body, 14, 4) == 12:
        yield _little(body, 18, 2), _little(body, 20, 2)
    else:
        yield abs(_signed(body, 18)), abs(_signed(body, 22))


def _webp(body: bytes) -> Iterator[Size]:
    kind = body[12:16]
    if kind == b"VP8X":
        yield _little(body, 24, 3) + 1, _little(body, 27, 3) + 1
    elif kind == b"VP8L":
        bits = _little(body, 21, 4)
        yield (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    elif kind == b"VP8 ":
        yield _little(body, 26, 2) & 0x3FFF, _little(body, 28, 2) & 0x3FFF


def _jpeg(body: bytes) -> Iterator[Size]:
    at = 2
    while at + 4 <= len(body):
        mark = body[at + 1]
        if body[at] != 0xFF or mark == 0xFF:
            at += 1
        elif mark in _BARE:
            at += 2
        elif mark in _FRAMES:
            yield _big(body, at + 7, 2), _big(body, at + 5, 2)
            return
        else:
            at += 2 + max(_big(body, at + 2, 2), 2)


def _tiff(body: bytes) -> Iterator[Size]:
    number = _little if body[:2] == b"II" else _big
    at = number(body, 4, 4)
    found: dict[int, int] = {}
    for entry in range(at + 2, at + 2 + 12 * min(number(body, at, 2), _MOST_TAGS), 12):
        tag, kind = number(body, entry, 2), number(body, entry + 2, 2)
        if tag in (_WIDTH, _HEIGHT) and kind in (_SHORT, _LONG):
            found[tag] = number(body, entry + 8, 2 if kind == _SHORT else 4)
    if len(found) == 2:
        yield found[_WIDTH], found[_HEIGHT]


def _heic(body: bytes) -> Iterator[Size]:
    """Each part of it has a size, the whole among them (ISO/IEC 23008-12, 6.5.3)."""
    for box in re.finditer(b"ispe", body[: 64 * 1024]):
        yield _big(body, box.end() + 4, 4), _big(body, box.end() + 8, 4)


def _big(body: bytes, at: int, size: int) -> int:
    return int.from_bytes(_cut(body, at, size), "big")


def _little(body: bytes, at: int, size: int) -> int:
    return int.from_bytes(_cut(body, at, size), "little")


def _signed(body: bytes, at: int) -> int:
    return int.from_bytes(_cut(body, at, 4), "little", signed=True)


def _cut(body: bytes, at: int, size: int) -> bytes:
    """Raises IndexError where the body ends before."""
    if at + size > len(body):
        raise IndexError(at)
    return body[at : at + size]


_READERS: tuple[tuple[re.Pattern[bytes], Callable[[bytes], Iterator[Size]]], ...] = (
    (re.compile(rb"\x89PNG\r\n\x1a\n"), _png),
    (re.compile(rb"GIF8[79]a"), _gif),
    (re.compile(rb"BM"), _bmp),
    (re.compile(rb"RIFF....WEBP", re.DOTALL), _webp),
    (re.compile(rb"\xff\xd8\xff"), _jpeg),
    (re.compile(rb"II\*\x00|MM\x00\*"), _tiff),
    (re.compile(rb"....ftyp(?:heic|heix|mif1|msf1|hevc|hevx|avif)", re.DOTALL), _heic),
)
