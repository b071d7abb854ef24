"""The guides of a conversation, as they lie in hand when a message comes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rasa_sdk import Tracker

from procedures.guides.state import Guide, Stage

#: Value of the slot `guiding` while a day is asked for.
DATING = "day"
#: The same after the list of guides: a number then means one of them.
LISTING = "list"
#: Guides that are kept in hand; of more, the oldest are found by their code only.
_MOST = 20


@dataclass(frozen=True)
class Hand:
    """All guides, the latest last, and the one that is talked about."""

    guides: tuple[Guide, ...] = ()
    token: str = ""
    #: The last message of the bot was a step of it.
    guiding: bool = False
    #: The last message asked which day to be reminded.
    dating: bool = False
    #: The last message was the list of guides.
    listing: bool = False
    #: Address of the site, for links; empty where there is none.
    site: str = ""

    @property
    def current(self) -> Guide | None:
        """The guide that is talked about, if it is still to be finished or was just now."""
        found = self.by(self.token)
        return found if found and (self.guiding or found.stage is not Stage.SENT) else None

    @property
    def open_guides(self) -> tuple[Guide, ...]:
        """Those that are still to be finished, as they are listed."""
        return tuple(guide for guide in self.guides if guide.stage is not Stage.SENT)

    @property
    def open_tokens(self) -> list[str]:
        """Their tokens."""
        return [guide.token for guide in self.open_guides]

    def by(self, token: str) -> Guide | None:
        """The guide of a token."""
        return next((guide for guide in self.guides if guide.token == token), None)

    def kept(self, guide: Guide) -> list[dict[str, Any]]:
        """All guides with this one as it is now, as a slot holds them."""
        others = [other for other in self.guides if other.token != guide.token]
        return [one.to_dict() for one in (*others, guide)][-_MOST:]


def hand(tracker: Tracker) -> Hand:
    """What the slots hold. The bot fills `guides` and `site` before each message."""
    held: Sequence[dict[str, Any]] = tracker.get_slot("guides") or ()
    return Hand(
        tuple(map(Guide.from_dict, held)),
        str(tracker.get_slot("guide") or ""),
        tracker.get_slot("guiding") in (True, DATING),
        tracker.get_slot("guiding") == DATING,
        tracker.get_slot("guiding") == LISTING,
        str(tracker.get_slot("site") or ""),
    )
