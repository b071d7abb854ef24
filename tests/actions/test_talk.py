"""In a talk: what is in hand, choices that are narrowed, asked on about, gone back from, put right."""

from __future__ import annotations

import pytest

from actions import staying
from actions.again import ActionAgain
from actions.answer import ActionAnswer
from actions.choose import ActionChoose
from actions.correct import ActionCorrect
from actions.pick import numbered, picked
from actions.safety import ActionEmergency
from actions.smalltalk import ActionSmalltalk
from actions.staying import Signs
from actions.warning import is_warning
from procedures.search import Hit
from tests.actions.conftest import run

BIRTH, MARRIAGE, DEATH, EXCHANGE, LOST = "1.001193", "1.000894", "1.000656", "3.000347", "3.000348"
BARE = {"names": 0.02, "bare": True, "asks": 0.9}


def named(code: str, score: float = 0.9, sure: bool = True) -> Hit:
    return Hit(code, score, sure)


def test_given_a_bare_question_when_weighed_then_it_stays_with_what_is_in_hand() -> None:
    assert staying.likely([BIRTH], [], Signs(names=0.02)) > staying.enough()


def test_given_another_matter_named_for_sure_when_weighed_then_it_does_not_stay() -> None:
    assert staying.likely([BIRTH], [named(MARRIAGE)], Signs(names=0.99, matter=3)) < staying.enough()


def test_given_the_matter_in_hand_named_again_when_weighed_then_it_stays() -> None:
    assert staying.likely([BIRTH], [named(BIRTH)], Signs(names=0.99, matter=3)) > staying.enough()


def test_given_nothing_in_hand_when_a_bare_question_comes_then_it_is_asked_what_about_and_the_aspect_kept() -> None:
    said = run(ActionAnswer(), "lệ phí bao nhiêu", "ask_fee", told=BARE)
    assert (said.report["outcome"], said.slots["aspect"], said.slots["misses"]) == ("clarify", "fee", 1)


def test_given_an_aspect_that_waits_when_the_matter_is_told_then_that_aspect_is_answered() -> None:
    said = run(ActionAnswer(), "đăng ký khai tử", "ask_overview", told={"asks": 0.9}, aspect="fee")
    assert (said.report["outcome"], said.report["aspect"]) == ("answered", "fee")


def test_given_choices_when_asked_on_without_choosing_then_the_likeliest_is_told_as_an_if() -> None:
    choices = [EXCHANGE, LOST]
    said = run(ActionAnswer(), "thế bao nhiêu tiền", "ask_fee", told=BARE, choices=choices, aspect="overview")
    assert said.texts[0].startswith("Nếu anh/chị hỏi về")
    assert any(LOST in button["payload"] for button in said.buttons), "the other one is a button away"
    assert (said.report["outcome"], said.report["procedures"][0]["code"]) == ("answered", EXCHANGE)
    assert said.slots["choices"] == choices, "they stay on the table"


def test_given_choices_when_the_likeliest_is_told_in_parts_then_the_rest_is_a_button_away() -> None:
    slots = {"choices": [BIRTH, MARRIAGE], "aspect": "overview"}
    said = run(ActionAnswer(), "thế cần giấy gì", "ask_documents", told=BARE, **slots)
    assert any('"page": "1"' in button["payload"] for button in said.buttons)


def test_given_choices_when_one_is_described_then_it_is_taken() -> None:
    told = {"names": 0.9, "asks": 0.2}
    slots = {"choices": [EXCHANGE, LOST], "aspect": "documents", "asked": "làm lại bằng lái xe"}
    said = run(ActionChoose(), "cái bị mất ấy, mất rồi", "choose", told=told, **slots)
    assert (said.report["procedures"][0]["code"], said.report["aspect"]) == (LOST, "documents")


def test_given_two_matters_told_when_gone_back_to_one_by_name_then_it_is_told_with_the_aspect_asked() -> None:
    history = [[BIRTH, "documents"], [MARRIAGE, "fee"]]
    told = {"aspect": "ask_time", "asks": 0.2}
    text = "quay lại cái khai sinh đi, mấy ngày xong"
    said = run(ActionAgain(), text, "go_back", told=told, procedure=MARRIAGE, history=history)
    assert (said.report["procedures"][0]["code"], said.report["aspect"]) == (BIRTH, "time")


def test_given_an_answer_when_it_is_put_right_then_what_was_wrong_is_not_offered_again() -> None:
    slots = {"procedure": EXCHANGE, "aspect": "fee", "asked": "bằng lái xe", "history": [[EXCHANGE, "fee"]]}
    said = run(ActionCorrect(), "không phải, bằng lái của em bị mất cơ", "correct", told={"names": 0.9}, **slots)
    codes = [one["code"] for one in said.report["procedures"]]
    assert codes[0] == LOST
    assert EXCHANGE not in [button["payload"] for button in said.buttons]


def test_given_a_word_of_farewell_with_a_question_when_read_then_the_question_is_answered() -> None:
    told = {"asks": 0.2, "asks_in_part": 0.9, "aspect": "ask_fee", "names": 0.05, "bare": True}
    said = run(ActionSmalltalk(), "hỏi vui thôi. lệ phí hết bao nhiêu", "bye", told=told, procedure=BIRTH)
    assert (said.report["outcome"], said.report["aspect"]) == ("answered", "fee")


def test_given_some_danger_when_answered_then_the_numbers_to_call_come_first() -> None:
    said = run(ActionAnswer(), "đăng ký khai tử cần gì", "ask_documents", told={"danger": True, "asks": 0.9})
    assert is_warning(said.texts[0])
    assert said.report["outcome"] == "answered"


def test_given_an_emergency_when_answered_then_the_numbers_are_told_once() -> None:
    said = run(ActionEmergency(), "cháy nhà rồi", "emergency_fire", told={"danger": True})
    assert said.report["outcome"] == "emergency"
    assert not any(map(is_warning, said.texts))


def test_given_a_question_on_what_is_in_hand_that_sounds_like_danger_then_it_is_answered_after_the_numbers() -> None:
    told = {"danger": True, "asks": 0.4, "aspect": "ask_conditions", "names": 0.0, "bare": True}
    said = run(ActionEmergency(), "must i go there myself", "emergency_suicide", heard="en", told=told, procedure=BIRTH)
    assert is_warning(said.texts[0])
    assert said.report["outcome"] == "answered"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("cái thứ hai", "b"),
        ("2", "b"),
        ("the last one", "c"),
        ("cái đầu tiên", "a"),
        ("cái khác", None),
    ],
)
def test_given_a_place_in_words_when_picked_then_it_is_that_choice(text: str, code: str | None) -> None:
    assert picked(text, ("a", "b", "c")) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("làm căn cước trước, số 2", "b"),
        ("option 3 please", "c"),
        ("选1吧", "a"),
        ("số 9", None),
        ("số 20 đường Kim Đồng", None),
        ("mẫu số 2.1", None),
    ],
)
def test_given_a_number_within_a_message_when_looked_for_then_only_a_place_in_the_list_counts(
    text: str, code: str | None
) -> None:
    assert numbered(text, ("a", "b", "c")) == code
