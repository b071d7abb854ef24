"""What one index has worked out and the next need not: handed on in memory, and in a file to the next start."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import sklearn
from numpy.typing import NDArray

from procedures import typed
from procedures.search.classify import Classifier
from procedures.search.spelt import Spelt

_log = logging.getLogger(__name__)


@dataclass
class Learnt:
    """Of one index; the first knows nothing."""

    spelt: Spelt = field(default_factory=Spelt)
    #: What the classifier learnt from: numbers of the everyday procedures, and their names.
    classes: Sequence[int] = ()
    lessons: Sequence[tuple[str, ...]] = ()
    classifier: Classifier | None = None

    def taught(self, classes: Sequence[int], lessons: Sequence[tuple[str, ...]], total: int) -> Classifier | None:
        """The classifier, if it was taught the same, for procedures that have other numbers by now."""
        if self.classifier is None or list(self.lessons) != list(lessons):
            return None
        return self.classifier.renumbered(dict(zip(self.classes, classes, strict=True)), total)


def read(folder: Path) -> Learnt:
    """What was kept; nothing where nothing was, by other code, or where the file is broken."""
    try:
        with np.load(folder / _name(), allow_pickle=False) as kept:
            told = json.loads(kept["told"].tobytes())
            arrays = {name: kept[name] for name in kept.files}
    except FileNotFoundError:
        return Learnt()
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        _log.warning("the kept index cannot be read; it is built anew")
        return Learnt()
    lessons = [tuple(names) for names in told["lessons"]]
    classifier = Classifier.of(told["features"], arrays)
    return Learnt(Spelt.of(told["whole"], told["stripped"]), arrays["classes"].tolist(), lessons, classifier)


def keep(folder: Path, learnt: Learnt) -> None:
    """For the next start. A folder that cannot be written to costs that start some seconds, and nothing else."""
    classifier = learnt.classifier
    if classifier is None or not classifier.arrays():
        return
    told = {**learnt.spelt.told(), "lessons": learnt.lessons, "features": classifier.features()}
    text = json.dumps(told, ensure_ascii=False).encode()
    try:
        _write(folder, {"told": np.frombuffer(text, np.uint8), **classifier.arrays()})
    except OSError:
        _log.warning("the index cannot be kept for the next start")


def _write(folder: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / _name()
    part = target.with_suffix(f".{os.getpid()}")
    with part.open("wb") as out:
        np.savez(out, **arrays)
    part.replace(target)
    for other in folder.glob("index-*.npz"):
        if other != target:
            other.unlink(missing_ok=True)


@lru_cache(maxsize=1)
def _name() -> str:
    """Of the code and the words by which names are spelt and learnt from: other code would find other things."""
    digest = hashlib.sha256(f"{sklearn.__version__} {np.__version__}".encode())
    for home in (Path(typed.__file__).parent, Path(__file__).parent):
        for path in sorted(home.glob("*.*")):
            digest.update(path.name.encode() + path.read_bytes())
    return f"index-{digest.hexdigest()[:12]}.npz"
