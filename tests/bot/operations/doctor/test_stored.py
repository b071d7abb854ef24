"""Looks at the database."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import delete, insert, text, update
from sqlalchemy.engine import Engine

from bot.errors import SendFailed
from bot.operations.doctor import stored
from bot.post.clock import ago, now
from bot.store.account_tables import second_factor
from bot.store.channel_tables import channel_pause
from bot.store.desk_tables import office
from bot.store.tables import conversation, outbox
from procedures.database import connect
from procedures.tables import catalogue_entry, catalogue_office
from tests.bot.handover import kit as desk
from tests.bot.operations.doctor import kit
from tests.bot.post.kit import Shaky, drain, post


def look(tmp_path: Path, database: Engine, **given: str):
    found = kit.near(stored.look, kit.patient(tmp_path, database=database, **given))
    assert kit.complete(found)
    return found


def entry(database: Engine, layer: str, days: float) -> None:
    row = {"code": "1.001193", "layer": layer, "title": "x", "plain": layer == "plain", "document": "{}", "digest": "x"}
    with database.begin() as connection:
        connection.execute(insert(catalogue_entry).values({**row, "changed_at": ago(days * 86400)}))


def test_given_no_database_when_looked_at_then_none_is_made(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'none.db'}"
    assert stored.opened(url) is None
    assert kit.near(stored.look, kit.patient(tmp_path))[0].mend == "motcua migrate"
    assert not (tmp_path / "none.db").exists()


def test_given_a_new_installation_when_looked_at_then_what_is_missing_is_told(tmp_path: Path, database: Engine) -> None:
    found = look(tmp_path, database)
    assert kit.levels(found) == {
        "database": "ok",
        "schema": "ok",
        "integrity": "ok",
        "catalogue": "bad",
        "admins": "bad",
        "offices": "warn",
        "channels": "warn",
        "writing": "ok",
    }
    assert "motcua staff add" in kit.the(found, "admins").mend


def test_given_an_older_schema_when_looked_at_then_only_that_is_told(tmp_path: Path, database: Engine) -> None:
    with database.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0003'"))
    found = look(tmp_path, database)
    assert kit.levels(found) == {"database": "ok", "schema": "bad", "integrity": "ok", "writing": "ok"}
    assert kit.the(found, "schema").mend == "motcua upgrade"


def test_given_a_file_that_is_no_database_when_looked_at_then_it_says_to_restore(tmp_path: Path) -> None:
    (tmp_path / "m.db").write_bytes(b"rubbish " * 1000)
    found = look(tmp_path, connect(f"sqlite:///{tmp_path / 'm.db'}"))
    assert [one.mend.split(",")[0] for one in found if one.level.value == "bad"] == ["motcua restore"]


def test_given_a_database_that_somebody_holds_when_looked_at_then_writing_is_bad(
    database: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("procedures.database._LOCK_WAIT", 0)
    impatient = connect(database.url.render_as_string(hide_password=False))
    with database.begin() as held:
        held.execute(update(conversation).values(state="with_bot"))
        assert kit.levels(list(stored._writable(impatient))) == {"writing": "bad"}
    assert kit.levels(list(stored._writable(impatient))) == {"writing": "ok"}
    impatient.dispose()


def test_given_a_catalogue_when_it_is_old_or_bare_then_that_is_told(tmp_path: Path, database: Engine) -> None:
    entry(database, "plain", 200)
    assert kit.levels(look(tmp_path, database))["catalogue"] == "warn"
    entry(database, "record", 100)
    assert "100 days" in kit.the(look(tmp_path, database), "catalogue").told
    with database.begin() as connection:
        connection.execute(update(catalogue_entry).values(changed_at=now()))
    assert kit.levels(look(tmp_path, database))["catalogue"] == "ok"


def test_given_admins_when_one_has_no_second_factor_then_that_is_told(tmp_path: Path, database: Engine) -> None:
    with database.begin() as connection:
        first, _ = (desk.person(connection, login, role="admin") for login in ("an", "binh"))
        desk.person(connection, "chi", role="officer")
    assert kit.levels(look(tmp_path, database))["admins"] == "ok"
    with database.begin() as connection:
        connection.execute(delete(second_factor).where(second_factor.c.staff_id == first))
    assert "1 of 2" in kit.the(look(tmp_path, database), "admins").told


def test_given_offices_when_one_is_never_open_or_cannot_be_called_then_it_is_named(
    tmp_path: Path, database: Engine
) -> None:
    facts = {"kind": "province_centre", "place": "", "name": "", "address": "Phường Thục Phán", "telephone": "0206"}
    with database.begin() as connection:
        connection.execute(insert(catalogue_office).values({**facts, "hours": "", "source": "x", "noted_at": now()}))
    assert kit.levels(look(tmp_path, database))["offices"] == "ok"
    with database.begin() as connection:
        connection.execute(update(office).values(hours="[[],[],[],[],[],[],[]]"))
    assert kit.levels(look(tmp_path, database))["offices"] == "bad"


def test_given_a_channel_when_it_is_paused_or_gave_up_then_that_is_told(tmp_path: Path, database: Engine) -> None:
    on = {"zalo_bot_token": "123:abc"}
    assert kit.levels(look(tmp_path, database, **on))["zalo-bot letters"] == "ok"
    post(database, "một")
    drain(database, Shaky([SendFailed("-213")]))
    with database.begin() as connection:
        connection.execute(update(outbox).values(channel="zalo-bot"))
    assert kit.the(look(tmp_path, database, **on), "zalo-bot letters").mend == "motcua outbox list"
    pause = {"channel": "zalo-bot", "reason": "[401]", "until": ago(-600), "since": now()}
    with database.begin() as connection:
        connection.execute(insert(channel_pause).values(pause))
    found = kit.the(look(tmp_path, database, **on), "zalo-bot letters")
    assert (found.level.value, "[401]" in found.told) == ("bad", True)


def test_given_what_a_restore_has_kept_when_looked_at_then_it_is_remembered(tmp_path: Path, database: Engine) -> None:
    (tmp_path / "before-restore-20261130-171500").mkdir()
    assert "before-restore" in kit.the(look(tmp_path, database), "kept aside").told
