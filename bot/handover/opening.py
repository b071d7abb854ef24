"""A case begins, or one that is open takes up another reason; the citizen reads at once what happens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, insert, select, update
from sqlalchemy.engine import Connection

from bot.alerts import alerts
from bot.conversation import Reply
from bot.conversation.answer import Answer
from bot.handover import events, notice, owning, routing
from bot.handover.kinds import Event, Status
from bot.handover.reasons import Reason, slots
from bot.post import outbox
from bot.post.clock import now
from bot.post.inbox import Claimed
from bot.store.desk_tables import handover
from bot.store.tables import turn
from bot.words import language_of, words
from procedures.typed.identify import ANSWERED, MINORITY

#: Reasons that somebody has put into words: whoever says them again is told how things stand.
_SAID = frozenset((Reason.ASKED, Reason.COMPLAINT, Reason.DISPUTE, Reason.OVERDUE))
#: Messages within which a language still counts that the bot cannot answer in: a button tells none.
_RECENT = 3
#: From here on a procedure that was only guessed is worth showing.
_LIKELY = 0.3


@dataclass(frozen=True)
class _About:
    """What is known of a case when it begins."""

    #: Five digits of a commune, code of a procedure, intent: each may be empty.
    place: str
    code: str
    intent: str
    #: Spoken by the citizen.
    language: str
    #: Of the bot's words: "vi", "en" or "zh".
    reply_language: str


def open_case(connection: Connection, claimed: Claimed, reason: str, *, answer: Answer | None = None) -> None:
    """Begins a case for a message, in the transaction of its turn. An open one takes up the reason instead.

    `answer` is what the bot says to the message; without one only its memory is known.
    """
    owning.lock_conversation(connection, claimed.conversation_id)
    row = open_of(connection, claimed.conversation_id)
    if row is None:
        _begin(connection, claimed, reason, _about(connection, claimed, answer))
    else:
        _take_up(connection, claimed, row, reason, _reply_language(claimed, answer))


def carry_out(connection: Connection, claimed: Claimed, effect: dict[str, Any], answer: Answer) -> None:
    """The effect "hand_over" of an answer."""
    open_case(connection, claimed, effect["reason"], answer=answer)


def open_of(connection: Connection, conversation_id: int) -> Any:
    """The row of the open case of a conversation; None where there is none."""
    mine = and_(handover.c.conversation_id == conversation_id, handover.c.status != Status.CLOSED.value)
    return connection.execute(select(handover).where(mine)).first()


def _begin(connection: Connection, claimed: Claimed, reason: str, about: _About) -> None:
    where = {"code": about.code, "intent": about.intent, "language": about.language}
    office = routing.office_for(connection, place=about.place, **where)
    asks = not about.place and routing.place_decides(connection, office, **where)
    values = {"reason": reason, "office_id": office.id, "asks": "place" if asks else "", **where}
    waits = owning.waits_anew(connection, office.id)
    of = {"conversation_id": claimed.conversation_id, "created_at": now()}
    made = insert(handover).values(**values, **waits, **of)
    case_id = int(connection.execute(made).inserted_primary_key[0])
    owning.answered_by(connection, claimed.conversation_id, Status.WAITING)
    events.write(connection, case_id, Event.OPENED, reason=reason, office=office.id)
    alerts.case_opened(connection, case_id)
    row = owning.read(connection, case_id)
    held = reason == Reason.HELD.value
    _say(connection, claimed, notice.opened(connection, row, about.reply_language, held=held), about.reply_language)


def _take_up(connection: Connection, claimed: Claimed, row: Any, reason: str, language: str) -> None:
    """One more reason, or a wish to be deleted would be lost. A case that is new says nothing twice."""
    reasons = dict.fromkeys([*row.reason.split(", "), reason])
    connection.execute(update(handover).where(handover.c.id == row.id).values(reason=", ".join(reasons)))
    if reason == Reason.HELD.value:
        _say(connection, claimed, words().say("opening.held_too", language), language)
    elif reason in {one.value for one in _SAID} and row.status == Status.WAITING.value:
        _say(connection, claimed, notice.still(connection, row, language), language)


def _say(connection: Connection, claimed: Claimed, text: str, language: str) -> None:
    outbox.post(connection, claimed.conversation_id, claimed.channel, Reply(text), claimed.id, language)


def _about(connection: Connection, claimed: Claimed, answer: Answer | None) -> _About:
    known = slots(answer.memory if answer else claimed.memory)
    place, code = str(known.get("place") or ""), str(known.get("procedure") or "")
    reply_language = _reply_language(claimed, answer)
    language = _language(connection, claimed, answer) or reply_language
    return _About(place, code or _guessed(answer), answer.intent if answer else "", language, reply_language)


def _guessed(answer: Answer | None) -> str:
    likely = [one.code for one in answer.procedures if one.score >= _LIKELY] if answer else []
    return likely[0] if likely else ""


def _reply_language(claimed: Claimed, answer: Answer | None) -> str:
    told = answer.reply_language if answer else language_of(claimed.memory)
    return told if told in ANSWERED else "vi"


def _language(connection: Connection, claimed: Claimed, answer: Answer | None) -> str:
    """One that the bot cannot answer in, if the citizen has just used it; else empty."""
    mine = select(turn.c.language).where(turn.c.conversation_id == claimed.conversation_id)
    before = connection.execute(mine.order_by(turn.c.inbox_id.desc()).limit(_RECENT)).scalars()
    heard = [answer.language if answer else "", *before]
    return next((one for one in heard if one in MINORITY), "")
