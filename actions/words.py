"""Words that answers are made of."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from procedures.phrasebook import phrasebook

_FOLDER = Path(__file__).with_name("locales")


def say(key: str, /, **values: Any) -> str:
    """The phrase of this key, with its placeholders filled."""
    return phrasebook(_FOLDER).say(key, **values)
