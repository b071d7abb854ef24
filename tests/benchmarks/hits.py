"""How often the right procedure is found, with and without accents, on the open questions.

The open questions are for tuning: they were written with the seeds in view, and say nothing about how well strangers
are understood.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

from rich.console import Console

from procedures.catalogue import Catalogue, View
from procedures.database import connect
from procedures.search import Verdict
from procedures.search.fold import fold

QUESTIONS = Path(__file__).parents[1] / "questions" / "open.jsonl"


def judge(view: View, text: str, codes: list[str]) -> str:
    """right, offered, wrong or unsure: what a citizen would get."""
    decision = view.decide(text)
    found = [hit.code for hit in decision.hits]
    if decision.verdict is Verdict.NONE:
        return "unsure" if codes else "right"
    if decision.verdict is Verdict.ONE:
        return "right" if found[0] in codes else "wrong"
    return "offered" if set(found) & set(codes) else "misled"


def run(out: Console, url: str) -> None:
    """Prints a line for each style, and the questions that were answered wrongly."""
    view = Catalogue(connect(url)).view()
    questions = [json.loads(line) for line in QUESTIONS.open(encoding="utf-8")]
    for style, change in (("accented", str), ("stripped", fold)):
        judged = [(judge(view, change(question["text"]), question["codes"]), question) for question in questions]
        counts = Counter(verdict for verdict, _ in judged)
        out.print(f"open questions, {style}: {len(judged)}, {dict(counts)}")
        for verdict, question in judged:
            if verdict in ("wrong", "misled", "unsure"):
                out.print(f"  {verdict}: {question['text']}", markup=False)
