"""Excel lists, new and old."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from openpyxl import Workbook

from procedures.errors import ImportRefused
from procedures.importers import Accepted, Refused, Row, Skipped
from procedures.model import Level
from tests.conftest import shared_data
from tests.procedures.importers.samples import rows_of

HEADER = ["Mã số", "Tên", "Cơ quan ban hành", "Cơ quan thực hiện", "Lĩnh vực"]
OLD = ["Mã TTHC", "Tên TTHC", "Lĩnh vực", "Đối tượng", "Cơ quan công khai", "Cấp thực hiện", "Tình trạng", "QĐ Công bố"]


def workbook(path: Path, rows: Sequence[Sequence[object]], banner: str = "CỘNG HÒA\nDANH SÁCH") -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append([banner])
    sheet.merge_cells("A1:E1")
    for cells in rows:
        sheet.append(list(cells))
    book.save(path)
    return path


def test_given_the_new_list_when_read_then_each_row_is_a_procedure(tmp_path: Path) -> None:
    row = ["1.003976", " Thủ tục đăng ký ", "Bộ Tư pháp", "Bộ Tư pháp\nSở Y tế - Tỉnh Gia Lai\nSở Tư pháp", "Hộ tịch"]
    (found,) = rows_of(workbook(tmp_path / "x", [HEADER, row]), data_date="2026-07")
    assert isinstance(found, Accepted)
    procedure = found.procedure
    assert (found.line, found.layer, procedure.code, procedure.data_date) == (3, "list", "1.003976", "2026-07")
    assert (procedure.title, procedure.official_title) == ("Đăng ký", "Thủ tục đăng ký")
    assert (procedure.where, procedure.field) == ("Bộ Tư pháp; Sở Tư pháp", "Hộ tịch")


def test_given_the_old_list_when_read_then_levels_audience_and_decision_are_taken(tmp_path: Path) -> None:
    rows = [
        [],
        OLD,
        ["1.000001", "Một", "Hộ tịch", "Công dân", "Bộ Tư pháp", "Cấp Tỉnh, Cấp Xã", "Công khai", "5./QĐ-BTP"],
        ["1.000002", "Hai", "Hộ tịch", "", "Bộ Tư pháp", "Cấp Bộ", "Hết hiệu lực", "5/QĐ-BTP"],
        ["1.000003", "Ba", "Hộ tịch", "", "UBND tỉnh", "Cấp Tỉnh", "Công khai", "5/QĐ-UBND"],
    ]
    first, second, third = rows_of(workbook(tmp_path / "x", rows))
    assert isinstance(first, Accepted)
    assert (first.line, first.procedure.levels) == (4, (Level.COMMUNE, Level.PROVINCE))
    assert (first.procedure.audience, first.procedure.decision) == (("Công dân",), "5/QĐ-BTP")
    assert isinstance(second, Skipped)
    assert isinstance(third, Skipped)


@pytest.mark.parametrize(
    ("promulgator", "kind"),
    [
        ("UBND tỉnh Gia Lai", Skipped),
        ("Ủy ban nhân dân TP. Hồ Chí Minh", Skipped),
        ("UBND tỉnh Cao Bằng", Accepted),
        ("Bộ Công an", Accepted),
        ("", Accepted),
    ],
)
def test_given_a_promulgator_when_read_then_other_provinces_are_skipped(
    tmp_path: Path, promulgator: str, kind: type[Row]
) -> None:
    (found,) = rows_of(workbook(tmp_path / "x", [HEADER, ["1.000001", "Một", promulgator, "", ""]]))
    assert isinstance(found, kind)


def test_given_banners_blanks_and_repeated_headers_when_read_then_they_are_passed_over(tmp_path: Path) -> None:
    rows = [HEADER, [], ["I. Hộ tịch"], ["1.000001", "Một"], HEADER, ["1.000002", "Hai"], ["Tổng số: 2"]]
    assert [row.line for row in rows_of(workbook(tmp_path / "x", rows))] == [5, 7]


def test_given_bad_rows_when_read_then_each_is_refused(tmp_path: Path) -> None:
    rows = [HEADER, ["", "Một", "Bộ"], ["1.01", "Hai"], ["1.000003", "", "Bộ"], ["1.000004", "A"], ["1.000004", "B"]]
    found = rows_of(workbook(tmp_path / "x", rows))
    assert [type(row) for row in found] == [Refused, Refused, Refused, Accepted, Refused]
    assert found[-1] == Refused(7, "1.000004", "code seen before on line 6")


def test_given_a_code_typed_as_a_number_when_read_then_its_zeros_are_back(tmp_path: Path) -> None:
    (found,) = rows_of(workbook(tmp_path / "x", [HEADER, [2.00038, "Một"]]))
    assert isinstance(found, Accepted)
    assert found.procedure.code == "2.000380"


def test_given_no_header_when_read_then_the_import_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match="header"):
        rows_of(workbook(tmp_path / "x", [["Mã", "Giá"], ["1.000001", "Một"]]))


def test_given_a_zip_that_is_no_workbook_when_read_then_the_import_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x", "w") as archive:
        archive.writestr("readme.txt", "x")
    with pytest.raises(ImportRefused, match="workbook cannot be read"):
        rows_of(tmp_path / "x")


def test_given_a_cut_off_workbook_when_read_then_the_import_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "x", [HEADER, ["1.000001", "Một"]])
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(ImportRefused, match="workbook cannot be read"):
        rows_of(path)


def test_given_the_portals_own_list_when_read_then_every_row_is_taken() -> None:
    rows = rows_of(shared_data("samples/portal_export_list.xlsx"))
    assert [type(row) for row in rows] == [Accepted] * 271
    assert (rows[0].line, rows[-1].line) == (3, 273)
