"""Letters and lines of sheets that are drawn: nothing is lost and nothing runs over the edge, in any language."""

from __future__ import annotations

import importlib.util
import io
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from procedures.catalogue import SEEDS
from procedures.importers.seeds import read_seeds
from procedures.sheets.blocks import blocks
from procedures.sheets.fonts import MISSING, letters, writable
from procedures.sheets.lines import wrapped
from procedures.sheets.pdf import as_pdf
from procedures.sheets.picture import as_picture
from procedures.sheets.sheet import LANGUAGES, Sheet, of_procedure

ROOT = Path(__file__).parents[3]
PROCEDURES = {row.procedure.code: row.procedure for row in read_seeds(SEEDS)}
HAN = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]")
LINK = "http://127.0.0.1:8000/g/7k4p9m2xqr"


def sheet(language: str, tag: str = "") -> Sheet:
    return replace(of_procedure(PROCEDURES["1.001193"], language), tag=tag)


def read(pdf: bytes, folder: Path) -> str:
    """What somebody copies out of it, without blanks: a line that goes on below is one."""
    if shutil.which("pdftotext") is None:
        pytest.skip("needs pdftotext: apt-get install poppler-utils")
    path = folder / "sheet.pdf"
    path.write_bytes(pdf)
    told = subprocess.run(["pdftotext", path, "-"], capture_output=True, check=True, timeout=20).stdout
    return "".join(told.decode().split())


@pytest.mark.parametrize("language", LANGUAGES)
def test_given_a_sheet_when_read_out_of_the_pdf_then_every_block_is_there(language: str, tmp_path: Path) -> None:
    told = sheet(language, "王小明")
    paper = as_pdf(told, LINK)
    text = read(paper, tmp_path)
    for block in blocks(told):
        assert "".join(block.text.split()) in text
    assert len(paper) < 150_000


def test_given_chinese_of_seeds_and_locales_when_written_then_the_font_has_every_character() -> None:
    paths = [*SEEDS.glob("*.yml"), *ROOT.glob("procedures/**/zh.po")]
    paths += [*ROOT.glob("bot/**/zh.po"), *ROOT.glob("actions/**/zh.po"), ROOT / "procedures" / "life_events.yml"]
    written = {sign for path in paths for sign in path.read_text("utf-8")}
    han = {sign for sign in written if HAN.match(sign)}
    assert len(han) > 1000
    assert {sign for sign in han if ord(sign) not in letters()} == set(), "make font"


@pytest.mark.parametrize("language", LANGUAGES)
def test_given_every_sheet_when_drawn_then_no_character_is_missing(language: str) -> None:
    for procedure in PROCEDURES.values():
        told = "".join(block.text for block in blocks(of_procedure(procedure, language)))
        assert writable(told) == told, procedure.code


def test_given_the_common_characters_when_looked_up_then_the_font_has_all_of_them() -> None:
    spec = importlib.util.spec_from_file_location("make_font", ROOT / "deploy" / "make_font.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    common = {sign for sign in module.level_1() if sign}
    assert len(common) == 3755
    assert {sign for sign in common if ord(sign) not in letters()} == set()


def test_given_a_character_that_no_font_has_when_drawn_then_a_box_stands_there(tmp_path: Path) -> None:
    assert writable("bà 龘\u200e 😄\nLan") == f"bà {MISSING} {MISSING}\nLan"
    assert f"bà{MISSING}" in read(as_pdf(sheet("vi", "bà 龘")), tmp_path)


@pytest.mark.parametrize("language", LANGUAGES)
def test_given_a_picture_when_looked_at_then_its_edge_is_white(language: str) -> None:
    picture = Image.open(io.BytesIO(as_picture(sheet(language, "王" * 60), LINK))).convert("L")
    edges = (picture.crop((0, 0, 35, picture.height)), picture.crop((picture.width - 35, 0, *picture.size)))
    assert all(edge.getextrema() == (255, 255) for edge in edges)


def test_given_chinese_when_wrapped_then_no_line_begins_or_ends_with_the_wrong_sign() -> None:
    lines = list(wrapped("带材料到乡公共行政服务中心（窗口），或在VNeID应用上提交。", len, lambda _: 7))
    assert "".join(lines) == "带材料到乡公共行政服务中心（窗口），或在VNeID应用上提交。"
    assert all(len(line) <= 7 and line[0] not in "，。）" and line[-1] != "（" for line in lines)


@given(st.text("ab 中（，。\n", max_size=60), st.integers(3, 9))
def test_given_any_text_when_wrapped_then_lines_fit_and_nothing_is_lost(text: str, wide: int) -> None:
    lines = list(wrapped(text, len, lambda _: wide))
    assert all(len(line) <= wide for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


def test_given_a_word_wider_than_a_line_when_wrapped_then_it_is_broken() -> None:
    assert list(wrapped("x" * 25, len, lambda number: 5 if number == 0 else 10)) == ["x" * 5, "x" * 10, "x" * 10]
