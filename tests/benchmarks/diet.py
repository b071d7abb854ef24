"""Our classifier beside Rasa's DIET: trained on the same four fifths of the examples, asked the same last fifth.

    make bench-diet EPOCHS=15      (DIET's own default is 300 epochs)

Each runs in a process of its own, so that its memory is its own. DIET's seconds hold Rasa's reading of the examples,
and its milliseconds Rasa's pipeline; ours are those of the classifier alone. What only tells that a procedure is asked
about teaches ours, which has two stages, and is left out for DIET.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import joblib
from rich.console import Console

from nlu.understanding import data
from nlu.understanding.classify import ASPECTS, Classifier, Example
from nlu.understanding.examples import examples
from procedures.catalogue import SEEDS
from procedures.importers.seeds import read_seeds

EPOCHS = int(os.environ.get("EPOCHS", "15"))
_LEFT_OUT = 5
_MEGABYTE = 1_000_000
out = Console(highlight=False, soft_wrap=True)
Told = dict[str, Any]
#: Predicts the intents of texts.
Predict = Callable[[Sequence[str]], list[str]]


def main() -> None:
    """Runs both and prints what came of them."""
    for name in ("ours", "diet"):
        done = subprocess.run([sys.executable, "-m", "tests.benchmarks.diet", name], stdout=subprocess.PIPE, check=True)
        told = json.loads(done.stdout.splitlines()[-1])
        shares = ", ".join(f"{key} {told[key]:.3f}" for key in ("accuracy", "acts", "aspects"))
        costs = f"trained in {told['seconds']:.0f} s, {told['ms']:.1f} ms a message"
        size = f"{told['memory']:.0f} MB of memory, {told['size']:.1f} MB on disk"
        out.print(f"{told['name']}: {shares} of {told['asked']} left out ({told['trained']} learnt); {costs}, {size}")


def _run(name: str) -> None:
    known = examples(data.labelled(), [row.procedure for row in read_seeds(SEEDS)], SEEDS / "asked")
    # DIET has one stage: what tells no aspect would teach it the wrong one.
    learnt = [one for one in known if one.origin % _LEFT_OUT and (name == "ours" or not one.unlabelled)]
    left = [one for one in known if one.origin % _LEFT_OUT == 0 and not one.unlabelled]
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        title, predict, path = (_ours if name == "ours" else _diet)(learnt, Path(folder))
        seconds = time.perf_counter() - started
        told = {"name": title, **_judged(predict, left), "trained": len(learnt), "seconds": seconds, **_costs(path)}
        sys.stdout.write(json.dumps(told) + "\n")


def _costs(path: Path) -> Told:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return {"memory": peak / _MEGABYTE, "size": path.stat().st_size / _MEGABYTE}


def _judged(predict: Predict, left: Sequence[Example]) -> Told:
    started = time.perf_counter()
    found = [predict([one.text])[0] for one in left]
    ms = (time.perf_counter() - started) * 1000 / len(left)
    right = [(one.intent == intent, one.intent in ASPECTS) for one, intent in zip(left, found, strict=True)]
    shares = {
        "accuracy": [hit for hit, _ in right],
        "acts": [hit for hit, aspect in right if not aspect],
        "aspects": [hit for hit, aspect in right if aspect],
    }
    return {"asked": len(left), "ms": ms, **{name: sum(hits) / len(hits) for name, hits in shares.items()}}


def _ours(learnt: Sequence[Example], folder: Path) -> tuple[str, Predict, Path]:
    model = Classifier(learnt, data.cues())
    joblib.dump(model, folder / "ours.joblib", compress=1)
    return "ours", lambda texts: [next(iter(one.ranking)) for one in model.understand(texts)], folder / "ours.joblib"


def _diet(learnt: Sequence[Example], folder: Path) -> tuple[str, Predict, Path]:
    from bot.engine.environment import prepare

    prepare()
    import asyncio

    import yaml
    from rasa.core.agent import Agent
    from rasa.model_training import train_nlu

    by_intent: dict[str, list[str]] = {}
    for one in learnt:
        by_intent.setdefault(one.intent, []).append(one.text.replace("[", " ").replace("]", " "))
    blocks = [
        {"intent": intent, "examples": "".join(f"- {text}\n" for text in texts)} for intent, texts in by_intent.items()
    ]
    (folder / "nlu.yml").write_text(yaml.safe_dump({"version": "3.1", "nlu": blocks}, allow_unicode=True), "utf-8")
    pipeline = [
        {"name": "nlu.components.tokenizer.WordTokenizer"},
        {"name": "CountVectorsFeaturizer"},
        {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
        {"name": "DIETClassifier", "epochs": EPOCHS, "entity_recognition": False, "random_seed": 1},
    ]
    config = {"recipe": "default.v1", "assistant_id": "diet", "language": "vi", "pipeline": pipeline}
    (folder / "config.yml").write_text(yaml.safe_dump(config), "utf-8")
    sys.stdout = sys.stderr
    model = train_nlu(str(folder / "config.yml"), str(folder / "nlu.yml"), str(folder))
    sys.stdout = sys.__stdout__
    agent, loop = Agent.load(model), asyncio.new_event_loop()

    def predict(texts: Sequence[str]) -> list[str]:
        return [str(loop.run_until_complete(agent.parse_message(text))["intent"]["name"]) for text in texts]

    return f"DIET, {EPOCHS} epochs", predict, Path(model or "")


if __name__ == "__main__":
    _run(sys.argv[1]) if len(sys.argv) > 1 else main()
