"""A person's words to a citizen: only the owner's, once each, and never where they would not arrive."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.engine import Connection, Engine

from bot.channels.port import Abilities, Window
from bot.conversation.window import Price
from bot.errors import CannotReply, CaseMoved, CaseTaken, Refused
from bot.handover import cases, events
from bot.handover.kinds import Ending, Event
from bot.handover.replies import reply, standing_of
from bot.post.clock import ago, now
from bot.store.tables import conversation, message, outbox
from procedures.validity import utc
from tests.bot.handover import kit

COUNTS = {"zalo-oa": Abilities(text=2000, window=Window(timedelta(hours=48), timedelta(days=7)))}


def begun(connection: Connection, channel: str = "web", **values: Any) -> tuple[int, int]:
    """Somebody, and a case that they own."""
    lan = kit.person(connection)
    return lan, kit.case(connection, channel, staff_id=lan, **values)


def lines(connection: Connection) -> list[Any]:
    return list(connection.execute(select(message).order_by(message.c.id)))


def test_given_an_owner_when_they_reply_then_it_is_in_the_transcript_and_on_its_way(database: Engine) -> None:
    with database.begin() as connection:
        lan, case = begun(connection, due_at=now(), stage=2, version=3)
        line = reply(connection, case, lan, "  <b>hello</b>\r\nyou ", encloses="sheet abc")
        (said,) = lines(connection)
        assert (said.id, said.author, said.staff_id, said.text) == (line, "staff", lan, "<b>hello</b>\nyou")
        assert (said.encloses, said.inbox_id) == ("sheet abc", None)
        (letter,) = connection.execute(select(outbox)).all()
        assert (letter.message_id, letter.channel, letter.may_cost) == (line, "web", False)
        (event,) = events.every(connection, case)
        assert (event.kind, event.staff_id, event.data) == (Event.REPLIED, lan, {"line": line, "once": ""})


def test_given_a_citizen_who_waits_when_answered_then_the_promise_is_kept_and_the_version_stays(
    database: Engine,
) -> None:
    with database.begin() as connection:
        lan, case = begun(connection, due_at=now(), stage=2, version=3)
        reply(connection, case, lan, "hello")
        row = kit.of(connection, case)
        assert (row.waits_since, row.due_at, row.stage, row.version) == (None, None, 0, 3)
        assert row.first_reply_at == row.replied_at is not None


def test_given_a_second_reply_when_sent_then_the_first_stays_the_first(database: Engine) -> None:
    first = datetime(2026, 11, 2, 3, tzinfo=timezone.utc)
    with database.begin() as connection:
        lan, case = begun(connection, first_reply_at=first, replied_at=first)
        reply(connection, case, lan, "hello again")
        row = kit.of(connection, case)
        assert utc(row.first_reply_at) == first
        assert utc(row.replied_at) > first


@pytest.mark.parametrize("language", ["vi", "en", "zh"])
def test_given_a_talk_in_a_language_when_answered_then_what_goes_with_the_reply_is_in_it(
    database: Engine, language: str
) -> None:
    with database.begin() as connection:
        lan, case = begun(connection)
        connection.execute(update(conversation).values(memory=f'{{"slots": {{"language": "{language}"}}}}'))
        reply(connection, case, lan, "hello")
        assert lines(connection)[0].language == language


def test_given_a_reply_that_comes_twice_when_it_has_the_same_name_then_it_is_said_once(database: Engine) -> None:
    with database.begin() as connection:
        lan, case = begun(connection)
        line = reply(connection, case, lan, "hello", once="x1")
        assert reply(connection, case, lan, "hello", once="x1") == line
        assert reply(connection, case, lan, "hello", once="x2") != line
        assert reply(connection, case, lan, "hello") != line
        assert len(lines(connection)) == 3


def test_given_a_reply_that_was_sent_when_it_comes_again_after_the_end_then_it_is_known(database: Engine) -> None:
    with database.begin() as connection:
        lan, case = begun(connection)
        line = reply(connection, case, lan, "hello", once="x1")
        cases.close(connection, case, lan, 0, Ending.ANSWERED)
        assert reply(connection, case, lan, "hello", once="x1") == line


def test_given_a_case_of_somebody_else_when_one_replies_then_nothing_is_said(database: Engine) -> None:
    with database.begin() as connection:
        _, case = begun(connection)
        minh = kit.person(connection, "minh")
        with pytest.raises(CaseTaken) as told:
            reply(connection, case, minh, "hello")
        assert told.value.values == {"name": "Lan"}
        assert lines(connection) == []


@pytest.mark.parametrize("status", ["waiting", "closed"])
def test_given_a_case_that_nobody_owns_when_one_replies_then_it_has_moved(database: Engine, status: str) -> None:
    with database.begin() as connection:
        lan = kit.person(connection)
        case = kit.case(connection, status=status)
        with pytest.raises(CaseMoved):
            reply(connection, case, lan, "hello")
        with pytest.raises(CaseMoved):
            reply(connection, 999, lan, "hello")


@pytest.mark.parametrize(("text", "why"), [("", "empty"), (" \u200b\n", "empty"), ("x" * 4001, "too_long")])
def test_given_nothing_or_too_much_when_sent_then_it_is_refused(database: Engine, text: str, why: str) -> None:
    with database.begin() as connection:
        lan, case = begun(connection)
        with pytest.raises(Refused, match=why):
            reply(connection, case, lan, text)


def test_given_a_file_without_words_when_sent_then_it_goes(database: Engine) -> None:
    with database.begin() as connection:
        lan, case = begun(connection)
        reply(connection, case, lan, "", encloses="file 7")
        assert [(line.text, line.encloses) for line in lines(connection)] == [("", "file 7")]


def test_given_a_citizen_who_has_left_when_one_replies_then_it_is_said_at_once(database: Engine) -> None:
    with database.begin() as connection:
        lan, case = begun(connection)
        connection.execute(update(conversation).values(left_at=now()))
        with pytest.raises(CannotReply) as told:
            reply(connection, case, lan, "hello")
        assert told.value.key == "trouble.cannot_reply.left"
        assert kit.of(connection, case).waits_since is not None


@pytest.mark.parametrize(
    ("hours", "left", "may_cost", "why"),
    [
        (1, None, False, ""),
        (47, 1, False, ""),
        (49, None, False, "paid"),
        (1, 0, False, "paid"),
        (49, None, True, ""),
        (24 * 8, None, True, "closed"),
        (24 * 8, None, False, "closed"),
    ],
)
def test_given_a_channel_that_counts_when_one_replies_then_the_window_decides(
    database: Engine, hours: int, left: int | None, may_cost: bool, why: str
) -> None:
    with database.begin() as connection:
        lan, case = begun(connection, "zalo-oa")
        connection.execute(update(conversation).values(heard_at=ago(hours * 3600), replies_left=left))
        if why:
            with pytest.raises(CannotReply) as told:
                reply(connection, case, lan, "hello", may_cost=may_cost, abilities=COUNTS)
            assert told.value.key == f"trouble.cannot_reply.{why}"
            assert lines(connection) == []
        else:
            reply(connection, case, lan, "hello", may_cost=may_cost, abilities=COUNTS)
            assert connection.execute(select(outbox.c.may_cost)).scalar() is may_cost


def test_given_a_channel_that_keeps_no_count_when_looked_at_then_there_is_nothing_to_show(database: Engine) -> None:
    with database.begin() as connection:
        kit.case(connection)
        talk = connection.execute(select(conversation)).one()
        assert standing_of(talk, None, now()) is None
        assert standing_of(talk, Abilities(text=4096), now()) is None
        stands = standing_of(talk, COUNTS["zalo-oa"], now())
        assert stands is not None
        assert stands.price is Price.FREE
        assert stands.until == utc(talk.heard_at) + timedelta(hours=48)


def test_given_a_citizen_who_was_never_heard_when_looked_at_then_they_cannot_be_written_to(database: Engine) -> None:
    with database.begin() as connection:
        kit.case(connection)
        connection.execute(update(conversation).values(heard_at=None))
        stands = standing_of(connection.execute(select(conversation)).one(), COUNTS["zalo-oa"], now())
        assert stands is not None
        assert stands.price is Price.CLOSED
