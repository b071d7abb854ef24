"""Serving, and what must be there before it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import sys
import threading
from typing import TYPE_CHECKING

import typer
import uvicorn
from sqlalchemy.engine import make_url

from bot import logs
from bot import settings as settings_module
from bot.accounts import links
from bot.commands.child import Child
from bot.commands.console import err, out
from bot.engine.models import Models
from bot.engine.swapping import SwappingEngine
from bot.errors import CannotListen
from bot.operations import migrating
from bot.post.worker import Loadable
from bot.settings import Settings
from bot.store import schema
from bot.web.server import config
from procedures.database import connect

if TYPE_CHECKING:
    from bot.app import Part

#: How much the engine gives way to pages and webhooks where both want the processor.
_GIVES_WAY = 5
#: Seconds after which a thread gives way to another. Python's own are ten times that: a transaction of one thread gives
#: way several times while it keeps all others from writing.
_SWITCH = 0.0005


def serve(
    only: str = typer.Option("", help="One part alone: web, worker or sender; left out, all of them."),
    workers: int = typer.Option(1, min=1, max=64, help="Processes that answer; they share the engine's memory."),
    leashed: bool = typer.Option(False, "--leashed", hidden=True, help="End when standard input ends."),
) -> None:
    """Serve the chat. The page is up at once; the engine follows in some seconds, in a process of its own."""
    from bot.app import FRONT, Part, sending

    settings = settings_module.load()
    logs.configure(form=settings.log_format)
    if only and only not in [part.value for part in Part]:
        raise typer.BadParameter("web, worker or sender", param_hint="--only")
    if workers > 1 and not leashed:
        _weigh(settings, only)
    if leashed:
        os.nice(_GIVES_WAY)
    if only == Part.WORKER.value and workers > 1:
        from bot.commands.workers import work_together

        _models()
        work_together(settings, workers, leashed)
    elif only == Part.WORKER.value:
        work(settings, SwappingEngine(_models()), 0 if leashed else None)
    elif only == Part.SENDER.value:
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(sending(settings))
    elif only:
        _front(settings, frozenset((Part.WEB,)))
    else:
        _models()
        beside = ["serve", "--only", "worker", "--workers", str(workers), "--leashed"]
        _front(settings, FRONT, Child([sys.executable, "-m", "bot", *beside]))


def _weigh(settings: Settings, only: str) -> None:
    """Says where more workers help nobody. Raises BadParameter."""
    if only not in ("", "worker"):
        raise typer.BadParameter("only workers answer", param_hint="--workers")
    if make_url(settings.database_url).get_backend_name() == "sqlite":
        err.print("SQLite lets one process write at a time: more workers gain little. PostgreSQL: docs/operations.md.")


def work(settings: Settings, engine: Loadable, leash: int | None = None) -> None:
    """Answers until told to stop, or until whoever started this process is gone. Ends with 1 where no model loads.

    `leash`: a file that ends when they are.
    """
    from bot.app import working

    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    if leash is not None:
        threading.Thread(target=_until_let_go, args=(stopping, leash), daemon=True).start()
    with working(settings, engine) as worker:
        while worker.alive and not stopping.wait(0.5):
            pass
    if not stopping.is_set():
        raise typer.Exit(1)


def _until_let_go(stopping: threading.Event, leash: int) -> None:
    # Not sys.stdin: Python waits for whoever reads it before it ends.
    while os.read(leash, 1024):
        pass
    stopping.set()


def _front(settings: Settings, parts: frozenset[Part], beside: Child | None = None) -> None:
    from bot.app import build

    sys.setswitchinterval(_SWITCH)
    app = build(settings, None, parts)
    listening = _listen(settings.host, settings.port)
    err.print(f"Một Cửa: {settings.base_url}")
    _tell_first_admin(settings)
    with beside or contextlib.nullcontext():
        uvicorn.Server(config(app, settings)).run(sockets=[listening])


def _tell_first_admin(settings: Settings) -> None:
    """While nobody is admin, each start makes a new link for the first one; nothing else that is secret is printed."""
    with connect(settings.database_url).begin() as connection:
        token = links.first(connection)
    if token:
        err.print("Nobody is admin yet. The first one makes an account here, once:")
        err.print(f"  {settings.base_url}/link/{token}", soft_wrap=True, markup=False)


def _models() -> Models:
    """Raises ModelMissing here, and not in a thread later, if nothing was ever trained."""
    models = Models()
    models.active()
    return models


def _listen(host: str, port: int) -> socket.socket:
    """A bound socket, so that the address is told only when it is ours. Raises CannotListen."""
    try:
        return socket.create_server((host, port), backlog=128)
    except OSError as error:
        raise CannotListen(host, port, error.strerror or str(error)) from error


def migrate() -> None:
    """Bring the database to this program's schema and load the plain-word seeds."""
    database = connect(settings_module.load().database_url)
    report = migrating.migrate(database)
    with database.connect() as connection:
        waits = not links.an_admin(connection)
    told = f"{len(report.created)} new, {len(report.changed)} changed, {len(report.unchanged)} unchanged"
    out.print(f"Schema {schema.wanted()}. Plain-word procedures: {told}.")
    if waits:
        # A link made here would end when the service starts and makes its own.
        out.print("Nobody is admin yet: `motcua serve` prints a link for the first one.")


def settings() -> None:
    """Print the effective settings; secrets masked."""
    effective = settings_module.load()
    for setting in settings_module.SETTINGS:
        value = str(getattr(effective, setting.name.removeprefix("MOTCUA_").lower()))
        shown = "********" if setting.secret and value else value
        out.print(f"{setting.name}={shown}  # {setting.help}", markup=False)
