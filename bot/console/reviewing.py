"""Edits before a second pair of eyes: sent with a reason, let out, or given back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sqlalchemy.engine import Connection

from bot.console.audit import note
from bot.console.drafting import authors
from bot.console.edit_rows import Edit, Status, change, digest, locked, one, two_people
from bot.console.names import owned
from bot.errors import EditStale, Refused
from bot.handover.typed import cleaned
from bot.post.clock import now
from procedures import store
from procedures.edited import differing
from procedures.model import Procedure
from procedures.validity import day_of

#: How far ahead an edit may wait, so that a slip in the year is caught.
_LONGEST_WAIT = 2 * 366


def send(
    connection: Connection,
    id_: int,
    reason: str,
    effective_on: str = "",
    *,
    version: int | None = None,
    staff_id: int | None = None,
) -> None:
    """To a reviewer. `effective_on`: Vietnam's day, "YYYY-MM-DD"; empty for at once. `staff_id`: who; else the author.

    Raises EditMoved; EditStale; Refused: empty, too_long (the reason), no_day, past_day, far_day, edit_same,
    alias_owned, and each of `problems`.
    """
    edit = locked(connection, id_, Status.DRAFT, version=version)
    why, day = cleaned(reason), _day(effective_on)
    ready(connection, edit)
    values = {"reason": why, "effective_on": day, "sent_at": now(), "review": "", "reviewer_id": None}
    change(connection, edit, status=Status.IN_REVIEW.value, **values)
    who, after = staff_id or edit.staff_id, {"edit": id_, "effective_on": day}
    note(connection, who, "edit.sent", edit.code, after=after, reason=why)


def approve(connection: Connection, id_: int, staff_id: int, review: str = "", *, version: int | None = None) -> None:
    """A second person says that it is right; `publish` lets it out on its day.

    Raises EditMoved, EditStale; Refused: second_person, gate_missing, gate_worse, and what `send` refuses of the
    document.
    """
    edit = locked(connection, id_, Status.IN_REVIEW, version=version)
    if two_people(connection) and staff_id in authors(connection, edit):
        raise Refused("second_person")
    ready(connection, edit)
    _judged(edit)
    told = {"reviewer_id": staff_id, "review": cleaned(review, may_be_empty=True), "reviewed_at": now()}
    change(connection, edit, status=Status.APPROVED.value, **told)
    note(connection, staff_id, "edit.approved", edit.code, after={"edit": id_}, reason=edit.override)


def return_(connection: Connection, id_: int, staff_id: int, review: str) -> None:
    """Back to its author, with what is to be mended. Raises EditMoved; Refused: empty, too_long."""
    edit = locked(connection, id_, Status.IN_REVIEW, Status.APPROVED)
    words = cleaned(review)
    told = {"reviewer_id": staff_id, "review": words, "reviewed_at": now()}
    change(connection, edit, status=Status.DRAFT.value, **told)
    note(connection, staff_id, "edit.returned", edit.code, after={"edit": id_}, reason=words)


def ready(connection: Connection, edit: Edit) -> None:
    """Raises EditStale and Refused where citizens cannot be told this."""
    told = store.load(connection, edit.code)
    if told is None:
        raise Refused("no_such_procedure")
    if digest(told) != edit.base:
        raise EditStale
    fit(connection, edit.procedure, told)


def fit(connection: Connection, document: Procedure, told: Procedure) -> None:
    """Raises Refused where a document is no change, half finished, or claims another one's name."""
    if not differing(told, document):
        raise Refused("edit_same")
    for problem in problems(document):
        raise Refused(problem)
    for alias, (code, title) in owned(connection, _new(document, told), document.code):
        raise Refused("alias_owned", alias=alias, name=title, code=code)


def warm(connection: Connection, id_: int) -> None:
    """Reads what `send`, `approve` and `publish` compare with, so that they do not do it while others wait for them."""
    edit = one(connection, id_)
    told = store.load(connection, edit.code) if edit else None
    if edit and told:
        owned(connection, _new(edit.procedure, told))


def problems(document: Procedure) -> tuple[str, ...]:
    """What is half finished, as reasons of Refused.

    edit_no_title, edit_no_paper_name, edit_no_case, edit_no_fee, edit_days.
    """
    cases = document.cases
    found = {
        "edit_no_title": not document.title.strip(),
        "edit_no_paper_name": any(not paper.name.strip() for case in cases for paper in case.papers),
        "edit_no_case": any(not (case.papers or case.notes) and (case.name or len(cases) > 1) for case in cases),
        "edit_no_fee": any(not fee.text.strip() for way in document.ways for fee in way.fees),
        "edit_days": bool(document.valid_until) and document.valid_from > document.valid_until,
    }
    return tuple(name for name, wrong in found.items() if wrong)


def _judged(edit: Edit) -> None:
    """Raises Refused where the questions have not been asked of this very document, or fare worse by it."""
    told = edit.judged
    if told is None:
        raise Refused("gate_missing")
    if told.get("worse") and not edit.override:
        raise Refused("gate_worse")


def _day(told: str) -> str:
    """An ISO day of today or later; empty stays empty. Raises Refused."""
    if not told.strip():
        return ""
    try:
        day = date.fromisoformat(told.strip())
    except ValueError:
        raise Refused("no_day") from None
    ahead = (day - day_of(now())).days
    if ahead < 0:
        raise Refused("past_day")
    if ahead > _LONGEST_WAIT:
        raise Refused("far_day")
    return day.isoformat()


def _new(document: Procedure, told: Procedure) -> list[str]:
    return sorted(set(_aliases(document)) - set(_aliases(told)))


def _aliases(procedure: Procedure) -> Iterator[str]:
    yield from procedure.aliases
    for said in procedure.translations:
        yield from said.aliases
