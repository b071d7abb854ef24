"""Where to file, by the place somebody lives in."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from actions.answer import ActionAnswer
from actions.smalltalk import ActionSmalltalk
from procedures.catalogue import View
from procedures.model import OfficeFacts, OfficeKind
from tests.actions.conftest import run

STAY = "1.004194"


def test_given_a_commune_when_asked_where_then_its_police_is_named() -> None:
    said = run(ActionAnswer(), "em ở xã Trường Hà nộp đăng ký tạm trú ở đâu", "ask_where")
    assert (said.report["procedures"][0]["code"], said.slots["place"]) == (STAY, "01392")
    assert "Công an xã Trường Hà" in said.texts[0]


def test_given_a_commune_without_accents_when_asked_where_then_it_is_the_same() -> None:
    said = run(ActionAnswer(), "em o xa truong ha nop dang ky tam tru o dau", "ask_where")
    assert "Công an xã Trường Hà" in said.texts[0]


def test_given_an_old_name_when_asked_where_then_todays_commune_is_told() -> None:
    said = run(ActionAnswer(), "ở thị trấn Tà Lùng đăng ký tạm trú ở đâu", "ask_where")
    assert "thị trấn Tà Lùng (Quảng Hòa cũ) nay thuộc xã Phục Hòa" in said.texts[0]


def test_given_a_name_of_several_places_when_asked_where_then_they_are_offered() -> None:
    said = run(ActionAnswer(), "xã Quang Trung", "out_of_scope", procedure=STAY)
    assert [button["payload"] for button in said.buttons] == [
        '/ask_where{"place": "01465"}',
        '/ask_where{"place": "01699"}',
    ]
    assert "place" not in said.slots


def test_given_a_place_chosen_by_button_then_its_office_is_told_and_remembered() -> None:
    said = run(ActionAnswer(), "/ask_where", "ask_where", {"place": "01699"}, procedure=STAY)
    assert "Công an xã Nguyễn Huệ" in said.texts[0]
    assert said.slots["place"] == "01699"


def test_given_no_place_when_asked_where_then_it_is_asked_for() -> None:
    said = run(ActionAnswer(), "đăng ký tạm trú ở đâu", "ask_where")
    assert "Anh/chị ở xã, phường nào?" in said.texts[0]


def test_given_a_place_known_from_before_when_asked_where_then_it_is_not_asked_again() -> None:
    said = run(ActionAnswer(), "đăng ký tạm trú ở đâu", "ask_where", place="01392")
    assert "Công an xã Trường Hà" in said.texts[0]


def test_given_another_province_when_asked_where_then_none_of_its_offices_is_named() -> None:
    said = run(ActionAnswer(), "em ở Lạng Sơn đăng ký tạm trú ở đâu", "ask_where")
    assert "không biết nơi nộp ở Lạng Sơn" in said.texts[0]


def test_given_only_a_place_when_a_procedure_is_in_hand_then_its_office_is_told() -> None:
    said = run(ActionSmalltalk(), "dạ em ở Tà Lùng ạ", "greet", procedure=STAY)
    assert (said.report["aspect"], said.slots["place"]) == ("where", "01648")


def test_given_only_a_place_when_nothing_is_in_hand_then_it_is_noted_and_the_matter_asked_for() -> None:
    said = run(ActionAnswer(), "em ở xã Trường Hà", "ask_overview")
    assert "xã Trường Hà" in said.texts[0]
    assert (said.slots["place"], "procedure" in said.slots) == ("01392", False)


def test_given_a_place_chosen_by_button_when_nothing_is_in_hand_then_it_is_noted() -> None:
    said = run(ActionAnswer(), "/ask_where", "ask_where", {"place": "01699"})
    assert "xã Nguyễn Huệ" in said.texts[0]
    assert (said.slots["place"], "procedure" in said.slots) == ("01699", False)


def test_given_an_office_the_province_has_described_when_asked_then_address_source_and_day_are_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told = datetime(2026, 11, 2, tzinfo=timezone.utc)
    facts = OfficeFacts(OfficeKind.COMMUNE_POLICE, "Công an tỉnh", "01392", address="Xóm Một", noted_at=told)
    monkeypatch.setattr(View, "office", lambda self, kind, place="": facts)
    said = run(ActionAnswer(), "em ở xã Trường Hà nộp đăng ký tạm trú ở đâu", "ask_where")
    assert "Địa chỉ: Xóm Một. (theo Công an tỉnh, ghi ngày 02/11/2026)" in said.texts[0]
