"""What a message costs more since it is masked before it is stored, and what is taken out is sealed.

python -m tests.benchmarks.sealing
"""

from __future__ import annotations

import json
import logging
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from rich.console import Console

from bot import logs
from bot.conversation import Inbound
from bot.post.inbox import Inbox
from bot.post.wake import Wake
from bot.privacy import files, keeping, vault
from bot.privacy.covering import cover_json
from bot.store import schema
from procedures.database import connect

PLAIN = "cho hỏi đăng ký khai sinh cho cháu thì cần giấy tờ gì, nộp ở đâu, lệ phí 8.000 đồng phải không ạ"
TELLS = "em tên Nông Văn Páo, cccd 004199012345, sđt 0912 345 678, xin hỏi thủ tục cấp lại giấy khai sinh"
TIMES, MESSAGES = 300, 200
#: A photo of a telephone.
_PHOTO = 3 * 1024 * 1024


def run(console: Console) -> None:
    """Prints medians, in milliseconds."""
    logs.configure(logging.WARNING)
    vault.use(vault.new_key())
    _told(console, "find and mask, nothing there", TIMES, lambda _: keeping.part(PLAIN))
    _told(console, "find and mask, two numbers", TIMES, lambda _: keeping.part(TELLS))
    cipher = vault.cipher()
    token = cipher.seal("004199012345")
    _told(console, "seal one number", TIMES, lambda _: cipher.seal("004199012345"))
    _told(console, "open one number", TIMES, lambda _: cipher.open(token))
    memory = json.dumps({"slots": {"asked": TELLS}, "events": [{"text": TELLS}]})
    _told(console, "cover a memory", TIMES, lambda _: cover_json(memory, ("004199012345", "0912 345 678")))
    with tempfile.TemporaryDirectory() as folder:
        _post(console, f"sqlite:///{folder}/bench.db")
        path, body = Path(folder) / "1.jpg", bytes(_PHOTO)
        _told(console, "seal a photo of 3 MB", 10, lambda _: files.write(path, body, cipher))
        _told(console, "read it", 10, lambda _: files.content(path, cipher))


def _post(console: Console, url: str) -> None:
    database = connect(url)
    schema.migrate(database)
    box = Inbox(database, Wake())
    for name, text in (("nothing there", PLAIN), ("two numbers", TELLS)):
        _told(console, f"store a message, {name}", MESSAGES, lambda n: _receive(box, name, n, text))  # noqa: B023  # at once
        _told(console, f"claim it, {name}", MESSAGES, lambda _: box.claim())
    database.dispose()


def _receive(box: Inbox, name: str, number: int, text: str) -> None:
    box.receive(Inbound("memory", f"{name} {number}", f"{name} {number}", text))


def _told(console: Console, what: str, times: int, do: Callable[[int], object]) -> None:
    spent: Sequence[float] = [_timed(do, number) for number in range(times)]
    console.print(f"{what}: {statistics.median(spent):.2f} ms (p95 {sorted(spent)[int(times * 0.95)]:.2f})")


def _timed(do: Callable[[int], object], number: int) -> float:
    begun = time.perf_counter()
    do(number)
    return (time.perf_counter() - begun) * 1000


if __name__ == "__main__":
    run(Console(highlight=False, soft_wrap=True))
