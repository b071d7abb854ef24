"""Small rooms: a file of more than 300 lines holds two ideas."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MOST = 300
FILES = [
    p for package in ("bot", "nlu", "actions", "procedures", "tests") for p in sorted((ROOT / package).rglob("*.py"))
]


def test_given_our_files_when_lines_are_counted_then_none_is_a_hall() -> None:
    lengths = {str(p.relative_to(ROOT)): len(p.read_text("utf-8").splitlines()) for p in FILES}
    assert {name: lines for name, lines in lengths.items() if lines > MOST} == {}


@pytest.mark.parametrize("package", ["bot", "nlu", "actions", "procedures"])
def test_given_our_packages_when_names_are_read_then_none_is_a_librarys(package: str) -> None:
    # `rasa` puts the current folder on sys.path, so nlu/ and the root must not shadow anything.
    names = {p.stem for p in (ROOT / package).glob("*.py")} | {p.name for p in (ROOT / package).iterdir() if p.is_dir()}
    shadowed = names & (set(sys.stdlib_module_names) | {"rasa", "sqlalchemy", "telegram", "spacy", "alembic"})
    assert shadowed == set() or package != "nlu"
