"""The shapes of the OpenAPI document of /api/v1."""

from __future__ import annotations

from typing import Any

from bot.conversation import Author
from bot.post.inbox import LONGEST
from bot.web import asked, plain
from bot.web.chat import LONGEST_PAYLOAD
from bot.web.problems import PROBLEMS
from procedures.model import Channel, Level, OfficeKind, TimeUnit
from procedures.notes import ABOUT
from procedures.validity import Standing

Json = dict[str, Any]


def ref(name: str) -> Json:
    """A shape by its name."""
    return {"$ref": f"#/components/schemas/{name}"}


def _object(properties: Json, description: str = "") -> Json:
    """An object that has exactly these fields."""
    shape = {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}
    return {**shape, "description": description} if description else shape


def _list(items: Json) -> Json:
    return {"type": "array", "items": items}


def _enum(*values: str) -> Json:
    return {"type": "string", "enum": list(values)}


def _text(description: str = "") -> Json:
    return {"type": "string", "description": description} if description else {"type": "string"}


def _or_null(shape: Json) -> Json:
    return {"anyOf": [shape, {"type": "null"}]}


_WORDS = {"type": "string", "minLength": 1, "maxLength": LONGEST, "pattern": asked.VISIBLE}
_ID = {"type": "string", "pattern": f"^{asked.MESSAGE_ID}$", "description": "Made by the program: one a message."}
_PRESSED = {"type": "string", "pattern": f"^{asked.PAYLOAD}$", "maxLength": LONGEST_PAYLOAD}
_COUNT = {"type": "integer", "minimum": 0}

_MESSAGE = {
    "id": {"type": "integer", "minimum": 1, "description": "Grows within a conversation."},
    "author": _enum(*(author.value for author in Author)),
    "text": _text(),
    "language": _enum(*asked.LANGUAGES),
    "buttons": _list(ref("Button")),
    "at": {"type": "string", "format": "date-time"},
    "name": _text("Of the member of staff who said it; empty for others."),
    "file": _or_null(ref("File")),
    "edited": {"type": "boolean", "description": "Staff have corrected it since."},
    "recalled": {"type": "boolean", "description": "Taken back by staff: the text is empty."},
}

_SPECIAL = {
    "levels": _list(_enum(*(level.value for level in Level))),
    "caution": _text("Said before anything else, where the catalogue itself is in doubt; else empty."),
    "valid_from": _text("First day it may be filed, YYYY-MM-DD; empty where none is known."),
    "valid_until": _text("Last day it may be filed, likewise."),
    "replaced_by": {**_list(_text()), "description": "Codes of the procedures that stand in its place."},
}
_PROCEDURE = {
    **{name: _SPECIAL.get(name, _text()) for name in plain.TEXTS},
    **{name: _SPECIAL.get(name, _list(_text())) for name in plain.LISTS},
    "ways": _list(ref("Way")),
    "cases": _list(ref("Case")),
    "plain": {"type": "boolean", "description": "Somebody has written it in plain words."},
    "language": _enum(*asked.LANGUAGES),
    "standing": _enum(*(standing.value for standing in Standing)),
    "offices": _list(_enum(*(kind.value for kind in OfficeKind))),
    "notes": {**_list(ref("Note")), "description": "What province and commune add today. Show it first."},
}

_WAY = {
    "channel": _enum(*(channel.value for channel in Channel)),
    "time": _text("As people read it."),
    "time_amount": {"type": ["number", "null"]},
    "time_unit": _or_null(_enum(*(unit.value for unit in TimeUnit))),
    "fees": _list(ref("Fee")),
    "note": _text(),
}
_PAPER = {"name": _text(), "originals": _COUNT, "copies": _COUNT, "note": _text(), "form": _text()}
_NOTE = {
    "about": _enum(*ABOUT),
    "text": _text(),
    "source": _text(),
    "place": _text("Five digits of a commune; empty for the whole province."),
    "channel": _or_null(_enum(*(channel.value for channel in Channel))),
    "amount": {"type": ["integer", "null"]},
}

SHAPES: Json = {
    "NewMessage": {"oneOf": [ref("Typed"), ref("Pressed")]},
    "Typed": _object({"id": _ID, "text": _WORDS}, "What somebody wrote."),
    "Pressed": _object({"id": _ID, "payload": _PRESSED, "title": _WORDS}, "A button of an answer, as it came."),
    "Taken": _object({"message": ref("Message"), "duplicate": {"type": "boolean"}}),
    "News": _object(
        {
            "messages": {**_list(ref("Message")), "maxItems": asked.MOST_MESSAGES},
            "more": {"type": "boolean", "description": "There are others after these."},
            "pending": {"type": "boolean", "description": "An answer is under way."},
            "engine": _enum("starting", "ready", "failed"),
        }
    ),
    "Message": _object(_MESSAGE),
    "File": _object(
        {"path": _text("Below this site's address."), "name": _text(), "mime": _text(), "size": _COUNT},
        "What staff sent with it; size in bytes.",
    ),
    "Button": _object({"title": _text(), "payload": _text()}),
    "Hits": _object({"procedures": {**_list(ref("Hit")), "maxItems": asked.MOST_HITS}}),
    "Hit": _object({"code": _text(), "title": _text(), "score": {"type": "number", "minimum": 0, "maximum": 1}}),
    "Procedure": _object(_PROCEDURE, "An empty text or list: the record does not tell."),
    "Way": _object(_WAY, "A way to file, with its own time and fees."),
    "Fee": _object({"text": _text("What people are told."), "amount": {"type": ["integer", "null"]}}),
    "Case": _object(
        {"name": _text(), "papers": _list(ref("Paper")), "notes": _list(_text()), "without": _list(_text())},
        "A branch. One without a name is everybody's; `without` names papers of everybody's that it does not need.",
    ),
    "Paper": _object(_PAPER, "Originals and copies both 0: the number is not told."),
    "Note": _object(_NOTE),
    "Problem": {
        "type": "object",
        "properties": {
            "title": _text("What is wrong."),
            "status": {"type": "integer"},
            "code": _enum(*PROBLEMS),
            "detail": _text("What to do."),
        },
        "required": ["title", "status", "code", "detail"],
    },
}
