"""Messages without what tells who somebody is: numbers of papers and telephones, days, addresses, names of people."""

from __future__ import annotations

import re

from bot.privacy.masking import MASK, find
from bot.privacy.names import names
from nlu.understanding.numbers import numbers
from procedures.typed.fold import fold, tidy

_KINDS = frozenset(("dossier", "identity", "insurance", "phone"))
#: A day of a year is mostly of a birth; one without a year tells nobody.
_YEARS = re.compile(r"\d{4}|[/.-]\d{2}$")
_ADDRESS = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}|(?:https?://|www\.)\S+", re.IGNORECASE
)
#: Figures so many together are of an account, a card, a plate with its rest.
_LONG = re.compile(r"(?<![\d.])\d(?:[ .-]?\d){6,}(?![\d.])")
#: Codes of procedures and figures of money are no secret.
_PLAIN = re.compile(r"\d\.\d{6}|\d{1,3}(?:[.,]\d{3})+")


def masked(text: str) -> str:
    """The text as admins read it. A name in small letters is not found: nothing tells it from a word."""
    clean = tidy(text)
    spans = [*_numbers(clean), *names(clean), *((found.start, found.end) for found in find(clean))]
    spans += [found.span() for found in _ADDRESS.finditer(clean)]
    spans += [found.span() for found in _LONG.finditer(clean) if not _PLAIN.fullmatch(found.group())]
    return _without(clean, spans)


def bare(text: str) -> str:
    """The masked text without its marks: as a name or an example it says as much."""
    return " ".join(masked(text).replace(MASK, " ").split())


def _numbers(text: str) -> list[tuple[int, int]]:
    letters = [(part, at) for at, letter in enumerate(text) for part in fold(letter)]
    places = [at for _, at in letters]
    found = numbers("".join(part for part, _ in letters))
    return [
        (places[start], places[end - 1] + 1)
        for kind, value, start, end in found
        if kind in _KINDS or (kind == "date" and value and _YEARS.search(text[places[start] : places[end - 1] + 1]))
    ]


def _without(text: str, spans: list[tuple[int, int]]) -> str:
    kept, at = "", 0
    for start, end in sorted(spans):
        if end <= at:
            continue
        kept, at = (kept + text[at:start] + MASK if start >= at else kept), end
    return kept + text[at:]
