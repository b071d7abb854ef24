"""A guide as it is talked through, without Rasa: what each answer leads to."""

from __future__ import annotations

import pytest

from actions.answer import ActionAnswer
from actions.person import ActionTalkToPerson
from actions.smalltalk import ActionSmalltalk
from procedures.catalogue import SEEDS
from procedures.guides.state import Stage, spelled
from procedures.importers.seeds import read_seeds
from tests.actions.guide.talk import BOUND, SITE, Talk, answered, to_papers

PROCEDURES = {row.procedure.code: row.procedure for row in read_seeds(SEEDS)}


def test_given_a_start_when_pressed_then_cases_are_numbered_and_the_guide_is_an_effect(birth: Talk) -> None:
    said = birth.last
    assert said and "1. Con sinh ở nhà" in said.texts[0]
    assert said.report["outcome"] == "guide"
    assert [one["type"] for one in said.report["effects"]] == ["guide"]


def test_given_a_case_when_told_by_number_or_words_then_it_is_noted(birth: Talk) -> None:
    assert "Đã ghi" in birth.says("1", "choose", ActionAnswer()).texts[0]
    birth.says("nhờ người khác đi làm", "too_vague", ActionAnswer())
    assert birth.guide.cases == ("Con sinh ở nhà, không có giấy chứng sinh", "Nhờ người khác đi làm thay")


def test_given_no_case_and_a_way_in_words_when_told_then_the_first_paper_is_asked(birth: Talk) -> None:
    said = to_papers(birth).last
    assert birth.guide.way == "counter"
    assert said and said.texts[0].startswith("Giấy 1/4: Giấy chứng sinh")
    assert [one["title"] for one in said.buttons] == ["Có rồi", "Chưa có", "Để sau", "Lấy ở đâu?", "Có đủ cả rồi"]


def test_given_papers_when_told_by_name_number_yes_and_no_then_each_is_ticked(birth: Talk) -> None:
    to_papers(birth)
    birth.says("có giấy chứng sinh rồi", "have_it")
    birth.says("chưa có", "lack_it")
    birth.says("có", "affirm", ActionSmalltalk())
    said = birth.says("để sau", "skip")
    assert list(birth.guide.ticks.values()) == ["have", "missing", "have", "later"]
    assert "còn thiếu 2 giấy" in said.texts[0]


def test_given_several_numbers_when_told_then_all_of_them_are_there(birth: Talk) -> None:
    to_papers(birth).says("có giấy 1, 3 và 4 rồi", "have_it")
    assert list(birth.guide.ticks.values()) == ["have"] * 3
    assert birth.guide.stage is Stage.PAPERS


def test_given_everything_when_told_then_the_trip_is_checked_with_link_code_fee_and_who(birth: Talk) -> None:
    said = to_papers(birth).press("Có đủ cả rồi")
    whole = "\n".join(said.texts)
    token = birth.guide.token
    assert "đủ giấy tờ rồi" in whole and "2 bản chính" in whole
    assert f"{SITE}/g/{token}" in whole and spelled(token) in whole
    assert "Lệ phí: 0 đồng" in whole and "Cha hoặc mẹ đi làm" in whole


def test_given_a_place_when_told_at_the_trip_then_its_office_is_named(birth: Talk) -> None:
    to_papers(birth).press("Có đủ cả rồi")
    said = birth.says("xã Trùng Khánh", "ask_where", ActionAnswer())
    assert "Trùng Khánh" in said.texts[-1] and birth.guide.stage is Stage.TRIP


def test_given_a_question_in_between_when_answered_then_a_button_leads_back(birth: Talk) -> None:
    to_papers(birth).says("có", "affirm", ActionSmalltalk())
    said = birth.says("lệ phí bao nhiêu", "ask_fee", ActionAnswer())
    assert said.report["outcome"] == "answered" and said.buttons[0]["title"] == "Làm tiếp: Đăng ký khai sinh"
    assert birth.press("Làm tiếp").texts[0].startswith("Giấy 2/4")


def test_given_a_yes_after_a_question_in_between_when_said_then_no_paper_is_ticked(birth: Talk) -> None:
    to_papers(birth).says("lệ phí bao nhiêu", "ask_fee", ActionAnswer())
    birth.says("ok", "affirm", ActionSmalltalk())
    assert birth.guide.ticks == {}


def test_given_an_emergency_when_told_in_a_guide_then_it_goes_first(birth: Talk) -> None:
    from actions.safety import ActionEmergency

    said = birth.says("cháy nhà rồi", "emergency_fire", ActionEmergency())
    assert said.report["outcome"] == "emergency" and "114" in said.texts[0]


def test_given_a_missing_paper_that_a_procedure_yields_when_told_then_its_guide_leads_there_and_back() -> None:
    talk = Talk()
    talk.presses(do="start", code="1.001613")
    while talk.guide.stage is not Stage.PAPERS:
        answered(talk)
    first = talk.guide.token
    talk.says("em mất sổ bảo hiểm xã hội rồi", "lack_it")
    talk.press("Hướng dẫn: Cấp lại, đổi sổ bảo hiểm xã hội")
    assert (talk.guide.code, talk.guide.origin) == ("1.002759", first)
    talk.presses(do="sent", guide=talk.guide.token)
    talk.press("Quay lại việc trước")
    assert talk.guide.token == first


def test_given_a_helper_when_two_people_are_guided_then_each_has_a_tag_and_a_list_of_its_own(birth: Talk) -> None:
    to_papers(birth).press("Có đủ cả rồi")
    birth.press("Làm cho người khác")
    said = birth.says("bà Lan", "too_vague", ActionAnswer())
    assert "bà Lan" in said.texts[0] and "đồng ý" in said.texts[0]
    assert (birth.guide.tag, birth.guide.ticks) == ("bà Lan", {})
    listed = birth.says("danh sách của tôi", "my_guides")
    assert "1. Đăng ký khai sinh: có 4/4 giấy" in listed.texts[0]
    assert "2. Đăng ký khai sinh (cho bà Lan): có 0/" in listed.texts[0]


def test_given_a_tag_with_an_identity_number_when_told_then_it_is_not_kept(birth: Talk) -> None:
    birth.presses(do="other", code="1.001193")
    birth.says("bà Lan 004123456789", "too_vague", ActionAnswer())
    assert birth.guide.tag == ""


def test_given_a_life_event_when_guided_in_order_then_each_leads_to_the_next() -> None:
    talk = Talk()
    talk.says("chồng tôi mới mất", "ask_overview", ActionAnswer())
    talk.press("Hướng dẫn lần lượt")
    first = talk.guide
    assert first.then
    talk.presses(do="sent", guide=first.token)
    talk.press("Việc tiếp theo")
    assert (talk.guide.code, talk.guide.then) == (first.then[0], first.then[1:])


def test_given_a_procedure_that_has_ended_meanwhile_when_taken_up_then_it_is_said_and_nothing_is_asked(
    birth: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("actions.guide.turn.is_current", lambda procedure: False)
    said = birth.presses(do="show", guide=birth.guide.token)
    assert said.report["outcome"] == "clarify" and not birth.slots["guiding"]


def test_given_a_procedure_that_is_gone_when_taken_up_then_the_list_is_shown(birth: Talk) -> None:
    birth.slots["guides"][0]["code"] = "9.999999"
    assert "Chưa có việc nào" in birth.presses(do="show", guide=birth.guide.token).texts[0]


@pytest.mark.parametrize("code", ["1.001193", "1.013949", "1.008498"])
def test_given_somebody_who_never_knows_when_asked_then_the_guide_still_ends_and_says_what_is_missing(
    code: str,
) -> None:
    talk = Talk()
    talk.presses(do="start", code=code)
    for _ in range(BOUND):
        if talk.guide.stage is Stage.TRIP:
            break
        talk.says("không biết nữa", "too_vague", ActionAnswer())
    assert talk.guide.stage is Stage.TRIP
    assert "have" not in talk.guide.ticks.values()


def test_given_contradicting_answers_when_said_then_the_last_one_counts(birth: Talk) -> None:
    to_papers(birth).says("có", "affirm", ActionSmalltalk())
    birth.says("giấy chứng sinh mất rồi", "lack_it")
    assert next(iter(birth.guide.ticks.values())) == "missing"


def test_given_a_wish_for_a_person_when_a_name_was_asked_for_then_it_is_no_name(birth: Talk) -> None:
    birth.presses(do="other", code="1.001193")
    said = birth.says("gặp cán bộ", "talk_to_person", ActionTalkToPerson())
    assert (birth.guide.tag, said.report["outcome"]) == ("", "handed_over")


def test_given_nothing_begun_when_the_list_is_asked_for_then_it_says_how_to_begin() -> None:
    assert "Chưa có việc nào" in Talk().says("danh sách của tôi", "my_guides").texts[0]


def test_given_a_button_of_a_guide_that_is_gone_when_pressed_then_the_list_is_shown() -> None:
    assert Talk().presses(do="have", guide="zzzzz22222", value="1").report["outcome"] == "guide"


def test_given_another_language_when_it_is_changed_midway_then_ticks_stay(birth: Talk) -> None:
    to_papers(birth).says("có", "affirm", ActionSmalltalk())
    birth.heard = birth.slots["language"] = "en"
    said = birth.presses(do="show", guide=birth.guide.token)
    assert said.texts[0].startswith("Paper 2 of 4")


@pytest.mark.parametrize("heard", ["vi", "en", "zh"])
def test_given_every_procedure_when_the_first_button_is_always_pressed_then_it_ends_at_the_trip(heard: str) -> None:
    for code in PROCEDURES:
        talk = Talk(heard)
        talk.presses(do="start", code=code)
        for _ in range(BOUND):
            if talk.guide.stage is Stage.TRIP:
                break
            answered(talk)
        assert talk.guide.stage is Stage.TRIP, code
        assert talk.last and all(len(text) <= 2000 for text in talk.last.texts), code
