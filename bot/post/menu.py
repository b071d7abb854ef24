"""Buttons as numbers: where buttons do not fit, and for whoever types the number that a text gives a button."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.channels.port import Abilities
from bot.conversation import Button

#: A line of a list: "2. Đăng ký tạm trú".
_LINE = re.compile(r"^\s*(\d{1,2})[.)]\s+(.+?)\s*$", re.MULTILINE)
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_CUT = "…"


@dataclass(frozen=True)
class Menu:
    """How buttons can be typed."""

    #: Of each button; empty where it can only be pressed.
    labels: tuple[str, ...]
    #: Places of the buttons that have to be written below the text, which does not name them.
    listed: tuple[int, ...]

    def place_of(self, typed: str) -> int | None:
        """Which button somebody means who types a label: "2", "2.", "b)"; None for anything else."""
        said = typed.strip(" .)(\n\t").lower()
        return self.labels.index(said) if said and said in self.labels else None


def menu(text: str, buttons: Sequence[Button], abilities: Abilities) -> Menu:
    """The text's own numbers first, then numbers after them; letters beside a list of something else."""
    numbers = [line[1] for line in _LINE.finditer(text)]
    named = _named(text, buttons) if len(set(numbers)) == len(numbers) else {}
    titles_fit = all(len(button.title) <= abilities.button_title for button in buttons)
    if len(buttons) <= abilities.buttons and titles_fit:
        return Menu(tuple(named.get(place, "") for place in range(len(buttons))), ())
    free = _free(numbers, bool(named), len(buttons))
    labels = tuple(named.get(place) or next(free) for place in range(len(buttons)))
    return Menu(labels, tuple(place for place in range(len(buttons)) if place not in named))


def _named(text: str, buttons: Sequence[Button]) -> dict[int, str]:
    """Numbers of the lines that say what a button says, by the place of the button."""
    lines = {line[1]: line[2].casefold() for line in _LINE.finditer(text)}
    found: dict[int, str] = {}
    for place, button in enumerate(buttons):
        title = button.title.rstrip(_CUT).strip().casefold()
        fitting = [number for number, said in lines.items() if said.startswith(title) and number not in found.values()]
        if title and fitting:
            found[place] = fitting[0]
    return found


def _free(numbers: Sequence[str], goes_on: bool, most: int) -> Iterator[str]:
    """Labels that mean nothing else in the text."""
    if numbers and not goes_on and most <= len(_LETTERS):
        return iter(_LETTERS)
    first = max(map(int, numbers), default=0) + 1
    return map(str, range(first, first + most))
