"""Small records for the importer tests."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from procedures.importers import Accepted, Row, read
from procedures.importers.portal import row
from procedures.model import Procedure

UUID = "019d2bf7-cd62-75ce-b319-7b31d19fb35f"


def portal_record(**changes: Any) -> dict[str, Any]:
    """A record of the portal with every part the importer reads."""
    record: dict[str, Any] = {
        "id": UUID,
        "code": "1.000358",
        "name": "Thủ tục gia hạn giấy phép.",
        "type": "STANDARD",
        "isWard": True,
        "isProvince": False,
        "isMinistry": False,
        "decisionNo": "01/QĐ-BCT",
        "departmentPromulgateCode": "G02",
        "executionSteps": [{"name": "Bước 1", "description": "- Nộp hồ sơ.\n+ Chờ kết quả."}],
        "executionMethods": [method()],
        "executionCases": [{"name": "", "profileComponents": [paper("Đơn đề nghị")]}],
        "categoriesDetails": [{"name": "Thương mại"}],
        "subjectTypesDetails": [{"name": "Công dân Việt Nam"}],
        "legalBasisesDetails": [{"code": "07/2016/NĐ-CP", "name": "Nghị định"}],
        "resultsDetails": [{"name": "- Giấy phép"}],
        "departmentsExecuting": [{"name": "Sở Công thương"}],
        "departmentsAuthority": [],
        "dossierReceivingAddresses": "",
        "requirementsAndConditions": "Không",
    }
    return {**record, **changes}


def method(**changes: Any) -> dict[str, Any]:
    """One execution method."""
    values = {"submissionMethod": "DIRECT", "processingTime": 5.0, "processingTimeUnit": "WORKING_DAY", "fees": []}
    return {**values, "description": "", **changes}


def fee(value: float | None, description: str = "", currency: str = "VNĐ") -> dict[str, Any]:
    """One fee."""
    return {"type": "FEE", "value": value, "currencyName": currency, "description": description}


def paper(name: str, originals: int = 1, copies: int = 0, **more: Any) -> dict[str, Any]:
    """One profile component."""
    return {"name": name, "originalQty": originals, "copyQty": copies, **more}


def taken(**changes: Any) -> Procedure:
    """The procedure of a record that must be accepted."""
    found = row(1, portal_record(**changes), province="H14")
    assert isinstance(found, Accepted), found
    return found.procedure


def write_lines(path: Path, records: Iterable[Any]) -> Path:
    """JSON Lines; texts go in as they are."""
    lines = (item if isinstance(item, str) else json.dumps(item, ensure_ascii=False) for item in records)
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def zipped(path: Path, data: bytes) -> Path:
    """A gzip file."""
    path.write_bytes(gzip.compress(data))
    return path


def rows_of(path: Path, **options: Any) -> list[Row]:
    """Every row of a file."""
    return list(read(path, **options))
