"""Words that people read live in locale files, and only those that are said."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from procedures.phrasebook import Phrasebook

ROOT = Path(__file__).parents[2]
VIETNAMESE = re.compile("[ăâđêôơưĂÂĐÊÔƠƯàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ]")
#: The catalogue's own phrases, which are data of the portal (see its docstring).
DATA = {"procedures/importers/phrases.py"}
#: The name of the product, in a terminal that has no locale yet.
NAME = {"Một Cửa: "}


def literals(path: Path) -> Iterator[tuple[int, str]]:
    tree = ast.parse(path.read_text("utf-8"))
    documentation = {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation:
            yield node.lineno, node.value


@pytest.mark.parametrize("package", ["bot", "actions", "nlu"])
def test_given_python_files_when_literals_are_read_then_none_is_vietnamese(package: str) -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}: {text}"
        for path in sorted((ROOT / package).rglob("*.py"))
        if str(path.relative_to(ROOT)) not in DATA
        for line, text in literals(path)
        if VIETNAMESE.search(text) and text not in NAME
    ]
    assert found == []


@pytest.mark.parametrize("template", sorted((ROOT / "bot").rglob("*.html")), ids=lambda path: path.name)
def test_given_a_template_when_it_is_read_then_no_word_is_vietnamese(template: Path) -> None:
    assert VIETNAMESE.search(template.read_text("utf-8")) is None


def said(package: str) -> set[str]:
    """Keys in the sources; a key made of parts ("button.{aspect}") counts as its fixed beginning."""
    sources = [p.read_text("utf-8") for ext in ("*.py", "*.html", "*.js") for p in (ROOT / package).rglob(ext)]
    return set(re.findall(r"[\"']([a-z]\w*(?:\.\w+)*\.?)(?=[\"'{])", "\n".join(sources)))


@pytest.mark.parametrize("package", ["bot", "actions"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_given_a_phrase_in_another_language_when_read_then_its_placeholders_are_those_of_the_vietnamese(
    package: str, language: str
) -> None:
    book = Phrasebook(ROOT / package / "locales")
    drifted = [
        key
        for key in book.keys(language)
        if set(re.findall(r"\{\w+\}", book.raw(key, language))) != set(re.findall(r"\{\w+\}", book.raw(key)))
    ]
    assert drifted == []


@pytest.mark.parametrize("room", ["desk", "console"])
def test_given_words_of_staff_when_read_then_both_languages_have_them_and_some_page_says_them(room: str) -> None:
    book, used = Phrasebook(ROOT / "bot" / room / "locales"), said("bot")
    words = book.keys("vi")
    assert words == book.keys("en")
    # Of a family, such as called("language", code), only the beginning stands in the sources.
    beginnings = tuple(key.rstrip(".") + "." for key in used)
    assert sorted(key for key in words if key not in used and not key.startswith(beginnings)) == []


@pytest.mark.parametrize("package", ["bot", "actions"])
def test_given_a_phrase_when_the_sources_are_searched_then_somebody_says_it(package: str) -> None:
    keys = Phrasebook(ROOT / package / "locales").keys()
    used = said(package)
    unused = [key for key in keys if key not in used and not any(p.endswith(".") and key.startswith(p) for p in used)]
    assert sorted(unused) == []
