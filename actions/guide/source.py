"""Where a missing paper comes from: the procedure that yields it, if there is one without doubt."""

from __future__ import annotations

from rapidfuzz import fuzz

from actions.ended import is_current
from actions.known import known
from procedures.catalogue import current_view
from procedures.model import Procedure
from procedures.typed.fold import fold, tokens

#: Score of the search and share of the paper's words, from 0 to 1, and likeness of a result to the paper, from 0 to
#: 100, below which it is a guess: "identity card or passport" is not yielded by the passport's procedure.
_SCORE, _COVERED, _LIKE = 0.85, 0.6, 90
_LOOKED_AT = 4


def yielding(name: str, but: str) -> Procedure | None:
    """The plain-word procedure whose result is the paper of this Vietnamese name; never the one of the code `but`."""
    for hit in current_view().search(name, _LOOKED_AT):
        found = current_view().by_code(hit.code)
        fits = found and found.plain and found.code != but and is_current(found) and hit.score >= _SCORE
        if found and fits and any(_is(fold(name), fold(text)) for text in (found.title, *found.results)):
            return known(found.code)
    return None


def _is(paper: str, result: str) -> bool:
    words = tokens(paper)
    covered = sum(word in set(tokens(result)) for word in words) / max(1, len(words))
    return covered >= _COVERED and fuzz.token_set_ratio(paper, result) >= _LIKE
