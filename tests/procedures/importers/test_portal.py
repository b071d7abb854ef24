"""Portal records: titles, numbers, agencies, and values of the wrong type."""

from __future__ import annotations

import json
import unicodedata
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from procedures.codec import from_json, to_json
from procedures.importers import Accepted, Refused, Skipped, read
from procedures.importers.portal import row
from procedures.model import Level
from tests.conftest import shared_data
from tests.procedures.importers.samples import UUID, portal_record, taken


def test_given_a_record_when_read_then_its_plain_parts_are_taken() -> None:
    procedure = taken()
    assert (procedure.code, procedure.decision, procedure.field) == ("1.000358", "01/QĐ-BCT", "Thương mại")
    assert procedure.url == f"https://dichvucong.gov.vn/thu-tuc-hanh-chinh/{UUID}"
    assert procedure.steps == ("Nộp hồ sơ.", "Chờ kết quả.")
    assert (procedure.results, procedure.audience) == (("Giấy phép",), ("Công dân Việt Nam",))
    assert (procedure.where, procedure.conditions, procedure.plain) == ("Sở Công thương", (), False)


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("Thủ tục đăng ký khai sinh", "Đăng ký khai sinh"),
        ("THỦ TỤC ĐĂNG KÝ", "ĐĂNG KÝ"),
        ("Thủ tục hành chính về đất", "Thủ tục hành chính về đất"),
        ("tách thửa đất. ", "Tách thửa đất"),
        ("Cấp giấy phép (1.010721)", "Cấp giấy phép"),
    ],
)
def test_given_an_official_title_when_read_then_the_title_is_short_and_the_official_one_whole(
    name: str, title: str
) -> None:
    procedure = taken(name=name)
    assert (procedure.title, procedure.official_title) == (title, name.strip())


def test_given_decomposed_and_invisible_characters_when_read_then_the_text_is_clean() -> None:
    name = unicodedata.normalize("NFD", "Đăng ký\u00a0 khai\u200e sinh\u0000 \ud800con")
    procedure = taken(name=name)
    assert procedure.official_title == "Đăng ký khai sinh con"
    assert from_json(to_json(procedure)) == procedure


@pytest.mark.parametrize(
    ("number", "told"),
    [
        ("1615./QĐ-BTP", "1615/QĐ-BTP"),
        ("Quyết định số 485/QĐ-BQP", "485/QĐ-BQP"),
        ("7 /QĐ_BYT.", "7/QĐ-BYT"),
        ("11/QD-BTP", "11/QĐ-BTP"),
        ("192a/QĐ-BXD", "192a/QĐ-BXD"),
    ],
)
def test_given_an_odd_decision_number_when_read_then_it_is_tidied(number: str, told: str) -> None:
    assert taken(decisionNo=number).decision == told


def test_given_no_decision_number_when_read_then_the_proposals_number_is_taken() -> None:
    assert taken(decisionNo="", procedureProposal={"proposalNumber": "01/QĐ-BCT"}).decision == "01/QĐ-BCT"


def test_given_several_flags_when_read_then_every_level_is_told() -> None:
    assert taken(isProvince=True, isOtherAgency=True).levels == (Level.COMMUNE, Level.PROVINCE, Level.OTHER)


def test_given_legal_bases_when_read_then_each_number_comes_once_and_the_newest_first() -> None:
    codes = ["07/2016/NĐ-CP", "Nghị định số 25/2025/NĐ-CP", "07/2016/NĐ-CP", "72/2022//NĐ-CP", "Luật Thú y", "06"]
    procedure = taken(legalBasisesDetails=[{"code": code, "name": ""} for code in codes])
    assert procedure.legal == ("25/2025/NĐ-CP", "72/2022/NĐ-CP", "07/2016/NĐ-CP", "Luật Thú y")


def test_given_another_provinces_resolution_when_read_then_it_is_no_legal_basis_here() -> None:
    base = {"code": "96/2023/NQ-HĐND", "name": "Nghị quyết của HĐND tỉnh Ninh Bình"}
    assert taken(legalBasisesDetails=[base]).legal == ()


@pytest.mark.parametrize(
    ("stamp", "month"), [(1775836631278, "2026-04"), (None, ""), (1767200400000, "2026-01"), (0, "")]
)
def test_given_the_last_update_when_read_then_the_month_is_vietnams(stamp: int | None, month: str) -> None:
    assert taken(updatedAt=stamp).data_date == month


@pytest.mark.parametrize("identity", ["", None, "abc", "../../x"])
def test_given_an_id_that_is_no_uuid_when_read_then_there_is_no_page(identity: str | None) -> None:
    assert taken(id=identity).url == ""


def test_given_addresses_when_read_then_they_tell_where_and_strangers_are_left_out() -> None:
    addresses = "Sở Y tế tỉnh Gia Lai\n- Số 49 Lý Thái Tổ, Hà Nội;\n- Trung tâm Phục vụ hành chính công tỉnh"
    assert taken(dossierReceivingAddresses=addresses).where == (
        "Số 49 Lý Thái Tổ, Hà Nội; Trung tâm Phục vụ hành chính công tỉnh"
    )


def test_given_only_a_strangers_address_when_read_then_the_agencies_tell_where() -> None:
    agencies = [{"name": "Sở Văn hóa"}, {"name": "Thể thao và Du lịch"}, {"name": "Sở Y tế - Tỉnh Gia Lai"}]
    procedure = taken(dossierReceivingAddresses="UBND TP. Đà Nẵng", departmentsExecuting=agencies)
    assert procedure.where == "Sở Văn hóa, Thể thao và Du lịch"


def test_given_an_agency_of_cao_bang_when_read_then_it_is_told() -> None:
    agencies = [{"name": "Trung tâm Dịch vụ việc làm Cao Bằng"}]
    assert taken(departmentsExecuting=agencies).where == "Trung tâm Dịch vụ việc làm Cao Bằng"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"code": None}, "code is missing"),
        ({"code": 1.000358}, "code is a number, not a text"),
        ({"code": "1.0133611"}, "six digits"),
        ({"code": "1.014955-Xoa"}, "marked as deleted"),
        ({"code": "１.０１４３２５"}, "six digits"),
        ({"name": ""}, "name is missing"),
        ({"name": "***"}, "name is missing"),
        ({"name": ["x"]}, "name is a list, not a text"),
        ({"isWard": "true"}, "isWard is a text, not true or false"),
        ({"executionMethods": {}}, "executionMethods is an object, not a list"),
        ({"executionMethods": [1]}, "executionMethods[0] is a number, not an object"),
        ({"executionCases": [{"profileComponents": [{"originalQty": "1"}]}]}, "originalQty is a text, not a number"),
        ({"executionCases": [{"profileComponents": [{"originalQty": -1}]}]}, "originalQty is out of range"),
        ({"executionCases": [{"profileComponents": [{"copyQty": 0.5}]}]}, "copyQty is no whole number"),
        ({"updatedAt": 10**400}, "updatedAt is out of range"),
        ({"updatedAt": 9e14}, "updatedAt is no time"),
        ({"procedureProposal": [], "decisionNo": ""}, "procedureProposal is a list, not an object"),
    ],
)
def test_given_bad_data_when_read_then_the_row_is_refused_with_its_place(changes: dict[str, Any], reason: str) -> None:
    found = row(7, portal_record(**changes), province="H14")
    assert isinstance(found, Refused)
    assert found.line == 7
    assert reason in found.reason


def test_given_a_code_with_noise_around_it_when_read_then_it_is_cleaned() -> None:
    assert taken(code=" 1.014325\u200b ").code == "1.014325"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=40, deadline=None)
@given(value=JSON)
def test_given_any_json_when_read_as_a_record_then_nothing_is_raised(value: Any) -> None:
    assert isinstance(row(1, value, province="H14"), (Accepted, Refused, Skipped))


@settings(max_examples=70, deadline=None)
@given(key=st.sampled_from(sorted(portal_record())), value=JSON, inner=st.sampled_from(["", "fees", "name", "copyQty"]))
def test_given_any_json_within_a_record_when_read_then_nothing_is_raised(key: str, value: Any, inner: str) -> None:
    changed = portal_record(**{"departmentPromulgateCode": None, key: [{inner: value}] if inner else value})
    found = row(1, changed, province="H14")
    assert isinstance(found, (Accepted, Refused, Skipped))
    if isinstance(found, Accepted):
        assert from_json(to_json(found.procedure)) == found.procedure


def test_given_the_portals_own_answer_when_read_then_it_is_taken() -> None:
    (found,) = read(shared_data("samples/portal_record_1.000358.json"))
    assert isinstance(found, Accepted)
    assert (found.procedure.data_date, found.procedure.levels) == ("2026-04", (Level.PROVINCE,))
    assert found.procedure.forms == ("GIAHAN.docx",)
    assert json.loads(to_json(found.procedure))["where"] == "Ủy ban nhân dân cấp tỉnh"
