"""Every message once, in order."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.engine import Engine

from bot.conversation import Inbound
from bot.post.clock import ago
from bot.post.inbox import LEASE, LONGEST, Inbox
from bot.post.wake import Wake
from bot.store.tables import inbox as inbox_table
from bot.store.tables import message


def inbound(id_: str, text: str = "xin chào", address: str = "a") -> Inbound:
    return Inbound("memory", address, id_, text)


@pytest.fixture
def inbox(database: Engine) -> Inbox:
    return Inbox(database, Wake())


def count(database: Engine, table: object) -> int:
    with database.connect() as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar())


def test_given_the_same_message_twice_when_received_then_it_is_stored_once(database: Engine, inbox: Inbox) -> None:
    first, second = inbox.receive(inbound("1")), inbox.receive(inbound("1"))
    assert (first.new, second.new, first.inbox_id) == (True, False, second.inbox_id)
    assert (count(database, inbox_table), count(database, message)) == (1, 1)


def test_given_the_same_message_from_many_threads_when_received_then_it_is_stored_once(
    database: Engine, inbox: Inbox
) -> None:
    threads = [threading.Thread(target=inbox.receive, args=(inbound(str(n % 3)),)) for n in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (count(database, inbox_table), count(database, message)) == (3, 3)


def test_given_two_messages_of_one_person_when_claimed_then_the_second_waits_for_the_first(inbox: Inbox) -> None:
    inbox.receive(inbound("1", "một"))
    inbox.receive(inbound("2", "hai"))
    first = inbox.claim()
    assert first is not None
    assert first.text == "một"
    assert inbox.claim() is None


def test_given_two_people_when_claimed_then_neither_waits_for_the_other(inbox: Inbox) -> None:
    inbox.receive(inbound("1", address="a"))
    inbox.receive(inbound("2", address="b"))
    claims = [inbox.claim(), inbox.claim()]
    assert None not in claims


def test_given_a_worker_that_died_when_its_lease_is_over_then_the_message_is_claimed_again(
    database: Engine, inbox: Inbox
) -> None:
    inbox.receive(inbound("1"))
    inbox.claim()
    with database.begin() as connection:
        connection.execute(update(inbox_table).values(claimed_at=ago(LEASE + 1)))
    again = inbox.claim()
    assert again is not None
    assert again.attempt == 2


def test_given_the_database_when_two_messages_of_one_person_are_forced_into_progress_then_it_refuses(
    database: Engine, inbox: Inbox
) -> None:
    from sqlalchemy.exc import IntegrityError

    inbox.receive(inbound("1"))
    inbox.receive(inbound("2"))
    with pytest.raises(IntegrityError), database.begin() as connection:
        connection.execute(update(inbox_table).values(status="claimed"))


@pytest.mark.parametrize("text", ["a\x00b", "\ud800 vỡ", "x" * 9000, "\u202eđảo", "'; DROP TABLE inbox; --", "<b>"])
def test_given_bad_text_when_received_then_it_is_kept_readable(database: Engine, inbox: Inbox, text: str) -> None:
    inbox.receive(inbound("1", text))
    claimed = inbox.claim()
    assert claimed is not None
    assert len(claimed.text) <= LONGEST + 1
    assert claimed.text.encode("utf-8")
    assert "\x00" not in claimed.text
