"""The fixed sets that every model is measured on, and a report small enough to be kept with the training."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from bot.evaluation import run
from bot.evaluation.figures import as_data, confusion, reliability
from bot.evaluation.judge import Judged, Talked, judge, judge_dialogue
from bot.evaluation.read import Dialogue, Line, Wanted, read

#: Written by people who had seen no training data; they lie in the repository, and are not part of what is installed.
FOLDER = Path(__file__).parents[2] / "tests" / "questions" / "untouched"
FILES = ("turns_procedures.jsonl", "turns_others.jsonl", "languages.jsonl", "dialogues.jsonl")
#: What the province's own questions are told as.
OWN = "own"

Report = dict[str, Any]
#: Told how many of how many are done.
Listener = Callable[[int, int], None]


def sets(folder: Path = FOLDER) -> tuple[list[Line], list[Dialogue]]:
    """Messages and dialogues of those files that are there."""
    return read([folder / name for name in FILES if (folder / name).exists()])


def own(id_: int, text: str, language: str, code: str, aspect: str) -> Line:
    """A question of the province, with the procedure that answers it."""
    wanted = Wanted(("answered", "clarify"), (code,), (aspect,) if aspect else ())
    return Line(OWN, str(id_), text, language, OWN, wanted, tells_language=False)


def measure(speaker: run.Speaker, lines: Sequence[Line], dialogues: Sequence[Dialogue], tell: Listener) -> Report:
    """Asks everything; a message that nobody can answer is one that went wrong."""
    lines = run.with_stripped(lines)
    count = len(lines) + len(dialogues)
    judged, talked = list[Judged](), list[Talked]()
    for line in lines:
        judged.append(judge(line, run.ask(speaker, line)))
        tell(len(judged), count)
    for dialogue in dialogues:
        talked.append(judge_dialogue(dialogue, run.talk(speaker, dialogue)))
        tell(len(judged) + len(talked), count)
    return compact(judged, talked)


def compact(judged: Sequence[Judged], talked: Sequence[Talked]) -> Report:
    """The report without whole answers; bot.evaluation.compare reads it as well."""
    told = as_data(judged, talked, "", {})
    for line, one in zip(told["lines"], judged, strict=True):
        got = line.pop("answer")
        line["came"] = {name: got[name] for name in ("outcome", "intent", "aspect")} | {"code": one.got.first}
    told["confusion"] = [[*pair, count] for pair, count in sorted(confusion(judged).items())]
    told["reliability"] = [[one.count, one.confidence, one.right] for one in reliability(judged)]
    return told


def written(report: Report) -> str:
    """As it is kept."""
    return json.dumps(report, ensure_ascii=False, separators=(",", ":"))
