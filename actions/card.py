"""A card: one answer before it is cut to what a small screen and a thin signal can take."""

from __future__ import annotations

from dataclasses import dataclass

from actions.words import say

#: Characters of one message.
MOST_CHARACTERS = 600
#: Listed lines of one message.
MOST_LINES = 6
#: Characters of one line that comes from an official text.
_LINE = 220


@dataclass(frozen=True)
class Card:
    """The answer first, then lines, then where it comes from."""

    lead: str
    lines: tuple[str, ...] = ()
    source: str = ""


def fold(card: Card, page: int = 0) -> tuple[str, bool]:
    """The text of one page, and whether another follows. A page beyond the last is the last."""
    pages = _pages(card)
    page = min(page, len(pages) - 1)
    head = card.lead if page == 0 else say("card.continued")
    last = page == len(pages) - 1
    tail = card.source if page == 0 or last else ""
    return "\n".join(part for part in (head, *pages[page], tail) if part), not last


def count(card: Card) -> int:
    """How many pages a card has."""
    return len(_pages(card))


def _pages(card: Card) -> list[list[str]]:
    room = MOST_CHARACTERS - len(card.lead) - len(card.source)
    pages: list[list[str]] = [[]]
    for line in map(_shorten, card.lines):
        used = sum(len(other) + 1 for other in pages[-1])
        if pages[-1] and (used + len(line) > room or len(pages[-1]) >= MOST_LINES):
            pages.append([])
            room = MOST_CHARACTERS - len(card.source)
        pages[-1].append(line)
    return pages


def _shorten(line: str) -> str:
    if len(line) <= _LINE:
        return line
    return line[:_LINE].rsplit(" ", 1)[0].rstrip(" ,;:.") + "…"
