"""The training files, in Rasa's format, read straight: Rasa takes 15 s to hash and copy each example several times."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from nlu.understanding.examples import Labelled
from nlu.understanding.features import Cues

FOLDER = Path(__file__).parents[1] / "data" / "nlu"
#: What a block says of its examples: that they name no matter.
_BARE = {"names": "nothing"}


def labelled(folder: Path = FOLDER) -> list[Labelled]:
    """All examples, always in the same order."""
    found = []
    for block in _blocks(folder, "intent"):
        bare = block.get("metadata") == _BARE
        found += [Labelled(text, block["intent"], bare) for text in _lines(block)]
    return sorted(found)


def cues(folder: Path = FOLDER) -> Cues:
    """The regular expressions by name."""
    patterns: dict[str, list[str]] = {}
    for block in _blocks(folder, "regex"):
        patterns.setdefault(block["regex"], []).extend(_lines(block))
    return Cues(dict(sorted(patterns.items())))


def _blocks(folder: Path, kind: str) -> Iterator[dict[str, Any]]:
    for path in sorted(folder.glob("*.yml")):
        blocks = yaml.load(path.read_text("utf-8"), yaml.CSafeLoader)["nlu"]
        yield from (block for block in blocks if kind in block)


def _lines(block: dict[str, Any]) -> list[str]:
    return [line[2:].strip() for line in block["examples"].splitlines()]
