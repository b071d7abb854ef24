"""Differences word by word, and paths as people read them."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.console.wording import named, pieces, worded
from procedures.model import Case, Paper, Translation
from tests.bot.console.editing import PLAIN, fee


def test_given_one_word_changed_when_compared_then_only_that_word_is_marked() -> None:
    found = [(one.kind, one.text.strip()) for one in pieces("Lệ phí 5.000 đồng", "Lệ phí 8.000 đồng")]
    assert found == [("same", "Lệ phí"), ("old", "5.000"), ("new", "8.000"), ("same", "đồng")]


@given(st.text(alphabet="ab \nđ", max_size=40), st.text(alphabet="ab \nđ", max_size=40))
def test_given_any_texts_when_compared_then_both_can_be_read_again(old: str, new: str) -> None:
    found = pieces(old, new)
    for text, other in ((old, "new"), (new, "old")):
        again = "".join(one.text for one in found if one.kind != other)
        assert again.split() == text.split()


def test_given_a_fee_and_a_translation_when_compared_then_each_is_told_in_its_language() -> None:
    said = Translation("en", ("birth",), (("Nhận giấy", "Collect it"), ("Mang giấy đến", "Bring it")))
    found = worded(PLAIN, replace(fee(PLAIN, "8.000 đồng", 8000), translations=(said,)))
    assert [(one.path, one.language) for one in found] == [
        ("ways.counter.fees", "vi"),
        ("translations.en.texts", "en"),
    ]


def test_given_what_no_telling_lists_when_it_changes_then_it_is_shown_too() -> None:
    cases = (Case(papers=(Paper("Tờ khai", 1),)), Case("Ở nhà", notes=("x",), without=("Tờ khai",)))
    before = replace(PLAIN, cases=cases)
    after = replace(before, cases=(cases[0], replace(cases[1], without=())), plain=False)
    assert [one.path for one in worded(before, after)] == ["cases.without", "plain"]


def test_given_a_long_list_when_one_line_comes_then_what_stays_is_cut_in_its_middle() -> None:
    names = tuple(f"tên {number}" for number in range(30))
    found = worded(replace(PLAIN, aliases=names), replace(PLAIN, aliases=(*names, "mới")))
    same, *_ = found[0].pieces
    assert "…" in same.text
    assert len(same.text.splitlines()) < 10


def test_given_figures_when_told_then_people_read_words() -> None:
    found = worded(PLAIN, fee(PLAIN, "8.000 đồng", 8000), lambda key, **values: f"{key}:{values['amount']}")
    assert [one.text for one in found[0].pieces if one.kind == "new"][-1] == "edits.amount:8.000"


def test_given_paths_when_named_then_names_with_dots_stay_whole() -> None:
    def called(kind: str, code: str) -> str:
        return f"{kind}:{code}"

    assert named("ways.online.fees", called) == "field:ways – edits.way:online – edits.part:fees"
    assert named("cases.papers.Mẫu số 1.2", called) == "field:cases – edits.part:papers – Mẫu số 1.2"
    assert named("translations.en.texts", called) == "field:translations.en – edits.part:texts"
    assert named("title", called) == "field:title"
