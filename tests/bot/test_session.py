"""A session without a server: nobody could read along, so nothing is handed over."""

from __future__ import annotations

from sqlalchemy import select

from bot.conversation import Reply
from bot.conversation.answer import Answer
from bot.session import Session
from bot.store.desk_tables import handover
from tests.bot.handover.turns import asks, misses
from tests.doubles import EchoResponder


class Says(EchoResponder):
    """Has these answers, one after the other."""

    def __init__(self, *answers: Answer) -> None:
        super().__init__()
        self.answers = list(answers)

    def respond(self, conversation_id: int, text: str, payload: str, memory: str | None) -> Answer:
        """The next one."""
        return self.answers.pop(0)


def test_given_a_terminal_when_a_person_is_wanted_then_nobody_is_promised() -> None:
    session = Session(Says(asks(), misses(2)))
    assert session.say("a", "gặp cán bộ").replies == [Reply("dạ")]
    assert [reply.text for reply in session.say("a", "asdf").replies] == ["chưa hiểu"]
    with session._database.connect() as connection:
        assert connection.execute(select(handover.c.id)).all() == []
