"""Which paper is meant: a tick on the wrong one costs a trip."""

from __future__ import annotations

import pytest

from actions.guide.papers import Named, papers_meant
from actions.words import speaking
from procedures.catalogue import SEEDS
from procedures.guides import walk
from procedures.guides.state import Guide, Stage
from procedures.importers.seeds import read_seeds

BORDER = next(row.procedure for row in read_seeds(SEEDS) if row.procedure.code == "1.003133")
FORM, PHOTO, CARD, OLD = (paper.name for paper in BORDER.cases[0].papers)


def meant(text: str, language: str = "vi") -> Named:
    guide = walk.settle(BORDER, Guide("7k4p9m2xqr", BORDER.code, Stage.PAPERS, way="counter"))
    with speaking(language):
        return papers_meant(text, BORDER, guide)


@pytest.mark.parametrize(
    ("text", "papers"),
    [
        ("tờ khai em có rồi ạ", [FORM]),
        ("căn cước thì chưa có", [CARD]),
        ("can cuoc co roi", [CARD]),
        ("ảnh 4x6 chụp rồi", [PHOTO]),
        ("ảnh có rồi", [PHOTO]),
        ("giấy thông hành cũ đã cấp mất rồi", [OLD]),
        ("có giấy 1, 3 rồi", [FORM, CARD]),
        ("có đủ hết rồi ạ", [FORM, PHOTO, CARD, OLD]),
        ("có rồi ạ", []),
        ("em chưa có giấy đó", []),
    ],
)
def test_given_words_when_they_name_papers_then_these_are_meant(text: str, papers: list[str]) -> None:
    assert meant(text) == Named(tuple(papers))


@pytest.mark.parametrize("text", ["sổ đỏ có rồi", "hộ chiếu thì em mất rồi", "giấy chứng tử có rồi"])
def test_given_a_paper_that_is_not_needed_when_named_then_none_is_meant(text: str) -> None:
    assert meant(text) == Named(other=True)


@pytest.mark.parametrize(
    ("text", "language", "paper"),
    [
        ("I have the photo", "en", PHOTO),
        ("got my ID card", "en", CARD),
        ("照片有了", "zh", PHOTO),
        ("还没有申报表", "zh", FORM),
    ],
)
def test_given_another_language_when_a_paper_is_named_then_it_is_meant(text: str, language: str, paper: str) -> None:
    assert meant(text, language).papers == (paper,)
