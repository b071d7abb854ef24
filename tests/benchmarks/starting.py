"""From the command to the page, to the first answer; and the memory it takes."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import httpx
import psutil
from rich.console import Console

from tests.benchmarks.turns import free_port, wait_for

QUESTION = "con em mới sinh làm giấy khai sinh cần giấy tờ gì"


def run(out: Console, url: str) -> None:
    """Prints seconds to the page and to the first answer, and the memory of the process."""
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
            memory = psutil.Process(process.pid).memory_info().rss / 2**20
    finally:
        process.terminate()
        process.wait(20)
    out.print(f"start: page after {page:.1f} s, first answer after {answer:.1f} s; memory {memory:.0f} MiB")


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
