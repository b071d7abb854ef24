"""Words that answers are made of, in the language that is being spoken."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from procedures.phrasebook import phrasebook

_FOLDER = Path(__file__).with_name("locales")
_LANGUAGE: ContextVar[str] = ContextVar("language", default="vi")


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Everything said inside is said in this language: "vi", "en" or "zh"."""
    before = _LANGUAGE.set(language)
    try:
        yield
    finally:
        _LANGUAGE.reset(before)


def spoken() -> str:
    """The language that is being spoken."""
    return _LANGUAGE.get()


def say(key: str, /, **values: Any) -> str:
    """The phrase of this key, with its placeholders filled."""
    return phrasebook(_FOLDER).say(key, spoken(), **values)
