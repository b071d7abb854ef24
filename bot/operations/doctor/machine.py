"""The machine: Python, keys, disk, memory, the port, the model, backups. No network and no database."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import stat
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from bot.engine import fitting
from bot.engine.models import Models
from bot.errors import ModelMissing, WrongUse
from bot.operations.backup import LAST
from bot.operations.doctor.finding import Finding, Patient, ago, bad, ok, warn
from bot.operations.sealed import Key

_MB = 1_000_000
#: Megabytes: free disk below which it is bad, and worth a word; memory that the default install needs.
_DISK_BAD, _DISK_LOW, _MEMORY, _MEMORY_FREE = 500, 2000, 1800, 250
#: Characters of a key; words that people leave in examples.
_SHORTEST_KEY, _EXAMPLES = 24, ("change", "secret", "example", "default", "password", "12345", "xxxx")
#: Hours after which a nightly backup is missed; days after which it is a danger.
_BACKUP_LATE, _BACKUP_BAD = 26, 7


def python(_: Patient) -> Iterator[Finding]:
    """Rasa runs on 3.10 alone."""
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info[:2] == (3, 10):
        yield ok("python", f"Python {version}.")
    else:
        yield bad("python", f"Python {version}, and Rasa needs 3.10.", "make setup")


def env(patient: Patient) -> Iterator[Finding]:
    """The file of settings holds secrets."""
    path = patient.env
    if not path.exists():
        yield ok("env", "No .env: the settings are those of the environment, and defaults.")
    elif not os.access(path, os.R_OK):
        yield bad("env", f"{path.absolute()} cannot be read by this user.", f"sudo chown motcua {path.absolute()}")
    elif path.stat().st_mode & (stat.S_IRWXO | stat.S_IWGRP):
        yield bad("env", "Everybody on this machine can read the secrets in .env.", f"chmod 640 {path.absolute()}")
    else:
        yield ok("env", f"{path.absolute()} is readable for its owner.")


def keys(patient: Patient) -> Iterator[Finding]:
    """Keys that sign, seal and back up."""
    given = {"MOTCUA_SECRET_KEY": patient.settings.secret_key, "MOTCUA_DATA_KEY": patient.settings.data_key}
    weak = [name for name, value in given.items() if _weak(value)]
    if weak:
        mend = f'echo "{weak[0]}=…" with what this prints: openssl rand -base64 32 | tr +/ -_'
        yield bad("keys", f"{' and '.join(weak)} can be guessed: too short, or from an example.", mend)
    else:
        yield ok("keys", "The keys that sign sessions and seal personal data are there.")
    yield _backup_key(patient.settings.backup_key)


def _weak(value: str) -> bool:
    return any(
        len(one) < _SHORTEST_KEY or any(word in one.lower() for word in _EXAMPLES) for one in value.split() or [""]
    )


def _backup_key(value: str) -> Finding:
    make = 'echo "MOTCUA_BACKUP_KEY=$(openssl rand -base64 24)" >> .env, and keep a copy elsewhere'
    if not value:
        return warn("backup key", "No MOTCUA_BACKUP_KEY: backups need a key file, or there are none.", make)
    try:
        Key.passphrase(value)
    except WrongUse as error:
        return bad("backup key", f"{error}.", make)
    return ok("backup key", "MOTCUA_BACKUP_KEY is set; without it no backup opens, so keep a copy elsewhere.")


def disk(patient: Patient) -> Iterator[Finding]:
    """Room, and whether we may write there."""
    for name, folder in (("disk", patient.place.var), ("media", patient.place.media)):
        here = folder
        while not here.exists():
            here = here.parent
        free = shutil.disk_usage(here).free // _MB
        if not os.access(here, os.W_OK):
            yield bad(name, f"{folder} may not be written by this user.", f"sudo chown -R motcua: {here}")
        elif free < _DISK_BAD:
            yield bad(name, f"{free} MB free at {folder}: messages will soon be lost.", "motcua backup --keep 3, df -h")
        elif free < _DISK_LOW:
            yield warn(name, f"{free} MB free at {folder}.", "df -h; delete old backups and var/before-restore-*")
        else:
            yield ok(name, f"{free // 1000} GB free at {folder}.")


def memory(_: Patient) -> Iterator[Finding]:
    """The default install needs 1 GB of its own."""
    told = _meminfo()
    if told is None:
        yield ok("memory", "This system does not tell how much memory it has.")
        return
    total, free = told
    if total < _MEMORY:
        mend = "fallocate -l 2G /swapfile && chmod 600 /swapfile && mkswap /swapfile && swapon /swapfile"
        yield warn("memory", f"{total} MB of memory; a commune needs 2 GB, the province 4 GB.", mend)
    elif free < _MEMORY_FREE:
        yield warn("memory", f"Only {free} of {total} MB of memory are free.", "ps aux --sort=-rss | head")
    else:
        yield ok("memory", f"{free} of {total} MB of memory are free.")


def _meminfo(
    path: Path = Path("/proc/meminfo"), limit: Path = Path("/sys/fs/cgroup/memory.max")
) -> tuple[int, int] | None:
    """Megabytes in all, and available; a container has its own limit."""
    try:
        lines = dict(line.split(":", 1) for line in path.read_text().splitlines())
        total, free = (int(lines[name].split()[0]) // 1000 for name in ("MemTotal", "MemAvailable"))
    except (OSError, KeyError, ValueError):
        return None
    with contextlib.suppress(OSError, ValueError):
        total = min(total, int(limit.read_text()) // _MB)
    return total, min(total, free)


def port(patient: Patient) -> Iterator[Finding]:
    """Free, or ours."""
    host, number = patient.settings.host, patient.settings.port
    reached = "127.0.0.1" if host in ("0.0.0.0", "") else "::1" if host == "::" else host  # noqa: S104
    try:
        with socket.create_connection((reached, number), timeout=1.0) as talk:
            talk.settimeout(2.0)
            talk.sendall(b"GET /health/live HTTP/1.0\r\nHost: localhost\r\n\r\n")
            ours = b'"live"' in talk.makefile("rb").read(4096)
    except ConnectionRefusedError:
        yield ok("port", f"Port {number} is free: the service does not run.")
        return
    except OSError:
        ours = False
    if ours:
        yield ok("port", f"The service answers at port {number}.")
    else:
        yield bad("port", f"Something else is at port {number}.", f"ss -ltnp 'sport = :{number}', or set MOTCUA_PORT")


def model(patient: Patient) -> Iterator[Finding]:
    """One that answers, and fits this program."""
    try:
        path = Models(patient.place.models).active()
    except ModelMissing:
        yield bad("model", "No model is trained: nobody is answered.", "motcua train")
        return
    name, wrong = path.name.removesuffix(".tar.gz"), fitting.misfits(path)
    if wrong:
        yield bad("model", f"The model {name} does not fit this program: {wrong[0]}.", "motcua train")
    elif not any(one.path == path and one.present for one in Models(patient.place.models).listed()):
        yield warn("model", f"The model {name} answers, and was not trained from the present data.", "motcua train")
    else:
        yield ok("model", f"The model {name} fits this program and its data.")


def backups(patient: Patient) -> Iterator[Finding]:
    """How old the latest is, and whether it is still there."""
    try:
        told = json.loads((patient.place.backups / LAST).read_text())
        path, at = Path(told["file"]), datetime.fromisoformat(told["at"])
    except (OSError, ValueError, KeyError, TypeError):
        yield warn("backup", "There is no backup yet.", "motcua backup --keep 14")
        return
    age = (patient.clock() - at).total_seconds()
    if not path.exists():
        yield bad("backup", f"The latest backup, {path}, is gone.", "motcua backup --keep 14")
    elif age > _BACKUP_BAD * 86400:
        yield bad(
            "backup", f"The latest backup is {ago(age)} old.", "systemctl status motcua-backup.timer; motcua backup"
        )
    elif age > _BACKUP_LATE * 3600:
        yield warn("backup", f"The latest backup is {ago(age)} old.", "systemctl status motcua-backup.timer")
    else:
        yield ok("backup", f"The latest backup is {ago(age)} old: {path.name}. Keep copies on another machine.")


CHECKS = (python, env, keys, disk, memory, port, model, backups)
