"""Vietnamese with and without accents, English, Chinese."""

from __future__ import annotations

import json

import pytest

from procedures.typed.fold import fold
from procedures.typed.identify import language_of
from tests.conftest import shared_data


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("con em mới sinh làm giấy khai sinh cần gì ạ", "vi"),
        ("con em moi sinh lam giay khai sinh can gi a", "vi"),
        ("k biet nop o dau", "vi"),
        ("cccd het han roi", "vi"),
        ("what papers do I need for birth registration", "en"),
        ("how to do it online", "en"),
        ("can i do it online", "en"),
        ("the can cuoc", "vi"),
        ("to khai", "vi"),
        ("ddawng kys", "vi"),
        ("fải làm j", "vi"),
        ("出生證明怎麼辦 ạ", "zh"),
        ("hello", "und"),
        ("ok", "und"),
        ("Nyob zoo, kuv xav ua ntawv rau kuv tus menyuam", "hmn"),
        ("Chuv tịch têz qơưs jok Tạ Bú txux chi", "hmn"),
        ("Pỉ noọng hẩư khỏi xam fiểc hất giấy khai sinh", "tyz"),
        ("Yiem longx nyei, meih oix zuqc fiev giấy khai sinh", "ium"),
        ("出生证明怎么办", "zh"),
        ("", "und"),
        ("123 😀", "und"),
    ],
)
def test_given_a_message_when_looked_at_then_its_language_is_told(text: str, language: str) -> None:
    assert language_of(text) == language


def test_given_found_questions_when_stripped_then_hardly_one_is_taken_for_english() -> None:
    texts = [json.loads(line)["text"] for line in shared_data("questions_found.jsonl").open(encoding="utf-8")]
    missed = [text for text in texts if language_of(fold(text)) != "vi"]
    assert len(missed) <= len(texts) * 0.01
