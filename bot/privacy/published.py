"""Telephones and addresses that the province itself has published: nobody's secret, so they stay in a text."""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Callable, Iterable

from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError

from procedures import notes

#: Gives what is published now: figures of telephones, addresses in small letters. It is asked at every look.
Teller = Callable[[], frozenset[str]]

#: Seconds between two looks.
_LOOK_EVERY = 60.0
_NUMBER = re.compile(r"\+?\d(?:[ .()-]{0,2}\d){6,13}")
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")


def _nothing() -> frozenset[str]:
    return frozenset()


_teller: Teller = _nothing


def offices(database: Engine, clock: Callable[[], float] = time.monotonic) -> Teller:
    """What the offices of the province have told, read again once a minute; where it cannot be, it stays as it was."""
    reading = database.execution_options(motcua_read=True)
    kept: list[tuple[float, frozenset[str]]] = []

    def tell() -> frozenset[str]:
        if not kept or clock() - kept[0][0] > _LOOK_EVERY:
            before = kept[0][1] if kept else frozenset[str]()
            kept[:] = [(clock(), before)]
            with contextlib.suppress(SQLAlchemyError), reading.connect() as connection:
                facts = notes.all_offices(connection)
                kept[:] = [(clock(), read(f"{one.telephone} {one.address} {one.hours}" for one in facts))]
        return kept[0][1]

    return tell


def told_by(teller: Teller | None) -> None:
    """From now on this one is asked; None for nobody."""
    global _teller
    _teller = teller or _nothing


def is_published(value: str) -> bool:
    """Whether a telephone (figures alone, with its 0) or an e-mail address (in small letters) is the province's."""
    return value in _teller()


def read(texts: Iterable[str]) -> frozenset[str]:
    """What a teller gives for texts in which numbers and addresses stand, such as "0206 3 852 xxx - 02063…"."""
    found: set[str] = set()
    for text in texts:
        found |= {local(re.sub(r"\D", "", one.group())) for one in _NUMBER.finditer(text)}
        found |= {one.group().lower() for one in _EMAIL.finditer(text)}
    return frozenset(found)


def local(digits: str) -> str:
    """A telephone's figures with its 0 in place of the country's 84."""
    return re.sub(r"^(?:0084|84)0?(?=\d{9,10}$)", "0", digits)
