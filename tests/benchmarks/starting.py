"""From the command to the page, to the first answer; and the memory it takes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx
import psutil
from rich.console import Console

from bot.conversation import Inbound
from bot.post.inbox import Inbox
from bot.post.wake import Wake
from procedures.database import VAR, connect
from tests.benchmarks import results
from tests.benchmarks.databases import prepared
from tests.benchmarks.processes import start
from tests.benchmarks.turns import free_port, wait_for

#: Workers beside the first; messages by which each of them has answered some.
FURTHER, ASKED = 2, 150
QUESTION = "con em mới sinh làm giấy khai sinh cần giấy tờ gì"


def run(out: Console, url: str) -> None:
    """Prints seconds to the page and to the first answer, and the memory: as shipped, and over this database."""
    with tempfile.TemporaryDirectory() as folder:
        shipped = f"sqlite:///{folder}/shipped.db"
        prepared(shipped).dispose()
        told = _told("as shipped", shipped) | _told("national catalogue", url) | _further(url)
    for name, figure in told.items():
        out.print(f"start: {name}: {figure:.1f}")
    results.keep("start", "make bench-start", told)


def _told(what: str, url: str) -> dict[str, float]:
    shutil.rmtree(VAR / "cache", ignore_errors=True)
    _, longest, _ = _once(url)
    page, answer, memory = _once(url)
    return {
        f"{what}: seconds to the first answer, where no start was before": longest,
        f"{what}: seconds to the page": page,
        f"{what}: seconds to the first answer": answer,
        f"{what}: MiB of both processes (PSS)": memory,
    }


def _once(url: str) -> tuple[float, float, float]:
    """Seconds to the page and to the first answer, and MiB."""
    port = free_port()
    environment = {**os.environ, "MOTCUA_DATABASE_URL": url, "MOTCUA_PORT": str(port)}
    command = [str(Path(sys.executable).with_name("motcua")), "serve"]
    base = f"http://127.0.0.1:{port}"
    started = time.perf_counter()
    process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    try:
        with httpx.Client(timeout=60, base_url=base, follow_redirects=True) as client:
            page = _until_page(client, started)
            answer = _until_answer(client, started)
            memory = sum(results.pss(one.pid) for one in (psutil.Process(process.pid), *_below(process.pid)))
    finally:
        process.terminate()
        process.wait(20)
    return page, answer, memory


def _below(pid: int) -> list[psutil.Process]:
    return psutil.Process(pid).children(recursive=True)


def _further(url: str) -> dict[str, float]:
    """MiB of several workers with all that belongs to them, and of each worker alone, once all have answered."""
    port = free_port()
    environment = {"MOTCUA_DATABASE_URL": url, "MOTCUA_PORT": str(port)}
    process = start([sys.executable, "-m", "bot", "serve", "--workers", str(FURTHER + 1)], environment)
    try:
        until = time.monotonic() + 90
        # The pages, the parent of the workers, and the workers.
        while len(below := _below(process.pid)) < FURTHER + 2 and time.monotonic() < until:
            time.sleep(0.2)
        _ask_all(url)
        own = sorted(results.own(one.pid) for one in below[1:])
        whole = sum(results.pss(one.pid) for one in (psutil.Process(process.pid), *below))
    finally:
        process.terminate()
        process.wait(30)
    each = sum(own[: FURTHER + 1]) / (FURTHER + 1)
    return {
        f"MiB of {FURTHER + 1} workers and the rest (PSS)": whole,
        "MiB of each forked worker of its own (USS)": each,
    }


def _ask_all(url: str) -> None:
    """So many messages that every worker has answered some."""
    database = connect(url)
    post = Inbox(database, Wake())
    for number in range(ASKED):
        post.receive(Inbound("api", f"memory{number}", f"memory{number}", QUESTION))
    until = time.monotonic() + 90
    while post.waiting() and time.monotonic() < until:
        time.sleep(0.2)
    database.dispose()


def _until_page(client: httpx.Client, started: float) -> float:
    wait_for(client, str(client.base_url))
    assert "message_id" in client.get("/").text
    return time.perf_counter() - started


def _until_answer(client: httpx.Client, started: float) -> float:
    """Asks as a browser without JavaScript does, at once, and reloads until the answer is on the page."""
    message_id = client.get("/").text.split('name="message_id" value="')[1].split('"')[0]
    client.post("/messages", data={"message_id": message_id, "text": QUESTION})
    while "163/QĐ-BTP" not in client.get("/").text:
        assert time.perf_counter() - started < 120, "no answer"
        time.sleep(0.2)
    return time.perf_counter() - started
