"""Known questions beside a seed: asked/1.001193.txt, one a line, after a tab the aspect it asks for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from procedures.errors import SeedInvalid
from procedures.importers.text import clean

ASPECTS = ("documents", "fee", "time", "where", "how", "online", "conditions", "result", "form", "legal", "overview")


@dataclass(frozen=True)
class Known:
    """One known question; no aspect where it asks for two at once, or nobody has said."""

    text: str
    aspect: str = ""


def read_asked(path: Path) -> tuple[Known, ...]:
    """The questions of one file, each text once. Raises SeedInvalid for an aspect that there is none of."""
    found: dict[str, Known] = {}
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        told, _, aspect = (part.strip() for part in line.partition("\t"))
        text = clean(told)
        if aspect and aspect not in ASPECTS:
            raise SeedInvalid(path, "", f'"{aspect}" is no aspect', f"known are {', '.join(ASPECTS)}", number)
        if text:
            found.setdefault(text, Known(text, aspect))
    return tuple(found.values())
