"""Papers: the traps of cases and components."""

from __future__ import annotations

from typing import Any

import pytest

from procedures.model import Case, Paper
from tests.procedures.importers.samples import paper, taken


def cases_of(*cases: tuple[str, list[dict[str, Any]]]) -> tuple[Case, ...]:
    return taken(executionCases=[{"name": name, "profileComponents": rows} for name, rows in cases]).cases


def test_given_a_row_without_copies_when_read_then_it_is_a_note_and_no_paper() -> None:
    assert cases_of(("", [paper("- Người nhận kiểm tra hồ sơ.", 0, 0), paper("Đơn", 1, 2)])) == (
        Case("", (Paper("Đơn", 1, 2),), ("Người nhận kiểm tra hồ sơ.",)),
    )


@pytest.mark.parametrize("name", ["Lưu ý", "* Lưu ý:", "*Lưu ý :"])
def test_given_a_case_named_note_when_rows_have_copies_then_they_are_papers(name: str) -> None:
    (case,) = cases_of((name, [paper("Giấy khám sức khỏe", 1), paper("Xem thêm", 0)]))
    assert (case.name, [p.name for p in case.papers], case.notes) == ("Lưu ý", ["Giấy khám sức khỏe"], ("Xem thêm",))


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("* Giấy tờ phải nộp:", "Giấy tờ phải nộp"),
        ("a) Đối với cấp mới", "Đối với cấp mới"),
        ("(1.1) Đối với công trình:", "Đối với công trình"),
        ("3.1. Trường hợp nhập khẩu", "Trường hợp nhập khẩu"),
        ("a) Thành phần hồ sơ:", ""),
        ("Bao gồm", ""),
    ],
)
def test_given_a_case_name_when_read_then_bullets_and_colons_go(name: str, told: str) -> None:
    assert cases_of((name, [paper("Đơn")]))[0].name == told


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("- Giấy khai sinh;", "Giấy khai sinh"),
        ("++ Quyết định", "Quyết định"),
        ("(i) Văn bản", "Văn bản"),
        ("+) Bản sao", "Bản sao"),
        ("\uf02d Bản đồ", "Bản đồ"),
        ("1. Đơn đề nghị.", "Đơn đề nghị"),
        ("01 bản chính báo cáo", "01 bản chính báo cáo"),
        ("đăng k\u200eý", "đăng ký"),
    ],
)
def test_given_a_paper_name_when_read_then_bullets_go(name: str, told: str) -> None:
    assert cases_of(("", [paper(name)]))[0].papers[0].name == told


def test_given_a_paper_of_several_lines_when_read_then_the_first_names_it() -> None:
    (case,) = cases_of(("", [paper("Một trong các giấy tờ:\n- Hộ chiếu;\n- Căn cước")]))
    assert case.papers == (Paper("Một trong các giấy tờ", 1, 0, "Hộ chiếu; Căn cước"),)


def test_given_rows_that_say_nothing_when_read_then_they_are_left_out() -> None:
    assert cases_of(("", [paper("Không quy định;."), paper("****"), paper("không quy định", 0)])) == ()


def test_given_a_case_without_rows_when_read_then_it_is_a_note_of_the_case_before() -> None:
    (case,) = cases_of(("", [paper("Đơn")]), ("Số lượng hồ sơ: 01 bộ.", []))
    assert case.notes == ("Số lượng hồ sơ: 01 bộ.",)
    assert cases_of(("Số lượng: 01 bộ", [])) == (Case(notes=("Số lượng: 01 bộ",)),)


def test_given_attachments_and_papers_that_are_forms_when_read_then_both_are_forms() -> None:
    rows = [
        paper("Đơn đề nghị", attachments=[{"id": "x", "fileName": " GIAHAN.docx"}]),
        paper("Tờ khai đăng ký"),
        paper("Đơn theo Mẫu số 18 của Nghị định"),
        paper("Nhãn theo mẫu"),
        paper("Xem Mẫu số 2", 0),
    ]
    procedure = taken(executionCases=[{"name": "", "profileComponents": rows}])
    assert procedure.forms == ("GIAHAN.docx", "Tờ khai đăng ký", "Đơn theo Mẫu số 18 của Nghị định")
    assert [p.form for p in procedure.cases[0].papers] == ["GIAHAN.docx", "", "Mẫu số 18", ""]
