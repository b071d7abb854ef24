"""Words in a language that answers are not in: said first, and only where somebody has allowed them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from actions import words
from actions.warning import is_warning
from procedures.phrasebook import phrasebook

BOOK = phrasebook(words._FOLDER)


@pytest.fixture
def hmong() -> Iterator[None]:
    BOOK.override({"hmn": {"minority.hmn": "xx yy", "emergency.if": "zz", "gone": "never"}})
    yield
    BOOK.override({})


def test_given_nothing_in_a_language_when_it_is_said_too_then_only_the_answer_is_there() -> None:
    assert words.say_too("minority.hmn", "hmn") == words.say("minority.hmn")


@pytest.mark.usefixtures("hmong")
def test_given_reviewed_words_when_they_are_said_then_they_stand_first() -> None:
    assert words.say_too("minority.hmn", "hmn") == f"xx yy\n\n{words.say('minority.hmn')}"
    assert words.own("gone", "hmn") == ""
    assert is_warning("zz")


@pytest.mark.usefixtures("hmong")
def test_given_words_in_few_languages_when_the_rest_is_said_then_it_is_as_before() -> None:
    assert words.say("fee.lead", title="x")
    with pytest.raises(KeyError):
        BOOK.say("fee.lead", "hmn")
