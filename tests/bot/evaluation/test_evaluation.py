"""Whole turns with known answers: reading, asking, judging, counting, comparing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.conversation import Button, Reply
from bot.errors import WrongUse
from bot.evaluation import compare, figures
from bot.evaluation.judge import Judged, Talked, judge, judge_dialogue
from bot.evaluation.read import read
from bot.evaluation.run import ask, talk, with_stripped
from bot.session import Told

BIRTH, AGAIN = "1.001193", "1.004884"
CHOICES = tuple(Button(f"Việc {code}", f'/choose{{"procedure": "{code}"}}') for code in (AGAIN, BIRTH))


def told(outcome: str, code: str = "", aspect: str = "", intent: str = "", buttons: tuple[Button, ...] = ()) -> Told:
    procedures = json.dumps([{"code": code, "score": 0.9}] if code else [])
    return Told([Reply("…", buttons)], outcome, intent, aspect, "vi", "vi", procedures, 2.0)


class Script:
    """Answers what it was told to, in order, and notes what it was asked."""

    def __init__(self, *answers: Told) -> None:
        self.answers, self.heard = list(answers), list[str]()

    def say(self, address: str, text: str, payload: str = "") -> Told:
        self.heard.append(text)
        return self.answers.pop(0)


def written(tmp_path: Path, *lines: dict[str, object]) -> Path:
    path = tmp_path / "lines.jsonl"
    path.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), "utf-8")
    return path


QUESTION = {
    **{"id": "1", "text": "làm khai sinh cần gì", "language": "vi", "style": "accented", "outcome": ["answered"]},
    **{"intent": [], "codes": [BIRTH], "aspect": ["documents"]},
}
FIRE = {
    **{"id": "2", "text": "cháy nhà", "language": "vi", "style": "accented", "outcome": ["emergency"]},
    **{"intent": ["emergency_fire"], "codes": [], "aspect": []},
}
TALK = {
    **{"id": "d", "language": "vi", "about": "picking"},
    "turns": [
        {"text": "khai sinh mất tiền ko", "outcome": ["answered", "clarify"], "codes": [BIRTH], "aspect": ["fee"]},
        {
            "when": "clarify",
            "choose": BIRTH,
            "text": "số {n}",
            "outcome": ["answered"],
            "codes": [BIRTH],
            "aspect": ["fee"],
        },
    ],
}


def test_given_a_bad_line_when_read_then_file_and_line_are_named(tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match=r"lines\.jsonl"):
        read([written(tmp_path, QUESTION, {**QUESTION, "id": "9", "outcome": ["nonsense"]})])


def test_given_a_question_when_answered_rightly_then_every_measure_says_so(tmp_path: Path) -> None:
    (line,), _ = read([written(tmp_path, QUESTION)])
    one = judge(line, ask(Script(told("answered", BIRTH, "documents", "ask_documents")), line))
    assert one.faults == []
    assert one.holds["procedure"]
    assert one.holds["aspect"]


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (told("answered", AGAIN, "documents"), "wrong_answer"),
        (told("out_of_scope"), "needless_refusal"),
        (told("clarify", BIRTH, "documents", buttons=CHOICES), "needless_question"),
        (told("answered", BIRTH, "fee"), "aspect"),
    ],
)
def test_given_a_question_when_something_else_comes_then_its_fault_is_named(
    tmp_path: Path, answer: Told, fault: str
) -> None:
    (line,), _ = read([written(tmp_path, QUESTION)])
    assert fault in judge(line, ask(Script(answer), line)).faults


def test_given_a_dialogue_when_the_bot_asks_back_then_the_number_of_the_right_choice_is_sent(tmp_path: Path) -> None:
    _, (dialogue,) = read([written(tmp_path, TALK)])
    script = Script(told("clarify", buttons=CHOICES), told("answered", BIRTH, "fee"))
    talked = judge_dialogue(dialogue, talk(script, dialogue))
    assert (talked.failure, script.heard[-1]) == (None, "số 2")


def test_given_a_dialogue_when_the_bot_answers_at_once_then_the_choice_is_not_sent(tmp_path: Path) -> None:
    _, (dialogue,) = read([written(tmp_path, TALK)])
    script = Script(told("answered", BIRTH, "fee"))
    assert judge_dialogue(dialogue, talk(script, dialogue)).failure is None
    assert len(script.heard) == 1


def report(tmp_path: Path, *answers: Told) -> dict[str, object]:
    lines, _ = read([written(tmp_path, QUESTION, FIRE)])
    script = Script(*answers)
    judged: list[Judged] = [judge(line, ask(script, line)) for line in lines]
    return figures.as_data(judged, list[Talked](), "m.tar.gz", {"act": 0.5})


def test_given_two_models_when_compared_then_what_flipped_is_told(tmp_path: Path) -> None:
    right = told("answered", BIRTH, "documents", "ask_documents")
    before = report(tmp_path, right, told("out_of_scope", intent="out_of_scope"))
    now = report(tmp_path, right, told("emergency", intent="emergency_fire"))
    assert {(flip.id, flip.better) for flip in compare.flips(before, now)} == {("2", True)}
    changed = {(one.measure, one.before, one.now) for one in compare.differences(before, now) if one.group == "all"}
    assert ("emergency", 0.0, 1.0) in changed


def test_given_accented_questions_when_copied_then_each_has_a_twin_without_accents(tmp_path: Path) -> None:
    lines, _ = read([written(tmp_path, QUESTION, FIRE)])
    assert [line.text for line in with_stripped(lines)] == [QUESTION["text"], FIRE["text"], "lam khai sinh can gi"]
