"""Entities of a message."""

from __future__ import annotations

import pytest

from nlu.understanding.entities import find


def found(text: str) -> set[tuple[str, str]]:
    return {(entity.kind, entity.value) for entity in find(text)}


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("hồ sơ 000.00.12.H14-251103-0021 tới đâu", "dossier", "000.00.12.H14-251103-0021"),
        ("so cccd 001203004567", "identity", "001203004567"),
        ("gọi em 0912 345 678", "phone", "0912345678"),
        ("hết 500k", "money", "500000"),
        ("phí 8.000 đ một bản", "money", "8000"),
        ("sinh ngày 12/3/2024", "date", "2024-03-12"),
        ("em ở xã Trường Hà", "place", "01392"),
        ("làm hộ chiếu cho bố em", "person", "father"),
        ("lam ho cho ba noi", "person", "grandparent"),
        ("for my wife", "person", "spouse"),
    ],
)
def test_given_a_message_when_read_then_what_it_names_is_found(text: str, kind: str, value: str) -> None:
    assert (kind, value) in found(text)


@pytest.mark.parametrize("text", ["thủ tục 1.001193", "theo 163/QĐ-BTP", "năm 2026 làm được chưa", "phí 8.000 đ"])
def test_given_codes_and_fees_when_read_then_none_is_a_persons_number(text: str) -> None:
    assert {kind for kind, _ in found(text)}.isdisjoint({"identity", "phone", "insurance", "dossier"})


def test_given_a_name_of_a_procedure_when_said_whole_then_its_code_is_the_value() -> None:
    assert ("procedure", "1.001193") in found("dang ky khai sinh can gi")
