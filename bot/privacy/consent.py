"""Who agreed to what: asked once, beside an answer and never instead of one; silence is no consent.

Law 91/2025/QH15 wants consent that is explicit, given for a purpose that was told, and as easily taken back. Here it is
for two purposes: that what is written is kept longer than a day or so, and that staff call.
"""

from __future__ import annotations

from enum import Enum
from typing import Any

from sqlalchemy import and_, bindparam, delete, func, insert, select, update
from sqlalchemy.engine import Connection

from bot import site_settings
from bot.channels.port import Abilities
from bot.conversation import Author, Button, Outcome, Reply
from bot.conversation.answer import Answer
from bot.handover import phrases
from bot.post import outbox
from bot.post.clock import now
from bot.post.inbox import Claimed
from bot.privacy import people, spans
from bot.store.consent_tables import consent
from bot.store.tables import message, turn
from bot.words import words


class Purpose(str, Enum):
    """What is agreed to; stored, so never renamed."""

    WORDS = "words"
    CALL = "call"


class Decision(str, Enum):
    """What somebody said; stored, so never renamed."""

    #: They had written before anybody asked.
    BEFORE = "before"
    SHOWN = "shown"
    AGREED = "agreed"
    REFUSED = "refused"


#: Channels without a citizen at the other end: the counter, where staff ask, and drafts of admins.
UNASKED = frozenset(("counter", "draft"))
#: What nobody is interrupted in, and the messages after which a guide is no reason to wait any longer.
_LATER = frozenset((Outcome.EMERGENCY, Outcome.SCAM, Outcome.ERROR, Outcome.PRIVACY))
_PATIENCE = 4
#: By what the post tells the notice from what it stands beside: bot.post.pressing.
_PAYLOAD = '/consent{{"do": "{}"}}'
_BUTTONS = {"consent.yes": "agree", "consent.no": "refuse", "consent.more": "more"}
#: What the button stands for that takes back a number: see bot.privacy.rights.
NO_CALL = '/privacy{"do": "no_call"}'
#: Decisions by which what is written is kept.
KEEPS = (Decision.AGREED.value, Decision.BEFORE.value)
# Made once: every turn asks.
_LATEST = (
    select(consent)
    .where(consent.c.conversation_id == bindparam("whose"), consent.c.purpose == bindparam("what"))
    .order_by(consent.c.id.desc())
    .limit(1)
)


def ask(connection: Connection, claimed: Claimed, answer: Answer, abilities: Abilities | None) -> None:
    """Shows the notice after an answer, where it is due; in the transaction of the turn."""
    site = site_settings.lately(connection)
    if not _due(connection, claimed, answer, site.notice):
        return
    language = answer.reply_language
    outbox.post(connection, claimed.conversation_id, claimed.channel, notice(site, language, abilities), None, language)
    _end(connection, claimed.conversation_id, Purpose.WORDS, Decision.BEFORE)
    _write(connection, claimed.conversation_id, Purpose.WORDS, Decision.SHOWN, language, site.notice)


def notice(site: site_settings.Site, language: str, abilities: Abilities | None) -> Reply:
    """What is kept, why, how long, and that asking needs no personal data.

    The first paragraph has nothing to be filled in, so that a native speaker's reading of it goes with it. Where there
    are no buttons it says what to type: numbers belong to the answer above it.
    """
    told = {kind: spans.days(site.days(kind), language) for kind in ("words", "unagreed")}
    parts = [words().say("consent.notice", language), words().say("consent.terms", language, **told)]
    if abilities is not None and abilities.buttons < len(_BUTTONS):
        return Reply("\n\n".join([*parts, words().say("consent.typed", language)]))
    shown = (Button(words().say(key, language), _PAYLOAD.format(do)) for key, do in _BUTTONS.items())
    return Reply("\n\n".join(parts), tuple(shown))


def decide(
    connection: Connection, conversation_id: int, decision: Decision, language: str, purpose: Purpose = Purpose.WORDS
) -> None:
    """Keeps a decision. One before it ends now; the same one again changes nothing."""
    version = site_settings.current(connection).notice
    last = latest(connection, conversation_id, purpose)
    if last is not None and (last.decision, last.version) == (decision.value, version) and last.withdrawn_at is None:
        return
    _end(connection, conversation_id, purpose, *Decision)
    _write(connection, conversation_id, purpose, decision, language, version)


def may_call(connection: Connection, conversation_id: int, language: str) -> None:
    """A number was given to whoever asked "if you agree to be called, send your number": sending it is the yes."""
    decide(connection, conversation_id, Decision.AGREED, language, Purpose.CALL)


def agreed(connection: Connection, conversation_id: int, purpose: Purpose = Purpose.WORDS) -> bool:
    """Whether somebody has said yes, and has not taken it back."""
    yes = and_(consent.c.decision == Decision.AGREED.value, consent.c.withdrawn_at.is_(None))
    mine = select(func.count()).select_from(consent).where(_of(conversation_id, purpose), yes)
    return bool(connection.execute(mine).scalar())


def latest(connection: Connection, conversation_id: int, purpose: Purpose = Purpose.WORDS) -> Any:
    """The newest row of a purpose; None where nobody was asked."""
    return connection.execute(_LATEST, {"whose": conversation_id, "what": purpose.value}).first()


def kept(conversation_id: Any) -> Any:
    """SQL: what is written in a conversation (a column, or its id) may be kept."""
    alive = and_(consent.c.decision.in_(KEEPS), consent.c.withdrawn_at.is_(None))
    words_of = and_(consent.c.conversation_id == conversation_id, consent.c.purpose == Purpose.WORDS.value)
    return select(consent.c.id).where(words_of, alive).exists()


def unask(connection: Connection, conversation_ids: Any) -> None:
    """A notice that nobody answered: with the words it is forgotten, and the next talk is asked anew."""
    silent = and_(consent.c.decision == Decision.SHOWN.value, consent.c.conversation_id.in_(conversation_ids))
    connection.execute(delete(consent).where(silent, consent.c.purpose == Purpose.WORDS.value))


def said(connection: Connection, claimed: Claimed) -> str:
    """What typed words decide ("agree", "refuse", "more"); "" for any other. A bare yes counts below the notice."""
    for do in ("agree", "refuse", "more"):
        if phrases.said(claimed.text, f"consent.say.{do}"):
            return do
    bare = [do for do in ("agree", "refuse") if phrases.said(claimed.text, f"consent.bare.{do}")]
    return bare[0] if bare and _below_notice(connection, claimed) else ""


def _below_notice(connection: Connection, claimed: Claimed) -> bool:
    """The notice is the last thing that was said to them."""
    others = and_(message.c.conversation_id == claimed.conversation_id, message.c.author != Author.CITIZEN.value)
    last = select(message.c.text, message.c.language).where(others).order_by(message.c.id.desc()).limit(1)
    row = connection.execute(last).first()
    return row is not None and row.text.startswith(words().own("consent.notice", row.language) or "\0")


def _due(connection: Connection, claimed: Claimed, answer: Answer, version: int) -> bool:
    if not version or claimed.channel in UNASKED or answer.outcome in _LATER:
        return False
    last = latest(connection, claimed.conversation_id)
    if last is not None and last.version >= version:
        return False
    return answer.outcome is not Outcome.GUIDE or _turns(connection, claimed.conversation_id) >= _PATIENCE


def _turns(connection: Connection, conversation_id: int) -> int:
    mine = select(func.count()).select_from(turn).where(turn.c.conversation_id == conversation_id)
    return int(connection.execute(mine).scalar() or 0)


def _end(connection: Connection, conversation_id: int, purpose: Purpose, *decisions: Decision) -> None:
    alive = and_(_of(conversation_id, purpose), consent.c.withdrawn_at.is_(None))
    of_these = consent.c.decision.in_([one.value for one in decisions])
    connection.execute(update(consent).where(alive, of_these).values(withdrawn_at=now()))


def _write(
    connection: Connection, conversation_id: int, purpose: Purpose, decision: Decision, language: str, version: int
) -> None:
    told = {"purpose": purpose.value, "decision": decision.value, "language": people.known(language)}
    row = {"conversation_id": conversation_id, "version": version, "decided_at": now(), **told}
    connection.execute(insert(consent).values(**row))


def _of(conversation_id: int, purpose: Purpose) -> Any:
    return and_(consent.c.conversation_id == conversation_id, consent.c.purpose == purpose.value)
