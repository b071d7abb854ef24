"""What a checklist says, before it becomes a page or a text."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from procedures.guides.state import HAVE, Guide, mark, spelled
from procedures.guides.walk import holding, needed
from procedures.languages import in_language, translated
from procedures.model import Case, Channel, Paper, Procedure
from procedures.phrasebook import phrasebook

LANGUAGES = ("vi", "en", "zh")
#: What a sentence that lacks its last part would end in.
_ENDS = " .,，"
_FOLDER = Path(__file__).with_name("locales")


@dataclass(frozen=True)
class Line:
    """One paper."""

    name: str
    #: "1 bản chính, 2 bản sao"; empty where nobody has told.
    count: str
    note: str
    #: Whether it was ticked off.
    have: bool
    #: What a form calls it: procedures.guides.state.mark of its Vietnamese name.
    mark: str


@dataclass(frozen=True)
class Group:
    """Papers for everybody, or for one case; the case's name is empty for everybody's."""

    name: str
    lines: tuple[Line, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """A checklist in one language."""

    language: str
    code: str
    title: str
    official: str
    tag: str
    #: The token as people type it; empty for a sheet that belongs to nobody.
    token: str
    groups: tuple[Group, ...]
    who: tuple[str, ...]
    fees: tuple[str, ...]
    times: tuple[str, ...]
    where: str
    steps: tuple[str, ...]
    returns: tuple[str, ...]
    results: tuple[str, ...]
    #: Where it comes from, and what is in doubt.
    source: str
    cautions: tuple[str, ...]

    def say(self, key: str, /, **values: str | int) -> str:
        """A phrase of the sheet in its language."""
        return said(self.language)(key, **values)


def said(language: str) -> Callable[..., str]:
    """Phrases in a language."""
    return lambda key, /, **values: phrasebook(_FOLDER).say(key, language, **values)


def of_guide(procedure: Procedure, guide: Guide, language: str) -> Sheet:
    """The sheet of a guide: the papers of its cases, its way to file. `procedure` is Vietnamese."""
    wanted = {need.paper.name for need in needed(procedure, guide)}
    chosen = holding(procedure, guide)
    have = {name for name, what in guide.ticks.items() if what == HAVE}
    channel = Channel(guide.way) if guide.way else None
    return _sheet(procedure, language, chosen, wanted, have, channel, guide)


def of_procedure(procedure: Procedure, language: str) -> Sheet:
    """The sheet of a procedure with all of its cases, for everybody."""
    wanted = {paper.name for case in procedure.cases for paper in case.papers}
    return _sheet(procedure, language, procedure.cases, wanted, set(), None, Guide("", procedure.code))


def _sheet(
    procedure: Procedure,
    language: str,
    cases: Iterable[Case],
    wanted: set[str],
    have: set[str],
    channel: Channel | None,
    guide: Guide,
) -> Sheet:
    texts, say, told = translated(procedure, language), said(language), in_language(procedure, language)
    ways = [way for way in told.ways if channel in (None, way.channel)]

    def tell(text: str) -> str:
        return texts.get(text, text)

    def line(paper: Paper) -> Line:
        return Line(tell(paper.name), _count(paper, say), tell(paper.note), paper.name in have, mark(paper.name))

    groups = [
        Group(
            tell(case.name),
            tuple(line(paper) for paper in case.papers if paper.name in wanted),
            tuple(map(tell, case.notes)),
        )
        for case in cases
    ]
    return Sheet(
        language=language,
        code=procedure.code,
        title=told.title,
        official=procedure.official_title,
        tag=guide.tag,
        token=spelled(guide.token) if guide.token else "",
        groups=tuple(group for group in groups if group.lines or group.notes),
        who=told.who,
        fees=tuple(dict.fromkeys(fee.text for way in ways for fee in way.fees)),
        times=tuple(dict.fromkeys(way.time for way in ways if way.time)),
        where=told.where,
        steps=told.steps,
        returns=told.returns,
        results=told.results,
        source=_source(procedure, say),
        cautions=tuple(_cautions(procedure, told, language, say)),
    )


def _count(paper: Paper, say: Callable[..., str]) -> str:
    counts = [say("sheet.originals", n=paper.originals)] if paper.originals else []
    counts += [say("sheet.copies", n=paper.copies)] if paper.copies else []
    return ", ".join(counts)


def _source(procedure: Procedure, say: Callable[..., str]) -> str:
    year, _, month = procedure.data_date.partition("-")
    date = say("sheet.date", month=int(month), year=year) if month else ""
    return say("sheet.source", code=procedure.code, decision=procedure.decision or "–", date=date).strip(_ENDS) + say(
        "sheet.stop"
    )


def _cautions(procedure: Procedure, told: Procedure, language: str, say: Callable[..., str]) -> Iterable[str]:
    if told.caution:
        yield told.caution
    if not procedure.plain:
        yield say("sheet.official")
    elif language != "vi" and not translated(procedure, language):
        yield say("sheet.vietnamese")
