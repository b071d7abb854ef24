"""Serving, and what must be there before it."""

from __future__ import annotations

import socket

import uvicorn

from bot import logs
from bot import settings as settings_module
from bot.commands.console import err, out
from bot.engine.models import Models
from bot.engine.swapping import SwappingEngine
from bot.errors import CannotListen
from bot.store import schema
from procedures.catalogue import SEEDS
from procedures.database import connect
from procedures.importers.seeds import read_seeds
from procedures.store import take_in


def serve() -> None:
    """Serve the chat. The page is up at once; the engine follows in some seconds."""
    from bot.app import build

    logs.configure()
    settings = settings_module.load()
    models = Models()
    # Said here, not by a thread later, if nothing was ever trained.
    models.active()
    app = build(settings, SwappingEngine(models))
    listening = _listen(settings.host, settings.port)
    err.print(f"Một Cửa: {settings.base_url}")
    # ws: the websockets release that Rasa pins breaks uvicorn's automatic choice; the chat needs none.
    config = uvicorn.Config(app, ws="none", log_level="warning", timeout_graceful_shutdown=5)
    uvicorn.Server(config).run(sockets=[listening])


def _listen(host: str, port: int) -> socket.socket:
    """A bound socket, so that the address is told only when it is ours. Raises CannotListen."""
    try:
        return socket.create_server((host, port), backlog=128)
    except OSError as error:
        raise CannotListen(host, port, error.strerror or str(error)) from error


def migrate() -> None:
    """Bring the database to this program's schema and load the plain-word seeds."""
    database = connect(settings_module.load().database_url)
    schema.migrate(database)
    report = take_in(database, read_seeds(SEEDS), source="procedures/seed")
    told = f"{len(report.created)} new, {len(report.changed)} changed, {len(report.unchanged)} unchanged"
    out.print(f"Schema {schema.wanted()}. Plain-word procedures: {told}.")


def settings() -> None:
    """Print the effective settings; secrets masked."""
    effective = settings_module.load()
    for setting in settings_module.SETTINGS:
        value = str(getattr(effective, setting.name.removeprefix("MOTCUA_").lower()))
        shown = "********" if setting.secret and value else value
        out.print(f"{setting.name}={shown}  # {setting.help}", markup=False)
