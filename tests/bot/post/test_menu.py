"""Buttons that can be typed: by the numbers of the text, by numbers after them, by letters."""

from __future__ import annotations

import pytest

from bot.channels.port import Abilities
from bot.conversation import Button
from bot.post.menu import Menu, menu

NONE = Abilities(text=2000)
FEW = Abilities(text=2000, buttons=2, button_title=20)
MANY = Abilities(text=2000, buttons=12, button_title=60)
ASKED = """Có phải một trong các việc này không?
1. Làm thẻ căn cước lần đầu: từ đủ 14 tuổi
2. Cấp lại thẻ căn cước: mất thẻ
Nhắn số cũng được."""
CHOICES = ("Làm thẻ căn cước lần đầu", "Cấp lại thẻ căn cước", "Gặp cán bộ")


def made(text: str, titles: tuple[str, ...], abilities: Abilities = NONE) -> Menu:
    return menu(text, [Button(title, "/p") for title in titles], abilities)


def test_given_a_text_that_numbers_its_buttons_when_shown_then_its_numbers_hold_and_the_rest_goes_on() -> None:
    assert made(ASKED, CHOICES) == Menu(("1", "2", "3"), (2,))


def test_given_another_order_of_the_buttons_when_shown_then_each_has_the_number_of_its_line() -> None:
    assert made(ASKED, ("Gặp cán bộ", CHOICES[1], CHOICES[0])) == Menu(("3", "2", "1"), (0,))


def test_given_buttons_that_fit_when_their_numbers_stand_in_the_text_then_they_can_be_typed_too() -> None:
    shown = made(ASKED, CHOICES, MANY)
    assert shown == Menu(("1", "2", ""), ())
    assert [shown.place_of(typed) for typed in ("2", "3", "")] == [1, None, None]


def test_given_a_title_that_was_cut_when_its_line_is_whole_then_it_is_the_same() -> None:
    assert made(ASKED, ("Làm thẻ căn cước…", "Cấp lại…")).labels == ("1", "2")


def test_given_a_list_of_something_else_when_shown_then_buttons_have_letters() -> None:
    assert made("Cần mang:\n1. Đơn\n2. Ảnh", ("Có rồi", "Chưa có")) == Menu(("a", "b"), (0, 1))


def test_given_two_lists_in_one_text_when_shown_then_their_numbers_mean_nothing() -> None:
    assert made("1. Có rồi\n1. Chưa có", ("Có rồi", "Chưa có")).labels == ("a", "b")


def test_given_more_buttons_than_fit_when_there_is_no_list_then_all_are_numbered() -> None:
    assert made("Chọn", ("x", "y", "z"), FEW) == Menu(("1", "2", "3"), (0, 1, 2))


@pytest.mark.parametrize("typed", ["2", " 2 ", "2.", "(2)", "2)"])
def test_given_a_number_when_typed_in_any_dress_then_it_is_the_same(typed: str) -> None:
    assert made("Chọn", ("x", "y")).place_of(typed) == 1
