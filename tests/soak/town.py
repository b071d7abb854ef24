"""Three providers on one port, and a service that talks to them: in a process of its own, or in this one."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount

from bot.channels.port import Tokens
from bot.post.tokens import StoredTokens
from bot.store import schema
from procedures.database import connect
from tests.fakes.telegram import TelegramFake
from tests.fakes.zalo_bot import ZaloBotFake
from tests.fakes.zalo_oa import ZaloOaFake

ROOT = Path(__file__).parents[2]
SECRET = "a-secret-of-the-soak-tests"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.asynccontextmanager
async def served(app: Starlette, port: int) -> AsyncIterator[None]:
    """An application on a port of this machine, in the loop that runs."""
    server = uvicorn.Server(uvicorn.Config(app, port=port, ws="none", log_level="error"))
    serving = asyncio.create_task(server.serve())
    try:
        while not server.started and not serving.done():
            await asyncio.sleep(0.01)
        yield
    finally:
        server.should_exit = True
        await serving


@dataclass
class Town:
    """`environment` is what the service needs to know to live here."""

    database_url: str
    port: int = field(default_factory=free_port)
    providers_port: int = field(default_factory=free_port)
    #: Providers come back after thousandths of their usual pauses.
    time_scale: float = 0.003
    #: "real", or how many milliseconds an echo thinks.
    engine: str = "8"
    #: Processes that answer.
    workers: int = 1

    def __post_init__(self) -> None:
        hooks = f"{self.site}/webhooks"
        self.http = httpx.AsyncClient(limits=httpx.Limits(max_connections=200))
        shared: dict[str, Any] = {"http": self.http, "time_scale": self.time_scale}
        self.telegram = TelegramFake(**shared)
        self.oa = ZaloOaFake(webhook_url=f"{hooks}/zalo-oa", cs_free=None, **shared)
        self.bot = ZaloBotFake(paid=True, **shared)
        self.telegram.allow_http = self.bot.allow_http = True
        self.oa.media_base, self.bot.media_base = f"{self.providers}/zalo-oa", f"{self.providers}/zalo-bot"
        # Each comes back for hours, in which nobody dies two hundred times; here until it is heard.
        self.telegram.pauses = self.oa.pauses = self.bot.pauses = (100.0,) * 400
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def site(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def providers(self) -> str:
        return f"http://127.0.0.1:{self.providers_port}"

    @property
    def environment(self) -> dict[str, str]:
        here = self.providers
        return {
            "MOTCUA_DATABASE_URL": self.database_url,
            "MOTCUA_PORT": str(self.port),
            "MOTCUA_SECRET_KEY": SECRET,
            "MOTCUA_TELEGRAM_TOKEN": self.telegram.token,
            "MOTCUA_TELEGRAM_SECRET": SECRET,
            "MOTCUA_TELEGRAM_BASE_URL": f"{here}/telegram/bot",
            "MOTCUA_ZALO_OA_APP_ID": self.oa.app_id,
            "MOTCUA_ZALO_OA_APP_SECRET": self.oa.app_secret,
            "MOTCUA_ZALO_OA_WEBHOOK_SECRET": self.oa.oa_secret,
            "MOTCUA_ZALO_OA_API_BASE": f"{here}/zalo-oa",
            "MOTCUA_ZALO_OA_OAUTH_BASE": f"{here}/zalo-oa",
            "MOTCUA_ZALO_BOT_TOKEN": self.bot.token,
            "MOTCUA_ZALO_BOT_SECRET": SECRET,
            "MOTCUA_ZALO_BOT_BASE_URL": f"{here}/zalo-bot",
            "SOAK_ENGINE": self.engine,
            "SOAK_WORKERS": str(self.workers),
        }

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator[Town]:
        """Serves the providers, and makes the database with a pair of tokens of Zalo in it."""
        database = connect(self.database_url)
        schema.migrate(database)
        pair, ends = self.oa.oauth.pair, datetime.now(timezone.utc) + timedelta(hours=25)
        StoredTokens(database, "zalo-oa", SECRET).keep(Tokens(pair.access, pair.refresh, ends))
        mounts = [Mount("/telegram", self.telegram), Mount("/zalo-oa", self.oa), Mount("/zalo-bot", self.bot)]
        try:
            async with served(Starlette(routes=mounts), self.providers_port):
                yield self
        finally:
            self.kill()
            await self.http.aclose()
            database.dispose()

    @contextlib.asynccontextmanager
    async def inside(self, service: Starlette) -> AsyncIterator[None]:
        """Serves a service in this process, once it has told Telegram and the Zalo bot where to post."""
        async with served(service, self.port):
            until = time.monotonic() + 30
            while not (self.telegram.webhook_url and self.bot.webhook_url):
                if time.monotonic() > until:
                    raise TimeoutError("the service does not tell where to post")
                await asyncio.sleep(0.01)
            yield

    async def start(self) -> None:
        """Starts the service, and waits until it answers: what is killed sooner was never at work."""
        command = [sys.executable, "-m", "tests.soak.service"]
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("MOTCUA_")}
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**inherited, **self.environment},
            stderr=subprocess.DEVNULL,
            # A group of its own, so that it and its worker can be killed together.
            start_new_session=True,
        )
        until = time.monotonic() + 60
        while time.monotonic() < until:
            with contextlib.suppress(httpx.HTTPError):
                if (await self.http.get(f"{self.site}/health/ready", timeout=2)).status_code == 200:
                    return
            await asyncio.sleep(0.05)
        raise TimeoutError("the service does not start")

    def kill(self) -> None:
        """kill -9 of the service with its worker."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None
