"""One turn: a message that is stored becomes an answer that is stored.

The recipe: who answers → the answer (or an honest apology) → ONE transaction with the transcript, the outbox, the
effects, what came of it, and the message marked done. A turn may die at any line; it is then taken again, and only
one take can commit.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import structlog
from sqlalchemy import bindparam, insert, update
from sqlalchemy.engine import Connection, Engine

from bot import away, banners, guides, joining, kinds, logs, reminders, switches, trying
from bot.alerts import linking
from bot.channels.port import Abilities
from bot.conversation import Button, Kind, Outcome, Reply, Route, State, route
from bot.conversation.answer import Answer, Responder
from bot.handover import citizen, holding, opening, owning, reasons
from bot.handover.transcript import Links
from bot.post import outbox
from bot.post.clock import now
from bot.post.inbox import LONGEST, Claimed
from bot.post.wake import ALERTS, DESK, Wake
from bot.post.wake import conversation as transcript_of
from bot.post.wake import outbox as outbox_of
from bot.privacy import consent, keeping, rights
from bot.privacy.covering import cover, cover_json
from bot.scam import checking, warning
from bot.store.tables import conversation, inbox, turn
from bot.words import language_of, words

log = structlog.get_logger()

#: Tries before a message that ends the process each time is answered with an apology.
MOST_ATTEMPTS = 3

# Made once, as in bot.post.outbox.
_FINISH = (
    update(inbox)
    .where(inbox.c.id == bindparam("of"), inbox.c.status == "claimed", inbox.c.attempts == bindparam("attempt"))
    .values(status="done")
)
_REMEMBER = update(conversation).where(conversation.c.id == bindparam("of"))


@dataclass(frozen=True)
class _Came:
    """What came of an answer when it was to be kept."""

    #: Who answers the conversation by now.
    state: State
    #: It is done. Else another worker has taken it over, or nobody was to answer and now the bot is.
    done: bool
    #: As it was kept; None where a person answers.
    answer: Answer | None = None


class Turns:
    """Takes turns for whoever can respond."""

    def __init__(
        self,
        engine: Engine,
        responder: Responder,
        wake: Wake,
        site: str = "",
        abilities: Mapping[str, Abilities] | None = None,
        secret: str = "",
        desk: bool = True,
        notice: bool = False,
        own: str = "",
    ) -> None:
        """`site` is the address that links begin with; without one no page is named. `abilities` by channel.

        `secret` is what codes of staff and links to transcripts are made of; without one there are none.
        `desk` is False where no person could read along, as in a terminal: nothing is handed over there.
        `notice`: whoever is new is asked whether what they write may be kept.
        `own`: our addresses, parted by spaces, which are no scam.
        """
        self._engine = engine
        # Looking must not wait for those who write.
        self._reading = engine.execution_options(motcua_read=True)
        self._abilities = abilities or {}
        self._site = site.rstrip("/")
        self._secret = secret
        self._links = Links(site, secret)
        self._responder = responder
        self._wake = wake
        self._desk, self._asks, self._own = desk, notice, own or site

    def take(self, claimed: Claimed) -> bool:
        """Answers one claimed message. False if another worker had taken it over meanwhile."""
        if claimed.channel == trying.CHANNEL:
            return trying.take(self._engine, self._responder, claimed)
        came = self._tried(claimed)
        if not came.done and route(came.state) is not route(claimed.state):
            # The person who was to answer has just closed it: silence would leave the citizen with nobody.
            came = self._tried(replace(claimed, state=came.state))
        if not came.done:
            log.info("turn_taken_over", inbox=claimed.id)
            return False
        self._notify(claimed, came)
        log.info("turn_done", inbox=claimed.id, outcome=came.answer.outcome.value if came.answer else "staff")
        return True

    def _tried(self, claimed: Claimed) -> _Came:
        started = time.perf_counter()
        # One connection for all that is looked up: each costs as much as a question.
        with self._reading.connect() as looking:
            # A person has taken it while nobody answered here.
            theirs = route(claimed.state) is Route.ENGINE and away.taken(looking, claimed)
            answer = None if theirs else self._answer(looking, claimed)
        if theirs:
            return self._let_be(claimed)
        return self._commit(claimed, answer, (time.perf_counter() - started) * 1000)

    def _let_be(self, claimed: Claimed) -> _Came:
        with self._engine.begin() as connection:
            return _Came(claimed.state, done=_finish(connection, claimed))

    def _notify(self, claimed: Claimed, came: _Came) -> None:
        # Joining speaks on another channel too.
        channels = self._abilities if _does(came.answer, "join") else (claimed.channel,)
        self._wake.notify(*map(outbox_of, channels), transcript_of(claimed.conversation_id))
        if came.state is not State.WITH_BOT or _does(came.answer, "hand_over", "hold", "case", "after", rights.EFFECT):
            self._wake.notify(DESK, ALERTS)

    def _answer(self, looking: Connection, claimed: Claimed) -> Answer | None:
        """None where a person answers."""
        own = self._own_matter(looking, claimed)
        # A button of the bot's own stays a button, whoever answers.
        if route(claimed.state) is Route.DESK and not (own and claimed.payload):
            return self._of_case(looking, claimed) if claimed.payload else None
        if claimed.attempt > MOST_ATTEMPTS:
            log.error("turn_given_up", inbox=claimed.id)
            return _only("error", Outcome.ERROR, claimed.memory)
        if own:
            outcome = Outcome.SCAM if own["type"] == checking.EFFECT else Outcome.PRIVACY
            return Answer((), outcome, effects=(own,), memory=claimed.memory)
        code = linking.recognise(claimed)
        if code and self._secret:
            return linking.answer(looking, claimed, code, self._secret)
        about_case = self._of_case(looking, claimed)
        if about_case is not None:
            return about_case
        answer = self._said(looking, claimed) if claimed.kind is Kind.TEXT else self._sent(looking, claimed)
        weighed = self._weighed(looking, claimed, reminders.warned(answer, self._abilities.get(claimed.channel)))
        return rights.sited(warning.ahead(claimed, weighed, self._own), self._site)

    def _own_matter(self, looking: Connection, claimed: Claimed) -> dict[str, Any] | None:
        """What the engine is not asked: joined talks, somebody's own data, who it is that speaks."""
        about_data = joining.recognise(claimed) or rights.recognise(looking, claimed, self._site)
        return about_data or checking.recognise(claimed, self._secret, self._site)

    def _of_case(self, looking: Connection, claimed: Claimed) -> Answer | None:
        """The answer to what is about the citizen's own case, and where the bot is switched off."""
        return citizen.answer(looking, claimed, self._links) or switches.answer(looking, claimed)

    def _said(self, looking: Connection, claimed: Claimed) -> Answer:
        """An answer to what was typed or pressed."""
        if not claimed.payload and not any(char.isalnum() for char in claimed.text):
            return _only("nothing_said", Outcome.CLARIFY, claimed.memory)
        if len(claimed.text) > LONGEST:
            return _only("too_long", Outcome.CLARIFY, claimed.memory)
        return self._respond(looking, claimed, claimed.payload)

    def _sent(self, looking: Connection, claimed: Claimed) -> Answer:
        """An answer to anything else: what can be done with it, and to the words that came with it."""
        if claimed.kind is Kind.START:
            return self._respond(looking, claimed, kinds.opening(claimed.text))
        noted = _only(f"kind.{claimed.kind.value}", Outcome.CLARIFY, claimed.memory)
        if claimed.text:
            kept, answer = _only("kind.kept", Outcome.CLARIFY, claimed.memory), self._said(looking, claimed)
            return replace(answer, replies=(*kept.replies, *answer.replies))
        return replace(noted, replies=()) if kinds.in_album(looking, claimed) else noted

    def _respond(self, looking: Connection, claimed: Claimed, payload: str) -> Answer:
        try:
            memory = guides.lay_out(looking, claimed.conversation_id, claimed.text, claimed.memory, self._site)
            return self._responder.respond(claimed.conversation_id, claimed.text, payload, memory)
        except Exception as error:
            # The kind of error, never its text: that may hold the citizen's words.
            cause = error.__cause__ or error
            log.error("turn_failed", inbox=claimed.id, error=type(cause).__name__, where=logs.where(cause))
            return _only("error", Outcome.ERROR, claimed.memory)

    def _weighed(self, looking: Connection, claimed: Claimed, answer: Answer) -> Answer:
        """What a person is called for, and what waits for one."""
        if not self._desk:
            kept = tuple(effect for effect in answer.effects if effect["type"] != "hand_over")
            return replace(answer, effects=kept)
        return banners.ahead(looking, claimed, reasons.weighed(looking, claimed, answer))

    def _commit(self, claimed: Claimed, answer: Answer | None, ms: float) -> _Came:
        """Whoever takes a case waits for this, or this for them: from then on the bot is silent."""
        with self._engine.begin() as connection:
            state = owning.lock_conversation(connection, claimed.conversation_id)
            if answer is None and route(state) is Route.ENGINE:
                return _Came(state, done=False)
            if not _finish(connection, claimed):
                return _Came(claimed.state, done=False)
            if (
                route(state) is Route.DESK
                and route(claimed.state) is Route.ENGINE
                and not _does(answer, "join", "after", rights.EFFECT, checking.EFFECT)
            ):
                answer = None
            if answer is None:
                owning.heard(connection, claimed.conversation_id)
                citizen.overheard(connection, claimed)
            else:
                self._keep(connection, claimed.covered(), _told_hidden(connection, claimed, answer), ms)
                if self._asks:
                    consent.ask(connection, claimed, answer, self._abilities.get(claimed.channel))
        return _Came(state, done=True, answer=answer)

    def _keep(self, connection: Connection, claimed: Claimed, answer: Answer, ms: float) -> None:
        # Whoever reads here is woken by `_notify`.
        can, whose = self._abilities.get(claimed.channel), (claimed.conversation_id, claimed.channel)
        here, told_in = bool(can and can.here), answer.reply_language
        for reply in answer.replies:
            outbox.post(connection, *whose, reply, claimed.id, told_in, arrived=here)
        connection.execute(_REMEMBER, {"of": claimed.conversation_id, "memory": guides.put_away(answer.memory)})
        for effect in answer.effects:
            _carry_out(connection, claimed, effect, answer)
        citizen.noticed(connection, claimed, answer)
        procedures = json.dumps([asdict(linked) for linked in answer.procedures])
        told = {"outcome": answer.outcome.value, "intent": answer.intent, "aspect": answer.aspect}
        languages = {"language": answer.language, "reply_language": answer.reply_language}
        where = {"inbox_id": claimed.id, "conversation_id": claimed.conversation_id, "created_at": now()}
        connection.execute(insert(turn), {**where, **told, **languages, "procedures": procedures, "ms": ms})


def _does(answer: Answer | None, *types: str) -> bool:
    """Whether an answer has an effect of one of these types."""
    return answer is not None and any(effect["type"] in types for effect in answer.effects)


def _only(key: str, outcome: Outcome, memory: str | None) -> Answer:
    """A word of the bot itself, in the language that was answered in last."""
    language = language_of(memory)
    return Answer((Reply(words().say(key, language)),), outcome, memory=memory, reply_language=language)


def _told_hidden(connection: Connection, claimed: Claimed, answer: Answer) -> Answer:
    """An answer as it may be stored, and the first time a word on what was hidden."""
    if not claimed.secrets:
        return answer
    hidden = tuple(_hidden(reply, claimed.secrets) for reply in answer.replies)
    if hidden and keeping.first(connection, claimed.conversation_id, claimed.id):
        hidden = (*hidden, Reply(words().say("privacy.hidden", answer.reply_language)))
    effects = tuple(citizen.covered(effect, claimed.secrets) for effect in answer.effects)
    return replace(answer, replies=hidden, effects=effects, memory=cover_json(answer.memory, claimed.secrets))


def _hidden(reply: Reply, secrets: Sequence[str]) -> Reply:
    shown = tuple(Button(*cover((one.title, one.payload), secrets)) for one in reply.buttons)
    return replace(reply, text=cover(reply.text, secrets), buttons=shown)


def _finish(connection: Connection, claimed: Claimed) -> bool:
    return bool(connection.execute(_FINISH, {"of": claimed.id, "attempt": claimed.attempt}).rowcount == 1)


def _carry_out(connection: Connection, claimed: Claimed, effect: dict[str, Any], answer: Answer) -> None:
    if effect["type"] in _TO_THE_DESK:
        _TO_THE_DESK[effect["type"]](connection, claimed, effect, answer)
    else:
        _EFFECTS[effect["type"]](connection, claimed, effect)


#: Effects that tell staff of the answer as well.
_TO_THE_DESK = {"hand_over": opening.carry_out, "hold": holding.carry_out}
#: What each effect of an action does, in the transaction of its turn.
_EFFECTS: dict[str, Callable[[Connection, Claimed, dict[str, Any]], None]] = {
    "guide": lambda connection, claimed, effect: guides.keep(connection, claimed.conversation_id, effect),
    "remind": lambda connection, claimed, effect: reminders.keep(connection, claimed.conversation_id, effect),
    "join": joining.carry_out,
    "link_staff": linking.carry_out,
    "case": citizen.carry_out,
    "after": citizen.carry_out,
    rights.EFFECT: rights.carry_out,
    checking.EFFECT: checking.carry_out,
    warning.EFFECT: warning.carry_out,
}
