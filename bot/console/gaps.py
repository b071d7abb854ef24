"""What the bot did not know: messages that say the same as one gap, and what an admin has made of it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection

from bot.console.gap_lines import WHYS, Line, Lines, name_of
from bot.store.console_tables import gap
from bot.store.desk_tables import staff
from procedures.validity import utc

#: Days that may be looked back.
DAYS = (7, 30, 90)
#: Different messages of a gap that are shown.
SAMPLES = 12


@dataclass(frozen=True)
class Decided:
    """What somebody made of a gap."""

    #: alias, example, answer, dismissed.
    decision: str
    code: str
    intent: str
    note: str
    who: str
    at: datetime


@dataclass(frozen=True)
class Gap:
    """Messages that say the same, newest first; of a decided one there may be none any more."""

    key: str
    lines: tuple[Line, ...]
    decided: Decided | None = None

    @property
    def name(self) -> str:
        """In addresses."""
        return name_of(self.key)

    @property
    def text(self) -> str:
        """The message most of them are."""
        return self.samples[0][0] if self.lines else self.key

    @property
    def samples(self) -> list[tuple[str, int]]:
        """The different messages, masked, and how often each came."""
        return Counter(line.text for line in self.lines).most_common(SAMPLES)

    @property
    def people(self) -> int:
        """Conversations that it came from."""
        return len({line.conversation_id for line in self.lines})

    @property
    def since(self) -> int:
        """Messages that came after it was decided."""
        return sum(line.at > self.decided.at for line in self.lines) if self.decided else 0

    @property
    def whys(self) -> list[str]:
        """Reasons it is here for, the gravest first."""
        return [why for why in WHYS if any(line.why == why for line in self.lines)]

    @property
    def notes(self) -> list[str]:
        """What staff said of it."""
        return list(dict.fromkeys(line.note for line in self.lines if line.note))

    def counts(self, of: str) -> list[tuple[str, int]]:
        """How often each language, place or channel; the unknown left out."""
        return Counter(getattr(line, of) for line in self.lines if getattr(line, of)).most_common()

    def codes(self) -> list[str]:
        """Procedures it may mean: what staff have said, then what the bot took it for most often."""
        taught = [code for line in self.lines if line.why == "known" for code in line.codes]
        votes = [*Counter(taught).most_common(), *_weighed(self.lines)]
        return list(dict.fromkeys(code for code, _ in votes))

    def intents(self) -> list[str]:
        """Classes that staff have said it is."""
        return [name for name, _ in Counter(one.intent for one in self.lines if one.why == "known").most_common()]


@dataclass(frozen=True)
class Look:
    """Which gaps are looked at; empty for all."""

    days: int = 30
    why: str = ""
    language: str = ""
    place: str = ""
    channel: str = ""
    #: Decided ones instead of those that wait.
    decided: bool = False

    def fits(self, line: Line) -> bool:
        """Whether a message is one of these."""
        return all(getattr(self, name) in ("", getattr(line, name)) for name in ("why", "language", "place", "channel"))


@dataclass(frozen=True)
class Seen:
    """The gaps of a look, the most frequent first, and what may be chosen from."""

    gaps: tuple[Gap, ...]
    #: Messages that are still being read.
    left: int
    #: By "language", "place", "channel": what there is, with counts.
    choices: Mapping[str, Sequence[tuple[str, int]]]


def seen(connection: Connection, lines: Lines, look: Look, *, whole: bool = False) -> Seen:
    """The gaps that somebody looks at."""
    read = lines.since(connection, look.days, whole=whole)
    decided = decisions(connection)
    fitting = [line for line in read.lines if look.fits(line)]
    found = [one for one in grouped(fitting, decided) if (one.decided is not None) is look.decided]
    if look == Look(look.days, decided=True):
        met = {one.key for one in found}
        found += [Gap(key, (), told) for key, told in decided.items() if key not in met]
    choices = {name: Counter(getattr(line, name) for line in read.lines) for name in ("language", "place", "channel")}
    told = {name: [pair for pair in counts.most_common() if pair[0]] for name, counts in choices.items()}
    return Seen(tuple(found), read.left, told)


def find(connection: Connection, lines: Lines, name: str) -> Gap | None:
    """A gap by its name, with its messages of the longest time that is looked back."""
    decided = decisions(connection)
    for whole in (False, True):
        read = lines.since(connection, DAYS[-1], whole=whole)
        mine = next((one for one in grouped(read.lines, decided) if one.name == name), None)
        if mine or not read.left:
            break
    return mine or next((Gap(key, (), told) for key, told in decided.items() if name_of(key) == name), None)


def grouped(lines: Iterable[Line], decided: Mapping[str, Decided]) -> list[Gap]:
    """Those that say the same together; the most frequent first, then the newest."""
    found: defaultdict[str, list[Line]] = defaultdict(list)
    for line in lines:
        found[line.key].append(line)
    gaps = [Gap(key, tuple(said), decided.get(key)) for key, said in found.items()]
    return sorted(gaps, key=lambda one: (-len(one.lines), -one.lines[0].at.timestamp()))


def waiting(connection: Connection, lines: Lines, days: int = DAYS[1]) -> int:
    """How many gaps nobody has decided of yet, as far as they have been read."""
    return len(seen(connection, lines, Look(days)).gaps)


def decisions(connection: Connection) -> dict[str, Decided]:
    """By key, the newest first."""
    rows = select(gap, staff.c.name.label("who")).join(staff, staff.c.id == gap.c.staff_id).order_by(gap.c.id.desc())
    return {row.key: _decided(row) for row in connection.execute(rows)}


def _decided(row: Any) -> Decided:
    return Decided(row.decision, row.code, row.intent, row.note, row.who, utc(row.decided_at))


def _weighed(lines: Iterable[Line]) -> list[tuple[str, int]]:
    """The likeliest of each message counts most."""
    votes: Counter[str] = Counter()
    for line in lines:
        votes.update({code: 5 - place for place, code in enumerate(line.codes[:5])})
    return votes.most_common()
