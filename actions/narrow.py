"""Choices narrowed by what is added: "the lost one", said while several are on the table."""

from __future__ import annotations

from actions.pick import numbered
from actions.reading import SURE, Reading
from procedures.catalogue import current_view
from procedures.search import Decision, Hit, Verdict

#: Procedures among which the choices are looked for.
DEEP = 12
#: A choice is meant if it scores this many times as much as the next one.
CLEAR = 2.0
#: Acts that say something of the choice, in whatever few words.
_ADDS = frozenset(("choose", "correct"))


def narrow(reading: Reading) -> Decision | None:
    """What is left of the choices on the table; None where the message is about something else, or adds nothing."""
    if not reading.choices or reading.pressed or reading.tells_place:
        return None
    said = numbered(reading.text, reading.choices)
    if said is None and reading.names_a_procedure and reading.hits[0].code in reading.choices:
        said = reading.hits[0].code
    if said is not None:
        return Decision(Verdict.ONE, (Hit(said, 1.0),))
    adds = (reading.intent in _ADDS or not reading.follows_up) and not _names_another(reading)
    return _by_what_is_added(reading) if adds else None


def _names_another(reading: Reading) -> bool:
    """By itself it all but certainly names something that is none of the choices, nor like them."""
    best = reading.hits[0].score if reading.hits else 0.0
    return best >= SURE and not any(hit.code in reading.choices for hit in reading.hits if hit.score * CLEAR >= best)


def _by_what_is_added(reading: Reading) -> Decision | None:
    found = current_view().search(f"{reading.asked} {reading.text}", DEEP)
    left = [hit for hit in found if hit.code in reading.choices]
    if not left or found[0].code not in reading.choices:
        return None
    if len(left) == 1 or left[0].score >= left[1].score * CLEAR:
        return Decision(Verdict.ONE, (Hit(left[0].code, 1.0),))
    return Decision(Verdict.CHOICES, tuple(left))
