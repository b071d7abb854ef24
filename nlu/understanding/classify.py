"""The classifier, in two stages: is it a question about a procedure, or which act; and of a question, which aspect.

The words of a matter ("khai sinh", "sổ đỏ") tell that a procedure is asked about, and nothing of the aspect. One stage
each keeps them from speaking where they know nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.linear_model import LogisticRegression

from nlu.understanding.features import Cues, Features, Floats
from procedures.typed.normalise import normalise

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
_STRENGTH = 20.0
#: Weight of "none of these" beside the classes, each judged on its own.
_DOUBT = 0.1


@dataclass(frozen=True)
class Example:
    """A text in normal form, lower case, and its intent. Copies of one example share its `origin`."""

    text: str
    intent: str
    origin: int
    #: Only tells that a procedure is asked about; its aspect is not known.
    unlabelled: bool = False


class Stage:
    """Texts to one of several classes, each with a probability."""

    def __init__(self, texts: Sequence[str], classes: Sequence[str], cues: Cues | None = None) -> None:
        self._features = Features(cues)
        rows = self._features.learn(texts)
        model = LogisticRegression(C=_STRENGTH, solver="liblinear", tol=1e-2, random_state=1)
        model.fit(rows, list(classes), sample_weight=_weights(classes))
        self.classes: list[str] = [str(name) for name in model.classes_]
        self._coefficients: Floats = np.ascontiguousarray(model.coef_.T, dtype=np.float32)
        self._bias: Floats = model.intercept_.astype(np.float32)

    def probabilities(self, texts: Sequence[str]) -> Floats:
        """One row a text, one column a class. What a row lacks to 1 is doubt: nonsense is like no class."""
        margins = self._features.rows(texts) @ self._coefficients + self._bias
        alone = 1 / (1 + np.exp(-margins))
        return np.asarray(alone / (alone.sum(axis=1, keepdims=True) + _DOUBT), dtype=np.float32)


class Classifier:
    """Both stages."""

    def __init__(self, examples: Sequence[Example], cues: Cues) -> None:
        groups = [QUESTION if example.intent in ASPECTS else example.intent for example in examples]
        self._groups = Stage([example.text for example in examples], groups)
        asked = [example for example in examples if example.intent in ASPECTS and not example.unlabelled]
        self._aspects = Stage([example.text for example in asked], [example.intent for example in asked], cues)
        self.intents = [name for name in self._groups.classes if name != QUESTION] + self._aspects.classes

    def probabilities(self, texts: Sequence[str]) -> Floats:
        """One row a text in normal form, lower case; columns are `intents`."""
        groups, aspects = self._groups.probabilities(texts), self._aspects.probabilities(texts)
        question = self._groups.classes.index(QUESTION)
        acts = np.delete(groups, question, axis=1)
        return np.hstack([acts, groups[:, [question]] * aspects])

    def ranking(self, text: str) -> dict[str, float]:
        """Intents of any text with their probabilities, likeliest first."""
        row = self.probabilities([normalise(text).text.lower()])[0]
        order = np.argsort(-row, kind="stable")
        return {self.intents[place]: float(row[place]) for place in order}


def asks(ranking: Mapping[str, float]) -> float:
    """How likely a procedure is asked about, whatever the aspect."""
    return sum(share for intent, share in ranking.items() if intent in ASPECTS)


def _weights(classes: Iterable[str]) -> list[float]:
    names = list(classes)
    counts = Counter(names)
    middle = sorted(counts.values())[len(counts) // 2]
    return [float((middle / counts[name]) ** _RAISED) for name in names]
