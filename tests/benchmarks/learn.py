"""Learns how much each stage of search weighs, from questions and aliases that are left out one fold at a time.

    python -m tests.benchmarks.learn      (writes procedures/search/weights.json)

The untouched questions take no part in it.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from procedures.questions import Question, read_questions
from procedures.search import Document, Index, rank
from procedures.search.fold import fold
from tests.benchmarks.search import QUESTIONS, documents

FOLDS = 5
#: Titles of the rest of the catalogue that are asked for with half of their words.
TITLES = 600
#: Wrong candidates of a question that are learnt from, best first.
WRONG = 6
WEIGHTS = Path(rank.__file__).with_name("weights.json")

#: A question, and the codes that answer it.
Asked = tuple[str, frozenset[str]]
Row = tuple[dict[str, float], bool]


def main() -> None:
    """Learns, and writes the weights."""
    chance = random.Random(1)
    corpus = documents()
    rows: list[Row] = []
    for fold_number in range(FOLDS):
        held, asked = _fold(corpus, fold_number, chance)
        rows += _rows(Index(held), [*asked, *_titles(corpus, chance)[fold_number::FOLDS]])
    rows += _rows(Index(corpus), [(q.text, frozenset(q.codes)) for q in _open() if q.codes])
    names = list(rows[0][0])
    values = np.array([[features[name] for name in names] for features, _ in rows])
    model = LogisticRegression(C=10, max_iter=2000).fit(values, [right for _, right in rows])
    _write(names, model.coef_[0], float(model.intercept_[0]))


def _open() -> list[Question]:
    return read_questions(QUESTIONS / "open.jsonl")


def _fold(corpus: Sequence[Document], number: int, chance: random.Random) -> tuple[list[Document], list[Asked]]:
    """The corpus without a fifth of its known questions, and these, half of them without accents."""
    held, asked = [], []
    for one in corpus:
        out = one.asked[number::FOLDS]
        held.append(replace(one, asked=tuple(text for text in one.asked if text not in out)))
        asked += [(text if chance.random() < 0.5 else fold(text), frozenset([one.code])) for text in out]
    return held, asked


def _titles(corpus: Sequence[Document], chance: random.Random) -> list[Asked]:
    found = []
    for one in chance.sample([one for one in corpus if not one.everyday], TITLES):
        kept = [word for word in one.title.split() if chance.random() < 0.5]
        found.append((" ".join(kept), frozenset([one.code])))
    return found


def _rows(index: Index, asked: Sequence[Asked]) -> Iterator[Row]:
    for text, codes in asked:
        ranked = index.explain(text, 20)
        wrong = [one for one in ranked if one.hit.code not in codes][:WRONG]
        right = [one for one in ranked if one.hit.code in codes][:1]
        # A question whose answer is not among the candidates teaches nothing.
        yield from ((dict(one.features), one in right) for one in (*right, *wrong) if right and one.features)


def _write(names: Sequence[str], weights: NDArray[np.float64], bias: float) -> None:
    told = {name: round(float(weight), 3) for name, weight in zip(names, weights, strict=True)}
    WEIGHTS.write_text(json.dumps({"bias": round(bias, 3), **told}, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
