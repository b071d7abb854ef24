"""Photos and files: fetched once, judged by what they hold, kept under a name of our own."""

from __future__ import annotations

import asyncio
import stat
from datetime import datetime, timezone
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlalchemy.engine import Engine

from bot import media
from bot.channels.memory import MemoryChannel
from bot.conversation import Attachment, Kind
from bot.errors import FetchFailed
from bot.media import LARGEST, Media
from bot.post.clock import ago, now
from bot.post.inbox import Inbox
from bot.post.wake import MEDIA, Wake
from bot.privacy import files as sealed
from bot.privacy.vault import cipher
from bot.store.channel_tables import attachment
from tests.bot.post.kit import change, inbound, rows

PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)
JPEG = b"\xff\xd8\xff\xe0" + bytes(40)
PDF = b"%PDF-1.7\n" + bytes(40)
OGG = b"OggS" + bytes(40)


class Files(MemoryChannel):
    """Hands out files; raises what it is told to before."""

    def __init__(self, errors: tuple[Exception, ...] = (), **files: bytes) -> None:
        super().__init__()
        self.files.update(files)
        self.errors, self.asked = list(errors), []

    async def fetch(self, attachment: Attachment, most: int) -> bytes:
        self.asked.append((attachment.ref, most))
        if self.errors:
            raise self.errors.pop(0)
        return await super().fetch(attachment, most)


def send(database: Engine, *refs: str, name: str = "", id_: str = "1") -> None:
    came = tuple(Attachment(Kind.PHOTO, ref, name) for ref in refs)
    Inbox(database, Wake()).receive(inbound(id_, kind=Kind.PHOTO, attachments=came))


def fetch(database: Engine, channel: Files, folder: Path) -> list[tuple[str, str | None]]:
    change(database, attachment, try_at=ago(1))
    asyncio.run(Media(database, [channel], folder, Wake()).drain())
    return [(row.status, row.error) for row in rows(database, attachment)]


def seconds_to_come(moment: datetime) -> float:
    return max((moment.replace(tzinfo=timezone.utc) - now()).total_seconds(), 0)


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize(
    ("body", "mime", "ending"),
    [
        (PNG, "image/png", "png"),
        (JPEG, "image/jpeg", "jpg"),
        (PDF, "application/pdf", "pdf"),
        (OGG, "audio/ogg", "ogg"),
    ],
)
def test_given_a_file_when_fetched_then_it_is_kept_by_what_it_holds(
    database: Engine, tmp_path: Path, body: bytes, mime: str, ending: str
) -> None:
    send(database, "r", name="giấy khai sinh.exe")
    assert fetch(database, Files(r=body), tmp_path / "m") == [("kept", None)]
    row = rows(database, attachment)[0]
    assert (row.mime, row.size, row.file) == (mime, len(body), f"01/1.{ending}")
    assert sealed.content(tmp_path / "m" / row.file, cipher()) == body
    assert stat.S_IMODE((tmp_path / "m" / row.file).stat().st_mode) == 0o600
    assert files(tmp_path / "m") == [row.file]


@pytest.mark.parametrize(
    "body",
    [b"", b"\x00", b"MZ" + bytes(80), b"<html><script>", b"<svg/>", b"PK\x03\x04" + bytes(60), b"\x7fELF" + bytes(60)],
)
def test_given_a_file_of_a_lying_name_when_fetched_then_it_is_refused_and_nothing_is_written(
    database: Engine, tmp_path: Path, body: bytes
) -> None:
    send(database, "r", name="anh.png")
    assert fetch(database, Files(r=body), tmp_path / "m") == [("refused", "kind")]
    assert not (tmp_path / "m").exists() or files(tmp_path / "m") == []


@pytest.mark.parametrize("name", ["../../../tmp/x.png", "/etc/passwd", "C:\\x.png", "a\nb.png", ".", "%2e%2e/x"])
def test_given_a_name_that_is_a_path_when_kept_then_it_is_never_used_as_one(
    database: Engine, tmp_path: Path, name: str
) -> None:
    send(database, "r", name=name)
    fetch(database, Files(r=PNG), tmp_path / "m")
    assert files(tmp_path / "m") == ["01/1.png"]


def test_given_a_provider_that_is_busy_when_tried_again_then_the_file_is_kept(database: Engine, tmp_path: Path) -> None:
    send(database, "r")
    channel = Files((FetchFailed("429"), OSError("reset")), r=PNG)
    assert fetch(database, channel, tmp_path) == [("waiting", "429")]
    assert fetch(database, channel, tmp_path) == [("waiting", "OSError")]
    assert fetch(database, channel, tmp_path) == [("kept", None)]


def test_given_a_file_that_is_gone_or_too_large_when_fetched_then_it_is_not_asked_for_again(
    database: Engine, tmp_path: Path
) -> None:
    send(database, "gone", "huge")
    channel = Files(huge=PNG + bytes(LARGEST))
    for _ in range(2):
        assert fetch(database, channel, tmp_path) == [("refused", "gone"), ("refused", "too large")]
    assert channel.asked == [("gone", LARGEST), ("huge", LARGEST)]


def test_given_a_provider_that_fails_for_ever_when_tried_then_it_ends_after_two_hours_and_the_reason_fits(
    database: Engine, tmp_path: Path
) -> None:
    send(database, "r")
    channel = Files(tuple(FetchFailed("x" * 500) for _ in range(99)))
    waited = 0.0
    while rows(database, attachment)[0].status == "waiting" and len(channel.asked) < 99:
        fetch(database, channel, tmp_path)
        waited += seconds_to_come(rows(database, attachment)[0].try_at)
    row = rows(database, attachment)[0]
    assert (row.status, len(row.error)) == ("lost", 80)
    assert 5400 < waited < 10_800


def test_given_one_bad_file_when_others_wait_then_they_are_fetched(database: Engine, tmp_path: Path) -> None:
    send(database, "bad", "good")
    assert fetch(database, Files((ValueError("?"),), good=PNG), tmp_path) == [("waiting", "ValueError"), ("kept", None)]


def test_given_a_process_that_died_when_its_lease_is_over_then_the_file_is_fetched_by_another(
    database: Engine, tmp_path: Path
) -> None:
    send(database, "r")
    dead = Media(database, [Files()], tmp_path, Wake())
    late = dead._claim()
    asyncio.run(Media(database, [Files(r=PNG)], tmp_path, Wake()).drain())
    assert rows(database, attachment)[0].status == "fetching"
    assert fetch(database, Files(r=PNG), tmp_path) == [("kept", None)]
    dead._settle(late, {"status": "lost"})
    assert rows(database, attachment)[0].status == "kept"


def test_given_two_processes_when_they_race_then_each_file_is_fetched_once(database: Engine, tmp_path: Path) -> None:
    refs = [f"r{number}" for number in range(12)]
    send(database, *refs)
    channel = Files(**dict.fromkeys(refs, PNG))

    async def both() -> None:
        await asyncio.gather(*(Media(database, [channel], tmp_path / "m", Wake()).drain() for _ in range(2)))
        await Media(database, [channel], tmp_path / "m", Wake()).drain()

    asyncio.run(both())
    assert sorted(ref for ref, _ in channel.asked) == sorted(refs)
    assert {row.status for row in rows(database, attachment)} == {"kept"}
    assert len(files(tmp_path / "m")) == 12


def test_given_files_of_a_channel_that_is_off_when_fetching_then_they_wait(database: Engine, tmp_path: Path) -> None:
    send(database, "r")
    asyncio.run(Media(database, [MemoryChannel("telegram")], tmp_path, Wake()).drain())
    assert rows(database, attachment)[0].status == "waiting"


def test_given_a_running_fetcher_when_a_photo_comes_then_it_is_fetched_at_once(
    database: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.media._LOOK_EVERY", 60)

    async def run() -> None:
        wake = Wake()
        running = asyncio.create_task(Media(database, [Files(r=PNG)], tmp_path, wake).run())
        await asyncio.sleep(0.1)
        send(database, "r")
        wake.notify(MEDIA)
        for _ in range(100):
            await asyncio.sleep(0.02)
            if rows(database, attachment)[0].status == "kept":
                break
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    asyncio.run(run())
    assert rows(database, attachment)[0].status == "kept"


def test_given_a_file_that_ends_its_process_each_time_when_claimed_then_it_is_given_up_and_others_are_fetched(
    database: Engine, tmp_path: Path
) -> None:
    send(database, "bad", "good")
    claims = 0
    while (row := Media(database, [Files()], tmp_path, Wake())._claim()) and row.ref == "bad":
        claims += 1
        with database.begin() as connection:
            connection.execute(update(attachment).where(attachment.c.ref == "bad").values(try_at=ago(1)))
    assert claims == media._MOST_ATTEMPTS
    fetch(database, Files(good=PNG), tmp_path)
    assert [row.status for row in rows(database, attachment)] == ["lost", "kept"]


def test_given_a_file_that_is_given_up_when_fetching_then_those_behind_it_need_not_wait(
    database: Engine, tmp_path: Path
) -> None:
    send(database, "bad", "good")
    with database.begin() as connection:
        bad = update(attachment).where(attachment.c.ref == "bad")
        connection.execute(bad.values(attempts=media._MOST_ATTEMPTS, status="fetching"))
    assert fetch(database, Files(good=PNG), tmp_path) == [("lost", "died with it"), ("kept", None)]
