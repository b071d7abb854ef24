"""The language of answers: one odd short message does not flip it, a sentence does; and switching by saying so."""

from __future__ import annotations

import pytest

from actions import ACTIONS
from actions.answer import ActionAnswer
from actions.language import ActionLanguage
from actions.safety import ActionEmergency
from actions.smalltalk import ActionSmalltalk
from procedures.phrasebook import Phrasebook
from tests.actions.conftest import ROOT, run

BIRTH = "1.001193"


@pytest.mark.parametrize(
    ("text", "language", "spoken", "other", "reply"),
    [
        ("đăng ký tạm trú cần gì", "vi", None, None, "vi"),
        ("what papers do I need for birth registration", "en", None, None, "en"),
        ("出生登记要带什么材料", "zh", None, None, "zh"),
        ("fee please", "en", "vi", None, "vi"),
        ("fee please", "en", "vi", "en", "en"),
        ("how much does it cost to register", "en", "vi", None, "en"),
        ("ok", "und", "en", None, "en"),
        ("Nyob zoo kuv xav", "hmn", "vi", None, "vi"),
    ],
)
def test_given_a_message_when_answered_then_its_language_is_kept_or_changed(
    text: str, language: str, spoken: str | None, other: str | None, reply: str
) -> None:
    said = run(ActionAnswer(), text, "ask_fee", language=spoken, other_language=other, heard=language)
    assert said.report["reply_language"] == reply


@pytest.mark.parametrize("language", ["en", "zh"])
def test_given_a_plain_procedure_when_told_in_another_language_then_no_vietnamese_sentence_is_left(
    language: str,
) -> None:
    said = run(ActionAnswer(), "/ask_documents", "ask_documents", {"procedure": BIRTH}, language=language, heard="und")
    assert {"en": "Birth registration", "zh": "出生登记"}[language] in said.texts[0]
    assert "anh/chị" not in said.texts[0]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("speak English please", "en"),
        ("nói tiếng trung được không", "zh"),
        ("trả lời bằng tiếng việt đi", "vi"),
        ("说中文", "zh"),
    ],
)
def test_given_a_wish_when_a_language_is_named_then_it_is_spoken_from_now_on(text: str, language: str) -> None:
    said = run(ActionLanguage(), text, "change_language", language="vi")
    assert (said.report["outcome"], said.slots["language"], said.report["reply_language"]) == (
        "language",
        language,
        language,
    )


def test_given_a_language_nobody_here_speaks_when_wished_for_then_it_is_said_and_a_person_offered() -> None:
    said = run(ActionLanguage(), "nói tiếng Mông được không", "change_language", language="vi")
    assert "tiếng Mông" in said.texts[0]
    assert said.buttons[0]["payload"] == "/talk_to_person"


@pytest.mark.parametrize("intent", ["greet", "out_of_scope", "ask_fee"])
def test_given_hmong_when_written_then_it_is_said_and_a_person_offered_whatever_it_looked_like(intent: str) -> None:
    said = run(ActionSmalltalk(), "Nyob zoo kuv xav", intent, heard="hmn")
    assert (said.report["outcome"], len(said.texts)) == ("language", 1)
    assert "tiếng Mông" in said.texts[0]
    assert said.buttons[0]["payload"] == "/talk_to_person"


def test_given_an_alarm_when_the_language_is_not_spoken_here_then_the_numbers_come_all_the_same() -> None:
    said = run(ActionEmergency(), "Nyob zoo kuv xav", "emergency_fire", heard="hmn")
    assert said.report["outcome"] == "emergency"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_given_a_language_when_phrases_are_listed_then_each_is_there_with_its_placeholders(language: str) -> None:
    book = Phrasebook(ROOT / "actions" / "locales")
    assert book.keys(language) == book.keys("vi")
    assert len(ACTIONS) == 13
