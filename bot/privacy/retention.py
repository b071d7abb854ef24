"""What is too old, by kind of data: told before anything goes, and taken by bot.forgetting by the same conditions.

A conversation with an open case keeps everything until the case is closed. Where nobody has agreed, words, files and
sealed data go some days after the last message.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.engine import Connection
from sqlalchemy.schema import Column, Table

from bot.post.clock import now
from bot.privacy import aging
from bot.site_settings import Site
from procedures.validity import utc

#: Before this moment there was nothing: what is kept for ever is older than nothing.
_NEVER = datetime.min.replace(year=1970, tzinfo=now().tzinfo)


@dataclass(frozen=True)
class Target:
    """Rows of one table that are too old."""

    #: As the audit counts them, and the kind of bot.site_settings.KEPT.
    name: str
    kind: str
    table: Table
    which: Any
    #: By which the oldest is told.
    when: Column[Any]
    #: What takes the place of what is erased; None where the row goes.
    values: dict[str, Any] | None = None
    #: A column with a name under the media folder: that file goes first.
    file: Column[Any] | None = None


@dataclass(frozen=True)
class Would:
    """What would go of one kind."""

    kind: str
    count: int
    #: UTC; None where there is nothing.
    oldest: datetime | None


def targets(site: Site, at: datetime) -> Sequence[Target]:
    """Everything that is too old at a moment, in the order in which it is erased."""
    before = {kind: _before(site.days(kind), at) for kind in ("words", "files", "cases", "guides", "sealed", "lists")}
    silent = aging.unagreed(at - timedelta(days=site.days("unagreed")))
    return [
        *(Target("lines", "words", *aging.lines(before["words"], silent, language)) for language in aging.LANGUAGES),
        Target("messages", "words", *aging.messages(before["words"], silent)),
        Target("scams", "words", *aging.scams(before["words"], silent)),
        Target("reports", "words", *aging.reports(before["words"], silent)),
        Target("files", "files", *aging.files(before["files"], silent)),
        Target("sealed", "sealed", *aging.sealed_data(before["sealed"], before["cases"], silent)),
        Target("notes", "cases", *aging.notes(before["cases"])),
        Target("held", "cases", *aging.held(before["cases"])),
        Target("ratings", "cases", *aging.ratings(before["cases"])),
        Target("names", "words", *aging.provider_ids(before["words"])),
        Target("people", "words", *aging.people(before["words"])),
        Target("memories", "words", *aging.memories(silent)),
        Target("guides", "guides", *aging.guides(before["guides"])),
        Target("lessons", "lists", *aging.lessons(before["lists"])),
        Target("gaps", "lists", *aging.gaps(before["lists"])),
        Target("sentences", "lists", *aging.sentences(before["lists"])),
        Target("imports", "files", *aging.imports(before["files"])),
    ]


def preview(connection: Connection, site: Site) -> list[Would]:
    """What would go now by these settings, by kind; nothing is changed."""
    told: dict[str, list[tuple[int, datetime | None]]] = {}
    for target in targets(site, now()):
        wanted = select(func.count(), func.min(target.when)).select_from(target.table).where(target.which)
        count, oldest = connection.execute(wanted).one()
        told.setdefault(target.kind, []).append((count, utc(oldest) if oldest else None))
    return [_together(kind, counts) for kind, counts in told.items()]


def _together(kind: str, counts: Sequence[tuple[int, datetime | None]]) -> Would:
    return Would(kind, sum(count for count, _ in counts), min((at for _, at in counts if at), default=None))


def _before(days: int, at: datetime) -> datetime:
    return at - timedelta(days=days) if days else _NEVER
