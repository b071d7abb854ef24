"""A turn through our engine against the same turn through stock Rasa: same model, same actions, same messages."""

from __future__ import annotations

import contextlib
import itertools
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

from bot.conversation import Inbound
from bot.engine import Engine, training
from bot.post.inbox import Inbox
from bot.post.wake import Wake
from bot.turn import Turns
from tests.benchmarks import results
from tests.benchmarks.databases import prepared

T = TypeVar("T")
TEXTS = (
    "con em mới sinh làm giấy khai sinh cần giấy tờ gì",
    "thế còn phí?",
    "dang ky tam tru mat bao lau",
    "nộp ở đâu",
    "sang tên sổ đỏ cần những gì",
)
#: Conversations whose fifth turn is measured; conversations, and turns of each, measured around the fiftieth; turns of
#: one conversation measured around the three-hundredth.
SAMPLES = 40
TALKS, MIDDLE = 4, range(45, 55)
FAR = range(280, 320)


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


def measure(rivals: dict[str, Say]) -> dict[str, dict[str, list[float]]]:
    """Milliseconds of the fifth turn of many conversations, of the fiftieth of some, and of the three-hundredth of one.

    The rivals take turns, sample by sample: what else the machine does meets all of them.
    """
    return {
        "turn 5": _talks(rivals, "near", SAMPLES, range(4, 5)),
        "turn 50": _talks(rivals, "middle", TALKS, MIDDLE),
        "turn 300": _talks(rivals, "far", 1, FAR),
    }


def _talks(rivals: dict[str, Say], kind: str, count: int, measured: range) -> dict[str, list[float]]:
    """Of each of so many conversations, the turns of these numbers."""
    found: dict[str, list[float]] = {name: [] for name in rivals}
    for talk, turn in itertools.product(range(count), range(measured.stop)):
        for name, say in rivals.items():
            took, _ = timed(lambda: say(f"{kind}{talk}", TEXTS[turn % len(TEXTS)]))  # noqa: B023
            if turn in measured:
                found[name].append(took * 1000)
    return found


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
def kept() -> Iterator[Say]:
    """The same engine with all that our service does besides: a message is stored, claimed, answered and committed."""
    engine = Engine(training.trained_model())
    engine.load()
    with tempfile.TemporaryDirectory() as folder:
        database, wake = prepared(f"sqlite:///{folder}/turns.db"), Wake()
        inbox = Inbox(database, wake)
        turns = Turns(database, engine, wake, "http://127.0.0.1", secret="bench", notice=True)
        numbers = itertools.count()

        def say(name: str, text: str) -> None:
            inbox.receive(Inbound("web", name, f"{name}:{next(numbers)}", text))
            claimed = inbox.claim()
            assert claimed is not None and turns.take(claimed)

        yield say
        database.dispose()


@contextlib.contextmanager
def stock() -> Iterator[tuple[Say, tuple[int, ...]]]:
    """`rasa run` with its REST channel and `rasa run actions`, as their documentation starts them; and their pids."""
    port, actions = free_port(), free_port()
    with tempfile.TemporaryDirectory() as folder, httpx.Client(timeout=60) as client:
        endpoints = Path(folder) / "endpoints.yml"
        endpoints.write_text(f"action_endpoint:\n  url: http://127.0.0.1:{actions}/webhook\n")
        model = str(training.trained_model())
        server = [*rasa("run"), "-m", model, "--endpoints", str(endpoints), "--credentials", "credentials.yml"]
        helper = [*rasa("run", "actions"), "--actions", "actions", "-p", str(actions)]
        with running(helper) as one, running([*server, "-p", str(port), "-i", "127.0.0.1"]) as two:
            wait_for(client, f"http://127.0.0.1:{port}/")
            wait_for(client, f"http://127.0.0.1:{actions}/health")
            hook = f"http://127.0.0.1:{port}/webhooks/rest/webhook"
            yield lambda name, text: check(client.post(hook, json={"sender": name, "message": text})), (one, two)


def check(answer: httpx.Response) -> None:
    """A stock turn counts only if it answered."""
    assert any("text" in message for message in answer.raise_for_status().json()), "stock Rasa did not answer"


def rasa(*arguments: str) -> list[str]:
    """The stock command of this environment."""
    return [str(Path(sys.executable).with_name("rasa")), *arguments]


@contextlib.contextmanager
def running(command: list[str]) -> Iterator[int]:
    """A process for as long as it is needed; its pid."""
    environment = {**os.environ, "RASA_TELEMETRY_ENABLED": "false"}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(command, cwd=training.PROJECT, env=environment, **quiet)
    try:
        yield process.pid
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
    """Prints all, and how many times faster ours is."""
    from tests.benchmarks.throughput import of_ours, of_stock

    cores = sorted(os.sched_getaffinity(0))[:2]
    with kept() as kept_say, stock() as (stock_say, pids):
        measured = measure({"engine": ours(), "kept": kept_say, "stock Rasa": stock_say})
        throughput = {"stock Rasa": [of_stock(stock_say, pids, cores[:count]) for count in (1, 2)]}
    throughput["engine"] = [of_ours(cores[:count]) for count in (1, 2)]
    figures = {place: {who: results.spread(took) for who, took in found.items()} for place, found in measured.items()}
    many = {who: {"1": one[0], "2": two[0], "memory": one[1]} for who, (one, two) in throughput.items()}
    for place, found in figures.items():
        for who, told in found.items():
            times = found["stock Rasa"]["p50"] / told["p50"]
            out.print(f"{place}: {who} p50 {told['p50']:.1f} ms, p99 {told['p99']:.1f} ms; {times:.1f} × stock")
    for who, rates in many.items():
        out.print(
            f"{who}: {rates['1']:.0f} turns a second on one core, {rates['2']:.0f} on two; {rates['memory']:.0f} MiB"
        )
    results.keep("turns", "make bench-turns", {"turns": figures, "throughput": many})
