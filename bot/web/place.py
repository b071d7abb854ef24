"""Where the chat stands: on its own site, or in a frame of another one."""

from __future__ import annotations

from dataclasses import dataclass

from bot.settings import Settings
from bot.web.session import FrameSessions, Sessions

#: The frame's page; whatever belongs to it lies below.
FRAME = "/embed"


@dataclass(frozen=True)
class Place:
    """The addresses of a page and the sessions of those who read it."""

    home: str
    messages: str
    events: str
    sessions: Sessions
    #: The page carries its session, and its own parts alone bring it along.
    framed: bool


def on_site(settings: Settings) -> Place:
    """The page of its own."""
    return Place("/", "/messages", "/events", Sessions(settings), framed=False)


def in_frame(settings: Settings) -> Place:
    """The page that other sites show."""
    return Place(FRAME, f"{FRAME}/messages", f"{FRAME}/events", FrameSessions(settings), framed=True)


def is_framed(path: str) -> bool:
    """Whether an address belongs to the frame."""
    return path == FRAME or path.startswith(f"{FRAME}/")
