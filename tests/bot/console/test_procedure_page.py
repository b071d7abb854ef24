"""One procedure at the console: words beside the record, and the notes of places."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from bot.store.console_tables import audit_entry
from procedures import notes
from procedures.model import Note
from tests.bot.console.drafts import BIRTH
from tests.bot.desk.conftest import Desk
from tests.bot.desk.door import HX

PAGE = f"/admin/procedures/{BIRTH}"
TOLD = {"text": "Mang thêm một bản sao.", "about": "documents", "place": "01273", "source": "Sở Tư pháp", "from": ""}


def kept(desk: Desk) -> tuple[Note, ...]:
    with desk.rows() as connection:
        return notes.notes_of(connection, BIRTH)


def test_given_a_procedure_when_it_is_opened_then_words_and_record_are_side_by_side(
    stocked: Desk, bien: TestClient
) -> None:
    page = bien.get(PAGE).text
    assert "Thủ tục đăng ký khai sinh" in page and "Hộ chiếu" not in page and "khai sinh muộn quá 60 ngày" in page
    assert "Birth registration" in bien.get(f"{PAGE}?lang=en").text


def test_given_a_note_of_a_commune_when_it_is_kept_then_citizens_there_are_told_and_it_is_audited(
    stocked: Desk, bien: TestClient
) -> None:
    assert bien.post(f"{PAGE}/notes", data=TOLD).status_code == 200
    (note,) = kept(stocked)
    assert (note.text, note.place, note.author) == (TOLD["text"], "01273", "Bien")
    assert TOLD["text"] in bien.get(PAGE).text
    assert TOLD["text"] in bien.get(f"{PAGE}/preview?place=01273", headers=HX).text
    assert TOLD["text"] not in bien.get(f"{PAGE}/preview", headers=HX).text
    assert bien.post(f"{PAGE}/notes/{note.id}/withdraw").status_code == 200
    assert kept(stocked) == ()
    with stocked.rows() as connection:
        deeds = connection.execute(select(audit_entry.c.action).order_by(audit_entry.c.id)).scalars().all()
    assert deeds == ["note.added", "note.withdrawn"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": "50.000"},
        {"text": ""},
        {"source": ""},
        {"from": "2026-12-01", "until": "2026-11-01"},
        {"from": "gì đó"},
        {"amount": "abc", "about": "fee"},
        {"amount": "5000", "about": "time"},
        {"place": "99999"},
        {"about": "what"},
    ],
)
def test_given_a_note_that_cannot_be_when_it_is_sent_then_the_reason_and_what_was_typed_are_shown(
    stocked: Desk, bien: TestClient, wrong: dict[str, str]
) -> None:
    page = bien.post(f"{PAGE}/notes", data={**TOLD, **wrong})
    assert page.status_code == 409 and 'role="alert"' in page.text
    assert kept(stocked) == ()
    assert ({**TOLD, **wrong}["text"] or "required") in page.text


def test_given_a_note_for_all_procedures_when_an_editor_withdraws_it_then_only_an_admin_may(
    stocked: Desk, bien: TestClient, an: TestClient
) -> None:
    made = notes.add(stocked.database, Note("", "where", "Nghỉ lụt.", "Lan", "Sở Nội vụ"))
    assert bien.post(f"{PAGE}/notes/{made}/withdraw").status_code == 409
    assert an.post(f"{PAGE}/notes/{made}/withdraw").status_code == 200
    assert an.post(f"{PAGE}/notes/{made}/withdraw").status_code == 404
