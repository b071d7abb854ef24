"""One-time links: good once, for a day, the newest alone."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.engine import Engine

from bot.accounts import links
from bot.accounts.links import Purpose, State
from bot.commands import run
from bot.post.clock import now
from bot.settings import Settings
from bot.store.account_tables import one_time_link
from tests.bot.handover import kit


@pytest.fixture
def lan(database: Engine) -> int:
    with database.begin() as connection:
        return kit.person(connection, "lan")


def state(database: Engine, token: str, after: timedelta = timedelta(0)) -> State:
    with database.connect() as connection:
        return links.opened(connection, token, now() + after).state


def test_given_a_link_when_it_is_opened_then_it_is_good_until_it_is_used(database: Engine, lan: int) -> None:
    with database.begin() as connection:
        token = links.make(connection, lan, None)
        link = links.opened(connection, token)
        assert (link.state, link.purpose, link.staff_id) == (State.OPEN, Purpose.PASSWORD, lan)
        assert token not in str(connection.execute(select(one_time_link)).all())
    assert state(database, token) is State.OPEN
    with database.begin() as connection:
        assert links.use(connection, link)
        assert not links.use(connection, link)
    assert state(database, token) is State.USED


def test_given_a_day_when_it_is_over_then_so_is_the_link(database: Engine, lan: int) -> None:
    with database.begin() as connection:
        token = links.make(connection, lan, None)
        link = links.opened(connection, token)
        assert not links.use(connection, link, now() + timedelta(hours=24))
    assert state(database, token, timedelta(hours=23, minutes=59)) is State.OPEN
    assert state(database, token, timedelta(hours=24)) is State.OVER


def test_given_a_newer_link_when_made_then_the_older_one_ends_and_those_of_others_do_not(
    database: Engine, lan: int
) -> None:
    with database.begin() as connection:
        other = links.make(connection, kit.person(connection, "an"), lan)
        old, new = links.make(connection, lan, None), links.make(connection, lan, None)
    assert [state(database, one) for one in (old, new, other)] == [State.OVER, State.OPEN, State.OPEN]


@pytest.mark.parametrize("token", ["", "x", "' OR 1=1", "é" * 400])
def test_given_a_token_that_nobody_made_when_opened_then_it_is_unknown(database: Engine, lan: int, token: str) -> None:
    with database.begin() as connection:
        links.make(connection, lan, None)
    assert state(database, token) is State.UNKNOWN


def test_given_two_who_open_one_link_when_both_use_it_then_one_does(database: Engine, lan: int) -> None:
    with database.begin() as connection:
        link = links.opened(connection, links.make(connection, lan, None))

    def use(_: int) -> bool:
        with database.begin() as connection:
            return links.use(connection, link)

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(use, range(4))) == 1


def test_given_no_admin_when_it_starts_again_and_again_then_the_newest_link_alone_is_good(
    database: Engine, lan: int
) -> None:
    with database.begin() as connection:
        first, second = links.first(connection), links.first(connection)
    assert first and second
    assert (state(database, first), state(database, second)) == (State.OVER, State.OPEN)
    with database.begin() as connection:
        boss = kit.person(connection, "boss", role="admin")
        assert links.first(connection) is None
        assert links.opened(connection, second).state is State.OVER
        assert links.an_admin(connection) and boss


def test_given_a_start_when_nobody_is_admin_then_one_link_is_printed_and_none_when_somebody_is(
    database: Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    url = str(database.url.render_as_string(hide_password=False))
    settings = Settings(url, "127.0.0.1", 8000, "https://motcua.test", "x")
    run._tell_first_admin(settings)
    printed = capsys.readouterr().err
    (token,) = re.findall(r"https://motcua\.test/link/([\w-]{32})\n", printed)
    assert state(database, token) is State.OPEN
    with database.begin() as connection:
        kit.person(connection, "boss", role="admin")
    run._tell_first_admin(settings)
    assert capsys.readouterr().err == ""
