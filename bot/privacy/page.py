"""The page within the file of somebody's own data: whole in itself, for any browser, years later."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.privacy import people
from bot.words import words

_FOLDER = Path(__file__).with_name("templates")
_PAGES = Environment(
    loader=FileSystemLoader(_FOLDER), autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined
)


def as_page(told: Mapping[str, Any]) -> str:
    """HTML of what bot.privacy.export has collected, in the language of its person."""
    language = people.known(told["language"])
    say = words().say
    return _PAGES.get_template("data.html").render(
        told=told, language=language, say=lambda key, **values: say(key, language, **values), clock=_clock
    )


def _clock(moment: str) -> str:
    """07:05 29/11/2026 of what the file keeps for programs."""
    return f"{datetime.fromisoformat(moment):%H:%M %d/%m/%Y}"
