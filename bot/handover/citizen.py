"""What a citizen can say about their case: while it waits for a person, and after it.

`answer` looks, before the bot is asked, and returns what is to be done as an effect; `carry_out` does it in the
transaction of the turn. Whose case a button names is looked up each time: a page can send any payload.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, bindparam, select
from sqlalchemy.engine import Connection

from bot.conversation import Button, Kind, Outcome, Reply, Route, State, route
from bot.conversation.answer import Answer
from bot.handover import commune, events, owning, phrases, presses, rating, remembered
from bot.handover.kinds import Event, Status
from bot.handover.line import cancel, standing
from bot.handover.transcript import Links
from bot.post import outbox
from bot.post.inbox import LONGEST, Claimed
from bot.privacy import consent, contacts
from bot.privacy.covering import cover
from bot.store.desk_tables import handover
from bot.store.tables import conversation, turn
from bot.words import language_of, words

#: Digits of a telephone number that are said back: what is written here may be read over a shoulder.
_TAIL = 3
_PERSON = "/talk_to_person"
#: Stars at most for which the bot is sorry.
_POOR = 2
#: What concerns a case that is over: whoever answers the conversation now, these buttons stay the bot's.
_AFTER = frozenset(("rate", "words", "skip", "say", "transcript"))

Effect = dict[str, Any]
# Made once: every turn asks.
_LATEST = select(handover).where(handover.c.conversation_id == bindparam("of")).order_by(handover.c.id.desc()).limit(1)


def answer(connection: Connection, claimed: Claimed, links: Links | None = None) -> Answer | None:
    """The answer to a message about the citizen's own case; None for any other, which is the bot's or a person's.

    `links` makes the addresses of transcripts. Only looks: what is to be done and said lies in the effect.
    """
    effect = _pressed(claimed)
    if effect is None and route(claimed.state) is Route.ENGINE:
        effect = _said(connection, claimed)
    if effect is None:
        return None
    if effect["do"] == "transcript":
        effect["link"] = links.to(connection, claimed.conversation_id) if links else ""
    memory = claimed.memory
    if effect.get("place"):
        memory = remembered.with_slots(memory, place=effect["place"])
    return Answer((), Outcome.STATUS, effects=(effect,), memory=memory, reply_language=language_of(memory))


def carry_out(connection: Connection, claimed: Claimed, effect: Effect) -> None:
    """Does what an effect "case" or "after" asks for, and answers. Nothing is done to somebody else's case."""
    owning.lock_conversation(connection, claimed.conversation_id)
    _DO[effect["do"]](_Case(connection, claimed), effect)


def covered(effect: Effect, secrets: Sequence[str]) -> Effect:
    """An effect without what the message tells of its sender; a telephone number that is given to us is sealed."""
    given = {"phone": effect["phone"]} if effect.get("do") == "phone" else {}
    return {**cover(effect, secrets), **given}


def noticed(connection: Connection, claimed: Claimed, answer: Answer) -> None:
    """The bot has learnt where somebody lives, in an answer of its own: a case that waits for that goes there."""
    code = remembered.slot(answer.memory, "place")
    if claimed.state is State.WAITING and code and code != remembered.slot(claimed.memory, "place"):
        row = _waiting(connection, claimed.conversation_id)
        if row is not None and row.asks == commune.ASKS:
            carry_out(connection, claimed, _effect("place", row.id, place=str(code)))


def overheard(connection: Connection, claimed: Claimed) -> None:
    """Said to a person: the telephone number that they have asked for is kept; the bot is silent."""
    number = "" if claimed.payload else phrases.telephone(claimed.text)
    row = _latest(connection, claimed.conversation_id) if number else None
    if row is not None and any(line.kind is Event.ASKED_PHONE for line in events.every(connection, row.id)):
        contacts.keep(connection, claimed.conversation_id, phone=number)
        consent.may_call(connection, claimed.conversation_id, language_of(claimed.memory))


def _pressed(claimed: Claimed) -> Effect | None:
    told = presses.read(claimed.payload)
    # While a person answers, what concerns the case in hand is said to them.
    if told is None or (route(claimed.state) is Route.DESK and told["do"] not in _AFTER):
        return None
    return _effect(**told)


def _said(connection: Connection, claimed: Claimed) -> Effect | None:
    """What a typed message or a contact means. Most messages mean nothing of the kind."""
    if claimed.payload or claimed.kind not in (Kind.TEXT, Kind.CONTACT) or len(claimed.text) > LONGEST:
        return None
    row = _latest(connection, claimed.conversation_id)
    if row is None:
        return None
    if row.status == Status.WAITING.value and (effect := _while_waiting(connection, claimed, row)):
        return effect
    if claimed.kind is Kind.TEXT and phrases.said(claimed.text, "after.ask_transcript"):
        return _effect("transcript", row.id)
    return _once_closed(connection, claimed) if claimed.kind is Kind.TEXT else None


def _while_waiting(connection: Connection, claimed: Claimed, row: Any) -> Effect | None:
    if claimed.kind is Kind.CONTACT:
        kept = contacts.phone_of(connection, claimed.conversation_id)
        return _effect("phone", row.id, phone=kept) if kept else None
    number = phrases.telephone(claimed.text)
    if number:
        return _effect("phone", row.id, phone=number)
    if _cancels(connection, claimed):
        return _effect("cancel", row.id)
    if phrases.said(claimed.text, "waits.ask_line"):
        return _effect("line", row.id)
    told = commune.told(claimed.text) if row.asks == commune.ASKS else None
    return _effect(case=row.id, **told) if told else None


def _cancels(connection: Connection, claimed: Claimed) -> bool:
    """A bare "never mind" right after a guide has spoken is about the guide, and a mere "no" answers a question."""
    if phrases.said(claimed.text, "waits.no_person"):
        return True
    said = [key for key in ("waits.cancel", "waits.deny") if phrases.said(claimed.text, key)]
    if not said or _guided(connection, claimed.conversation_id):
        return False
    return said[0] == "waits.cancel" or not _asked(connection, claimed.conversation_id)


def _asked(connection: Connection, conversation_id: int) -> bool:
    """Whether the last thing said to a citizen is a question."""
    line = rating.last_line(connection, conversation_id)
    return line is not None and str(line.text).rstrip().endswith(("?", "\N{FULLWIDTH QUESTION MARK}"))


def _guided(connection: Connection, conversation_id: int) -> bool:
    mine = select(turn.c.outcome).where(turn.c.conversation_id == conversation_id)
    last = connection.execute(mine.order_by(turn.c.inbox_id.desc()).limit(1)).scalar()
    return bool(last == Outcome.GUIDE.value)


def _once_closed(connection: Connection, claimed: Claimed) -> Effect | None:
    case_id, asks = rating.asked(connection, claimed.conversation_id)
    if not case_id:
        return None
    if asks == rating.WORDS:
        skips = phrases.said(claimed.text, "waits.cancel")
        return _effect("skip", case_id) if skips else _effect("say", case_id, text=claimed.text)
    stars = phrases.stars(claimed.text)
    return _effect("rate", case_id, stars=stars) if stars else None


def _effect(do: str, case: int, **told: Any) -> Effect:
    return {"type": "after" if do in _AFTER else "case", "do": do, "case": case, **told}


def _latest(connection: Connection, conversation_id: int) -> Any:
    return connection.execute(_LATEST, {"of": conversation_id}).first()


def _waiting(connection: Connection, conversation_id: int) -> Any:
    waits = and_(handover.c.conversation_id == conversation_id, handover.c.status == Status.WAITING.value)
    return connection.execute(select(handover).where(waits)).first()


def _whose(connection: Connection, conversation_id: int) -> Any:
    return connection.execute(select(conversation).where(conversation.c.id == conversation_id)).one()


@dataclass(frozen=True)
class _Case:
    """Who asks, and how they are answered."""

    connection: Connection
    claimed: Claimed

    @property
    def conversation_id(self) -> int:
        return self.claimed.conversation_id

    @property
    def language(self) -> str:
        return language_of(_whose(self.connection, self.conversation_id).memory)

    def waiting(self, effect: Effect) -> Any:
        """The row of the case, while it is theirs and waits; else says that it is over."""
        row = _waiting(self.connection, self.conversation_id)
        if row is not None and row.id == effect["case"]:
            return row
        self.say("waits.over")
        return None

    def say(self, key: str, buttons: dict[str, str] | None = None, **values: str) -> None:
        """Words of the bot in the citizen's language; `buttons` are keys of titles and payloads."""
        shown = tuple(Button(words().say(title, self.language), what) for title, what in (buttons or {}).items())
        self.reply(Reply(words().say(key, self.language, **values), shown))

    def reply(self, told: Reply) -> None:
        """A reply as it is."""
        where = (self.conversation_id, self.claimed.channel)
        outbox.post(self.connection, *where, told, self.claimed.id, self.language)


def _cancel(case: _Case, effect: Effect) -> None:
    row = case.waiting(effect)
    if row is not None:
        cancel(case.connection, row)
        case.say("waits.cancelled", {"waits.person": _PERSON})


def _phone(case: _Case, effect: Effect) -> None:
    contacts.keep(case.connection, case.conversation_id, phone=effect["phone"])
    consent.may_call(case.connection, case.conversation_id, case.language)
    case.say("waits.phone", {"rights.no_call": consent.NO_CALL}, tail=effect["phone"][-_TAIL:])


def _line(case: _Case, effect: Effect) -> None:
    row = case.waiting(effect)
    if row is not None:
        case.reply(Reply(standing(case.connection, row, case.language), _ways(row, case.language)))


def _ways(row: Any, language: str) -> tuple[Button, ...]:
    return (Button(words().say("waits.stop", language), presses.case(row.id, "cancel")),)


def _place(case: _Case, effect: Effect) -> None:
    row = case.waiting(effect)
    if row is not None:
        commune.settle(case.connection, row, effect["place"])
        now_there = owning.read(case.connection, row.id)
        case.reply(Reply(standing(case.connection, now_there, case.language), _ways(row, case.language)))


def _which(case: _Case, effect: Effect) -> None:
    """Several communes bear the name: they are shown to choose from."""
    if case.waiting(effect) is None:
        return
    titles = commune.titles(effect["places"], case.language)
    shown = tuple(Button(title, presses.case(effect["case"], "place", place=code)) for code, title in titles.items())
    case.reply(Reply(words().say("waits.which", case.language), shown))


def _nowhere(case: _Case, effect: Effect) -> None:
    row = case.waiting(effect)
    if row is not None:
        commune.settle(case.connection, row, "")
        case.say("waits.nowhere")


def _rate(case: _Case, effect: Effect) -> None:
    stars = effect["stars"]
    if not rating.rate(case.connection, case.conversation_id, effect["case"], stars):
        return case.say("after.over")
    # Who was served badly is asked more kindly.
    key = "after.thanks" if stars > _POOR else "after.sorry"
    more = {"after.add_words": presses.rating_words(effect["case"], "words")}
    return case.say(key, {**more, "after.transcript": presses.case(effect["case"], "transcript")})


def _words(case: _Case, effect: Effect) -> None:
    if not rating.ask_words(case.connection, case.conversation_id, effect["case"], True):
        return case.say("after.over")
    return case.say("after.words", {"after.skip": presses.rating_words(effect["case"], "skip")})


def _skip(case: _Case, effect: Effect) -> None:
    known = rating.ask_words(case.connection, case.conversation_id, effect["case"], False)
    case.say("after.skipped" if known else "after.over")


def _say(case: _Case, effect: Effect) -> None:
    kept = rating.add_words(case.connection, case.conversation_id, effect["case"], effect["text"])
    case.say("after.noted" if kept else "after.over")


def _transcript(case: _Case, effect: Effect) -> None:
    mine = and_(handover.c.id == effect["case"], handover.c.conversation_id == case.conversation_id)
    if case.connection.execute(select(handover.c.id).where(mine)).first() is None:
        return case.say("after.over")
    link = effect["link"]
    return case.say("story.link", link=link) if link else case.say("story.none")


_DO: dict[str, Callable[[_Case, Effect], None]] = {
    **{"cancel": _cancel, "phone": _phone, "line": _line, "place": _place, "which": _which, "nowhere": _nowhere},
    **{"rate": _rate, "words": _words, "skip": _skip, "say": _say, "transcript": _transcript},
}
