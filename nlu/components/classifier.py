"""The intent of a message: our classifier as a Rasa component, trained and stored with the model."""

from __future__ import annotations

import json
from collections.abc import Mapping
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

from nlu.understanding.calibrate import EMERGENCY, Calibration, Thresholds, calibrate
from nlu.understanding.classify import ASPECTS, Classifier, asks
from nlu.understanding.examples import examples
from nlu.understanding.features import Cues
from nlu.understanding.parts import parts
from procedures.catalogue import SEEDS
from procedures.importers.seeds import read_seeds
from procedures.typed.fold import fold
from procedures.typed.normalise import normalise

_MODEL, _CALIBRATION = "classifier.joblib", "calibration.json"
#: Intents of the ranking that are passed on.
_MOST = 10
#: Probability from which a part of a message is a question of its own.
_OWN = 0.5
#: Probability from which an act asks for an aspect by the way: "back to the birth certificate, where do I file".
_BY_THE_WAY = 0.1
#: Probability below which a message is like nothing that was ever learnt.
_UNKNOWN = 0.3


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class IntentClassifier(GraphComponent):  # type: ignore[misc]  # Rasa ships no types
    """Sets the intent and its ranking, and what actions need to know of it.

    `normalised` is the normal form; `asks` how likely a procedure is asked about; `believed` whether the
    intent is sure enough to act on; `aspect` what an act asks by the way; `parts` the questions of a
    message that holds several.
    """

    def __init__(self, storage: ModelStorage, resource: Resource) -> None:
        self._storage, self._resource = storage, resource
        self._classifier: Classifier | None = None
        self._thresholds = Thresholds(1, 1, 1)

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
        """Rasa's: calibrates on a fifth that is left out, then learns from everything."""
        labelled = [(message.get(TEXT), message.get(INTENT)) for message in training_data.intent_examples]
        procedures = [row.procedure for row in read_seeds(SEEDS)]
        # Rasa's order of examples depends on its reading; the model must not.
        known = examples(sorted(labelled), procedures, SEEDS / "asked")
        cues = _cues(training_data)
        calibration = calibrate(known, cues)
        self._classifier, self._thresholds = Classifier(known, cues), calibration.thresholds
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
        ranking = self._rank(plain)
        intent = self._intent(ranking)
        told = {
            "intent_ranking": [{"name": name, "confidence": share} for name, share in list(ranking.items())[:_MOST]],
            INTENT: {"name": intent, "confidence": _share(ranking, intent)},
            "normalised": plain,
            "asks": asks(ranking),
            "believed": self._believed(ranking, intent),
            "aspect": self._aspect(ranking),
            "parts": self._parts(plain),
        }
        for name, value in told.items():
            message.set(name, value, add_to_output=True)

    def _rank(self, plain: str) -> Mapping[str, float]:
        if self._classifier is None:
            raise RuntimeError("The classifier is neither trained nor loaded")
        return self._classifier.ranking(plain)

    def _intent(self, ranking: Mapping[str, float]) -> str:
        urgent = {name: share for name, share in ranking.items() if name.startswith(EMERGENCY)}
        # Nothing may outvote the calibrated threshold: a missed emergency costs most.
        if sum(urgent.values()) >= self._thresholds.emergency:
            return max(urgent, key=lambda name: urgent[name])
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

    def _aspect(self, ranking: Mapping[str, float]) -> str:
        """The intent of the aspect that an act may ask for by the way; empty where none is plain."""
        best = next(name for name in ranking if name in ASPECTS)
        plain = ranking[best] / asks(ranking) >= self._thresholds.aspect and asks(ranking) >= _BY_THE_WAY
        return best if plain else ""

    def _parts(self, plain: str) -> list[dict[str, Any]]:
        """Parts that ask, each with its aspect."""
        found = []
        for part in parts(fold(plain), plain):
            ranking = self._rank(part)
            best = next(iter(ranking))
            if best in ASPECTS and asks(ranking) >= _OWN:
                found.append({"text": part, "intent": best})
        return found if len(found) > 1 else []


def _share(ranking: Mapping[str, float], intent: str) -> float:
    return asks(ranking) if intent in ASPECTS else ranking[intent]


def _cues(training_data: TrainingData) -> Cues:
    patterns: dict[str, list[str]] = {}
    for feature in training_data.regex_features:
        patterns.setdefault(str(feature["name"]), []).append(str(feature["pattern"]))
    return Cues(dict(sorted(patterns.items())))
