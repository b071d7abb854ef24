"""Answers, choices and misses."""

from __future__ import annotations

import json

import pytest

from actions.answer import ActionAnswer
from actions.aspects import ASPECTS
from actions.choose import ActionChoose, picked
from actions.next import ActionNext
from actions.person import ActionTalkToPerson
from actions.smalltalk import ActionSmalltalk
from procedures.catalogue import current_view
from tests.actions.conftest import run

BIRTH = "1.001193"


def test_given_a_named_procedure_when_papers_are_asked_then_they_are_listed_with_a_source() -> None:
    said = run(ActionAnswer(), "con em mới sinh làm giấy khai sinh cần giấy tờ gì", "ask_documents")
    assert said.report["procedures"][0]["code"] == BIRTH
    assert (said.report["outcome"], said.report["aspect"]) == ("answered", "documents")
    assert "Giấy chứng sinh" in said.texts[0]
    assert "163/QĐ-BTP" in said.texts[0]
    assert said.slots["procedure"] == BIRTH


def test_given_a_procedure_in_hand_when_only_the_fee_is_asked_then_it_is_still_meant() -> None:
    said = run(ActionAnswer(), "thế còn phí?", "ask_fee", procedure=BIRTH)
    assert (said.report["procedures"][0]["code"], said.report["aspect"]) == (BIRTH, "fee")


def test_given_a_procedure_in_hand_when_another_is_named_then_the_new_one_is_meant() -> None:
    said = run(ActionAnswer(), "đăng ký tạm trú mất bao nhiêu tiền", "ask_fee", procedure=BIRTH)
    assert said.report["procedures"][0]["code"] == "1.004194"


def test_given_nothing_in_hand_when_only_the_fee_is_asked_then_it_asks_for_what() -> None:
    said = run(ActionAnswer(), "phí bao nhiêu", "ask_fee")
    assert (said.report["outcome"], said.slots["misses"]) == ("clarify", 1)


def test_given_a_procedure_in_hand_when_something_unknown_is_named_then_the_old_one_is_not_answered() -> None:
    said = run(ActionAnswer(), "xin giấy phép mở karaoke phòng hát ban đêm", "ask_documents", procedure=BIRTH)
    assert (
        BIRTH not in [found["code"] for found in said.report["procedures"][:1]] or said.report["outcome"] == "clarify"
    )


def test_given_two_misses_in_a_row_when_not_understood_then_a_person_is_offered_alone() -> None:
    said = run(ActionAnswer(), "qwerty zxcv", "nlu_fallback", misses=1)
    assert [button["payload"] for button in said.buttons] == ["/talk_to_person"]


def test_given_look_alikes_when_asked_vaguely_then_choices_tell_the_difference() -> None:
    said = run(ActionAnswer(), "bằng lái xe", "ask_fee")
    assert said.report["outcome"] == "clarify"
    assert len(said.slots["choices"]) >= 2
    assert said.buttons[-1]["payload"] == "/talk_to_person"
    assert json.loads(said.buttons[0]["payload"].removeprefix("/choose"))["aspect"] == "fee"


def test_given_choices_when_one_is_picked_by_number_then_the_aspect_asked_before_is_answered() -> None:
    said = run(ActionChoose(), "cái thứ hai", "choose", choices=["3.000347", "3.000348"], aspect="fee")
    assert (said.report["procedures"][0]["code"], said.report["aspect"]) == ("3.000348", "fee")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1", "a"),
        ("số 2", "b"),
        ("cái đầu tiên", "a"),
        ("cai cuoi", "c"),
        ("the third one", "c"),
        ("4", None),
        ("ừ", None),
    ],
)
def test_given_words_for_a_place_when_picked_then_it_is_that_choice(text: str, code: str | None) -> None:
    assert picked(text, ("a", "b", "c")) == code


def test_given_no_choices_when_a_number_is_said_then_it_is_not_understood() -> None:
    assert run(ActionChoose(), "2", "choose").report["outcome"] == "clarify"


def test_given_a_pressed_button_when_answered_then_its_procedure_and_page_are_used() -> None:
    said = run(ActionAnswer(), "/ask_documents", "ask_documents", {"procedure": BIRTH, "page": "1"})
    assert said.slots["page"] == 1


@pytest.mark.parametrize("page", ["-1", "999", "abc", "²"])
def test_given_a_made_up_page_when_answered_then_there_is_still_an_answer(page: str) -> None:
    said = run(ActionAnswer(), "/ask_documents", "ask_documents", {"procedure": BIRTH, "page": page})
    assert said.report["outcome"] == "answered"


def test_given_a_made_up_code_when_answered_then_it_is_a_miss() -> None:
    assert run(ActionAnswer(), "/ask_fee", "ask_fee", {"procedure": "9.999999"}).report["outcome"] == "clarify"


def test_given_a_long_answer_when_more_is_said_then_the_next_part_comes_and_differs() -> None:
    first = run(ActionAnswer(), "/ask_documents", "ask_documents", {"procedure": BIRTH})
    second = run(ActionNext(), "xem thêm", "next", procedure=BIRTH, aspect="documents", page=0)
    assert first.texts != second.texts
    assert second.slots["page"] == 1


def test_given_nothing_in_hand_when_more_is_said_then_it_asks() -> None:
    assert run(ActionNext(), "xem thêm", "next").report["outcome"] == "clarify"


def test_given_a_wish_for_a_person_when_said_then_the_effect_is_returned() -> None:
    said = run(ActionTalkToPerson(), "cho gặp cán bộ", "talk_to_person")
    assert said.report["effects"] == [{"type": "hand_over", "reason": "asked"}]
    assert said.report["outcome"] == "handed_over"


@pytest.mark.parametrize("intent", ["greet", "thank", "bye", "affirm", "deny", "help", "out_of_scope"])
def test_given_small_talk_when_said_then_there_is_a_short_word_back(intent: str) -> None:
    said = run(ActionSmalltalk(), "", intent)
    assert said.report["outcome"] == ("out_of_scope" if intent == "out_of_scope" else "smalltalk")
    assert len(said.texts) == 1


def test_given_a_greeting_that_names_a_procedure_when_said_then_it_is_answered() -> None:
    said = run(ActionSmalltalk(), "chào em, chị muốn đăng ký tạm trú", "greet")
    assert (said.report["outcome"], said.report["aspect"]) == ("answered", "overview")


def test_given_a_name_that_sounds_vague_when_said_then_its_procedure_is_answered() -> None:
    said = run(ActionSmalltalk(), "xin đăng ký tạm trú", "too_vague")
    assert (said.report["outcome"], said.report["aspect"]) == ("answered", "overview")
    assert run(ActionSmalltalk(), "xin giấy", "too_vague").report["outcome"] != "answered"


@pytest.mark.parametrize("code", ["1.001193", "1.004194", "3.000347", "1.013225", "1.002759"])
@pytest.mark.parametrize("aspect", sorted(ASPECTS))
def test_given_any_seed_and_aspect_when_asked_then_the_first_message_is_short_and_sourced(
    code: str, aspect: str
) -> None:
    said = run(ActionAnswer(), f"/ask_{aspect}", f"ask_{aspect}", {"procedure": code})
    procedure = current_view().by_code(code)
    assert procedure is not None
    assert len(said.texts[0]) <= 720, said.texts[0]
    assert procedure.decision in said.texts[0]
    assert "0 đồng" not in said.texts[0] or "dữ liệu" in said.texts[0]


def test_given_one_choice_on_the_table_when_an_aspect_is_asked_then_it_is_taken_as_meant() -> None:
    said = run(ActionAnswer(), "cần giấy gì", "ask_documents", choices=["1.013225"])
    assert (said.report["outcome"], said.report["procedures"][0]["code"]) == ("answered", "1.013225")


def test_given_choices_on_the_table_when_an_aspect_is_asked_then_they_stay_for_it() -> None:
    said = run(ActionAnswer(), "bao lâu thì xong", "ask_time", choices=["3.000347", "3.000348"])
    assert (said.slots["choices"], said.slots["aspect"]) == (["3.000347", "3.000348"], "time")


def test_given_a_sad_matter_when_first_answered_then_there_is_a_human_sentence_and_only_once() -> None:
    first = run(ActionAnswer(), "/ask_fee", "ask_fee", {"procedure": "1.000656"})
    then = run(ActionAnswer(), "/ask_fee", "ask_fee", {"procedure": "1.000656"}, procedure="1.000656")
    assert first.texts[0].startswith("Xin chia buồn cùng gia đình.")
    assert "chia buồn" not in then.texts[0]


def test_given_a_procedure_in_hand_when_a_vague_question_comes_then_it_is_offered_too() -> None:
    said = run(ActionAnswer(), "hai vợ chồng phải cùng đi à", "ask_conditions", procedure="1.000894")
    assert "1.000894" in (said.slots.get("choices") or [said.slots["procedure"]])


def test_given_a_remark_of_one_case_when_papers_are_listed_then_it_says_for_which_case() -> None:
    pages, slots = [], {"procedure": "1.004222", "aspect": "documents", "page": -1}
    while "hết rồi" not in (text := run(ActionNext(), "xem thêm", "next", **slots).texts[0]):
        pages.append(text)
        slots["page"] += 1
    assert "Lưu ý (Trẻ mới sinh): Không phải đưa giấy khai sinh." in "\n".join(pages)
