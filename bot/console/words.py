"""Phrases that citizens read: what the program says, what the province says instead, who wrote it, who has read it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import and_, delete, insert, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from bot import site_settings
from bot.accounts.people import Person, Role
from bot.console import audit
from bot.console.wordcheck import fitting, one_line
from bot.errors import Refused
from bot.post.clock import now
from bot.post.phrases import READ_BY_MANY, WORDS
from bot.store.console_tables import phrase, phrase_voice
from bot.store.desk_tables import staff
from bot.words import BOOKS, book
from procedures.phrasebook import fits, placeholders
from procedures.typed.identify import MINORITY

LANGUAGES = (*READ_BY_MANY, *MINORITY)
#: What stands for a phrase: the program's own, somebody's, somebody's that a second one has read; nothing.
PROGRAM, DRAFT, REVIEWED, NONE = "program", "draft", "reviewed", "none"
#: What no citizen reads: words of a terminal, names that staff write into canned replies.
_NOT_READ = ("terminal.", "variable.")
#: Parts the words that citizens type: the bot listens for them and never says them.
_HEARD = "|"
#: Told to a provider when the service starts.
AT_START = ("menu.giayto", "menu.canbo", "menu.ngonngu", "menu.trogiup")
#: What to do where somebody may be in danger: said in every language.
_WARNING = "emergency.if"


@dataclass(frozen=True)
class Name:
    """Which phrase, in which language."""

    book: str
    key: str
    language: str

    def __str__(self) -> str:
        """As the audit calls it."""
        return f"{self.book} {self.key} {self.language}"


@dataclass(frozen=True)
class Phrase:
    """One phrase in one language, with all that is known of it."""

    name: Name
    #: What citizens read in Vietnamese now; the program's own words in this language, and what stands there now.
    vietnamese: str
    written: str
    text: str
    #: Of PROGRAM, DRAFT, REVIEWED, NONE.
    status: str
    #: Citizens read or hear it.
    said: bool
    #: The program fills it in another way since it was written: it is not said.
    outdated: bool
    author: str = ""
    author_id: int | None = None
    reviewer: str = ""
    #: Who reads it aloud; empty where nobody does.
    speaker: str = ""

    @property
    def seen(self) -> str:
        """Moves with each change, so that a form can tell what it was made from."""
        return hashlib.sha256(f"{self.status}\0{self.text}".encode()).hexdigest()[:16]

    @property
    def placeholders(self) -> tuple[str, ...]:
        """What is filled in, in order of the alphabet."""
        return tuple(sorted(placeholders(_program(self.name))))

    @property
    def hint(self) -> str:
        """What the program's file tells of it."""
        return book(self.name.book).hint(self.name.key)

    @property
    def one_line(self) -> bool:
        """A title: it has no second line."""
        return one_line(self.written or _program(self.name))


@cache
def keys(name: str) -> tuple[str, ...]:
    """Keys of a book that somebody may write anew, in the order of its file. Raises KeyError for no book."""
    known = book(name)
    return tuple(key for key in known.written_keys() if _read_by_citizens(key, known.written(key)))


def known(name: Name) -> bool:
    """Whether there is such a phrase, for somebody to write."""
    there = name.book in BOOKS and name.language in LANGUAGES and name.key in keys(name.book)
    return there and _spoken(name)


def may_write(person: Person, language: str) -> bool:
    """Editors all languages; whoever speaks one that few read, that one."""
    return person.role.may(Role.EDITOR) or (language in MINORITY and language in person.languages)


def may_review(person: Person, language: str) -> bool:
    """Only who speaks the language; of those that many read, only reviewers."""
    speaks = language in person.languages
    return speaks and (language in MINORITY or person.role.may(Role.REVIEWER))


def every(connection: Connection, language: str) -> list[Phrase]:
    """All phrases in a language, in the order of the files."""
    rows = {(row.book, row.key): row for row in connection.execute(_rows().where(phrase.c.language == language))}
    vietnamese = rows if language == "vi" else _vietnamese(connection)
    read = select(phrase_voice).where(phrase_voice.c.language == language)
    speakers = {(row.book, row.key): row.speaker for row in connection.execute(read)}
    named = [(one, key) for one in BOOKS for key in keys(one) if _spoken(Name(one, key, language))]
    return [
        _phrase(Name(*name, language), rows.get(name), vietnamese.get(name), speakers.get(name, "")) for name in named
    ]


def one(connection: Connection, name: Name) -> Phrase:
    """One of those that are `known`."""
    row = connection.execute(_rows().where(_is(phrase, name))).first()
    vietnamese = connection.execute(_rows().where(_is(phrase, Name(name.book, name.key, "vi")))).first()
    speaker = connection.execute(select(phrase_voice.c.speaker).where(_is(phrase_voice, name))).scalar()
    return _phrase(name, row, vietnamese, speaker or "")


def write(connection: Connection, person: Person, name: Name, text: str, reason: str = "", seen: str = "") -> bool:
    """Other words, as a draft; False where they are what stands there. `seen`: Phrase.seen of what was changed.

    The program's own words written again are the program's. A reading of the old words is no longer played.
    Raises Refused: words_empty, words_braces, words_lost, words_strange, too_long, words_moved.
    """
    before = one(connection, name)
    if seen and seen != before.seen:
        raise Refused("words_moved")
    told = fitted(before, text)
    if told == before.text:
        return False
    if told == before.written:
        _forget(connection, name)
    else:
        _keep(connection, name, text=told, status=DRAFT, staff_id=person.id, changed_at=now())
    connection.execute(delete(phrase_voice).where(_is(phrase_voice, name)))
    audit.note(connection, person.id, "words.changed", str(name), before=before.text, after=told, reason=reason)
    site_settings.move(connection, WORDS)
    return True


def fitted(there: Phrase, text: str) -> str:
    """A text as it would be kept in place of a phrase. Raises Refused as `write` does."""
    return fitting(there.written or _program(there.name), text)


def review(connection: Connection, person: Person, name: Name, seen: str) -> None:
    """Somebody who speaks the language has read it.

    Raises Refused: words_speaks, words_own, words_moved, words_empty.
    """
    there = one(connection, name)
    if not may_review(person, name.language):
        raise Refused("words_speaks")
    if seen != there.seen:
        raise Refused("words_moved")
    if not there.text:
        raise Refused("words_empty")
    if is_own(connection, person, there):
        raise Refused("words_own")
    author = there.author_id or person.id
    moments = {"changed_at": now()} if there.author_id is None else {}
    told = {"text": there.text, "status": REVIEWED, "staff_id": author, "reviewer_id": person.id, "reviewed_at": now()}
    _keep(connection, name, **told, **moments)
    audit.note(connection, person.id, "words.reviewed", str(name), after=there.text)
    site_settings.move(connection, WORDS)


def is_own(connection: Connection, person: Person, there: Phrase) -> bool:
    """Whether somebody else than this author has to review it."""
    return there.author_id == person.id and bool(site_settings.get(connection, "two_people"))


def reset(connection: Connection, person: Person, name: Name, reason: str = "") -> None:
    """Back to the program's own words; in a language without them, to none."""
    before = one(connection, name)
    _forget(connection, name)
    if before.text != before.written:
        connection.execute(delete(phrase_voice).where(_is(phrase_voice, name)))
    told = {"before": before.text, "after": before.written, "reason": reason}
    audit.note(connection, person.id, "words.reset", str(name), **told)
    site_settings.move(connection, WORDS)


def _program(name: Name) -> str:
    """What the program says in Vietnamese."""
    return book(name.book).written(name.key)


def _read_by_citizens(key: str, written: str) -> bool:
    """Also not what merely joins others: a comma, "{days}: {periods}"."""
    for filled in placeholders(written):
        written = written.replace(filled, "")
    return _HEARD not in written and not key.startswith(_NOT_READ) and any(map(str.isalpha, written))


def _is(table: Any, name: Name) -> Any:
    return and_(table.c.book == name.book, table.c.key == name.key, table.c.language == name.language)


def _rows() -> Any:
    author, reviewer = staff.alias(), staff.alias()
    whole = phrase.outerjoin(author, author.c.id == phrase.c.staff_id)
    whole = whole.outerjoin(reviewer, reviewer.c.id == phrase.c.reviewer_id)
    return select(phrase, author.c.name.label("author"), reviewer.c.name.label("reviewer")).select_from(whole)


def _vietnamese(connection: Connection) -> Mapping[tuple[str, str], Any]:
    rows = connection.execute(_rows().where(phrase.c.language == "vi"))
    return {(row.book, row.key): row for row in rows}


def _phrase(name: Name, row: Any, vietnamese: Any, speaker: str) -> Phrase:
    known = book(name.book)
    source, written = known.written(name.key), known.written(name.key, name.language)
    own = vietnamese.text if vietnamese and fits(source, vietnamese.text) else source
    if row is None:
        return Phrase(name, own, written, written, PROGRAM if written else NONE, bool(written), False, speaker=speaker)
    right = fits(source, row.text)
    said = right and _is_said(name, row.status)
    who = {"author": row.author or "", "author_id": row.staff_id, "reviewer": row.reviewer or "", "speaker": speaker}
    return Phrase(name, own, written, row.text, row.status, said, not right, **who)


def _is_said(name: Name, status: str) -> bool:
    if name.language in READ_BY_MANY:
        return True
    return status == REVIEWED and is_said_in(name)


def _spoken(name: Name) -> bool:
    """Pages are in Vietnamese alone: what nobody ever says in English or Chinese is not missing there."""
    return name.language in MINORITY or bool(book(name.book).written(name.key, name.language))


def is_said_in(name: Name) -> bool:
    """Whether the bot has occasion to say it in that language. Answers are in Vietnamese, English and Chinese."""
    if name.language in READ_BY_MANY:
        return True
    return name.book == "actions" and name.key in (f"minority.{name.language}", _WARNING)


def _keep(connection: Connection, name: Name, **values: Any) -> None:
    told = {"reviewer_id": None, "reviewed_at": None, **values}
    if connection.execute(update(phrase).where(_is(phrase, name)).values(**told)).rowcount:
        return
    row = {"book": name.book, "key": name.key, "language": name.language, **told}
    try:
        with connection.begin_nested():
            connection.execute(insert(phrase).values(**row))
    except IntegrityError as error:
        # Somebody else has written it at the same moment.
        raise Refused("words_moved") from error


def _forget(connection: Connection, name: Name) -> None:
    connection.execute(delete(phrase).where(_is(phrase, name)))
