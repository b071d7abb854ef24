"""What staff do to a case: one owner, who keeps the citizen's place in line, and is told from whoever came too late."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.engine import Connection, Engine

from bot.errors import CaseMoved, CaseTaken, Refused
from bot.handover import cases, events, owning
from bot.handover.kinds import Ending, Event, Stage
from bot.post.clock import ago, now
from bot.store.desk_tables import alert, mention, office, staff
from bot.store.tables import conversation, message
from procedures.validity import utc
from tests.bot.handover import kit


def said(connection: Connection) -> list[str]:
    return list(connection.execute(select(message.c.text).order_by(message.c.id)).scalars())


def kinds(connection: Connection, case_id: int) -> list[Event]:
    return [line.kind for line in events.every(connection, case_id)]


def called(connection: Connection) -> set[int]:
    return set(connection.execute(select(alert.c.staff_id)).scalars())


def test_given_a_case_that_waits_when_claimed_then_it_is_owned_and_the_citizen_reads_by_whom(database: Engine) -> None:
    with database.begin() as connection:
        lan, case = kit.person(connection), kit.case(connection)
        cases.claim(connection, case, lan)
        row = kit.of(connection, case)
        assert (row.status, row.staff_id, row.version) == ("with_staff", lan, 1)
        assert row.claimed_at is not None
        assert kit.state_of(connection, case) == "with_staff"
        assert kinds(connection, case) == [Event.CLAIMED]
        assert len(said(connection)) == 1
        assert said(connection)[0].startswith("Lan (")


def test_given_a_case_that_a_colleague_has_when_claimed_then_their_name_is_told_and_nothing_changes(
    database: Engine,
) -> None:
    with database.begin() as connection:
        lan, minh, case = kit.person(connection), kit.person(connection, "minh"), kit.case(connection)
        cases.claim(connection, case, lan)
        with pytest.raises(CaseTaken) as told:
            cases.claim(connection, case, minh)
        assert told.value.values == {"name": "Lan"}
        assert (kit.of(connection, case).staff_id, kinds(connection, case)) == (lan, [Event.CLAIMED])


def test_given_a_second_click_of_the_owner_when_claimed_again_then_it_is_theirs_once(database: Engine) -> None:
    with database.begin() as connection:
        lan, case = kit.person(connection), kit.case(connection)
        cases.claim(connection, case, lan)
        cases.claim(connection, case, lan)
        assert (kinds(connection, case), len(said(connection))) == ([Event.CLAIMED], 1)


@pytest.mark.parametrize("case_id", [None, 999])
def test_given_a_case_that_is_closed_or_was_never_there_when_claimed_then_it_has_moved(
    database: Engine, case_id: int | None
) -> None:
    with database.begin() as connection:
        lan = kit.person(connection)
        closed = kit.case(connection, status="closed", staff_id=lan)
        with pytest.raises(CaseMoved):
            cases.claim(connection, case_id or closed, lan)


@pytest.mark.parametrize(
    ("works", "role", "may"),
    [
        ("here", "officer", True),
        ("elsewhere", "lead", False),
        ("centre", "officer", True),
        ("elsewhere", "admin", True),
    ],
)
def test_given_a_case_of_an_office_when_somebody_claims_it_then_only_who_takes_its_cases_may(
    database: Engine, works: str, role: str, may: bool
) -> None:
    with database.begin() as connection:
        where = {"here": kit.office(connection), "elsewhere": kit.office(connection), "centre": 1}
        somebody = kit.person(connection, office_id=where[works], role=role)
        case = kit.case(connection, office_id=where["here"])
        if may:
            cases.claim(connection, case, somebody)
            assert kit.of(connection, case).office_id == where["here"]
        else:
            with pytest.raises(Refused, match="other_office"):
                cases.claim(connection, case, somebody)


def test_given_somebody_who_has_left_when_they_claim_then_they_are_refused(database: Engine) -> None:
    with database.begin() as connection:
        lan, case = kit.person(connection, ended_at=now()), kit.case(connection)
        with pytest.raises(Refused, match="staff_ended"):
            cases.claim(connection, case, lan)


def test_given_a_citizen_who_has_left_when_claimed_then_nothing_is_said_to_them(database: Engine) -> None:
    with database.begin() as connection:
        lan, case = kit.person(connection), kit.case(connection)
        connection.execute(update(conversation).values(left_at=now()))
        cases.claim(connection, case, lan)
        assert said(connection) == []


@pytest.mark.parametrize(("language", "word"), [("en", "has taken your question"), ("zh", "已接手")])
def test_given_a_talk_in_a_language_when_claimed_then_the_citizen_is_told_in_it(
    database: Engine, language: str, word: str
) -> None:
    with database.begin() as connection:
        lan, case = kit.person(connection), kit.case(connection)
        connection.execute(update(conversation).values(memory=f'{{"slots": {{"language": "{language}"}}}}'))
        cases.claim(connection, case, lan)
        assert word in said(connection)[0]


def test_given_an_owner_who_said_nothing_when_released_then_the_citizen_keeps_their_place_and_is_not_bothered(
    database: Engine,
) -> None:
    since, due = ago(600), now() + timedelta(minutes=7)
    with database.begin() as connection:
        lan = kit.person(connection)
        case = kit.case(connection, staff_id=lan, waits_since=since, due_at=due, stage=Stage.NUDGED.value)
        cases.release(connection, case, lan, cases.BY_HAND)
        row = kit.of(connection, case)
        assert (row.status, row.staff_id, row.claimed_at, row.version) == ("waiting", None, None, 1)
        assert (utc(row.waits_since), utc(row.due_at), row.stage) == (since, due, Stage.NUDGED)
        assert kit.state_of(connection, case) == "waiting"
        assert said(connection) == []
        (line,) = events.every(connection, case)
        assert (line.kind, line.staff_id, line.data["why"]) == (Event.RELEASED, lan, "by_hand")


def test_given_an_owner_who_has_spoken_when_released_then_the_citizen_is_told_and_waits_from_now_on(
    database: Engine,
) -> None:
    with database.begin() as connection:
        lan = kit.person(connection)
        moments = {"claimed_at": ago(900), "replied_at": ago(600), "waits_since": None}
        case = kit.case(connection, staff_id=lan, **moments)
        cases.release(connection, case, lan, "gone")
        row = kit.of(connection, case)
        assert utc(row.waits_since) > ago(60)
        assert row.due_at is not None
        assert len(said(connection)) == 1
        # The system took it from them.
        assert [line.staff_id for line in events.every(connection, case)] == [None]


def test_given_words_of_an_earlier_owner_when_the_next_one_releases_then_the_citizen_is_not_told(
    database: Engine,
) -> None:
    with database.begin() as connection:
        lan = kit.person(connection)
        case = kit.case(connection, staff_id=lan, claimed_at=ago(60), replied_at=ago(600))
        cases.release(connection, case, lan, "gone")
        assert said(connection) == []


def test_given_a_case_of_a_colleague_when_released_then_it_stays_theirs(database: Engine) -> None:
    with database.begin() as connection:
        lan, minh = kit.person(connection), kit.person(connection, "minh")
        case = kit.case(connection, staff_id=lan)
        with pytest.raises(CaseTaken):
            cases.release(connection, case, minh, cases.BY_HAND)
        cases.release(connection, case, lan, cases.BY_HAND)
        with pytest.raises(CaseMoved):
            cases.release(connection, case, lan, cases.BY_HAND)


def test_given_a_released_case_when_colleagues_are_on_duty_then_they_are_called_and_who_let_go_is_not(
    database: Engine,
) -> None:
    with database.begin() as connection:
        connection.execute(update(office).values(hours=kit.json.dumps(kit.ALWAYS)))
        lan, minh = (kit.person(connection, login, alerts="email", email="a@b.vn") for login in ("lan", "minh"))
        case = kit.case(connection, staff_id=lan)
        cases.release(connection, case, lan, cases.BY_HAND)
        assert called(connection) == {minh}


@pytest.mark.parametrize("ending", list(Ending))
def test_given_a_case_when_closed_then_the_bot_answers_and_the_citizen_is_not_told_yet(
    database: Engine, ending: Ending
) -> None:
    with database.begin() as connection:
        lan = kit.person(connection)
        case = kit.case(connection, staff_id=lan, due_at=now(), stage=2)
        cases.close(connection, case, lan, 0, ending)
        row = kit.of(connection, case)
        assert (row.status, row.outcome, row.staff_id, row.stage) == ("closed", ending.value, lan, 0)
        assert (row.waits_since, row.due_at, row.told_at) == (None, None, None)
        assert row.closed_at is not None
        assert kit.state_of(connection, case) == "with_bot"
        assert said(connection) == []
        spam = connection.execute(select(conversation.c.spam_at)).scalar() is not None
        assert spam == (ending is Ending.SPAM)
        with pytest.raises(CaseMoved):
            cases.close(connection, case, lan, 1, ending)


def test_given_a_case_that_waits_when_closed_by_who_works_there_then_they_are_who_closed_it(database: Engine) -> None:
    with database.begin() as connection:
        lan, case = kit.person(connection), kit.case(connection)
        cases.close(connection, case, lan, 0, Ending.ABANDONED)
        assert kit.of(connection, case).staff_id == lan


def test_given_a_note_when_it_calls_colleagues_then_each_is_called_once_and_its_writer_is_not(database: Engine) -> None:
    with database.begin() as connection:
        lan, minh = (kit.person(connection, login, alerts="email", email="a@b.vn") for login in ("lan", "minh"))
        case = kit.case(connection)
        event = cases.note(connection, case, lan, "  please look  ", [minh, minh, lan])
        assert [(row.event_id, row.staff_id) for row in connection.execute(select(mention))] == [(event, minh)]
        assert called(connection) == {minh}
        (line,) = events.every(connection, case)
        assert (line.id, line.text, line.data) == (event, "please look", {"mentions": [minh]})
        assert kit.of(connection, case).version == 0


@pytest.mark.parametrize(("text", "why"), [("  \u200b ", "empty"), ("x" * 4001, "too_long")])
def test_given_a_note_that_says_nothing_or_too_much_when_written_then_it_is_refused(
    database: Engine, text: str, why: str
) -> None:
    with database.begin() as connection:
        lan, case = kit.person(connection), kit.case(connection)
        with pytest.raises(Refused, match=why):
            cases.note(connection, case, lan, text)


def test_given_a_colleague_who_has_left_when_called_to_a_note_then_it_is_refused(database: Engine) -> None:
    with database.begin() as connection:
        lan, minh, case = kit.person(connection), kit.person(connection, "minh"), kit.case(connection)
        connection.execute(update(staff).where(staff.c.id == minh).values(ended_at=now()))
        with pytest.raises(Refused, match="staff_ended"):
            cases.note(connection, case, lan, "look", [minh])


def test_given_an_owner_when_the_citizen_writes_then_they_wait_from_their_first_message_on(database: Engine) -> None:
    with database.begin() as connection:
        lan = kit.person(connection)
        case = kit.case(connection, staff_id=lan, waits_since=None)
        whose = kit.of(connection, case).conversation_id
        owning.heard(connection, whose)
        first = kit.of(connection, case)
        owning.heard(connection, whose)
        assert kit.of(connection, case) == first
        assert first.waits_since is not None
        assert first.due_at is not None


def test_given_something_that_leaves_the_case_as_it_is_when_recorded_then_it_is_in_the_history(
    database: Engine,
) -> None:
    with database.begin() as connection:
        lan, case = kit.person(connection), kit.case(connection, version=4)
        event = cases.record(connection, case, lan, Event.ASKED_PHONE, way="card")
        (line,) = events.every(connection, case)
        assert (line.id, line.staff_id, line.data) == (event, lan, {"way": "card"})
        assert kit.of(connection, case).version == 4
