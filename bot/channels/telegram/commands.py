"""Commands of the menu beside the text field."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from telegram import BotCommand

#: Telegram's codes are ISO 639-1; "" is what everybody else sees, here in the first language.
LANGUAGES = {"vi": "", "en": "en", "zh": "zh"}
_DEFAULT = "vi"

#: "/name", "/name@bot", "/name something". Names: 1-32 of a-z, 0-9 and _ (Bot API, BotCommand).
_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@\w+)?(?:\s+(.*))?", re.DOTALL)


@dataclass(frozen=True)
class Command:
    """A line of the menu."""

    #: Without the slash.
    name: str
    #: What it stands for, as with a Button.
    payload: str
    #: What the menu shows, 1-256 characters, by language; Vietnamese is always there.
    titles: Mapping[str, str]

    def title(self, language_code: object) -> str:
        """In the language of a citizen's Telegram ("en", "zh-hans", None); Vietnamese for all others."""
        language = language_code[:2].lower() if isinstance(language_code, str) else _DEFAULT
        return self.titles.get(language) or self.titles[_DEFAULT]


def split(text: str) -> tuple[str, str]:
    """Name and rest of a command; two empty texts where it is none."""
    found = _COMMAND.fullmatch(text.strip())
    return (found[1].lower(), (found[2] or "").strip()) if found else ("", "")


def shown(menu: Sequence[Command], language: str) -> list[BotCommand]:
    """The menu as Telegram takes it."""
    return [BotCommand(command.name, command.title(language)) for command in menu]
