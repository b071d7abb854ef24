"""What the {variables} of a canned reply stand for: facts of the case, of who writes, and of the catalogue.

They have a name in each language (bot/locales, variable.*), and are understood in all of them: whoever writes a reply
in Vietnamese writes them in Vietnamese.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection

from bot import guides
from bot.accounts.people import Person
from bot.handover import offices, spoken
from bot.handover.offices import Office
from bot.handover.suggestions import place_of
from bot.privacy import contacts
from bot.store.desk_tables import handover
from bot.words import words
from procedures import notes, store
from procedures.languages import in_language
from procedures.model import Procedure
from procedures.offices import OF_COMMUNE
from procedures.sheets.parts import ended, facts
from procedures.sheets.sheet import LANGUAGES
from procedures.validity import today

#: All of them, in the order in which pages tell them.
NAMES = (
    *("name", "officer", "office", "hours", "address", "telephone", "number"),
    *("procedure", "papers", "fee", "time", "where", "checklist"),
)
#: Of a procedure that can be filed, by the catalogue: a list of papers, and sentences.
_FACTS = ("papers", "fee", "time", "where")
_VARIABLE = re.compile(r"\{([^{}\n]{1,40})\}")


def called(name: str, language: str) -> str:
    """What a variable is called in a language, without its braces."""
    return words().say(f"variable.{name}", language)


def filled_in(text: str, values: Mapping[str, str]) -> str:
    """A text with its variables filled in, whatever language they are called in; one without a value stays as it is."""

    def fill(found: re.Match[str]) -> str:
        name = _named(found[1])
        return values.get(name) or found[0]

    return _VARIABLE.sub(fill, text)


def unknown(text: str) -> tuple[str, ...]:
    """What stands in braces and is no variable, as it is written."""
    return tuple(dict.fromkeys(found[0] for found in _VARIABLE.finditer(text) if _named(found[1]) not in NAMES))


def values_for(connection: Connection, case_id: int, person: Person, language: str, site: str = "") -> dict[str, str]:
    """What is known, by name; what is not has no value. `site` is the address that links begin with.

    `language` is the citizen's; one that the catalogue does not speak is told in Vietnamese.
    """
    said = language if language in LANGUAGES else LANGUAGES[0]
    case = connection.execute(select(handover).where(handover.c.id == case_id)).one()
    told = {"officer": person.name, "number": str(case_id), "name": _citizen(connection, case, said)}
    told |= _of_office(connection, offices.of(connection, case.office_id), said)
    procedure = store.load(connection, case.code) if case.code else None
    if procedure is not None:
        told |= _of_procedure(connection, procedure, said, place_of(connection, case.conversation_id))
        told |= {"checklist": _checklist(connection, case, site)} if site else {}
    return {name: text for name, text in told.items() if text}


def examples(connection: Connection, person: Person, code: str, language: str, site: str) -> dict[str, str]:
    """The same for a reply that is looked at before anybody needs it: of the person's own office and a procedure."""
    told = {"officer": person.name, "number": "1", "name": words().say("variable.nobody", language)}
    told |= _of_office(connection, offices.of(connection, person.office_id), language)
    procedure = store.load(connection, code)
    if procedure is not None:
        told |= _of_procedure(connection, procedure, language, "")
        told["checklist"] = f"{site.rstrip('/')}/start/{code}"
    return told


def _citizen(connection: Connection, case: Any, language: str) -> str:
    """As they have named themselves; else as anybody is spoken to."""
    return contacts.name_of(connection, case.conversation_id) or words().say("variable.nobody", language)


def _of_office(connection: Connection, office: Office, language: str) -> dict[str, str]:
    told = {"office": office.called(language), "hours": spoken.hours(office.calendar, language)}
    known = notes.office(connection, office.kind, office.place if office.kind in OF_COMMUNE else "")
    return told | ({"address": known.address, "telephone": known.telephone} if known else {})


def _of_procedure(connection: Connection, procedure: Procedure, language: str, place: str) -> dict[str, str]:
    """Its title always, the rest only where it can be filed today."""
    told = {"procedure": in_language(procedure, language).title}
    if ended(procedure, language):
        return told
    added = notes.notes(connection, procedure.code, place, today())
    lines = {name: facts(procedure, language, name, added) for name in _FACTS}
    return told | {name: "\n".join(found) if name == "papers" else _sentence(found) for name, found in lines.items()}


def _sentence(lines: tuple[str, ...]) -> str:
    """In one line; what is no sentence of its own is parted by a semicolon."""
    ends = tuple(line if line.endswith((".", "。")) else f"{line};" for line in lines[:-1])
    return " ".join((*ends, *lines[-1:]))


def _checklist(connection: Connection, case: Any, site: str) -> str:
    """The citizen's own, else one to begin."""
    mine = [one.token for one in guides.of_conversation(connection, case.conversation_id) if one.code == case.code]
    return f"{site.rstrip('/')}/g/{mine[-1]}" if mine else f"{site.rstrip('/')}/start/{case.code}"


def _named(written: str) -> str:
    """The variable that is meant; what is written, where it is none."""
    plain = " ".join(written.split()).lower()
    return _names().get(plain, plain)


@lru_cache(maxsize=1)
def _names() -> Mapping[str, str]:
    return dict(_aliases())


def _aliases() -> Iterator[tuple[str, str]]:
    for name in NAMES:
        yield name, name
        yield from ((called(name, language).lower(), name) for language in LANGUAGES)
