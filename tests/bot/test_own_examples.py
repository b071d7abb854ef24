"""Examples of the province: learnt beside the training files, which stay as they are; models that no longer fit."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.engine import fitting, own, training
from bot.engine.models import Models
from bot.engine.own import Own, OwnSlip
from bot.errors import ContentInvalid, ModelUnfit
from nlu.understanding.data import labelled
from tests.bot.models_kit import archive

HELLO = Own(1, "ơ kìa cái máy này", "greet")


def test_given_no_sentences_when_named_then_the_model_is_that_of_the_files() -> None:
    assert training.name_of() == training.fingerprint()
    with own.beside(training.PROJECT, ()) as folder:
        assert folder == training.PROJECT


def test_given_sentences_when_named_then_their_order_and_numbers_do_not_matter_and_their_words_do() -> None:
    other = Own(2, "chào cái máy", "greet")
    name = training.name_of((HELLO, other))
    assert name == training.name_of((Own(8, other.text, "greet"), HELLO, HELLO))
    assert name.startswith(f"{training.fingerprint()}-")
    assert len({name, training.name_of((HELLO,)), training.name_of((HELLO, Own(2, other.text, "thank")))}) == 3


ODD = ("a: b", "- x", "# y", "'\"", "một\nhai", "tab\there", "\x00\x1bx", "{procedure} à", "%", "\u2028q\x85")


def test_given_any_text_when_laid_beside_the_files_then_it_is_read_back_and_the_files_are_as_before() -> None:
    before = labelled()
    with own.beside(training.PROJECT, [Own(n, f"ơ {text}", "greet") for n, text in enumerate(ODD)]) as folder:
        found = labelled(folder / "data" / "nlu")
    clean = {"ơ a: b", "ơ - x", "ơ # y", "ơ '\"", "ơ một hai", "ơ tab here", "ơ x", "ơ {procedure} à", "ơ %", "ơ q"}
    assert clean <= {one.text for one in found}
    assert len(found) == len(before) + len(ODD)


def test_given_sentences_that_would_not_train_when_checked_then_each_is_told_without_its_words() -> None:
    bad = (HELLO, Own(5, "cháy nhà", "greet"), Own(6, "có [ngoặc]", "greet"), Own(7, " ", "greet"))
    bad += (Own(8, "ừm hở", "x"),)
    told = {one for slip in training.slips(bad) if (one := own.told(slip, bad)) is not None}
    assert {OwnSlip(5, "twice", "greet", "emergency_fire"), OwnSlip(6, "brackets", "greet")} <= told
    assert {OwnSlip(7, "empty", "greet"), OwnSlip(8, "class", "x")} <= told
    assert {one.id for one in told} == {5, 6, 7, 8}
    with pytest.raises(ContentInvalid) as refused:
        training.check(bad)
    assert "sentence 5 of the console, greet: twice emergency_fire" in str(refused.value)
    assert "ngoặc" not in str(refused.value)


def test_given_a_training_when_it_reads_then_the_classifier_finds_the_sentences_and_later_no_more() -> None:
    from nlu.understanding import data

    with own.beside(training.PROJECT, (HELLO,)) as folder, training._learning_from(folder):
        assert HELLO.text in {one.text for one in data.labelled()}
    assert HELLO.text not in {one.text for one in data.labelled()}


def test_given_only_a_model_with_sentences_when_asked_for_one_of_the_present_data_then_it_is_that(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "MODELS", tmp_path)
    path = archive(tmp_path / f"{training.name_of((HELLO,))}.tar.gz")
    assert training.trained_model() == path == Models().active()
    assert [one.present for one in Models().listed()] == [True]


def test_given_models_when_judged_then_those_of_another_program_do_not_fit(tmp_path: Path) -> None:
    assert fitting.misfits(archive(tmp_path / "fine.tar.gz")) == ()
    fitting.check(tmp_path / "fine.tar.gz")
    lacking = fitting.misfits(archive(tmp_path / "lacking.tar.gz", intents=[{"greet": {"use_entities": []}}]))
    assert "intents: ask_fee is unknown to it" in lacking and "intents: greet is unknown to it" not in lacking
    with pytest.raises(ModelUnfit, match="actions: action_old is no more"):
        fitting.check(archive(tmp_path / "older.tar.gz", actions=["action_old"]))
    for content in (b"", b"x", (tmp_path / "fine.tar.gz").read_bytes()[:80]):
        (tmp_path / "broken.tar.gz").write_bytes(content)
        fitting._misfits.cache_clear()
        assert fitting.misfits(tmp_path / "broken.tar.gz") == ("no readable model",)
