"""Slips in the training files are told with file and line before anything is learnt."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.engine import training
from nlu.understanding import check as checking
from nlu.understanding.check import Slip, check

DOMAIN = "intents:\n  - greet\n  - thank\n"
RULES = """rules:
  - rule: greet
    steps:
      - intent: greet
      - action: action_smalltalk
  - rule: thank
    steps:
      - intent: thank
      - action: action_smalltalk
"""
GOOD = (
    'version: "3.1"\nnlu:\n- intent: greet\n  examples: |\n    - hello\n- intent: thank\n  examples: |\n    - thanks\n'
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(checking, "LEAST", 1)
    (tmp_path / "data" / "nlu").mkdir(parents=True)
    (tmp_path / "domain.yml").write_text(DOMAIN, "utf-8")
    (tmp_path / "data" / "rules.yml").write_text(RULES, "utf-8")
    (tmp_path / "data" / "nlu" / "a.yml").write_text(GOOD, "utf-8")
    return tmp_path


def with_more(folder: Path, text: str) -> list[Slip]:
    (folder / "data" / "nlu" / "b.yml").write_text(f'version: "3.1"\nnlu:\n{text}', "utf-8")
    return check(folder)


def test_given_files_without_slips_when_checked_then_nothing_is_told(folder: Path) -> None:
    assert check(folder) == []


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("- intent: greeet\n  examples: |\n    - hi\n", 3, 'no intent "greeet"'),
        ("- intent: greet\n  examples: |\n    - hi\n    hello\n", 6, 'begins with "- "'),
        ("- intent: greet\n  examples: |\n    - hi [you](name)\n", 5, "brackets"),
        ("- intent: greet\n  examples: |\n    - hi {you}\n", 5, "brackets"),
        ("- intent: greet\n", 3, "has no examples"),
        ("- regex: late\n  examples: |\n    - (late\n", 5, "no regular expression"),
        ("- intents: greet\n  examples: |\n    - hi\n", 3, "neither an intent nor a regex"),
        ("- intent: greet\n  examples: |\n    - Thanks\n", 5, "is greet here, thank in a.yml line 8"),
        ("- intent: greet\n  examples: |\n    - thánks!\n", 5, "is greet here, thank in a.yml line 8"),
        ("- intent: [greet\n", 4, "no YAML"),
    ],
)
def test_given_a_slip_when_checked_then_file_and_line_are_told(folder: Path, text: str, line: int, what: str) -> None:
    (slip,) = with_more(folder, text)
    assert (slip.file, slip.line) == ("b.yml", line)
    assert what in slip.what


def test_given_an_intent_with_few_examples_or_no_rule_when_checked_then_that_is_told(folder: Path) -> None:
    (folder / "domain.yml").write_text(DOMAIN + "  - bye\n", "utf-8")
    told = {(slip.file, slip.what.split('"')[1]) for slip in check(folder)}
    assert told == {("domain.yml", "bye"), ("rules.yml", "bye")}


def test_given_the_real_files_when_checked_then_there_are_no_slips() -> None:
    training.check()


def test_given_the_placeholder_of_a_procedure_when_checked_then_it_is_no_slip(folder: Path) -> None:
    assert with_more(folder, "- intent: greet\n  examples: |\n    - hi, {procedure}\n") == []
