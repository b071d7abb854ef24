"""Corrections: typed words that nobody has begun to answer are replaced; anything else is said anew."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy.engine import Engine

from bot.conversation import Kind
from bot.post import inbox as inbox_module
from bot.post.fair import next_in_line
from bot.post.inbox import Inbox
from bot.post.wake import Wake
from bot.store.tables import inbox as inbox_table
from bot.store.tables import message
from tests.bot.post.kit import PLAIN, TWO, arrived, change, column, inbound, post


@pytest.fixture
def inbox(database: Engine) -> Inbox:
    return Inbox(database, Wake(), {"memory": PLAIN})


def texts(database: Engine, table: object) -> list[str]:
    return column(database, table, "text")


def test_given_a_correction_before_anybody_began_when_claimed_then_it_took_the_place(
    database: Engine, inbox: Inbox
) -> None:
    first = inbox.receive(inbound("1", "phí bao nhiu"))
    told = inbox.receive(replace(inbound("1:e", "phí bao nhiêu"), edits="1"))
    assert (told.inbox_id, told.new) == (first.inbox_id, False)
    assert texts(database, inbox_table) == texts(database, message) == ["phí bao nhiêu"]


def test_given_a_correction_while_it_is_answered_when_it_comes_then_it_is_answered_next(
    database: Engine, inbox: Inbox
) -> None:
    inbox.receive(inbound("1", "một"))
    claimed = inbox.claim()
    assert inbox.receive(replace(inbound("1:e", "hai"), edits="1")).new
    assert inbox.claim() is None
    assert claimed is not None
    assert texts(database, inbox_table) == ["một", "hai"]


def test_given_a_correction_without_a_new_word_when_it_comes_after_the_answer_then_it_is_nothing(
    database: Engine, inbox: Inbox
) -> None:
    inbox.receive(inbound("1", "một"))
    inbox.claim()
    assert not inbox.receive(replace(inbound("1:e", "một"), edits="1")).new
    assert texts(database, inbox_table) == ["một"]


def test_given_a_correction_of_something_unknown_when_it_comes_then_it_is_a_message(
    database: Engine, inbox: Inbox
) -> None:
    edit = replace(inbound("1:e", "hai"), edits="1")
    assert inbox.receive(edit).new
    assert not inbox.receive(edit).new
    assert texts(database, inbox_table) == ["hai"]


def test_given_a_correction_between_look_and_claim_when_claimed_then_the_old_words_are_not_answered(
    database: Engine, inbox: Inbox
) -> None:
    inbox.receive(inbound("1", "một"))
    with database.connect() as connection:
        seen = connection.execute(next_in_line()).one()
    inbox.receive(replace(inbound("1:e", "hai"), edits="1"))
    with database.begin() as connection:
        assert not inbox_module._mark_claimed(connection, seen)
    claimed = inbox.claim()
    assert claimed is not None
    assert claimed.text == "hai"


def test_given_a_correction_from_another_conversation_when_it_comes_then_nobodys_words_change(
    database: Engine, inbox: Inbox
) -> None:
    inbox.receive(inbound("1", "của tôi"))
    assert inbox.receive(inbound("2", "giả", "b", edits="1")).new
    inbox.receive(replace(inbound("3", "giả"), channel="web", edits="1"))
    assert texts(database, inbox_table) == ["của tôi", "giả", "giả"]


def test_given_the_words_below_a_photo_when_corrected_then_they_are_replaced_and_it_stays_a_photo(
    database: Engine, inbox: Inbox
) -> None:
    inbox.receive(inbound("1", "một", kind=Kind.PHOTO))
    inbox.receive(inbound("1:e", "hai", edits="1"))
    claimed = inbox.claim()
    assert claimed is not None
    assert (claimed.text, claimed.kind) == ("hai", Kind.PHOTO)


def test_given_a_number_that_meant_a_button_when_corrected_then_the_press_stays_and_the_rest_is_words(
    database: Engine, inbox: Inbox
) -> None:
    post(database, "Chọn", buttons=TWO)
    arrived(database)
    inbox.receive(inbound("1", "1"))
    assert inbox.receive(inbound("1:e", "2", edits="1")).new
    assert [*zip(texts(database, inbox_table), column(database, inbox_table, "payload"), strict=True)] == [
        ("Khai sinh", "/one"),
        ("2", ""),
    ]
    assert texts(database, message)[1:] == ["Khai sinh", "2"]


def test_given_a_number_that_was_answered_when_corrected_then_it_presses_nothing_of_the_newer_menu(
    database: Engine, inbox: Inbox
) -> None:
    inbox.receive(inbound("1", "1"))
    change(database, inbox_table, status="done")
    post(database, "Chọn", buttons=TWO)
    arrived(database)
    inbox.receive(inbound("1:e", "2", edits="1"))
    claimed = inbox.claim()
    assert claimed is not None
    assert (claimed.text, claimed.payload) == ("2", "")
