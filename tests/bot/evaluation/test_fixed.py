"""The fixed sets, the report that is kept, and two of them side by side."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.console.comparing import comparison, judged
from bot.conversation import Reply
from bot.evaluation import fixed
from bot.evaluation.compare import Difference
from bot.evaluation.fixed import measure, written
from bot.evaluation.pairs import LONG, pairs
from bot.evaluation.read import Line, Wanted
from bot.session import Told
from tests.bot.console.training_kit import AGAIN, BIRTH, report


class Knowing:
    """Answers everything with one procedure."""

    def __init__(self, code: str) -> None:
        self.code, self.heard = code, list[str]()

    def say(self, address: str, text: str, payload: str = "") -> Told:
        self.heard.append(text)
        procedures = json.dumps([{"code": self.code, "score": 0.9}])
        return Told([Reply("…")], "answered", "ask_fee", "fee", "vi", "vi", procedures, 2.0)


def test_given_the_repository_when_the_sets_are_read_then_messages_and_dialogues_are_there() -> None:
    lines, dialogues = fixed.sets()
    assert {line.file for line in lines} == set(fixed.FILES[:3])
    assert len(dialogues) >= 50


def test_given_an_installed_product_when_the_sets_are_read_then_nothing_is_measured(tmp_path: Path) -> None:
    assert fixed.sets(tmp_path) == ([], [])
    empty = measure(Knowing(BIRTH), [], [], lambda done, count: None)
    assert comparison(written(empty | {"model": "a"}), written(empty | {"model": "b"})) is None


def test_given_questions_of_the_province_when_measured_then_each_is_asked_and_told_how_far_it_is() -> None:
    lines = [fixed.own(1, "phí khai sinh", "vi", BIRTH, "fee"), fixed.own(2, "khai sinh", "vi", BIRTH, "")]
    steps = list[tuple[int, int]]()
    speaker = Knowing(BIRTH)
    told = measure(speaker, lines, [], lambda done, count: steps.append((done, count)))
    assert steps[-1] == (3, 3) and speaker.heard[-1] == "phi khai sinh", "and the same without accents"
    shares = {one["measure"]: one["share"] for one in told["figures"] if one["group"] == "all"}
    assert shares["procedure"] == shares["aspect"] == 1.0
    assert "answer" not in told["lines"][0] and told["lines"][0]["came"]["code"] == BIRTH


def test_given_two_models_when_compared_then_what_got_worse_comes_first_and_faults_count_the_other_way() -> None:
    told = comparison(written(report() | {"model": "a"}), written(report(AGAIN, "smalltalk") | {"model": "b"}))
    assert told is not None
    assert [(one.text, one.better) for one in told.changes] == [("làm khai sinh cần gì", False), ("cháy nhà", False)]
    assert told.changes[0].measures == ("procedure", "wrong_answer")
    assert (told.careful, told.same, told.worse, told.better) == (True, False, 2, 0)
    assert {one.measure: judged(one) for one in told.main}["wrong_answer"] == -1
    assert [one.measure for one in told.pairs][:1] == ["procedure"]


def test_given_the_same_model_twice_when_compared_then_nothing_flips() -> None:
    one = written(report() | {"model": "a"})
    told = comparison(one, one)
    assert told is not None and told.same and not told.careful and told.changes == ()


@pytest.mark.parametrize(("share", "width"), [(None, 0), (0.5, LONG / 2), (1.0, LONG)])
def test_given_a_share_when_drawn_then_its_bar_is_as_long(share: float | None, width: float) -> None:
    found = [Difference("class", "all", share, 1.0, 3, 3), Difference("class", "vi story", 1.0, 1.0, 3, 3)]
    drawn = pairs(found, "class")
    assert [(one.before, one.now) for one in drawn.pairs] == [(width, LONG)], "a style of three messages is none"


def test_given_a_line_of_files_when_both_use_one_id_then_they_are_not_mixed_up() -> None:
    lines = [Line(file, "1", text, "vi", "plain", Wanted(("answered",), (BIRTH,))) for file, text in ("ab", "cd")]
    sides = [measure(Knowing(code), lines, [], lambda *_: None) | {"model": code} for code in (BIRTH, AGAIN)]
    told = comparison(*map(written, sides))
    assert told is not None and {one.text for one in told.changes} == {"b", "d"}
