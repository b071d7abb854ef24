"""Life events in a conversation."""

from __future__ import annotations

import pytest

from actions.answer import ActionAnswer
from actions.choose import ActionChoose
from tests.actions.conftest import run


def test_given_what_happened_when_told_then_the_procedures_come_in_order_with_the_bundle_first() -> None:
    said = run(ActionAnswer(), "vợ em mới sinh con thì phải làm những gì", "ask_overview")
    assert said.slots["choices"][:2] == ["2.000986", "1.001193"]
    assert said.texts[0].splitlines()[1].startswith("1. ")


def test_given_a_death_when_told_then_a_human_sentence_comes_first() -> None:
    said = run(ActionAnswer(), "nhà em có người mất", "ask_overview")
    assert said.texts[0].startswith("Em xin chia buồn")
    assert said.slots["choices"][0] == "1.000656"


def test_given_a_life_event_when_a_number_is_said_then_that_procedure_is_answered() -> None:
    choices = run(ActionAnswer(), "nhà em có người mất", "ask_overview").slots["choices"]
    said = run(ActionChoose(), "số 2", "choose", choices=choices, aspect="overview")
    assert said.report["procedures"][0]["code"] == choices[1]


def test_given_a_procedure_named_clearly_when_asked_then_no_life_event_is_told() -> None:
    said = run(ActionAnswer(), "đăng ký tạm trú cần giấy tờ gì", "ask_documents")
    assert said.report["outcome"] == "answered"


@pytest.mark.parametrize(
    ("text", "warned"), [("vo em moi sinh con", False), ("vợ em mới sinh con, máu ra nhiều quá", True)]
)
def test_given_a_birth_that_the_classifier_fears_for_when_told_then_numbers_come_only_with_more_than_that(
    text: str, warned: bool
) -> None:
    said = run(ActionAnswer(), text, "ask_overview", told={"danger": True})
    assert ("115" in said.texts[0]) is warned
