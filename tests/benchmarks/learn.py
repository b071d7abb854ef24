"""Learns how much each stage of search weighs, from questions that are left out of the index one fold at a time.

    make learn      (writes procedures/search/weights.json)

Learnt from the questions beside the seeds and from titles of the rest of the catalogue with half of their words; the
untouched questions take no part.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from procedures.search import Document, Index, rank
from procedures.typed.fold import fold
from tests.benchmarks.search import documents

FOLDS = 5
#: Titles of the rest of the catalogue that are asked for in each fold.
TITLES = 120
#: Candidates of a question that are learnt from.
CANDIDATES = 12
#: Everyday procedures that each fold does without, and questions asked about each of them.
GONE, LINES = 10, 15
#: Share of all questions that may be answered wrongly when the best candidate is taken at its word.
WRONG = 0.02
WEIGHTS = Path(rank.__file__).with_name("weights.json")
out = Console(highlight=False)

#: A question and the code that answers it.
Asked = tuple[str, str]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Examples:
    """Candidates of many questions: what the stages scored, the question's number, whether it is right."""

    names: list[str]
    values: Floats
    groups: NDArray[np.int64]
    right: NDArray[np.bool_]


def main() -> None:
    """Learns, prints what came of it, and writes the weights."""
    corpus = documents()
    examples = _examples(corpus, random.Random(1))
    weights = _choose(examples)
    out.print(f"right procedure first in {_first(examples, weights):.3f} of {examples.groups[-1] + 1} questions")
    scores = (examples.values @ weights)[:, None]
    scale = LogisticRegression(C=1e6).fit(scores, examples.right)
    ranking = _told(examples.names, weights * scale.coef_[0, 0], float(scale.intercept_[0]))
    _write({"rank": ranking})
    _write({"rank": ranking, **_confidence(corpus, random.Random(2))})


def _examples(corpus: Sequence[Document], chance: random.Random) -> Examples:
    rows: list[tuple[dict[str, float], int, bool]] = []
    for number in range(FOLDS):
        held, asked = _fold(corpus, number, chance)
        index = Index(held)
        for text, code in [*asked, *_titles(corpus, chance)]:
            group = rows[-1][1] + 1 if rows else 0
            rows += [(features, group, right) for features, right in _candidates(index, text, code)]
    names = list(rows[0][0])
    values = np.array([[features[name] for name in names] for features, _, _ in rows])
    return Examples(names, values, np.array([row[1] for row in rows]), np.array([row[2] for row in rows]))


def _fold(corpus: Sequence[Document], number: int, chance: random.Random) -> tuple[list[Document], list[Asked]]:
    """The corpus without a fifth of its known questions, and these, half of them without accents."""
    held, asked = [], []
    for one in corpus:
        left_out = one.asked[number::FOLDS]
        held.append(replace(one, asked=tuple(text for text in one.asked if text not in left_out)))
        asked += [(text if chance.random() < 0.5 else fold(text), one.code) for text in left_out]
    return held, asked


def _titles(corpus: Sequence[Document], chance: random.Random) -> Iterator[Asked]:
    for one in chance.sample([one for one in corpus if not one.everyday], TITLES):
        yield " ".join(word for word in one.title.split() if chance.random() < 0.5), one.code


def _candidates(index: Index, text: str, code: str) -> list[tuple[dict[str, float], bool]]:
    """The right candidate and the best wrong ones; nothing where the right one is not among them."""
    ranked = index.explain(text, 24)
    right = [one for one in ranked if one.hit.code == code]
    wrong = [one for one in ranked if one.hit.code != code][: CANDIDATES - 1]
    return [(dict(one.features), one in right) for one in (*right, *wrong)] if right and right[0].features else []


def _choose(examples: Examples) -> Floats:
    """Weights that make the right candidate the likeliest of its question (conditional logit, L2 of 2)."""
    scale = examples.values.std(0) + 1e-9
    values = examples.values / scale
    starts = np.concatenate([[0], np.where(np.diff(examples.groups))[0] + 1])
    sizes = np.diff(np.concatenate([starts, [len(values)]]))

    def loss(weights: Floats) -> tuple[float, Floats]:
        scores = values @ weights
        top = np.maximum.reduceat(scores, starts)
        odds = np.exp(scores - np.repeat(top, sizes))
        sums = np.add.reduceat(odds, starts)
        likely = odds / np.repeat(sums, sizes)
        total = (scores[examples.right] - top - np.log(sums)).sum()
        slope = values[examples.right].sum(0) - (values * likely[:, None]).sum(0)
        return float(2 * weights @ weights - total), 4 * weights - slope

    return np.asarray(minimize(loss, np.zeros(values.shape[1]), jac=True, method="L-BFGS-B").x / scale)


def _first(examples: Examples, weights: Floats) -> float:
    scores = examples.values @ weights
    best: dict[int, int] = {}
    for row, group in enumerate(examples.groups):
        if group not in best or scores[row] > scores[best[group]]:
            best[group] = row
    return float(np.mean([examples.right[row] for row in best.values()]))


def _confidence(corpus: Sequence[Document], chance: random.Random) -> dict[str, object]:
    """How sure the best candidate is, learnt with the new ranking; and from where on it is taken at its word."""
    seen = list(_bests(corpus, chance))
    names = list(seen[0][0])
    values = np.array([[features[name] for name in names] for features, _ in seen])
    right = np.array([right for _, right in seen])
    half = np.arange(len(right)) % 2 == 0
    likely = np.empty(len(right))
    for part in (half, ~half):
        model = LogisticRegression(max_iter=2000).fit(values[~part], right[~part])
        likely[part] = model.predict_proba(values[part])[:, 1]
    order = np.argsort(-likely)
    wrong = np.cumsum(~right[order]) / len(right)
    taken = int((wrong <= WRONG).sum())
    out.print(f"answered at once {taken / len(right):.3f}, of all questions wrongly {WRONG}; the rest are choices")
    model = LogisticRegression(max_iter=2000).fit(values, right)
    told = _told(names, model.coef_[0], float(model.intercept_[0]))
    return {"confidence": told, "sure": round(float(likely[order][taken]), 3)}


def _bests(corpus: Sequence[Document], chance: random.Random) -> Iterator[tuple[dict[str, float], bool]]:
    """What the confidence looks at, for questions that are left out of the index, and for matters it does not hold."""
    for number in range(FOLDS):
        held, asked = _fold(corpus, number, chance)
        gone = {one.code for one in chance.sample([one for one in corpus if one.everyday], GONE)}
        index = Index([one for one in held if one.code not in gone])
        strange = [(text, one.code) for one in corpus if one.code in gone for text in one.asked[:LINES]]
        inside = [(text, code) for text, code in asked if code not in gone]
        for text, code in [*inside, *strange, *_titles(corpus, chance)]:
            ranked, length = index.explain(text, 2), index.length(text)
            if ranked and ranked[0].features:
                second = ranked[1].hit.score if len(ranked) > 1 else 0.0
                scored = {**ranked[0].features, "score": ranked[0].hit.score}
                yield rank.signs(scored, second, length), ranked[0].hit.code == code


def _told(names: Sequence[str], weights: Floats, bias: float) -> dict[str, float]:
    return {"bias": round(bias, 3), **{name: round(float(w), 3) for name, w in zip(names, weights, strict=True)}}


def _write(learnt: dict[str, object]) -> None:
    """Keeps what is not learnt anew, and makes the search use what is."""
    kept = json.loads(WEIGHTS.read_text("utf-8"))
    WEIGHTS.write_text(json.dumps({**kept, **learnt}, indent=1) + "\n", "utf-8")
    rank.learnt.cache_clear()


if __name__ == "__main__":
    main()
