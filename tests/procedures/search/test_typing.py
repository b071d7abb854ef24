"""Shortened words and keystrokes left in words."""

from __future__ import annotations

import pytest

from procedures.search.mend import Mender
from procedures.search.typing import spell_out, undo_keys

KNOWN = {"dang", "ky", "tam", "tru", "khai", "sinh", "giay", "duong", "ket", "hon", "can", "cuoc"}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ddawng", "dang"),
        ("kys", "ky"),
        ("giaasy", "giay"),
        ("dduowngf", "duong"),
        ("cuowcs", "cuoc"),
        ("dang9", "dang"),
        ("ky1", "ky"),
        ("xyz", "xyz"),
        ("sinh", "sinh"),
        ("test", "test"),
    ],
)
def test_given_keystrokes_in_a_word_when_undone_then_the_word_is_left(typed: str, meant: str) -> None:
    assert undo_keys(typed, KNOWN.__contains__) == meant


def test_given_shortened_words_when_spelled_out_then_they_stand_in_full() -> None:
    assert spell_out(["gks", "cho", "con"]) == ["giay", "khai", "sinh", "cho", "con"]


@pytest.mark.parametrize(
    ("typed", "mended"),
    [
        (["khaisinh"], ["khai", "sinh"]),
        (["giaay"], ["giay"]),
        (["tamtru", "ky1"], ["tam", "tru", "ky"]),
        (["hcua"], ["hcua"]),
        (["1.001193", "2026"], ["1.001193", "2026"]),
    ],
)
def test_given_mistyped_syllables_when_mended_then_known_ones_stand_there(typed: list[str], mended: list[str]) -> None:
    assert Mender(KNOWN).mend(typed) == mended
