"""Fees: the traps of the catalogue's figures."""

from __future__ import annotations

from typing import Any

import pytest

from procedures.model import Fee
from tests.procedures.importers.samples import fee, method, taken


def fees_of(*fees: dict[str, Any], **more: Any) -> tuple[Fee, ...]:
    return taken(executionMethods=[method(fees=list(fees), **more)]).ways[0].fees


@pytest.mark.parametrize(
    "text",
    ["135.000 đồng/lần", "do HĐND tỉnh quy định", "Miễn phí đối với người nghèo; còn lại 5.000 đồng", "Không quy định"],
)
def test_given_a_value_of_0_with_text_when_read_then_the_text_decides(text: str) -> None:
    assert fees_of(fee(0, text)) == (Fee(text, None),)


@pytest.mark.parametrize("text", ["Miễn phí", "Không thu phí.", "Không", "không có", "0 đồng"])
def test_given_a_text_that_says_free_when_read_then_the_amount_is_0(text: str) -> None:
    assert fees_of(fee(0, text)) == (Fee(text, 0),)


def test_given_a_value_of_0_without_text_when_read_then_the_source_of_the_0_is_named() -> None:
    assert fees_of(fee(0), fee(0)) == (Fee("0 đồng (theo dữ liệu quốc gia)", 0),)


@pytest.mark.parametrize("value", [None, 0])
def test_given_no_information_when_read_then_there_is_no_fee(value: float | None) -> None:
    assert fees_of(fee(value, "Không có thông tin")) == ()


@pytest.mark.parametrize("text", ["", " | ", " |  | ", "\u200e"])
def test_given_neither_value_nor_text_when_read_then_there_is_no_fee(text: str) -> None:
    assert fees_of(fee(None, text)) == ()


def test_given_one_text_three_times_when_read_then_it_is_told_once() -> None:
    assert fees_of(fee(None, "Do HĐND tỉnh | Do HĐND tỉnh | ")) == (Fee("Do HĐND tỉnh"),)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (40, "4.000 đ/giấy (Thông tư số 64/2025/TT-BTC)"),
        (50_000, "25.000 đồng/hồ sơ đến hết ngày 31/12/2026"),
        (50_000, "50.000 đồng, từ lần hai 70.000 đồng"),
        (15, "1,5 triệu đồng"),
    ],
)
def test_given_another_figure_in_the_text_when_read_then_the_text_wins(value: float, text: str) -> None:
    assert fees_of(fee(value, text)) == (Fee(text, None),)


@pytest.mark.parametrize(
    ("value", "text"),
    [(13_000, "13.000 đồng/1 giấy."), (500_000, "500.000/lần/ đơn vị"), (1_500_000, "1,5 triệu đồng")],
)
def test_given_the_same_figure_in_the_text_when_read_then_text_and_amount_stay(value: float, text: str) -> None:
    assert fees_of(fee(value, text)) == (Fee(text, int(value)),)


def test_given_a_value_without_text_when_read_then_it_is_written_out() -> None:
    assert fees_of(fee(8000)) == (Fee("8.000 đ", 8000),)


@pytest.mark.parametrize(
    ("text", "told"),
    [("/trang", "2.000 đ/trang"), ("đồng/lần", "2.000 đ/lần"), ("đ / bản", "2.000 đ/bản")],
)
def test_given_a_bare_unit_when_read_then_the_figure_goes_before_it(text: str, told: str) -> None:
    assert fees_of(fee(2000, text)) == (Fee(told, 2000),)


def test_given_a_bare_unit_with_another_figure_behind_when_read_then_no_amount_is_trusted() -> None:
    assert fees_of(fee(2000, "/trang; từ trang 3: 1.000 đồng")) == (Fee("2.000 đ/trang; từ trang 3: 1.000 đồng"),)


def test_given_a_text_without_figure_when_read_then_the_value_goes_before_it() -> None:
    assert fees_of(fee(150_000, "- Lệ phí nộp đơn")) == (Fee("150.000 đ – Lệ phí nộp đơn", 150_000),)


def test_given_a_value_no_fee_can_have_when_read_then_it_is_not_told() -> None:
    assert fees_of(fee(20), fee(25, "Cấp thị thực một lần"), fee(10, "/bản")) == (Fee("Cấp thị thực một lần"),)


def test_given_several_fees_when_read_then_their_order_is_kept() -> None:
    assert [f.amount for f in fees_of(fee(7000), fee(5000), fee(0, "Miễn phí"))] == [7000, 5000, 0]


@pytest.mark.parametrize(
    ("text", "told"),
    [("", "10 USD"), ("/bản", "10 USD/bản"), ("10 USD/người", "10 USD/người"), ("Hộ chiếu", "10 USD – Hộ chiếu")],
)
def test_given_foreign_money_when_read_then_it_is_text_only(text: str, told: str) -> None:
    assert fees_of(fee(10, text, "USD")) == (Fee(told, None),)


def test_given_a_currency_lost_to_the_dump_when_read_then_the_channels_description_tells_it() -> None:
    about = "Nộp trực tiếp. Tại cơ quan đại diện: 10 USD/bản.\n"
    assert fees_of(fee(10, "/bản"), description=about) == (Fee("Tại cơ quan đại diện: 10 USD/bản"),)


def test_given_dollars_in_the_text_when_the_currency_says_dong_then_no_amount_is_trusted() -> None:
    assert fees_of(fee(145, "Thẻ tạm trú: 145 USD/thẻ.")) == (Fee("Thẻ tạm trú: 145 USD/thẻ."),)


def test_given_a_description_with_other_dollars_when_read_then_dong_stay_dong() -> None:
    assert fees_of(fee(2000, "/trang"), description="Ở nước ngoài: 10 USD") == (Fee("2.000 đ/trang", 2000),)
