"""Runs of syllables without spaces, parted."""

from __future__ import annotations

from collections.abc import Callable

#: Longest syllable: "nghieng"; shortest that is looked for.
_LONGEST, _SHORTEST = 7, 2


def part(run: str, known: Callable[[str], bool]) -> list[str]:
    """Fewest known syllables that make up a run; empty if none do."""
    best: list[list[str] | None] = [[]] + [None] * len(run)
    for end in range(_SHORTEST, len(run) + 1):
        for start in range(max(0, end - _LONGEST), end - _SHORTEST + 1):
            head, tail = best[start], best[end]
            if head is not None and known(run[start:end]) and (tail is None or len(head) + 1 < len(tail)):
                best[end] = [*head, run[start:end]]
    return best[-1] or []
