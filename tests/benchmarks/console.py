"""How fast each page of the console opens over the national catalogue."""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

import httpx
from rich.console import Console
from starlette.responses import Response

from bot.accounts.sessions import COOKIE, Sessions
from bot.app import build
from bot.settings import Settings
from procedures.database import connect
from tests.benchmarks.__main__ import catalogue
from tests.benchmarks.console_pictures import PAGES
from tests.bot.handover import kit
from tests.bot.web.conftest import serving
from tests.doubles import EchoResponder

TIMES = 15


def run(console: Console) -> None:
    """The first opening of each page after a start, then the others."""
    with tempfile.TemporaryDirectory() as folder:
        url = catalogue(Path(folder))
        with connect(url).begin() as connection:
            kit.person(connection, "an", role="admin")
        settings = Settings(url, "127.0.0.1", 8000, "http://127.0.0.1:8000", "bench", media=f"{folder}/media")
        cookie = Response()
        Sessions(settings).give(cookie, 1, 0)
        cookies = {COOKIE: cookie.headers["set-cookie"].split("=", 1)[1].split(";")[0]}
        with serving(build(settings, EchoResponder())) as address, httpx.Client(timeout=60, cookies=cookies) as http:
            for name, path in PAGES:
                first, *later = (_opened(http, f"{address}/admin{path}") for _ in range(TIMES))
                told = f"p50 {statistics.median(later):.0f}, most {max(later):.0f} ms"
                console.print(f"{name}: {told}; the first time {first:.0f} ms")


def _opened(http: httpx.Client, path: str) -> float:
    """Milliseconds until a page has come whole."""
    begun = time.perf_counter()
    page = http.get(path)
    assert page.status_code == 200, path
    return (time.perf_counter() - begun) * 1000


if __name__ == "__main__":
    run(Console(highlight=False, soft_wrap=True))
