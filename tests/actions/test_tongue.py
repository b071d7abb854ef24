"""The language of a conversation."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import pytest

from actions.reading import Reading
from actions.tongue import Tongue, tongue
from procedures.guides.state import without_token
from procedures.typed.identify import language_of


@pytest.mark.parametrize(("said", "language"), [("mã H9ZRW-D754N", "vi"), ("code H9ZRW-D754N", "en")])
def test_given_a_code_whose_letters_look_english_when_sent_then_the_other_words_tell_the_language(
    said: str, language: str
) -> None:
    assert language_of(without_token(said)) == language


@pytest.mark.parametrize("payload", ['/guide{"do": "way", "guide": "9ezvgs89e6", "value": "counter"}', "/guide"])
@pytest.mark.parametrize("reply", ["vi", "zh"])
def test_given_a_button_of_a_guide_when_pressed_then_its_code_and_its_names_are_no_words_of_anybody(
    payload: str, reply: str
) -> None:
    pressed = cast(Reading, SimpleNamespace(text=payload, language="und"))
    assert tongue(reply, None, pressed) == Tongue(reply)
