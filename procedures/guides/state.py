"""What is kept of a guide: small, of no language, and no word about who it is for but a name tag."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any

#: What is known of a paper: it is there, it is not, or nobody has looked yet.
HAVE, MISSING, LATER = "have", "missing", "later"
#: Letters and digits that nobody takes for one another on paper.
_SIGNS = "23456789abcdefghjkmnpqrstuvwxyz"
#: Signs of a token: 49 bits. Halves are written apart: "7k4p9-m2xqr".
_LENGTH = 10
_TOKEN = re.compile(rf"(?<![a-z0-9])([{_SIGNS}]{{5}})[- ]?([{_SIGNS}]{{5}})(?![a-z0-9])")


class Stage(str, Enum):
    """Where somebody is in a guide, in order."""

    TAG = "tag"
    CASES = "cases"
    WAY = "way"
    PAPERS = "papers"
    TRIP = "trip"
    SENT = "sent"


@dataclass(frozen=True)
class Guide:
    """One guide. Cases and papers are known by their Vietnamese names, so that it speaks every language."""

    #: Its name in links and codes; nobody can guess it.
    token: str
    #: National code of the procedure.
    code: str
    stage: Stage = Stage.CASES
    #: For whom, in the helper's own words: "bà Lan"; empty for the person who writes.
    tag: str = ""
    #: Names of the cases that fit, and of those that do not or may not.
    cases: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    #: A value of Channel; empty while it is not chosen.
    way: str = ""
    #: HAVE, MISSING or LATER by the name of a paper.
    ticks: Mapping[str, str] = field(default_factory=dict)
    #: Names of the papers that were needed when it was last shown.
    shown: tuple[str, ...] = ()
    #: Token of the guide that this one was begun from, for one of its papers.
    origin: str = ""
    #: Codes of the procedures that come after it, of a life event.
    then: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """As JSON can hold it."""
        kept = {**vars(self), "stage": self.stage.value, "ticks": dict(self.ticks)}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in kept.items() if value}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Guide:
        """What `to_dict` made; names of later versions are left out."""
        known = {name: value for name, value in data.items() if name in cls.__dataclass_fields__}
        lists = {name: tuple(known.get(name, ())) for name in ("cases", "refused", "shown", "then")}
        return replace(cls("", ""), **{**known, **lists, "stage": Stage(known.get("stage", Stage.CASES.value))})


def new_token() -> str:
    """A name that nobody can guess, and that `find_token` finds."""
    token = ""
    while not any(sign.isdecimal() for sign in token):
        token = "".join(secrets.choice(_SIGNS) for _ in range(_LENGTH))
    return token


def mark(name: str) -> str:
    """What a button calls a case or a paper: a number would mean another one once the list has changed."""
    return hashlib.sha256(name.encode()).hexdigest()[:8]


def spelled(token: str) -> str:
    """As people read and type it."""
    return f"{token[:5]}-{token[5:]}".upper()


def without_token(text: str) -> str:
    """A message without the code it holds, whose letters are of no language."""
    return _TOKEN.sub(" ", text.lower()) if find_token(text) else text


def find_token(text: str) -> str:
    """The token in a message, however it is written; empty for none. One holds a digit, a word of ten letters none."""
    found = _TOKEN.search(text.lower())
    token = "".join(found.groups()) if found else ""
    return token if any(sign.isdecimal() for sign in token) else ""
