"""`motcua serve`: pages in one process, the engine in another, which may die."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from bot.engine.models import Models
from tests.soak.town import free_port

pytestmark = pytest.mark.model


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    Models().active()
    port, url = free_port(), f"sqlite:///{tmp_path / 'serve.db'}"
    told = {"MOTCUA_DATABASE_URL": url, "MOTCUA_PORT": str(port), "MOTCUA_SECRET_KEY": "of the tests"}
    environment = {**os.environ, **told}
    subprocess.run([sys.executable, "-m", "bot", "migrate"], env=environment, check=True, capture_output=True)
    log = (tmp_path / "log").open("wb")
    process = subprocess.Popen([sys.executable, "-m", "bot", "serve"], env=environment, stderr=log, stdout=log)
    yield f"http://127.0.0.1:{port}", process
    process.kill()
    process.wait()
    log.close()


def until_ready(site: str) -> None:
    end = time.monotonic() + 120
    while time.monotonic() < end:
        try:
            if httpx.get(f"{site}/health/ready", timeout=5).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.1)
    raise TimeoutError("nobody answers")


def answered(site: str, client: httpx.Client, text: str, wanted: str) -> None:
    client.post(f"{site}/messages", data={"text": text}, follow_redirects=True)
    end = time.monotonic() + 60
    while wanted not in client.get(site).text:
        assert time.monotonic() < end
        time.sleep(0.1)


def test_given_a_worker_that_is_killed_when_somebody_asks_then_a_new_one_answers_and_all_end_together(
    served: tuple[str, subprocess.Popen[bytes]],
) -> None:
    site, process = served
    until_ready(site)
    with httpx.Client() as client:
        answered(site, client, "làm giấy khai sinh cần gì", "Giấy chứng sinh")
        (worker,) = psutil.Process(process.pid).children()
        worker.kill()
        answered(site, client, "đăng ký kết hôn mất bao nhiêu tiền", "Đăng ký kết hôn")
    (worker,) = psutil.Process(process.pid).children()
    process.send_signal(signal.SIGTERM)
    process.wait(30)
    # uvicorn dies of the signal once it has shut down; the worker sees that we are gone.
    psutil.wait_procs([worker], timeout=30)
    assert not worker.is_running()
