"""Guides where something is odd: records that nobody has written plainly, reminders."""

from __future__ import annotations

import pytest

from actions.answer import ActionAnswer
from actions.smalltalk import ActionSmalltalk
from procedures import catalogue
from procedures.guides.state import Stage
from procedures.model import Case, Channel, Paper, Procedure, Way
from tests.actions.guide.talk import Talk, answered, to_papers


def test_given_a_wish_to_be_reminded_when_no_day_is_named_then_it_is_asked_and_a_day_alone_is_enough(
    birth: Talk,
) -> None:
    to_papers(birth).press("Có đủ cả rồi")
    assert "ngày nào" in birth.press("Nhắc tôi").texts[0]
    said = birth.says("3 ngày nữa", "too_vague", ActionAnswer())
    effect = said.report["effects"][0]
    assert effect["type"] == "remind" and effect["day"] and "em nhắc việc" in said.texts[0]
    assert birth.press("Thôi, đừng nhắc").report["effects"][0]["day"] == ""


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
