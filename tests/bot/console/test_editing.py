"""Procedures at the console: found, read beside the record, written, previewed, and written by two at once."""

from __future__ import annotations

from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from bot.console import edits
from procedures.model import Fee
from tests.bot.console.drafts import BIRTH, begun, draft, opened, save
from tests.bot.console.forms import form
from tests.bot.desk.conftest import Desk
from tests.bot.desk.door import HX


@pytest.mark.parametrize("tab", ["vi", "en", "zh"])
def test_given_a_form_when_it_is_saved_as_it_is_then_nothing_of_the_procedure_changes(
    stocked: Desk, bien: TestClient, tab: str
) -> None:
    edit = begun(bien)
    before = draft(stocked, edit)
    page = bien.post(f"/admin/edits/{edit}", data=opened(bien, edit, tab))
    assert page.status_code == 200
    after = draft(stocked, edit)
    assert [(one.language, sorted(one.texts)) for one in after.translations] == [
        (one.language, sorted(one.texts)) for one in before.translations
    ]
    assert replace(after, translations=()) == replace(before, translations=())


def test_given_a_draft_when_fee_papers_and_steps_are_typed_then_they_are_kept_and_previewed(
    stocked: Desk, bien: TestClient
) -> None:
    edit = begun(bien)
    sent = opened(bien, edit)
    sent |= {"way.2.fee.0.text": "50.000 đồng một bản", "way.2.fee.0.amount": "50.000 đ", "steps": "Một\nHai\n\nHai"}
    sent |= {"case.0.paper.0.name": "", "case.0.paper.4.name": "Sổ hộ khẩu cũ", "case.0.paper.4.copies": "2"}
    told = save(bien, edit, sent, **HX)
    assert 'id="version"' in told and 'value="1"' in told
    kept = draft(stocked, edit)
    assert kept.ways[2].fees[0] == Fee("50.000 đồng một bản", 50000)
    assert kept.steps == ("Một", "Hai")
    assert [paper.name for paper in kept.cases[0].papers][-1] == "Sổ hộ khẩu cũ"
    assert all("Giấy chứng sinh của bệnh viện" not in paper.name for paper in kept.cases[0].papers)
    for face in ("zalo-oa", "zalo-bot", "telegram", "web"):
        assert "50.000 đồng một bản" in bien.get(f"/admin/edits/{edit}/preview?face={face}", headers=HX).text


def test_given_a_figure_nobody_can_read_when_it_is_saved_then_the_rest_is_kept_and_it_is_named(
    stocked: Desk, bien: TestClient
) -> None:
    edit = begun(bien)
    sent = opened(bien, edit) | {"way.0.fee.0.amount": "năm chục", "title": "Khai sinh"}
    page = bien.post(f"/admin/edits/{edit}", data=sent)
    assert page.status_code == 422 and "năm chục" in page.text
    assert draft(stocked, edit).title == "Khai sinh"


def test_given_a_changed_text_when_its_translation_is_opened_then_it_lacks_and_the_old_one_is_shown(
    stocked: Desk, bien: TestClient
) -> None:
    edit = begun(bien)
    save(bien, edit, opened(bien, edit) | {"title": "Đăng ký khai sinh cho con"})
    page = bien.get(f"/admin/edits/{edit}?tab=en").text
    assert "Birth registration" in page and 'class="pair lacking"' in page
    sent = opened(bien, edit, "en")
    number = next(name.split(".")[1] for name, text in sent.items() if text == "Đăng ký khai sinh cho con")
    save(bien, edit, sent | {f"said.{number}": "Register a birth"})
    assert ("Đăng ký khai sinh cho con", "Register a birth") in draft(stocked, edit).translations[0].texts
    assert "Register a birth" in bien.get(f"/admin/edits/{edit}/preview?lang=en", headers=HX).text


def test_given_two_editors_on_different_fields_when_both_save_then_both_are_kept(
    stocked: Desk, bien: TestClient, an: TestClient
) -> None:
    edit = begun(bien)
    mine, theirs = opened(bien, edit), opened(an, edit)
    save(bien, edit, mine | {"title": "Khai sinh"}, **HX)
    told = save(an, edit, theirs | {"where": "Xã nào cũng được"}, **HX)
    assert 'value="2"' in told
    kept = draft(stocked, edit)
    assert (kept.title, kept.where) == ("Khai sinh", "Xã nào cũng được")


def test_given_two_editors_on_one_field_when_the_second_saves_then_they_see_it_and_choose(
    stocked: Desk, bien: TestClient, an: TestClient
) -> None:
    edit = begun(bien)
    mine, theirs = opened(bien, edit), opened(an, edit)
    save(bien, edit, mine | {"title": "Khai sinh", "where": "Ở xã"}, **HX)
    second = theirs | {"title": "Làm khai sinh", "summary": "Tóm tắt mới"}
    assert 'role="alert"' in save(an, edit, second, **HX)
    assert draft(stocked, edit).title == "Khai sinh"
    page = an.post(f"/admin/edits/{edit}", data=second)
    assert page.status_code == 409 and "Làm khai sinh" in page.text and "Ở xã" in page.text
    chosen = form(page.text, f"/admin/edits/{edit}/merge")
    assert chosen["title"] == "theirs"
    assert an.post(f"/admin/edits/{edit}/merge", data=chosen | {"title": "mine"}).status_code == 200
    kept = draft(stocked, edit)
    assert (kept.title, kept.where, kept.summary) == ("Làm khai sinh", "Ở xã", "Tóm tắt mới")


def test_given_a_form_older_than_this_process_when_it_is_saved_then_every_difference_is_to_be_chosen(
    stocked: Desk, bien: TestClient
) -> None:
    edit = begun(bien)
    old = opened(bien, edit)
    save(bien, edit, old | {"title": "Khai sinh"}, **HX)
    page = bien.post(f"/admin/edits/{edit}", data=old | {"version": "77", "title": "Làm khai sinh"})
    assert page.status_code == 409 and "Làm khai sinh" in page.text


def test_given_an_edit_that_is_no_draft_when_it_is_saved_then_somebody_is_told(stocked: Desk, bien: TestClient) -> None:
    edit = begun(bien)
    sent = opened(bien, edit)
    with stocked.rows() as connection:
        edits.discard(connection, edit, stocked.ids["bien"])
    assert 'role="alert"' in save(bien, edit, sent, **HX)
    assert bien.post(f"/admin/edits/{edit}", data=sent).status_code == 409


def test_given_an_officer_when_the_console_is_asked_for_then_it_is_refused(stocked: Desk) -> None:
    browser = stocked.sign_in("lan")
    for path in ("/admin", "/admin/procedures", f"/admin/procedures/{BIRTH}"):
        assert browser.get(path).status_code == 403
    assert browser.post(f"/admin/procedures/{BIRTH}/edit").status_code == 403


@pytest.mark.parametrize(
    "path", ["/admin/edits/99", "/admin/edits/99/preview", "/admin/procedures/9.999999", "/admin/procedures/x"]
)
def test_given_what_is_not_there_when_it_is_opened_then_404(stocked: Desk, bien: TestClient, path: str) -> None:
    assert bien.get(path).status_code == 404
    assert bien.post("/admin/edits/99", data={}).status_code == 404
