"""What a button or an answer does to a guide."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from actions.guide.naming import channel_meant, meant, numbered, says_all, says_lacking
from actions.guide.papers import papers_meant
from actions.reading import ASPECTS, Reading
from procedures.guides import walk
from procedures.guides.state import HAVE, LATER, MISSING, Guide, Stage, mark
from procedures.model import Procedure

#: Letters of a name tag.
_TAG = 40
_Mover = Callable[[Procedure, Guide, str], Guide]


@dataclass(frozen=True)
class Move:
    """What is done, and with which of what was offered: the mark of a case or a paper, a way, papers."""

    do: str
    value: str = ""
    papers: tuple[str, ...] = ()


def moved(procedure: Procedure, guide: Guide, move: Move) -> Guide:
    """The guide after a move; a move that means nothing here changes nothing."""
    if move.do in _TICKS:
        return walk.tick(procedure, guide, move.papers or paper(procedure, guide, move.value), _TICKS[move.do])
    mover = _MOVERS.get(move.do)
    return mover(procedure, guide, move.value) if mover else walk.settle(procedure, guide)


_TICKS = {"have": HAVE, "lack": MISSING, "later": LATER}


def paper(procedure: Procedure, guide: Guide, value: str) -> list[str]:
    """The paper of a button, none where it is no longer needed; without a button the one that is asked about."""
    if value:
        return [need.paper.name for need in walk.needed(procedure, guide) if mark(need.paper.name) == value]
    need = walk.asked(procedure, guide)
    return [need.paper.name] if need else []


def _case(procedure: Procedure, guide: Guide, value: str) -> Guide:
    chosen = [case.name for case in walk.branches(procedure) if mark(case.name) == value]
    return walk.decide_case(procedure, guide, chosen[0]) if chosen else walk.settle(procedure, guide)


def _way(procedure: Procedure, guide: Guide, value: str) -> Guide:
    found = next((channel for channel in walk.channels(procedure) if channel.value == value), None)
    return walk.file_by(procedure, guide, found) if found else walk.settle(procedure, guide)


def _all(procedure: Procedure, guide: Guide) -> Guide:
    return walk.tick(procedure, guide, [need.paper.name for need in walk.needed(procedure, guide)], HAVE)


_MOVERS: dict[str, _Mover] = {
    "case": _case,
    "nocase": lambda procedure, guide, _: walk.no_case(procedure, guide),
    "way": _way,
    "anyway": lambda procedure, guide, _: walk.file_by(procedure, guide, walk.channels(procedure)[-1]),
    "all": lambda procedure, guide, _: _all(procedure, guide),
    "back": lambda procedure, guide, _: walk.back(procedure, guide),
    "reopen": lambda procedure, guide, _: walk.reopen(procedure, guide),
    "sent": lambda procedure, guide, _: walk.send_in(guide),
    "self": lambda procedure, guide, _: walk.settle(procedure, walk.name_for(guide, "")),
    "tag": lambda procedure, guide, tag: walk.settle(procedure, walk.name_for(guide, tag)),
}


def open_cases(procedure: Procedure, guide: Guide) -> list[str]:
    """Names of the cases that are still to be chosen from, in the order they are offered."""
    return [case.name for case in walk.branches(procedure) if case.name not in guide.cases]


#: Acts that mean the same wherever a guide is.
_ALWAYS = {"my_guides": "list", "resume": "show"}
#: Acts that belong to the guide only right after one of its questions.
_AFTER = {"repeat": "show", "shorter": "show", "next": "show", "explain": "what", "go_back": "back"}
#: What the other acts mean to the question of a stage.
_HERE: dict[Stage, dict[str, str]] = {
    Stage.TAG: dict.fromkeys(("deny", "next", "skip"), "self"),
    # Who does not know goes on all the same: what is unclear is asked at the counter.
    Stage.CASES: dict.fromkeys(("deny", "next", "skip", "too_vague"), "nocase"),
    Stage.WAY: dict.fromkeys(("deny", "skip", "too_vague"), "anyway"),
    Stage.PAPERS: {
        **{"affirm": "have", "deny": "lack", "next": "later", "skip": "later", "too_vague": "later"},
        **dict.fromkeys(("ask_where", "ask_how"), "what"),
    },
}
#: Acts by which somebody speaks of papers.
_OF_PAPERS = {"have_it": "have", "lack_it": "lack"}
#: Acts that are no name of anybody.
_NO_NAME = frozenset(
    ("talk_to_person", "my_guides", "change_language", "help", "start_over", "go_back", "deny", "next", "skip")
)
#: Words of a short answer: whatever it looks like by itself, after a question it answers it.
_SHORT = 5
#: Probability from which words are a question, not an answer.
_ASKS = 0.5


def typed(reading: Reading, procedure: Procedure, guide: Guide) -> Move | None:
    """The move that typed words mean; None where they are no answer to the guide."""
    if reading.hand.guiding:
        answered = _answer(reading, procedure, guide)
        if answered:
            return answered
    if reading.intent in _OF_PAPERS:
        named = papers_meant(reading.text, procedure, guide)
        # What names no paper answers no question: the guide asks its own again.
        return Move(_OF_PAPERS[reading.intent], papers=named.papers) if named.papers else Move("show")
    if reading.intent == "submitted":
        sure = guide.stage is Stage.TRIP or (guide.stage is Stage.PAPERS and reading.believed)
        return Move("sent" if sure else "show")
    return Move(_ALWAYS[reading.intent]) if reading.intent in _ALWAYS else None


def is_short(reading: Reading) -> bool:
    """An answer of a few words."""
    return len(reading.text.split()) <= _SHORT


def _answer(reading: Reading, procedure: Procedure, guide: Guide) -> Move | None:
    """What words mean right after a question of the guide."""
    intent, stage = reading.intent, guide.stage
    if stage is Stage.TAG and is_tag(reading.text) and intent not in _NO_NAME:
        return Move("tag", reading.text.strip())
    if stage is Stage.PAPERS and intent not in ASPECTS and says_all(reading.text):
        return Move("all")
    if stage is Stage.TRIP and reading.tells_place and reading.places.one:
        return Move("show")
    if stage in (Stage.CASES, Stage.WAY) and not (intent == "deny" and is_short(reading)):
        chosen = _chosen(reading, procedure, guide)
        if chosen:
            return chosen
    if stage is Stage.PAPERS and intent == "ask_overview" and says_lacking(reading.text):
        named = papers_meant(reading.text, procedure, guide)
        if not named.other and (named.papers or is_short(reading)):
            return Move("lack", papers=named.papers)
    if intent in ASPECTS and not (reading.bare and is_short(reading)):
        return None
    if intent in _OF_PAPERS and stage is Stage.PAPERS:
        named = papers_meant(reading.text, procedure, guide)
        return Move("show") if named.other else Move(_OF_PAPERS[intent], papers=named.papers)
    if intent == "too_vague" and not is_short(reading):
        return None
    do = _HERE.get(stage, {}).get(intent) or _AFTER.get(intent)
    return Move(do) if do else None


def _chosen(reading: Reading, procedure: Procedure, guide: Guide) -> Move | None:
    """A case or a way, by number or in words; a question about it is none."""
    bare_number = reading.text.strip(" .").isdecimal()
    if not bare_number and not is_short(reading) and reading.asks >= _ASKS:
        return None
    if guide.stage is Stage.WAY:
        channel = channel_meant(reading.text, walk.channels(procedure))
        return Move("way", channel.value) if channel else None
    open_ = open_cases(procedure, guide)
    name = meant(reading.text, procedure, open_) or next(iter(numbered(reading.text, open_)), "")
    return Move("case", mark(name)) if name else None


def is_tag(text: str) -> bool:
    """Whether a text may be a name tag: short, and without digits, so that no identity number becomes one."""
    return 0 < len(text.strip()) <= _TAG and not any(char.isdecimal() for char in text)
