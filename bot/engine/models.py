"""The trained models: which one answers, which one did before, and back to that."""

from __future__ import annotations

import io
import json
import os
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from bot.engine import training
from bot.errors import ModelMissing, NoSuchModel

#: Models that are kept besides the one that answers and the one before it.
KEPT = 3
_END = training.END
_LOG = "active.jsonl"


@dataclass(frozen=True)
class Model:
    """One trained model; `trained_at` is UTC, `size` in bytes."""

    name: str
    path: Path
    trained_at: datetime
    size: int
    active: bool
    #: Trained from the data, and by the code, that are here now.
    present: bool


class Models:
    """A folder of models, with a log of which was made to answer when; the last line counts.

    Several processes may look at it; each line is written whole or not at all.
    """

    def __init__(self, folder: Path | None = None) -> None:
        """`folder` is var/models unless told."""
        self._folder = folder or training.MODELS

    def active(self) -> Path:
        """The model that answers: the one chosen last, else that of the present data. Raises ModelMissing."""
        chosen = [path for path in map(self.path, self._chosen()) if path.exists()]
        return chosen[-1] if chosen else training.trained_model()

    def good(self) -> Iterator[Path]:
        """The model that answers, then those that did before, the latest first. Raises ModelMissing."""
        names = dict.fromkeys([self.active().name, *(self.path(name).name for name in reversed(self._chosen()))])
        yield from (path for name in names if (path := self._folder / name).exists())

    def activate(self, name: str) -> Path:
        """Makes a model answer. Raises NoSuchModel."""
        path = self.path(name)
        if not path.exists():
            raise NoSuchModel(name)
        line = {"model": name, "at": datetime.now(timezone.utc).isoformat(timespec="seconds")}
        lines = [*self._lines(), json.dumps(line)]
        new = self._folder / f"{_LOG}.{os.getpid()}"
        new.write_text("\n".join(lines) + "\n", "utf-8")
        new.replace(self._folder / _LOG)
        return path

    def roll_back(self) -> Path:
        """Makes the model answer that did before the present one. Raises NoSuchModel."""
        return self.activate(self.before())

    def before(self) -> str:
        """The name of the model that answered before the present one. Raises NoSuchModel."""
        now = self.active()
        before = [name for name in self._chosen() if self.path(name) != now and self.path(name).exists()]
        if not before:
            raise NoSuchModel("before")
        return before[-1]

    def names_used(self) -> frozenset[str]:
        """Models that have ever answered: somebody may want to go back to them."""
        return frozenset(self._chosen())

    def listed(self) -> list[Model]:
        """All models, the latest first."""
        paths = sorted(self._folder.glob(f"*{_END}"), key=lambda path: path.stat().st_mtime, reverse=True)
        try:
            active: Path | None = self.active()
        except ModelMissing:
            active = None
        present = training.model_path().name.removesuffix(_END)
        return [_model(path, path == active, present) for path in paths]

    def prune(self) -> list[str]:
        """Deletes old models; returns their names. What answers, what did before, and the latest ones stay."""
        keep = {path for path, _ in zip(self.good(), range(2), strict=False)}
        latest = [one.path for one in self.listed() if one.path not in keep]
        for path in latest[KEPT:]:
            path.unlink(missing_ok=True)
        return [path.name.removesuffix(_END) for path in latest[KEPT:]]

    def path(self, name: str) -> Path:
        """Where a model of this name lies, or would."""
        return self._folder / f"{name}{_END}"

    def _chosen(self) -> list[str]:
        """Names in the order in which they were chosen."""
        return [str(json.loads(line)["model"]) for line in self._lines()]

    def _lines(self) -> list[str]:
        log = self._folder / _LOG
        return log.read_text("utf-8").splitlines() if log.exists() else []


def thresholds(path: Path) -> dict[str, float]:
    """Probabilities by which a model, and what stands beside it, decides; those of the model lie in its archive."""
    from actions import staying
    from procedures.search import rank

    with tarfile.open(path) as archive:
        told = next(name for name in archive.getnames() if name.endswith("calibration.json"))
        stored: dict[str, Any] = json.load(archive.extractfile(told) or io.BytesIO(b"{}"))
    return {**stored["thresholds"], "search": rank.sure_from(), "staying": staying.enough()}


def _model(path: Path, active: bool, present: str) -> Model:
    found = path.stat()
    trained = datetime.fromtimestamp(found.st_mtime, timezone.utc)
    name = path.name.removesuffix(_END)
    # With sentences of the province, or without.
    fresh = name == present or name.startswith(f"{present}-")
    return Model(name, path, trained, found.st_size, active, fresh)
