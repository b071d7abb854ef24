"""Search over names of procedures."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from procedures.catalogue import seeds_view
from procedures.search import Document, Hit, Index, Verdict, decide
from procedures.search.query import has_code, matter
from procedures.typed.fold import fold, tidy, tokens


def document(code: str, *names: str, en: tuple[str, ...] = (), everyday: bool = True) -> Document:
    return Document(code, names[0], {"vi": names, "en": en}, everyday=everyday)


NAMES = [
    document(
        "1.001193", "Đăng ký khai sinh", "làm giấy khai sinh", "sinh con thì làm giấy gì", en=("birth certificate",)
    ),
    document("1.004884", "Đăng ký lại khai sinh", "mất giấy khai sinh cũ"),
    document("1.000656", "Đăng ký khai tử", "báo tử", "giấy chứng tử"),
    document("1.004194", "Đăng ký tạm trú", "tạm trú phòng trọ"),
    document("1.014064", "Cấp lại thẻ căn cước", "mất căn cước"),
    document("2.000001", "Cấp giấy phép khai thác khoáng sản", everyday=False),
    document("2.000002", "Cấp giấy phép khai thác nước dưới đất", everyday=False),
]


@pytest.fixture(scope="module")
def index() -> Index:
    return Index(NAMES)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("con em mới sinh làm giấy khai sinh cần giấy tờ gì", "1.001193"),
        ("con em moi sinh lam giay khai sinh can giay to gi", "1.001193"),
        ("KHAI SINH CHO CON", "1.001193"),
        ("khaisinh", "1.001193"),
        ("đăg ký tạm trú", "1.004194"),
        ("mat can cuoc lam lai o dau", "1.014064"),
        ("Ðăng ký khai tử", "1.000656"),
        ("thủ tục 1.004194 phí bao nhiêu", "1.004194"),
    ],
)
def test_given_a_citizens_words_when_searched_then_the_right_procedure_is_first(
    index: Index, text: str, code: str
) -> None:
    assert index.search(text)[0].code == code


@pytest.mark.parametrize("text", ["", "   ", "thế còn phí?", "cần giấy tờ gì ạ", "bao lâu thì xong", "😀😀", "ở đâu"])
def test_given_words_that_name_nothing_when_searched_then_nothing_is_found(index: Index, text: str) -> None:
    assert index.search(text) == []


def test_given_the_same_question_with_and_without_accents_when_searched_then_the_order_is_the_same(
    index: Index,
) -> None:
    for text in ("đăng ký lại khai sinh", "giấy phép khai thác nước", "giấy chứng tử"):
        assert [hit.code for hit in index.search(text)][:1] == [hit.code for hit in index.search(fold(text))][:1]


def test_given_one_clear_name_when_decided_then_it_is_the_answer(index: Index) -> None:
    assert decide(index.search("đăng ký tạm trú")).verdict is Verdict.ONE


def test_given_a_half_name_when_decided_then_choices_are_offered(index: Index) -> None:
    decision = decide(index.search("giấy phép khai thác"))
    assert decision.verdict is Verdict.CHOICES
    assert {hit.code for hit in decision.hits} == {"2.000001", "2.000002"}


@pytest.mark.parametrize(
    ("scores", "sure", "verdict", "shown"),
    [
        ([], False, Verdict.NONE, 0),
        ([0.01], True, Verdict.NONE, 0),
        ([0.9, 0.89], True, Verdict.ONE, 1),
        ([0.9, 0.89], False, Verdict.CHOICES, 2),
        ([0.9, 0.04], False, Verdict.CHOICES, 1),
        ([0.5, 0.48, 0.47, 0.46, 0.45, 0.44], False, Verdict.CHOICES, 4),
    ],
)
def test_given_a_ranking_when_decided_then_only_a_sure_one_is_answered(
    scores: list[float], sure: bool, verdict: Verdict, shown: int
) -> None:
    decision = decide([Hit(str(number), score, sure) for number, score in enumerate(scores)])
    assert (decision.verdict, len(decision.hits)) == (verdict, shown)


def test_given_an_empty_catalogue_when_searched_then_nothing_is_found() -> None:
    assert Index([]).search("khai sinh") == []


@given(st.text(max_size=300))
@settings(max_examples=200, deadline=None)
def test_given_any_text_when_searched_then_scores_lie_between_0_and_1(index: Index, text: str) -> None:
    assert all(0 <= hit.score <= 1 for hit in index.search(text))


def test_given_a_long_story_when_searched_then_the_question_in_it_is_found(index: Index) -> None:
    story = "Nhà tôi ở xa, đường khó đi, năm ngoái mưa lũ trôi hết đồ. " * 12 + "Giờ muốn làm giấy khai sinh cho cháu."
    assert index.search(story)[0].code == "1.001193"


@pytest.mark.parametrize(
    ("text", "folded"),
    [("Đăng ký", "dang ky"), ("ÐƯỜNG", "duong"), ("hòa", "hoa"), ("ｄａｎｇ", "dang"), ("a\u0000b", "ab"), ("ệ", "e")],
)
def test_given_marks_and_look_alikes_when_folded_then_plain_letters_are_left(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_given_control_characters_when_tidied_then_they_are_gone_and_line_breaks_stay() -> None:
    assert tidy("a\u202eb\nc\ud800d\u200b\ufeff") == "ab\ncd"


def test_given_decomposed_vietnamese_when_tokenised_then_it_equals_composed() -> None:
    assert tokens("đa\u0306ng ky\u0301") == tokens("đăng ký")


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("cho em hỏi làm khai sinh cần giấy tờ gì ạ", "lam khai sinh"),
        ("mất căn cước", "mat can cuoc"),
        ("em mat can cuoc", "mat can cuoc"),
        ("đi chợ biên giới", "di cho bien gioi"),
        ("đẻ con", "de con"),
        ("the con phi thi sao", ""),
    ],
)
def test_given_a_question_when_the_matter_is_taken_then_asking_words_are_gone(text: str, left: str) -> None:
    assert " ".join(matter(text).syllables) == left


def test_given_matters_that_the_seeds_do_not_hold_when_decided_then_hardly_one_is_answered_as_another() -> None:
    outside = Path(__file__).parents[2] / "questions" / "outside.jsonl"
    view = seeds_view()
    texts = [json.loads(line)["text"] for line in outside.open(encoding="utf-8")]
    answered = [text for text in texts for typed in (text, fold(text)) if view.decide(typed).verdict is Verdict.ONE]
    # Each is a citizen sent for the wrong papers: the list may shrink, not grow.
    assert set(answered) <= {
        "đăng ký tạm trú cho người nước ngoài",
        "nộp thuế đất",
        "xin học bổng du học",
        "nhập khẩu ô tô",
        "cai nghiện ma túy",
    }


def test_given_a_number_that_is_no_code_when_read_then_it_is_none() -> None:
    assert has_code("số 11.0011934") is None
    assert has_code("mã 1.001193 nhé") == "1.001193"
