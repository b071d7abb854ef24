"""Questions with known answers, and the figures made of them."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from procedures import evaluation
from procedures.errors import QuestionsInvalid
from procedures.evaluation import judge, lines, outcome
from procedures.questions import Question, read_questions, with_stripped
from procedures.search import Decision, Hit, Verdict

BIRTH, DEATH, MARRIAGE = "1.001193", "1.000656", "1.000894"


def question(text: str = "khai sinh", codes: tuple[str, ...] = (BIRTH,), name: str = "q1") -> Question:
    return Question(name, text, "vi", "accented", codes)


def write(folder: Path, *lines: object) -> Path:
    path = folder / "questions.jsonl"
    path.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines), "utf-8")
    return path


def test_given_a_file_when_read_then_each_line_is_a_question(tmp_path: Path) -> None:
    line = {"id": "a", "text": "khai sinh", "language": "vi", "style": "keywords", "codes": [BIRTH]}
    assert read_questions(write(tmp_path, line)) == [Question("a", "khai sinh", "vi", "keywords", (BIRTH,))]


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        ("{", "line 2: no question"),
        ({"id": "b", "codes": []}, "line 2: no question"),
        ({"id": "b", "text": "x", "codes": ["1.1"]}, 'line 2: "1.1" is no code'),
        ({"id": "a", "text": "x", "codes": []}, 'line 2: the id "a" is taken by line 1'),
        ({"row": 0, "sha": "0", "codes": []}, "give that with --texts"),
    ],
)
def test_given_a_bad_line_when_read_then_file_and_line_are_told(tmp_path: Path, bad: object, told: str) -> None:
    path = write(tmp_path, {"id": "a", "text": "khai sinh", "codes": [BIRTH]}, bad)
    with pytest.raises(QuestionsInvalid, match=told):
        read_questions(path)


def test_given_a_label_when_its_text_has_changed_then_it_is_refused(tmp_path: Path) -> None:
    texts = tmp_path / "texts.jsonl"
    texts.write_text('{"text": "mất sổ"}', "utf-8")
    sha = hashlib.sha256("mất sổ".encode()).hexdigest()[:12]
    path = write(tmp_path, {"row": 0, "sha": sha, "codes": [BIRTH]})
    assert read_questions(path, texts)[0].text == "mất sổ"
    texts.write_text('{"text": "đổi sổ"}', "utf-8")
    with pytest.raises(QuestionsInvalid, match="another question now"):
        read_questions(path, texts)


def test_given_accents_when_copied_then_the_copy_has_none_and_plain_ones_are_not_copied() -> None:
    found = with_stripped([question("đăng ký"), question("dang ky", name="q2")])
    assert [(one.id, one.text, one.style) for one in found[2:]] == [("q1*", "dang ky", "accented→stripped")]


@pytest.mark.parametrize(
    ("verdict", "found", "codes", "told"),
    [
        (Verdict.ONE, [BIRTH], [BIRTH], "right"),
        (Verdict.ONE, [DEATH], [BIRTH], "wrong"),
        (Verdict.CHOICES, [DEATH, BIRTH], [BIRTH], "offered"),
        (Verdict.CHOICES, [DEATH], [BIRTH], "misled"),
        (Verdict.NONE, [], [BIRTH], "unsure"),
        (Verdict.NONE, [], [], "right"),
        (Verdict.ONE, [DEATH], [], "wrong"),
    ],
)
def test_given_a_decision_when_judged_then_it_is_what_the_citizen_gets(
    verdict: Verdict, found: list[str], codes: list[str], told: str
) -> None:
    assert outcome(Decision(verdict, tuple(Hit(code, 0.9) for code in found)), codes) == told


def test_given_rankings_when_counted_then_hits_and_reciprocal_ranks_are_right() -> None:
    rankings = {"a": [BIRTH], "b": [DEATH, BIRTH], "c": [DEATH, MARRIAGE], "a ": []}
    asked = [question(text, name=text) for text in rankings]
    judged = [judge(one, lambda text, limit: [Hit(code, 0.9) for code in rankings[text]]) for one in asked]
    everything = next(line for line in lines(judged) if line.style == "all")
    assert (everything.count, everything.hit1, everything.hit3, everything.mrr) == (4, 0.25, 0.5, 0.375)


def test_given_a_question_lost_without_accents_when_compared_then_the_drop_is_told_in_points() -> None:
    asked = with_stripped([question("đăng ký", name="a"), question("khai tử", name="b")])
    judged = [
        judge(one, lambda text, limit: [Hit(BIRTH if "đ" in text or text[0] == "k" else DEATH, 1)]) for one in asked
    ]
    assert evaluation.drop(judged) == 50.0
