"""What the bot would say now to a message by itself: what search finds and decides, and the answer.

The whole engine is not in this process; in a talk it weighs what was said before as well.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

import structlog
from sqlalchemy.engine import Engine

from bot import logs
from procedures.catalogue import View, catalogue_of
from procedures.life_events import life_events
from procedures.search import Verdict
from procedures.sheets.parts import PARTS, ended, part
from procedures.sheets.sheet import LANGUAGES

log = structlog.get_logger()

_PART_OF = {aspect: name for name, aspects in PARTS.items() for aspect in aspects}


@dataclass(frozen=True)
class Meant:
    """A procedure that a message may mean; score from 0 to 1."""

    code: str
    title: str
    score: float


@dataclass(frozen=True)
class Said:
    """What comes of a message."""

    #: one, choices, none; event where a life event is told.
    verdict: str
    meant: tuple[Meant, ...]
    #: What a citizen would read of the one procedure; empty else.
    text: str
    #: What has happened, in words; empty where nothing has.
    event: str = ""


class Saying:
    """Looks things up in the index of this process, which is built when somebody first asks. It takes some seconds."""

    def __init__(self, database: Engine) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._building = False
        self._view: Callable[[], View] | None = None

    def say(self, text: str, aspect: str, language: str) -> Said | None:
        """None while the index is being built: to be asked again."""
        with self._lock:
            view = self._view
            if view is None and not self._building:
                self._building = True
                threading.Thread(target=self._build, name="console-index", daemon=True).start()
        return _said(view(), text, aspect, language if language in LANGUAGES else LANGUAGES[0]) if view else None

    def _build(self) -> None:
        view: Callable[[], View] | None = None
        try:
            # The one that the gate asks as well.
            view = catalogue_of(self._database).view
            view()
        except Exception as error:
            log.error("console_index_failed", error=type(error).__name__, where=logs.where(error))
            view = None
        with self._lock:
            self._building, self._view = False, view


def _said(view: View, text: str, aspect: str, language: str) -> Said:
    decision = view.decide(text)
    meant = tuple(_meant(view, hit.code, hit.score) for hit in decision.hits)
    if decision.verdict is Verdict.ONE:
        return Said("one", meant, _told(view, decision.hits[0].code, aspect, language))
    happened = life_events().find(text)
    if happened:
        return Said("event", meant, "", happened[0].title[language])
    return Said("choices" if decision.verdict is Verdict.CHOICES else "none", meant, "")


def _meant(view: View, code: str, score: float) -> Meant:
    procedure = view.by_code(code)
    return Meant(code, procedure.title if procedure else code, score)


def _told(view: View, code: str, aspect: str, language: str) -> str:
    procedure = view.by_code(code)
    if procedure is None:
        return ""
    names = [_PART_OF[aspect]] if aspect in _PART_OF else list(PARTS)
    told = (part(procedure, language, name, view.notes(code)) for name in names)
    return ended(procedure, language) or next((text for text in told if text), "")
