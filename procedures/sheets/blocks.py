"""A sheet as a run of blocks, for whatever draws it: paper or a picture."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from procedures.sheets.sheet import Group, Sheet


class Style(str, Enum):
    """How a block looks."""

    TITLE = "title"
    HEAD = "head"
    #: With an empty box, or with a ticked one, before it.
    OPEN = "open"
    HAVE = "have"
    PLAIN = "plain"
    QUIET = "quiet"


@dataclass(frozen=True)
class Block:
    """A paragraph."""

    style: Style
    text: str


def blocks(sheet: Sheet, shortly: bool = False) -> Iterator[Block]:
    """The whole sheet; `shortly` without steps, reasons and notes, for a small picture."""
    yield Block(Style.TITLE, f"{sheet.title} ({sheet.tag})" if sheet.tag else sheet.title)
    for caution in sheet.cautions:
        yield Block(Style.PLAIN, caution)
    yield Block(Style.HEAD, sheet.say("sheet.papers"))
    for group in sheet.groups:
        yield from _group(group, shortly)
    told = {"fee": sheet.fees, "time": sheet.times, "where": (sheet.where,), "who": sheet.who}
    rest = {"result": sheet.results, "steps": sheet.steps, "return": sheet.returns}
    for key, texts in (told if shortly else {**told, **rest}).items():
        lines = [text for text in texts if text]
        if lines:
            yield Block(Style.HEAD, sheet.say(f"sheet.{key}"))
            yield Block(Style.PLAIN, "\n".join(lines) if len(lines) == 1 else "\n".join(f"• {line}" for line in lines))
    yield Block(Style.QUIET, sheet.source)
    if sheet.token:
        yield Block(Style.QUIET, sheet.say("sheet.token", token=sheet.token))


def _group(group: Group, shortly: bool) -> Iterator[Block]:
    if group.name:
        yield Block(Style.QUIET, group.name)
    for line in group.lines:
        count = f" ({line.count})" if line.count else ""
        yield Block(Style.HAVE if line.have else Style.OPEN, f"{line.name}{count}")
        if line.note and not shortly:
            yield Block(Style.QUIET, line.note)
    if not shortly:
        yield from (Block(Style.QUIET, note) for note in group.notes)
