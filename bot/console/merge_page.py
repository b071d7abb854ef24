"""Two people have written in one draft: what each changed, and what is to be chosen."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from procedures import codec
from procedures.compare import Change, changes
from procedures.edited import differing
from procedures.model import Procedure, Translation

_TRANSLATIONS = "translations"


@dataclass(frozen=True)
class Choice:
    """One field that both have changed: `old` of each change is the colleague's, `new` one's own."""

    #: A field of Procedure, or translations.LANGUAGE.
    name: str
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Clash:
    """What one wrote upon an older version."""

    #: The version of the colleague's.
    version: int
    #: One's own telling.
    mine: Procedure
    #: Both together, where both have changed a field the colleague's.
    merged: Procedure
    #: What both have changed.
    choices: tuple[Choice, ...]
    #: Fields that only the colleague has changed, which are taken over.
    theirs: tuple[Choice, ...]

    @property
    def open(self) -> bool:
        """Whether somebody has to choose."""
        return bool(self.choices)

    @property
    def document(self) -> str:
        """One's own telling, for the form that asks."""
        return codec.to_json(settled(self.mine, self.merged, {one.name for one in self.choices}))


def clash(base: Procedure | None, mine: Procedure, theirs: Procedure, version: int) -> Clash:
    """Compares them, field by field. Without what both began with, every difference is to be chosen."""
    ours = set(_differing(base, mine)) if base else set(_differing(theirs, mine))
    others = set(_differing(base, theirs)) if base else ours
    both = {name for name in ours & others if name in set(_differing(mine, theirs))}
    merged = settled(mine, theirs, ours - both)
    told = changes(theirs, mine)
    since = changes(base, theirs) if base else []
    return Clash(version, mine, merged, _choices(told, both), _choices(since, others - ours))


def settled(mine: Procedure, theirs: Procedure, names: Collection[str]) -> Procedure:
    """The colleague's telling, with these fields of one's own."""
    fields = {name: getattr(mine, name) for name in differing(mine, theirs) if name in names}
    said = {one.language: one for one in theirs.translations}
    for one in mine.translations:
        if f"{_TRANSLATIONS}.{one.language}" in names:
            said[one.language] = one
    kept = tuple(said[language] for language in sorted(said))
    return replace(theirs, **{**fields, _TRANSLATIONS: kept})


def _differing(one: Procedure, other: Procedure) -> Iterable[str]:
    yield from (name for name in differing(one, other) if name != _TRANSLATIONS)
    said = [{each.language: each for each in procedure.translations} for procedure in (one, other)]
    for language in sorted({*said[0], *said[1]}):
        none = Translation(language)
        if said[0].get(language, none) != said[1].get(language, none):
            yield f"{_TRANSLATIONS}.{language}"


def _choices(told: Iterable[Change], names: Collection[str]) -> tuple[Choice, ...]:
    grouped: dict[str, list[Change]] = {name: [] for name in sorted(names)}
    for change in told:
        name = change.field if change.field != _TRANSLATIONS else ".".join(change.path.split(".")[:2])
        if name in grouped:
            grouped[name].append(change)
    return tuple(Choice(name, tuple(found)) for name, found in grouped.items())
