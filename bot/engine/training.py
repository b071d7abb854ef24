"""The model: trained from nlu/, kept under var/models, known by what it was trained from."""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import tempfile
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import yaml

from bot.engine import own as own_sentences
from bot.engine.environment import prepare
from bot.engine.own import Own
from bot.errors import ContentInvalid, EngineFailed, ModelMissing
from nlu.understanding.check import Slip
from nlu.understanding.progress import Listener, told_to
from procedures.database import VAR

PROJECT = Path(__file__).parents[2] / "nlu"
MODELS = VAR / "models"
END = ".tar.gz"
#: What the folder of a model that is being made is called at first.
UNFINISHED = "unfinished-"


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
    return MODELS / f"{fingerprint()}{END}"


def name_of(own: Sequence[Own] = ()) -> str:
    """The name of the model of the present data, and of sentences of the province: which these are is in it."""
    return f"{fingerprint()}-{own_sentences.digest(own)}" if own else fingerprint()


def trained_model() -> Path:
    """A model of the present data: the one without sentences of the province, else the latest. Raises ModelMissing."""
    path = model_path()
    if path.exists():
        return path
    known = sorted(path.parent.glob(f"{path.name.removesuffix(END)}-*{END}"), key=lambda one: one.stat().st_mtime)
    if not known:
        raise ModelMissing
    return known[-1]


#: Steps of a training, in order, as they are told to a listener.
STEPS = ("check", "rasa", "examples", "calibrate", "acts", "aspects", "acts", "aspects", "pack")


def slips(own: Sequence[Own] = ()) -> list[Slip]:
    """What is wrong in the training files and in the sentences of the province, before anything is learnt."""
    from nlu.understanding.check import check as look

    with own_sentences.beside(PROJECT, own) as folder:
        return look(folder)


def check(own: Sequence[Own] = ()) -> None:
    """Raises ContentInvalid where something is wrong; it says nothing of what citizens wrote."""
    found = slips(own)
    if found:
        raise ContentInvalid("\n".join(_line(slip, own) for slip in found))


def _line(slip: Slip, own: Sequence[Own]) -> str:
    mine = own_sentences.told(slip, own)
    if mine is None:
        return f"{slip.file}:{slip.line}: {slip.what}"
    return f"sentence {mine.id} of the console, {mine.intent}: {mine.what} {mine.other}".rstrip()


def train(tell: Listener = lambda step: None, own: Sequence[Own] = ()) -> Path:
    """Trains the present data, and sentences of the province with them: under a minute.

    `tell` hears of each of STEPS. Raises ContentInvalid, EngineFailed.
    """
    tell("check")
    check(own)
    prepare()
    tell("rasa")
    # Asked once: somebody may edit an example while the model is learning from the old one.
    name = name_of(own)
    MODELS.mkdir(parents=True, exist_ok=True)
    # Not under its own name before it is whole: whoever trains may be ended.
    with tempfile.TemporaryDirectory(prefix=UNFINISHED, dir=MODELS) as folder, told_to(tell):
        _train(name, Path(folder), own)
        return (Path(folder) / f"{name}{END}").replace(MODELS / f"{name}{END}")


def _train(name: str, output: Path, own: Sequence[Own]) -> None:
    with own_sentences.beside(PROJECT, own) as data, _learning_from(data), _in_project(), _few(data) as files:
        import rasa.model_training

        with contextlib.redirect_stdout(io.StringIO()):
            result = rasa.model_training.train(
                domain="domain.yml",
                config="config.yml",
                training_files=files,
                output=str(output),
                fixed_model_name=name,
                force_training=True,
            )
    if result.code != 0 or result.model is None:
        raise EngineFailed("Rasa could not train the model")


@contextlib.contextmanager
def _learning_from(folder: Path) -> Iterator[None]:
    """The classifier reads its examples itself: for this training, those of a folder.

    It is told from here, because its own code is part of what a model is known by.
    """
    from nlu.understanding import data

    usual = data.labelled
    data.labelled = partial(usual, folder / "data" / "nlu")
    try:
        yield
    finally:
        data.labelled = usual


@contextlib.contextmanager
def _few(folder: Path) -> Iterator[list[str]]:
    """The rules, and one example of each intent: our classifier reads the others itself."""
    from nlu.understanding.data import labelled

    with tempfile.TemporaryDirectory() as name:
        one = {example.intent: example.text for example in labelled()}
        blocks = [{"intent": intent, "examples": f"- {text}\n"} for intent, text in one.items()]
        examples = Path(name) / "nlu.yml"
        examples.write_text(yaml.safe_dump({"version": "3.1", "nlu": blocks}, allow_unicode=True), "utf-8")
        yield [str(folder / "data" / "rules.yml"), str(examples)]


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
