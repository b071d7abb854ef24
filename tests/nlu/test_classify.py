"""The classifier on a handful of examples: two stages, doubt, and whether a question names a matter."""

from __future__ import annotations

from pathlib import Path

import pytest

from nlu.understanding.calibrate import calibrate
from nlu.understanding.classify import Classifier, Example, asks
from nlu.understanding.data import labelled
from nlu.understanding.examples import Labelled, examples
from nlu.understanding.features import Cues, plain

MATTERS = ("khai sinh", "hộ chiếu", "sổ đỏ", "kết hôn", "bằng lái", "tạm trú", "khai tử", "căn cước")
CUES = Cues({"fee": ["tien|phi"], "time": ["bao lau|may ngay"]})


def known() -> list[Example]:
    texts = [
        *((f"{matter} hết bao nhiêu tiền", "ask_fee", False) for matter in MATTERS),
        *((f"{matter} bao lâu thì xong", "ask_time", False) for matter in MATTERS),
        *((f"{start} bao nhiêu tiền", "ask_fee", True) for start in ("thế", "vậy", "hết", "tốn", "mất", "thì")),
        *((f"{start} bao lâu thì xong", "ask_time", True) for start in ("thế", "vậy", "còn", "thì", "rồi", "mà")),
        *((f"{who} ơi cháy nhà rồi cứu với", "emergency_fire", False) for who in ("anh", "chị", "bác", "cô", "chú")),
        *((f"cảm ơn {who} nhiều nhé", "thank", False) for who in ("anh", "chị", "bác", "cô", "chú")),
    ]
    return [Example(text, intent, number, bare=bare) for number, (text, intent, bare) in enumerate(texts)]


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return Classifier(known(), CUES)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("khai sinh mất bao nhiêu tiền", "ask_fee"),
        ("sổ đỏ bao lâu", "ask_time"),
        ("cháy nhà cứu với", "emergency_fire"),
        ("cảm ơn cô", "thank"),
    ],
)
def test_given_a_text_like_what_was_learnt_when_understood_then_its_intent_leads(
    classifier: Classifier, text: str, intent: str
) -> None:
    assert next(iter(classifier.understand([text])[0].ranking)) == intent


def test_given_a_question_when_understood_then_its_aspects_together_tell_that_it_asks(classifier: Classifier) -> None:
    question, act = classifier.understand(["hộ chiếu bao nhiêu tiền", "cảm ơn bác nhiều nhé"])
    assert asks(question.ranking) > 0.5 > asks(act.ranking)


def test_given_nonsense_when_understood_then_no_intent_is_likely(classifier: Classifier) -> None:
    assert max(classifier.understand(["qwzx jkvv"])[0].ranking.values()) < 0.5


def test_given_questions_with_and_without_a_matter_when_understood_then_they_are_told_apart(
    classifier: Classifier,
) -> None:
    named, bare = classifier.understand(["khai tử hết bao nhiêu tiền", "thế hết bao nhiêu tiền"])
    assert named.names > 0.5 > bare.names


def test_given_the_same_examples_when_learnt_twice_then_the_models_agree(classifier: Classifier) -> None:
    again = Classifier(known(), CUES).understand(["căn cước bao lâu"])[0]
    assert dict(again.ranking) == dict(classifier.understand(["căn cước bao lâu"])[0].ranking)


def test_given_examples_when_calibrated_then_no_emergency_left_out_is_below_the_threshold_of_danger() -> None:
    seen = calibrate(known(), CUES)
    assert seen.danger_recall == 1
    assert seen.thresholds.danger <= seen.thresholds.emergency


def test_given_a_telephone_number_when_made_plain_then_all_numbers_look_alike() -> None:
    assert plain("gọi 0912345678 nhé") == plain("gọi 0987.654.321 nhé")


def test_given_a_frame_when_filled_then_one_copy_names_nothing(tmp_path: Path) -> None:
    copies = examples([Labelled("{procedure} hết bao nhiêu tiền", "ask_fee")], [], tmp_path)
    assert {copy.text for copy in copies if copy.bare} == {"hết bao nhiêu tiền", "het bao nhieu tien"}


def test_given_a_block_that_names_nothing_when_read_then_its_examples_are_bare(tmp_path: Path) -> None:
    block = "nlu:\n- intent: ask_fee\n  metadata:\n    names: nothing\n  examples: |\n    - thế phí\n"
    (tmp_path / "a.yml").write_text(block, "utf-8")
    assert labelled(tmp_path) == [Labelled("thế phí", "ask_fee", bare=True)]
