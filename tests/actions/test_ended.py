"""Procedures that have ended or not begun, cautions, and notes of the province and the commune."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timezone

import pytest

from actions.answer import ActionAnswer
from procedures import catalogue
from procedures.catalogue import View
from procedures.model import Channel, Note, Procedure
from tests.actions.conftest import Said, run

BIRTH, STAY = "1.001193", "1.004194"
Change = Callable[[Procedure], Procedure]


def asked(monkeypatch: pytest.MonkeyPatch, change: Change, text: str = "làm giấy khai sinh lệ phí bao nhiêu") -> Said:
    view, by_code = catalogue.current_view(), View.by_code

    def changed(self: View, code: str) -> Procedure | None:
        found = by_code(self, code)
        return change(found) if found and code == BIRTH else found

    monkeypatch.setattr(View, "by_code", changed)
    assert view.by_code(BIRTH) is not None
    return run(ActionAnswer(), text, "ask_fee")


def test_given_a_procedure_that_has_ended_when_asked_then_what_replaced_it_is_told_and_not_its_fee(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said = asked(
        monkeypatch,
        lambda one: replace(one, valid_until="2026-08-31", replaced_by=(STAY,), changed_by="QĐ 3582/QĐ-BCA"),
    )
    assert "hết hiệu lực từ sau ngày 31/08/2026 (theo QĐ 3582/QĐ-BCA)" in said.texts[0]
    assert said.slots["choices"] == [STAY]
    assert "0 đồng" not in said.texts[0]


def test_given_a_procedure_that_has_ended_for_nothing_known_when_asked_then_a_person_is_offered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said = asked(monkeypatch, lambda one: replace(one, valid_until="2026-08-31", changed_by="next.jsonl"))
    assert "next.jsonl" not in said.texts[0]
    assert [button["payload"] for button in said.buttons] == ["/talk_to_person"]


def test_given_a_choice_that_has_ended_when_asked_on_without_choosing_then_what_replaced_it_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    by_code = View.by_code

    def changed(self: View, code: str) -> Procedure | None:
        found = by_code(self, code)
        return replace(found, valid_until="2026-08-31", replaced_by=(STAY,)) if found and code == BIRTH else found

    monkeypatch.setattr(View, "by_code", changed)
    bare = {"names": 0.02, "bare": True}
    said = run(ActionAnswer(), "thế bao nhiêu tiền", "ask_fee", told=bare, choices=[BIRTH, "1.000656"])
    assert "hết hiệu lực" in said.texts[0]
    assert said.slots["choices"] == [STAY]


def test_given_a_procedure_that_begins_later_when_asked_then_the_day_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    said = asked(monkeypatch, lambda one: replace(one, valid_from="2999-01-01"))
    assert "bắt đầu từ ngày 01/01/2999" in said.texts[0]


def test_given_a_doubt_about_the_catalogue_when_asked_then_it_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    said = asked(monkeypatch, lambda one: replace(one, caution="Có thể đã đổi."))
    assert said.texts[0].startswith("Có thể đã đổi.")


def test_given_notes_of_the_province_when_asked_then_they_stand_first_with_who_told_them_and_when(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told = datetime(2026, 11, 2, tzinfo=timezone.utc)
    note = Note(BIRTH, "fee", "Miễn lệ phí", "admin", "NQ 12/2026", noted_at=told)
    other = replace(note, about="documents", text="Mang thêm bản sao")
    monkeypatch.setattr(View, "notes", lambda self, code, place="": (note, other))
    said = run(ActionAnswer(), "làm giấy khai sinh lệ phí bao nhiêu", "ask_fee")
    assert said.texts[0].splitlines()[1] == "• Tỉnh Cao Bằng: Miễn lệ phí (ghi ngày 02/11/2026, theo NQ 12/2026)"
    assert "Mang thêm bản sao" not in said.texts[0]


def test_given_a_note_on_one_way_to_file_when_told_then_it_says_which_way(monkeypatch: pytest.MonkeyPatch) -> None:
    note = Note(BIRTH, "fee", "miễn lệ phí", "admin", "NQ 12/2026", channel=Channel.ONLINE)
    monkeypatch.setattr(View, "notes", lambda self, code, place="": (note,))
    assert "Nộp qua mạng: miễn lệ phí" in run(ActionAnswer(), "làm giấy khai sinh lệ phí bao nhiêu", "ask_fee").texts[0]
    assert "Nộp qua mạng: miễn lệ phí" in run(ActionAnswer(), "làm giấy khai sinh", "ask_overview").texts[0]
