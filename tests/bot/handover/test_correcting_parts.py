"""Corrections of what arrived in several parts, with a picture or a file, half, or on a page."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import insert, update
from sqlalchemy.engine import Engine

from bot.channels.port import Abilities, Delivery, Part
from bot.channels.web import WebChannel
from bot.errors import SendFailed
from bot.post.clock import ago, now
from bot.store import desk_tables, tables
from tests.bot.handover import kit
from tests.bot.handover.correcting_kit import (
    LAN,
    TOKEN,
    Corrects,
    arrange,
    correct,
    line_of,
    recall,
    refusal,
    say,
    send,
)
from tests.bot.post.kit import change, rows, statuses


@pytest.fixture(autouse=True)
def case(database: Engine) -> None:
    arrange(database)


def test_given_a_line_of_several_parts_when_corrected_then_those_left_over_are_taken_back(database: Engine) -> None:
    channel = Corrects(Abilities(text=8, edits=True))
    line = say(database, "một hai ba bốn năm")
    send(database, channel)
    correct(database, channel, line, "sáu")
    assert channel.calls == ["edit a:1 sáu", "recall a:2", "recall a:3"]


def test_given_words_that_need_more_parts_when_corrected_then_it_is_refused(database: Engine) -> None:
    channel, line = Corrects(Abilities(text=8, edits=True)), say(database)
    send(database, channel)
    assert refusal(database, channel, line, "một hai ba bốn") == "refused.longer"
    assert channel.calls == []


def test_given_a_line_with_a_picture_when_corrected_then_the_words_alone_change(database: Engine) -> None:
    channel, line = Corrects(), say(database, encloses="sheet x")
    send(database, channel)
    correct(database, channel, line)
    assert channel.calls == ["edit a:2 hai"]


def test_given_a_line_with_a_picture_when_recalled_then_both_go(database: Engine) -> None:
    channel, line = Corrects(), say(database, encloses="sheet x")
    send(database, channel)
    recall(database, channel, line)
    assert channel.calls == ["recall a:1", "recall a:2"]


def test_given_a_file_whose_link_stands_among_the_words_when_corrected_then_it_is_refused(database: Engine) -> None:
    channel, line = Corrects(Abilities(text=2000, edits=True)), say(database, encloses="file 1")
    send(database, channel)
    assert refusal(database, channel, line) == "refused.no_edits"


def half(database: Engine, line: int) -> None:
    """Its picture has arrived, its words wait."""
    with database.begin() as connection:
        part = {"message_id": line, "part": 0, "channel": "memory", "channel_message_id": "a:1"}
        connection.execute(insert(tables.delivery).values(**part))


def test_given_a_line_that_has_half_arrived_when_corrected_then_one_waits_a_moment(database: Engine) -> None:
    line = say(database, encloses="sheet x")
    half(database, line)
    assert refusal(database, Corrects(), line) == "refused.on_its_way"


def test_given_a_line_that_has_half_arrived_when_recalled_then_that_half_goes_and_no_other_comes(
    database: Engine,
) -> None:
    channel, line = Corrects(), say(database, encloses="sheet x")
    asyncio.run(channel.send(Part("a", 1, "")))
    half(database, line)
    recall(database, channel, line)
    send(database, channel)
    assert (channel.calls, statuses(database)) == (["recall a:1"], ["dropped"])


def test_given_a_half_that_cannot_be_taken_back_when_recalled_then_the_rest_still_goes(database: Engine) -> None:
    line = say(database, encloses="sheet x")
    half(database, line)
    assert refusal(database, Corrects(Abilities(text=2000)), line, None) == "refused.no_edits"
    assert statuses(database) == ["queued"]


def test_given_a_line_that_was_given_up_when_corrected_and_sent_again_then_it_has_the_new_words(
    database: Engine,
) -> None:
    channel, line = Corrects(), say(database)
    change(database, tables.outbox, status="failed")
    correct(database, channel, line)
    change(database, tables.outbox, status="queued")
    send(database, channel)
    assert [part.text for part in channel.take("a")] == ["hai"]


@pytest.mark.parametrize(("name", "key"), [("web", None), ("api", "refused.no_edits")])
def test_given_a_page_when_corrected_then_it_is_woken_and_a_program_is_not(
    database: Engine, name: str, key: str | None
) -> None:
    rung: list[int] = []
    change(database, tables.conversation, channel=name)
    channel, line = WebChannel(rung.append, name), say(database, channel=name)
    send(database, channel)
    rung.clear()
    if key:
        assert refusal(database, channel, line) == key
        return
    correct(database, channel, line)
    recall(database, channel, line)
    assert (rung, line_of(database)) == ([1, 1], ("hai", True, True))


@pytest.mark.parametrize("canned", [False, True])
def test_given_a_file_when_its_line_is_recalled_then_its_link_ends_unless_others_have_it(
    database: Engine, canned: bool
) -> None:
    with database.begin() as connection:
        file = {"token": TOKEN, "name": "a.pdf", "mime": "application/pdf", "size": 1, "file": "staff/a.pdf"}
        connection.execute(insert(desk_tables.staff_file).values(**file, staff_id=LAN, created_at=now()))
        if canned:
            texts = {"title": "a", "texts": "{}", "file_id": 1, "created_at": now()}
            connection.execute(insert(desk_tables.canned_reply).values(**texts))
    recall(database, Corrects(), say(database, encloses="file 1"))
    (row,) = rows(database, desk_tables.staff_file)
    assert (row.token == TOKEN) is canned


def test_given_a_case_that_came_later_when_corrected_then_it_is_told_in_the_one_where_it_was_said(
    database: Engine,
) -> None:
    line = say(database)
    with database.begin() as connection:
        connection.execute(update(desk_tables.handover).values(status="closed"))
        connection.execute(update(tables.message).values(created_at=ago(30)))
        kit.case(connection, "memory", "a")
    correct(database, Corrects(), line)
    assert [row.handover_id for row in rows(database, desk_tables.handover_event)] == [1]


def test_given_a_deaf_provider_when_sent_then_a_delivery_without_an_id_cannot_be_changed_there(
    database: Engine,
) -> None:
    class Mute(Corrects):
        async def send(self, part: Part) -> Delivery:
            await super().send(part)
            return Delivery()

        async def edit(self, part: Part, channel_message_id: str) -> None:
            raise SendFailed("no id")

    channel, line = Mute(), say(database)
    send(database, channel)
    assert refusal(database, channel, line) == "refused.too_late"
