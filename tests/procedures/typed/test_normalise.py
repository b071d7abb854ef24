"""One normal form for what people type."""

from __future__ import annotations

import pytest

from procedures.typed.fold import fold
from procedures.typed.keys import undo_telex, undo_vni
from procedures.typed.normalise import normalise, teencode
from procedures.typed.syllables import canonical
from procedures.typed.words import known


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        ("hoà bình, thuý, khoẻ", "hòa bình, thúy, khỏe"),
        ("ddawng kys khai sinh", "đăng ký khai sinh"),
        ("d9a8ng ky1 ke61t ho6n", "đăng ký kết hôn"),
        ("dang9 ky1", "đang ký"),
        ("e mún lm gks cho con", "em muốn làm giấy khai sinh cho con"),
        ("cho e hoi gks can j", "cho em hoi giay khai sinh can gi"),
        ("đượcccc khôngggg", "được không"),
        ("giấyy tờ ở đâuu", "giấy tờ ở đâu"),
        ("dangkytamtru can gi", "dang ky tam tru can gi"),
        ("giấykhaisinh mất rồi", "giấy khai sinh mất rồi"),
        ("出生證明怎麼辦", "出生证明怎么办"),
        ("ＡＢＣ　１２３", "ABC 123"),
        ("Ðăng ký", "Đăng ký"),
    ],
)
def test_given_what_people_type_when_normalised_then_it_is_plain(typed: str, normal: str) -> None:
    assert normalise(typed).text == normal


@pytest.mark.parametrize(
    "text",
    [
        "mã hồ sơ 000.00.12.H14-251103-0021",
        "căn cước 001203004567, 0912 345 678",
        "thủ tục 1.001193 theo 163/QĐ-BTP",
        "sinh ngày 12/3/2024",
        "https://dichvucong.gov.vn/xx a@b.vn",
        "thi bằng A1, hạng B",
        "motorbike registration fee, please",
        "mẫu CT01",
        "can giay gi a",
        "nha o thi xa",
    ],
)
def test_given_numbers_codes_and_english_when_normalised_then_they_stay(text: str) -> None:
    assert normalise(text) == normalise(text).__class__(text)


@pytest.mark.parametrize("text", ["e mún lm gks", "ddawng kys", "hoà bình", "dangkytamtru", "出生證明", "giấyy"])
def test_given_a_normal_form_when_normalised_again_then_nothing_changes(text: str) -> None:
    once = normalise(text).text
    assert normalise(once).text == once


def test_given_a_change_when_it_is_shown_then_before_after_and_reason_are_told() -> None:
    changes = [(change.before, change.after, change.why) for change in normalise("ddawng kys gks").changes]
    assert changes == [("ddawng", "đăng", "telex"), ("kys", "ký", "telex"), ("gks", "giay khai sinh", "short")]


def test_given_shortened_words_when_listed_then_none_is_a_plain_word_without_its_accents() -> None:
    common = {word for word, count in known().folded.items() if count >= 20 and len(word) > 2}
    assert {short for short in teencode() if short in common and fold(teencode()[short]) != short} == set()


@pytest.mark.parametrize(
    ("keys", "syllable"), [("giaasy", "giấy"), ("dduwowcj", "được"), ("tieenf", "tiền"), ("dangd", "đang")]
)
def test_given_telex_keys_when_undone_then_the_syllable_stands(keys: str, syllable: str) -> None:
    assert undo_telex(keys) == syllable


@pytest.mark.parametrize(("keys", "syllable"), [("giay61", "giấy"), ("hoc5", "học"), ("tie6n2", "tiền"), ("ct07", "")])
def test_given_vni_keys_when_undone_then_the_syllable_stands(keys: str, syllable: str) -> None:
    assert undo_vni(keys) == syllable


@pytest.mark.parametrize(
    ("word", "right"), [("quý", "quý"), ("giá", "giá"), ("uỷ", "ủy"), ("toàn", "toàn"), ("khuỷu", "khuỷu")]
)
def test_given_a_syllable_when_its_tone_is_placed_then_it_stands_where_it_belongs(word: str, right: str) -> None:
    assert canonical(word) == right
