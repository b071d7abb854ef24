"""The upgrade itself: backup, migration, a look at what came of it; taken back where something is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.errors import OperationFailed
from bot.operations.archive import Tell, silent
from bot.operations.backup import Backup, back_up
from bot.operations.databases import Database
from bot.operations.place import Place
from bot.operations.rehearsal import Ask, Rehearsal, asked, try_out
from bot.operations.restore import restore
from bot.operations.sealed import Key


@dataclass(frozen=True)
class Upgrade:
    """One that went well."""

    backup: Backup
    done: Rehearsal


def upgrade(place: Place, keys: Mapping[str, str], key: Key, ask: Ask = asked, tell: Tell = silent) -> Upgrade:
    """Brings the database to this program. Raises OperationFailed, and then the database is as it was.

    The service has to be stopped: what it wrote meanwhile would be lost where the upgrade is taken back.
    """
    Database.of(place).must_be_free()
    backup = back_up(place, keys, key, tell=tell)
    done = Rehearsal(before=backup.manifest.about.schema, free=place.free())
    try_out(place.database_url, backup.manifest.rows, done, ask, tell)
    if not done.troubles:
        return Upgrade(backup, done)
    restore(backup.path, key, place, over=True, only_database=True, tell=tell)
    raise OperationFailed(
        f"The upgrade was taken back: {'; '.join(done.troubles)}. The database is as it was; the one that failed is "
        f"kept in {place.var}/before-restore-*. Put the program before this one back, and start the service."
    )
