"""Photos, files and recordings: fetched at once, since links run out; size and kind checked; kept sealed.

What is in them is looked at by people only.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import filetype
import structlog
from sqlalchemy import and_, select, update
from sqlalchemy.engine import Engine

from bot.channels.port import Channel
from bot.conversation import Attachment, Kind
from bot.errors import FetchFailed
from bot.handover.pictures import too_many_pixels
from bot.post.clock import now
from bot.post.wake import MEDIA, Wake, rung
from bot.privacy import files as sealed
from bot.privacy.vault import cipher
from bot.store.channel_tables import attachment
from bot.watch import disk

log = structlog.get_logger()

#: Largest file, in bytes: what Telegram hands out at most.
LARGEST = 20 * 1024 * 1024
#: Kinds that are kept, by what the file holds and not by its name.
KEPT = frozenset(
    [f"image/{kind}" for kind in ("jpeg", "png", "gif", "webp", "heic", "bmp", "tiff")]
    + [f"audio/{kind}" for kind in ("ogg", "mpeg", "mp4", "aac", "amr", "x-wav", "x-flac")]
    + [f"video/{kind}" for kind in ("mp4", "quicktime", "3gpp", "webm", "x-m4v")]
    + ["application/pdf", "application/msword", "application/vnd.ms-excel", "application/rtf"]
    + ["application/vnd.openxmlformats-officedocument.wordprocessingml.document"]
    + ["application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"]
)
#: Seconds until a fetch whose process died is tried again; between two looks; tries before a file is given up.
_LEASE, _LOOK_EVERY, _MOST_ATTEMPTS = 120.0, 5.0, 17
#: Longest pause between two tries, in seconds: in all some two hours, as long as providers keep files at least.
_LONGEST_PAUSE = 900.0
#: Seconds until somebody has perhaps made room on a full disk.
_DISK_FULL = 60.0


class Media:
    """Fetches what waits, one file after the other."""

    def __init__(self, database: Engine, channels: Sequence[Channel], folder: Path, wake: Wake) -> None:
        self._database, self._folder, self._wake = database, folder, wake
        self._channels = {channel.name: channel for channel in channels}

    async def run(self) -> None:
        """Fetches until cancelled."""
        with self._wake.loop_event(MEDIA) as event:
            while True:
                event.clear()
                try:
                    await self.drain()
                except Exception as error:
                    log.error("media_failed", error=type(error).__name__)
                await rung(event, _LOOK_EVERY)

    async def drain(self) -> None:
        """Fetches everything that is due now."""
        while row := await asyncio.to_thread(self._claim):
            values = await self._fetch(row)
            await asyncio.to_thread(self._settle, row, values)

    async def _fetch(self, row: Any) -> dict[str, Any]:
        """What becomes of a file: kept, refused, or to be tried again."""
        try:
            wanted = Attachment(Kind(row.kind), row.ref, row.name)
            body = await self._channels[row.channel].fetch(wanted, LARGEST)
            return await asyncio.to_thread(self._keep, row.id, body)
        except FetchFailed as failure:
            return _later(row, str(failure), failure.for_good)
        except Exception as error:
            if disk.is_full(error):
                # The provider is not to blame, so that the try does not count.
                waits = {"status": "waiting", "error": "disk full", "try_at": _in(_DISK_FULL)}
                return {**waits, "attempts": row.attempts}
            return _later(row, type(error).__name__, for_good=False)

    def _keep(self, id_: int, body: bytes) -> dict[str, Any]:
        """Seals a file under a name of our own. A second try overwrites what a first one left."""
        kind = filetype.guess(body)
        if kind is None or kind.mime not in KEPT:
            return {"status": "refused", "error": "kind"}
        if too_many_pixels(body):
            return {"status": "refused", "error": "pixels"}
        name = f"{id_ % 100:02d}/{id_}.{kind.extension}"
        sealed.write(self._folder / name, body, cipher())
        return {"status": "kept", "file": name, "mime": kind.mime, "size": len(body), "error": None}

    def _claim(self) -> Any:
        """The oldest file that is due; one that has ended its process each time is lost."""
        with self._database.begin() as connection:
            while (row := connection.execute(_oldest(tuple(self._channels))).first()) is not None:
                # The number of the try is part of the claim: of two processes one takes it.
                mine = update(attachment).where(_claimed(row, row.attempts))
                if row.attempts < _MOST_ATTEMPTS:
                    values = {"status": "fetching", "attempts": row.attempts + 1, "try_at": _in(_LEASE)}
                    return row if connection.execute(mine.values(values)).rowcount == 1 else None
                connection.execute(mine.values(status="lost", error="died with it"))
        return None

    def _settle(self, row: Any, values: dict[str, Any]) -> None:
        with self._database.begin() as connection:
            connection.execute(update(attachment).where(_claimed(row, row.attempts + 1)).values(values))


def _oldest(channels: tuple[str, ...]) -> Any:
    waiting = and_(attachment.c.status.in_(("waiting", "fetching")), attachment.c.try_at <= now())
    return select(attachment).where(waiting, attachment.c.channel.in_(channels)).order_by(attachment.c.id).limit(1)


def _claimed(row: Any, attempts: int) -> Any:
    unsettled = attachment.c.status.in_(("waiting", "fetching"))
    return and_(attachment.c.id == row.id, attachment.c.attempts == attempts, unsettled)


def _later(row: Any, why: str, for_good: bool) -> dict[str, Any]:
    if for_good or row.attempts + 1 >= _MOST_ATTEMPTS:
        return {"status": "refused" if for_good else "lost", "error": why[:80]}
    return {"status": "waiting", "error": why[:80], "try_at": _in(min(2.0 ** (row.attempts + 1), _LONGEST_PAUSE))}


def _in(seconds: float) -> Any:
    return now() + timedelta(seconds=seconds)
