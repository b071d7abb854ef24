"""The page of a report holds its pictures and needs nothing else."""

from __future__ import annotations

import re

from bot.evaluation.figures import AS_TYPED, WITHOUT, Figure, figures
from bot.evaluation.judge import Failure, Judged, Talked, judge
from bot.evaluation.pictures import bars, is_style, matrix
from bot.evaluation.read import Dialogue, Line, Wanted
from bot.evaluation.report_html import page
from bot.evaluation.run import Got, with_stripped

CODE = "1.001193"
QUESTION = Line("f", "1", "Khai sinh cần gì <b>", "vi", "accented", Wanted(("answered",), (CODE,), ("documents",)))
FIRE = Line("f", "2", "cháy nhà", "vi", "accented", Wanted(("emergency",), intent=("emergency_fire",)))
FAILED = Talked(Dialogue("f", "d", "vi", "picking", ()), (Failure(1, "a <b>", "answered", "clarify"),), 1, (3.0,))


def asked() -> list[Judged]:
    right = Got("answered", "ask_documents", "documents", "vi", ((CODE, 0.9),))
    wrong = Got("answered", "ask_fee", "fee", "vi", (("1.004884", 0.4),))
    first, fire, copy = with_stripped([QUESTION, FIRE])
    return [judge(first, right), judge(fire, Got("smalltalk", "greet")), judge(copy, wrong)]


def test_given_judged_messages_when_the_page_is_made_then_it_holds_every_picture() -> None:
    html = page(asked(), [FAILED], "m.tar.gz", {"act": 0.5})
    assert set(re.findall(r'<svg class="(\w+)"', html)) == {"bars", "reliability", "confusion"}
    assert "emergency_fire taken for greet: 1" in html
    assert "a &lt;b&gt;" in html
    assert not re.search(r"<script|https?:|src=|<link", html)


def test_given_nothing_when_the_page_is_made_then_it_says_so() -> None:
    assert "Nothing was asked" in page([], [], "m", {})


def test_given_copies_without_accents_when_counted_then_both_are_told_and_all_counts_once() -> None:
    shares = {(one.group, one.count, one.share) for one in figures(asked(), []) if one.measure == "procedure"}
    assert {(AS_TYPED, 1, 1.0), (WITHOUT, 1, 0.0), ("all", 1, 1.0)} <= shares


def test_given_groups_when_bars_are_drawn_then_only_styles_are() -> None:
    found = [Figure("class", group, 2, 0.5) for group in ("all", "vi", "vi story", AS_TYPED, WITHOUT)]
    assert [bar.group for bar in bars(found, "class").bars] == ["vi story"]
    assert not is_style(AS_TYPED)


def test_given_a_mistaken_class_when_the_matrix_is_drawn_then_it_is_off_the_diagonal() -> None:
    cells = matrix({("greet", "bye"): 1, ("greet", "greet"): 3}).cells
    assert [(cell.good, cell.share) for cell in cells] == [(False, 0.25), (True, 0.75)]
