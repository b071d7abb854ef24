"""Numbers as tables: the same for a page, a spreadsheet and paper. Rows of names and values, columns by key."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.console.charts import share
from bot.console.counting import WAITS
from bot.console.figures import ABOUT, Figures, Part
from bot.console.filing import STEPS, Guides, Online
from bot.handover import commune

#: Of messages; the first is drawn as a bar. Names of Part.
COLUMNS = (
    *("messages", "visits", "alone", "share", "refused", "unsure"),
    *("handed_over", "staff", "failed", "cases", "ratings", "mean"),
)
#: Of communes nobody knows the cases; and of procedures not what was never understood to be about one.
_OTHERS = {
    "place": COLUMNS[: COLUMNS.index("cases")],
    "code": ("messages", "visits", "handed_over", "cases", "ratings", "mean"),
}
#: Of procedures that can be filed online.
ONLINE = ("missed", "visits", "guides", "chosen", "otherwise", "sent")
Value = int | float | None
Say = Callable[..., str]


@dataclass(frozen=True)
class Row:
    """One line."""

    #: As it is stored, such as the code of a procedure, and as people call it.
    name: str
    called: str
    values: tuple[Value, ...]
    #: From 0 to 100.
    bar: float


@dataclass(frozen=True)
class Sheet:
    """A table: what it is about, and the keys of its columns."""

    key: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Told:
    """All numbers of a period, and what codes are called."""

    figures: Figures
    guides: Guides
    online: Sequence[Online]
    titles: Mapping[str, str]


def sheets(told: Told, names: Names, say: Say, locale: str) -> tuple[Sheet, ...]:
    """Every table; those over nothing have no rows."""
    figures = told.figures
    days = [(day.isoformat(), day.strftime("%d/%m/%Y"), part) for day, part in sorted(figures.days.items())]
    some = {about: [(one.name, names.of(about, one.name), one) for one in figures.parts[about]] for about in ABOUT}
    return (
        _messages("day", days),
        *(_messages(about, parts) for about, parts in some.items()),
        _waits(figures, say, locale),
        _online(told.online),
        _guides(told.guides, say),
    )


class Names:
    """What stored names are called."""

    def __init__(self, titles: Mapping[str, str], say: Say, known: frozenset[str], locale: str) -> None:
        """`known` are keys that can be said."""
        self._titles, self._say, self._known, self._locale = titles, say, known, locale

    def of(self, about: str, name: str) -> str:
        """As it is stored where nobody has named it."""
        if not name:
            return self._say("count.untold")
        if about == "code":
            return self._titles.get(name, name)
        if about == "place":
            return commune.titles([name], self._locale).get(name, name)
        key = f"{about}.{name}"
        return self._say(key) if key in self._known else name


def decimal(value: float, locale: str) -> str:
    """1.5 as people write it, 1,5 in Vietnam; whole ones without a point."""
    text = f"{value:g}"
    return text.replace(".", ",") if locale == "vi" else text


def _messages(key: str, parts: Iterable[tuple[str, str, Part]]) -> Sheet:
    told = list(parts)
    most = max((part.messages for _, _, part in told), default=0)
    columns = _OTHERS.get(key, COLUMNS)
    rows = [
        Row(name, called, tuple(getattr(part, column) for column in columns), share(part.messages, most))
        for name, called, part in told
    ]
    return Sheet(key, columns, tuple(rows))


def _waits(figures: Figures, say: Say, locale: str) -> Sheet:
    counts = figures.waits.counts
    names = [say("count.within", n=decimal(seconds, locale)) for seconds in WAITS]
    names.append(say("count.longer", n=decimal(WAITS[-1], locale)))
    rows = [Row("", name, (often,), share(often, max(counts))) for name, often in zip(names, counts, strict=True)]
    return Sheet("waits", ("messages",), tuple(rows) if any(counts) else ())


def _online(found: Sequence[Online]) -> Sheet:
    most = max((one.missed for one in found), default=0)
    rows = [
        Row(one.matter.code, one.matter.title, tuple(getattr(one, name) for name in ONLINE), share(one.missed, most))
        for one in found
    ]
    return Sheet("online", ONLINE, tuple(rows))


def _guides(found: Guides, say: Say) -> Sheet:
    begun = found.steps[STEPS[0]]
    rows = [
        Row(step, say(f"count.step.{step}"), (often, 100 * often // begun), share(often, begun))
        for step, often in found.steps.items()
        if begun
    ]
    return Sheet("guides", ("guides", "of_begun"), tuple(rows))
