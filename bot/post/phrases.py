"""What the province says in its own words, taken up by every running process as soon as it is written."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Mapping

import structlog
from sqlalchemy import select
from sqlalchemy.engine import Connection, Engine

from bot.post import voices
from bot.post.wake import Wake
from bot.store.console_tables import phrase, phrase_voice, site_version
from bot.words import BOOKS, book
from procedures.phrasebook import placeholders

log = structlog.get_logger()

#: What site_version calls it, and the topic by which whoever changes it tells at once.
WORDS = "words"
#: In these a draft is said at once; in any other language only what somebody who speaks it has reviewed.
READ_BY_MANY = ("vi", "en", "zh")
#: Seconds between two looks without a hint.
_LOOK_EVERY = 1.0


class Phrases:
    """Follows the table in a thread of its own. One of a process: its words are those of the whole process."""

    def __init__(self, database: Engine, wake: Wake) -> None:
        # Looking must not wait for those who write.
        self._reading = database.execution_options(motcua_read=True)
        self._wake = wake
        self._known = -1
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="phrases", daemon=True)

    def start(self) -> None:
        """When this returns, the first word is said rightly."""
        self._look()
        self._thread.start()

    def stop(self) -> None:
        """From now on the program's own words are said."""
        self._stopping.set()
        self._wake.notify_here(WORDS)
        self._thread.join()
        _say({}, {})

    def _run(self) -> None:
        with self._wake.thread_event(WORDS) as event:
            while True:
                event.clear()
                if self._stopping.is_set():
                    return
                self._look()
                event.wait(_LOOK_EVERY)

    def _look(self) -> None:
        """What is said stays as it is where the database cannot be asked."""
        try:
            with self._reading.connect() as connection:
                # The number before the rows: what is written between the two is read again next time.
                number = _number(connection)
                if number != self._known:
                    _say(_texts(connection), _files(connection))
            self._known = number
        except Exception as error:
            log.error("phrases_failed", error=type(error).__name__)


def _number(connection: Connection) -> int:
    return connection.execute(select(site_version.c.number).where(site_version.c.name == WORDS)).scalar() or 0


def _texts(connection: Connection) -> Mapping[str, dict[str, dict[str, str]]]:
    """Book → language → key → text."""
    found: dict[str, dict[str, dict[str, str]]] = defaultdict(lambda: defaultdict(dict))
    for row in connection.execute(select(phrase)):
        if row.status == "reviewed" or row.language in READ_BY_MANY:
            found[row.book][row.language][row.key] = row.text
    return found


def _files(connection: Connection) -> dict[tuple[str, str, str], int]:
    voice = phrase_voice.c
    rows = connection.execute(select(voice.book, voice.key, voice.language, voice.file_id))
    return {(row.book, row.key, row.language): row.file_id for row in rows}


def _say(texts: Mapping[str, dict[str, dict[str, str]]], files: Mapping[tuple[str, str, str], int]) -> None:
    for name in BOOKS:
        book(name).override(texts.get(name, {}))
    known = [(name, key, language) for name, key, language in files if name in BOOKS]
    read = {book(name).own(key, language): files[name, key, language] for name, key, language in known}
    # Nobody has read what is filled in.
    voices.know({text: file_id for text, file_id in read.items() if text and not placeholders(text)})
