"""How a reply fits a channel."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.port import Abilities
from bot.conversation import Button, Outbound, Reply
from bot.post import rendering
from tests.bot.post.kit import PLAIN, TWO

TELEGRAM = Abilities(text=4096, buttons=12, button_title=60, pictures=True)
_WORDS = st.text(st.sampled_from("aăâ đêơ\n.!?…;。！ ế\t一二👍"), max_size=300)
_TITLES = st.lists(st.text(st.characters(blacklist_categories=("C", "Z")), min_size=1, max_size=90), max_size=30)


def out(text: str, *titles: str, language: str = "vi") -> Outbound:
    buttons = tuple(Button(title, f"/p{place}") for place, title in enumerate(titles))
    return Outbound(7, 1, "a", Reply(text, buttons), language)


@given(_WORDS, st.integers(1, 60))
def test_given_any_text_when_split_then_each_piece_fits_and_only_blanks_are_lost(text: str, most: int) -> None:
    pieces = rendering.split(text, most)
    assert all(len(piece) <= most for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())
    assert all(pieces) or not text.strip()


@given(st.lists(st.text("aăđ", min_size=1, max_size=6), max_size=40), st.integers(18, 60))
def test_given_words_that_fit_when_split_then_no_word_is_cut(words: list[str], most: int) -> None:
    assert " ".join(rendering.split(" ".join(words), most)).split() == words


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("Một hai.\n\nBa bốn năm", ("Một hai.", "Ba bốn năm")),
        ("Một hai\nBa bốn năm", ("Một hai", "Ba bốn năm")),
        ("Một hai. Ba bốn nă", ("Một hai.", "Ba bốn nă")),
        ("Một hai ba bốn năm", ("Một hai ba", "bốn năm")),
        ("一二三四五六。七八九十一二", ("一二三四五六。", "七八九十一二")),
        ("mộthaibabốnnăm", ("mộthaibabố", "nnăm")),
        ("mười chữ !", ("mười chữ !",)),
        ("", ("",)),
    ],
)
def test_given_a_long_text_when_split_then_it_is_parted_where_it_reads_best(text: str, pieces: tuple[str, ...]) -> None:
    assert rendering.split(text, 10) == pieces


@settings(max_examples=60)
@given(st.sampled_from(["Chọn", "Có:\n1. Một\n2) Hai", ""]), _TITLES, st.integers(0, 15), st.integers(5, 70))
def test_given_any_buttons_when_shown_then_each_is_reached_by_a_press_or_a_label(
    text: str, titles: list[str], buttons: int, title: int
) -> None:
    abilities = Abilities(text=100_000, buttons=buttons, button_title=title)
    outbound = out(text, *titles)
    shown = rendering.parts(outbound, abilities)[-1]
    menu = rendering.menu(text, outbound.reply.buttons, abilities)
    labels = [label for label in menu.labels if label]
    assert len(set(labels)) == len(labels)
    pressed = {int(choice.token.split(":")[1]) for choice in shown.choices}
    typed = {menu.place_of(label) for label in labels}
    assert pressed | typed == set(range(len(titles)))
    assert len(shown.choices) <= buttons
    assert all(len(choice.title) <= title and len(choice.token) <= 32 for choice in shown.choices)
    for place in menu.listed if len(menu.labels) > 1 else ():
        assert f"{menu.labels[place]}. {unicodedata.normalize('NFC', titles[place])}" in shown.text


def test_given_buttons_that_fit_when_shown_then_the_text_stays_as_it_is() -> None:
    (part,) = rendering.parts(out("Chọn", "Khai sinh", "Kết hôn"), TELEGRAM)
    assert part.text == "Chọn"
    assert [(choice.title, choice.token) for choice in part.choices] == [("Khai sinh", "7:0"), ("Kết hôn", "7:1")]


def test_given_a_channel_without_buttons_when_shown_then_numbers_take_their_place() -> None:
    (part,) = rendering.parts(out("Chọn", "Khai sinh", "Kết hôn"), PLAIN)
    assert part.choices == ()
    assert part.text.splitlines()[0] == "Chọn"
    assert part.text.splitlines()[-2:] == ["1. Khai sinh", "2. Kết hôn"]


def test_given_a_text_with_numbers_of_its_own_when_shown_then_letters_are_the_labels() -> None:
    menu = rendering.menu("Cần:\n1. Tờ khai\n2. Giấy chứng sinh", TWO, PLAIN)
    assert menu.labels == ("a", "b")
    assert menu.place_of("1") is None


@pytest.mark.parametrize(
    ("typed", "place"),
    [("2", 1), (" 2. ", 1), ("(2)", 1), ("2)", 1), ("02", None), ("3", None), ("hai", None), ("", None), ("..", None)],
)
def test_given_what_is_typed_when_it_is_a_label_then_it_means_its_button(typed: str, place: int | None) -> None:
    assert rendering.menu("Chọn", TWO, PLAIN).place_of(typed) == place


def test_given_a_title_that_is_too_long_when_shown_then_it_is_cut_and_written_out_in_full() -> None:
    long = "Đăng ký khai sinh có yếu tố nước ngoài tại khu vực biên giới của tỉnh"
    (part,) = rendering.parts(out("Chọn", long, "Khác"), TELEGRAM)
    assert part.text.endswith(f"1. {long}\n2. Khác")
    assert part.choices[0].title.startswith("1. Đăng ký")
    assert (part.choices[0].title[-1], len(part.choices[0].title) <= 60) == ("…", True)


def test_given_a_long_reply_when_shown_then_buttons_stand_at_the_end_and_there_are_words_alone() -> None:
    abilities = Abilities(text=10, buttons=3, button_title=20, pictures=True)
    parts = rendering.parts(out("một hai ba bốn năm", "Có"), abilities)
    assert [part.text for part in parts] == ["một hai ba", "bốn năm"]
    assert [len(part.choices) for part in parts] == [0, 1]
    assert [part.enclosure for part in parts] == [None, None]


LETTERS = ("e\u0323\u0331", "👨\u200d👩\u200d👧", "👍🏽", "か\u3099\u0301", "❤\ufe0f")


@pytest.mark.parametrize("letter", LETTERS)
@pytest.mark.parametrize("before", range(5, 11))
def test_given_a_sign_of_several_characters_when_a_text_is_split_there_then_it_stays_whole(
    letter: str, before: int
) -> None:
    pieces = rendering.split("一" * before + letter + "二" * 9, 10)
    assert [piece for piece in pieces if letter in piece], pieces
    assert all(len(piece) <= 10 for piece in pieces)


def test_given_a_link_behind_a_few_words_when_split_then_it_is_not_cut() -> None:
    link = "https://motcua.vn/" + "a" * 30
    assert rendering.split(f"Xem thêm {link}", 50) == ("Xem thêm", link)


def test_given_letters_that_are_taken_apart_when_shown_then_they_are_whole_and_counted_so() -> None:
    apart = unicodedata.normalize("NFD", "ệ" * 10)
    assert [part.text for part in rendering.parts(out(apart), Abilities(text=10))] == ["ệ" * 10]


@pytest.mark.parametrize(("language", "word"), [("vi", "Nhắn"), ("en", "Send"), ("zh", "发送")])
def test_given_a_language_when_numbers_are_shown_then_the_hint_is_in_it(language: str, word: str) -> None:
    hints = {
        rendering.parts(out("x", "y", language=other), PLAIN)[0].text.splitlines()[2] for other in ("vi", "en", "zh")
    }
    assert len(hints) == 3
    assert word in rendering.parts(out("x", "y", language=language), PLAIN)[0].text.splitlines()[2]


def test_given_a_text_that_numbers_all_but_one_when_shown_then_the_hint_tells_of_all_numbers() -> None:
    (part,) = rendering.parts(out("Việc nào?\n1. Khai sinh\n2. Kết hôn", "Khai sinh", "Kết hôn", "Gặp cán bộ"), PLAIN)
    assert part.text.endswith("\n\nAnh/chị nhắn 1 đến 3 để chọn:\n3. Gặp cán bộ")
