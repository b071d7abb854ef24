"""Edits let out to citizens, at once or on their day, and taken back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy import and_, func, insert, select
from sqlalchemy.engine import Connection

from bot.console.audit import note
from bot.console.edit_rows import Edit, Status, change, digest, locked, of_code
from bot.console.merging import base_of, three_way
from bot.console.reviewing import fit
from bot.errors import DeskError, EditMoved, EditStale, Refused
from bot.handover.typed import cleaned
from bot.post.clock import now
from bot.store.console_tables import procedure_edit as table
from procedures import codec, publishing, store
from procedures.compare import changes
from procedures.edited import differing
from procedures.errors import ReplacementCycle
from procedures.history import layers_at
from procedures.layers import overlay
from procedures.model import Procedure
from procedures.tables import catalogue_entry as entry
from procedures.validity import day_of, utc


def publish(connection: Connection, id_: int, staff_id: int | None, at: datetime | None = None) -> None:
    """Citizens are told it from now on. `staff_id`: None for the clock, which merges what nobody else has touched.

    Everything lies in the caller's transaction: document, history, number of the catalogue, status, audit. Raises
    EditMoved where it is not approved; EditStale; Refused: not_yet, circle, and what `send` refuses of the document.
    """
    edit, at = locked(connection, id_, Status.APPROVED), at or now()
    if edit.effective_on > day_of(at).isoformat():
        raise Refused("not_yet", day=edit.effective_on)
    # Before anything is compared: who publishes at the same time stands in line behind this row.
    store.move_version(connection)
    told, document = _upon(connection, edit, staff_id)
    fit(connection, document, told)
    moment = _put(connection, edit, document, at)
    change(connection, edit, status=Status.PUBLISHED.value, published_at=moment, document=codec.to_json(document))
    after = {"edit": id_, "fields": differing(told, document)}
    note(connection, staff_id, "edit.published", edit.code, after=after, reason=edit.reason)


def undo(connection: Connection, code: str, staff_id: int, reason: str, shown: int | None = None) -> None:
    """Citizens are told again what they were told before the last edit that stands, also where that is no edit.

    `shown`: the number of that edit, as somebody has seen it. Raises Refused: empty, too_long (the reason),
    nothing_to_undo; EditMoved where it is another one by now.
    """
    why = cleaned(reason)
    store.move_version(connection)
    last = standing(connection, code)
    if last is None or last.published_at is None:
        raise Refused("nothing_to_undo")
    if shown not in (None, last.id):
        raise EditMoved
    edit = locked(connection, last.id, Status.PUBLISHED, version=last.version)
    publishing.restore(connection, code, last.published_at, now())
    change(connection, edit, status=Status.UNDONE.value)
    note(connection, staff_id, "edit.undone", code, before={"edit": edit.id}, reason=why)


def confirm(connection: Connection, code: str, staff_id: int, reason: str) -> None:
    """Somebody has looked at an edit under which something had changed, and it is still right: no longer stale.

    Raises Refused: empty, too_long (the reason), nothing_to_confirm.
    """
    why = cleaned(reason)
    store.move_version(connection)
    told, last = store.load(connection, code), standing(connection, code)
    if told is None or last is None or code not in stale(connection):
        raise Refused("nothing_to_confirm")
    moment = publishing.put(connection, told, f"edit {last.id}", now())
    who = {"staff_id": staff_id, "reviewer_id": staff_id, "reason": why, "base": digest(told)}
    moments = dict.fromkeys(("created_at", "changed_at", "sent_at", "reviewed_at", "published_at"), moment)
    told_now = {"code": code, "document": codec.to_json(told), "status": Status.PUBLISHED.value}
    connection.execute(insert(table).values(**told_now, **who, **moments))
    note(connection, staff_id, "edit.confirmed", code, reason=why)


def due(connection: Connection, at: datetime) -> tuple[int, ...]:
    """Numbers of approved edits whose day has come, in the order they were approved."""
    come = and_(table.c.status == Status.APPROVED.value, table.c.effective_on <= day_of(at).isoformat())
    return tuple(connection.execute(select(table.c.id).where(come).order_by(table.c.reviewed_at, table.c.id)).scalars())


def stopped(connection: Connection, id_: int, error: DeskError) -> None:
    """The clock could not publish it: back to its author with the reason, for `Edit.stopped`. Raises EditMoved."""
    edit = locked(connection, id_, Status.APPROVED)
    why = f"{error.key} {json.dumps(error.values, ensure_ascii=False)}"
    change(connection, edit, status=Status.DRAFT.value, review=why)
    note(connection, None, "edit.stopped", edit.code, after={"edit": id_, "why": error.key})


def standing(connection: Connection, code: str) -> Edit | None:
    """The last published edit of a procedure that has not been undone."""
    published = of_code(connection, code, Status.PUBLISHED)
    return max(published, key=lambda edit: (edit.published_at or edit.created_at, edit.id), default=None)


def stale(connection: Connection) -> Mapping[str, tuple[str, ...]]:
    """Published edits under which something has changed since: by code, the fields they tell that may now be wrong."""
    last = select(table.c.code, func.max(table.c.published_at).label("at"))
    last_of = last.where(table.c.status == Status.PUBLISHED.value).group_by(table.c.code).subquery()
    moved = and_(entry.c.code == last_of.c.code, entry.c.layer != publishing.EDITED, entry.c.changed_at > last_of.c.at)
    rows = connection.execute(select(last_of.c.code, last_of.c.at).distinct().select_from(last_of.join(entry, moved)))
    found = {row.code: stale_fields(connection, row.code, utc(row.at)) for row in rows.all()}
    return {code: names for code, names in sorted(found.items()) if names}


def stale_fields(connection: Connection, code: str, since: datetime) -> tuple[str, ...]:
    """Fields that the edit tells and that the layers below it tell otherwise than at that moment."""
    layers = store.layers(connection, code)
    under = publishing.below(connection, code)
    stood = {name: layer.procedure for name, layer in layers_at(connection, code, since).items()}
    before = {name: procedure for name, procedure in stood.items() if name != publishing.EDITED}
    if publishing.EDITED not in layers or under is None or not before:
        return ()
    moved = {one.field for one in changes(overlay(before), under)}
    return tuple(name for name in layers[publishing.EDITED].procedure.edited if name in moved)


def _upon(connection: Connection, edit: Edit, staff_id: int | None) -> tuple[Procedure, Procedure]:
    """What citizens are told now, and what they would be told. Raises EditStale; Refused: no_such_procedure."""
    told = store.load(connection, edit.code)
    if told is None:
        raise Refused("no_such_procedure")
    if digest(told) == edit.base:
        return told, edit.procedure
    merged = three_way(base_of(connection, edit), told, edit.procedure)
    if staff_id is not None or merged.conflicts:
        raise EditStale
    return told, replace(merged.document, code=edit.code)


def _put(connection: Connection, edit: Edit, document: Procedure, at: datetime) -> datetime:
    try:
        return publishing.put(connection, document, f"edit {edit.id}", at)
    except ReplacementCycle:
        raise Refused("circle") from None
