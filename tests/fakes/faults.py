"""What goes wrong on purpose, and how a provider says no."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

KIND = re.compile(r"500|hang|close_after|no_id|429|error:-?\d+(:.*)?")


@dataclass
class Fault:
    """What goes wrong, how many times, and in which method (or path, with Zalo OA); None: in the next call.

    "500" and "hang": nothing is done; "close_after": done, but the answer is lost; "no_id": done, without a message_id;
    "429": the provider's way to say "too many"; "error:<code>" or "error:<code>:<text>": refused.
    """

    kind: str
    times: int = 1
    method: str | None = None

    def __post_init__(self) -> None:
        if not KIND.fullmatch(self.kind):
            raise ValueError(f"no such fault: {self.kind}")


class Faults:
    """Faults that wait for their call, oldest first."""

    def __init__(self) -> None:
        self.waiting: list[Fault] = []

    def add(self, fault: Fault) -> None:
        self.waiting.append(fault)

    def take(self, method: str) -> str:
        """The kind that hits this call; "" for none."""
        for fault in self.waiting:
            if fault.method in (None, method):
                fault.times -= 1
                if fault.times <= 0:
                    self.waiting.remove(fault)
                return fault.kind
        return ""


def code_of(kind: str) -> tuple[int, str]:
    """Code and text of error:<code>:<text>"""
    code, _, text = kind.removeprefix("error:").partition(":")
    return int(code), text


class Refusal(Exception):
    """The provider says no: its code, its words, the HTTP status, and what else the envelope holds."""

    def __init__(self, code: int, text: str, status: int = 200, **more: Any) -> None:
        super().__init__(f"{code} {text}")
        self.code, self.text, self.status, self.more = code, text, status, more


def parsed(body: bytes | str) -> Any:
    """JSON, or ValueError: also for halves of characters, which nobody could send on, and for bottomless nesting."""
    try:
        value = json.loads(body)
        json.dumps(value, ensure_ascii=False).encode()
    except RecursionError:
        raise ValueError("nested too deeply") from None
    return value
