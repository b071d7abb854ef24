"""Whether a text can be said in place of the program's own: the same is filled in, and it is not too long."""

from __future__ import annotations

import unicodedata

from bot.errors import Refused
from procedures.phrasebook import placeholders

#: Characters that a phrase may always have, and how many times those of the program's.
_LONGEST, _TIMES = 200, 4
#: Phrases up to this length are titles of buttons and the like where they are one line: they stay one line.
_ONE_LINE = 60


def fitting(written: str, text: str) -> str:
    """A text as it is kept in place of another.

    Raises Refused: words_empty, words_braces, words_lost, words_strange, too_long.
    """
    clean = _clean(text, single=one_line(written))
    if not clean:
        raise Refused("words_empty")
    _check_filled(written, clean)
    most = max(_LONGEST, _TIMES * len(written))
    if len(clean) > most:
        raise Refused("too_long", longest=str(most))
    # A phrase that is added to another keeps its blank; nobody sees it in a form.
    start, end = len(written) - len(written.lstrip()), len(written.rstrip())
    return written[:start] + clean + written[end:]


def one_line(written: str) -> bool:
    """Whether it is a title, which has no second line."""
    return len(written) <= _ONE_LINE and "\n" not in written


def _check_filled(written: str, text: str) -> None:
    try:
        found, wanted = placeholders(text), placeholders(written)
    except ValueError as error:
        raise Refused("words_braces") from error
    if wanted - found:
        raise Refused("words_lost", names=", ".join(sorted(wanted - found)))
    if found - wanted:
        raise Refused("words_strange", names=", ".join(sorted(found - wanted)))


def _clean(text: str, *, single: bool) -> str:
    told = unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
    told = "".join(char for char in told if char == "\n" or unicodedata.category(char) != "Cc")
    return " ".join(told.split()) if single else told.strip()
