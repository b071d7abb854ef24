"""What became of each row of an imported file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from procedures.model import Procedure


@dataclass(frozen=True)
class Accepted:
    """A procedure. `layer` is "list" (Excel), "record" (JSON) or "plain" (seed).

    `line` counts from 1: the line of JSON Lines, the Excel row, the object within an array, the file within the seeds.
    """

    line: int
    layer: str
    procedure: Procedure


@dataclass(frozen=True)
class Refused:
    """Bad data. `code` as far as it could be read; `reason` is for an operator."""

    line: int
    code: str
    reason: str


@dataclass(frozen=True)
class Skipped:
    """Well-formed, but not ours: an internal procedure or another province's rule."""

    line: int
    code: str
    reason: str


Row: TypeAlias = Accepted | Refused | Skipped
