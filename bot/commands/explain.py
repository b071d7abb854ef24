"""`motcua ask --explain`: why a message is understood as it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from rich.box import SIMPLE
from rich.table import Table

from bot.commands.console import out
from bot.engine import Engine
from bot.engine.models import Models, thresholds
from nlu.understanding.entities import find
from procedures.catalogue import current_view
from procedures.places import places
from procedures.search import decide
from procedures.search.query import matter
from procedures.typed.normalise import normalise

#: Classes, and procedures, that are shown.
_CLASSES, _PROCEDURES = 5, 4
#: What is shown in a line each.
_SHOWN = (
    *("text", "normal", "changes", "language", "matter", "places"),
    *("entities", "read", "thresholds", "verdict"),
)
Data = dict[str, Any]


def explain(text: str) -> Data:
    """Every step from the text to the decision, as plain data."""
    model = Models().active()
    engine = Engine(model)
    engine.load()
    told = engine.parse(text)
    normal = normalise(text)
    return {
        "text": text,
        "normal": normal.text,
        "changes": [asdict(change) for change in normal.changes],
        "language": told["language"],
        "intent": told["intent"],
        "ranking": told["intent_ranking"][:_CLASSES],
        "read": {name: told[name] for name in ("asks", "believed", "names", "bare", "danger", "aspect", "parts")},
        "thresholds": thresholds(model),
        "entities": [asdict(entity) for entity in find(text)],
        "places": [match.place.name for match in places().find(normal.text).matches],
        "matter": list(matter(places().find(normal.text).rest).syllables),
        "procedures": list(_procedures(normal.text)),
        "verdict": decide(current_view().search(normal.text)).verdict.value,
    }


def _procedures(text: str) -> Iterator[Data]:
    view = current_view()
    for one in view.explain(text, _PROCEDURES):
        procedure = view.by_code(one.hit.code)
        title = procedure.title if procedure else ""
        scored = {"score": one.hit.score, "sure": one.hit.sure, "confidence": round(one.confidence, 3)}
        yield {"code": one.hit.code, "title": title, **scored, "name": one.name}


def write(told: Data) -> None:
    """The same for people."""
    for name in _SHOWN:
        out.print(f"[bold]{name}[/bold]", end=" ")
        out.print(str(told[name]), markup=False)
    _table("class", "probability", rows=((one["name"], f"{one['confidence']:.3f}") for one in told["ranking"]))
    rows = (
        (one["code"], f"{one['score']:.3f}", "●" if one["sure"] else "", one["title"], one["name"])
        for one in told["procedures"]
    )
    _table("code", "score", "sure", "procedure", "by the name", rows=rows)


def _table(*names: str, rows: Iterator[tuple[str, ...]]) -> None:
    table = Table(*names, box=SIMPLE)
    for row in rows:
        table.add_row(*row)
    out.print(table)
