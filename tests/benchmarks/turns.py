"""A turn through our engine against the same turn through stock Rasa: same model, same actions, same messages."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import httpx
from rich.console import Console

from bot.engine import Engine, training

T = TypeVar("T")
TEXTS = (
    "con em mới sinh làm giấy khai sinh cần giấy tờ gì",
    "thế còn phí?",
    "dang ky tam tru mat bao lau",
    "nộp ở đâu",
    "sang tên sổ đỏ cần những gì",
)
#: Conversations whose fifth turn is measured, and turns measured after the three-hundredth.
SAMPLES = 40
FAR = 300


def quantile(values: list[float], share: float) -> float:
    """The value below which this share lies."""
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


def timed(work: Callable[[], T]) -> tuple[float, T]:
    """Seconds, and what the work gave."""
    started = time.perf_counter()
    result = work()
    return time.perf_counter() - started, result


Say = Callable[[str, str], None]


def measure(rivals: dict[str, Say]) -> dict[str, tuple[list[float], list[float]]]:
    """Milliseconds of the fifth turn of many conversations, and of turns after 300 in one, for each rival.

    The rivals take turns, sample by sample: what else the machine does meets all of them.
    """
    near: dict[str, list[float]] = {name: [] for name in rivals}
    far: dict[str, list[float]] = {name: [] for name in rivals}
    for number in range(SAMPLES):
        for name, say in rivals.items():
            for text in TEXTS[:4]:
                say(f"near{number}", text)
            near[name].append(timed(lambda: say(f"near{number}", TEXTS[4]))[0] * 1000)  # noqa: B023
    for turn in range(FAR - 1):
        for say in rivals.values():
            say("far", TEXTS[turn % 5])
    for turn in range(SAMPLES):
        for name, say in rivals.items():
            far[name].append(timed(lambda: say("far", TEXTS[turn % 5]))[0] * 1000)  # noqa: B023
    return {name: (near[name], far[name]) for name in rivals}


def ours() -> Say:
    """Our engine; the memory of each conversation is kept as the database would."""
    engine = Engine(training.trained_model())
    engine.load()
    memories: dict[str, str | None] = {}

    def say(name: str, text: str) -> None:
        answer = engine.respond(abs(hash(name)), text, "", memories.get(name))
        memories[name] = answer.memory

    return say


@contextlib.contextmanager
def stock() -> Iterator[Say]:
    """`rasa run` with its REST channel and `rasa run actions`, as their documentation starts them."""
    port, actions = free_port(), free_port()
    with tempfile.TemporaryDirectory() as folder, httpx.Client(timeout=60) as client:
        endpoints = Path(folder) / "endpoints.yml"
        endpoints.write_text(f"action_endpoint:\n  url: http://127.0.0.1:{actions}/webhook\n")
        model = str(training.trained_model())
        server = [*rasa("run"), "-m", model, "--endpoints", str(endpoints), "--credentials", "credentials.yml"]
        helper = [*rasa("run", "actions"), "--actions", "actions", "-p", str(actions)]
        with running(helper), running([*server, "-p", str(port), "-i", "127.0.0.1"]):
            wait_for(client, f"http://127.0.0.1:{port}/")
            wait_for(client, f"http://127.0.0.1:{actions}/health")
            hook = f"http://127.0.0.1:{port}/webhooks/rest/webhook"
            yield lambda name, text: check(client.post(hook, json={"sender": name, "message": text}))


def check(answer: httpx.Response) -> None:
    """A stock turn counts only if it answered."""
    assert any("text" in message for message in answer.raise_for_status().json()), "stock Rasa did not answer"


def rasa(*arguments: str) -> list[str]:
    """The stock command of this environment."""
    return [str(Path(sys.executable).with_name("rasa")), *arguments]


@contextlib.contextmanager
def running(command: list[str]) -> Iterator[None]:
    """A process for as long as it is needed."""
    environment = {**os.environ, "RASA_TELEMETRY_ENABLED": "false"}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(command, cwd=training.PROJECT, env=environment, **quiet)
    try:
        yield
    finally:
        process.terminate()
        process.wait(20)


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(client: httpx.Client, url: str, seconds: float = 120) -> None:
    """Returns when the address answers."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with contextlib.suppress(httpx.TransportError):
            client.get(url)
            return
        time.sleep(0.5)
    raise TimeoutError(url)


def run(out: Console) -> None:
    """Prints both, and how many times faster ours is."""
    engine = ours()
    with stock() as stock_say:
        measured = measure({"engine": engine, "stock": stock_say})
    for place, name in enumerate(("turn 5", "turn 300")):
        mine, theirs = measured["engine"][place], measured["stock"][place]
        p50, p99 = quantile(mine, 0.5), quantile(mine, 0.99)
        stock50, stock99 = quantile(theirs, 0.5), quantile(theirs, 0.99)
        out.print(f"{name}: engine p50 {p50:.1f} ms, p99 {p99:.1f} ms; ", end="")
        out.print(f"stock p50 {stock50:.1f} ms, p99 {stock99:.1f} ms; {stock50 / p50:.1f} times faster")
