"""Phrases as a gettext file: for translators with tools of their own, and back."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import PoFileError, read_po, write_po
from sqlalchemy.engine import Connection

from bot.accounts.people import Person
from bot.console import words
from bot.console.words import DRAFT, NONE, Phrase
from bot.errors import Refused
from bot.words import BOOKS
from procedures.typed.identify import MINORITY

#: Largest file, in bytes.
LARGEST = 1024 * 1024
#: Entries that are told one by one when they cannot be taken.
MOST_TOLD = 50


@dataclass(frozen=True)
class Left:
    """An entry that was not taken: its name as the file has it, and why (a key of words)."""

    name: str
    why: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Change:
    """A phrase that a file says otherwise."""

    phrase: Phrase
    text: str


@dataclass(frozen=True)
class Found:
    """What a file says, against what stands there now."""

    changes: tuple[Change, ...]
    same: int
    left: tuple[Left, ...]

    @property
    def seen(self) -> str:
        """Moves where another file, or somebody meanwhile, would make it something else."""
        told = "\0".join(f"{one.phrase.name} {one.phrase.seen} {one.text}" for one in self.changes)
        return hashlib.sha256(told.encode()).hexdigest()[:16]


def written(phrases: Iterable[Phrase], language: str) -> bytes:
    """A file with what stands now; a draft is fuzzy, what nobody has written is empty. The Vietnamese is a comment."""
    catalog = Catalog(locale=language, project="motcua", charset="utf-8", fuzzy=False, header_comment=f"# {language}")
    for one in phrases:
        flags = ("fuzzy",) if one.status == DRAFT and language in MINORITY else ()
        told = [*([one.hint] if one.hint else []), *one.vietnamese.split("\n")]
        catalog.add(one.name.key, one.text, context=one.name.book, flags=flags, auto_comments=told)
    file = io.BytesIO()
    write_po(file, catalog, width=0)
    return file.getvalue()


def found(connection: Connection, language: str, body: bytes) -> Found:
    """What a file would change; what cannot be said is told.

    Raises Refused: words_file, words_file_large, words_file_language, words_file_nothing.
    """
    entries = _read(body, language)
    there = {(one.name.book, one.name.key): one for one in words.every(connection, language)}
    changes, same, left = list[Change](), 0, list[Left]()
    for entry in entries:
        one = _meant(entry, there)
        if one is None:
            left.append(Left(_called(entry), "words.file.unknown"))
            continue
        try:
            # What stands there may be said, whatever is wrong with it: nobody changes it here.
            text = one.text if str(entry.string) == one.text else words.fitted(one, str(entry.string))
        except Refused as error:
            left.append(Left(_called(entry), error.key, error.values))
            continue
        if text == one.text:
            same += 1
        else:
            changes.append(Change(one, text))
    if not changes and not same:
        raise Refused("words_file_nothing")
    return Found(tuple(changes), same, tuple(left))


def take(
    connection: Connection, person: Person, language: str, body: bytes, seen: str, reason: str = ""
) -> Found | None:
    """What a file says otherwise becomes drafts. None where that is no longer what somebody has `seen`.

    A file never counts as a review. Raises Refused as `found` does.
    """
    told = found(connection, language, body)
    if told.seen != seen:
        return None
    for one in told.changes:
        words.write(connection, person, one.phrase.name, one.text, reason, one.phrase.seen)
    return told


def _read(body: bytes, language: str) -> Sequence[Message]:
    if len(body) > LARGEST:
        raise Refused("words_file_large", most=str(LARGEST // 1024**2))
    try:
        _whole(body.decode("utf-8"))
        catalog = read_po(io.BytesIO(body), abort_invalid=True)
    except (PoFileError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise Refused("words_file") from error
    if catalog.locale_identifier not in (None, language):
        raise Refused("words_file_language")
    # What a translator has left empty is not yet written.
    return [entry for entry in catalog if entry.id and isinstance(entry.string, str) and entry.string.strip()]


def _whole(text: str) -> None:
    """Babel reads half a string, as of a file that was cut off, without a word. Raises ValueError.

    We have no plurals; with one, Babel makes as many texts as the head of the file says, though it be milliards.
    """
    if "msgid_plural" in text:
        raise ValueError("plural")
    told = (line.strip() for line in text.splitlines())
    if any(line and not line.startswith("#") and not line.endswith('"') for line in told):
        raise ValueError("cut off")


def _meant(entry: Message, there: Mapping[tuple[str, str], Phrase]) -> Phrase | None:
    """By its context; a file of before has none, and then its key must be that of one book alone."""
    key = str(entry.id)
    if entry.context:
        return there.get((entry.context, key))
    found = [there[book, key] for book in BOOKS if (book, key) in there]
    return found[0] if len(found) == 1 else None


def _called(entry: Message) -> str:
    return f"{entry.context} {entry.id}"[:120] if entry.context else str(entry.id)[:120]


def status_counts(phrases: Iterable[Phrase]) -> dict[str, int]:
    """How many stand how."""
    counts = dict.fromkeys((words.PROGRAM, DRAFT, words.REVIEWED, NONE), 0)
    for one in phrases:
        counts[one.status] += 1
    return counts
