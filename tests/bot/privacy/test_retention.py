"""Retention by kind: what would go is told before, and exactly that goes; without consent in a day."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, update
from sqlalchemy.engine import Engine

from bot import site_settings
from bot.forgetting import Forgetting
from bot.post.clock import now
from bot.privacy import retention
from bot.store.consent_tables import consent as consents
from bot.store.console_tables import gap, import_job, site_setting
from bot.store.desk_tables import lesson
from bot.store.tables import conversation, guide, guide_conversation, inbox, message, reminder
from bot.store.vault_tables import sealed
from tests.bot.handover import kit
from tests.bot.privacy.people_kit import Person, at, rows


def aged(database: Engine, days: float) -> None:
    with database.begin() as connection:
        connection.execute(update(message).values(created_at=at(days)))
        connection.execute(update(inbox).values(received_at=at(days)))
        connection.execute(update(conversation).values(heard_at=at(days)))
        connection.execute(update(sealed).values(created_at=at(days)))


def texts(database: Engine) -> list[str]:
    return [row.text for row in rows(database, inbox)]


def test_given_silence_when_a_day_is_over_then_words_go_and_who_agreed_keeps_them(
    database: Engine, tmp_path: Path
) -> None:
    silent, agreed = Person(database, "silent"), Person(database, "agreed")
    silent.says("sđt tôi 0912345678")
    _, notice = agreed.says("của tôi")
    agreed.presses("Đồng ý", notice)
    aged(database, 0.9)
    assert Forgetting(database, tmp_path).forget() == {}
    aged(database, 1.1)
    assert {"lines": 4, "messages": 1, "sealed": 1}.items() <= Forgetting(database, tmp_path).forget().items()
    assert texts(database) == ["", "của tôi", "Đồng ý"]
    assert [row.address for row in rows(database, conversation)] == ["silent", "agreed"]
    # The next talk is asked anew; who decided is not.
    assert [len(silent.says()), len(agreed.says())] == [2, 1]


def test_given_silence_with_an_open_case_when_days_are_over_then_nothing_goes(database: Engine, tmp_path: Path) -> None:
    Person(database).says("việc của tôi")
    with database.begin() as connection:
        kit.case(connection, "memory", "a")
    aged(database, 20)
    assert Forgetting(database, tmp_path).forget() == {}


def test_given_one_figure_of_before_when_read_then_it_is_that_of_words_files_and_cases(database: Engine) -> None:
    with database.begin() as connection:
        connection.execute(insert(site_setting).values(name="keep_days", value="90", changed_at=now()))
        site = site_settings.current(connection)
    assert [site.days(kind) for kind in ("words", "files", "cases", "guides", "unagreed")] == [90, 90, 90, 180, 1]


@pytest.mark.parametrize("reminded", [False, True])
def test_given_a_guide_that_nobody_used_when_its_days_are_over_then_its_link_ends_unless_somebody_counts_on_it(
    database: Engine, tmp_path: Path, reminded: bool
) -> None:
    Person(database).says()
    with database.begin() as connection:
        row = {"token": "aaaaaaaaaa", "code": "1.001193", "state": "{}", "created_at": at(300), "updated_at": at(181)}
        connection.execute(insert(guide).values(**row))
        connection.execute(insert(guide_conversation).values(guide_id=1, conversation_id=1))
        status = "waiting" if reminded else "sent"
        due = {"conversation_id": 1, "token": "aaaaaaaaaa", "status": status, "due_at": now(), "created_at": now()}
        connection.execute(insert(reminder).values(**due))
    assert Forgetting(database, tmp_path).forget().get("guides", 0) == (not reminded)
    assert len(rows(database, guide)) == len(rows(database, reminder)) == reminded


def test_given_finished_imports_and_lists_when_their_days_are_over_then_they_go(
    database: Engine, tmp_path: Path
) -> None:
    Person(database).says()
    (tmp_path / "imports").mkdir()
    for name in ("old.xlsx", "open.xlsx"):
        (tmp_path / "imports" / name).write_bytes(b"x")
    with database.begin() as connection:
        lan = kit.person(connection)
        job: dict[str, Any] = {"name": "x", "staff_id": lan, "created_at": at(800), "finished_at": at(800)}
        connection.execute(insert(import_job).values(**job, file="imports/old.xlsx", status="taken"))
        connection.execute(insert(import_job).values(**job, file="imports/open.xlsx", status="ready"))
        connection.execute(insert(lesson).values(message_id=1, staff_id=lan, created_at=at(800)))
        decided = {"key": "khai sinh", "decision": "dismissed", "staff_id": lan, "decided_at": at(800)}
        connection.execute(insert(gap).values(**decided))
    assert Forgetting(database, tmp_path).forget() == {"imports": 1, "lessons": 1, "gaps": 1}
    assert [path.name for path in (tmp_path / "imports").iterdir()] == ["open.xlsx"]


def test_given_a_preview_when_told_then_exactly_that_goes(database: Engine, tmp_path: Path) -> None:
    Person(database).says("một")
    aged(database, 400)
    with database.connect() as connection:
        would = retention.preview(connection, site_settings.current(connection))
    counts = {one.kind: one.count for one in would}
    gone = Forgetting(database, tmp_path).forget()
    assert counts["words"] == sum(gone[name] for name in ("lines", "messages", "people")) + 1
    assert next(one.oldest for one in would if one.kind == "words") is not None
    with database.connect() as connection:
        again = retention.preview(connection, site_settings.current(connection))
    assert sum(one.count for one in again) == 0
    assert rows(database, inbox)[0].channel_message_id == "erased-1"
    assert rows(database, consents) == []
