"""What a spreadsheet opens: no cell of ours is a formula, whatever somebody was called."""

from __future__ import annotations

import csv
import io
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from openpyxl import load_workbook
from starlette.testclient import TestClient

from bot.console import open_data
from bot.console.figures import ABOUT, Part
from bot.desk.numbers import plain
from tests.bot.desk.conftest import Desk
from tests.bot.handover import kit

FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "=cmd|'/c calc'!A1")


def test_given_names_that_are_formulas_when_numbers_are_saved_then_they_are_names(desk: Desk, an: TestClient) -> None:
    with desk.rows() as connection:
        for number, evil in enumerate(FORMULAS):
            office = kit.office(connection, name=evil + "\x0b\x1f")
            kit.case(connection, address=f"a{number}", office_id=office, intent=evil)
    for page in ("/desk/numbers.csv", "/admin/numbers.csv"):
        told = an.get(page)
        assert told.status_code == 200 and told.headers["content-disposition"].startswith("attachment")
        cells = [cell for row in csv.reader(io.StringIO(told.text)) for cell in row]
        assert page.startswith("/admin") or "'=cmd|'/c calc'!A1" in cells
        assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []
    told = an.get("/admin/numbers.xlsx")
    assert told.status_code == 200
    book = load_workbook(io.BytesIO(told.content))
    assert [cell.value for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"] == []


@pytest.mark.parametrize("evil", [*FORMULAS, "\n=1", "\ufeff=1", "＝1", " =1"])
def test_given_a_text_when_it_becomes_a_cell_then_no_spreadsheet_takes_it_for_a_formula(evil: str) -> None:
    assert plain(evil)[:1] not in ("=", "+", "-", "@", "\t", "\r", "\n", "\ufeff", "＝")


def test_given_a_text_of_everyday_when_it_becomes_a_cell_then_it_stays() -> None:
    assert plain("Khai sinh (có yếu tố nước ngoài) = miễn phí") == "Khai sinh (có yếu tố nước ngoài) = miễn phí"


def test_given_numbers_for_everybody_when_a_name_is_a_formula_then_it_is_a_name() -> None:
    parts = dict.fromkeys(ABOUT, (Part("=1+1", messages=9, visits=9),))
    told: Any = SimpleNamespace(first=date(2026, 10, 1), total=Part("", messages=9, visits=9), parts=parts)
    rows = list(csv.reader(io.StringIO(open_data.as_csv(told, lambda about, name: name).decode())))
    assert {cell for row in rows[2:] for cell in row[2:4]} == {"'=1+1"}
