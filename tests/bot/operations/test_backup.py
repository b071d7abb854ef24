"""Backups: what is in one, that it is read back, and that nothing half is left."""

from __future__ import annotations

import errno
import json
import os
import stat
import tarfile
from pathlib import Path
from typing import Any

import pytest

from bot.errors import BackupUnreadable, OperationFailed, WrongKey
from bot.operations import archive, backup, sealed, snapshot
from bot.operations.archive import About, Manifest, Writer
from bot.operations.place import Place
from bot.operations.sealed import Key
from tests.bot.models_kit import archive as model
from tests.bot.operations import kit


def test_given_an_installation_when_backed_up_then_database_media_and_keys_are_in_it(place: Place) -> None:
    made = kit.backup(place)
    assert kit.names(made.manifest) == {
        "about.json",
        "database.sqlite3",
        "keys/data_key",
        "keys/secret_key",
        *(f"media/0{n}/{n}.png" for n in range(3)),
    }
    assert (made.manifest.rows["conversation"], made.manifest.rows["staff"], made.verified) == (3, 1, True)
    assert stat.S_IMODE(made.path.stat().st_mode) == 0o600
    assert [path.name for path in place.backups.iterdir() if path != made.path] == ["last.json"]


def test_given_a_backup_when_written_then_health_is_told_of_it(place: Place, tmp_path: Path) -> None:
    made = kit.backup(place, tmp_path / "elsewhere" / "one.backup")
    told = json.loads((place.backups / "last.json").read_text())
    assert told == {"at": made.manifest.about.at, "file": str(made.path), "bytes": made.path.stat().st_size}


def test_given_words_of_citizens_when_backed_up_then_the_file_shows_none(place: Place) -> None:
    body = kit.backup(place).path.read_bytes()
    assert all(word not in body for word in ("Triệu".encode(), b"citizen-1", b"secret of", b"conversation"))


def test_given_models_when_asked_for_then_the_one_that_answers_is_taken_along(place: Place) -> None:
    place.models.mkdir()
    for name in ("old", "now"):
        model(place.models / f"{name}.tar.gz")
    (place.models / "active.jsonl").write_text('{"model": "now"}\n')
    assert "models/now.tar.gz" in kit.names(kit.backup(place, with_models=True).manifest)
    assert not [name for name in kit.names(kit.backup(place).manifest) if name.startswith("models/")]


def test_given_a_file_that_is_being_fetched_when_backed_up_then_it_stays_out(place: Place) -> None:
    (place.media / "00" / "9.part").write_bytes(b"half")
    (place.media / "00" / "link.png").symlink_to("/etc/hostname")
    assert len([n for n in kit.names(kit.backup(place).manifest) if n.startswith("media/")]) == 3


def test_given_a_file_that_is_erased_meanwhile_when_backed_up_then_the_others_are_in_it(place: Place) -> None:
    def erase(step: str, share: float) -> None:
        if step == "media":
            (place.media / "02" / "2.png").unlink(missing_ok=True)

    assert len([n for n in kit.names(kit.backup(place, tell=erase).manifest) if n.startswith("media/")]) == 2


def test_given_a_number_to_keep_when_backed_up_then_the_oldest_of_ours_go(place: Place, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    for name in ("motcua-20250101-000000.backup", "motcua-20250102-000000.backup", "photos.zip", "motcua-notes.txt"):
        (folder / name).touch()
    made = kit.backup(place, folder, keep=2)
    assert made.deleted == ("motcua-20250101-000000.backup",)
    assert len(list(folder.glob("motcua-*.backup"))) == 2
    assert (folder / "photos.zip").exists()


def test_given_a_full_disk_when_backed_up_then_nothing_half_is_left(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kit.backup(place, tmp_path / "b")
    before, told = sorted((tmp_path / "b").iterdir()), (place.backups / "last.json").read_text()
    seal = sealed.Sealing._seal

    def full(self: Any, plain: bytes, last: bool) -> None:
        if last:
            raise OSError(errno.ENOSPC, "No space left on device")
        seal(self, plain, last)

    monkeypatch.setattr(sealed.Sealing, "_seal", full)
    with pytest.raises(OperationFailed, match=r"No space left.*Nothing half"):
        kit.backup(place, tmp_path / "b")
    assert sorted((tmp_path / "b").iterdir()) == before
    assert (place.backups / "last.json").read_text() == told


def test_given_a_backup_that_was_killed_when_the_next_is_made_then_its_rest_goes(place: Place, tmp_path: Path) -> None:
    dead, mine = tmp_path / "b" / ".unfinished-999999999-x", tmp_path / "b" / f".unfinished-{os.getpid()}-y"
    for folder in (dead, mine):
        folder.mkdir(parents=True)
        (folder / "database.sqlite3").touch()
    kit.backup(place, tmp_path / "b")
    assert (dead.exists(), mine.exists()) == (False, True)


def test_given_what_is_written_wrongly_when_read_back_then_it_never_counts(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = Writer.close

    def lie(self: Writer, manifest: Manifest) -> None:
        whole(self, Manifest(manifest.about, manifest.files, manifest.rows | {"conversation": 4}, ""))

    monkeypatch.setattr(Writer, "close", lie)
    with pytest.raises(BackupUnreadable, match="conversation"):
        kit.backup(place, tmp_path / "b")
    assert list((tmp_path / "b").iterdir()) == []


def test_given_a_damaged_database_when_backed_up_then_it_is_not_taken_for_a_good_one(place: Place) -> None:
    with place.file.open("r+b") as file:
        file.seek(4096 * 3)
        file.write(os.urandom(4096 * 20))
    with pytest.raises(OperationFailed):
        kit.backup(place)
    assert list(place.backups.glob("*.backup")) == []


def test_given_no_database_when_backed_up_then_the_command_to_run_is_named(tmp_path: Path) -> None:
    with pytest.raises(OperationFailed, match="motcua migrate"):
        kit.backup(Place.under(tmp_path))


def test_given_a_backup_when_verified_with_another_key_or_after_a_change_then_it_is_refused(
    place: Place, tmp_path: Path
) -> None:
    path = kit.backup(place).path
    assert backup.verify(path, kit.KEY, tmp_path).rows["conversation"] == 3
    with pytest.raises(WrongKey):
        backup.verify(path, Key(2, b"x" * 32), tmp_path)
    body = path.read_bytes()
    for wrong in (body[:-1], body + b"\0", body[:5000] + b"?" + body[5001:]):
        path.write_bytes(wrong)
        with pytest.raises(BackupUnreadable):
            backup.verify(path, kit.KEY, tmp_path)


@pytest.mark.parametrize("name", ["../escape", "/etc/passwd", "media/../../escape", "media//x", "other/x", "media/"])
def test_given_a_name_that_leads_elsewhere_when_read_then_nothing_is_written_there(tmp_path: Path, name: str) -> None:
    with (tmp_path / "b").open("wb") as raw:
        writer = Writer(raw, kit.KEY)
        writer.text(name, "x")
        writer.close(Manifest(About("", "", "sqlite"), writer.files))
    with pytest.raises(BackupUnreadable):
        archive.read(tmp_path / "b", kit.KEY, tmp_path / "to" / "deep")
    assert not (tmp_path / "to" / "escape").exists()


def test_given_a_link_in_the_archive_when_read_then_it_is_refused(tmp_path: Path) -> None:
    with (tmp_path / "b").open("wb") as raw:
        writer = Writer(raw, kit.KEY)
        link = tarfile.TarInfo("media/link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc"
        writer._tar.addfile(link)
        writer.close(Manifest(About("", "", "sqlite"), writer.files))
    with pytest.raises(BackupUnreadable):
        archive.read(tmp_path / "b", kit.KEY, tmp_path / "to")


def test_given_a_database_in_use_when_copied_then_looking_does_not_change_it(place: Place, tmp_path: Path) -> None:
    before = place.file.read_bytes()
    snapshot.copy_sqlite(place.file, tmp_path / "copy")
    assert place.file.read_bytes() == before
