"""Looks at the machine."""

from __future__ import annotations

import contextlib
import http.server
import json
import os
import socket
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from bot.operations.doctor import machine
from bot.operations.place import utc
from tests.bot.models_kit import archive
from tests.bot.operations.doctor import kit


@pytest.mark.parametrize(("mode", "level"), [(0o600, "ok"), (0o640, "ok"), (0o644, "bad"), (0o660, "bad")])
def test_given_an_env_file_when_others_can_read_it_then_that_is_bad(tmp_path: Path, mode: int, level: str) -> None:
    one = kit.patient(tmp_path)
    assert kit.levels(kit.near(machine.env, one)) == {"env": "ok"}
    (tmp_path / ".env").write_text("MOTCUA_PORT=8000\n")
    (tmp_path / ".env").chmod(mode)
    assert kit.levels(kit.near(machine.env, one)) == {"env": level}


@pytest.mark.parametrize(
    ("given", "levels"),
    [
        ({}, {"keys": "ok", "backup key": "ok"}),
        ({"secret_key": "change-me-please-change-me-please"}, {"keys": "bad", "backup key": "ok"}),
        ({"data_key": "short"}, {"keys": "bad", "backup key": "ok"}),
        ({"backup_key": ""}, {"keys": "ok", "backup key": "warn"}),
        ({"backup_key": "short"}, {"keys": "ok", "backup key": "bad"}),
    ],
)
def test_given_keys_when_they_can_be_guessed_then_that_is_bad(tmp_path: Path, given, levels) -> None:
    found = kit.near(machine.keys, kit.patient(tmp_path, **given))
    assert (kit.levels(found), kit.complete(found)) == (levels, True)


def test_given_a_key_when_told_of_then_never_shown(tmp_path: Path) -> None:
    found = kit.near(machine.keys, kit.patient(tmp_path, secret_key="change-me-0815", backup_key="short-0815"))
    assert "0815" not in str(found)


@pytest.mark.parametrize(("free", "level"), [(100, "bad"), (1500, "warn"), (9000, "ok")])
def test_given_free_space_when_looked_at_then_too_little_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, level: str
) -> None:
    usage = type("Usage", (), {"free": free * 1_000_000})
    monkeypatch.setattr(machine.shutil, "disk_usage", lambda _: usage)
    assert kit.levels(kit.near(machine.disk, kit.patient(tmp_path))) == {"disk": level, "media": level}


def test_given_a_folder_that_may_not_be_written_when_looked_at_then_that_is_bad(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine.os, "access", lambda path, how: how != os.W_OK)
    assert kit.levels(kit.near(machine.disk, kit.patient(tmp_path))) == {"disk": "bad", "media": "bad"}


def test_given_memory_when_a_container_has_less_than_the_machine_then_that_counts(tmp_path: Path) -> None:
    info, limit = tmp_path / "meminfo", tmp_path / "max"
    info.write_text("MemTotal:       8000000 kB\nMemFree: 1 kB\nMemAvailable:   6000000 kB\n")
    assert machine._meminfo(info, limit) == (8000, 6000)
    limit.write_text("max\n")
    assert machine._meminfo(info, limit) == (8000, 6000)
    limit.write_text("1000000000\n")
    assert machine._meminfo(info, limit) == (1000, 1000)
    assert machine._meminfo(tmp_path / "none", limit) is None


@pytest.mark.parametrize(
    ("told", "level"), [((1000, 900), "warn"), ((2000, 100), "warn"), ((2000, 900), "ok"), (None, "ok")]
)
def test_given_memory_when_it_is_short_then_that_is_told(tmp_path: Path, monkeypatch, told, level) -> None:
    monkeypatch.setattr(machine, "_meminfo", lambda: told)
    assert kit.levels(kit.near(machine.memory, kit.patient(tmp_path))) == {"memory": level}


@contextlib.contextmanager
def listening(body: bytes):
    class Answer(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield str(server.server_port)
        server.shutdown()


def test_given_a_port_when_it_is_free_ours_or_anothers_then_that_is_told(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        free = str(taken.getsockname()[1])
    assert "free" in kit.near(machine.port, kit.patient(tmp_path, port=free))[0].told
    with listening(b'{"status": "live"}') as port:
        assert "answers" in kit.near(machine.port, kit.patient(tmp_path, port=port))[0].told
    with listening(b"nginx") as port:
        found = kit.near(machine.port, kit.patient(tmp_path, port=port))
        assert (kit.levels(found), port in found[0].mend) == ({"port": "bad"}, True)


def test_given_models_when_none_fits_or_none_is_there_then_the_command_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "models"
    folder.mkdir()
    monkeypatch.setattr("bot.engine.training.MODELS", folder)
    monkeypatch.setattr("bot.engine.training.model_path", lambda: folder / "one.tar.gz")
    one = kit.patient(tmp_path)
    assert kit.near(machine.model, one)[0].mend == "motcua train"
    archive(folder / "one.tar.gz")
    assert kit.levels(kit.near(machine.model, one)) == {"model": "ok"}
    monkeypatch.setattr("bot.engine.training.model_path", lambda: folder / "other.tar.gz")
    (folder / "active.jsonl").write_text('{"model": "one"}\n')
    assert kit.levels(kit.near(machine.model, one)) == {"model": "warn"}
    archive(folder / "one.tar.gz", intents=["greet"])
    assert kit.levels(kit.near(machine.model, one)) == {"model": "bad"}


@pytest.mark.parametrize(("hours", "level"), [(1, "ok"), (30, "warn"), (24 * 8, "bad")])
def test_given_the_latest_backup_when_it_is_old_or_gone_then_that_is_told(tmp_path: Path, hours: int, level) -> None:
    one = kit.patient(tmp_path)
    assert kit.levels(kit.near(machine.backups, one)) == {"backup": "warn"}
    (tmp_path / "backups").mkdir()
    file = tmp_path / "backups" / "motcua-1.backup"
    told = {"at": (utc() - timedelta(hours=hours)).isoformat(), "file": str(file), "bytes": 1}
    (tmp_path / "backups" / "last.json").write_text(json.dumps(told))
    assert kit.levels(kit.near(machine.backups, one)) == {"backup": "bad"}
    file.touch()
    assert kit.levels(kit.near(machine.backups, one)) == {"backup": level}


def test_given_another_python_when_looked_at_then_that_is_bad(tmp_path: Path, monkeypatch) -> None:
    assert kit.levels(kit.near(machine.python, kit.patient(tmp_path))) == {"python": "ok"}
    monkeypatch.setattr(machine.sys, "version_info", (3, 12, 1))
    assert kit.levels(kit.near(machine.python, kit.patient(tmp_path))) == {"python": "bad"}
