"""Retention: what citizens said is erased when its time is over, and what was counted stays countable."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, insert, select, update
from sqlalchemy.engine import Engine

from bot import forgetting, site_settings
from bot.conversation.answer import Answer
from bot.forgetting import Forgetting
from bot.post.clock import now
from bot.privacy import consent
from bot.privacy.consent import Decision
from bot.store.channel_tables import attachment
from bot.store.console_tables import audit_entry
from bot.store.desk_tables import handover, handover_event, staff
from bot.store.tables import conversation, inbox, message, turn
from bot.words import words
from tests.bot.handover import kit
from tests.bot.handover.turns import Citizen, answers, slots

OLD = timedelta(days=91)
ERASED = words().say("erased")


@pytest.fixture
def keeps(database: Engine, tmp_path: Path) -> Forgetting:
    """Ninety days."""
    with database.begin() as connection:
        site_settings.put(connection, None, keep_days=90)
    return Forgetting(database, tmp_path)


def aged(database: Engine, by: timedelta = OLD) -> None:
    """Everything so far was then."""
    at = now() - by
    with database.begin() as connection:
        connection.execute(update(message).values(created_at=at))
        connection.execute(update(inbox).values(received_at=at))
        connection.execute(update(attachment).values(created_at=at))
        connection.execute(update(conversation).values(heard_at=at, contact_name="Hoa", contact_phone="0912"))
        connection.execute(update(handover).values(closed_at=at))


def said(answer: Answer | None = None) -> Answer:
    return answer or answers(memory=slots(place="01234"))


def rows(database: Engine, table: Any) -> list[Any]:
    with database.connect() as connection:
        return list(connection.execute(select(table).order_by(table.c.id)))


def test_given_words_past_their_time_when_erased_then_nothing_tells_who_or_what(
    database: Engine, keeps: Forgetting
) -> None:
    Citizen(database).hears(said(), text="Tôi tên Hoa")
    aged(database)
    Citizen(database, "new").hears(said(), text="mới")
    assert keeps.forget() == {"lines": 2, "messages": 1, "people": 1}
    assert [row.text for row in rows(database, message)] == [ERASED, ERASED, "mới", "Lệ phí: 8.000 đ"]
    assert [(row.text, row.payload) for row in rows(database, inbox)] == [("", ""), ("mới", "")]
    old, new = rows(database, conversation)
    assert (old.contact_name, old.contact_phone, old.memory, old.address) == (None, None, None, f"erased-{old.id}")
    assert new.address == "new" and new.memory
    with database.connect() as connection:
        assert connection.execute(select(func.count()).select_from(turn)).scalar() == 2


def test_given_nothing_left_when_erased_again_then_nothing_is_done_or_noted(
    database: Engine, keeps: Forgetting
) -> None:
    Citizen(database).hears(said())
    aged(database)
    assert keeps.forget() and keeps.forget() == {}
    (note,) = [row for row in rows(database, audit_entry) if row.action == "words.erased"]
    assert note.staff_id is None and "Hoa" not in note.after


def test_given_words_kept_for_ever_when_looked_then_nothing_is_erased(database: Engine, tmp_path: Path) -> None:
    Citizen(database).hears(said(), text="xưa")
    with database.begin() as connection:
        site_settings.put(connection, None, keep_days=0)
        consent.decide(connection, 1, Decision.AGREED, "vi")
    aged(database, timedelta(days=5000))
    assert Forgetting(database, tmp_path).forget() == {}
    assert rows(database, message)[0].text == "xưa"


def test_given_an_open_case_when_old_then_it_is_kept_until_it_is_closed(database: Engine, keeps: Forgetting) -> None:
    Citizen(database).hears(said(), text="chờ")
    with database.begin() as connection:
        case = kit.case(connection, "memory", "a")
        row = {"handover_id": case, "kind": "noted", "text": "Bà Hoa, 0912", "created_at": now()}
        connection.execute(insert(handover_event).values(**row))
    aged(database)
    assert keeps.forget() == {}
    with database.begin() as connection:
        connection.execute(update(handover).values(status="closed", rating_words="cảm ơn Lan"))
    assert keeps.forget() == {"lines": 2, "messages": 1, "notes": 1, "ratings": 1, "people": 1}
    assert rows(database, handover_event)[0].text == ""


def test_given_a_picture_past_its_time_when_erased_then_the_file_is_gone(
    database: Engine, keeps: Forgetting, tmp_path: Path
) -> None:
    Citizen(database).hears(said())
    (tmp_path / "01").mkdir()
    file = tmp_path / "01/1.jpg"
    file.write_bytes(b"jpg")
    with database.begin() as connection:
        row = {"conversation_id": 1, "inbox_id": 1, "channel": "memory", "kind": "photo", "ref": "x", "name": "cccd"}
        kept = {"status": "kept", "file": "01/1.jpg", "try_at": now(), "created_at": now()}
        connection.execute(insert(attachment).values(**row, **kept))
    aged(database)
    assert keeps.forget()["files"] == 1
    assert not file.exists()
    (left,) = rows(database, attachment)
    assert (left.file, left.name, left.ref, left.status) == (None, "", "", "lost")


def test_given_a_colleagues_own_chat_when_old_then_calls_still_reach_it(database: Engine, keeps: Forgetting) -> None:
    Citizen(database).hears(said())
    with database.begin() as connection:
        kit.person(connection)
        connection.execute(update(staff).values(conversation_id=1))
    aged(database)
    assert "people" not in keeps.forget()
    assert rows(database, conversation)[0].address == "a"


def test_given_more_than_one_batch_when_erased_then_all_are(
    database: Engine, keeps: Forgetting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forgetting, "_AT_ONCE", 2)
    citizen = Citizen(database)
    for _ in range(3):
        citizen.hears(said())
    aged(database)
    assert keeps.forget() == {"lines": 6, "messages": 3, "people": 1}
