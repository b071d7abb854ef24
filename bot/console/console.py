"""The console put together: every page of admins, as routes for the site."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import Engine

from bot.access import Route
from bot.accounts.gate import Gate
from bot.channels.port import Channel
from bot.console.asking import Asking
from bot.console.audit_pages import AuditPages
from bot.console.edit_pages import EditPages
from bot.console.editing import EditingPages
from bot.console.gap_lines import Lines
from bot.console.gap_pages import GapPages
from bot.console.gate_page import GatePage
from bot.console.history_pages import HistoryPages
from bot.console.home import Home
from bot.console.importing import Importing
from bot.console.keeping_pages import KeepingPages
from bot.console.number_pages import NumberPages
from bot.console.office_pages import OfficePages
from bot.console.people_pages import PeoplePages
from bot.console.preview_page import PreviewPages
from bot.console.procedure_page import ProcedurePage
from bot.console.rule_pages import RulePages
from bot.console.scam_pages import ScamPages
from bot.console.settings_pages import SettingsPages
from bot.console.shelves import Shelves
from bot.console.training_pages import TrainingPages
from bot.console.word_imports import WordImports
from bot.console.wordpages import WordPages
from bot.desk.frame import Frame, Room
from bot.post.wake import Wake
from bot.settings import Settings
from bot.web.chat import Chat

ADMIN = Room(Path(__file__).parent, "/admin")


@dataclass(frozen=True)
class Console:
    """The console for the site; `warm` blocks for a second or two and can be left out."""

    routes: list[Route]
    warm: Callable[[], None]


def console(settings: Settings, database: Engine, wake: Wake, channels: Mapping[str, Channel], chat: Chat) -> Console:
    """All addresses below /admin, and what to read before somebody waits for it."""
    frame = Frame(settings, database, wake, channels, Gate(settings, database), ADMIN)
    shelves, lines, pages = Shelves(frame), Lines(), WordPages(frame)
    rooms = (
        frame,
        *(EditPages(frame), HistoryPages(frame)),
        NumberPages(frame),
        GatePage(frame),
        *(
            Home(frame, shelves, lines),
            shelves,
            ProcedurePage(frame, shelves),
            EditingPages(frame),
            PreviewPages(frame),
        ),
        Asking(frame, chat.readiness),
        *(PeoplePages(frame), AuditPages(frame), ScamPages(frame)),
        *(SettingsPages(frame), KeepingPages(frame), OfficePages(frame), RulePages(frame)),
        # Its addresses look like those of a phrase: it is asked first.
        *(WordImports(frame, pages), pages),
        Importing(frame),
        GapPages(frame, lines),
        TrainingPages(frame),
    )
    return Console([route for room in rooms for route in room.routes()], shelves.warm)
