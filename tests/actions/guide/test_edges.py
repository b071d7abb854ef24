"""Guides where something is odd: records that nobody has written plainly, reminders."""

from __future__ import annotations

import pytest

from actions.answer import ActionAnswer
from actions.smalltalk import ActionSmalltalk
from procedures import catalogue
from procedures.guides.state import Stage, mark
from procedures.model import Case, Channel, Paper, Procedure, Way
from tests.actions.guide.talk import Talk, answered, entities, to_papers


def test_given_a_wish_to_be_reminded_when_no_day_is_named_then_it_is_asked_and_a_day_alone_is_enough(
    birth: Talk,
) -> None:
    to_papers(birth).press("Có đủ cả rồi")
    assert "ngày nào" in birth.press("Nhắc tôi").texts[0]
    said = birth.says("3 ngày nữa", "too_vague", ActionAnswer())
    effect = said.report["effects"][0]
    assert effect["type"] == "remind" and effect["day"] and "em nhắc việc" in said.texts[0]
    assert birth.press("Thôi, đừng nhắc").report["effects"][0]["day"] == ""


def test_given_a_complete_checklist_when_sent_for_then_it_comes_as_a_picture_and_to_be_printed(birth: Talk) -> None:
    to_papers(birth).press("Có đủ cả rồi")
    shown = birth.press("Gửi ảnh danh sách")
    token = birth.guide.token
    assert f"/g/{token}.png" in shown.texts[0] and shown.images == [f"sheet {token}"]
    printed = birth.press("Gửi bản để in")
    assert f"/g/{token}.pdf" in printed.texts[0] and printed.images == [f"pdf {token}"]
    assert birth.press("Làm tiếp").report["outcome"] == "guide"


def test_given_a_day_in_the_same_message_when_wished_then_nothing_is_asked(birth: Talk) -> None:
    said = birth.says("nhắc tôi thứ hai nhé", "out_of_scope", ActionSmalltalk())
    assert said.report["effects"][0]["type"] == "remind"


def test_given_say_it_again_when_asked_then_it_is_no_reminder(birth: Talk) -> None:
    said = birth.says("nhắc lại giúp tôi với", "repeat", ActionSmalltalk())
    assert said.report["effects"][0]["type"] == "guide"


def test_given_a_record_of_sixty_papers_with_long_names_when_walked_then_messages_stay_short_and_none_is_lost(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    papers = tuple(Paper(f"Giấy thứ {n}: " + "theo quy định tại khoản 5 " * 60, originals=1) for n in range(60))
    long = Procedure("9.000001", "Việc dài", "Việc dài", cases=(Case("", papers),), ways=(Way(Channel.COUNTER),))
    serve(monkeypatch, long)
    talk = Talk()
    said = talk.presses(do="start", code=long.code)
    assert "hồ sơ chính thức" in said.texts[0] and len(said.texts[0]) < 900
    for _ in range(60):
        said = answered(talk)
        assert all(len(text) <= 2_000 for text in said.texts)
    assert talk.guide.stage is Stage.TRIP and len(talk.guide.ticks) == 60
    assert "48 mục nữa" in said.texts[0]


def test_given_a_record_without_papers_when_guided_then_it_does_not_say_that_all_are_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bare = Procedure("9.000002", "Việc trống", "Việc trống", ways=(Way(Channel.COUNTER),))
    serve(monkeypatch, bare)
    said = Talk().presses(do="start", code=bare.code)
    assert "không ghi giấy tờ nào" in said.texts[0] and "đủ giấy tờ" not in said.texts[0]


def serve(monkeypatch: pytest.MonkeyPatch, procedure: Procedure) -> None:
    """A catalogue that holds this procedure besides."""
    view = catalogue.current_view()
    known = view.by_code
    # Not setattr: undone, it would leave the method on the shared view, and hide what other tests put into its class.
    monkeypatch.setitem(vars(view), "by_code", lambda code: procedure if code == procedure.code else known(code))


def test_given_a_button_pressed_twice_on_a_slow_telephone_when_it_is_a_case_then_no_other_case_is_chosen(
    birth: Talk,
) -> None:
    first = next(one for one in birth.last.buttons if "sinh ở nhà" in one["title"])  # type: ignore[union-attr]
    for _ in range(2):
        birth.presses(**entities(first["payload"]))
    assert birth.guide.cases == ("Con sinh ở nhà, không có giấy chứng sinh",)


def test_given_a_list_that_has_changed_when_an_old_button_is_pressed_then_its_own_paper_is_ticked(birth: Talk) -> None:
    to_papers(birth).says("có", "affirm", ActionSmalltalk())
    form = next(one for one in birth.last.buttons if one["title"] == "Có rồi")  # type: ignore[union-attr]
    # Another case spares the first paper: every number moves by one.
    birth.presses(do="case", guide=birth.guide.token, value=mark("Con sinh ở nhà, không có giấy chứng sinh"))
    birth.presses(**entities(form["payload"]))
    assert birth.guide.ticks["Tờ khai đăng ký khai sinh"] == "have"
    assert "Thẻ căn cước hoặc hộ chiếu của người đi làm" not in birth.guide.ticks


def test_given_the_list_of_guides_when_a_number_is_said_then_that_one_goes_on_and_a_yes_ticks_nothing(
    birth: Talk,
) -> None:
    to_papers(birth).presses(do="start", code="1.003133")
    birth.says("danh sách của tôi", "my_guides")
    birth.says("có", "affirm", ActionSmalltalk())
    assert birth.guide.ticks == {}
    birth.says("danh sách của tôi", "my_guides")
    assert birth.says("1", "choose", ActionAnswer()).texts[0].startswith("Giấy 1/4: Giấy chứng sinh")


@pytest.mark.parametrize("text", ["I have everything except the form", "có đủ, trừ tờ khai", "em đi du lịch về rồi"])
def test_given_all_but_one_when_said_then_not_everything_is_ticked(birth: Talk, text: str) -> None:
    to_papers(birth).says(text, "have_it")
    assert len(birth.guide.ticks) < 4


def test_given_a_guide_begun_before_when_a_life_event_leads_to_it_then_the_next_one_still_follows(birth: Talk) -> None:
    birth.presses(do="start", code="1.001193", then="1.003133")
    birth.presses(do="sent", guide=birth.guide.token)
    assert any("Việc tiếp theo" in one["title"] for one in birth.last.buttons)  # type: ignore[union-attr]
