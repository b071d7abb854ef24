"""A sheet as plain text: small enough to be sent on as one message."""

from __future__ import annotations

from collections.abc import Iterator

from procedures.sheets.sheet import Group, Sheet

#: Characters of one message on the narrowest channel, Zalo.
MOST = 2000
_DONE, _OPEN = "☑", "☐"


def as_text(sheet: Sheet, link: str = "") -> str:
    """The papers first; what does not fit is left out from the end, the link never."""
    kept = ""
    for line in _lines(sheet):
        if len(kept) + len(line) + len(link) + 1 > MOST:
            break
        kept += f"{line}\n"
    return kept + link


def _lines(sheet: Sheet) -> Iterator[str]:
    yield f"{sheet.title} ({sheet.tag})" if sheet.tag else sheet.title
    yield from sheet.cautions
    yield sheet.say("sheet.papers")
    for group in sheet.groups:
        yield from papers(group)
    for key, texts in (("fee", sheet.fees), ("time", sheet.times), ("where", (sheet.where,)), ("who", sheet.who)):
        told = " ".join(filter(None, texts))
        if told:
            yield f"{sheet.say(f'sheet.{key}')}: {told}"
    yield sheet.source
    if sheet.token:
        yield sheet.say("sheet.token", token=sheet.token)


def papers(group: Group) -> Iterator[str]:
    """A line for each paper, under the name of its case."""
    if group.name:
        yield f"[{group.name}]"
    for line in group.lines:
        count = f" ({line.count})" if line.count else ""
        yield f"{_DONE if line.have else _OPEN} {line.name}{count}"
    yield from group.notes
