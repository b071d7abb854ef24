"""Mistyped syllables."""

from __future__ import annotations

import pytest

from procedures.search.mend import Mender

KNOWN = {"dang", "ky", "tam", "tru", "khai", "sinh", "giay", "duong", "ket", "hon", "can", "cuoc"}


@pytest.mark.parametrize(
    ("typed", "mended"),
    [
        (["khaisinh"], ["khai", "sinh"]),
        (["giaay"], ["giay"]),
        (["tamtru", "ky"], ["tam", "tru", "ky"]),
        (["hcua"], ["hcua"]),
        (["1.001193", "2026"], ["1.001193", "2026"]),
    ],
)
def test_given_mistyped_syllables_when_mended_then_known_ones_stand_there(typed: list[str], mended: list[str]) -> None:
    assert Mender(KNOWN).mend(typed) == mended
