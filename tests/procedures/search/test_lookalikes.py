"""Near-duplicates are told apart by what each alone says."""

from __future__ import annotations

from procedures.model import Procedure
from procedures.search.lookalikes import alike, differences


def procedure(title: str, differs: str = "") -> Procedure:
    return Procedure("1.000001", title, title, differs=differs)


def test_given_titles_that_share_both_ends_when_told_apart_then_only_the_difference_is_left() -> None:
    pair = [
        procedure("Cấp lại giấy phép lái xe do ngành Công an cấp (thực hiện tại cấp tỉnh)"),
        procedure("Cấp lại giấy phép lái xe do ngành Công an cấp (thực hiện tại cấp xã)"),
    ]
    assert alike(pair)
    assert differences(pair) == ["tỉnh)", "xã)"]


def test_given_plain_words_for_the_difference_when_told_apart_then_they_are_used() -> None:
    pair = [procedure("Đăng ký khai sinh", "Lần đầu"), procedure("Đăng ký lại khai sinh", "Làm lại")]
    assert differences(pair) == ["Lần đầu", "Làm lại"]


def test_given_one_title_within_another_when_told_apart_then_none_is_left_empty() -> None:
    pair = [procedure("Đăng ký kết hôn"), procedure("Đăng ký kết hôn có yếu tố nước ngoài")]
    assert differences(pair) == ["Đăng ký kết hôn", "Đăng ký kết hôn có yếu tố nước ngoài"]


def test_given_different_matters_when_compared_then_they_are_not_alike() -> None:
    assert not alike([procedure("Đăng ký khai sinh"), procedure("Cấp hộ chiếu phổ thông")])
    assert not alike([procedure("Đăng ký khai sinh")])
