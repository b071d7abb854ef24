"""The province filter, on made records and on the national dump."""

from __future__ import annotations

import gzip
import re
from typing import Any

import pytest

from procedures.importers import Accepted, Row, Skipped
from procedures.importers.portal import row
from tests.conftest import shared_data
from tests.procedures.importers.samples import portal_record, rows_of

STRANGER = [{"name": "Sở Y tế - Tỉnh Gia Lai"}]


def judged(**changes: Any) -> Row:
    return row(1, portal_record(**{"departmentPromulgateCode": None, **changes}), province="H14")


@pytest.mark.parametrize(
    "changes",
    [
        {"type": "STANDARD_INTERNAL"},
        {"type": "INTERCONNECTED_INTERNAL"},
        {"isInternal": True},
        {"departmentPromulgateCode": "H21"},
        {"departmentPromulgateCode": "000.00.00.H21"},
        {"departmentPromulgateName": "UBND tỉnh Gia Lai"},
        {"decisionNo": "1184/QĐ-UBND"},
        {"decisionNo": "1615./qđ-ubnd"},
        {"decisionNo": "918/QĐ-TTPVHCC"},
        {"decisionNo": "205/TTr-SNNMT"},
        {"decisionNo": "1915/QĐ-VP", "departmentsExecuting": STRANGER},
        {"decisionNo": "543", "dossierReceivingAddresses": "Sở Tư pháp, phường Hạc Thành, tỉnh Thanh Hóa"},
        {"decisionNo": "1454/QĐ-UBND", "description": "Cao Bằng", "departmentsExecuting": STRANGER},
    ],
)
def test_given_a_record_that_is_not_ours_when_judged_then_it_is_skipped(changes: dict[str, Any]) -> None:
    found = judged(**changes)
    assert isinstance(found, Skipped), found
    assert found.reason


@pytest.mark.parametrize(
    "changes",
    [
        {"departmentPromulgateCode": "G02", "decisionNo": "1/QĐ-UBND"},
        {"departmentPromulgateCode": "000.00.00.H14"},
        {"departmentPromulgateName": "Bộ Tư pháp"},
        {"departmentPromulgateName": "Ủy ban nhân dân tỉnh Cao Bằng"},
        {"decisionNo": "192a/QĐ-UBND", "departmentsExecuting": [{"name": "Sở Xây dựng - Tỉnh Cao Bằng"}]},
        {"decisionNo": "107/QĐ-BNV", "departmentsExecuting": STRANGER},
        {"decisionNo": "1145", "dossierReceivingAddresses": "80 Trần Hưng Đạo, Cửa Nam, Hà Nội"},
        {"decisionNo": "1681", "departmentsExecuting": [{"name": "Cục Hải quan tỉnh, thành phố"}]},
        {"decisionNo": "5/QĐ-VPCP"},
        {"decisionNo": ""},
    ],
)
def test_given_a_record_that_is_ours_when_judged_then_it_stays(changes: dict[str, Any]) -> None:
    assert isinstance(judged(**changes), Accepted)


def test_given_another_province_when_judged_then_its_own_code_stays() -> None:
    assert isinstance(row(1, portal_record(departmentPromulgateCode="H21"), province="H21"), Accepted)


def test_given_provincial_rows_of_the_dump_when_read_then_only_cao_bangs_stay(tmp_path: Any) -> None:
    wanted = re.compile(r'"code": ?"(1\.01485[5-8]|1\.01369[45]|1\.115[45]\d\d|1\.014752|1\.012656|1\.001193)"')
    with gzip.open(shared_data("national_procedures.jsonl.gz"), "rt", encoding="utf-8") as dump:
        (tmp_path / "some.jsonl").write_text("".join(line for line in dump if wanted.search(line)), "utf-8")
    rows = rows_of(tmp_path / "some.jsonl")
    kept = {r.procedure.code: r.procedure for r in rows if isinstance(r, Accepted)}
    assert {"1.014855", "1.014856", "1.014857", "1.014858", "1.014752", "1.012656", "1.001193"} <= kept.keys()
    # 1.013694 and 1.013695 cite a decision of Cao Bằng, but are Quảng Ngãi's.
    assert not {"1.013694", "1.013695"} & kept.keys()
    assert sum(isinstance(r, Skipped) for r in rows) > 100
