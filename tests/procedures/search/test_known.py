"""An index made from what an older one has learnt, in memory or from a file, is the same as one from nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from procedures.search import Document, Index, learnt
from procedures.search import shelf as shelves
from procedures.search.shelf import Shelf
from tests.procedures.search.test_search import NAMES, document

NEW = document("3.000001", "Cấp phép bay flycam", "bay flycam")
CHANGES: dict[str, Sequence[Document]] = {
    "an alias": [replace(NAMES[0], names={"vi": ("Đăng ký khai sinh", "bìa hồng")}), *NAMES[1:]],
    "a question": [replace(NAMES[1], asked=("khai sinh lại cho bé",)), *NAMES[2:]],
    "the matter": [*NAMES[:-1], replace(NAMES[-1], body="gieng khoan nuoc ngam")],
    "one before": [document("1.000001", "Cấp giấy phép nổ mìn", everyday=False), *NAMES],
    "one in plain words": [*NAMES, NEW],
    "one less": NAMES[1:],
}
TEXTS = ("khai sinh", "mat can cuoc", "bay flycam o dau", "giấy phép nước ngầm", "nổ mìn", "bìa hồng", "khaisinh lại")


@pytest.mark.parametrize("what", CHANGES)
def test_given_an_older_index_when_a_new_one_is_made_of_it_then_it_ranks_as_one_from_nothing(what: str) -> None:
    now = CHANGES[what]
    made, fresh = Index(now, Index(NAMES).learnt), Index(now)
    assert [made.explain(text) for text in TEXTS] == [fresh.explain(text) for text in TEXTS]


@pytest.mark.parametrize("what", CHANGES)
def test_given_what_an_index_has_learnt_in_a_file_when_one_is_made_of_it_then_it_ranks_as_one_from_nothing(
    what: str, tmp_path: Path
) -> None:
    learnt.keep(tmp_path, Index(NAMES).learnt)
    now = CHANGES[what]
    made, fresh = Index(now, learnt.read(tmp_path)), Index(now)
    assert [made.explain(text) for text in TEXTS] == [fresh.explain(text) for text in TEXTS]


def test_given_the_same_names_when_started_again_then_nothing_is_worked_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelves, "_FEW", 0)
    documents = {one.code: one for one in NAMES}
    Shelf(tmp_path).put(documents)
    with monkeypatch.context() as patch:
        patch.setattr("procedures.search.spelt.matter", None)
        patch.setattr("procedures.search.classify.SGDClassifier", None)
        again = Shelf(tmp_path)
        again.put(documents)
    assert again.index().explain(TEXTS[0])[0].hit.code == "1.001193"


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 half a file", b"{}"])
def test_given_a_broken_file_when_started_then_the_index_is_built_anew(
    content: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelves, "_FEW", 0)
    learnt.keep(tmp_path, Index(NAMES).learnt)
    (kept,) = tmp_path.iterdir()
    whole = kept.read_bytes()
    kept.write_bytes(content)
    shelf = Shelf(tmp_path)
    shelf.put({one.code: one for one in NAMES})
    assert shelf.index().explain(TEXTS[0])[0].hit.code == "1.001193"
    assert len(kept.read_bytes()) == len(whole)


def test_given_other_code_when_an_index_was_kept_then_it_is_not_taken_and_the_older_file_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    learnt.keep(tmp_path, Index(NAMES).learnt)
    monkeypatch.setattr(learnt, "_name", lambda: "index-other.npz")
    assert learnt.read(tmp_path).classifier is None
    learnt.keep(tmp_path, Index(NAMES).learnt)
    assert [path.name for path in tmp_path.iterdir()] == ["index-other.npz"]


def test_given_a_folder_that_takes_nothing_when_kept_then_the_index_serves(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    learnt.keep(tmp_path / "file", Index(NAMES).learnt)
