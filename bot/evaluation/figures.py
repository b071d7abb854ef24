"""Shares of groups of messages, and the whole report as plain data. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bot.evaluation.judge import MEASURES, Judged, Talked, tell, tell_line
from bot.evaluation.run import COPY, STRIPPED

#: The same Vietnamese questions, twice.
AS_TYPED, WITHOUT = "vi with accents", "vi, the same without"
#: Buckets of a reliability curve.
_BUCKETS = 10


@dataclass(frozen=True)
class Figure:
    """How often one measure holds in one group: `share`, from 0 to 1, of `count`."""

    measure: str
    group: str
    count: int
    share: float


@dataclass(frozen=True)
class Times:
    """Milliseconds of all answers."""

    count: int
    p50: float
    p95: float


@dataclass(frozen=True)
class Bucket:
    """Messages whose confidence is alike: its mean, and how many were right."""

    count: int
    confidence: float
    right: float


def figures(judged: Sequence[Judged], talked: Sequence[Talked]) -> list[Figure]:
    """Every measure in every group it applies to: all, a language, a language and style, and the pairs of accents."""
    held: defaultdict[tuple[str, str], list[bool]] = defaultdict(list)
    twins = {(one.line.file, one.line.id.removesuffix(COPY)) for one in judged if _is_copy(one)}
    for one in judged:
        for group in _groups(one, twins):
            for measure, holds in one.holds.items():
                held[measure, group].append(holds)
    for dialogue in talked:
        for group in ("all", dialogue.dialogue.language):
            held["dialogue", group].append(dialogue.failure is None)
            wrong = len(dialogue.failures)
            held["turn", group] += [False] * wrong + [True] * (dialogue.turns - wrong)
    order = list(MEASURES)
    keys = sorted(held, key=lambda key: (order.index(key[0]), key[1] != "all", key[1]))
    return [Figure(*key, len(held[key]), sum(held[key]) / len(held[key])) for key in keys]


def _groups(one: Judged, twins: set[tuple[str, str]]) -> Iterator[str]:
    if _is_copy(one):
        yield WITHOUT
        return
    yield from ("all", one.line.language, f"{one.line.language} {one.line.style}")
    if (one.line.file, one.line.id) in twins:
        yield AS_TYPED


def _is_copy(one: Judged) -> bool:
    return one.line.style.endswith(STRIPPED)


def times(judged: Sequence[Judged], talked: Sequence[Talked]) -> Times:
    """Half of the answers, and 95 of 100, took at most so long."""
    ms = sorted([*(one.got.ms for one in judged), *(ms for dialogue in talked for ms in dialogue.ms)])
    if not ms:
        return Times(0, 0.0, 0.0)
    return Times(len(ms), ms[len(ms) // 2], ms[min(int(len(ms) * 0.95), len(ms) - 1)])


def confusion(judged: Iterable[Judged]) -> dict[tuple[str, str], int]:
    """How often (right class, class that came); of several right classes the one that came, else the first."""
    counts: defaultdict[tuple[str, str], int] = defaultdict(int)
    for one in judged:
        wanted = one.line.wanted.intent or tuple(f"ask_{aspect}" for aspect in one.line.wanted.aspect)
        if wanted and not _is_copy(one):
            counts[one.got.intent if one.got.intent in wanted else wanted[0], one.got.intent] += 1
    return dict(counts)


def reliability(judged: Iterable[Judged]) -> list[Bucket]:
    """Confidence against right: of the class where the session tells it, else of the first procedure."""
    buckets: defaultdict[int, list[tuple[float, bool]]] = defaultdict(list)
    for confidence, right in _sure(list(judged)):
        buckets[min(int(confidence * _BUCKETS), _BUCKETS - 1)].append((confidence, right))
    return [_bucket(pairs) for _, pairs in sorted(buckets.items())]


def of_class(judged: Iterable[Judged]) -> bool:
    """Whether the reliability is that of the class."""
    return any(one.got.confidence is not None for one in judged)


def _sure(judged: Sequence[Judged]) -> Iterator[tuple[float, bool]]:
    classes = of_class(judged)
    for one in judged:
        if classes and one.got.confidence is not None and "class" in one.holds:
            yield one.got.confidence, one.holds["class"]
        elif not classes and one.got.procedures and "procedure" in one.holds and not _is_copy(one):
            yield min(max(one.got.procedures[0][1], 0.0), 1.0), one.holds["procedure"]


def _bucket(pairs: Sequence[tuple[float, bool]]) -> Bucket:
    count = len(pairs)
    return Bucket(count, sum(sure for sure, _ in pairs) / count, sum(right for _, right in pairs) / count)


def as_data(
    judged: Sequence[Judged], talked: Sequence[Talked], model: str, thresholds: Mapping[str, float]
) -> dict[str, Any]:
    """Everything as JSON: to keep, and to compare with later."""
    return {
        "model": model,
        "thresholds": dict(thresholds),
        "figures": [asdict(figure) for figure in figures(judged, talked)],
        "ms": asdict(times(judged, talked)),
        "lines": [_line(one) for one in judged],
        "dialogues": [_dialogue(one) for one in talked],
    }


def _line(one: Judged) -> dict[str, Any]:
    line = one.line
    told = {"file": line.file, "id": line.id, "text": line.text, "language": line.language, "style": line.style}
    seen = {"wanted": tell_line(line), "got": tell(one.got)}
    return {**told, **seen, "holds": dict(one.holds), "answer": asdict(one.got)}


def _dialogue(one: Talked) -> dict[str, Any]:
    dialogue, failure, failures = one.dialogue, one.failure, one.failures
    told = {"file": dialogue.file, "id": dialogue.id, "text": dialogue.about, "language": dialogue.language}
    got = f"turn {failure.turn}: {failure.got}" if failure else "passed"
    holds = {"dialogue": failure is None}
    return {**told, "got": got, "holds": holds, "failures": [asdict(one) for one in failures]}
