"""Codes that prove who speaks: good for ten minutes, known to nobody who reads the table."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection, Engine

from bot.post.clock import now
from bot.scam import codes
from bot.store.desk_tables import staff
from bot.store.scam_tables import scam_code
from bot.store.tables import conversation
from tests.bot.handover import kit

SECRET = "a secret"


def talk(connection: Connection, channel: str = "zalo_oa") -> int:
    row = {"channel": channel, "address": "a", "created_at": now()}
    return int(connection.execute(insert(conversation).values(**row)).inserted_primary_key[0])


def check(connection: Connection, typed: str, secret: str = SECRET) -> codes.Given | None:
    return codes.check(connection, codes.digest(secret, typed))


def test_given_a_code_of_an_officer_when_checked_then_it_tells_when_and_where(database: Engine) -> None:
    with database.begin() as connection:
        code, kept = codes.fresh(SECRET)
        lan = kit.person(connection, "lan", 1, "officer")
        assert codes.keep(connection, kept, talk(connection), lan)
        given = check(connection, codes.shown(code))
        assert given is not None and (given.by_staff, given.channel) == (True, "zalo_oa")
        assert check(connection, code, "another") is None
        assert code not in str(connection.execute(select(scam_code)).all())


@pytest.mark.parametrize("typed", ["", "1", "1234 567", "123456789", "١٢٣٤٥٦٧٨", "không biết", "0" * 4000])
def test_given_what_is_no_code_when_checked_then_it_is_not_good(database: Engine, typed: str) -> None:
    with database.begin() as connection:
        assert check(connection, typed) is None


def test_given_ten_minutes_when_they_are_over_then_the_code_is_not_good(database: Engine) -> None:
    with database.begin() as connection:
        code, kept = codes.fresh(SECRET)
        codes.keep(connection, kept, talk(connection))
        assert check(connection, code)
        connection.execute(update(scam_code).values(expires_at=now() - timedelta(seconds=1)))
        assert check(connection, code) is None


def test_given_a_talk_that_asks_again_and_again_when_it_has_had_enough_then_only_officers_get_more(
    database: Engine,
) -> None:
    with database.begin() as connection:
        mine = talk(connection)
        got = [codes.keep(connection, codes.fresh(SECRET)[1], mine) for _ in range(codes.MOST + 1)]
        assert got == [True] * codes.MOST + [False]
        lan = kit.person(connection, "lan", 1, "officer")
        assert connection.execute(select(staff.c.id)).scalar() == lan
        assert codes.keep(connection, codes.fresh(SECRET)[1], mine, lan)
        connection.execute(update(scam_code).values(created_at=now() - timedelta(hours=2)))
        assert codes.keep(connection, codes.fresh(SECRET)[1], mine)
