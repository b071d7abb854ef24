"""The classifier, in two stages: is it a question about a procedure, or which act; and of a question, which aspect.

The words of a matter ("khai sinh", "sổ đỏ") tell that a procedure is asked about, and nothing of the aspect. One stage
each keeps them from speaking where they know nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import LogisticRegression

from nlu.understanding import progress
from nlu.understanding.features import Cues, Ends, Features, Floats, Strange, beside, plain, rows
from procedures.search.tfidf import Row, margins

#: The class of the first stage that the second one parts.
QUESTION = "question"
ASPECTS = frozenset(
    f"ask_{aspect}"
    for aspect in (
        *("documents", "fee", "time", "where", "how", "online"),
        *("conditions", "result", "form", "legal", "overview"),
    )
)
#: How much a rare class is raised: 0 not at all, 1 to the weight of a common one.
_RAISED = 0.75
_STRENGTH = 40.0
#: Weight of "none of these" beside the classes, each judged on its own.
_DOUBT = 0.1
#: Weight of all questions that name no matter, beside all that do.
_BARE = 0.5


@dataclass(frozen=True)
class Example:
    """A text in normal form, lower case, and its intent. Copies of one example share its `origin`."""

    text: str
    intent: str
    origin: int
    #: Only tells that a procedure is asked about; its aspect is not known.
    unlabelled: bool = False
    #: A question that names no matter.
    bare: bool = False


class Stage:
    """Rows of features to one of several classes, each with a probability."""

    def __init__(self, found: csr_matrix, classes: Sequence[str]) -> None:
        self.classes = sorted(set(classes))
        weights, named = _weights(classes), np.array(classes)
        # As liblinear wants them: it would convert them for each class again.
        found = found.astype(np.float64)
        # One after another: liblinear has one source of chance for all threads, and the same examples teach the same.
        models = [_fit(found, named == name, weights) for name in self.classes]
        self._coefficients: Floats = np.ascontiguousarray(np.vstack([one.coef_ for one in models]).T, dtype=np.float32)
        self._bias: Floats = np.concatenate([one.intercept_ for one in models]).astype(np.float32)

    def probabilities(self, found: Sequence[Row]) -> Floats:
        """One row a text, one column a class. What a row lacks to 1 is doubt: nonsense is like no class."""
        alone = 1 / (1 + np.exp(-(margins(found, self._coefficients) + self._bias)))
        return np.asarray(alone / (alone.sum(axis=1, keepdims=True) + _DOUBT), dtype=np.float32)


@dataclass(frozen=True)
class Understood:
    """What a model makes of a text."""

    #: Intents with their probabilities, likeliest first.
    ranking: Mapping[str, float]
    #: How likely the text names a matter of its own, from 0 to 1.
    names: float


class Classifier:
    """Both stages, and whether a question names a matter of its own."""

    def __init__(self, examples: Sequence[Example], cues: Cues) -> None:
        texts = [example.text for example in examples]
        groups = [QUESTION if example.intent in ASPECTS else example.intent for example in examples]
        self._features = Features(texts)
        found = rows(texts, self._features)
        progress.step("acts")
        self._groups = Stage(found, groups)
        progress.step("aspects")
        asked = [place for place, one in enumerate(examples) if one.intent in ASPECTS and not one.unlabelled]
        self._cues, self._ends = cues, Ends([texts[place] for place in asked])
        ends = rows([texts[place] for place in asked], self._ends, cues)
        self._aspects = Stage(hstack([found[asked], ends], "csr"), [examples[place].intent for place in asked])
        questions = [place for place, one in enumerate(examples) if one.intent in ASPECTS]
        self._naming = Naming(found[questions], [examples[place] for place in questions])
        self.intents = [name for name in self._groups.classes if name != QUESTION] + self._aspects.classes

    def probabilities(self, texts: Sequence[str]) -> tuple[Floats, Floats]:
        """Of texts as `plain` makes them: a row each with `intents` as columns, and how likely each names a matter."""
        found = [self._features.row(text) for text in texts]
        return self._shares(texts, found), self._naming.probabilities(texts, found)

    def _shares(self, texts: Sequence[str], found: Sequence[Row]) -> Floats:
        groups = self._groups.probabilities(found)
        aspects = self._aspects.probabilities(beside(found, self._features.width, texts, self._ends, self._cues))
        question = self._groups.classes.index(QUESTION)
        acts = np.delete(groups, question, axis=1)
        return np.hstack([acts, groups[:, [question]] * aspects])

    def understand(self, texts: Sequence[str]) -> list[Understood]:
        """Any texts."""
        shares, names = self.probabilities([plain(text) for text in texts])
        return [Understood(self._ranking(row), float(name)) for row, name in zip(shares, names, strict=True)]

    def _ranking(self, row: Floats) -> dict[str, float]:
        order = np.argsort(-row, kind="stable")
        return {self.intents[place]: float(row[place]) for place in order}


class Naming:
    """Whether a question names a matter, or is about whatever is in hand: "thế phí bao nhiêu"."""

    def __init__(self, found: csr_matrix, questions: Sequence[Example]) -> None:
        self._strange = Strange([question.text for question in questions if question.bare])
        texts, named = [question.text for question in questions], np.array([not one.bare for one in questions])
        weights = np.where(named, 1.0, _BARE * named.sum() / max(1, (~named).sum()))
        model = _fit(hstack([found, rows(texts, self._strange)], "csr"), named, weights)
        self._coefficients, self._bias = np.ascontiguousarray(model.coef_[0], np.float32), float(model.intercept_[0])

    def probabilities(self, texts: Sequence[str], found: Sequence[Row]) -> Floats:
        """Of texts in normal form, lower case, that a matter is named; from 0 to 1."""
        known = beside(found, len(self._coefficients) - self._strange.width, texts, self._strange)
        return np.asarray(1 / (1 + np.exp(-(margins(known, self._coefficients) + self._bias))), dtype=np.float32)


def asks(ranking: Mapping[str, float]) -> float:
    """How likely a procedure is asked about, whatever the aspect."""
    return sum(share for intent, share in ranking.items() if intent in ASPECTS)


def _fit(found: csr_matrix, positive: NDArray[np.bool_], weights: NDArray[np.float64]) -> LogisticRegression:
    # Dual, and not to the last digit: a third of the time, and as accurate.
    model = LogisticRegression(C=_STRENGTH, solver="liblinear", dual=True, tol=2.0, random_state=1)
    return model.fit(found, positive, sample_weight=weights)


def _weights(classes: Sequence[str]) -> NDArray[np.float64]:
    counts = Counter(classes)
    middle = sorted(counts.values())[len(counts) // 2]
    return np.array([(middle / counts[name]) ** _RAISED for name in classes])
