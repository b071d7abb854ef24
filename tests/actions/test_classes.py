"""What is no question about a procedure: emergencies, scams, own files, complaints, privacy; and moves of a talk."""

from __future__ import annotations

import pytest

from actions.again import ActionAgain
from actions.answer import ActionAnswer
from actions.correct import ActionCorrect
from actions.own import ActionFileStatus, ActionPrivacy
from actions.person import ActionTalkToPerson
from actions.safety import ActionEmergency, ActionScam
from actions.smalltalk import ActionSmalltalk
from tests.actions.conftest import run

BIRTH, MARRIAGE, AGAIN = "1.001193", "1.000894", "1.004746"


@pytest.mark.parametrize(
    ("kind", "number"), [("fire", "114"), ("medical", "115"), ("violence", "113"), ("child", "111"), ("suicide", "115")]
)
@pytest.mark.parametrize(("text", "heard"), [("cứu với", "vi"), ("help us now please", "en"), ("救命啊快来人", "zh")])
def test_given_an_emergency_when_told_then_its_number_is_the_first_said(
    kind: str, number: str, text: str, heard: str
) -> None:
    said = run(ActionEmergency(), text, f"emergency_{kind}", heard=heard)
    assert said.report["outcome"] == "emergency"
    first = [found for found in ("111", "113", "114", "115") if found in said.texts[0]]
    assert min(first, key=said.texts[0].index) == number


def test_given_a_scam_when_told_then_it_warns_and_names_the_official_ways() -> None:
    said = run(ActionScam(), "có người gửi link bảo nhập OTP", "scam")
    assert said.report["outcome"] == "scam"
    assert "dichvucong.gov.vn" in said.texts[0]


@pytest.mark.parametrize("reason", ["complaint", "dispute", "overdue"])
def test_given_what_only_people_answer_when_told_then_it_is_handed_over_with_its_reason(reason: str) -> None:
    said = run(ActionTalkToPerson(), "…", reason)
    assert said.report["effects"] == [{"type": "hand_over", "reason": reason}]


def test_given_a_file_when_its_status_is_asked_then_the_number_is_not_repeated() -> None:
    said = run(ActionFileStatus(), "hồ sơ H14-251103-0021 tới đâu rồi", "file_status")
    assert said.report["outcome"] == "status"
    assert "251103" not in said.texts[0]
    assert said.report["effects"] == [{"type": "hand_over", "reason": "own_file"}]


@pytest.mark.parametrize(("intent", "do"), [("delete_me", "ask"), ("ask_privacy", "kept")])
def test_given_a_question_about_ones_own_data_when_said_then_the_bot_is_asked_to_do_it(intent: str, do: str) -> None:
    said = run(ActionPrivacy(), "dữ liệu của tôi", intent)
    assert (said.report["outcome"], said.report["effects"]) == ("privacy", [{"type": "privacy", "do": do}])


def test_given_an_answer_when_the_talk_starts_over_then_nothing_of_it_is_left_in_hand() -> None:
    said = run(ActionSmalltalk(), "làm lại từ đầu", "start_over", procedure=BIRTH)
    assert (said.report["outcome"], said.slots["procedure"]) == ("smalltalk", None)


def test_given_two_answers_when_going_back_then_the_one_before_is_told() -> None:
    history = [[BIRTH, "fee"], [MARRIAGE, "documents"]]
    said = run(ActionAgain(), "quay lại", "go_back", procedure=MARRIAGE, aspect="documents", history=history)
    assert (said.report["procedures"][0]["code"], said.report["aspect"]) == (BIRTH, "fee")


@pytest.mark.parametrize("intent", ["repeat", "explain", "shorter", "resume"])
def test_given_an_answer_when_it_is_wanted_again_then_it_is_of_the_same_matter(intent: str) -> None:
    said = run(ActionAgain(), "…", intent, procedure=BIRTH, aspect="fee", history=[[BIRTH, "fee"]])
    assert (said.report["outcome"], said.report["procedures"][0]["code"]) == ("answered", BIRTH)
    assert said.report["aspect"] == "fee"


def test_given_an_answer_when_it_is_put_right_then_the_other_one_is_told_with_the_same_aspect() -> None:
    said = run(ActionCorrect(), "không phải, ý tôi là đăng ký lại kết hôn", "correct", procedure=MARRIAGE, aspect="fee")
    assert (said.report["procedures"][0]["code"], said.report["aspect"]) == (AGAIN, "fee")


@pytest.mark.parametrize("intent", ["out_of_scope", "too_vague", "affirm"])
def test_given_an_unsure_act_when_it_asks_for_an_aspect_of_what_is_in_hand_then_that_is_told(intent: str) -> None:
    doubt = {"believed": False, "aspect": "ask_fee", "asks": 0.4}
    said = run(ActionSmalltalk(), "多少钱", intent, heard="zh", told=doubt, procedure=BIRTH, language="zh")
    assert (said.report["outcome"], said.report["aspect"]) == ("answered", "fee")


def test_given_choices_when_an_aspect_is_asked_then_no_life_event_takes_their_place() -> None:
    choices = [BIRTH, AGAIN]
    said = run(ActionAnswer(), "thế chờ bao lâu", "ask_time", choices=choices)
    assert (said.report["outcome"], said.report["procedures"][0]["code"]) == ("answered", BIRTH)
    assert said.slots["choices"] == choices, "they stay on the table"


def test_given_a_word_that_several_procedures_have_when_it_is_to_be_explained_then_they_are_offered() -> None:
    said = run(ActionAgain(), "trích lục là cái gì", "explain")
    assert said.report["outcome"] in ("answered", "clarify")
    assert said.slots.get("choices") or said.report["procedures"]


def test_given_a_bare_correction_when_said_then_the_matter_is_asked_for() -> None:
    said = run(ActionCorrect(), "nhầm rồi", "correct", procedure=MARRIAGE, aspect="fee")
    assert (said.report["outcome"], said.slots["procedure"]) == ("clarify", None)


def test_given_two_questions_in_one_message_when_asked_then_both_are_answered() -> None:
    hit = {"code": BIRTH, "score": 1.0, "sure": True}
    parts = [
        {"text": "khai sinh cần giấy gì", "intent": "ask_documents", "procedures": [hit]},
        {"text": "mất bao nhiêu tiền", "intent": "ask_fee", "procedures": []},
    ]
    said = run(ActionAnswer(), "đăng ký khai sinh", "ask_fee", told={"parts": parts})
    assert len(said.texts) == 2
    assert {"mang theo", "lệ phí"} <= {word for word in ("mang theo", "lệ phí") if any(word in t for t in said.texts)}
