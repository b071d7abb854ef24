"""Whose name is it: every name by which search finds a procedure, with its owner, kept by the catalogue's number."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from threading import Lock

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from procedures import store
from procedures.tables import catalogue_entry as entry
from procedures.typed.fold import fold

#: Of the database, and its state then; folded name → (code, title) of those it means.
_known: dict[str, tuple[tuple[object, ...], Mapping[str, tuple[tuple[str, str], ...]]]] = {}
_lock = Lock()


def owner_of(connection: Connection, name: str, but: str = "") -> tuple[str, str] | None:
    """Code and title of another procedure than `but` that goes by this name; None for a free one."""
    return next((owner for _, owner in owned(connection, [name], but)), None)


def owned(connection: Connection, told: Iterable[str], but: str = "") -> list[tuple[str, tuple[str, str]]]:
    """Those of some names that are another procedure's than `but`, with its code and title."""
    wanted = list(told)
    known = names(connection) if wanted else {}
    owners = ((name, owner) for name in wanted for owner in known.get(_folded(name), ()))
    return [(name, owner) for name, owner in owners if owner[0] != but]


def names(connection: Connection) -> Mapping[str, tuple[tuple[str, str], ...]]:
    """Every name, folded, with (code, title) of its procedures; takes a second when the catalogue has moved."""
    state, url = _state(connection), str(connection.engine.url)
    with _lock:
        held = _known.get(url)
        if held is None or held[0] != state:
            _known.clear()
            held = _known[url] = (state, _read(connection))
    return held[1]


def _read(connection: Connection) -> Mapping[str, tuple[tuple[str, str], ...]]:
    found: dict[str, tuple[tuple[str, str], ...]] = {}
    for document in store.documents(connection):
        for name in {_folded(name) for told in document.names.values() for name in told} - {""}:
            found[name] = (*found.get(name, ()), (document.code, document.title))
    return found


def _state(connection: Connection) -> tuple[object, ...]:
    """Not the catalogue's number: whoever publishes moves it before anything has changed, and may give it up."""
    return tuple(connection.execute(select(func.count(), func.max(entry.c.changed_at)).select_from(entry)).one())


def _folded(name: str) -> str:
    return " ".join(fold(name).split())
