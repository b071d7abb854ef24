"""The language of a conversation: one odd short message never flips it, a whole sentence or a second message does."""

from __future__ import annotations

from dataclasses import dataclass

from actions.reading import Reading
from procedures.guides.state import find_token, without_token
from procedures.typed.fold import HAN
from procedures.typed.identify import ANSWERED, language_of

#: Words, or Chinese characters, from which a message is no odd word.
_SENTENCE = 5


@dataclass(frozen=True)
class Tongue:
    """What is answered in, and the other language of the last message, if it was another."""

    reply: str
    other: str | None = None


def tongue(reply: str | None, other: str | None, reading: Reading) -> Tongue:
    """`reply` is what was answered in so far, None at the start; `other` that of the last message if it differed."""
    # What a button stands for holds the code of its guide too, and English words that nobody has said.
    typed = not reading.text.startswith("/") and find_token(reading.text)
    heard = language_of(without_token(reading.text)) if typed else reading.language
    if heard not in ANSWERED:
        return Tongue(reply or "vi", other)
    if reply is None or heard in (reply, other) or _length(reading.text) >= _SENTENCE:
        return Tongue(heard)
    return Tongue(reply, heard)


def _length(text: str) -> int:
    return max(len(HAN.findall(text)), len(text.split()))
