"""The gate before publishing: questions with known answers, asked with an edit and without it.

What is asked is the very index that citizens would have after it. A change of facts alone moves no ranking and needs
none. A worse result is for a person to answer for: bot.console.edits.approve refuses it without a reason.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from threading import Lock
from typing import Any

from joblib import parallel_backend
from sqlalchemy.engine import Connection, Engine

from bot.console.gate_questions import NAME, around, touching
from procedures import store
from procedures.catalogue import View, catalogue_of
from procedures.edited import layer_of
from procedures.evaluation import outcome
from procedures.layers import overlay
from procedures.model import Procedure
from procedures.publishing import EDITED
from procedures.questions import Question
from procedures.search import Document, Index
from procedures.search.document import document as document_of
from procedures.search.document import layered

#: What a citizen gets, from bad to good; see procedures.evaluation.outcome.
_GOOD = {"wrong": -1, "misled": 0, "unsure": 0, "offered": 1, "right": 2}
#: Flips that are kept and shown.
_SHOWN = 60
#: An index is the work of seconds and of many megabytes: one at a time.
_ONE = Lock()


@dataclass(frozen=True)
class Flip:
    """A question of which the answer changes."""

    text: str
    #: Codes that the citizen is told or offered, best first.
    before_codes: tuple[str, ...]
    after_codes: tuple[str, ...]
    #: Codes that are right; empty where nothing is.
    wanted: tuple[str, ...] = ()
    #: Outcomes of procedures.evaluation.
    before: str = ""
    after: str = ""
    #: "known", "own" or "name": where the question comes from.
    kind: str = "known"

    @property
    def worse(self) -> bool:
        """Whether the citizen fares worse."""
        return _GOOD[self.after] < _GOOD[self.before]


@dataclass(frozen=True)
class GateResult:
    """What the questions said."""

    right_before: int
    right_after: int
    #: The worse ones first.
    flips: tuple[Flip, ...]
    ms: float
    asked: int = 0
    wrong_before: int = 0
    wrong_after: int = 0
    #: Titles of the codes in the flips.
    titles: Mapping[str, str] = field(default_factory=dict)

    @property
    def worse(self) -> bool:
        """Whether fewer are right, more are wrong, or somebody else's name leads astray."""
        stolen = any(flip.worse for flip in self.flips if flip.kind == NAME)
        return stolen or self.right_after < self.right_before or self.wrong_after > self.wrong_before

    def told(self) -> dict[str, Any]:
        """For bot.console.edits.keep_gate."""
        flips = [{**asdict(flip), "worse": flip.worse} for flip in self.flips[:_SHOWN]]
        return {**asdict(self), "flips": flips, "more": max(0, len(self.flips) - _SHOWN), "worse": self.worse}


def run(database: Engine, procedure: Procedure) -> GateResult:
    """Asks the questions that touch a procedure or its look-alikes of the index as it is, and as it would be.

    The first call in a process waits for the index of now. Not for the loop of a server: seconds.
    """
    view = catalogue_of(database).settled()
    with _ONE:
        started = time.perf_counter()
        documents = {document.code: document for document in view.documents}
        # Looking must not hold up those who write.
        with database.execution_options(motcua_read=True).connect() as connection:
            after = _as_edited(connection, procedure)
            # A new procedure was nothing before.
            before = documents.get(after.code) or Document(after.code, "")
            edit = around(view, documents, before, after)
            asked = touching(connection, edit, documents)
        same = after == before
        then = view if same else _edited(view, {**documents, after.code: after})
        # Where nothing moves, names of neighbours have nothing to tell.
        flips = [_flip(one, view, then) for one in asked if not (same and one.style == NAME)]
        return _result(view, after.code, flips, (time.perf_counter() - started) * 1000)


def _as_edited(connection: Connection, procedure: Procedure) -> Document:
    """What search would know of it once it is published."""
    found = store.layers(connection, procedure.code)
    layers = {name: layer.procedure for name, layer in found.items() if name != EDITED}
    if not layers:
        return document_of(procedure)
    edited = layer_of(overlay(layers), procedure)
    return layered(layers if edited is None else {**layers, EDITED: edited})


def _edited(view: View, documents: Mapping[str, Document]) -> View:
    """The view with other documents. Nobody waits here but the editor, so both cores may work."""
    now = [documents[code] for code in sorted(documents)]
    with parallel_backend("threading", n_jobs=2):
        index = Index(now, view.index.learnt if isinstance(view.index, Index) else None)
    return View(now, view.by_code, index=index)


def _flip(question: Question, before: View, after: View) -> Flip:
    """A question asked twice, whether its answer changes or not."""
    was, before_codes = _answer(question, before)
    now, after_codes = (was, before_codes) if after is before else _answer(question, after)
    return Flip(question.text, before_codes, after_codes, question.codes, was, now, question.style)


def _answer(question: Question, view: View) -> tuple[str, tuple[str, ...]]:
    decision = view.decide(question.text)
    return outcome(decision, question.codes), tuple(hit.code for hit in decision.hits)


def _result(view: View, code: str, asked: Sequence[Flip], ms: float) -> GateResult:
    flips = sorted((flip for flip in asked if flip.before != flip.after), key=lambda flip: not flip.worse)
    codes = {code for flip in flips[:_SHOWN] for code in (*flip.before_codes, *flip.after_codes, *flip.wanted)}
    titles = {document.code: document.title for document in view.documents if document.code in codes}
    questions = [flip for flip in asked if flip.kind != NAME]
    return GateResult(
        right_before=sum(flip.before == "right" for flip in questions),
        right_after=sum(flip.after == "right" for flip in questions),
        flips=tuple(flips),
        ms=round(ms, 1),
        asked=len(questions),
        wrong_before=sum(_wrong(flip, flip.before, flip.before_codes, code) for flip in questions),
        wrong_after=sum(_wrong(flip, flip.after, flip.after_codes, code) for flip in questions),
        titles=titles,
    )


def _wrong(flip: Flip, outcome: str, told: tuple[str, ...], code: str) -> bool:
    """Whether the edit answers for it: what is out of scope and told of another procedure moves with any new word."""
    return outcome == "wrong" and (bool(flip.wanted) or code in told)
