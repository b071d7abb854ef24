"""The chain: whole while nobody touches it; what was done to it is found, and named."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError

from bot.audit import chain
from bot.audit.chain import Head, Trouble
from bot.audit.looks import Looks
from bot.audit.writing import BEGINNING, digest_of, note
from bot.post.clock import now
from bot.store import schema
from bot.store.console_tables import audit_entry
from tests.bot.handover import kit
from tests.bot.post.kit import column, rows


def write(database: Engine, count: int) -> None:
    for number in range(count):
        with database.begin() as connection:
            note(connection, None, "rule.added", f"s{number}", after={"tên": "Nông", "n": number}, reason="vì thế")


def unguarded(connection: Connection) -> None:
    """As somebody would who owns the database."""
    postgresql = connection.dialect.name == "postgresql"
    names = ("kept", "not_emptied") if postgresql else ("no_update", "no_delete")
    for name in names:
        on = " ON audit_entry" if postgresql else ""
        connection.execute(text(f"DROP TRIGGER audit_entry_{name}{on}"))


def _change(connection: Connection) -> None:
    connection.execute(update(audit_entry).where(audit_entry.c.id == 3).values(reason="vì khác"))


def _who(connection: Connection) -> None:
    connection.execute(update(audit_entry).where(audit_entry.c.id == 3).values(created_at=now() - timedelta(days=1)))


def _lose(connection: Connection) -> None:
    connection.execute(delete(audit_entry).where(audit_entry.c.id == 2))


def _swap(connection: Connection) -> None:
    for old, new in ((3, 99), (2, 3), (99, 2)):
        row = dict(connection.execute(select(audit_entry).where(audit_entry.c.id == old)).mappings().one())
        connection.execute(delete(audit_entry).where(audit_entry.c.id == old))
        connection.execute(_inserted({**row, "id": new}))


def _inserted(row: Any) -> Any:
    """With a hash that fits."""
    return audit_entry.insert().values(**{**row, "digest": digest_of(row)})


@pytest.mark.parametrize(
    ("harm", "entry", "trouble"),
    [
        pytest.param(_change, 3, Trouble.CHANGED, id="a word changed"),
        pytest.param(_who, 3, Trouble.CHANGED, id="the time changed"),
        pytest.param(_lose, 3, Trouble.MISSING, id="a line taken out"),
        pytest.param(_swap, 2, Trouble.MISSING, id="two lines swapped and hashed anew"),
    ],
)
def test_given_a_chain_when_somebody_touches_it_then_the_first_broken_line_is_named(
    database: Engine, harm: Callable[[Connection], None], entry: int, trouble: Trouble
) -> None:
    write(database, 5)
    with database.begin() as connection:
        assert chain.verify(connection).whole
        unguarded(connection)
        harm(connection)
        found = chain.verify(connection)
    assert (found.entry, found.trouble) == (entry, trouble)


def test_given_a_line_that_was_moved_when_verified_then_it_is_out_of_order(database: Engine) -> None:
    write(database, 4)
    with database.begin() as connection:
        unguarded(connection)
        row = dict(connection.execute(select(audit_entry).where(audit_entry.c.id == 2)).mappings().one())
        connection.execute(delete(audit_entry).where(audit_entry.c.id == 2))
        connection.execute(_inserted({**row, "id": 9}))
        third = connection.execute(select(audit_entry).where(audit_entry.c.id == 3)).mappings().one()
        connection.execute(_inserted({**third, "id": 2, "previous": third["digest"]}))
        found = chain.verify(connection)
    assert (found.entry, found.trouble) == (2, Trouble.ORDER)


def test_given_the_end_cut_off_when_verified_with_a_head_that_was_kept_then_it_is_found(database: Engine) -> None:
    write(database, 3)
    with database.begin() as connection:
        kept = chain.head(connection)
        unguarded(connection)
        connection.execute(delete(audit_entry).where(audit_entry.c.id == 3))
        assert chain.verify(connection).whole
        assert chain.verify(connection, kept).trouble is Trouble.HEAD
        assert chain.verify(connection, chain.head(connection)).whole
    assert chain.anchor(str(kept)) == kept


@pytest.mark.parametrize("told", ["", "3", "x:" + BEGINNING, "3:" + "z" * 64])
def test_given_no_head_when_read_then_it_is_refused(told: str) -> None:
    with pytest.raises(ValueError):
        chain.anchor(told)


@pytest.mark.parametrize("harm", [_change, _lose])
def test_given_a_line_when_it_is_changed_or_deleted_then_the_database_refuses(
    database: Engine, harm: Callable[[Connection], None]
) -> None:
    write(database, 3)
    with pytest.raises(DBAPIError, match="never changed"), database.begin() as connection:
        harm(connection)
    assert column(database, audit_entry, "subject") == ["s0", "s1", "s2"]


def test_given_writers_at_once_when_all_have_noted_then_the_chain_is_whole(database: Engine) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: write(database, 10), range(4)))
    with database.connect() as connection:
        found = chain.verify(connection)
    assert found.whole and found.lines == 40 and column(database, audit_entry, "id") == list(range(1, 41))


def test_given_old_lines_when_trimmed_then_a_checkpoint_vouches_for_them_and_nothing_else_goes(
    database: Engine,
) -> None:
    write(database, 5)
    with database.begin() as connection:
        kept = chain.head(connection)
        assert chain.trim(connection, now() - timedelta(days=1), None, "") == 0
        assert chain.trim(connection, now() + timedelta(days=1), None, "quy định") == 4
        found = chain.verify(connection, kept)
    assert found.whole and column(database, audit_entry, "action") == ["rule.added", chain.CHECKPOINT]
    with pytest.raises(DBAPIError, match="never changed"), database.begin() as connection:
        connection.execute(delete(audit_entry).where(audit_entry.c.id == 5))
    with database.begin() as connection:
        unguarded(connection)
        connection.execute(delete(audit_entry).where(audit_entry.c.id == 5))
        assert chain.verify(connection).trouble is Trouble.MISSING


def test_given_lines_of_before_the_chain_when_migrated_then_they_are_chained(database: Engine) -> None:
    with database.begin() as connection:
        schema.go(connection, "0013")
        for at in ("2026-11-01 01:00:00.5", "2026-11-02 01:00:00"):
            told = f"VALUES ('edit.begun', '1.001193', '', '{{\"tên\": 1}}', '', '{at}')"
            connection.execute(
                text(f'INSERT INTO audit_entry (action, subject, before, "after", reason, created_at) {told}')
            )
    schema.migrate(database)
    write(database, 1)
    with database.begin() as connection:
        assert chain.verify(connection) == chain.Found(3, chain.head(connection))
        schema.go(connection, "0013")
    schema.migrate(database)
    with database.connect() as connection:
        assert chain.verify(connection).whole and chain.head(connection).id == 3


def test_given_no_lines_when_asked_then_the_head_is_the_beginning(database: Engine) -> None:
    with database.connect() as connection:
        assert chain.head(connection) == Head(0, BEGINNING) and chain.verify(connection).whole


def test_given_somebody_who_looks_often_when_noted_then_one_line_stands_for_an_hour(database: Engine) -> None:
    with database.begin() as connection:
        kit.person(connection, "lan")
        kit.person(connection, "hoa")
    clock = [0.0]
    looks = Looks(database, lambda: clock[0])
    for staff_id, case in ((1, "7"), (1, "7"), (2, "7"), (1, "8")):
        looks.seen(staff_id, "case.opened", case)
    # Another process remembers nothing, and finds the line.
    Looks(database).seen(1, "case.opened", "7")
    assert [(row.staff_id, row.subject) for row in rows(database, audit_entry)] == [(1, "7"), (2, "7"), (1, "8")]


def test_given_a_look_of_more_than_an_hour_ago_when_seen_again_then_it_is_noted_again(
    database: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [0.0]
    looks = Looks(database, lambda: clock[0])
    monkeypatch.setattr("bot.audit.writing.now", lambda: now() - timedelta(hours=2))
    with database.begin() as connection:
        kit.person(connection, "lan")
    looks.seen(1, "case.opened", "7")
    clock[0] = 3601.0
    looks.seen(1, "case.opened", "7")
    assert len(rows(database, audit_entry)) == 2


def test_given_many_lines_when_one_is_noted_then_it_costs_little(database: Engine) -> None:
    write(database, 50)
    started = time.perf_counter()
    with database.begin() as connection:
        for _ in range(200):
            note(connection, None, "rule.added", "s")
    assert (time.perf_counter() - started) / 200 < 0.02
