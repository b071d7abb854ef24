"""Guides from the first message to the complete checklist, typed, through the trained model."""

from __future__ import annotations

import pytest

from bot.session import Session, Told
from procedures.guides.state import Stage, spelled
from tests.benchmarks.guides import BOUND, MATTERS, Walk

pytestmark = pytest.mark.model
BIRTH = MATTERS["birth at home, parents unmarried"]


def text(told: Told) -> str:
    return "\n".join(reply.text for reply in told.replies)


@pytest.mark.parametrize("name", MATTERS)
@pytest.mark.parametrize(("language", "stripped"), [("vi", False), ("vi", True), ("en", False), ("zh", False)])
def test_given_a_matter_when_walked_through_in_words_then_the_checklist_is_complete(
    session: Session, name: str, language: str, stripped: bool
) -> None:
    walk = Walk(session, language, stripped)
    told = walk.goes_through(MATTERS[name])
    guide = walk.guide()
    assert guide is not None and (guide.code, guide.stage) == (MATTERS[name].code, Stage.TRIP)
    assert set(guide.ticks.values()) == {"have"} and walk.messages < BOUND
    assert spelled(guide.token) in text(told) and told.outcome == "guide"


def test_given_a_child_born_at_home_when_guided_then_no_paper_of_a_hospital_is_asked_for(session: Session) -> None:
    told = Walk(session, "vi").goes_through(BIRTH)
    assert "Giấy chứng sinh" not in text(told) and "Giấy của người làm chứng" in text(told)


def test_given_another_question_and_a_break_when_coming_back_then_the_guide_goes_on_where_it_was(
    session: Session,
) -> None:
    walk = Walk(session, "vi")
    walk.presses(walk.says("làm giấy thông hành cần gì"), "Hướng dẫn từng bước")
    walk.says("không có")
    walk.says("ra xã nộp")
    walk.says("có rồi")
    assert walk.says("thế mất bao nhiêu tiền").aspect == "fee"
    assert walk.says("cảm ơn").outcome == "smalltalk"
    assert text(walk.says("làm tiếp")).startswith("Giấy 2/")


def test_given_a_code_on_another_telephone_when_sent_then_both_work_on_one_list(session: Session) -> None:
    first, second = Walk(session, "vi"), Walk(session, "vi")
    first.presses(first.says("làm giấy thông hành cần gì"), "Hướng dẫn từng bước")
    for said in ("không có", "ra xã nộp", "có rồi"):
        first.says(said)
    guide = first.guide()
    assert guide is not None
    assert text(second.says(f"mã {spelled(guide.token)}")).startswith("Giấy 2/")
    second.says("có rồi")
    first.says("chưa có")
    both = first.guide()
    # The second paper was answered on both; nothing else was lost.
    assert both is not None and next(iter(both.ticks.values())) == "have" and len(both.ticks) >= 2


def test_given_a_code_that_was_made_up_when_sent_then_nothing_is_shown(session: Session) -> None:
    assert Walk(session, "vi").says("7K4P9-M2XQR").outcome != "guide"


def test_given_a_helper_when_guiding_two_people_then_their_lists_stay_apart(session: Session) -> None:
    walk = Walk(session, "vi")
    told = walk.goes_through(MATTERS["border pass"])
    walk.presses(told, "Làm cho người khác")
    assert "bà Lan" in text(walk.says("bà Lan"))
    listed = text(walk.says("danh sách giấy tờ đang làm"))
    assert "(cho bà Lan): có 0/" in listed and listed.count("giấy thông hành") + listed.count("Giấy thông hành") >= 2


def test_given_a_lost_paper_when_said_then_the_procedure_that_yields_it_is_offered_and_leads_back(
    session: Session,
) -> None:
    walk = Walk(session, "vi")
    told = walk.says("hướng dẫn tôi rút bảo hiểm xã hội một lần từng bước")
    if told.outcome == "clarify":
        told = walk.presses(told, "Nhận bảo hiểm xã hội một lần")
    while (guide := walk.guide()) and guide.stage is not Stage.PAPERS:
        walk.says({Stage.CASES: "không", Stage.WAY: "nộp tại quầy"}[guide.stage])
    told = walk.presses(walk.says("sổ bảo hiểm xã hội mất rồi"), "Hướng dẫn: Cấp lại")
    inner = walk.guide()
    assert inner is not None and inner.code == "1.002759"


def test_given_a_guide_when_the_language_is_changed_then_it_goes_on_in_the_other(session: Session) -> None:
    walk = Walk(session, "vi")
    walk.presses(walk.says("làm giấy thông hành cần gì"), "Hướng dẫn từng bước")
    walk.says("không có")
    walk.says("please speak English with me from now on")
    assert "How would you like to file?" in text(walk.says("go on please"))
