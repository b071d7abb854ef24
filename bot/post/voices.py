"""Recorded readings of what the bot says: which file goes with which words."""

from __future__ import annotations

from collections.abc import Mapping

#: Words → the file in which somebody reads them; replaced whole. As long as nobody has recorded anything, it is empty.
_read: Mapping[str, int] = {}


def know(read: Mapping[str, int]) -> None:
    """These readings from now on: words as they are said → number of a staff_file."""
    global _read  # one of each in a process, as of the words
    _read = {text.strip(): file_id for text, file_id in read.items()}


def of(text: str) -> str:
    """What goes with a message in Reply.encloses: the reading of all of it, or of the first part that has one."""
    if not _read:
        return ""
    parts = (text, *text.split("\n\n"), *text.split("\n"))
    return next((f"voice {_read[part.strip()]}" for part in parts if part.strip() in _read), "")
