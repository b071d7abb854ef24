"""A checklist at the counter."""

from __future__ import annotations

import json
import re

import pytest
from starlette.testclient import TestClient

from bot import guides
from bot.desk.guide import token_of
from bot.post.inbox import open_conversation
from procedures.catalogue import SEEDS
from procedures.guides import walk
from procedures.guides.state import HAVE, MISSING, Guide, Stage, mark
from procedures.importers.seeds import read_seeds
from procedures.store import take_in
from tests.bot.desk.conftest import Desk

TOKEN = "7k4p9m2xqr"
SEEDED = [row for row in read_seeds(SEEDS) if row.procedure.code == "1.003133"]
BORDER = SEEDED[0].procedure
PAPERS = [paper.name for paper in BORDER.cases[0].papers]


@pytest.fixture
def guide(desk: Desk) -> Guide:
    """Of a border pass, its first paper ticked off by the citizen."""
    take_in(desk.database, SEEDED, source="test")
    begun = walk.settle(BORDER, Guide(TOKEN, BORDER.code, Stage.PAPERS, way="counter", tag="bà Lan"))
    begun = walk.tick(BORDER, begun, PAPERS[:1], HAVE)
    with desk.rows() as connection:
        mine = open_conversation(connection, "web", "a1")
        guides.keep(connection, mine, {"guide": begun.to_dict(), "ticks": dict(begun.ticks), "untick": []})
    return begun


def ticks(desk: Desk) -> dict[str, str]:
    """What is known of the papers by now."""
    with desk.rows() as connection:
        found = guides.of_token(connection, TOKEN)
    assert found is not None
    return dict(found.ticks)


@pytest.mark.parametrize(
    "typed",
    ["7k4p9-m2xqr", " 7K4P9 M2XQR ", "http://testserver/g/7k4p9m2xqr", "https://mc24a-b3456.vn/g/7k4p9m2xqr?lang=en"],
)
def test_given_a_code_or_a_scanned_link_when_sent_then_the_checklist_opens(
    lan: TestClient, guide: Guide, typed: str
) -> None:
    page = lan.get("/desk/guide", params={"code": typed})
    assert (page.status_code, page.url.path) == (200, f"/desk/guide/{TOKEN}")
    assert all(name in page.text for name in PAPERS) and "bà Lan" in page.text
    assert "<svg" in page.text and "7K4P9-M2XQR" in page.text and f'href="/g/{TOKEN}.pdf?lang=vi"' in page.text


@pytest.mark.parametrize("typed", ["22222-33334", "khai sinh", "x" * 300, "<script>"])
def test_given_a_code_that_was_made_up_when_sent_then_the_page_says_so(
    lan: TestClient, guide: Guide, typed: str
) -> None:
    page = lan.get("/desk/guide", params={"code": typed})
    assert page.status_code == 200 and "Không có danh sách nào" in page.text and "<script>" not in page.text
    assert lan.get("/desk/guide/22222-33334").status_code == 404
    assert lan.post("/desk/guide/22222-33334", data={}).status_code == 404


def boxes(html: str) -> dict[str, bool]:
    """The marks of a page, and whether they are ticked."""
    return {found[1]: bool(found[2]) for found in re.finditer(r'name="have" value="(\w+)"( checked)?', html)}


def test_given_a_checklist_when_opened_then_it_shows_what_the_citizen_ticked_off(lan: TestClient, guide: Guide) -> None:
    page = lan.get(f"/desk/guide/{TOKEN}")
    assert boxes(page.text) == {mark(name): name == PAPERS[0] for name in PAPERS}
    assert f"Còn thiếu {len(PAPERS) - 1} giấy tờ" in page.text
    english = lan.get(f"/desk/guide/{TOKEN}?lang=en")
    assert boxes(english.text) == boxes(page.text) and "photo" in english.text.lower()


def test_given_papers_on_the_counter_when_ticked_off_then_the_citizen_sees_it(
    desk: Desk, lan: TestClient, guide: Guide
) -> None:
    had = {"had": mark(PAPERS[0])}
    page = lan.post(f"/desk/guide/{TOKEN}", data={**had, "have": [mark(name) for name in PAPERS], "lang": "en"})
    assert page.status_code == 200 and b"lang=en" in page.url.query
    assert "Đã đủ giấy tờ" in page.text and "Đã lưu" in page.text
    assert ticks(desk) == dict.fromkeys(PAPERS, HAVE)
    assert 'li class="open"' not in lan.get(f"/g/{TOKEN}").text


def test_given_a_paper_that_is_not_there_after_all_when_unticked_then_it_is_missing(
    desk: Desk, lan: TestClient, guide: Guide
) -> None:
    lan.post(f"/desk/guide/{TOKEN}", data={"had": mark(PAPERS[0])})
    assert ticks(desk) == {PAPERS[0]: MISSING}


def test_given_a_citizen_who_ticks_meanwhile_when_saved_then_neither_is_lost(
    desk: Desk, lan: TestClient, guide: Guide
) -> None:
    with desk.rows() as connection:
        guides.change(connection, TOKEN, lambda now: walk.tick(BORDER, now, [PAPERS[1]], HAVE))
    lan.post(f"/desk/guide/{TOKEN}", data={"had": mark(PAPERS[0]), "have": [mark(PAPERS[0]), mark(PAPERS[2]), "zz"]})
    assert ticks(desk) == dict.fromkeys(PAPERS[:3], HAVE)


def test_given_a_stranger_when_a_checklist_is_asked_for_then_nothing_is_shown_or_changed(
    desk: Desk, guide: Guide
) -> None:
    stranger = TestClient(desk.client.app, follow_redirects=False)
    assert stranger.get(f"/desk/guide/{TOKEN}").status_code == 303
    assert stranger.post(f"/desk/guide/{TOKEN}", data={"had": mark(PAPERS[0])}).status_code in (303, 401)
    assert ticks(desk) == {PAPERS[0]: HAVE}


def test_given_a_guide_that_is_not_there_when_changed_then_nothing_happens(desk: Desk) -> None:
    with desk.rows() as connection:
        assert guides.change(connection, "2222233334", lambda found: found) is None


def test_given_a_guide_when_changed_then_its_other_facts_stay(desk: Desk, guide: Guide) -> None:
    with desk.rows() as connection:
        changed = guides.change(connection, TOKEN, lambda now: walk.tick(BORDER, now, [PAPERS[1]], HAVE))
    assert changed is not None
    assert json.loads(json.dumps(changed.to_dict()))["tag"] == "bà Lan"


@pytest.mark.parametrize(("typed", "token"), [("", ""), ("/g/", ""), ("caobang2026 7k4p9m2xqr", TOKEN)])
def test_given_odd_input_when_read_then_it_is_a_token_or_nothing(typed: str, token: str) -> None:
    assert token_of(typed) == token
