"""Tokens: sealed, the newest first, one refresher at a time."""

from __future__ import annotations

import threading
from datetime import timedelta

from sqlalchemy.engine import Engine

from bot.channels.port import Tokens
from bot.post.clock import ago, now
from bot.post.tokens import StoredTokens
from bot.store.channel_tables import channel_token
from tests.bot.post.kit import change, rows

FIRST = Tokens("access-một", "refresh-một", now() + timedelta(hours=25))
SECOND = Tokens("access-hai", "refresh-hai", now() + timedelta(hours=50))


def test_given_no_login_when_read_then_there_is_none(database: Engine) -> None:
    store = StoredTokens(database, "zalo-oa", "k")
    assert store.read() is None
    store.take_turn(5)
    assert store.read() is None


def test_given_a_new_pair_when_kept_then_it_is_read_by_all_and_the_one_before_is_there_for_rescue(
    database: Engine,
) -> None:
    store = StoredTokens(database, "zalo-oa", "k")
    store.keep(FIRST)
    before = rows(database, channel_token)[0].tokens
    store.keep(SECOND)
    assert StoredTokens(database, "zalo-oa", "k").read() == SECOND
    assert rows(database, channel_token)[0].previous == before


def test_given_tokens_when_somebody_reads_the_database_then_nothing_is_legible(database: Engine) -> None:
    StoredTokens(database, "zalo-oa", "k").keep(FIRST)
    StoredTokens(database, "zalo-oa", "k").keep(SECOND)
    row = rows(database, channel_token)[0]
    assert not any(word in row.tokens + row.previous for word in ("access", "refresh", "2026"))


def test_given_another_secret_key_when_read_then_there_is_none_and_a_new_login_works(database: Engine) -> None:
    StoredTokens(database, "zalo-oa", "k").keep(FIRST)
    other = StoredTokens(database, "zalo-oa", "khác")
    assert other.read() is None
    other.keep(SECOND)
    assert other.read() == SECOND
    assert StoredTokens(database, "zalo-oa", "k").read() is None


def test_given_a_spoilt_column_when_read_then_there_is_none(database: Engine) -> None:
    store = StoredTokens(database, "zalo-oa", "k")
    store.keep(FIRST)
    change(database, channel_token, tokens="không phải")
    assert store.read() is None


def test_given_another_channel_when_read_then_its_tokens_are_its_own(database: Engine) -> None:
    StoredTokens(database, "zalo-oa", "k").keep(FIRST)
    assert StoredTokens(database, "other", "k").read() is None


def test_given_one_who_refreshes_when_others_ask_then_they_wait_until_it_kept_or_died(database: Engine) -> None:
    mine, other = (StoredTokens(database, "zalo-oa", "k") for _ in range(2))
    mine.keep(FIRST)
    assert mine.take_turn(60)
    assert not other.take_turn(60)
    mine.keep(SECOND)
    assert other.take_turn(60)
    assert not mine.take_turn(60)
    change(database, channel_token, taken_until=ago(1))
    assert mine.take_turn(60)


def test_given_many_refreshers_when_they_race_then_one_gets_the_turn_even_before_the_first_login(
    database: Engine,
) -> None:
    for _ in range(2):
        got: list[bool] = []
        start = threading.Barrier(6)

        def ask(got: list[bool] = got, start: threading.Barrier = start) -> None:
            start.wait()
            got.append(StoredTokens(database, "zalo-oa", "k").take_turn(60))

        threads = [threading.Thread(target=ask) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(got) == [False] * 5 + [True]
        StoredTokens(database, "zalo-oa", "k").keep(FIRST)


def test_given_a_turn_that_was_taken_when_read_then_the_old_tokens_are_still_there(database: Engine) -> None:
    store = StoredTokens(database, "zalo-oa", "k")
    store.keep(FIRST)
    store.take_turn(60)
    assert store.read() == FIRST
