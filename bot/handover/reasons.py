"""Why a conversation goes to a person, and which of the reasons the turn itself can see.

What somebody says outright is an action's business (actions/person.py); what builds up over several messages, what
cannot be read, and what an admin has ruled is seen here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import timedelta
from enum import Enum
from typing import Any

from sqlalchemy import and_, exists, func, select
from sqlalchemy.engine import Connection

from bot.conversation import Kind, Outcome, Reply
from bot.conversation.answer import Answer
from bot.handover import rules
from bot.handover.rules import RuleKind
from bot.post.clock import now
from bot.post.inbox import Claimed
from bot.store.desk_tables import handover
from bot.store.tables import turn
from bot.words import words
from procedures.validity import utc


class Reason(str, Enum):
    """Names that are stored, so never changed."""

    ASKED = "asked"
    COMPLAINT = "complaint"
    DISPUTE = "dispute"
    #: A file that is late, or its owner wants to know how it stands.
    OVERDUE = "overdue"
    OWN_FILE = "own_file"
    DELETE_ME = "delete_me"
    #: Not understood twice in a row; scolded twice.
    MISSED = "missed"
    ANGER = "anger"
    PHOTO = "photo"
    FILE = "file"
    VOICE = "voice"
    VIDEO = "video"
    #: A rule calls a person, or holds the bot's answer until one has said yes.
    RULE = "rule"
    HELD = "held"
    #: The engine was away: bot.away.
    AWAY = "away"


#: Somebody who stands at the counter is with a person already.
COUNTER = "counter"
#: Misses in a row after which a person reads it.
MISSES = 2
#: What the button stands for that offers a person.
_PERSON = "/talk_to_person"
#: So long a scolding is remembered.
_TEMPER = timedelta(days=1)
_SENT = {Kind.PHOTO: Reason.PHOTO, Kind.FILE: Reason.FILE, Kind.VOICE: Reason.VOICE, Kind.VIDEO: Reason.VIDEO}
#: What is about one procedure, and what a rule may take away: never an alarm, nor a question back.
_ABOUT = frozenset((Outcome.ANSWERED, Outcome.GUIDE))
_MAY_WAIT = _ABOUT | {Outcome.STATUS, Outcome.OUT_OF_SCOPE, Outcome.SCAM, Outcome.SMALLTALK}


def weighed(connection: Connection, claimed: Claimed, answer: Answer) -> Answer:
    """An answer with the handovers that it needs, as effects, and without what a rule keeps for a person."""
    if claimed.channel == COUNTER:
        return answer
    if claimed.kind in _SENT:
        answer = _with(answer, _SENT[claimed.kind])
        # Words that came with it have an answer of their own.
        answer = answer if claimed.text else replace(answer, outcome=Outcome.HANDED_OVER)
    if _missed(claimed, answer):
        answer = replace(_with(answer, Reason.MISSED), memory=_patient(answer.memory))
    if answer.intent == "abuse" and _scolded_before(connection, claimed):
        answer = _with(answer, Reason.ANGER)
    return _without_offer(_ruled(connection, answer))


def slots(memory: str | None) -> dict[str, Any]:
    """What the engine remembers of a conversation."""
    found: dict[str, Any] = json.loads(memory).get("slots", {}) if memory else {}
    return found


def _without_offer(answer: Answer) -> Answer:
    """No button for what has been done already."""
    if not any(effect["type"] in ("hand_over", "hold") for effect in answer.effects):
        return answer
    others = (tuple(button for button in reply.buttons if button.payload != _PERSON) for reply in answer.replies)
    replies = tuple(replace(reply, buttons=left) for reply, left in zip(answer.replies, others, strict=True))
    return replace(answer, replies=replies)


def _with(answer: Answer, reason: Reason) -> Answer:
    effect = {"type": "hand_over", "reason": reason.value}
    return answer if effect in answer.effects else replace(answer, effects=(*answer.effects, effect))


def _missed(claimed: Claimed, answer: Answer) -> bool:
    """This message was one more miss, and not the first."""
    before, after = (int(slots(memory).get("misses") or 0) for memory in (claimed.memory, answer.memory))
    return answer.outcome is Outcome.CLARIFY and after > before and after >= MISSES


def _patient(memory: str | None) -> str:
    """A memory that counts misses anew: two more are a reason again."""
    told = json.loads(memory or "{}")
    told["slots"].pop("misses", None)
    return json.dumps(told, ensure_ascii=False)


def _scolded_before(connection: Connection, claimed: Claimed) -> bool:
    """A day ago at most, and not before a person has closed the last case."""
    closed = select(func.max(handover.c.closed_at)).where(handover.c.conversation_id == claimed.conversation_id)
    closed_at = connection.execute(closed).scalar()
    since = max(now() - _TEMPER, utc(closed_at)) if closed_at else now() - _TEMPER
    mine = and_(turn.c.conversation_id == claimed.conversation_id, turn.c.intent == "abuse", turn.c.created_at > since)
    return bool(connection.execute(select(exists().where(mine))).scalar())


def _ruled(connection: Connection, answer: Answer) -> Answer:
    if answer.outcome not in _MAY_WAIT:
        return answer
    code = answer.procedures[0].code if answer.outcome in _ABOUT and answer.procedures else ""
    rule = rules.fitting(connection, (RuleKind.PERSON, RuleKind.HOLD), code, answer.intent)
    if rule is None:
        return answer
    warnings = tuple(_warnings(answer))
    if rule.kind is RuleKind.PERSON:
        told = Reply(words().say("opening.rule", answer.reply_language))
        ruled = _with(replace(answer, replies=(*warnings, told)), Reason.RULE)
    else:
        held = [asdict(reply) for reply in answer.replies if reply not in warnings]
        hold = {"type": "hold", "replies": held}
        ruled = replace(answer, replies=warnings, effects=(*answer.effects, hold))
    return replace(ruled, outcome=Outcome.HANDED_OVER)


def _warnings(answer: Answer) -> Iterator[Reply]:
    """Whom to call in danger: no rule keeps that from anybody."""
    # Where nothing is held, nobody waits for what this brings along.
    from actions.warning import is_warning

    return (reply for reply in answer.replies if is_warning(reply.text))
