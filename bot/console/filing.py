"""How far people get with a procedure: guides from the first question to the dossier, and what could go online."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.engine import Connection

from bot.console.figures import Part
from bot.store.tables import guide
from procedures import store
from procedures.guides.state import HAVE, Stage
from procedures.layers import LAYERS
from procedures.model import Channel
from procedures.tables import catalogue_entry
from procedures.validity import end_of

#: Steps of a guide that are counted, in order; each holds those after it.
STEPS = ("started", "cases", "way", "papers", "sent")
_DAY = timedelta(days=1)
_ONLINE = Channel.ONLINE.value
_STAGE = re.compile(f'"stage": "({"|".join(stage.value for stage in Stage)})"')
_WAY = re.compile(f'"way": "({"|".join(channel.value for channel in Channel)})"')
#: How many of STEPS stand behind each stage; all papers may be there besides.
_STEPS_OF = {stage.value: steps for stage, steps in zip(Stage, (1, 1, 2, 3, 3, len(STEPS)), strict=True)}


@dataclass(frozen=True)
class Matter:
    """What a code is called, and whether it can be filed online."""

    code: str
    title: str
    online: bool


@dataclass(frozen=True)
class Online:
    """A procedure that can be filed online, and what people made of that, as far as the bot sees it."""

    matter: Matter
    #: People who asked, each once a day.
    visits: int
    #: Guides that were begun; those in which "online" was chosen, and another way; those filed online.
    guides: int
    chosen: int
    otherwise: int
    sent: int

    @property
    def missed(self) -> int:
        """Asked, and not seen to be filed online."""
        return max(0, self.visits - self.sent)


@dataclass(frozen=True)
class Guides:
    """The guides that were begun in a period, as they stand today."""

    #: By STEPS: guides that came at least so far.
    steps: dict[str, int]
    #: By code: guides, those to be filed online, those to be filed otherwise, those filed online.
    codes: dict[str, Counter[str]]


class Matters:
    """Procedures by code, kept until the catalogue changes."""

    def __init__(self) -> None:
        self._version = -1
        self._titles: dict[str, str] = {}
        self._online: dict[str, bool] = {}

    def titles(self, connection: Connection) -> dict[str, str]:
        """What every code is called."""
        version = store.current_version(connection)
        if version != self._version:
            self._titles, self._online, self._version = _titles(connection), {}, version
        return self._titles

    def of(self, connection: Connection, codes: Sequence[str]) -> list[Matter]:
        """These codes; one that the catalogue does not know is called by its code."""
        titles, online = self.titles(connection), self._online
        for code in codes:
            if code not in online:
                online[code] = _goes_online(connection, code)
        return [Matter(code, titles.get(code, code), online[code]) for code in codes]


def guides(connection: Connection, first: date, last: date) -> Guides:
    """How far the guides have come that were begun from the first day through the last."""
    begun = and_(guide.c.created_at >= end_of(first - _DAY), guide.c.created_at < end_of(last))
    steps: Counter[str] = Counter(dict.fromkeys(STEPS, 0))
    codes: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for row in connection.execute(select(guide.c.code, guide.c.state).where(begun)):
        state = _state(row.state)
        steps.update(STEPS[: _reached(state)])
        counts = codes[row.code]
        counts["guides"] += 1
        if way := state.get("way"):
            counts["chosen" if way == _ONLINE else "otherwise"] += 1
            counts["sent"] += way == _ONLINE and state["stage"] == Stage.SENT.value
    return Guides(dict(steps), dict(codes))


def online(connection: Connection, matters: Matters, asked: Sequence[Part], found: Guides, most: int) -> list[Online]:
    """What was asked most and could be filed online, of the first so many procedures that people asked about."""
    some = asked[:most]
    known = zip(matters.of(connection, [part.name for part in some]), some, strict=True)
    rows = [_online(matter, part, found) for matter, part in known if matter.online]
    return sorted(rows, key=lambda row: (-row.missed, row.matter.code))


def _online(matter: Matter, part: Part, found: Guides) -> Online:
    counts = found.codes.get(matter.code, Counter())
    return Online(matter, part.visits, *(counts[name] for name in ("guides", "chosen", "otherwise", "sent")))


def _state(kept: str) -> Mapping[str, Any]:
    """A guide as bot.guides keeps it, as far as it is counted: a year of guides read whole would take long.

    Inside a text of the JSON a quotation mark has a backslash before it: nobody's words look like a stage.
    """
    stage, way = _STAGE.search(kept), _WAY.search(kept)
    if stage is None or stage[1] == Stage.TRIP.value:
        told: Mapping[str, Any] = json.loads(kept)
        return told
    return {"stage": stage[1], "way": way[1] if way else ""}


def _reached(state: Mapping[str, Any]) -> int:
    """How many of STEPS a guide has taken. Whoever has handed in has taken all, whatever was ticked off."""
    stage = state.get("stage", Stage.CASES.value)
    if stage != Stage.TRIP.value:
        return _STEPS_OF[stage]
    ticks = state.get("ticks", {})
    return _STEPS_OF[stage] + all(ticks.get(name) == HAVE for name in state.get("shown", ()))


def _titles(connection: Connection) -> dict[str, str]:
    rows = connection.execute(select(catalogue_entry.c.code, catalogue_entry.c.layer, catalogue_entry.c.title)).all()
    # The last layer lies on top.
    ordered = sorted(rows, key=lambda row: LAYERS.index(row.layer))
    return {row.code: row.title for row in ordered if row.title}


def _goes_online(connection: Connection, code: str) -> bool:
    procedure = store.load(connection, code)
    return procedure is not None and any(way.channel is Channel.ONLINE for way in procedure.ways)
