"""Accents as far as they were typed: they may be left out, and never be others."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from procedures.typed.fold import fold

_ACUTE, _GRAVE, _ROUND, _HORN, _HOOK, _DOT = "\u0301", "\u0300", "\u0302", "\u031b", "\u0309", "\u0323"
#: Marks that words of time and money may bear; with others they are other words: "thằng này", "mãi", "đóng".
_MARKS = {
    **dict.fromkeys(("tuan", "chieu", "mong"), _ROUND + _GRAVE),
    **dict.fromkeys(("thang", "sang"), _ACUTE),
    **dict.fromkeys(("ngay", "mung", "nay", "ram"), _GRAVE),
    **dict.fromkeys(("mai", "qua", "sau"), ""),
    **{
        "nam": "\u0306",
        "hom": _ROUND,
        "thu": _HORN + _ACUTE,
        "dong": chr(0x111) + _ROUND + _GRAVE,
        "te": _ROUND + _DOT,
    },
    **{"ty": _HOOK, "ti": _HOOK, "trieu": _ROUND + _DOT, "nghin": _GRAVE, "ngan": _GRAVE, "toi": _HORN + _ACUTE},
}


def may_be_time_or_money(word: str) -> bool:
    """Whether a word, as typed, is one of time or money; a word that is in neither list may be."""
    allowed = _MARKS.get(fold(word))
    return allowed is None or _marks(word) <= set(allowed)


@lru_cache(maxsize=1 << 14)
def _marks(word: str) -> frozenset[str]:
    return frozenset(c for c in unicodedata.normalize("NFD", word) if unicodedata.combining(c) or c == chr(0x111))


def agree(typed: Sequence[str], meant: Sequence[str]) -> bool:
    """Accents may be left out, never others: "bo" may be "bố", "bò" may not."""
    return all(_marks(said) <= _marks(word) for said, word in zip(typed, meant, strict=True))
