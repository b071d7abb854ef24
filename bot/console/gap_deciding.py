"""What becomes of a gap: another name for a procedure, an example of a class, a new answer, or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import and_, insert, select, update
from sqlalchemy.engine import Connection

from bot.console import audit, edits
from bot.console.gap_lines import key_of
from bot.console.masking import bare
from bot.errors import Refused
from bot.handover.lessons import INTENTS
from bot.handover.typed import cleaned
from bot.post.clock import now
from bot.store.console_tables import gap, own_sentence
from bot.store.desk_tables import lesson
from bot.store.tables import message
from procedures import store
from procedures.languages import LANGUAGES
from procedures.model import Procedure, Translation
from procedures.typed.fold import fold

ALIAS, EXAMPLE, ANSWER, DISMISSED = "alias", "example", "answer", "dismissed"
#: Longest name and longest sentence, in characters.
LONGEST_NAME, LONGEST_SENTENCE = 120, 300


def alias(connection: Connection, key: str, staff_id: int, code: str, text: str, language: str, asked: str) -> int:
    """Another name of a procedure, in a draft of somebody's own; returns the edit.

    `asked`: a message that is to be answered by it; the gate asks it from now on. Empty for none.
    Raises Refused: empty, too_long, no_such_procedure, alias_known, alias_owned. Raises EditMoved.
    """
    name = _sentence(text, LONGEST_NAME)
    procedure = store.load(connection, code) if code else None
    if procedure is None:
        raise Refused("no_such_procedure")
    owner = edits.owner_of(connection, name, code)
    if owner:
        raise Refused("alias_owned", alias=name, name=owner[1], code=owner[0])
    id_ = edits.begin(connection, code, staff_id)
    edit = edits.one(connection, id_)
    if edit is None:
        raise Refused("no_such_procedure")
    if fold(name) in {fold(known) for known in _names(edit.procedure, language)}:
        raise Refused("alias_known", code=code)
    edits.save(connection, id_, edit.version, _named(edit.procedure, name, language), staff_id)
    if asked:
        _keep(connection, staff_id, "question", asked, language, code=code)
    _decide(connection, key, staff_id, ALIAS, code=code, note=name)
    return id_


def example(connection: Connection, key: str, staff_id: int, intent: str, text: str, language: str) -> None:
    """An example from which the next model learns. Raises Refused: empty, too_long, no_such_intent."""
    if intent not in INTENTS:
        raise Refused("no_such_intent")
    _keep(connection, staff_id, "example", text, language, intent=intent)
    _decide(connection, key, staff_id, EXAMPLE, intent=intent)


def answer(connection: Connection, key: str, staff_id: int, code: str, note: str) -> int | None:
    """An answer is to be written: in a draft of the procedure, whose number it returns, or of what is none yet.

    Raises Refused: empty (neither a procedure nor words), too_long, no_such_procedure.
    """
    words = cleaned(note, may_be_empty=bool(code))
    id_ = edits.begin(connection, code, staff_id) if code else None
    _decide(connection, key, staff_id, ANSWER, code=code, note=words)
    return id_


def dismiss(connection: Connection, key: str, staff_id: int, note: str) -> None:
    """Nothing is to be done. Raises Refused: too_long."""
    _decide(connection, key, staff_id, DISMISSED, note=cleaned(note, may_be_empty=True))


def reopen(connection: Connection, key: str, staff_id: int) -> None:
    """As if nobody had decided. Sentences that were kept of it are learnt from no more; a draft stays.

    Raises Refused: gone.
    """
    row = connection.execute(select(gap).where(gap.c.key == key)).first()
    if row is None:
        raise Refused("gone")
    connection.execute(gap.delete().where(gap.c.id == row.id))
    alive = select(own_sentence.c.id, own_sentence.c.text).where(own_sentence.c.ended_at.is_(None))
    ended = [one.id for one in connection.execute(alive) if key_of(one.text) == key]
    connection.execute(update(own_sentence).where(own_sentence.c.id.in_(ended)).values(ended_at=now()))
    _lessons(connection, key, "open")
    audit.note(connection, staff_id, "gap.reopened", key, before={"decision": row.decision, "code": row.code})


def _decide(connection: Connection, key: str, staff_id: int, decision: str, **told: str) -> None:
    values: dict[str, Any] = {"decision": decision, "code": "", "intent": "", "note": "", **told}
    values |= {"staff_id": staff_id, "decided_at": now()}
    before = connection.execute(select(gap.c.id).where(gap.c.key == key).with_for_update()).scalar()
    if before is None:
        connection.execute(insert(gap).values(key=key, **values))
    else:
        connection.execute(update(gap).where(gap.c.id == before).values(**values))
    _lessons(connection, key, "done")
    audit.note(connection, staff_id, f"gap.{decision}", key, after={name: one for name, one in told.items() if one})


def _lessons(connection: Connection, key: str, status: str) -> None:
    """What officers filed of these messages is dealt with, or is not."""
    other = select(lesson.c.id, message.c.text).join(message, message.c.id == lesson.c.message_id)
    rows = connection.execute(other.where(lesson.c.status != status)).all()
    mine = [row.id for row in rows if key_of(row.text) == key]
    connection.execute(update(lesson).where(lesson.c.id.in_(mine)).values(status=status))


def _keep(connection: Connection, staff_id: int, kind: str, text: str, language: str, **of: Any) -> None:
    """A sentence, once."""
    told = {"kind": kind, "text": _sentence(text, LONGEST_SENTENCE), **of}
    same = and_(*(own_sentence.c[name] == value for name, value in told.items()), own_sentence.c.ended_at.is_(None))
    if connection.execute(select(own_sentence.c.id).where(same)).first() is None:
        row = {**told, "language": language, "staff_id": staff_id, "created_at": now()}
        connection.execute(insert(own_sentence).values(**row))


def _sentence(text: str, longest: int) -> str:
    """Masked once more: what is typed into a form may be a citizen's. Raises Refused: empty, too_long."""
    found = bare(cleaned(text).replace("\n", " "))
    if not found:
        raise Refused("empty")
    if len(found) > longest:
        raise Refused("too_long", longest=str(longest))
    return found


def _names(procedure: Procedure, language: str) -> Sequence[str]:
    said = next((one for one in procedure.translations if one.language == language), Translation(language))
    own = said.aliases if language in LANGUAGES else procedure.aliases
    return (procedure.title, procedure.official_title, *own)


def _named(procedure: Procedure, name: str, language: str) -> Procedure:
    """With one more name; a language that the catalogue does not speak is kept with the Vietnamese."""
    if language not in LANGUAGES:
        return replace(procedure, aliases=(*procedure.aliases, name))
    said = {one.language: one for one in procedure.translations}
    mine = said.get(language, Translation(language))
    said[language] = replace(mine, aliases=(*mine.aliases, name))
    return replace(procedure, translations=tuple(said.values()))
