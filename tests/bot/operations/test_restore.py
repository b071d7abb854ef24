"""Bringing a backup back: only into an empty place, or what was there is kept; or nothing is changed."""

from __future__ import annotations

import shutil
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from bot.cli import main
from bot.engine.models import Models
from bot.errors import BackupUnreadable, InUse, OperationFailed
from bot.operations import restore as restoring
from bot.operations.place import Place
from bot.operations.restore import restore
from bot.post.clock import now
from bot.privacy.erasing import Erasing
from bot.store import schema
from bot.store.consent_tables import erasure, erasure_conversation
from bot.store.tables import conversation
from procedures.database import connect
from tests.bot.models_kit import archive as model
from tests.bot.operations import kit
from tests.bot.test_commands import Done


def aside(place: Place) -> list[Path]:
    return list(place.var.glob("before-restore-*"))


def test_given_something_there_when_restored_then_only_with_a_yes_and_it_is_kept(place: Place) -> None:
    made = kit.backup(place)
    as_it_was = kit.everything(place)
    kit.execute(place, "UPDATE conversation SET contact_name = 'later'")
    (place.media / "00" / "later.png").write_bytes(b"later")
    (place.var / "secret_key").write_text("later")
    later = kit.media(place)
    with pytest.raises(OperationFailed, match="--yes"):
        restore(made.path, kit.KEY, place)
    done = restore(made.path, kit.KEY, place, over=True)
    kept = Path(done.aside)
    assert (kit.everything(place), done.same) == (as_it_was, True)
    assert "00/later.png" not in kit.media(place)
    assert (place.var / "secret_key").read_text() == kit.KEYS["secret_key"]
    assert kit.media(Place.under(kept)) == later
    assert {row[3] for row in kit.everything(Place.under(kept))["conversation"]} == {"with_bot"}
    assert (kept / "secret_key").read_text() == "later"


def test_given_a_database_that_is_open_when_restored_over_then_it_says_to_stop_the_service(place: Place) -> None:
    made, before = kit.backup(place), kit.everything(place)
    engine = connect(place.database_url)
    with engine.execution_options(motcua_read=True).connect() as connection:
        connection.execute(select(conversation)).all()
        with pytest.raises(InUse, match="systemctl stop motcua"):
            restore(made.path, kit.KEY, place, over=True)
    engine.dispose()
    assert (kit.everything(place), aside(place)) == (before, [])


def test_given_a_changed_backup_when_restored_then_nothing_is_touched(place: Place) -> None:
    made, before, media = kit.backup(place), kit.everything(place), kit.media(place)
    body = made.path.read_bytes()
    made.path.write_bytes(body[:-30] + b"?" + body[-29:])
    with pytest.raises(BackupUnreadable):
        restore(made.path, kit.KEY, place, over=True)
    assert (kit.everything(place), kit.media(place), aside(place)) == (before, media, [])
    assert list(place.var.glob(".restoring-*")) == []


def test_given_a_failure_half_way_when_restored_then_what_was_there_is_back(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = kit.backup(place)
    kit.execute(place, "UPDATE conversation SET contact_name = 'later'")
    before, media = kit.everything(place), kit.media(place)

    def fail(path: Path, text: str) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(restoring, "write_whole", fail)
    with pytest.raises(OperationFailed, match="No space left"):
        restore(made.path, kit.KEY, place, over=True)
    assert (kit.everything(place), kit.media(place)) == (before, media)


def test_given_a_broken_database_when_restored_over_then_the_backup_takes_its_place(place: Place) -> None:
    made, before = kit.backup(place), kit.everything(place)
    place.file.write_bytes(b"no database at all" * 100)
    done = restore(made.path, kit.KEY, place, over=True)
    assert (kit.everything(place), done.forgotten) == (before, 0)
    assert (Path(done.aside) / "motcua.db").read_bytes().startswith(b"no database")


def test_given_a_model_in_the_backup_when_restored_then_it_answers_there(place: Place, tmp_path: Path) -> None:
    place.models.mkdir()
    model(place.models / "good.tar.gz")
    Models(place.models).activate("good")
    there = Place.under(tmp_path / "there")
    restore(kit.backup(place, with_models=True).path, kit.KEY, there)
    assert Models(there.models).active().name == "good.tar.gz"


def test_given_only_the_database_when_restored_then_media_and_keys_stay(place: Place) -> None:
    made = kit.backup(place)
    (place.media / "00" / "later.png").write_bytes(b"later")
    restore(made.path, kit.KEY, place, over=True, only_database=True)
    assert "00/later.png" in kit.media(place)
    assert not (place.var / "secret_key").exists()


def erased(place: Place, id_: int) -> None:
    """As bot.privacy.erasing leaves it: nobody's, with a receipt that names nobody."""
    engine = connect(place.database_url)
    with engine.begin() as connection:
        done = {"code": f"RECEIPT{id_}", "status": "done", "asked_at": now(), "confirmed_at": now(), "done_at": now()}
        connection.execute(insert(erasure).values(done))
        mine = update(conversation).where(conversation.c.id == id_)
        connection.execute(mine.values(address=f"erased-{id_}", contact_name=None))
    engine.dispose()


def wishes(place: Place) -> list[tuple[Any, ...]]:
    engine = connect(place.database_url)
    wished = select(erasure_conversation.c.conversation_id, erasure.c.status, erasure.c.asked_by).join(erasure)
    with engine.connect() as connection:
        found = [tuple(row) for row in connection.execute(wished.order_by(erasure_conversation.c.conversation_id))]
    engine.dispose()
    return found


def test_given_somebody_erased_after_the_backup_when_restored_then_they_are_to_be_erased_again(place: Place) -> None:
    erased(place, 1)
    made = kit.backup(place)
    erased(place, 3)
    done = restore(made.path, kit.KEY, place, over=True)
    assert (done.forgotten, wishes(place)) == (1, [(3, "confirmed", "command")])
    # Once more: who is to be erased already is not so twice.
    assert (restore(made.path, kit.KEY, place, over=True).forgotten, wishes(place)) == (
        1,
        [(3, "confirmed", "command")],
    )


def test_given_receipts_of_after_the_backup_when_restored_then_they_are_still_known(place: Place) -> None:
    made = kit.backup(place)
    erased(place, 2)
    restore(made.path, kit.KEY, place, over=True)
    rows = {row[1]: row[2] for row in kit.everything(place)["erasure"]}
    assert rows.pop("RECEIPT2") == "done"
    assert list(rows.values()) == ["confirmed"]


def test_given_wishes_of_a_restore_when_the_service_runs_then_nobody_is_left(place: Place) -> None:
    made = kit.backup(place)
    erased(place, 3)
    restore(made.path, kit.KEY, place, over=True)
    engine = connect(place.database_url)
    assert Erasing(engine, place.media).erase(now() + timedelta(days=1)) == 1
    with engine.connect() as connection:
        left = connection.execute(select(conversation.c.address).where(conversation.c.id == 3)).scalar()
    engine.dispose()
    assert left == "erased-3"
    assert "02/2.png" not in kit.media(place)


def test_given_another_installation_when_restored_over_it_then_its_erasures_mean_nobody_here(
    place: Place, tmp_path: Path, empty_database: Path
) -> None:
    other = kit.installation(tmp_path / "other", empty_database)
    for id_ in (1, 2, 3):
        erased(other, id_)
    assert restore(kit.backup(place).path, kit.KEY, other, over=True).forgotten == 0
    assert wishes(other) == []


def test_given_a_backup_of_an_older_program_when_somebody_was_erased_since_then_the_wish_is_kept_all_the_same(
    tmp_path: Path, empty_database: Path
) -> None:
    place = kit.installation(tmp_path / "older", empty_database, kit.OLD)
    made = kit.backup(place)
    engine = connect(place.database_url)
    schema.migrate(engine)
    engine.dispose()
    erased(place, 2)
    assert restore(made.path, kit.KEY, place, over=True).forgotten == 1
    assert wishes(place) == [(2, "confirmed", "command")]


@pytest.fixture
def motcua(place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """The command, on an installation of its own."""
    monkeypatch.setattr("bot.settings.VAR", place.var)
    monkeypatch.setattr("bot.operations.place.VAR", place.var)
    monkeypatch.setenv("MOTCUA_DATABASE_URL", place.database_url)
    (tmp_path / "key").write_bytes(kit.KEY.secret)
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> Done:
        monkeypatch.setattr(sys, "argv", ["motcua", *arguments])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        printed = capsys.readouterr()
        return Done(int(ended.value.code or 0), printed.out, printed.err)

    return run


def test_given_no_key_when_backed_up_then_it_says_how_to_make_one(motcua) -> None:
    done = motcua("backup")
    assert (done.returncode, "openssl rand" in done.stderr, "Traceback" in done.stderr) == (2, True, False)


def test_given_the_commands_when_typed_then_a_backup_is_made_verified_and_restored(motcua, place: Place) -> None:
    made = motcua("backup", "--key-file", "key", "--to", "out", "--keep", "2")
    assert (made.returncode, "3 files of media. Read back and compared." in made.stdout) == (0, True)
    file = str(next(Path("out").glob("*.backup")))
    assert "is whole" in motcua("backup", "verify", file, "--key-file", "key").stdout
    refused = motcua("restore", file, "--key-file", "key")
    assert (refused.returncode, "--yes" in refused.stderr) == (1, True)
    done = motcua("restore", file, "--key-file", "key", "--to", "there")
    assert (done.returncode, "DIFFERS" in done.stdout) == (0, False)
    assert [line.split() for line in done.stdout.splitlines() if "attachment" in line] == [["attachment", "3", "3"]]
    shutil.rmtree("there")


def test_given_a_key_in_the_environment_when_restored_then_it_is_told_that_it_overrules(
    motcua, monkeypatch: pytest.MonkeyPatch
) -> None:
    motcua("backup", "--key-file", "key", "--to", "b.backup")
    monkeypatch.setenv("MOTCUA_SECRET_KEY", "quite another one")
    done = motcua("restore", "b.backup", "--key-file", "key", "--yes")
    assert (done.returncode, "MOTCUA_SECRET_KEY is set" in done.stdout) == (0, True)


def test_given_a_clock_when_restored_then_the_name_of_what_is_kept_is_of_now(place: Place) -> None:
    done = restore(kit.backup(place).path, kit.KEY, place, over=True)
    assert f"{now():%Y%m%d}" in done.aside
