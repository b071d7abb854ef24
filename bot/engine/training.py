"""The model: trained from nlu/, kept under var/models, known by what it was trained from."""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import yaml

from bot.engine.environment import prepare
from bot.errors import ContentInvalid, EngineFailed, ModelMissing
from nlu.understanding.progress import Listener, told_to
from procedures.database import VAR

PROJECT = Path(__file__).parents[2] / "nlu"
MODELS = VAR / "models"


def fingerprint() -> str:
    """Twelve hex digits of everything a model depends on: data, configuration, seeds, and the code that reads them."""
    digest = hashlib.sha256()
    for path in _sources():
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def _sources() -> list[Path]:
    """What the model learns from, and the code that reads it; code under an action changes no model."""
    home = PROJECT.parent
    typed = sorted((home / "procedures" / "typed").glob("*.*"))
    seeds = sorted((home / "procedures" / "seed").rglob("*.*"))
    code = [*sorted(PROJECT.glob("components/*.py")), *sorted(PROJECT.glob("understanding/*.*"))]
    return [
        PROJECT / "config.yml",
        PROJECT / "domain.yml",
        *sorted((PROJECT / "data").rglob("*.yml")),
        *code,
        *typed,
        *seeds,
    ]


def model_path() -> Path:
    """Where the model of the present data lies, trained or not."""
    return MODELS / f"{fingerprint()}.tar.gz"


def trained_model() -> Path:
    """The model of the present data. Raises ModelMissing."""
    path = model_path()
    if not path.exists():
        raise ModelMissing
    return path


#: Steps of a training, in order, as they are told to a listener.
STEPS = ("check", "rasa", "examples", "calibrate", "acts", "aspects", "acts", "aspects", "pack")


def check() -> None:
    """Looks at the training files before anything is learnt from them. Raises ContentInvalid."""
    from nlu.understanding.check import check as look

    slips = look(PROJECT)
    if slips:
        raise ContentInvalid("\n".join(f"{slip.file}:{slip.line}: {slip.what}" for slip in slips))


def train(tell: Listener = lambda step: None) -> Path:
    """Trains the present data: under a minute. `tell` hears of each of STEPS. Raises ContentInvalid, EngineFailed."""
    tell("check")
    check()
    prepare()
    tell("rasa")
    # Asked once: somebody may edit an example while the model is learning from the old one.
    name = fingerprint()
    with _in_project(), _few() as files, told_to(tell), contextlib.redirect_stdout(io.StringIO()):
        import rasa.model_training

        result = rasa.model_training.train(
            domain="domain.yml",
            config="config.yml",
            training_files=files,
            output=str(MODELS),
            fixed_model_name=name,
            force_training=True,
        )
    if result.code != 0 or result.model is None:
        raise EngineFailed("Rasa could not train the model")
    return MODELS / f"{name}.tar.gz"


@contextlib.contextmanager
def _few() -> Iterator[list[str]]:
    """The rules, and one example of each intent: our classifier reads the others itself."""
    from nlu.understanding.data import labelled

    with tempfile.TemporaryDirectory() as folder:
        one = {example.intent: example.text for example in labelled()}
        blocks = [{"intent": intent, "examples": f"- {text}\n"} for intent, text in one.items()]
        examples = Path(folder) / "nlu.yml"
        examples.write_text(yaml.safe_dump({"version": "3.1", "nlu": blocks}, allow_unicode=True), "utf-8")
        yield [str(PROJECT / "data" / "rules.yml"), str(examples)]


@contextlib.contextmanager
def _in_project() -> Iterator[None]:
    """Rasa resolves paths, and writes its cache, against the current folder."""
    before = Path.cwd()
    os.environ.setdefault("RASA_CACHE_DIRECTORY", str(VAR / "rasa-cache"))
    os.chdir(PROJECT)
    try:
        yield
    finally:
        os.chdir(before)
