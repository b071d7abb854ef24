"""An index made from an older one is the same as one from nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from procedures.search import Document, Index
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
    made, fresh = Index(now, Index(NAMES)), Index(now)
    assert [made.explain(text) for text in TEXTS] == [fresh.explain(text) for text in TEXTS]
