"""PostgreSQL's own tools: pg_dump and pg_restore. Who we are reaches them by the environment, never as an argument."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from sqlalchemy.engine import URL, make_url

from bot.errors import OperationFailed

#: The schema that the program's tables are in; what a restore keeps aside lies in others.
SCHEMA = "public"
#: Parameters of an address, and how libpq is told of them by its environment.
_VARIABLES = {
    "host": "PGHOST",
    "port": "PGPORT",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "options": "PGOPTIONS",
    "connect_timeout": "PGCONNECT_TIMEOUT",
    "service": "PGSERVICE",
}


def dump(url: str, to: Path, snapshot: str) -> None:
    """Writes the program's tables as a transaction sees them that has exported its snapshot. Raises OperationFailed."""
    told = ("--format=custom", "--compress=0", f"--schema={SCHEMA}", "--no-owner", "--no-privileges", "--no-password")
    _run(url, "pg_dump", *told, f"--snapshot={snapshot}", f"--file={to}")


def load(url: str, dump: Path) -> None:
    """Fills an empty schema, whole or not at all. Raises OperationFailed."""
    told = ("--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges", "--no-password")
    database = str(make_url(url).database or "")
    # With --schema it makes what is in it, and not the schema, which is there.
    _run(url, "pg_restore", *told, f"--schema={SCHEMA}", f"--dbname={database}", str(dump))


def listed(dump: Path) -> frozenset[str]:
    """Tables whose rows a dump holds. Raises OperationFailed for one that cannot be read."""
    lines = _run("postgresql://", "pg_restore", "--list", str(dump)).splitlines()
    rows = (line.partition(f"TABLE DATA {SCHEMA} ")[2] for line in lines)
    return frozenset(row.split()[0] for row in rows if row)


def _run(url: str, tool: str, *arguments: str) -> str:
    path = shutil.which(tool)
    if path is None:
        raise OperationFailed(f"{tool} is not on this machine. Run: apt install postgresql-client")
    told = [path, *arguments]
    done = subprocess.run(told, env=environment(make_url(url)), capture_output=True, text=True)  # noqa: S603
    if done.returncode:
        lines = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
        raise OperationFailed(f"{tool} failed: {lines[0]}")
    return done.stdout


def environment(url: URL) -> dict[str, str]:
    """The environment by which PostgreSQL's tools reach a database as we do."""
    told = {"host": url.host, "port": url.port and str(url.port), **url.query}
    known = {variable: str(told[name]) for name, variable in _VARIABLES.items() if told.get(name)}
    given = {"PGDATABASE": url.database, "PGUSER": url.username, "PGPASSWORD": url.password}
    return {**os.environ, **known, **{name: str(value) for name, value in given.items() if value}}
