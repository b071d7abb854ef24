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


def own(key: str, language: str) -> str:
    """The phrase in a language that answers are not in, where somebody who speaks it has allowed it; else empty."""
    return phrasebook(_FOLDER).own(key, language)


def say_too(key: str, language: str) -> str:
    """The phrase, after the same in that language where there is one."""
    return "\n\n".join(filter(None, (own(key, language), say(key))))
