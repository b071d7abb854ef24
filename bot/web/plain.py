"""A procedure, and a line of a conversation, in plain fields for programs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from bot.web.lines import File, Line
from procedures.languages import in_language, translated
from procedures.model import Note, Procedure
from procedures.offices import offices
from procedures.validity import standing, today

#: Fields that are handed on as they are; openapi.py tells what each holds.
TEXTS = (
    *("code", "title", "official_title", "decision", "data_date", "url", "field", "summary", "opening"),
    *("differs", "caution", "where", "valid_from", "valid_until", "changed_by"),
)
LISTS = (
    *("levels", "audience", "who", "steps", "conditions", "results", "forms", "legal", "related"),
    *("returns", "replaced_by"),
)
_NOTE = ("about", "text", "source", "place", "channel", "amount")


def procedure(found: Procedure, notes: Sequence[Note], language: str) -> dict[str, Any]:
    """A procedure in a language; a text that nobody has translated stays Vietnamese."""
    spoken = in_language(found, language)
    # Known questions and translations are many, and of no use to a citizen.
    told = asdict(replace(spoken, asked=(), aliases=(), translations=(), departures=()))
    fields = {name: told[name] for name in (*TEXTS, *LISTS, "ways", "cases", "plain")}
    return {
        **fields,
        "language": language if translated(found, language) else "vi",
        "standing": standing(found, today()).value,
        "offices": [kind.value for kind in offices(found)],
        "notes": [{name: value for name, value in asdict(note).items() if name in _NOTE} for note in notes],
    }


def _file(file: File) -> dict[str, Any]:
    return {"path": file.href, "name": file.name, "mime": file.mime, "size": file.size}


def line(said: Line) -> dict[str, Any]:
    """A line of a transcript."""
    return {
        "id": said.id,
        "author": said.author,
        "text": said.text,
        "language": said.language,
        "buttons": [{"title": button.title, "payload": button.payload} for button in said.buttons],
        "at": said.at.isoformat(timespec="seconds"),
        "name": said.name,
        "file": _file(said.file) if said.file else None,
        "edited": said.edited,
        "recalled": said.recalled,
    }
