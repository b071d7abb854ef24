"""Whoever looks at a person's data stands in the audit: once an hour, by number, without the person's words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select
from starlette.testclient import TestClient

from bot.audit import chain
from bot.desk.guide import _named
from bot.post.clock import now
from bot.store.channel_tables import attachment
from bot.store.console_tables import audit_entry
from bot.store.desk_tables import handover
from bot.store.tables import inbox
from bot.watching import Watching, tell_verified
from procedures.guides.state import Guide
from tests.bot.desk.conftest import Desk
from tests.bot.handover import kit

LOOKS = ("case.", "attachment.", "guide.", "counter.", "people.", "numbers.")


@pytest.fixture
def case(desk: Desk) -> int:
    """With a photo."""
    with desk.rows() as connection:
        id_ = kit.case(connection)
        conversation_id = connection.execute(select(handover.c.conversation_id)).scalar_one()
        moment = {"sent_at": now(), "received_at": now(), "status": "done"}
        row = {"conversation_id": conversation_id, "channel": "web", "channel_message_id": "1", "text": "", **moment}
        came = connection.execute(insert(inbox).values(row)).inserted_primary_key[0]
        kept: dict[str, Any] = {"kind": "photo", "ref": "r", "status": "kept", "file": "1.png", "mime": "image/png"}
        where = {"conversation_id": conversation_id, "inbox_id": came, "channel": "web"}
        connection.execute(insert(attachment).values(**where, **kept, try_at=now(), created_at=now()))
    Path(desk.settings.media).mkdir()
    (Path(desk.settings.media) / "1.png").write_bytes(b"png")
    return id_


def looks(desk: Desk) -> list[tuple[str, str]]:
    with desk.rows() as connection:
        assert chain.verify(connection).whole
        rows = connection.execute(select(audit_entry).order_by(audit_entry.c.id)).all()
    assert {row.staff_id for row in rows if row.action.startswith(LOOKS)} <= set(desk.ids.values())
    return [(row.action, row.subject) for row in rows if row.action.startswith(LOOKS)]


def test_given_a_case_with_a_photo_when_somebody_opens_both_twice_then_each_is_noted_once(
    desk: Desk,
    lan: TestClient,
    case: int,
) -> None:
    for _ in range(2):
        assert lan.get(f"/desk/cases/{case}").status_code == 200
        assert lan.get("/desk/attachments/1").content == b"png"
    assert looks(desk) == [("case.opened", str(case)), ("attachment.opened", "1")]


def test_given_what_somebody_may_not_see_when_they_try_then_nothing_counts_as_seen(
    desk: Desk,
    lan: TestClient,
    case: int,
) -> None:
    for path in ("/desk/cases/99", "/desk/attachments/99", "/desk/guide/AAAA", "/desk/counter/99"):
        assert lan.get(path).status_code == 404, path
    assert looks(desk) == []


def test_given_somebody_who_seeks_when_noted_then_not_what_for(desk: Desk, lan: TestClient) -> None:
    lan.get("/desk?q=Nguyễn Thị Hoa")
    lan.get("/desk")
    assert looks(desk) == [("people.sought", "")]


def test_given_numbers_when_a_lead_takes_them_away_then_it_is_noted(desk: Desk) -> None:
    desk.add("chief", role="lead")
    desk.sign_in("chief").get("/desk/numbers.csv?from=2026-11-01&to=2026-11-02")
    assert looks(desk) == [("numbers.exported", "2026-11-01 – 2026-11-02")]


@pytest.fixture
def no_verifying(monkeypatch: pytest.MonkeyPatch) -> None:
    """The service's own verification at its start would come before the page, or after what the test keeps."""
    monkeypatch.setattr(Watching, "verify", lambda _: None)


@pytest.mark.usefixtures("no_verifying")
def test_given_a_broken_chain_when_an_admin_opens_the_audit_then_the_page_says_so(desk: Desk) -> None:
    desk.add("an", role="admin")
    an = desk.sign_in("an")
    assert "motcua audit verify" in an.get("/admin/audit").text
    tell_verified(desk.database, chain.Found(7, chain.Head(7, "a" * 64)))
    assert "Sổ nguyên vẹn" in an.get("/admin/audit").text
    tell_verified(desk.database, chain.Found(7, chain.Head(7, "a" * 64), 3, chain.Trouble.CHANGED))
    assert "dòng 3 không còn khớp" in an.get("/admin/audit").text


def test_given_a_checklist_when_it_is_named_then_nobody_can_open_it_by_that() -> None:
    assert _named(Guide(token="ABCDEFGH", code="1.001193")) == "1.001193 ABCD…"


def test_given_an_admin_when_they_look_then_they_are_told_and_others_are_not(desk: Desk) -> None:
    desk.add("an", role="admin")
    assert desk.sign_in("an").get("/health/deep").status_code in (200, 503)
    assert desk.sign_in("lan").get("/health/deep").status_code == 401
    assert desk.sign_in("an").get("/metrics").status_code == 401
