"""What can happen to a case, how it ends, and why it began: names that are stored, so never changed."""

from __future__ import annotations

from enum import Enum, IntEnum


class Status(str, Enum):
    """Where a case is."""

    WAITING = "waiting"
    WITH_STAFF = "with_staff"
    CLOSED = "closed"


class Ending(str, Enum):
    """How a case ended. A returned one goes on with the bot without having been answered."""

    ANSWERED = "answered"
    AT_COUNTER = "at_counter"
    WRONG_OFFICE = "wrong_office"
    ABANDONED = "abandoned"
    RETURNED = "returned"
    SPAM = "spam"
    #: By the citizen, while it waited.
    CANCELLED = "cancelled"


class Event(str, Enum):
    """A line of a case's history."""

    OPENED = "opened"
    CLAIMED = "claimed"
    #: Given back by hand, or taken from somebody who was gone: `data` says why.
    RELEASED = "released"
    #: To an office, or to a colleague.
    TRANSFERRED = "transferred"
    NOTED = "noted"
    #: Words to the citizen: `data` names the line, and what the page called it.
    REPLIED = "replied"
    CLOSED = "closed"
    UNDONE = "undone"
    #: A correction or a recall of a line.
    EDITED = "edited"
    RECALLED = "recalled"
    ASKED_PHONE = "asked_phone"
    #: An answer of the bot that was held: sent or dropped.
    DECIDED = "decided"
    #: The promise is pressed for: a nudge, word to the citizen, word to the lead.
    PRESSED = "pressed"
    RATED = "rated"
    TAUGHT = "taught"
    #: Something sealed was opened: `data` says of what kind, and why.
    REVEALED = "revealed"


class Stage(IntEnum):
    """How far a promise has been pressed for. It only grows, until somebody answers."""

    FRESH = 0
    #: Those on duty were nudged.
    NUDGED = 1
    #: The citizen was told, before it was broken, that it takes longer.
    TOLD = 2
    #: The lead was called: it is broken.
    OVERDUE = 3
