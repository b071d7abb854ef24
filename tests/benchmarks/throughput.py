"""Turns a second on one core and on two, and the memory it takes: our engine in one process a core, and stock Rasa.

Stock Rasa gets four conversations at a time, of five turns each; its server and its action server are held on the
cores, and whoever asks is not. Our processes ask themselves.
"""

from __future__ import annotations

import itertools
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence

import psutil

from tests.benchmarks import results
from tests.benchmarks.turns import TEXTS, ours

SECONDS, CONVERSATIONS = 6.0, 4


def of_ours(cores: Sequence[int]) -> tuple[float, float]:
    """Turns a second, and MiB of all processes (PSS)."""
    command = [sys.executable, "-m", "tests.benchmarks.throughput"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "text": True}
    processes = [subprocess.Popen([*command, str(core)], cwd=results.ROOT, **pipes) for core in cores]  # type: ignore[call-overload]
    for process in processes:
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()
    rates = [float(process.stdout.readline()) for process in processes]
    memory = sum(results.pss(process.pid) for process in processes)
    for process in processes:
        process.stdin.close()
        process.wait(20)
    return sum(rates), memory


def of_stock(say: Callable[[str, str], None], pids: Sequence[int], cores: Sequence[int]) -> tuple[float, float]:
    """The same of the processes that run already."""
    for pid in pids:
        psutil.Process(pid).cpu_affinity(list(cores))
    counts = [0] * CONVERSATIONS
    until = time.perf_counter() + SECONDS

    def talk(place: int) -> None:
        for number in itertools.count():
            for text in TEXTS:
                say(f"many{place}-{number}-{len(cores)}", text)
                if time.perf_counter() > until:
                    return
                counts[place] += 1

    threads = [threading.Thread(target=talk, args=(place,)) for place in range(CONVERSATIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / SECONDS, sum(results.pss(pid) for pid in pids)


def _alone(core: int) -> None:
    """One of our processes: ready, go, its turns a second by its own clock; then it waits to be measured."""
    psutil.Process().cpu_affinity([core])
    say = ours()
    for text in TEXTS:
        say("warm", text)
    print("ready", flush=True)
    sys.stdin.readline()
    begun, count = time.perf_counter(), 0
    for number in itertools.count():
        for text in TEXTS:
            say(f"many{number}", text)
            count += 1
        if time.perf_counter() - begun > SECONDS:
            break
    print(count / (time.perf_counter() - begun), flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    _alone(int(sys.argv[1]))
