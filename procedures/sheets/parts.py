"""One part of a sheet as plain text: what an officer sends on, word for word, in the citizen's language."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from procedures.languages import in_language
from procedures.model import Channel, Note, Procedure
from procedures.places import places
from procedures.sheets.sheet import Sheet, of_procedure, said
from procedures.sheets.text import MOST, papers
from procedures.validity import HERE, Standing, standing, today
from procedures.ways import Texts, by_way, fees_of, times_of

#: Parts in the order in which people ask for them, and the aspects of notes that belong to each.
PARTS: dict[str, tuple[str, ...]] = {
    "papers": ("documents", "form"),
    "fee": ("fee",),
    "time": ("time",),
    "where": ("where", "online"),
    "steps": ("how",),
    "who": ("conditions",),
    "result": ("result",),
}
_LEFT_OUT = "…"


def label(part: str, language: str) -> str:
    """What a part is called."""
    return said(language)(f"sheet.{part}")


def part(procedure: Procedure, language: str, name: str, notes: Iterable[Note] = ()) -> str:
    """One of PARTS of a procedure, with what the province adds; empty where nothing is known of it.

    `procedure` is Vietnamese; `notes` are all that hold for it. What does not fit into one message is left out.
    """
    sheet = of_procedure(procedure, language)
    told = _told(procedure, sheet, name, notes)
    if not told:
        return ""
    head = (sheet.say("sheet.part", title=sheet.title, what=sheet.say(f"sheet.{name}")), *sheet.cautions)
    return _fitted(head, told, sheet.source)


def facts(procedure: Procedure, language: str, name: str, notes: Iterable[Note] = ()) -> tuple[str, ...]:
    """The same as bare lines, without what they are of and where they come from."""
    return _told(procedure, of_procedure(procedure, language), name, notes)


def ended(procedure: Procedure, language: str) -> str:
    """That it cannot be filed today, since when or until when; empty where it can."""
    stands = standing(procedure, today())
    if stands is Standing.CURRENT:
        return ""
    key, day = ("ended", procedure.valid_until) if stands is Standing.ENDED else ("not_yet", procedure.valid_from)
    title = in_language(procedure, language).title
    return said(language)(f"sheet.{key}", title=title, day="/".join(reversed(day.split("-"))))


def _told(procedure: Procedure, sheet: Sheet, name: str, notes: Iterable[Note]) -> tuple[str, ...]:
    added = (_note(sheet, note) for note in notes if note.about in PARTS[name])
    return (*added, *_TELL[name](procedure, sheet))


def _papers(_: Procedure, sheet: Sheet) -> Iterator[str]:
    for group in sheet.groups:
        yield from papers(group)


def _steps(_: Procedure, sheet: Sheet) -> Iterator[str]:
    yield from (f"{number}. {step}" for number, step in enumerate(sheet.steps, 1))


def _ways(texts: Texts) -> Callable[[Procedure, Sheet], Iterator[str]]:
    def tell(procedure: Procedure, sheet: Sheet) -> Iterator[str]:
        def name(channel: Channel, text: str) -> str:
            return sheet.say("sheet.by_way", way=sheet.say(f"sheet.way.{channel.value}"), text=text)

        yield from by_way(in_language(procedure, sheet.language), texts, name)

    return tell


_TELL: dict[str, Callable[[Procedure, Sheet], Iterable[str]]] = {
    "papers": _papers,
    "fee": _ways(fees_of),
    "time": _ways(times_of),
    "where": lambda _, sheet: filter(None, (sheet.where,)),
    "steps": _steps,
    "who": lambda _, sheet: sheet.who,
    "result": lambda _, sheet: sheet.results,
}


def _note(sheet: Sheet, note: Note) -> str:
    """What the province or a commune adds, with who told it and when."""
    place = places().by_code(note.place)
    who = place.name if place else sheet.say("sheet.province")
    text = note.text
    if note.channel is not None:
        text = sheet.say("sheet.by_way", way=sheet.say(f"sheet.way.{note.channel.value}"), text=text)
    day = note.noted_at.astimezone(HERE).strftime("%d/%m/%Y") if note.noted_at else ""
    return sheet.say("sheet.note", who=who, text=text, source=note.source, day=day)


def _fitted(head: Sequence[str], told: Sequence[str], source: str) -> str:
    """Head and source always; of what is told, whole lines from the first on."""
    room = MOST - sum(len(line) + 1 for line in head) - len(source) - len(_LEFT_OUT) - 1
    kept: list[str] = []
    for line in told:
        room -= len(line) + 1
        if room < 0:
            kept.append(_LEFT_OUT)
            break
        kept.append(line)
    return "\n".join([*head, *kept, source])
