"""One training from its check to its figures, in a process of its own. What trains and measures is given to it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

import structlog
from sqlalchemy.engine import Engine

from bot import logs
from bot.console import training as trainings
from bot.console.lease import Lease, Lost
from bot.engine import own as own_sentences
from bot.engine import training
from bot.engine.models import Models
from bot.engine.own import Own
from bot.errors import ModelMissing
from bot.evaluation.fixed import Listener, Report, written
from bot.post.clock import now

log = structlog.get_logger()

#: Where the parts of the whole end, in per cent: learning, measuring the present model, measuring the new one.
_LEARNT, _BEFORE, _AFTER = 55, 77, 99
#: Slips that are told.
_MOST = 20


class Trains(Protocol):
    """bot.engine.training.train, or a double."""

    def __call__(self, tell: Callable[[str], None], own: Sequence[Own]) -> Path:
        """Raises what training raises."""


#: Asks a model everything; told how far it is.
Measure = Callable[[Path, Listener], Report]


class Attempt:
    """Trains once, if there is something to train."""

    def __init__(self, database: Engine, models: Models, train: Trains, measure: Measure) -> None:
        self._database, self._models, self._train, self._measure = database, models, train, measure

    def run(self, id_: int, lost: Callable[[], None]) -> bool:
        """False where somebody else was faster, or it was taken away; `lost` is called as soon as that is seen."""
        lease = Lease.take(self._database, id_)
        if lease is None:
            return False
        try:
            with lease.alive(lost):
                ended = self._guarded(lease)
            lease.tell(percent=100, stage="", finished_at=now(), **ended)
        except Lost:
            return False
        return True

    def _guarded(self, lease: Lease) -> dict[str, Any]:
        try:
            return self._work(lease)
        except Lost:
            raise
        except Exception as error:
            log.error("training_failed", error=type(error).__name__, where=logs.where(error))
            told = {"why": "failed", "kind": type(error).__name__, "where": Path(logs.where(error)).name}
            return {"status": trainings.FAILED, "error": json.dumps(told)}

    def _work(self, lease: Lease) -> dict[str, Any]:
        with self._database.connect() as connection:
            own = trainings.examples(connection)
        slips = _slips(own)
        if slips:
            return {"status": trainings.FAILED, "error": json.dumps(slips)}
        name = training.name_of(own)
        if not self._models.path(name).exists():
            self._train(_steps(lease), own)
        lease.tell(status="evaluating", stage="before", percent=_LEARNT, model=name)
        before, after = self._measured(lease, name)
        told = written({**after, "own": [one.id for one in own]})
        return {"status": trainings.READY, "before": written(before) if before else "", "after": told, "error": ""}

    def _measured(self, lease: Lease, name: str) -> tuple[Report | None, Report]:
        """Figures of the model that answers, and of the new one; of one alone where they are the same."""
        try:
            present = self._models.active()
        except ModelMissing:
            present = self._models.path(name)
        new = self._models.path(name)
        if present == new:
            report = self._measure(new, _counted(lease, "after", _LEARNT, _AFTER)) | {"model": name}
            return report, report
        before = self._measure(present, _counted(lease, "before", _LEARNT, _BEFORE))
        after = self._measure(new, _counted(lease, "after", _BEFORE, _AFTER))
        return before | {"model": present.name.removesuffix(training.END)}, after | {"model": name}


def _slips(own: Sequence[Own]) -> dict[str, Any]:
    """Why this would not train: sentences of ours by their ids, else lines of the training files."""
    found = training.slips(own)
    mine = [slip for one in found if (slip := own_sentences.told(one, own)) is not None]
    if mine:
        # A sentence of an unknown class has more than one slip that follows from that.
        first = {slip.id: slip for slip in sorted(mine, key=lambda slip: slip.what == "twice", reverse=True)}
        return {"why": "sentences", "own": [[one.id, one.what, one.other] for one in first.values()][:_MOST]}
    if found:
        return {"why": "files", "files": [f"{one.file}:{one.line}: {one.what}" for one in found][:_MOST]}
    return {}


def _steps(lease: Lease) -> Callable[[str], None]:
    taken = list[str]()

    def tell(step: str) -> None:
        taken.append(step)
        lease.tell(stage=step, percent=min(_LEARNT * len(taken) // (len(training.STEPS) + 1), _LEARNT))

    return tell


def _counted(lease: Lease, stage: str, first: int, last: int) -> Listener:
    def tell(done: int, count: int) -> None:
        lease.tell(stage=stage, percent=first + (last - first) * done // max(count, 1))

    return tell
