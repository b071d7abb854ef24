"""Two tellings of a procedure word by word: by field, and by language."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from procedures.compare import Change, changes
from procedures.model import Channel, Procedure

#: A word with the blanks after it; a line's end stands alone.
_WORD = re.compile(r"\n|[^\s]+[^\S\n]*")
#: Words of one field; longer ones are told apart by the line, which is quick.
_MOST = 4000
#: Lines that stay: so many are shown whole, of more the first and the last ones.
_WHOLE, _ENDS = 9, 3
_AMOUNT, _SHEETS = re.compile(r"amount: (\d+)"), re.compile(r"originals: (\d+), copies: (\d+)")
Say = Callable[..., str]
_CHANNELS = {channel.value for channel in Channel}
_PARTS = ("papers", "notes", "time", "fees", "note", "aliases", "texts")


@dataclass(frozen=True)
class Piece:
    """Some words that stay, come or go."""

    #: "same", "new" or "old".
    kind: str
    text: str


@dataclass(frozen=True)
class Worded:
    """One field that changes."""

    #: As procedures.compare names it: "ways.online.fees".
    path: str
    #: Vietnamese, or the language of a translation.
    language: str
    pieces: tuple[Piece, ...]


def worded(old: Procedure, new: Procedure, say: Say | None = None) -> tuple[Worded, ...]:
    """What differs, in reading order. `say` gives the words for figures, "edits.amount" and "edits.sheets"."""
    found = []
    for one in (*changes(old, new), *_beside(old, new)):
        before, after = ("\n".join(_figure(line, say) for line in lines) for lines in (one.old, one.new))
        found.append(Worded(one.path, _language(one.path), shortened(pieces(before, after))))
    return tuple(found)


def pieces(old: str, new: str) -> tuple[Piece, ...]:
    """Word by word: what went before what came in its place."""
    before, after = _words(old), _words(new)
    found: list[Piece] = []
    for kind, start, end, first, last in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            found.append(Piece("same", "".join(before[start:end])))
            continue
        found += [Piece("old", "".join(before[start:end]))] if end > start else []
        found += [Piece("new", "".join(after[first:last]))] if last > first else []
    return tuple(found)


def shortened(told: Sequence[Piece]) -> tuple[Piece, ...]:
    """Without what stays far from any change: lines at its ends are kept, for people to see where they are."""
    return tuple(Piece(one.kind, _middle(one.text)) if one.kind == "same" else one for one in told)


def named(path: str, called: Callable[[str, str], str]) -> str:
    """A path as people read it: field, way or paper, part. `called` gives the words of a kind and a code."""
    field, *rest = path.split(".")
    if field == "translations":
        return " – ".join(
            (called("field", ".".join((field, *rest[:1]))), *(called("edits.part", one) for one in rest[1:]))
        )
    head = called("field", field.partition("[")[0])
    return " – ".join((head, *(told for told in _rest(rest, called) if told)))


def _rest(rest: Sequence[str], called: Callable[[str, str], str]) -> Iterable[str]:
    """Names of papers hold dots of their own: what is between the words that we know stays together."""
    plain: list[str] = []
    for one in rest:
        bare = one.partition("[")[0]
        kind = "edits.way" if bare in _CHANNELS else "edits.part" if bare in _PARTS else ""
        if not kind:
            plain.append(one)
            continue
        yield ".".join(plain)
        plain = []
        yield called(kind, bare)
    yield ".".join(plain)


def _beside(old: Procedure, new: Procedure) -> Iterable[Change]:
    """What no telling lists: papers that a case does without, and whether the words are plain."""
    without = [tuple(f"{case.name}: {name}" for case in one.cases for name in case.without) for one in (old, new)]
    if without[0] != without[1]:
        yield Change("cases.without", without[0], without[1])
    if old.plain != new.plain:
        yield Change("plain", ("✓",) if old.plain else (), ("✓",) if new.plain else ())


def _language(path: str) -> str:
    parts = path.split(".")
    return parts[1] if parts[0] == "translations" else "vi"


def _middle(text: str) -> str:
    lines = text.split("\n")
    return text if len(lines) <= _WHOLE else "\n".join((*lines[:_ENDS], "…", *lines[-_ENDS:]))


def _figure(line: str, say: Say | None) -> str:
    """Figures as people read them; procedures.compare writes them for programs."""
    amount, sheets = _AMOUNT.fullmatch(line), _SHEETS.fullmatch(line)
    if say and amount:
        return say("edits.amount", amount=f"{int(amount[1]):,}".replace(",", "."))
    return say("edits.sheets", originals=sheets[1], copies=sheets[2]) if say and sheets else line


def _words(text: str) -> list[str]:
    found = _WORD.findall(text)
    return found if len(found) <= _MOST else text.splitlines(keepends=True)
