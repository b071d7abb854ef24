"""Files: told apart by content, refused whole or by the line."""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from procedures.errors import ImportRefused
from procedures.importers import Accepted, Refused, files, jsonfile, read, reader
from tests.procedures.importers.samples import portal_record, rows_of, write_lines, zipped

ONE, TWO = portal_record(), portal_record(code="1.000359")
LINES = "\n".join(json.dumps(record, ensure_ascii=False) for record in (ONE, TWO)).encode()


def codes(path: Path) -> list[str]:
    return [row.procedure.code for row in rows_of(path) if isinstance(row, Accepted)]


@pytest.mark.parametrize(
    "data",
    [
        LINES,
        b"\xef\xbb\xbf\n\n" + LINES + b"\n\n",
        LINES.replace(b"\n", b"\r\n\r\n"),
        gzip.compress(LINES),
        json.dumps([ONE, TWO]).encode(),
        json.dumps([ONE, TWO], indent=2, ensure_ascii=False).encode(),
        gzip.compress(json.dumps([ONE, TWO], indent=1).encode()),
        json.dumps({"code": "OK", "data": [ONE, TWO]}).encode(),
        json.dumps({"code": "OK", "data": [ONE, TWO]}, indent=2).encode(),
        b"\n".join(json.dumps({"code": "OK", "data": record}).encode() for record in (ONE, TWO)),
    ],
)
def test_given_two_records_in_any_shape_when_read_then_both_are_taken(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "any.name").write_bytes(data)
    assert codes(tmp_path / "any.name") == ["1.000358", "1.000359"]


@pytest.mark.parametrize("indent", [None, 2])
def test_given_one_object_when_read_then_it_is_one_row(tmp_path: Path, indent: int | None) -> None:
    path = tmp_path / "one.json"
    path.write_text(json.dumps({"code": "OK", "data": ONE}, indent=indent), "utf-8")
    assert codes(path) == ["1.000358"]
    path.write_text(json.dumps(ONE, indent=indent), "utf-8")
    assert codes(path) == ["1.000358"]


def test_given_a_bad_line_when_read_then_only_that_line_is_refused(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "x", [ONE, '{"code": 1 "name"}', "[1]", "NaN", '{"a": Infinity}', TWO])
    rows = rows_of(path)
    assert [type(row) for row in rows] == [Accepted, Refused, Refused, Refused, Refused, Accepted]
    assert rows[1] == Refused(2, "", "not JSON: Expecting ',' delimiter at column 12")
    assert rows[2] == Refused(3, "", "the record is a list, not an object")
    assert rows[4] == Refused(5, "", "not JSON: Infinity is no JSON number")


def test_given_a_bad_first_line_when_the_second_is_good_then_only_the_first_is_refused(tmp_path: Path) -> None:
    rows = rows_of(write_lines(tmp_path / "x", ['{"code": ', ONE, TWO]))
    assert [type(row) for row in rows] == [Refused, Accepted, Accepted]
    assert [row.line for row in rows] == [1, 2, 3]


def test_given_a_line_nested_too_deeply_when_read_then_it_is_refused(tmp_path: Path) -> None:
    deep = '{"a":' + "[" * 100_000 + "]" * 100_000 + "}"
    assert rows_of(write_lines(tmp_path / "x", [ONE, deep]))[1] == Refused(2, "", "not JSON: nested too deeply")


def test_given_a_code_twice_when_read_then_the_second_is_refused_with_the_first_line(tmp_path: Path) -> None:
    bad = portal_record(name="")
    rows = rows_of(write_lines(tmp_path / "x", [bad, ONE, TWO, ONE]))
    assert [type(row) for row in rows] == [Refused, Accepted, Accepted, Refused]
    assert rows[3] == Refused(4, "1.000358", "code seen before on line 2")


def test_given_a_month_when_read_then_it_stands_for_every_record(tmp_path: Path) -> None:
    (row,) = rows_of(write_lines(tmp_path / "x", [portal_record(updatedAt=1775836631278)]), data_date="2026-07")
    assert isinstance(row, Accepted)
    assert row.procedure.data_date == "2026-07"


@pytest.mark.parametrize("month", ["07/2026", "2026-13", "2026"])
def test_given_no_month_when_read_then_it_is_refused_at_once(tmp_path: Path, month: str) -> None:
    with pytest.raises(ValueError, match="data_date"):
        read(tmp_path / "x", data_date=month)


BAD: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "empty"),
    "blank": (b" \n\n", "empty"),
    "empty gzip": (gzip.compress(b""), "empty"),
    "cut-off gzip": (gzip.compress(LINES * 50)[:-20], "cut off"),
    "half a gzip header": (b"\x1f\x8b\x08", "cut off"),
    "bad gzip": (b"\x1f\x8b\x08\x00" + b"x" * 40, "gzip"),
    "wrong crc": (gzip.compress(LINES)[:-8] + b"\0" * 8, "damaged"),
    "gzip in gzip": (gzip.compress(gzip.compress(LINES)), "neither JSON"),
    "not utf-8": (LINES + b'\n{"name": "\xff"}', "not UTF-8"),
    "utf-16": (LINES.decode().encode("utf-16"), "neither JSON"),
    "latin array": (b'[{"name": "\xe9"}]', "not UTF-8"),
    "not json": ("Mã số;Tên\n".encode(), "neither JSON"),
    "html": (b"<html></html>", "neither JSON"),
    "junk object": (b'{"code": \n oh no', "not JSON"),
    "cut-off array": (json.dumps([ONE, TWO]).encode()[:-1], "cut off"),
    "cut-off element": (json.dumps([ONE, TWO]).encode()[:-9], "cut off"),
    "array and more": (b"[{}] x", "after the end"),
    "array without comma": (b"[{} {}]", "missing"),
    "cut-off object": (json.dumps(ONE, indent=1).encode()[:-5], "not JSON"),
    "bad zip": (b"PK\x03\x04" + b"x" * 30, "workbook cannot be read"),
    "old excel": (b"\xd0\xcf\x11\xe0" + b"\0" * 30, "xlsx"),
}


@pytest.mark.parametrize("name", BAD)
def test_given_a_bad_file_when_read_then_the_import_is_refused(tmp_path: Path, name: str) -> None:
    data, reason = BAD[name]
    (tmp_path / "x").write_bytes(data)
    with pytest.raises(ImportRefused) as refused:
        rows_of(tmp_path / "x")
    assert reason in refused.value.reason
    assert str(refused.value).startswith("The import is refused")


def test_given_a_corrupt_end_when_read_then_the_line_reached_is_told(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(LINES + b"\n\xff\n")
    with pytest.raises(ImportRefused, match="at line 3"):
        rows_of(tmp_path / "x")


@pytest.mark.parametrize("path", ["nowhere", "."])
def test_given_no_file_when_read_then_the_import_is_refused(tmp_path: Path, path: str) -> None:
    with pytest.raises(ImportRefused, match="cannot be read"):
        rows_of(tmp_path / path)


def test_given_a_file_over_the_limit_when_read_then_it_is_refused_before_the_first_line(tmp_path: Path) -> None:
    with (tmp_path / "x").open("wb") as file:
        file.write(LINES)
        file.truncate(1024**3)
    with pytest.raises(ImportRefused, match="more than 256 MiB"):
        next(iter(read(tmp_path / "x")))


def test_given_a_line_over_the_limit_when_read_then_it_is_refused_with_its_line(tmp_path: Path) -> None:
    path = zipped(tmp_path / "x", LINES + b"\n" + b'{"a": "' + b"x" * (9 * 1024 * 1024))
    with pytest.raises(ImportRefused, match="at line 3: the line is longer than 8 MiB"):
        rows_of(path)


@pytest.mark.parametrize("make", [lambda n: b"{}\n" * n, lambda n: b"[" + b"{}," * n, lambda n: b"{}" + b"\n" * n])
def test_given_a_gzip_bomb_when_read_then_it_is_refused_soon(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: Callable[[int], bytes]
) -> None:
    monkeypatch.setattr(files, "MAX_BYTES", 70_000)
    path = zipped(tmp_path / "x", make(100_000))
    started = time.monotonic()
    with pytest.raises(ImportRefused, match="more than") as refused:
        rows_of(path)
    assert refused.value.line < 200_000
    assert time.monotonic() - started < 3


@pytest.mark.parametrize("data", [b'[{"a": "' + b"x" * 5000, b'{\n"a": [\n' + b'"x",\n' * 2000])
def test_given_an_object_over_the_limit_when_read_then_it_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: bytes
) -> None:
    monkeypatch.setattr(jsonfile, "MAX_LINE", 2000)
    (tmp_path / "x").write_bytes(data)
    with pytest.raises(ImportRefused, match="object of more than"):
        rows_of(tmp_path / "x")


def test_given_an_array_longer_than_a_chunk_when_read_then_every_object_comes_through(tmp_path: Path) -> None:
    records = [portal_record(code=f"1.{n:06}", description="ế" * 700) for n in range(200)]
    (tmp_path / "x").write_text(json.dumps(records, ensure_ascii=False), "utf-8")
    assert len(codes(tmp_path / "x")) == 200


@pytest.mark.parametrize(
    ("data", "reason"),
    [(b"{}\n" * 101, "more than 100 rows"), (b"{}" + b"\n" * 301, "more than 300 lines"), (b" " * 70_000, "blanks")],
)
def test_given_more_rows_or_lines_than_a_catalogue_has_when_read_then_it_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: bytes, reason: str
) -> None:
    monkeypatch.setattr(reader, "MAX_ROWS", 100)
    monkeypatch.setattr(files, "MAX_LINES", 300)
    (tmp_path / "x").write_bytes(data)
    with pytest.raises(ImportRefused, match=reason):
        rows_of(tmp_path / "x")
