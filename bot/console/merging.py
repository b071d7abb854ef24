"""Two tellings of one procedure that grew out of a third: what each changed, and one made of both."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.engine import Connection

from bot.console.drafting import helped
from bot.console.edit_rows import Edit, Status, change, digest, locked
from procedures import codec, store
from procedures.compare import Change, changes
from procedures.edited import differing
from procedures.history import layers_at, moments
from procedures.layers import overlay
from procedures.model import Procedure


@dataclass(frozen=True)
class Merge:
    """One telling made of two, field by field."""

    document: Procedure
    #: Fields that only one side changed.
    mine: tuple[str, ...]
    theirs: tuple[str, ...]
    #: Fields that both changed, differently.
    conflicts: tuple[str, ...]


@dataclass(frozen=True)
class Against:
    """An edit beside what citizens are told now."""

    base: Procedure
    told: Procedure
    #: What the edit changes of what it was begun upon; what others have changed of that since.
    mine: tuple[Change, ...]
    theirs: tuple[Change, ...]
    #: With the edit's own in conflicts.
    merged: Merge
    #: Whether citizens are told something else than when it was begun or last merged.
    stale: bool


def three_way(base: Procedure | None, theirs: Procedure, mine: Procedure, keep: Collection[str] = ()) -> Merge:
    """What both have changed of `base`, put together: in a conflict mine where `keep` names the field, else theirs.

    Without a base every difference is a conflict.
    """
    between = differing(theirs, mine)
    ours = between if base is None else tuple(name for name in between if getattr(base, name) != getattr(mine, name))
    others = (
        between if base is None else tuple(name for name in between if getattr(base, name) != getattr(theirs, name))
    )
    conflicts = tuple(name for name in ours if name in others)
    taken = [name for name in ours if name not in conflicts or name in keep]
    told: dict[str, Any] = {name: getattr(mine, name) for name in taken}
    merged = replace(theirs, **told)
    mine_only, theirs_only = (tuple(name for name in some if name not in conflicts) for some in (ours, others))
    return Merge(merged, mine_only, theirs_only, conflicts)


def against(connection: Connection, edit: Edit) -> Against:
    """An edit beside what it was begun upon and what citizens are told now."""
    base, told = base_of(connection, edit), store.load(connection, edit.code) or edit.procedure
    merged = three_way(base, told, edit.procedure, differing(base, edit.procedure))
    mine, theirs = changes(base, edit.procedure), changes(base, told)
    return Against(base, told, tuple(mine), tuple(theirs), merged, digest(told) != edit.base)


def merge(
    connection: Connection, id_: int, version: int, keep: Collection[str] = (), staff_id: int | None = None
) -> int:
    """Puts a draft upon what citizens are told now: in a conflict its own stays where `keep` names the field.

    Its new version. `staff_id`: who, where it may not be the author. Raises EditMoved.
    """
    edit = locked(connection, id_, Status.DRAFT, version=version)
    if staff_id is not None:
        helped(connection, edit, staff_id)
    told = store.load(connection, edit.code) or edit.procedure
    merged = three_way(base_of(connection, edit), told, edit.procedure, keep).document
    return change(connection, edit, document=codec.to_json(merged), base=digest(told))


def base_of(connection: Connection, edit: Edit) -> Procedure:
    """What citizens were told when it was begun or last merged."""
    told = store.load(connection, edit.code)
    if told is not None and digest(told) == edit.base:
        return told
    # Each moment ends one telling; the one in question is nearly always the last that ended.
    for moment in moments(connection, edit.code):
        layers = layers_at(connection, edit.code, moment)
        found = overlay({name: layer.procedure for name, layer in layers.items()}) if layers else None
        if found is not None and digest(found) == edit.base:
            return found
    return told or edit.procedure
