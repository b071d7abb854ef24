"""Cutting an answer to pages."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from actions.card import MOST_LINES, Card, fold


def everything(card: Card) -> list[str]:
    pages, page, more = [], 0, True
    while more:
        text, more = fold(card, page)
        pages.append(text)
        page += 1
    return pages


def test_given_a_short_card_when_folded_then_it_is_one_page_with_its_source() -> None:
    assert fold(Card("đầu", ("một", "hai"), "nguồn")) == ("đầu\nmột\nhai\nnguồn", False)


def test_given_many_lines_when_folded_then_no_line_is_lost_or_doubled() -> None:
    lines = tuple(f"dòng {n}" for n in range(20))
    pages = everything(Card("đầu", lines, "nguồn"))
    shown = [line for page in pages for line in page.splitlines() if line.startswith("dòng")]
    assert shown == list(lines)
    assert all(page.count("dòng") <= MOST_LINES for page in pages)


def test_given_a_page_beyond_the_last_when_folded_then_it_is_the_last() -> None:
    card = Card("đầu", tuple(f"dòng {n}" for n in range(20)), "nguồn")
    assert fold(card, 99) == (everything(card)[-1], False)


@given(st.lists(st.text(max_size=900), max_size=25), st.text(min_size=1, max_size=100))
@settings(max_examples=150, deadline=None)
def test_given_any_lines_when_folded_then_a_page_never_runs_over(lines: list[str], lead: str) -> None:
    for page in everything(Card(lead, tuple(lines), "nguồn")):
        assert len(page) <= 900
