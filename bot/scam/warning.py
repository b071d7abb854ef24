"""What citizens show us of others: a link that looks like ours, or one beside a wish for a code or money.

The warning stands before the ordinary answer, and admins read what was shown (bot.console.scam_pages).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.engine import Connection

from bot.conversation import Button, Outcome, Reply
from bot.conversation.answer import Answer
from bot.post.clock import now
from bot.post.inbox import Claimed
from bot.privacy.masking import masked
from bot.scam.checking import PAYLOAD
from bot.scam.links import Link, Look, known, links
from bot.store.scam_tables import scam_report
from bot.words import words
from procedures.languages import LANGUAGES
from procedures.typed.fold import tokens

EFFECT = "scam_report"
#: What is reported where there is no link; characters of a report; links of one message.
TOLD, _LONGEST, _MOST = "told", 600, 3
#: Whoever is in danger is told that and nothing else.
_URGENT = frozenset((Outcome.EMERGENCY, Outcome.ERROR))


def ahead(claimed: Claimed, answer: Answer, own: str) -> Answer:
    """The answer, where there is cause with a warning before it and a report. `own`: as bot.scam.links.known has it."""
    if claimed.payload or answer.outcome in _URGENT:
        return answer
    shown = [link for link in links(claimed.text, known(own)) if link.look is not Look.OFFICIAL]
    wanted = answer.outcome is Outcome.SCAM or asks(claimed.text)
    told = [link for link in shown if wanted or link.look is Look.LOOK_ALIKE][:_MOST]
    if not told and answer.outcome is not Outcome.SCAM:
        return answer
    effects = [_report(link.host, link.look.value) for link in told] or [_report("", TOLD)]
    replies = (*_said(told, answer), *answer.replies)
    return replace(answer, replies=replies, effects=(*answer.effects, *effects))


def asks(text: str) -> bool:
    """Whether a text speaks of a code, a password, money that is to be sent, an app that is to be installed."""
    said = f" {' '.join(tokens(text))} "
    listed = (phrase for language in ("vi", *LANGUAGES) for phrase in words().raw("official.asks", language).split("|"))
    return any(f" {' '.join(tokens(phrase))} " in said for phrase in listed)


def carry_out(connection: Connection, claimed: Claimed, effect: dict[str, Any]) -> None:
    """Keeps a report, once for each host of a message."""
    mine = scam_report.c.inbox_id == claimed.id, scam_report.c.host == effect["host"]
    if connection.execute(select(scam_report.c.id).where(*mine)).first():
        return
    # `claimed` is covered by now; what only looks at a text may still see more than what is sealed.
    text = masked(claimed.text)[:_LONGEST]
    row = {"conversation_id": claimed.conversation_id, "inbox_id": claimed.id, "text": text, "created_at": now()}
    connection.execute(insert(scam_report).values(**row, host=effect["host"], look=effect["look"]))


def _report(host: str, look: str) -> dict[str, Any]:
    # A host of a chat may be somebody's telephone.
    return {"type": EFFECT, "host": masked(host), "look": look}


def _said(told: Sequence[Link], answer: Answer) -> tuple[Reply, ...]:
    """One line for the worst link; the whole advice where the answer is not itself the warning."""
    if not told:
        return ()
    language = answer.reply_language
    worst = next((link for link in told if link.look is Look.LOOK_ALIKE), told[0])
    text = words().say(f"official.link.{worst.look.value}", language, host=masked(worst.host))
    if answer.outcome is Outcome.SCAM:
        return (Reply(text),)
    check = Button(words().say("official.check", language), PAYLOAD)
    return (Reply("\n".join((text, words().say("official.never_asks", language))), (check,)),)
