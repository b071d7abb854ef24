"""A procedure as citizens would read it, said by the code that answers them and fitted by the code that sends."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from rasa_sdk.executor import CollectingDispatcher

from actions import answer
from actions.aspects import write
from actions.card import count
from actions.reading import Reading
from actions.words import speaking
from bot.channels.port import Abilities, Part
from bot.conversation import Button, Outbound, Reply
from bot.post.rendering import parts
from procedures.catalogue import Local, View, standing_in
from procedures.languages import in_language
from procedures.model import Note, OfficeFacts, OfficeKind, Procedure
from procedures.places import Found, Match, places

#: What people ask for, in the order of a sheet.
ASPECTS = (
    *("overview", "documents", "fee", "time", "where", "how"),
    *("online", "conditions", "result", "form", "legal"),
)
LANGUAGES = ("vi", "en", "zh")
#: What channels can show that this service does not have; a test holds them against the channels' own.
FACES: Mapping[str, Abilities] = {
    "zalo-oa": Abilities(text=2000, buttons=5, button_title=100, pictures=True),
    "zalo-bot": Abilities(text=2000, pictures=True),
    "telegram": Abilities(text=4096, buttons=12, button_title=60, pictures=True, edits=True),
    "web": Abilities(text=1_000_000, buttons=1_000, button_title=10_000, edits=True),
}


class Given(Local):
    """Notes and offices that are handed over, for a view without a database of its own."""

    def __init__(self, notes: Iterable[Note] = (), offices: Iterable[OfficeFacts] = ()) -> None:
        self._notes = tuple(notes)
        self._offices = {(one.kind, one.place): one for one in offices}

    def notes(self, code: str, place: str) -> tuple[Note, ...]:
        """Those of the province, then those of the place."""
        here = [note for note in self._notes if note.code in ("", code) and note.place in ("", place)]
        return tuple(sorted(here, key=lambda note: (note.place != "", note.id)))

    def office(self, kind: OfficeKind, place: str) -> OfficeFacts | None:
        """What was handed over of it."""
        return self._offices.get((kind, place))


@dataclass(frozen=True)
class Wanted:
    """How a preview is to be made."""

    language: str = "vi"
    #: A channel of FACES.
    face: str = "zalo-oa"
    #: Five digits of the commune that the citizen lives in; empty: nobody knows.
    place: str = ""


@dataclass(frozen=True)
class Said:
    """The answer to one aspect, as messages of a channel."""

    aspect: str
    messages: tuple[Part, ...]


def preview(procedure: Procedure, wanted: Wanted, local: Local, abilities: Abilities) -> tuple[Said, ...]:
    """What is answered to each aspect, every page of it."""
    view = View([], lambda code: procedure if code == procedure.code else None, local)
    home = places().by_code(wanted.place) if wanted.place else None
    here = Found((Match(home),)) if home else Found()
    with standing_in(view), speaking(wanted.language):
        told = in_language(procedure, wanted.language)
        return tuple(
            Said(aspect, tuple(fitted(_replies(told, aspect, here), wanted.language, abilities))) for aspect in ASPECTS
        )


def fitted(replies: Iterable[Reply], language: str, abilities: Abilities) -> Iterator[Part]:
    """Replies as a channel would show them."""
    for reply in replies:
        yield from parts(Outbound(0, 0, "", reply, language), abilities)


def _replies(told: Procedure, aspect: str, here: Found) -> Iterator[Reply]:
    """What the action that answers says, page by page, as if "more" were pressed each time."""
    for page in range(count(write(told, aspect, here))):
        dispatcher = CollectingDispatcher()
        # Only the first answer about a procedure is opened with its caution.
        answer.tell(dispatcher, _asked(told.code if page else None, here), told, aspect, page)
        yield from (_reply(message) for message in dispatcher.messages if message.get("text"))


def _reply(message: Mapping[str, object]) -> Reply:
    told = message.get("buttons")
    buttons = told if isinstance(told, list) else []
    return Reply(str(message["text"]), tuple(Button(one["title"], one["payload"]) for one in buttons))


def _asked(current: str | None, here: Found) -> Reading:
    """A question as the action is handed one; what it asks is told beside."""
    nothing = {"intent": "", "aspect": "", "hits": (), "pressed": {}, "choices": (), "matter": 0, "confidence": 1.0}
    return Reading(**nothing, current=current, misses=0, text="", language="vi", places=here, place=None)  # type: ignore[arg-type]
