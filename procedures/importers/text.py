"""Cleaning: what office software leaves in catalogue texts, taken out again."""

from __future__ import annotations

import re
import unicodedata

from procedures.importers.phrases import STEP_NUMBER

#: Control and format characters, unpaired surrogates, non-characters: nothing a person sees.
_UNSEEN = re.compile(
    "[\u0000-\u0008\u000e-\u001f\u007f-\u0084\u0086-\u009f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff0-\uffff\ud800-\udfff]"
)
#: Bullets of symbol fonts end up in the private use area.
_PRIVATE = re.compile("[\ue000-\uf8ff]")
_LINE_END = re.compile("[\r\n\u000b\u000c\u0085\u2028\u2029]+")
_BULLET = re.compile(
    r"""(?:
        [-–—‐+*•·●○◦▪■►>=$,;.…/)\]]+
      | \((?:[ivx]{1,4}|\*+|[a-zđ]|\d{1,2}(?:\.\d{1,2})*)\)
      | (?:[a-zđ]|[ivx]{1,4}|\d{1,2}(?:\.\d{1,2})*)\)
      | (?:[a-zđ]|\d{1,2}(?:\.\d{1,2})*)[./](?=\s|$)
      | \d{1,2}(?:\.\d{1,2})*\.(?=[^\W\d_])
      | \d{1,2}(?:\.\d{1,2})+(?=\s+[^\W\d_])
    )\s*""",
    re.VERBOSE,
)


def clean(text: str) -> str:
    """One line, NFC, single spaces, nothing invisible."""
    seen = _PRIVATE.sub(" ", _UNSEEN.sub("", text))
    return " ".join(unicodedata.normalize("NFC", seen).split())


def unbullet(text: str) -> str:
    """A clean line without leading dashes, "(i)", "a)", "1." or step numbers."""
    while True:
        match = _BULLET.match(text) or STEP_NUMBER.match(text)
        if match is None:
            return text
        text = text[match.end() :]


def raw_lines(text: str) -> list[str]:
    """Clean lines with their bullets; lines without a letter or digit are dropped."""
    cleaned = (clean(line) for line in _LINE_END.split(text))
    return [line for line in cleaned if any(char.isalnum() for char in line)]


def lines(text: str) -> list[str]:
    """Clean lines without their bullets."""
    return [line for line in map(unbullet, raw_lines(text)) if line]


def once(texts: list[str]) -> tuple[str, ...]:
    """The texts in order, each once, empty ones dropped."""
    return tuple(dict.fromkeys(text for text in texts if text))


def same(text: str) -> str:
    """The form in which two texts count as equal."""
    return clean(text).casefold()
