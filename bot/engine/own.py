"""Examples that the province adds to the training files: laid beside a copy of them; the files stay as they are.

They come from the console's table of sentences; nothing here reads a database.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from nlu.understanding.check import Slip

#: Last among the training files: where one text stands under two intents, it is here that the slip is told.
FILE = "zz_own.yml"
#: Line of the file before the first block.
_HEAD = ['version: "3.1"', "nlu:"]
_TWICE = re.compile(r" here, (\w+) in ")


@dataclass(frozen=True)
class Own:
    """One sentence, and the class that it is an example of; `id` is that of its row."""

    id: int
    text: str
    intent: str


@dataclass(frozen=True)
class OwnSlip:
    """Why a sentence cannot be learnt; the text itself is not in it. `what`: class, empty, brackets, twice."""

    id: int
    what: str
    #: The class of the sentence, and the one that another example gives the same text.
    intent: str
    other: str = ""


def digest(own: Sequence[Own]) -> str:
    """Six hex digits of what is learnt from; the order and the ids do not matter."""
    lines = sorted({f"{one.intent}\t{_line(one.text)}" for one in own})
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:6]


@contextlib.contextmanager
def beside(project: Path, own: Sequence[Own]) -> Iterator[Path]:
    """A folder with the training files and the sentences; without sentences, the project itself."""
    if not own:
        yield project
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copytree(project / "data", folder / "data")
        shutil.copy(project / "domain.yml", folder)
        (folder / "data" / "nlu" / FILE).write_text("\n".join(text for text, _ in _lines(own)) + "\n", "utf-8")
        yield folder


def told(slip: Slip, own: Sequence[Own]) -> OwnSlip | None:
    """The sentence that a slip is about; None where it is about the files."""
    if slip.file != FILE:
        return None
    one = _lines(own)[slip.line - 1][1]
    if one is None:
        return None
    twice = _TWICE.search(slip.what)
    if twice:
        return OwnSlip(one.id, "twice", one.intent, twice[1])
    if "no intent" in slip.what:
        return OwnSlip(one.id, "class", one.intent)
    return OwnSlip(one.id, "brackets" if "brackets" in slip.what else "empty", one.intent)


def _lines(own: Sequence[Own]) -> list[tuple[str, Own | None]]:
    """The file, line by line, each with its sentence: a block for each, so that every slip has an owner."""
    lines: list[tuple[str, Own | None]] = [(line, None) for line in _HEAD]
    for one in own:
        block = (f"- intent: {one.intent}", "  examples: |", f"    - {_line(one.text)}")
        lines += [(line, one) for line in block]
    return lines


def _line(text: str) -> str:
    """One line, without what YAML refuses."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
