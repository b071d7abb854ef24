"""Whether a trained model is one of this program: the domain and the code may have changed since."""

from __future__ import annotations

import importlib.util
import json
import tarfile
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from bot.engine import training
from bot.errors import ModelUnfit

_TOLD = "metadata.json"
#: What both must know: buttons name intents, actions write slots, rules call actions.
_KINDS = ("intents", "slots", "actions")


def check(path: Path) -> None:
    """Raises ModelUnfit, which says what is missing."""
    found = misfits(path)
    if found:
        raise ModelUnfit(path.name.removesuffix(training.END), found)


def misfits(path: Path) -> tuple[str, ...]:
    """What a model lacks that this program needs, or asks for that this program has not; empty where it fits."""
    return _misfits(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=32)
def _misfits(path: Path, _: int) -> tuple[str, ...]:
    try:
        told = _metadata(path)
        return (*_domain(told["domain"]), *_components(told["predict_schema"]["nodes"]))
    except (OSError, tarfile.TarError, EOFError, ValueError, KeyError, TypeError, AttributeError):
        return ("no readable model",)


def _metadata(path: Path) -> Mapping[str, Any]:
    with tarfile.open(path) as archive:
        members = [one for one in archive if one.name.rpartition("/")[2] == _TOLD]
        file = archive.extractfile(members[0]) if members else None
        if file is None:
            raise KeyError(_TOLD)
        told: Mapping[str, Any] = json.load(file)
        return told


def _domain(told: Mapping[str, Any]) -> Iterator[str]:
    here = yaml.safe_load((training.PROJECT / "domain.yml").read_text("utf-8"))
    for kind in _KINDS:
        model, program = _names(told[kind]), _names(here[kind])
        yield from (f"{kind}: {name} is unknown to it" for name in sorted(program - model))
        if kind == "actions":
            yield from (f"{kind}: {name} is no more" for name in sorted(model - program))


def _names(listed: Any) -> set[str]:
    """An intent may be a name, or a mapping of its name to what is said of it."""
    return {next(iter(one)) if isinstance(one, Mapping) else str(one) for one in listed}


def _components(nodes: Mapping[str, Any]) -> Iterator[str]:
    """Components of ours that a model was made of; those of Rasa are pinned."""
    for name in sorted({str(node["uses"]).rpartition(".")[0] for node in nodes.values()}):
        if name.startswith("nlu.") and importlib.util.find_spec(name) is None:
            yield f"component: {name} is no more"
