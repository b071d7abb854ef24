"""Drafts: begun upon what citizens are told, saved again and again, judged by the questions, given up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection

from bot.console.audit import note
from bot.console.edit_rows import OPEN, Edit, Status, change, digest, gate_of, locked, of_code
from bot.errors import Refused
from bot.post.clock import now
from bot.store.console_tables import audit_entry
from bot.store.console_tables import procedure_edit as table
from procedures import codec, store
from procedures.model import Procedure, Translation

#: What an audit line says of somebody who wrote in a colleague's draft.
HELPED = "edit.helped"
#: Characters of the JSON of one procedure; the longest record has some 120,000.
_LONGEST = 600_000
_LISTS = ("aliases", "asked", "steps", "who", "returns", "conditions", "results", "related", "forms", "legal")
_TIDIED = (*_LISTS, "translations")


def begin(connection: Connection, code: str, staff_id: int) -> int:
    """The number of somebody's open draft of a procedure, begun now where they have none.

    Raises Refused: no_such_procedure.
    """
    mine = next((edit for edit in of_code(connection, code, Status.DRAFT) if edit.staff_id == staff_id), None)
    if mine:
        return mine.id
    told = store.load(connection, code)
    if told is None:
        raise Refused("no_such_procedure")
    values = {"code": code, "document": codec.to_json(told), "base": digest(told), "staff_id": staff_id}
    moments = {"created_at": now(), "changed_at": now()}
    made = connection.execute(insert(table).values(**values, **moments)).inserted_primary_key[0]
    note(connection, staff_id, "edit.begun", code, after={"edit": made})
    return int(made)


def save(connection: Connection, id_: int, version: int, document: Procedure, staff_id: int | None = None) -> int:
    """Keeps what somebody has typed so far; the new version. `staff_id`: who, where it may not be the author.

    Raises EditMoved where it is no draft or `version` is not its version any more; Refused: too_long.
    """
    edit = locked(connection, id_, Status.DRAFT, version=version)
    written = codec.to_json(tidied(replace(document, code=edit.code), edit.procedure))
    if len(written) > _LONGEST:
        raise Refused("too_long", longest=str(_LONGEST))
    if written == edit.document:
        return edit.version
    if staff_id is not None:
        helped(connection, edit, staff_id)
    return change(connection, edit, document=written)


def keep_gate(connection: Connection, id_: int, told: Mapping[str, Any], override: str = "") -> None:
    """Keeps what the questions say of the document as it is now: JSON with at least "worse", true or false.

    `override`: why somebody lets it out all the same. A document that changes afterwards has to be judged anew. Raises
    EditMoved where it is no open edit.
    """
    edit = locked(connection, id_, *OPEN)
    # No new version: what is being typed meanwhile is not disturbed.
    kept = {"gate": gate_of(edit.document, told), "override": override.strip()}
    connection.execute(update(table).where(table.c.id == edit.id).values(**kept))


def take_back(connection: Connection, id_: int, staff_id: int) -> None:
    """Back to a draft, to go on writing. Raises EditMoved; Refused: not_your_edit."""
    edit = locked(connection, id_, Status.IN_REVIEW)
    if edit.staff_id != staff_id:
        raise Refused("not_your_edit")
    change(connection, edit, status=Status.DRAFT.value)
    note(connection, staff_id, "edit.taken_back", edit.code, after={"edit": id_})


def discard(connection: Connection, id_: int, staff_id: int, reason: str = "") -> None:
    """Gives an open edit up. Raises EditMoved."""
    edit = locked(connection, id_, *OPEN)
    change(connection, edit, status=Status.DISCARDED.value)
    note(connection, staff_id, "edit.discarded", edit.code, before={"edit": id_}, reason=reason)


def authors(connection: Connection, edit: Edit) -> set[int]:
    """All who have written in it."""
    helped = select(audit_entry.c.staff_id).where(audit_entry.c.action == HELPED, audit_entry.c.subject == _of(edit))
    return {edit.staff_id, *connection.execute(helped).scalars()}


def tidied(procedure: Procedure, before: Procedure) -> Procedure:
    """As it is kept: no empty lines in lists, no empty translations, nothing said twice.

    What is the same as `before` but for that stays as it was: nobody has touched it.
    """
    clean, same = _tidied(procedure), _tidied(before)
    untouched = {name: getattr(before, name) for name in _TIDIED if getattr(clean, name) == getattr(same, name)}
    return replace(clean, **untouched)


def _tidied(procedure: Procedure) -> Procedure:
    lines: dict[str, Any] = {
        name: tuple(line for line in dict.fromkeys(getattr(procedure, name)) if line.strip()) for name in _LISTS
    }
    translations = map(_translation, procedure.translations)
    kept = tuple(said for said in translations if said.aliases or said.texts)
    return replace(procedure, **lines, translations=kept, edited=())


def _translation(said: Translation) -> Translation:
    texts = {text: told for text, told in said.texts if text.strip() and told.strip()}
    aliases = dict.fromkeys(alias for alias in said.aliases if alias.strip())
    return replace(said, aliases=tuple(aliases), texts=tuple(texts.items()))


def helped(connection: Connection, edit: Edit, staff_id: int) -> None:
    """Notes that somebody has written in it: nobody lets out what they wrote themselves."""
    if staff_id not in authors(connection, edit):
        note(connection, staff_id, HELPED, _of(edit), after={"code": edit.code})


def _of(edit: Edit) -> str:
    return f"edit {edit.id}"
