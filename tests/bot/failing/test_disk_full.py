"""No room for a file: nothing half-written stays, and what citizens sent is fetched once there is room again."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
from sqlalchemy.engine import Engine

from bot.handover import files as staff_files
from bot.store.channel_tables import attachment
from bot.store.desk_tables import staff_file
from tests.bot.handover import kit
from tests.bot.post.kit import column, rows
from tests.bot.test_media import PNG, Files, fetch, files, send


@pytest.fixture
def no_room(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Files are opened, and what is written to them does not fit."""

    def fail(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    return monkeypatch


def test_given_no_room_when_a_photo_is_fetched_then_it_waits_and_nothing_stays(
    database: Engine, tmp_path: Path, no_room: pytest.MonkeyPatch
) -> None:
    send(database, "p")
    channel = Files(p=PNG)
    for _ in range(20):
        assert fetch(database, channel, tmp_path / "m") == [("waiting", "disk full")]
    assert files(tmp_path / "m") == [] and column(database, attachment, "attempts") == [0]
    no_room.undo()
    assert fetch(database, channel, tmp_path / "m") == [("kept", None)]


def test_given_no_room_when_staff_send_a_file_then_neither_file_nor_row_stays(
    database: Engine, tmp_path: Path, no_room: pytest.MonkeyPatch
) -> None:
    with pytest.raises(OSError, match="No space left"), database.begin() as connection:
        staff_files.keep(connection, tmp_path / "m", kit.person(connection), "a.png", PNG)
    assert files(tmp_path / "m") == [] and rows(database, staff_file) == []
