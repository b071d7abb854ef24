"""Checklists as pages and texts, of every plain-word procedure."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from procedures.catalogue import SEEDS
from procedures.guides import walk
from procedures.guides.state import HAVE, Guide
from procedures.importers.seeds import read_seeds
from procedures.phrasebook import Phrasebook
from procedures.sheets import sheet as sheets
from procedures.sheets.blocks import blocks
from procedures.sheets.page import as_page, qr
from procedures.sheets.pdf import as_pdf
from procedures.sheets.picture import as_picture
from procedures.sheets.publish import publish
from procedures.sheets.text import MOST, as_text

PROCEDURES = {row.procedure.code: row.procedure for row in read_seeds(SEEDS)}
BIRTH = PROCEDURES["1.001193"]
LINK = "http://127.0.0.1:8000/g/7k4p9m2xqr"


def guide(**values: object) -> Guide:
    return walk.settle(BIRTH, Guide("7k4p9m2xqr", BIRTH.code, **values))  # type: ignore[arg-type]


def test_given_a_guide_when_made_a_page_then_it_holds_its_papers_ticks_tag_code_and_picture() -> None:
    first = BIRTH.cases[0].papers[0].name
    page = as_page(sheets.of_guide(BIRTH, guide(ticks={first: HAVE}, tag="bà <Lan>"), "vi"), "/sheet.css", LINK)
    assert f'<li class="have"><b>{first}</b>' in page
    assert page.count('<li class="open">') == 3
    assert "bà &lt;Lan&gt;" in page and "7K4P9-M2XQR" in page and "<svg" in page


def test_given_papers_of_cases_that_were_not_chosen_when_made_a_page_then_they_are_not_there() -> None:
    page = as_page(sheets.of_guide(BIRTH, guide(), "vi"), "/sheet.css", LINK)
    assert "Biên bản về việc trẻ bị bỏ rơi" not in page
    chosen = as_page(sheets.of_guide(BIRTH, guide(cases=("Trẻ bị bỏ rơi",)), "vi"), "/sheet.css", LINK)
    assert "Biên bản về việc trẻ bị bỏ rơi" in chosen


@pytest.mark.parametrize("language", sheets.LANGUAGES)
def test_given_every_procedure_when_told_then_page_and_message_are_whole_and_the_message_fits(language: str) -> None:
    for procedure in PROCEDURES.values():
        sheet = sheets.of_procedure(procedure, language)
        text, page = as_text(sheet, LINK), as_page(sheet, "sheet.css")
        assert len(text) <= MOST and text.endswith(LINK)
        assert sheet.title in text and f'lang="{language}"' in page
        first = [line.name for group in sheet.groups for line in group.lines][:1]
        assert all(name in text for name in first), procedure.code


def test_given_words_of_sheets_when_compared_then_all_languages_have_the_same() -> None:
    book = Phrasebook(sheets._FOLDER)
    assert book.keys("vi") == book.keys("en") == book.keys("zh")


def test_given_a_link_when_drawn_then_the_picture_has_no_style_of_its_own() -> None:
    assert "style=" not in qr(LINK)


def test_given_a_guide_when_drawn_then_it_is_one_side_of_a4_and_a_small_picture() -> None:
    sheet = sheets.of_guide(BIRTH, guide(tag="bà Lan"), "vi")
    paper, picture = as_pdf(sheet, LINK), as_picture(sheet, LINK)
    assert paper.startswith(b"%PDF") and len(re.findall(rb"/Type /Page\b", paper)) == 1
    assert picture.startswith(b"\x89PNG") and len(picture) < 100_000


@pytest.mark.parametrize("language", sheets.LANGUAGES)
def test_given_the_longest_sheets_when_drawn_then_they_are_still_one_side_and_small(language: str) -> None:
    told = {code: sheets.of_procedure(procedure, language) for code, procedure in PROCEDURES.items()}
    for code in sorted(told, key=lambda code: -len(list(blocks(told[code]))))[:2]:
        assert len(re.findall(rb"/Type /Page\b", as_pdf(told[code], LINK))) == 1, code
        assert len(as_picture(told[code], LINK)) < 100_000, code


def test_given_a_folder_when_published_then_every_link_in_it_leads_to_a_file(tmp_path: Path) -> None:
    written = list(publish(tmp_path, [BIRTH]))
    pages = [path for path in written if path.suffix == ".html"]
    for page in pages:
        for link in re.findall(r'href="([^"#:]+)"', page.read_text("utf-8")):
            assert (page.parent / link).exists(), f"{page}: {link}"
    assert {path.suffix for path in written} == {".html", ".css", ".pdf"} and len(pages) == 7
    assert {path.parent.name for path in written if path.suffix == ".pdf"} == set(sheets.LANGUAGES)
