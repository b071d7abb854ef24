"""Taking back the last thing that was done: within a minute, by who did it, while nothing has happened since."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.engine import Connection, Engine

from bot.errors import CaseMoved, UndoOver
from bot.handover import cases, events, owning
from bot.handover.kinds import Ending, Event
from bot.handover.replies import reply
from bot.handover.undoing import LASTS, undo, until
from bot.post.clock import ago, now
from bot.store.desk_tables import handover_event, mention
from bot.store.tables import conversation, message
from procedures.validity import utc
from tests.bot.handover import kit

Do = Callable[[Connection, int, int], object]


def transfer(connection: Connection, case: int, lan: int) -> None:
    there = kit.office(connection)
    kit.person(connection, "hoa", there)
    cases.transfer(connection, case, lan, kit.of(connection, case).version, office_id=there)


DEEDS: dict[str, tuple[bool, Do]] = {
    "claimed": (False, cases.claim),
    "released": (True, lambda connection, case, lan: cases.release(connection, case, lan, cases.BY_HAND)),
    "transferred": (True, transfer),
    "closed": (True, lambda connection, case, lan: cases.close(connection, case, lan, 5, Ending.ANSWERED)),
    "noted": (True, lambda connection, case, lan: cases.note(connection, case, lan, "look")),
}


def told(connection: Connection) -> int:
    return int(connection.execute(select(func.count()).select_from(message)).scalar() or 0)


def later(connection: Connection, seconds: float) -> None:
    """Whatever was done was done so long ago."""
    connection.execute(update(handover_event).values(created_at=ago(seconds)))


def begun(connection: Connection, owned: bool, **values: Any) -> tuple[int, int]:
    """Somebody, and a case that they own or that waits."""
    lan = kit.person(connection)
    moments = {"waits_since": ago(600), "due_at": now() + timedelta(minutes=5), "stage": 1, "version": 5}
    return lan, kit.case(connection, staff_id=lan if owned else None, **{**moments, **values})


@pytest.mark.parametrize("deed", DEEDS)
def test_given_something_that_was_done_when_undone_then_the_case_is_as_before(database: Engine, deed: str) -> None:
    owned, do = DEEDS[deed]
    with database.begin() as connection:
        lan, case = begun(connection, owned)
        before = kit.of(connection, case)
        do(connection, case, lan)
        last = events.latest(connection, case)
        assert last is not None
        assert until(connection, case, lan) == last.at + LASTS
        assert undo(connection, case, lan) is Event(deed)
        after = kit.of(connection, case)
        moved = 0 if deed == "noted" else 2
        assert {**after._mapping, "version": 0} == {**before._mapping, "version": 0}
        assert after.version == 5 + moved
        assert kit.state_of(connection, case) == ("with_staff" if owned else "waiting")
        assert [line.kind for line in events.every(connection, case)] == [Event(deed), Event.UNDONE]


@pytest.mark.parametrize(("deed", "lines"), [("claimed", 2), ("released", 0), ("transferred", 2), ("closed", 0)])
def test_given_what_the_citizen_was_told_when_it_is_undone_then_they_are_told_that_too(
    database: Engine, deed: str, lines: int
) -> None:
    owned, do = DEEDS[deed]
    with database.begin() as connection:
        lan, case = begun(connection, owned)
        do(connection, case, lan)
        undo(connection, case, lan)
        assert told(connection) == lines


def test_given_a_release_after_a_reply_when_undone_then_the_citizen_reads_who_answers(database: Engine) -> None:
    with database.begin() as connection:
        lan, case = begun(connection, owned=True, claimed_at=ago(60), replied_at=ago(50))
        cases.release(connection, case, lan, cases.BY_HAND)
        undo(connection, case, lan)
        assert told(connection) == 2


@pytest.mark.parametrize("deed", DEEDS)
def test_given_a_minute_when_it_is_over_then_nothing_can_be_undone(database: Engine, deed: str) -> None:
    owned, do = DEEDS[deed]
    with database.begin() as connection:
        lan, case = begun(connection, owned)
        do(connection, case, lan)
        later(connection, 61)
        assert until(connection, case, lan) is None
        with pytest.raises(UndoOver):
            undo(connection, case, lan)


@pytest.mark.parametrize("deed", DEEDS)
def test_given_what_a_colleague_did_when_somebody_else_would_undo_it_then_it_stays(database: Engine, deed: str) -> None:
    owned, do = DEEDS[deed]
    with database.begin() as connection:
        lan, case = begun(connection, owned)
        minh = kit.person(connection, "minh")
        do(connection, case, lan)
        assert until(connection, case, minh) is None
        with pytest.raises(UndoOver):
            undo(connection, case, minh)


def test_given_a_case_in_which_nothing_was_done_when_undone_then_there_is_nothing(database: Engine) -> None:
    with database.begin() as connection:
        lan, case = begun(connection, owned=False)
        assert until(connection, case, lan) is None
        with pytest.raises(UndoOver):
            undo(connection, case, lan)
        with pytest.raises(CaseMoved):
            undo(connection, 999, lan)


def test_given_something_that_was_undone_when_undone_again_then_it_is_over(database: Engine) -> None:
    with database.begin() as connection:
        lan, case = begun(connection, owned=False)
        cases.claim(connection, case, lan)
        undo(connection, case, lan)
        with pytest.raises(UndoOver):
            undo(connection, case, lan)


def test_given_a_reply_since_when_a_claim_is_undone_then_it_is_over(database: Engine) -> None:
    with database.begin() as connection:
        lan, case = begun(connection, owned=False)
        cases.claim(connection, case, lan)
        reply(connection, case, lan, "hello")
        assert until(connection, case, lan) is None


def test_given_a_colleague_who_has_claimed_it_since_when_a_release_is_undone_then_it_is_theirs(
    database: Engine,
) -> None:
    with database.begin() as connection:
        lan, case = begun(connection, owned=True)
        minh = kit.person(connection, "minh")
        cases.release(connection, case, lan, cases.BY_HAND)
        cases.claim(connection, case, minh)
        with pytest.raises(UndoOver):
            undo(connection, case, lan)
        assert kit.of(connection, case).staff_id == minh


def test_given_a_case_that_was_taken_from_somebody_when_they_would_undo_that_then_it_stays(database: Engine) -> None:
    with database.begin() as connection:
        lan, case = begun(connection, owned=True)
        cases.release(connection, case, lan, "gone")
        assert until(connection, case, lan) is None


def test_given_a_case_that_moved_without_a_line_when_undone_then_it_is_over(database: Engine) -> None:
    with database.begin() as connection:
        lan, case = begun(connection, owned=False)
        cases.claim(connection, case, lan)
        owning.move(connection, kit.of(connection, case), code="1.000001")
        assert until(connection, case, lan) is None


def test_given_a_note_that_calls_somebody_when_undone_then_nobody_is_called(
    database: Engine,
) -> None:
    with database.begin() as connection:
        lan, case = begun(connection, owned=True)
        minh = kit.person(connection, "minh")
        cases.note(connection, case, lan, "look", [minh])
        undo(connection, case, lan)
        assert connection.execute(select(mention)).all() == []
        assert [line.kind for line in events.every(connection, case)] == [Event.NOTED, Event.UNDONE]


def test_given_a_case_closed_as_noise_when_undone_then_the_mark_is_gone(database: Engine) -> None:
    with database.begin() as connection:
        lan, case = begun(connection, owned=True)
        cases.close(connection, case, lan, 5, Ending.SPAM)
        undo(connection, case, lan)
        assert connection.execute(select(conversation.c.spam_at)).scalar() is None


def test_given_a_conversation_that_was_noise_before_when_undone_then_it_still_is(database: Engine) -> None:
    with database.begin() as connection:
        lan, case = begun(connection, owned=True)
        connection.execute(update(conversation).values(spam_at=ago(3600)))
        cases.close(connection, case, lan, 5, Ending.SPAM)
        undo(connection, case, lan)
        assert connection.execute(select(conversation.c.spam_at)).scalar() is not None


def test_given_a_citizen_who_was_told_of_the_end_when_undone_then_it_is_over(database: Engine) -> None:
    with database.begin() as connection:
        lan, case = begun(connection, owned=True)
        cases.close(connection, case, lan, 5, Ending.ANSWERED)
        connection.execute(update(kit.handover).values(told_at=now()))
        assert until(connection, case, lan) is None


def test_given_a_citizen_who_has_asked_for_somebody_again_when_an_end_is_undone_then_it_is_over(
    database: Engine,
) -> None:
    with database.begin() as connection:
        lan, case = begun(connection, owned=True)
        cases.close(connection, case, lan, 5, Ending.ANSWERED)
        kit.case(connection)
        with pytest.raises(UndoOver):
            undo(connection, case, lan)


@pytest.mark.parametrize("wrote", [True, False])
def test_given_a_citizen_who_wrote_meanwhile_when_an_end_is_undone_then_they_wait_for_a_word(
    database: Engine, wrote: bool
) -> None:
    with database.begin() as connection:
        lan, case = begun(connection, owned=True, waits_since=None, due_at=None)
        cases.close(connection, case, lan, 5, Ending.ANSWERED)
        if wrote:
            connection.execute(update(conversation).values(heard_at=now()))
        undo(connection, case, lan)
        row = kit.of(connection, case)
        assert (row.waits_since is not None, row.due_at is not None) == (wrote, wrote)


def test_given_a_case_that_was_reopened_when_the_citizen_writes_then_their_wait_is_counted(database: Engine) -> None:
    with database.begin() as connection:
        lan, case = begun(connection, owned=True, waits_since=None, due_at=None)
        cases.close(connection, case, lan, 5, Ending.ANSWERED)
        undo(connection, case, lan)
        owning.heard(connection, kit.of(connection, case).conversation_id)
        assert utc(kit.of(connection, case).waits_since) > ago(60)
