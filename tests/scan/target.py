"""The service to be scanned: a scratch database, an admin, and no limit that would hide what a scanner could find."""

from __future__ import annotations

import sys
from pathlib import Path

import uvicorn
from starlette.testclient import TestClient

from bot.app import Part, build
from bot.settings import Settings
from bot.store import schema
from bot.web import limits
from bot.web.limits import Rate
from bot.web.server import config
from procedures.catalogue import SEEDS
from procedures.database import connect
from procedures.importers.seeds import read_seeds
from procedures.store import take_in
from tests.bot.desk.conftest import Desk
from tests.doubles import EchoResponder


def serve(folder: Path, port: int) -> None:
    """Until killed. The cookies of an admin's browser lie in `folder`/cookie before it listens."""
    limits.ADDRESS = limits.NEW = limits.PERSON = limits.LOGINS = Rate(10**9, 10**9)
    site = f"http://127.0.0.1:{port}"
    settings = Settings(f"sqlite:///{folder}/t.db", "127.0.0.1", port, site, "a secret", media=f"{folder}/media")
    database = connect(settings.database_url)
    schema.migrate(database)
    take_in(database, read_seeds(SEEDS))
    engine = EchoResponder()
    app = build(settings, engine, frozenset((Part.WEB,)))
    desk = Desk(settings, database, TestClient(app), engine)
    desk.add("an", role="admin")
    cookies = desk.sign_in("an").cookies
    (folder / "cookie").write_text("; ".join(f"{name}={value}" for name, value in cookies.items()))
    uvicorn.Server(config(app, settings, port=port)).run()


if __name__ == "__main__":
    serve(Path(sys.argv[1]), int(sys.argv[2]))
