"""`motcua privacy`: another key, and what was there in the clear before."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.engine import Engine
from typer.testing import CliRunner

from bot.cli import app
from bot.conversation import Contact, Kind
from bot.errors import CannotOpen
from bot.post.clock import now
from bot.post.inbox import Inbox
from bot.post.wake import Wake
from bot.privacy import contacts, files, rotating, vault
from bot.privacy.rotating import COLUMNS, Rotation
from bot.privacy.vault import Cipher, is_token, new_key
from bot.store import schema
from bot.store.account_tables import second_factor
from bot.store.channel_tables import attachment
from bot.store.desk_tables import handover
from bot.store.tables import conversation, inbox, message, metadata
from bot.store.vault_tables import sealed
from tests.bot.handover import kit
from tests.bot.post.kit import inbound
from tests.bot.privacy.vault_kit import everything

OLD, NEW = new_key(), new_key()


@pytest.fixture
def kept(database: Engine, tmp_path: Path) -> Engine:
    """Seven messages, a contact, a second factor and a file, sealed with the old key."""
    vault.use(OLD)
    box = Inbox(database, Wake())
    for number in range(7):
        box.receive(inbound(f"{number}", f"căn cước 00419901234{number}"))
    box.receive(inbound("9", kind=Kind.CONTACT, contact=Contact("Nông Văn Páo", "0912345678")))
    with database.begin() as connection:
        lan = kit.person(connection)
        row = {"staff_id": lan, "secret": Cipher(OLD).seal("BASE32"), "last_step": 0, "created_at": now()}
        connection.execute(insert(second_factor).values(**row))
    files.write(tmp_path / "media/00/1.png", b"\x89PNG", Cipher(OLD))
    return database


def run(*words: str, keys: str, database: Engine, tmp_path: Path) -> tuple[int, str]:
    told = {"MOTCUA_DATABASE_URL": str(database.url), "MOTCUA_DATA_KEY": keys, "MOTCUA_MEDIA": str(tmp_path / "media")}
    result = CliRunner().invoke(app, ["privacy", *words], env=told)
    if result.exception and not isinstance(result.exception, SystemExit):
        return 1, str(result.exception)
    return result.exit_code, result.stdout


def test_given_two_keys_when_rotated_then_all_is_under_the_new_one_and_the_old_one_can_go(
    kept: Engine, tmp_path: Path
) -> None:
    code, told = run("rotate-key", "--json", keys=f"{NEW} {OLD}", database=kept, tmp_path=tmp_path)
    # 7 numbers, a name, a telephone, a second factor, a file.
    assert (code, json.loads(told)) == (0, {"sealed_anew": 11, "under_first_key": 11, "under_old_keys": 0})
    vault.use(NEW)
    claimed = Inbox(kept, Wake()).claim()
    with kept.connect() as connection:
        assert contacts.phone_of(connection, 1) == "0912345678"
    assert claimed and claimed.text == "căn cước 004199012340"
    assert files.content(tmp_path / "media/00/1.png", Cipher(NEW)) == b"\x89PNG"
    assert "Sealed anew: 0. " in run("rotate-key", keys=NEW, database=kept, tmp_path=tmp_path)[1]


def test_given_a_key_that_is_missing_when_rotated_then_nothing_is_changed_and_it_is_said(
    kept: Engine, tmp_path: Path
) -> None:
    before = everything(kept)
    code, told = run("rotate-key", keys=NEW, database=kept, tmp_path=tmp_path)
    assert code == 1 and "11 sealed entries open with no key" in told and everything(kept) == before


def test_given_a_rotation_that_is_killed_when_it_is_run_again_then_it_goes_on(
    kept: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotating, "_AT_ONCE", 2)
    rotation = Rotation(kept, tmp_path / "media", Cipher(f"{NEW} {OLD}"))
    seen: list[int] = []

    def killed(more: int) -> None:
        seen.append(more)
        if len(seen) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rotation.run(killed)
    assert rotation.survey() == {"fresh": 4, "old": 7}
    assert (rotation.run(), rotation.survey()["old"]) == (7, 0)


def test_given_the_schema_when_columns_that_hold_tokens_are_looked_for_then_rotation_knows_them_all(
    kept: Engine,
) -> None:
    known = {(column.table.name, column.name) for _, column in COLUMNS}
    found = set()
    with kept.connect() as connection:
        for table in metadata.sorted_tables:
            for row in connection.execute(select(table)).mappings():
                found |= {
                    (table.name, name) for name, value in row.items() if isinstance(value, str) and is_token(value)
                }
    assert found == known


def test_given_clear_rows_of_before_when_sealed_then_nothing_is_readable_and_once_is_enough(
    database: Engine, tmp_path: Path
) -> None:
    number = "004199012345"
    with database.begin() as connection:
        case = kit.case(connection, rating_words=f"cảm ơn, căn cước {number}")
        line = kit.line(connection, case, f"căn cước {number}")
        row = kit.inbox_row(connection, case, f"căn cước {number}")
        connection.execute(update(message).where(message.c.id == line).values(inbox_id=row))
        memory = json.dumps({"slots": {"asked": f"căn cước {number}"}, "events": []})
        clear = {"contact_name": "Páo", "contact_phone": "0912345678", "memory": memory}
        connection.execute(update(conversation).values(**clear))
        whose = {"conversation_id": 1, "inbox_id": row, "channel": "web", "kind": "photo", "ref": "r", "file": "1.png"}
        about = {"name": f"cccd {number}.png", "status": "kept", "try_at": now(), "created_at": now()}
        connection.execute(insert(attachment).values(**whose, **about))
    (tmp_path / "media").mkdir()
    (tmp_path / "media/1.png").write_bytes(b"\x89PNG")
    code, told = run("seal", "--json", keys=NEW, database=database, tmp_path=tmp_path)
    assert (code, json.loads(told)) == (0, {"messages": 1, "contacts": 1, "texts": 3, "files": 1})
    assert number not in everything(database) and "0912345678" not in everything(database)
    with database.connect() as connection:
        texts = [connection.execute(select(column)).scalar() for column in (inbox.c.text, message.c.text)]
        words = connection.execute(select(handover.c.rating_words)).scalar()
        token = connection.execute(select(sealed.c.token)).scalar()
    assert texts == ["căn cước •••"] * 2 and words == "cảm ơn, căn cước •••" and Cipher(NEW).open(token) == number
    again = run("seal", "--json", keys=NEW, database=database, tmp_path=tmp_path)[1]
    assert set(json.loads(again).values()) == {0}


def test_given_conversations_of_before_when_migrated_there_and_back_then_they_keep_names_and_lines(
    database: Engine,
) -> None:
    with database.begin() as connection:
        schema.go(connection, "0010")
        for row in (
            "conversation (id, channel, address, contact_name, created_at)"
            " VALUES (7, 'web', 'a', 'Páo', '2026-11-01 01:00:00')",
            "message (id, conversation_id, author, text, created_at) VALUES (9, 7, 'bot', 'Dạ', '2026-11-01 01:00:00')",
        ):
            connection.execute(text(f"INSERT INTO {row}"))
    schema.migrate(database)
    with database.begin() as connection:
        assert contacts.name_of(connection, 7) == "Páo"
        contacts.keep(connection, 7, phone="0912345678")
        schema.go(connection, "0010")
        told = connection.execute(text("SELECT contact_name, contact_phone FROM conversation")).one()
        assert tuple(told) == ("Páo", None)
    schema.migrate(database)


def test_given_no_database_key_when_a_key_is_made_then_it_is_one(database: Engine, tmp_path: Path) -> None:
    code, told = run("new-key", keys="", database=database, tmp_path=tmp_path)
    assert code == 0 and Cipher(told.strip()).open(Cipher(told.strip()).seal("x")) == "x"
    with pytest.raises(CannotOpen):
        Cipher(NEW).open(Cipher(told.strip()).seal("x"))
