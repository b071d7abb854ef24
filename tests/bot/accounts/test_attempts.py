"""Trying passwords: five in a row, then a wait that grows; what is told is the same for everybody."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select, update
from sqlalchemy.engine import Engine

from bot.accounts import attempts, passwords, people
from bot.accounts.attempts import MOST_MISSES, confirm, sign_in
from bot.accounts.people import Role
from bot.post.clock import now
from bot.store.account_tables import sign_in_miss
from bot.store.desk_tables import staff
from procedures.validity import utc

PASSWORD, WRONG = "sông Bằng chảy qua", "sông Bằng chảy lại"


@pytest.fixture
def lan(database: Engine) -> int:
    with database.begin() as connection:
        about = {"login": "lan", "name": "Lan", "role": Role.OFFICER, "office_id": 1}
        return people.add(connection, **about, password=PASSWORD)


def row(database: Engine):
    with database.connect() as connection:
        return connection.execute(select(staff)).one()


def missed(database: Engine):
    with database.connect() as connection:
        return connection.execute(select(sign_in_miss)).one()


def miss(database: Engine, times: int, at=None) -> None:
    for _ in range(times):
        assert sign_in(database, "lan", WRONG, at) is None


def test_given_the_right_password_when_tried_then_it_is_them_whatever_the_capitals_of_the_login(
    database: Engine, lan: int
) -> None:
    person = sign_in(database, " LAN ", PASSWORD)
    assert person and person.id == lan


@pytest.mark.parametrize("login", ["lan", "nobody", "", "' OR 1=1 --", "x" * 5000])
def test_given_a_wrong_password_or_no_such_login_when_tried_then_nobody_comes_in(
    database: Engine, lan: int, login: str
) -> None:
    assert sign_in(database, login, WRONG) is None


def test_given_four_misses_when_the_right_one_follows_then_the_count_begins_anew(database: Engine, lan: int) -> None:
    miss(database, MOST_MISSES - 1)
    assert sign_in(database, "lan", PASSWORD)
    assert (row(database).misses, row(database).locked_until) == (0, None)


def test_given_five_misses_when_the_right_one_follows_then_it_counts_only_after_a_minute(
    database: Engine, lan: int
) -> None:
    at = now()
    miss(database, MOST_MISSES, at)
    assert sign_in(database, "lan", PASSWORD, at + timedelta(seconds=59)) is None
    assert sign_in(database, "lan", PASSWORD, at + timedelta(seconds=61))


def test_given_tries_while_it_is_locked_when_they_go_on_then_they_do_not_make_it_longer(
    database: Engine, lan: int
) -> None:
    at = now()
    miss(database, MOST_MISSES + 20, at)
    assert row(database).misses == MOST_MISSES
    assert utc(missed(database).locked_until) == at + timedelta(minutes=1)


def test_given_misses_after_each_wait_when_counted_then_the_waits_double_to_a_quarter_of_an_hour(
    database: Engine, lan: int
) -> None:
    at, waits = now(), []
    miss(database, MOST_MISSES - 1, at)
    for _ in range(6):
        miss(database, 1, at)
        waits.append((utc(missed(database).locked_until) - at).total_seconds() / 60)
        at = utc(missed(database).locked_until)
    assert waits == [1, 2, 4, 8, 15, 15]


def test_given_very_many_misses_when_one_follows_then_the_wait_is_still_a_quarter_of_an_hour(
    database: Engine, lan: int
) -> None:
    at = now()
    miss(database, 1, at)
    with database.begin() as connection:
        connection.execute(update(sign_in_miss).values(misses=100_000))
    miss(database, 1, at)
    assert utc(missed(database).locked_until) == at + timedelta(minutes=15)


def test_given_a_miss_of_the_day_before_when_one_follows_then_the_count_begins_anew(database: Engine, lan: int) -> None:
    at = now()
    miss(database, MOST_MISSES - 1, at - timedelta(days=1, minutes=1))
    miss(database, 1, at)
    assert (missed(database).misses, missed(database).locked_until) == (1, None)


def test_given_many_tries_at_once_when_they_race_then_no_more_than_five_are_looked_at(
    database: Engine, lan: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked, lock, fits = [], threading.Lock(), passwords.fits
    kept = row(database).password

    def counted(hashed: str, password: str) -> bool:
        if hashed == kept:
            with lock:
                looked.append(password)
        return fits(hashed, password)

    monkeypatch.setattr(passwords, "fits", counted)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda n: sign_in(database, "lan", f"{WRONG} {n}"), range(40)))
    assert found == [None] * 40
    assert len(looked) == MOST_MISSES


def test_given_a_login_that_is_not_there_when_tried_then_a_password_is_looked_at_all_the_same(
    database: Engine, lan: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[str] = []
    monkeypatch.setattr(passwords, "fits", lambda kept, _: looked.append(kept) or False)
    sign_in(database, "nobody", WRONG)
    assert looked == [passwords.nobodys()]


def test_given_somebody_who_left_when_they_try_then_they_do_not_come_in(database: Engine, lan: int) -> None:
    with database.begin() as connection:
        people.end(connection, lan)
    assert sign_in(database, "lan", PASSWORD) is None


def test_given_an_account_that_ends_while_the_password_is_looked_at_then_it_lets_nobody_in(
    database: Engine, lan: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    fits = passwords.fits

    def slow(kept: str, password: str) -> bool:
        with database.begin() as connection:
            people.end(connection, lan)
        return fits(kept, password)

    monkeypatch.setattr(passwords, "fits", slow)
    assert sign_in(database, "lan", PASSWORD) is None


def test_given_a_password_hashed_in_an_old_way_when_it_is_right_then_it_is_hashed_anew(
    database: Engine, lan: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = row(database).password
    monkeypatch.setattr(passwords, "hasher", PasswordHasher(time_cost=2, memory_cost=8, parallelism=1))
    assert sign_in(database, "lan", PASSWORD)
    after = row(database).password
    assert after != before and "t=2" in after
    assert sign_in(database, "lan", PASSWORD) and row(database).password == after


def test_given_somebody_signed_in_when_they_confirm_then_misses_count_as_at_the_door(
    database: Engine, lan: int
) -> None:
    assert confirm(database, lan, PASSWORD)
    for _ in range(MOST_MISSES):
        assert not confirm(database, lan, WRONG)
    assert not confirm(database, lan, PASSWORD)
    assert sign_in(database, "lan", PASSWORD) is None
    assert not confirm(database, 99, PASSWORD)


def test_given_what_takes_long_when_called_in_turn_then_two_run_at_a_time() -> None:
    running, most, lock, both = 0, 0, threading.Lock(), threading.Barrier(2, timeout=5)

    def long() -> None:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        both.wait()
        with lock:
            running -= 1

    async def many() -> None:
        await asyncio.gather(*(attempts.in_turn(long) for _ in range(6)))

    asyncio.run(many())
    assert most == 2
