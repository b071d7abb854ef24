"""The bot should have known this: a citizen's line with what it asks for, for the admins."""

from __future__ import annotations

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection

from bot.conversation import Author
from bot.errors import Refused
from bot.handover.typed import cleaned
from bot.post.clock import now
from bot.privacy.masking import masked
from bot.store.desk_tables import lesson
from bot.store.tables import message
from procedures import store

#: What a line may be, beside a procedure, by names of nlu/domain.yml: a question about one, what only people answer,
#: and the rest.
INTENTS = (
    *("ask_documents", "ask_fee", "ask_time", "ask_where", "ask_how", "ask_online", "ask_conditions", "ask_result"),
    *("ask_form", "ask_legal", "ask_overview", "file_status", "overdue", "complaint", "dispute", "talk_to_person"),
    *("emergency_fire", "emergency_medical", "emergency_violence", "emergency_child", "emergency_suicide", "scam"),
    *("ask_privacy", "delete_me", "change_language", "abuse", "greet", "thank", "help", "too_vague", "out_of_scope"),
)


def teach(
    connection: Connection, message_id: int, staff_id: int, *, code: str = "", intent: str = "", note: str = ""
) -> int:
    """Files a citizen's line; filed before, it is filed anew. Returns the lesson's id.

    Raises Refused: no_lesson (nothing was said of it), not_a_citizens, no_such_procedure, no_such_intent, too_long.
    """
    words = masked(cleaned(note, may_be_empty=True))
    _check(connection, message_id, code, intent)
    if not (code or intent or words):
        raise Refused("no_lesson")
    told = {"staff_id": staff_id, "code": code, "intent": intent, "note": words, "status": "open"}
    told |= {"created_at": now()}
    known = connection.execute(select(lesson.c.id).where(lesson.c.message_id == message_id).with_for_update()).scalar()
    if known is not None:
        connection.execute(update(lesson).where(lesson.c.id == known).values(**told))
        return int(known)
    return int(connection.execute(insert(lesson).values(message_id=message_id, **told)).inserted_primary_key[0])


def _check(connection: Connection, message_id: int, code: str, intent: str) -> None:
    author = connection.execute(select(message.c.author).where(message.c.id == message_id)).scalar()
    if author != Author.CITIZEN.value:
        raise Refused("not_a_citizens")
    if code and store.load(connection, code) is None:
        raise Refused("no_such_procedure")
    if intent and intent not in INTENTS:
        raise Refused("no_such_intent")
