"""One turn: a message that is stored becomes an answer that is stored.

The recipe: who answers → the answer (or an honest apology) → ONE transaction with the transcript, the outbox, the
effects, what came of it, and the message marked done. A turn may die at any line; it is then taken again, and only
one take can commit.
"""

from __future__ import annotations

import json
import time
from dataclasses import asdict
from typing import Any

import structlog
from sqlalchemy import and_, insert, select, update
from sqlalchemy.engine import Connection, Engine

from bot import guides, logs, reminders
from bot.conversation import Outcome, Reply, Route, State, route
from bot.conversation.answer import Answer, Responder
from bot.post import outbox
from bot.post.clock import now
from bot.post.inbox import LONGEST, Claimed
from bot.post.wake import OUTBOX, Wake
from bot.post.wake import conversation as transcript_of
from bot.store.tables import conversation, handover, inbox, turn
from bot.words import words

log = structlog.get_logger()

#: Tries before a message that ends the process each time is answered with an apology.
MOST_ATTEMPTS = 3


class Turns:
    """Takes turns for whoever can respond."""

    def __init__(self, engine: Engine, responder: Responder, wake: Wake, site: str = "") -> None:
        """`site` is the address that links begin with; without one no page is named."""
        self._engine = engine
        self._site = site.rstrip("/")
        self._responder = responder
        self._wake = wake

    def take(self, claimed: Claimed) -> bool:
        """Answers one claimed message. False if another worker had taken it over meanwhile."""
        started = time.perf_counter()
        answer = self._answer(claimed)
        ms = (time.perf_counter() - started) * 1000
        if not self._commit(claimed, answer, ms):
            log.info("turn_taken_over", inbox=claimed.id)
            return False
        self._wake.notify(OUTBOX)
        self._wake.notify(transcript_of(claimed.conversation_id))
        return True

    def _answer(self, claimed: Claimed) -> Answer | None:
        """None where a person answers."""
        if route(claimed.state) is Route.DESK:
            return None
        if claimed.attempt > MOST_ATTEMPTS:
            log.error("turn_given_up", inbox=claimed.id)
            return _only("error", Outcome.ERROR, claimed.memory)
        if not claimed.payload and not any(char.isalnum() for char in claimed.text):
            return _only("nothing_said", Outcome.CLARIFY, claimed.memory)
        if len(claimed.text) > LONGEST:
            return _only("too_long", Outcome.CLARIFY, claimed.memory)
        return self._respond(claimed)

    def _respond(self, claimed: Claimed) -> Answer:
        try:
            with self._engine.connect() as connection:
                asked = (claimed.conversation_id, claimed.text, claimed.memory)
                memory = guides.lay_out(connection, *asked, self._site)
            return self._responder.respond(claimed.conversation_id, claimed.text, claimed.payload, memory)
        except Exception as error:
            # The kind of error, never its text: that may hold the citizen's words.
            cause = error.__cause__ or error
            log.error("turn_failed", inbox=claimed.id, error=type(cause).__name__, where=logs.where(cause))
            return _only("error", Outcome.ERROR, claimed.memory)

    def _commit(self, claimed: Claimed, answer: Answer | None, ms: float) -> bool:
        with self._engine.begin() as connection:
            if not _finish(connection, claimed):
                return False
            if answer is not None:
                _keep(connection, claimed, answer, ms)
        return True


def _only(key: str, outcome: Outcome, memory: str | None) -> Answer:
    """A word of the bot itself, in the language that was answered in last."""
    slots = json.loads(memory).get("slots", {}) if memory else {}
    language = str(slots.get("language") or "vi")
    return Answer((Reply(words().say(key, language)),), outcome, memory=memory, reply_language=language)


def _finish(connection: Connection, claimed: Claimed) -> bool:
    mine = and_(inbox.c.id == claimed.id, inbox.c.status == "claimed", inbox.c.attempts == claimed.attempt)
    return bool(connection.execute(update(inbox).where(mine).values(status="done")).rowcount == 1)


def _keep(connection: Connection, claimed: Claimed, answer: Answer, ms: float) -> None:
    for reply in answer.replies:
        outbox.post(connection, claimed.conversation_id, claimed.channel, reply, claimed.id)
    mine = conversation.c.id == claimed.conversation_id
    connection.execute(update(conversation).where(mine).values(memory=guides.put_away(answer.memory)))
    for effect in answer.effects:
        _EFFECTS[effect["type"]](connection, claimed, effect)
    procedures = json.dumps([asdict(linked) for linked in answer.procedures])
    told = {"outcome": answer.outcome.value, "intent": answer.intent, "aspect": answer.aspect}
    languages = {"language": answer.language, "reply_language": answer.reply_language}
    where = {"inbox_id": claimed.id, "conversation_id": claimed.conversation_id, "created_at": now()}
    connection.execute(insert(turn).values(**where, **told, **languages, procedures=procedures, ms=ms))


def _hand_over(connection: Connection, claimed: Claimed, effect: dict[str, str]) -> None:
    """A handover row; one that waits already takes up what else is wanted, or a wish to be deleted would be lost."""
    mine = and_(handover.c.conversation_id == claimed.conversation_id, handover.c.status == "waiting")
    waiting = connection.execute(select(handover.c.reason).where(mine)).first()
    if waiting:
        reasons = dict.fromkeys([*waiting.reason.split(", "), effect["reason"]])
        connection.execute(update(handover).where(mine).values(reason=", ".join(reasons)))
        return
    values = {"conversation_id": claimed.conversation_id, "reason": effect["reason"], "created_at": now()}
    connection.execute(insert(handover).values(**values))
    whose = update(conversation).where(conversation.c.id == claimed.conversation_id)
    connection.execute(whose.values(state=State.WAITING.value))


def _guide(connection: Connection, claimed: Claimed, effect: dict[str, Any]) -> None:
    guides.keep(connection, claimed.conversation_id, effect)


def _remind(connection: Connection, claimed: Claimed, effect: dict[str, Any]) -> None:
    reminders.keep(connection, claimed.conversation_id, effect)


#: What each effect of an action does, in the transaction of its turn.
_EFFECTS = {"hand_over": _hand_over, "guide": _guide, "remind": _remind}
