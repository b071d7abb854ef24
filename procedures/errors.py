"""What can go wrong with the catalogue.

CatalogueError
├── ImportRefused      a whole file is refused, nothing of it is kept
├── ReplacementCycle   procedures would replace each other in a circle, nothing is kept
├── TooManyChanges     an import would change more than was allowed, nothing is kept
├── NoteInvalid        a local note or an office says something it may not say
├── SeedInvalid        a plain-word seed file says something it may not say
└── QuestionsInvalid   a file of questions with known answers has a line that is none
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from procedures.store import Report


class CatalogueError(Exception):
    """Any trouble with the catalogue; str() is a sentence for an operator."""


class ImportRefused(CatalogueError):
    """A file that cannot be imported at all. `line` is the line reached, 0 before the first."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(line, reason)
        self.line = line
        self.reason = reason

    def __str__(self) -> str:
        place = f" at line {self.line}" if self.line else ""
        return f"The import is refused{place}: {self.reason}."


class ReplacementCycle(CatalogueError):
    """Codes that replace each other in a circle; the first is also the last of `codes`."""

    def __init__(self, source: str, codes: Sequence[str]) -> None:
        super().__init__(source, codes)
        self.source = source
        self.codes = tuple(codes)

    def __str__(self) -> str:
        place = f" of {self.source}" if self.source else ""
        circle = " → ".join(self.codes)
        advice = f'Take one of these codes out of "replaced_by": {self.codes[-2]} may name {self.codes[-1]} by mistake'
        return f"The import{place} is refused, {circle} replace each other in a circle. {advice}."


class TooManyChanges(CatalogueError):
    """An import that would change or end more than the share (0 to 1) it was allowed; `report` says what."""

    def __init__(self, report: Report, share: float) -> None:
        super().__init__(report, share)
        self.report = report
        self.share = share

    def __str__(self) -> str:
        counts = f"change {len(self.report.changed)} procedures and end {len(self.report.removed)}"
        told = f"The import would {counts}, {self.share:.0%} of what is there. Nothing was kept."
        return f"{told} Look with: motcua catalogue diff. If it is right, import with --yes."


class NoteInvalid(CatalogueError):
    """A local note or an office to mend."""

    def __init__(self, reason: str, suggestion: str = "") -> None:
        super().__init__(reason, suggestion)
        self.reason = reason
        self.suggestion = suggestion

    def __str__(self) -> str:
        advice = f" {self.suggestion[0].upper()}{self.suggestion[1:]}." if self.suggestion else ""
        return f"{self.reason}.{advice}"


class SeedInvalid(CatalogueError):
    """A file written by hand to mend. `key` is a path such as "ways[0].channel"; `line` counts from 1, 0 is unknown."""

    def __init__(self, path: Path, key: str, reason: str, suggestion: str = "", line: int = 0) -> None:
        super().__init__(path, key, reason, suggestion, line)
        self.path = path
        self.key = key
        self.reason = reason
        self.suggestion = suggestion
        self.line = line

    def __str__(self) -> str:
        place = f", line {self.line}" if self.line else ""
        place += f", {self.key}" if self.key else ""
        advice = f" {self.suggestion[0].upper()}{self.suggestion[1:]}." if self.suggestion else ""
        return f"{self.path}{place}: {self.reason}.{advice}"


class QuestionsInvalid(CatalogueError):
    """A line that is no question with its codes; line 0 is the whole file."""

    def __init__(self, path: Path, line: int, reason: str) -> None:
        place = f", line {line}" if line else ""
        super().__init__(f"{path}{place}: {reason}.")
