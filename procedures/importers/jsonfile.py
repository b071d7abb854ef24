"""JSON values of a file: JSON Lines, one object over many lines, or an array of objects, told apart by content."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NoReturn, TypeAlias

from procedures.errors import ImportRefused
from procedures.importers.files import MAX_LINE, MEBIBYTE, Source, text_source

_CHUNK = 64 * 1024


class NotJson(ValueError):
    """A line that is no JSON; the message is the reason."""


#: Any JSON value, or what a bad line was refused for.
Value: TypeAlias = object


def values(path: Path) -> Iterator[tuple[int, Value]]:
    """Values with their line (within an array: their number, from 1); a bad line of JSON Lines is a NotJson.

    Raises ImportRefused where the file as a whole is no JSON, is cut off, or is too large.
    """
    with text_source(path) as source:
        for line, value in _all(source):
            yield from ((line, inner) for inner in _unwrapped(value))


def _all(source: Source) -> Iterator[tuple[int, Value]]:
    first = source.first()
    if not first:
        raise ImportRefused(source.line, "the file is empty")
    if first == b"[":
        yield from _array(source)
    elif first == b"{":
        yield from _lines_or_object(source)
    else:
        raise ImportRefused(source.line + 1, "the file is neither JSON nor an Excel workbook")


def _unwrapped(value: Value) -> list[Value]:
    """The portal wraps its answers: {"code": "OK", "data": …}."""
    if isinstance(value, Mapping) and "data" in value and "name" not in value:
        data = value["data"]
        return list(data) if isinstance(data, list) else [data]
    return [value]


def _lines_or_object(source: Source) -> Iterator[tuple[int, Value]]:
    """JSON Lines if the first or the second line is an object by itself, else one object over many lines."""
    start = source.line + 1
    first = _text(source.readline(), source.line)
    value = _parsed(first)
    second = "" if isinstance(value, dict) else _next_line(source)
    if isinstance(value, dict) or isinstance(_parsed(second), dict):
        yield start, value
        if second:
            yield source.line, _parsed(second)
        yield from _lines(source)
    else:
        yield start, _object(source, first + second, start)


def _lines(source: Source) -> Iterator[tuple[int, Value]]:
    while line := source.readline():
        text = _text(line, source.line)
        if text.strip():
            yield source.line, _parsed(text)


def _next_line(source: Source) -> str:
    while line := source.readline():
        text = _text(line, source.line)
        if text.strip():
            return text
    return ""


def _object(source: Source, start: str, line: int) -> object:
    chunks, size = [start], len(start)
    while size <= MAX_LINE and (found := source.readline()):
        chunks.append(_text(found, source.line))
        size += len(found)
    if size > MAX_LINE:
        raise ImportRefused(source.line, f"one object of more than {MAX_LINE // MEBIBYTE} MiB, or not JSON")
    value = _parsed("".join(chunks), line)
    if isinstance(value, NotJson):
        raise ImportRefused(source.line, str(value))
    return value


def _text(line: bytes, number: int) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ImportRefused(number, f"not UTF-8: byte {error.start + 1} of the line") from None


def _parsed(text: str, line: int = 0) -> Value:
    try:
        value: Value = _DECODER.decode(text)
        return value
    except json.JSONDecodeError as error:
        place = f"line {line + error.lineno - 1}, " if line else ""
        return NotJson(f"not JSON: {error.msg} at {place}column {error.colno}")
    except (ValueError, RecursionError) as error:
        return NotJson(f"not JSON: {_first_words(error)}")


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")


def _first_words(error: Exception) -> str:
    return "nested too deeply" if isinstance(error, RecursionError) else str(error)[:80]


_DECODER = json.JSONDecoder(parse_constant=_refuse_constant)


def _array(source: Source) -> Iterator[tuple[int, object]]:
    """The elements of an array, one in memory at a time."""
    text = _ArrayText(source)
    number = 0
    while text.another(number):
        number += 1
        yield number, text.element()
    if text.rest():
        raise ImportRefused(source.line + 1, "not JSON: text after the end of the array")


class _ArrayText:
    """The text of an array, read as far as the next element needs."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._decode = codecs.getincrementaldecoder("utf-8")()
        self._text = ""
        self._at = 0
        self._ended = False
        self._expect("[")

    def another(self, number: int) -> bool:
        """Steps over the comma before the next element; False at the end of the array."""
        if self._peek() == "]":
            self._at += 1
            return False
        if number:
            self._expect(",")
        return True

    def element(self) -> object:
        """The next element. A value that ends where the text read so far ends may go on."""
        self._peek()
        while True:
            try:
                value, end = _DECODER.raw_decode(self._text, self._at)
                if end < len(self._text) or self._ended:
                    self._at = end
                    return value
            except (ValueError, RecursionError) as error:
                if self._ended or isinstance(error, RecursionError):
                    self._refuse("cut off, or not JSON")
            self._more(max(_CHUNK, len(self._text) - self._at))

    def rest(self) -> str:
        """The next visible character after the array, "" if there is none."""
        return self._peek()

    def _peek(self) -> str:
        while True:
            while self._at < len(self._text) and self._text[self._at].isspace():
                self._at += 1
            if self._at < len(self._text) or self._ended:
                return self._text[self._at : self._at + 1]
            self._more(_CHUNK)

    def _expect(self, mark: str) -> None:
        if self._peek() != mark:
            self._refuse(f'"{mark}" is missing, the array is cut off or not JSON')
        self._at += 1

    def _more(self, size: int) -> None:
        if len(self._text) - self._at > MAX_LINE:
            self._refuse(f"an object of more than {MAX_LINE // MEBIBYTE} MiB, or not JSON")
        found = self._source.read(size)
        self._ended = not found
        try:
            self._text = self._text[self._at :] + self._decode.decode(found, final=self._ended)
        except UnicodeDecodeError:
            self._refuse("not UTF-8")
        self._at = 0

    def _refuse(self, reason: str) -> NoReturn:
        raise ImportRefused(self._source.line + 1, reason)
