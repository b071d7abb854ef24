"""The report as one page that needs nothing else: figures, three kinds of pictures, failed dialogues."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.evaluation import pictures
from bot.evaluation.figures import confusion, figures, of_class, reliability, times
from bot.evaluation.judge import FAULTS, MEASURES, Judged, Talked

#: Measures that are drawn by language and style.
_DRAWN = ("procedure", "aspect", "outcome", "class", "language")


def page(judged: Sequence[Judged], talked: Sequence[Talked], model: str, thresholds: Mapping[str, float]) -> str:
    """HTML with inline SVG."""
    loader = FileSystemLoader(Path(__file__).parent / "templates")
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    found = figures(judged, talked)
    drawn = [pictures.bars(found, measure) for measure in _DRAWN]
    return environment.get_template("report.html").render(
        model=model,
        thresholds=thresholds,
        names=MEASURES,
        faults=FAULTS,
        figures=[figure for figure in found if figure.group == "all" or not pictures.is_style(figure.group)],
        times=times(judged, talked),
        matrix=pictures.matrix(confusion(judged)),
        points=pictures.curve(reliability(judged)),
        of_class=of_class(judged),
        bars=[one for one in drawn if one.bars],
        failed=[one for one in talked if one.failure],
        at=pictures,
    )
