"""Settings of the site that are no secret: admins change them at the console, and running processes follow at once.

Each has a default, which holds as long as nobody has said anything else.
"""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from bot.console import audit
from bot.errors import Refused
from bot.post.clock import now
from bot.post.recent import Recent
from bot.store.console_tables import site_setting, site_version
from procedures.search.thresholds import NEAR, OFFER, Teller, Thresholds

#: Kinds of data, and the days after which each goes unless somebody has said otherwise: docs/privacy.md.
KEPT: Mapping[str, int] = {
    "words": 365,
    "files": 365,
    "cases": 730,
    "guides": 180,
    "sealed": 90,
    "lists": 730,
    "unagreed": 1,
}
#: Fewest and most days of a kind. Words: gaps and corrections are read there. Without consent nothing is kept long.
SHORTEST_KEPT: Mapping[str, int] = {**dict.fromkeys(KEPT, 30), "files": 7, "sealed": 7, "unagreed": 1}
LONGEST_KEPT: Mapping[str, int] = {**dict.fromkeys(KEPT, 3650), "unagreed": 30}
#: What may be kept for ever, told as 0; and what one figure of before there were kinds was about.
FOR_EVER, _ALL_AT_ONCE = frozenset(("words", "files", "cases", "lists")), ("words", "files", "cases")
#: Versions of the notice.
_MOST_NOTICES = 9999
#: Characters of an opening text; of a reason.
LONGEST_OPENING, LONGEST_REASON = 600, 200
#: What site_version calls them, and seconds between two looks of who has no connection at hand.
VERSION, LOOK_EVERY = "settings", 1.0


@dataclass(frozen=True)
class Site:
    """All settings as they stand."""

    #: Whoever publishes an edit is not its author.
    two_people: bool = True
    #: Kind of data → days after which it goes, 0 for never; what is not said is as in KEPT.
    keep_days: Mapping[str, int] = field(default_factory=dict)
    #: Version of the notice on first contact: a higher one is shown to everybody once more; 0: nobody is asked.
    notice: int = 1
    #: Language → what a citizen reads when a conversation is opened; empty: the program's own.
    opening: Mapping[str, str] = field(default_factory=dict)
    #: Channel → what is switched off there: see bot.switches.
    channels_off: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    #: From which score the best procedure is sure; 0: as search has learnt it.
    sure: float = 0.0
    #: Below which score nothing is offered, and which share of the best score another choice needs.
    offer: float = OFFER
    near: float = NEAR

    def days(self, kind: str) -> int:
        """Days after which a kind of data goes; 0 for never. Raises KeyError for none of KEPT."""
        return self.keep_days.get(kind, KEPT[kind])


DEFAULTS = Site()
_NAMES = tuple(one.name for one in fields(Site))


def current(connection: Connection) -> Site:
    """As they stand in this transaction: one look at a few rows, no dearer than to ask whether they have moved."""
    rows = connection.execute(select(site_setting.c.name, site_setting.c.value)).all()
    told = {row.name: json.loads(row.value) for row in rows if row.name in _NAMES}
    if isinstance(told.get("keep_days"), int):
        told["keep_days"] = dict.fromkeys(_ALL_AT_ONCE, told["keep_days"])
    return Site(**told)


_RECENT = Recent(current)


def lately(connection: Connection) -> Site:
    """As they stood within the last second, for what happens with every message. For nobody who changes them."""
    return _RECENT.of(connection)


def get(connection: Connection, name: str) -> Any:
    """One of them, of the type that Site gives it. Raises AttributeError for none of its names."""
    return getattr(current(connection), name)


def put(connection: Connection, staff_id: int | None, reason: str = "", /, **values: Any) -> None:
    """Changes some, with a line in the audit for each. Nothing is written of what stays. Raises Refused."""
    told = " ".join(reason.split())
    if len(told) > LONGEST_REASON:
        raise Refused("setting_long")
    before = asdict(current(connection))
    changed = {name: _fits(name, value) for name, value in values.items()}
    for name, value in changed.items():
        if value != before[name]:
            _write(connection, name, value, told, staff_id)
            audit.note(connection, staff_id, "setting.changed", name, before=before[name], after=value, reason=told)
    if any(value != before[name] for name, value in changed.items()):
        move(connection, VERSION)
        _RECENT.forget(connection)


def with_days(site: Site, days: Mapping[str, int]) -> Site:
    """The same settings with other days, to look at what would go. Raises Refused."""
    return replace(site, keep_days=_kept(days))


def move(connection: Connection, name: str) -> None:
    """What running processes keep of this name is old from now on."""
    mine = update(site_version).where(site_version.c.name == name)
    if not connection.execute(mine.values(number=site_version.c.number + 1)).rowcount:
        connection.execute(insert(site_version).values(name=name, number=1))


class Watched:
    """The settings for who is asked often and has no connection: at most a second old."""

    def __init__(self, database: Engine) -> None:
        self._reading = database.execution_options(motcua_read=True)
        self._looked, self._site = float("-inf"), DEFAULTS

    def site(self) -> Site:
        """As they stood within the last second."""
        at = time.monotonic()
        if at - self._looked >= LOOK_EVERY:
            self._looked = at
            # Who ranks must not fail because nobody can tell whether the settings have moved.
            with contextlib.suppress(SQLAlchemyError), self._reading.connect() as connection:
                self._site = current(connection)
        return self._site


def _write(connection: Connection, name: str, value: Any, reason: str, staff_id: int | None) -> None:
    connection.execute(delete(site_setting).where(site_setting.c.name == name))
    row = {"name": name, "reason": reason, "staff_id": staff_id, "changed_at": now()}
    connection.execute(insert(site_setting).values(**row, value=json.dumps(value, ensure_ascii=False)))


def _fits(name: str, value: Any) -> Any:
    """As it is kept. Raises Refused for what cannot be."""
    default = getattr(DEFAULTS, name)
    if isinstance(default, bool):
        return bool(value)
    if name == "keep_days":
        return _kept(value)
    if name == "notice":
        return _within(name, int(value), 0, _MOST_NOTICES)
    if isinstance(default, float):
        return _within(name, round(float(value), 3), 0.0 if name == "sure" else 0.001, 0.99)
    if name == "opening":
        return _opening(value)
    return dict(value)


def _kept(told: Mapping[str, int] | int) -> dict[str, int]:
    """Days by kind; one figure is that of words, files and cases."""
    by_kind = dict.fromkeys(_ALL_AT_ONCE, told) if isinstance(told, int) else told
    return {kind: _days(kind, int(days)) for kind, days in by_kind.items() if kind in KEPT}


def _days(kind: str, days: int) -> int:
    if days == 0 and kind in FOR_EVER:
        return 0
    return int(_within("keep_days", days, SHORTEST_KEPT[kind], LONGEST_KEPT[kind]))


def _within(name: str, value: Any, least: float, most: float) -> Any:
    # Also what is no number at all.
    if not least <= value <= most:
        raise Refused(f"setting_{name}", least=str(least), most=str(most))
    return value


def _opening(texts: Mapping[str, str]) -> dict[str, str]:
    told = {language: text.replace("\r\n", "\n").strip() for language, text in texts.items() if text.strip()}
    if any(len(text) > LONGEST_OPENING for text in told.values()):
        raise Refused("setting_long")
    return told


def teller(database: Engine) -> Teller:
    """For procedures.search.thresholds: where rankings are sure by these settings."""
    watched = Watched(database)

    def tell() -> Thresholds:
        site = watched.site()
        return Thresholds(site.sure, site.offer, site.near)

    return tell
