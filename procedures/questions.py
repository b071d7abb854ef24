"""Questions whose right answers are known: read strictly, for measuring and for learning."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from procedures.errors import QuestionsInvalid
from procedures.importers.portal_codes import CODE
from procedures.typed.fold import fold

STRIPPED = "stripped"


@dataclass(frozen=True)
class Question:
    """One question with every code that answers it, best first; no code where the catalogue has no answer."""

    id: str
    text: str
    #: "vi", "en" or "zh".
    language: str
    #: How it is typed: accented, stripped, typos, teencode, second_language, story, keywords, plain …
    style: str
    codes: tuple[str, ...]


def read_questions(path: Path, texts: Path | None = None) -> list[Question]:
    """Lines {"id", "text", "language", "style", "codes"}; a line {"row", "sha", "codes"} takes its text from `texts`.

    `texts` is a file of lines {"text": …}; the label says which row, and the first 12 digits of the text's SHA-256, so
    that labels never drift to another question. Raises QuestionsInvalid with file and line.
    """
    found = _texts(texts) if texts else []
    questions = [_question(path, number, line, found) for number, line in _lines(path)]
    seen: dict[str, int] = {}
    for number, question in enumerate(questions, 1):
        if question.id in seen:
            raise QuestionsInvalid(path, number, f'the id "{question.id}" is taken by line {seen[question.id]}')
        seen[question.id] = number
    return questions


def with_stripped(questions: Iterable[Question]) -> list[Question]:
    """The questions, and a copy without accents of each that has some; the copy's style ends in "→stripped"."""
    found = list(questions)
    copies = [
        replace(question, id=f"{question.id}*", text=fold(question.text), style=f"{question.style}→{STRIPPED}")
        for question in found
        if question.language == "vi" and fold(question.text) != question.text.lower()
    ]
    return found + copies


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise QuestionsInvalid(path, 0, f"the file cannot be read: {error}") from None
    yield from ((number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip())


def _question(path: Path, number: int, line: str, texts: list[str]) -> Question:
    try:
        data: dict[str, Any] = json.loads(line)
        codes = tuple(data["codes"])
        if "row" in data:
            text = _labelled(path, number, data, texts)
            return Question(f"row {data['row']}", text, "vi", "found", _codes(path, number, codes))
        told = [str(data.get(key) or default) for key, default in _FIELDS]
        return Question(told[0] or f"line {number}", data["text"], told[1], told[2], _codes(path, number, codes))
    except (ValueError, KeyError, TypeError) as error:
        raise QuestionsInvalid(path, number, f"no question: {error!r}") from None


_FIELDS = (("id", ""), ("language", "vi"), ("style", "open"))


def _codes(path: Path, number: int, codes: tuple[str, ...]) -> tuple[str, ...]:
    wrong = [code for code in codes if not CODE.fullmatch(code)]
    if wrong:
        raise QuestionsInvalid(path, number, f'"{wrong[0]}" is no code')
    return codes


def _labelled(path: Path, number: int, data: dict[str, Any], texts: list[str]) -> str:
    row = int(data["row"])
    if not texts:
        raise QuestionsInvalid(path, number, "this is a label of a question in another file; give that with --texts")
    if row >= len(texts) or hashlib.sha256(texts[row].encode()).hexdigest()[:12] != data["sha"]:
        raise QuestionsInvalid(path, number, f"row {row} of the texts is another question now")
    return texts[row]


def _texts(path: Path) -> list[str]:
    return [json.loads(line)["text"] for _, line in _lines(path)]
