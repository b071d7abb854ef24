"""How often the right procedure is found, by language and by style of typing."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from procedures.questions import Question
from procedures.search import Decision, Hit, Verdict, decide

#: How deep the ranking is looked at.
DEPTH = 10

Search = Callable[[str, int], list[Hit]]


@dataclass(frozen=True)
class Judged:
    """One question, asked."""

    question: Question
    #: Place of the first right procedure, from 1; 0 where it is not among the first ten.
    rank: int
    #: right, offered, wrong, misled or unsure: what the citizen gets.
    outcome: str
    #: Codes found, best first.
    found: tuple[str, ...]
    ms: float


@dataclass(frozen=True)
class Line:
    """The figures of one group of questions; shares from 0 to 1."""

    language: str
    style: str
    count: int
    hit1: float
    hit3: float
    mrr: float
    #: Answered rightly at once, offered among choices, answered wrongly, offered nothing right, not understood.
    right: float
    offered: float
    wrong: float
    misled: float
    unsure: float


def judge(question: Question, search: Search) -> Judged:
    """Asks one question."""
    started = time.perf_counter()
    hits = search(question.text, DEPTH)
    ms = (time.perf_counter() - started) * 1000
    found = tuple(hit.code for hit in hits)
    rank = next((place for place, code in enumerate(found, 1) if code in question.codes), 0)
    return Judged(question, rank, outcome(decide(hits), question.codes), found, ms)


def outcome(decision: Decision, codes: Sequence[str]) -> str:
    """What a citizen would get."""
    found = {hit.code for hit in decision.hits}
    if decision.verdict is Verdict.NONE:
        return "unsure" if codes else "right"
    if decision.verdict is Verdict.ONE:
        return "right" if found <= set(codes) else "wrong"
    return "offered" if found & set(codes) else "misled"


def lines(judged: Iterable[Judged]) -> list[Line]:
    """A line for each language and style, and one "all" for each language; copies without accents apart."""
    groups: defaultdict[tuple[str, str], list[Judged]] = defaultdict(list)
    for one in judged:
        language, style = one.question.language, one.question.style
        groups[language, style].append(one)
        groups[language, f"all→{style.partition('→')[2]}" if "→" in style else "all"].append(one)
    return [_line(*key, group) for key, group in sorted(groups.items())]


def drop(judged: Sequence[Judged]) -> float:
    """Hit@1 of the questions typed with accents less that of the same ones without, in points of 100."""
    first = {one.question.id: one.rank == 1 for one in judged}
    pairs = [(first[name.removesuffix("*")], hit) for name, hit in first.items() if name.endswith("*")]
    return 100 * (sum(a for a, _ in pairs) - sum(b for _, b in pairs)) / len(pairs) if pairs else 0.0


def _line(language: str, style: str, group: Sequence[Judged]) -> Line:
    count = len(group)

    def share(outcome: str) -> float:
        return sum(one.outcome == outcome for one in group) / count

    return Line(
        language,
        style,
        count,
        sum(one.rank == 1 for one in group) / count,
        sum(1 <= one.rank <= 3 for one in group) / count,
        sum(1 / one.rank for one in group if one.rank) / count,
        *map(share, ("right", "offered", "wrong", "misled", "unsure")),
    )
