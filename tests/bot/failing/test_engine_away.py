"""The engine is away: whoever waits is told once in their language, staff read it, and nobody answers twice."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.engine import Engine

from bot import away
from bot.away import IN_LINE, PATIENCE, Away
from bot.conversation import Inbound
from bot.handover import cases
from bot.handover.kinds import Ending
from bot.post.clock import ago, now
from bot.post.inbox import Inbox
from bot.post.wake import Wake
from bot.store.desk_tables import handover
from bot.store.tables import conversation, inbox, message, outbox
from bot.turn import Turns
from bot.words import words
from tests.bot.handover import kit
from tests.bot.post.kit import change, column, rows
from tests.doubles import EchoResponder


class Service:
    """An inbox, and an engine that is there or not."""

    def __init__(self, database: Engine) -> None:
        self.database, self.readiness, self.seconds = database, "failed", 0.0
        self.inbox, self.engine = Inbox(database, Wake()), EchoResponder()
        self.away = Away(database, lambda: self.readiness, lambda: self.seconds)
        self.away.look()

    def say(self, text: str, address: str = "a", channel: str = "zalo") -> None:
        number = len(rows(self.database, inbox))
        self.inbox.receive(Inbound(channel, address, f"m{number}", text))
        change(self.database, inbox, received_at=ago(PATIENCE + 1))

    def wait(self) -> list[Any]:
        self.seconds += PATIENCE + 1
        return self.away.look()

    def come_back(self) -> None:
        self.readiness = "ready"
        turns = Turns(self.database, self.engine, Wake())
        while claimed := self.inbox.claim():
            assert turns.take(claimed)

    def told(self, language: str = "vi") -> int:
        return column(self.database, message, "text").count(words().say("engine_away", language))


@pytest.fixture
def service(database: Engine) -> Service:
    return Service(database)


@pytest.mark.parametrize(
    ("said", "language"),
    [("làm giấy khai sinh cần gì", "vi"), ("how do I register a birth", "en"), ("出生登记需要什么材料", "zh")],
)
def test_given_nobody_who_answers_for_a_minute_when_looked_then_each_is_told_once_in_their_language(
    service: Service, said: str, language: str
) -> None:
    service.say(said)
    assert [one.channel for one in service.wait()] == ["zalo"]
    service.say("alo")
    assert service.wait() == []
    assert service.told(language) == 1 and column(service.database, handover, "reason") == ["away"]
    assert set(column(service.database, outbox, "channel")) == {"zalo"}


def test_given_an_engine_that_is_away_for_a_moment_when_looked_then_nobody_is_told(service: Service) -> None:
    service.say("khai sinh")
    service.seconds += PATIENCE - 1
    assert service.away.look() == []
    service.readiness = "ready"
    service.away.look()
    service.readiness = "failed"
    service.seconds += PATIENCE - 1
    assert service.away.look() == []


def test_given_a_message_that_has_just_come_when_looked_then_it_waits_its_minute(service: Service) -> None:
    service.say("khai sinh")
    change(service.database, inbox, received_at=now())
    assert service.wait() == []


def test_given_people_elsewhere_when_looked_then_those_at_the_counter_and_with_staff_are_not_told(
    service: Service,
) -> None:
    service.say("a", "1", "counter")
    service.say("b", "2")
    service.say("c", "3")
    with service.database.begin() as connection:
        connection.execute(update(conversation).where(conversation.c.address == "2").values(state="with_staff"))
        connection.execute(update(conversation).where(conversation.c.address == "3").values(left_at=now()))
    assert service.wait() == []


def test_given_two_processes_when_both_look_then_one_tells(service: Service) -> None:
    service.say("khai sinh")
    other = Away(service.database, lambda: "failed", lambda: service.seconds)
    other.look()
    service.wait()
    assert other.look() == [] and service.told() == 1


def test_given_a_case_that_nobody_took_when_the_engine_is_back_then_it_answers(service: Service) -> None:
    service.say("khai sinh")
    service.wait()
    service.come_back()
    assert service.engine.heard == [("khai sinh", "")]
    assert column(service.database, inbox, "status") == ["done"]


def _take(service: Service) -> tuple[int, int]:
    with service.database.begin() as connection:
        lan = kit.person(connection, "lan")
        case = connection.execute(select(handover)).one()
        cases.claim(connection, case.id, lan)
    return case.id, lan


def test_given_a_case_that_staff_took_when_the_engine_is_back_then_it_is_silent(service: Service) -> None:
    service.say("khai sinh")
    service.wait()
    _take(service)
    service.come_back()
    assert service.engine.heard == [] and column(service.database, inbox, "status") == ["done"]


def test_given_a_case_that_staff_closed_when_the_engine_is_back_then_old_messages_are_theirs_and_new_ones_not(
    service: Service,
) -> None:
    service.say("khai sinh")
    service.wait()
    case, lan = _take(service)
    with service.database.begin() as connection:
        version = connection.execute(select(handover.c.version)).scalar_one()
        cases.close(connection, case, lan, version, Ending.ANSWERED)
    service.come_back()
    assert service.engine.heard == []
    service.inbox.receive(Inbound("zalo", "a", "new", "cảm ơn"))
    service.come_back()
    assert service.engine.heard == [("cảm ơn", "")]


def in_line(service: Service, language: str = "vi") -> int:
    return column(service.database, message, "text").count(words().say("in_line", language))


@pytest.mark.parametrize(
    ("said", "language"), [("làm giấy khai sinh cần gì", "vi"), ("how do I register a birth", "en"), ("出生登记", "zh")]
)
def test_given_an_engine_that_is_busy_when_a_message_waits_then_its_citizen_is_told_once_and_answered_once(
    service: Service, said: str, language: str
) -> None:
    service.readiness = "ready"
    service.say(said)
    change(service.database, inbox, received_at=ago(IN_LINE - 5))
    assert service.away.look() == []
    change(service.database, inbox, received_at=ago(IN_LINE + 1))
    assert len(service.away.look()) == 1
    service.say("alo")
    assert service.away.look() == []
    assert in_line(service, language) == 1 and column(service.database, handover, "id") == []
    service.come_back()
    assert [text for text, _ in service.engine.heard] == [said, "alo"]
    assert service.away.look() == []


def test_given_an_engine_that_was_away_when_it_is_back_and_busy_then_whoever_knows_is_not_told_again(
    service: Service,
) -> None:
    service.say("khai sinh")
    service.wait()
    service.readiness = "ready"
    assert service.away.look() == [] and in_line(service) == 0


def test_given_a_message_in_hand_or_a_channel_with_hardly_a_word_left_when_looked_then_nobody_is_told(
    service: Service,
) -> None:
    service.readiness = "ready"
    service.say("khai sinh")
    assert service.inbox.claim() is not None
    service.say("khai sinh", "b")
    change(service.database, conversation, replies_left=2)
    assert service.away.look() == []


def test_given_two_processes_when_both_see_a_line_then_one_tells(service: Service) -> None:
    service.readiness = "ready"
    service.say("khai sinh")
    [waiting] = column(service.database, inbox, "id")
    other = Away(service.database, lambda: "ready")
    assert other.look() and service.away._tell(waiting, away._BUSY) is None
