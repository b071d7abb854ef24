"""What can go wrong with the catalogue.

CatalogueError
├── ImportRefused      a whole file is refused, nothing of it is kept
├── SeedInvalid        a plain-word seed file says something it may not say
└── QuestionsInvalid   a file of questions with known answers has a line that is none
"""

from __future__ import annotations

from pathlib import Path


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
