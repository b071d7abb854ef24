"""The intent of a message: our classifier as a Rasa component, trained and stored with the model."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import joblib
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.understanding import data, progress
from nlu.understanding.calibrate import EMERGENCY, Calibration, Thresholds, calibrate
from nlu.understanding.classify import ASPECTS, Classifier, Understood, asks
from nlu.understanding.examples import examples
from nlu.understanding.parts import parts
from procedures.catalogue import SEEDS
from procedures.importers.seeds import read_seeds
from procedures.places import places
from procedures.typed.fold import fold
from procedures.typed.normalise import normalise

_MODEL, _CALIBRATION = "classifier.joblib", "calibration.json"
#: Intents of the ranking that are passed on.
_MOST = 10
#: Probability from which a part of a message is a question of its own.
_OWN = 0.5
#: The same for a part of a message that asks as a whole.
_ALSO = 0.3
#: Probability from which an act asks for an aspect by the way: "back to the birth certificate, where do I file".
_BY_THE_WAY = 0.1
#: Share of an aspect among all from which it is plain enough to be answered by the way.
_PLAIN = 0.6
#: Acts that tell nothing of anybody; from this probability on nobody is in danger.
_EMPTY = frozenset(("affirm", "deny", "greet", "thank", "choose", "next", "repeat", "shorter", "skip", "have_it"))
_CERTAIN = 0.7
#: Probability below which a message is like nothing that was ever learnt.
_UNKNOWN = 0.3


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class IntentClassifier(GraphComponent):  # type: ignore[misc]  # Rasa ships no types
    """Sets the intent and its ranking, and what actions need to know of it.

    normalised      the normal form
    asks            how likely a procedure is asked about; `asks_in_part`: by the part of the message that asks most
    names           how likely the message names a matter of its own, places apart; `bare`: it does not
    danger          whether somebody may be in danger
    believed        whether the intent is sure enough to act on
    aspect          what an act asks by the way
    parts           the questions of a message that holds several
    """

    def __init__(self, storage: ModelStorage, resource: Resource) -> None:
        self._storage, self._resource = storage, resource
        self._classifier: Classifier | None = None
        self._thresholds = Thresholds(1, 1, 1, 1, 0)

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> IntentClassifier:
        """Rasa's."""
        return cls(model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **_: Any,
    ) -> IntentClassifier:
        """Rasa's: the trained component."""
        loaded = cls(model_storage, resource)
        with model_storage.read_from(resource) as folder:
            loaded._classifier = joblib.load(folder / _MODEL)
            told = json.loads((folder / _CALIBRATION).read_text("utf-8"))
        loaded._thresholds = Thresholds(**told["thresholds"])
        return loaded

    def train(self, training_data: TrainingData) -> Resource:
        """Rasa's: calibrates on a fifth that is left out, then learns from everything.

        What it learns from it reads itself: `training_data` may be a part of it.
        """
        progress.step("examples")
        known, cues = (
            examples(data.labelled(), [row.procedure for row in read_seeds(SEEDS)], SEEDS / "asked"),
            data.cues(),
        )
        calibration = calibrate(known, cues)
        self._classifier, self._thresholds = Classifier(known, cues), calibration.thresholds
        progress.step("pack")
        self._persist(calibration)
        return self._resource

    def _persist(self, calibration: Calibration) -> None:
        with self._storage.write_to(self._resource) as folder:
            joblib.dump(self._classifier, folder / _MODEL, compress=1)
            (folder / _CALIBRATION).write_text(json.dumps(asdict(calibration), indent=1), "utf-8")

    def process(self, messages: list[Message]) -> list[Message]:
        """Rasa's: reads each message."""
        for message in messages:
            self._read(message)
        return messages

    def _read(self, message: Message) -> None:
        plain = normalise(message.get(TEXT) or "").text
        split = parts(fold(plain), plain)
        rest = places().find(plain).rest
        whole, *pieces = self._understand([plain, *split])
        unplaced = whole if rest == plain else self._understand([rest])[0]
        intent = self._intent(whole.ranking)
        shown = list(whole.ranking.items())[:_MOST]
        told = {
            "intent_ranking": [{"name": name, "confidence": share} for name, share in shown],
            INTENT: {"name": intent, "confidence": _share(whole.ranking, intent)},
            "normalised": plain,
            "asks": asks(whole.ranking),
            "asks_in_part": max((asks(piece.ranking) for piece in pieces), default=0.0),
            "danger": _urgent(whole.ranking) >= self._thresholds.danger and not _is_plain(whole.ranking, intent),
            "names": unplaced.names,
            "bare": unplaced.names < self._thresholds.names,
            "believed": self._believed(whole.ranking, intent),
            "aspect": _by_the_way(whole, pieces),
            "parts": self._questions(split, pieces, _ALSO if asks(whole.ranking) >= _OWN else _OWN),
        }
        for name, value in told.items():
            message.set(name, value, add_to_output=True)

    def _understand(self, texts: Sequence[str]) -> list[Understood]:
        if self._classifier is None:
            raise RuntimeError("The classifier is neither trained nor loaded")
        return self._classifier.understand(texts)

    def _intent(self, ranking: Mapping[str, float]) -> str:
        # Nothing may outvote the calibrated threshold: a missed emergency costs most.
        if _urgent(ranking) >= self._thresholds.emergency:
            return next(name for name in ranking if name.startswith(EMERGENCY))
        best = next(iter(ranking))
        if max(ranking[best], asks(ranking)) < _UNKNOWN:
            return "too_vague"
        # A question is spread over the aspects; together they may outweigh an act that leads.
        if best not in ASPECTS and asks(ranking) > ranking[best]:
            return next(name for name in ranking if name in ASPECTS)
        return best

    def _believed(self, ranking: Mapping[str, float], intent: str) -> bool:
        if intent in ASPECTS:
            return ranking[intent] / asks(ranking) >= self._thresholds.aspect
        return intent.startswith(EMERGENCY) or ranking[intent] >= self._thresholds.act

    def _questions(self, split: Sequence[str], pieces: Sequence[Understood], least: float) -> list[dict[str, Any]]:
        """Parts that ask with the probability `least`, each with its aspect; none where only one does."""
        found = []
        for text, piece in zip(split, pieces, strict=True):
            best = next(iter(piece.ranking))
            if best in ASPECTS and asks(piece.ranking) >= least:
                found.append({"text": text, "intent": best, "bare": piece.names < self._thresholds.names})
        return found if len(found) > 1 else []


def _by_the_way(whole: Understood, pieces: Sequence[Understood]) -> str:
    """The intent of the aspect that an act may ask for as well, told best by a part of its own; empty for none."""
    asking = [piece for piece in pieces if asks(piece.ranking) >= _ALSO]
    for one in (*reversed(asking), whole):
        best = next(name for name in one.ranking if name in ASPECTS)
        if best != "ask_overview" and one.ranking[best] / asks(one.ranking) >= _PLAIN:
            return best if asks(one.ranking) >= _BY_THE_WAY else ""
    return ""


def _urgent(ranking: Mapping[str, float]) -> float:
    """How likely somebody is in danger."""
    return sum(share for name, share in ranking.items() if name.startswith(EMERGENCY))


def _is_plain(ranking: Mapping[str, float], intent: str) -> bool:
    """Whether it is for sure an act that holds no story: "no", "ok", "the second one"."""
    return intent in _EMPTY and ranking[intent] >= _CERTAIN


def _share(ranking: Mapping[str, float], intent: str) -> float:
    return asks(ranking) if intent in ASPECTS else ranking[intent]
