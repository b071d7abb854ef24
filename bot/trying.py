"""The real bot on words that nobody has published: a question of an admin, answered upon their draft, and forgotten.

It goes the way of every message as far as the engine, for only that process has one. Nothing of it is counted, sent, or
told to anybody: whoever asked reads the answer and clears the table.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import timedelta

import structlog
from sqlalchemy import and_, delete, insert, select, update
from sqlalchemy.engine import Connection, Engine

from bot import logs
from bot.conversation import Author, Outcome, Reply
from bot.conversation.answer import Answer, Responder
from bot.post.clock import now
from bot.post.inbox import Claimed
from bot.post.outbox import buttons
from bot.privacy import vault
from bot.privacy.covering import cover
from bot.store.console_tables import procedure_edit
from bot.store.tables import conversation, inbox, message
from procedures import codec
from procedures.catalogue import current_view, standing_in
from procedures.model import Procedure

log = structlog.get_logger()

#: Conversations of admins with their drafts; an address is the number of the edit, a point, and any name.
CHANNEL = "draft"
#: What nobody came to read is forgotten.
_FORGOTTEN = timedelta(minutes=10)


@dataclass(frozen=True)
class Tried:
    """What the bot said, and what it made of the question."""

    replies: tuple[Reply, ...]
    outcome: str
    aspect: str
    #: Codes, best first.
    codes: tuple[str, ...]
    language: str


def take(engine: Engine, responder: Responder, claimed: Claimed) -> bool:
    """Answers one question. False if another worker had taken it over meanwhile."""
    with engine.connect() as connection:
        draft = _draft(connection, claimed.conversation_id)
    answer = _answer(responder, claimed, draft)
    with engine.begin() as connection:
        mine = and_(inbox.c.id == claimed.id, inbox.c.status == "claimed", inbox.c.attempts == claimed.attempt)
        if connection.execute(update(inbox).where(mine).values(status="done")).rowcount != 1:
            return False
        _keep(connection, claimed, answer)
    return True


def read(engine: Engine, inbox_id: int) -> Tried | None:
    """The answer to a question, which is forgotten with it; None where there is none yet."""
    here = select(inbox.c.conversation_id, inbox.c.status).where(inbox.c.id == inbox_id)
    with engine.execution_options(motcua_read=True).connect() as connection:
        row = connection.execute(here).first()
    if row is None or row.status != "done":
        return None
    with engine.begin() as connection:
        told = _tried(connection, row.conversation_id, inbox_id)
        _forget(connection, row.conversation_id)
    return told


def forget_old(engine: Engine) -> None:
    """What nobody came to read."""
    old = and_(conversation.c.channel == CHANNEL, conversation.c.created_at < now() - _FORGOTTEN)
    with engine.begin() as connection:
        for one in connection.execute(select(conversation.c.id).where(old)).scalars().all():
            _forget(connection, one)


def _draft(connection: Connection, conversation_id: int) -> Procedure | None:
    address = select(conversation.c.address).where(conversation.c.id == conversation_id)
    number = str(connection.execute(address).scalar() or "").partition(".")[0]
    if not number.isascii() or not number.isdigit():
        return None
    told = select(procedure_edit.c.document).where(procedure_edit.c.id == int(number))
    document = connection.execute(told).scalar()
    return codec.from_json(document) if document else None


def _answer(responder: Responder, claimed: Claimed, draft: Procedure | None) -> Answer:
    try:
        if draft is None:
            return Answer((), Outcome.ERROR)
        with standing_in(current_view().drafted(draft)):
            return responder.respond(claimed.conversation_id, claimed.text, "", None)
    except Exception as error:
        cause = error.__cause__ or error
        log.error("trying_failed", error=type(cause).__name__, where=logs.where(cause))
        return Answer((), Outcome.ERROR)


def _keep(connection: Connection, claimed: Claimed, answer: Answer) -> None:
    """What was made of it lies where a citizen's memory would: nobody goes on with this conversation."""
    for reply in answer.replies:
        told = {
            "text": cover(reply.text, claimed.secrets),
            "buttons": json.dumps([vars(one) for one in reply.buttons], ensure_ascii=False),
        }
        whose = {"conversation_id": claimed.conversation_id, "inbox_id": claimed.id, "author": Author.BOT.value}
        connection.execute(insert(message).values(**whose, **told, created_at=now()))
    made = {"outcome": answer.outcome.value, "aspect": answer.aspect, "language": answer.reply_language}
    made["codes"] = json.dumps([asdict(one)["code"] for one in answer.procedures])
    mine = conversation.c.id == claimed.conversation_id
    connection.execute(update(conversation).where(mine).values(memory=json.dumps(made)))


def _tried(connection: Connection, conversation_id: int, inbox_id: int) -> Tried:
    said = and_(message.c.inbox_id == inbox_id, message.c.author == Author.BOT.value)
    rows = connection.execute(select(message).where(said).order_by(message.c.id)).all()
    memory = connection.execute(select(conversation.c.memory).where(conversation.c.id == conversation_id)).scalar()
    made = json.loads(memory or "{}")
    replies = tuple(Reply(row.text, buttons(row.buttons)) for row in rows)
    codes = tuple(json.loads(made.get("codes", "[]")))
    return Tried(replies, made.get("outcome", ""), made.get("aspect", ""), codes, made.get("language", "vi"))


def _forget(connection: Connection, conversation_id: int) -> None:
    vault.forget_conversation(connection, conversation_id)
    for table in (message, inbox):
        connection.execute(delete(table).where(table.c.conversation_id == conversation_id))
    connection.execute(delete(conversation).where(conversation.c.id == conversation_id))
