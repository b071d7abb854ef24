"""Learns from the tuning questions when a talk stays with its matter, and how sure is sure.

    make tune      (writes actions/staying.json and the threshold in procedures/search/weights.json)

Needs a trained model. Afterwards nothing need be trained anew.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from actions import staying
from actions.reading import signs_of
from bot.engine import Engine, training
from bot.evaluation.read import Dialogue, Line, Step, read
from nlu.understanding.calibrate import ASKED, WRONG
from procedures.catalogue import current_view
from procedures.search import Hit, rank

QUESTIONS = Path(__file__).parents[1] / "questions"
#: Matters that no plain-word procedure holds.
OUTSIDE = QUESTIONS / "outside.jsonl"
FILES = (*sorted((QUESTIONS / "tuning").glob("*.jsonl")), QUESTIONS / "open.jsonl", OUTSIDE)
#: Dialogues are learnt from in so many parts, each judged by the others.
_PARTS = 10
#: An answer about the wrong one of two matters names itself and offers the other: it costs less than a wrong answer.
_WRONG_MATTER = 2.0
#: How often each matter counts that no plain-word procedure holds.
_STRANGE = 4
out = Console(highlight=False)
Data = dict[str, Any]


def main() -> None:
    """Learns both, prints what came of it, writes it."""
    lines, dialogues = read(FILES)
    _write(Path(rank.__file__).with_name("weights.json"), {"sure": _sure(lines, dialogues)})
    _write(Path(staying.__file__).with_name("staying.json"), _staying(dialogues))


def _sure(lines: Sequence[Line], dialogues: Sequence[Dialogue]) -> float:
    """The confidence of the search from which answering costs least."""
    # Of the rest, the classifier sees that no procedure is asked about.
    asked = [(line.text, line.wanted.codes) for line in lines if line.wanted.codes]
    # What no procedure answers is rare here, and not in life.
    asked += [(line.text, line.wanted.codes) for line in lines if line.file == OUTSIDE.name] * _STRANGE
    asked += [(step.text, step.wanted.codes) for step, held in _steps(dialogues) if held not in step.wanted.codes]
    found = [(current_view().explain(text, 1), codes) for text, codes in asked]
    sure = np.array([best[0].confidence if best else 0.0 for best, _ in found])
    right = np.array([bool(best) and best[0].hit.code in codes for best, codes in found])
    grid = np.round(np.arange(0.5, 0.96, 0.01), 2)
    costs = [WRONG * (~right & (sure >= t)).mean() + ASKED * (right & (sure < t)).mean() for t in grid]
    best = float(grid[int(np.argmin(costs))])
    wrong, needless = (~right & (sure >= best)).mean(), (right & (sure < best)).mean()
    out.print(
        f"sure from {best}: of {len(asked)} questions {wrong:.3f} answered wrongly, {needless:.3f} asked needlessly"
    )
    return best


def _staying(dialogues: Sequence[Dialogue]) -> Data:
    """Weights of the signs that a message is about what is in hand, and the probability that is enough."""
    rows, stays, talks = _turns(dialogues)
    values = np.array([list(row.values()) for row in rows])
    likely = np.empty(len(rows))
    for known, left in GroupKFold(_PARTS).split(values, stays, talks):
        likely[left] = LogisticRegression().fit(values[known], stays[known]).predict_proba(values[left])[:, 1]
    enough = round(_WRONG_MATTER / (_WRONG_MATTER + ASKED), 2)
    kept, strayed = (likely[stays] >= enough).mean(), (likely[~stays] >= enough).mean()
    out.print(f"of {len(rows)} turns: kept {kept:.3f} of those that stay, {strayed:.3f} of those that do not")
    model = LogisticRegression().fit(values, stays)
    weights = dict(zip(rows[0], model.coef_[0].round(3).tolist(), strict=True))
    return {"weights": {"bias": round(float(model.intercept_[0]), 3), **weights}, "enough": enough}


def _turns(dialogues: Sequence[Dialogue]) -> tuple[list[dict[str, float]], NDArray[np.bool_], NDArray[np.int64]]:
    """Signs of each question within a talk, whether it stays with the matter, and the number of the talk."""
    engine = Engine(training.trained_model())
    engine.load()
    rows, stays, talks = [], [], []
    for number, dialogue in enumerate(dialogues):
        told: list[str] = []
        for step, held in _steps([dialogue]):
            if held and not step.wanted.intent:
                latest = engine.parse(step.text)
                hits = [Hit(**hit) for hit in latest["procedures"]]
                rows.append(staying.features([held], hits, signs_of(latest, told)))
                stays.append(held in step.wanted.codes)
                talks.append(number)
            told.append(held)
    return rows, np.array(stays), np.array(talks)


def _steps(dialogues: Sequence[Dialogue]) -> Iterator[tuple[Step, str]]:
    """Questions that name or continue one matter, each with the code that is in hand before it, "" at the start."""
    for dialogue in dialogues:
        held = ""
        for step in dialogue.steps:
            codes = (step.choose,) if step.choose else step.wanted.codes
            if "{" not in step.text and codes and not step.also and "answered" in step.wanted.outcome:
                yield step, held
            held = held if held in codes or not codes else codes[0]


def _write(path: Path, learnt: Data) -> None:
    """Keeps what is not learnt anew."""
    kept = json.loads(path.read_text("utf-8")) if path.exists() else {}
    path.write_text(json.dumps({**kept, **learnt}, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
