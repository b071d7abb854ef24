"""Edits in the browser: written by one, let out by another, taken back; and what was told on a day."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update
from starlette.testclient import TestClient

from bot.console import edits
from bot.console.clockwork import let_out
from bot.post.clock import now
from bot.store.desk_tables import staff
from procedures.validity import end_of, today
from tests.bot.console.editing import CODE, GOOD, approved, fee, published, stock, told
from tests.bot.desk.conftest import Desk


@pytest.fixture
def edit(desk: Desk) -> int:
    """Biên's draft of another fee."""
    stock(desk.database)
    with desk.rows() as rows:
        made = edits.begin(rows, CODE, desk.ids["bien"])
        edits.save(rows, made, 0, fee(told(rows), "8.000 đồng", 8000))
    return made


def post(browser: TestClient, path: str, status: int = 200, **form: str) -> str:
    got = browser.post(path, data=form, headers={"origin": "http://testserver"})
    assert got.status_code == status, got.text
    return got.text


def text(browser: TestClient, path: str, status: int = 200) -> str:
    got = browser.get(path)
    assert got.status_code == status, got.text
    return got.text


def judged(desk: Desk, edit: int) -> None:
    with desk.rows() as rows:
        edits.keep_gate(rows, edit, GOOD)


def version(desk: Desk, edit: int) -> str:
    with desk.rows() as rows:
        found = edits.one(rows, edit)
    assert found is not None
    return str(found.version)


def test_given_a_fee_when_sent_reviewed_and_published_then_citizens_are_told_it_until_the_undo(
    desk: Desk, bien: TestClient, duyet: TestClient, edit: int
) -> None:
    here = f"/admin/edits/{edit}"
    page = text(bien, f"{here}/review")
    assert re.search(r'<del class="words">5.000\s*</del>', page)
    assert re.search(r'<ins class="words">8.000\s*</ins>', page)
    assert "Chờ duyệt" in post(bien, f"{here}/send", version="1", reason="Nghị quyết mới", effective_on="")
    post(bien, f"{here}/approve", 403, version="2")
    judged(desk, edit)
    post(duyet, f"{here}/approve", version=version(desk, edit))
    with desk.rows() as rows:
        assert told(rows).ways[0].fees[0].amount == 8000
    history = text(duyet, f"/admin/history/{CODE}")
    assert "Nghị quyết mới" in history
    post(bien, f"/admin/history/{CODE}/undo", 403, edit=str(edit), reason="nhầm")
    post(duyet, f"/admin/history/{CODE}/undo", 409, edit="9", reason="nhầm")
    post(duyet, f"/admin/history/{CODE}/undo", edit=str(edit), reason="nhầm")
    with desk.rows() as rows:
        assert told(rows).ways[0].fees[0].amount == 5000


def test_given_a_day_in_the_past_when_sent_then_the_page_says_so_and_it_stays_a_draft(
    desk: Desk, bien: TestClient, edit: int
) -> None:
    answer = post(bien, f"/admin/edits/{edit}/send", 409, version="1", reason="x", effective_on="2020-01-01")
    assert "đã qua" in answer
    assert version(desk, edit) == "1"


def test_given_no_questions_asked_when_approved_then_it_is_refused(desk: Desk, an: TestClient, edit: int) -> None:
    with desk.rows() as rows:
        edits.send(rows, edit, "phí")
    assert "câu hỏi kiểm tra" in post(an, f"/admin/edits/{edit}/approve", 409, version="2")


def test_given_a_return_when_the_author_looks_then_the_reviewers_words_are_there(
    desk: Desk, bien: TestClient, duyet: TestClient, edit: int
) -> None:
    with desk.rows() as rows:
        edits.send(rows, edit, "phí")
    post(duyet, f"/admin/edits/{edit}/return", review="Thiếu số nghị quyết")
    assert "Thiếu số nghị quyết" in text(bien, f"/admin/edits/{edit}/review")
    assert "bị trả lại" in text(bien, "/admin/edits")


def test_given_another_publication_when_the_draft_is_looked_at_then_both_are_put_together(
    desk: Desk, bien: TestClient, edit: int
) -> None:
    with desk.rows() as rows:
        change = lambda one: replace(fee(one, "9.000 đồng", 9000), where="Tầng 1")  # noqa: E731
        published(rows, desk.ids["duyet"], desk.ids["an"], change)
    page = text(bien, f"/admin/edits/{edit}/review")
    assert "Tầng 1" in page
    assert 'name="ways" value="mine"' in page
    post(bien, f"/admin/edits/{edit}/send", 409, version="1", reason="phí")
    post(bien, f"/admin/edits/{edit}/rebase", version="1", ways="mine")
    with desk.rows() as rows:
        found = edits.one(rows, edit)
        assert found is not None
        assert found.procedure == replace(fee(told(rows), "8.000 đồng", 8000))


def test_given_officers_when_they_ask_then_they_may_not_look(desk: Desk, edit: int) -> None:
    lan = desk.sign_in("lan")
    for path in ("/admin/edits", f"/admin/edits/{edit}/review", f"/admin/history/{CODE}", "/admin/as-of"):
        text(lan, path, 403)


def test_given_what_is_not_there_when_asked_for_then_404(bien: TestClient, edit: int) -> None:
    assert edit
    for path in ("/admin/edits/999/review", "/admin/history/9.999999", "/admin/history/abc"):
        text(bien, path, 404)


def test_given_a_day_when_asked_as_of_then_the_answer_of_that_day_is_shown(desk: Desk, bien: TestClient) -> None:
    stock(desk.database)
    page = text(bien, f"/admin/as-of?code={CODE}&day={today().isoformat()}")
    assert "5.000 đồng" in page
    assert "chưa biết thủ tục" in text(bien, f"/admin/as-of?code={CODE}&day=2020-01-01")
    assert 'role="alert"' in text(bien, "/admin/as-of?code=x&day=y")


@pytest.mark.parametrize("locale", ["vi", "en"])
def test_given_any_state_when_the_pages_are_opened_then_all_words_are_there(
    desk: Desk, an: TestClient, edit: int, locale: str
) -> None:
    with desk.rows() as rows:
        rows.execute(update(staff).values(locale=locale))
    with desk.rows() as rows:
        published(rows, desk.ids["bien"], desk.ids["duyet"], lambda one: replace(one, caution="Mới"))
        edits.undo(rows, CODE, desk.ids["duyet"], "nhầm")
        approved(rows, desk.ids["bien"], desk.ids["duyet"], lambda one: replace(one, caution="Mai"))
        edits.discard(rows, edits.begin(rows, CODE, desk.ids["an"]), desk.ids["an"])
        numbers = [one.id for one in edits.listed(rows, list(edits.Status))]
    for path in ("/admin/edits", f"/admin/history/{CODE}", *(f"/admin/edits/{one}/review" for one in numbers)):
        page = text(an, path)
        assert ("Edits" if locale == "en" else "Bản sửa") in page


def test_given_edits_of_tomorrow_when_the_clock_comes_then_one_is_told_and_the_other_goes_back(desk: Desk) -> None:
    stock(desk.database)
    tomorrow = today() + timedelta(days=1)
    with desk.rows() as rows:
        ids = desk.ids["bien"], desk.ids["duyet"]
        first, second = (
            approved(rows, *ids, lambda one, amount=amount: fee(one, "mới", amount), tomorrow.isoformat())  # type: ignore[misc]
            for amount in (8000, 9000)
        )
    assert let_out(desk.database, now()) == 0
    assert let_out(desk.database, end_of(tomorrow) - timedelta(hours=1)) == 1
    assert let_out(desk.database, end_of(tomorrow)) == 0
    with desk.rows() as rows:
        states = [edits.one(rows, one) for one in (first, second)]
        assert [one.status.value for one in states if one] == ["published", "draft"]
        assert states[1] is not None
        assert states[1].stopped == ("trouble.edit_stale", {})
        assert told(rows).ways[0].fees[0].amount == 8000
    page = text(desk.sign_in("bien"), f"/admin/edits/{second}/review")
    assert "không công bố được" in page
