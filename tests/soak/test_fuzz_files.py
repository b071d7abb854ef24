"""Files that nobody would export: read as far as they go, or refused with a reason, and never anything else.

True files of each kind are bent: records of the portal, its Excel list, plain-word seeds, phrases for translators.
`make fuzz` bends many more than the suite does.
"""

from __future__ import annotations

import io
import json
import os
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from bot.console import wordfiles
from bot.errors import Refused
from procedures.catalogue import SEEDS
from procedures.errors import ImportRefused, SeedInvalid
from procedures.importers import read
from procedures.importers.phrases import LIST_TITLES
from procedures.importers.seed import read_seed
from tests.procedures.importers.samples import portal_record
from tests.soak.test_fuzz import bent

#: Of each kind.
FILES = int(os.environ.get("MOTCUA_FUZZ", "4000")) // 100
#: Milliseconds that reading one may take.
_LONGEST = 5_000
_SEED = (SEEDS / "1.001193.yml").read_text("utf-8")
_SHEET = "xl/worksheets/sheet1.xml"

_ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(),
    st.text(max_size=20),
    st.sampled_from(["\0", "\ud800", "9" * 400, "../../etc/passwd", "&a;", "]]>", "1.001193", {}, [[]], "x" * 70_000]),
)
_CHANGES = st.lists(
    st.tuples(st.sampled_from(["set", "drop", "wrap", "bytes", "cut", "nest"]), st.integers(0, 2**16), _ODD), max_size=4
)
#: What breaks out of a text of some kind.
_BREAKS = (
    *(
        "&a",
        "*a",
        "<<: *a",
        "!!python/object:os.system x",
        "- [",
        "\t",
        "\\",
        '"',
        "%",
        "msgid_plural",
        "\n\n",
        "#~ ",
        "é",
    ),
    *('<c r="ZZZ999999999"/>', '<row r="-1">', "<!DOCTYPE a>", "</row>", "&lt;", "<v>1e999</v>"),
)
#: Of texts: where, how much is left out, and what comes in its place.
_CUTS = st.lists(
    st.tuples(st.floats(0, 1), st.integers(0, 30), st.one_of(st.text(max_size=8), st.sampled_from(_BREAKS))),
    max_size=5,
)


def cut(text: str, cuts: list[tuple[float, int, str]]) -> bytes:
    for place, length, instead in cuts:
        at = int(place * len(text))
        text = text[:at] + instead + text[at + length :]
    return text.encode("utf-8", "surrogatepass")


def fuzzed(once: Callable[..., None], *strategies: Any) -> None:
    """Many examples of one kind."""
    checks = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]
    told = settings(max_examples=FILES, deadline=_LONGEST, database=None, suppress_health_check=checks)
    with warnings.catch_warnings():
        # openpyxl says which parts of a bent workbook it leaves out.
        warnings.simplefilter("ignore")
        told(given(*strategies)(once))()


def imported(path: Path, body: bytes) -> None:
    path.write_bytes(body)
    try:
        list(read(path))
    except ImportRefused as error:
        assert str(error)


@pytest.mark.soak
def test_given_bent_records_when_they_are_imported_then_each_is_taken_or_refused(tmp_path: Path) -> None:
    records = [
        portal_record(),
        {"code": "OK", "data": [portal_record(), portal_record()]},
        [portal_record(), portal_record()],
    ]

    def once(which: int, changes: list[tuple[str, int, Any]], lines: bool) -> None:
        try:
            body = bent(json.loads(json.dumps(records[which])), changes)
        except (TypeError, AttributeError):
            return  # bent so that it is no JSON any more
        imported(tmp_path / "a.json", body + b"\n" + body if lines else body)

    fuzzed(once, st.integers(0, 2), _CHANGES, st.booleans())


@pytest.mark.soak
def test_given_bent_workbooks_when_they_are_imported_then_each_is_taken_or_refused(tmp_path: Path) -> None:
    book = Workbook()
    assert book.active is not None
    book.active.append([next(iter(titles)) for titles in LIST_TITLES.values()])
    book.active.append(["1.001193"] * len(LIST_TITLES))
    made = io.BytesIO()
    book.save(made)
    parts = {one: zipfile.ZipFile(made).read(one) for one in zipfile.ZipFile(made).namelist()}

    def once(name: str, cuts: list[tuple[float, int, str]], at: int, byte: int) -> None:
        whole = io.BytesIO()
        with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
            for one, body in parts.items():
                archive.writestr(one, cut(body.decode(), cuts) if one == name else body)
        changed = bytearray(whole.getvalue())
        if byte:
            changed[at % len(changed)] = byte
        imported(tmp_path / "a.xlsx", bytes(changed))

    names = st.sampled_from([_SHEET, _SHEET, *sorted(parts)])
    fuzzed(once, names, _CUTS, st.integers(0, 2**16), st.integers(0, 255))


@pytest.mark.soak
def test_given_bent_seeds_when_they_are_read_then_each_is_taken_or_refused_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "1.001193.yml"

    def once(cuts: list[tuple[float, int, str]]) -> None:
        path.write_bytes(cut(_SEED, cuts))
        try:
            read_seed(path)
        except SeedInvalid as error:
            assert path.name in str(error)

    fuzzed(once, _CUTS)


@pytest.mark.soak
def test_given_bent_phrases_when_they_are_read_then_each_is_taken_or_refused() -> None:
    told = 'msgid ""\nmsgstr ""\n"Language: vi\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
    told += "".join(f'#, fuzzy\n#: a:{n}\nmsgctxt "bot"\nmsgid "k{n}"\nmsgstr "chữ {n}"\n\n' for n in range(5))

    def once(cuts: list[tuple[float, int, str]]) -> None:
        try:
            wordfiles._read(cut(told, cuts), "vi")
        except Refused as error:
            assert "words_file" in error.key

    fuzzed(once, _CUTS)
