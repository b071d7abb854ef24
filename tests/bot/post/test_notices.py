"""What providers tell beside messages."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy.engine import Engine

from bot.channels.port import Delivery
from bot.conversation import Notice, Sign
from bot.post import rendering
from bot.post.clock import ago, now
from bot.post.inbox import Inbox
from bot.post.notices import Notices
from bot.post.outbox import Outbox
from bot.post.wake import Wake
from bot.store import tables
from tests.bot.post.kit import PLAIN, TWO, arrived, change, claim, column, inbound, post, rows, together


def tell(database: Engine, sign: Sign, *ids: str, most: int = 2000, **more: Any) -> None:
    notice = Notice("memory", more.pop("address", "a"), sign, ids, **more)
    Notices(database, Wake(), {"memory": replace(PLAIN, text=most)}).take(notice)


def delivered(database: Engine, id_: str) -> None:
    Outbox(database, "memory").delivered(claim(database), 0, Delivery(id_), True)


def authors(database: Engine) -> list[str]:
    return column(database, tables.message, "author")


@pytest.mark.parametrize("sign", list(Sign))
def test_given_somebody_nobody_knows_when_told_of_then_nothing_is_made(database: Engine, sign: Sign) -> None:
    tell(database, sign, "m1", text="chào", address="nobody")
    assert (rows(database, tables.conversation), rows(database, tables.message)) == ([], [])


def test_given_a_citizen_who_leaves_when_told_then_only_that_one_has_left(database: Engine) -> None:
    post(database, "một")
    post(database, "hai", address="b")
    tell(database, Sign.LEFT)
    assert [row.left_at is not None for row in rows(database, tables.conversation)] == [True, False]


@pytest.mark.parametrize(("sign", "name"), [(Sign.SEEN, "seen_at"), (Sign.RECEIVED, "received_at")])
def test_given_a_receipt_when_told_twice_then_the_first_moment_stays(database: Engine, sign: Sign, name: str) -> None:
    post(database, "một", "hai")
    delivered(database, "m1")
    delivered(database, "m2")
    tell(database, sign, "m1", "m9")
    first = column(database, tables.delivery, name)
    tell(database, sign, "m1")
    assert [moment is not None for moment in first] == [True, False]
    assert column(database, tables.delivery, name) == first


def test_given_what_staff_said_elsewhere_when_told_twice_then_it_is_one_line_of_theirs(database: Engine) -> None:
    post(database, "một")
    for _ in range(2):
        tell(database, Sign.ECHO, "s1", text="Chị mang giấy chứng sinh nhé")
    assert authors(database) == ["bot", "staff"]
    assert rows(database, tables.message)[-1].text == "Chị mang giấy chứng sinh nhé"
    assert len(rows(database, tables.outbox)) == 1


def test_given_our_own_words_when_echoed_before_and_after_they_are_noted_then_they_are_not_staffs(
    database: Engine,
) -> None:
    post(database, "Dạ, anh/chị chọn giúp em", buttons=TWO)
    letter = claim(database)
    (part,) = rendering.parts(letter.outbound, PLAIN)
    assert "2. Kết hôn" in part.text
    tell(database, Sign.ECHO, "m1", text=unicodedata.normalize("NFD", part.text) + "\n")
    Outbox(database, "memory").delivered(letter, 0, Delivery("m1"), True)
    tell(database, Sign.ECHO, "m1", text="đã bị rút gọn…")
    assert authors(database) == ["bot"]


def test_given_a_part_of_our_long_text_when_echoed_then_it_is_not_staffs(database: Engine) -> None:
    post(database, "một hai ba bốn")
    claim(database)
    for part in ("một hai", "ba bốn"):
        tell(database, Sign.ECHO, f"m-{part}", text=part, most=7)
    assert authors(database) == ["bot"]
    tell(database, Sign.ECHO, "s1", text="một", most=7)
    assert authors(database) == ["bot", "staff"]


def test_given_what_the_citizen_said_when_staff_repeat_it_then_it_is_staffs(database: Engine) -> None:
    Inbox(database, Wake()).receive(inbound("1", "vâng"))
    tell(database, Sign.ECHO, "s1", text="vâng")
    assert authors(database) == ["citizen", "staff"]


def test_given_our_words_to_somebody_else_when_echoed_here_then_they_are_staffs(database: Engine) -> None:
    post(database, "một", address="b")
    post(database, "hai")
    arrived(database)
    tell(database, Sign.ECHO, "s1", text="một")
    assert authors(database) == ["bot", "bot", "staff"]


def test_given_an_echo_without_words_when_told_then_nothing_is_made(database: Engine) -> None:
    post(database, "một")
    tell(database, Sign.ECHO, "s1")
    assert authors(database) == ["bot"]


def test_given_an_answer_that_is_sent_late_when_echoed_then_it_is_not_staffs(database: Engine) -> None:
    post(database, "Dạ, mời anh/chị")
    change(database, tables.message, created_at=ago(1200))
    claim(database)
    tell(database, Sign.ECHO, "m1", text="Dạ, mời anh/chị")
    assert authors(database) == ["bot"]


@pytest.mark.parametrize(("seconds", "author"), [(60, []), (601, ["staff"])])
def test_given_words_that_we_sent_when_echoed_then_they_are_ours_for_ten_minutes(
    database: Engine, seconds: float, author: list[str]
) -> None:
    post(database, "Dạ vâng")
    change(database, tables.outbox, status="sent", sent_at=ago(seconds))
    tell(database, Sign.ECHO, "s1", text="Dạ vâng")
    assert authors(database) == ["bot", *author]


def test_given_words_of_ours_that_still_wait_when_staff_say_the_same_then_it_is_staffs(database: Engine) -> None:
    post(database, "Dạ vâng")
    tell(database, Sign.ECHO, "s1", text="Dạ vâng")
    assert authors(database) == ["bot", "staff"]


def test_given_staff_who_say_the_same_twice_when_told_then_both_are_lines(database: Engine) -> None:
    post(database, "một")
    for id_ in ("s1", "s2"):
        tell(database, Sign.ECHO, id_, text="Dạ vâng")
    assert authors(database) == ["bot", "staff", "staff"]


def test_given_the_same_echo_many_times_at_once_when_told_then_it_is_one_line(database: Engine) -> None:
    post(database, "một")
    together(*[lambda: tell(database, Sign.ECHO, "s1", text="Dạ vâng")] * 8)
    assert authors(database) == ["bot", "staff"]


def test_given_a_letter_without_an_id_when_a_receipt_names_none_then_it_is_not_taken_for_seen(database: Engine) -> None:
    post(database, "một")
    delivered(database, "")
    tell(database, Sign.SEEN, "")
    tell(database, Sign.RECEIVED)
    row = rows(database, tables.delivery)[0]
    assert (row.seen_at, row.received_at) == (None, None)


@pytest.mark.parametrize(("seconds", "gone"), [(60, False), (-60, True)])
def test_given_a_citizen_who_wrote_when_told_that_they_left_then_the_later_of_both_counts(
    database: Engine, seconds: float, gone: bool
) -> None:
    Inbox(database, Wake()).receive(inbound("1", "tôi lại đây"))
    tell(database, Sign.LEFT, at=ago(seconds))
    assert (column(database, tables.conversation, "left_at") != [None]) is gone


def test_given_a_citizen_who_never_wrote_when_told_that_they_left_then_they_have(database: Engine) -> None:
    post(database, "một")
    tell(database, Sign.LEFT, at=now())
    assert column(database, tables.conversation, "left_at") != [None]
