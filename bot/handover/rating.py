"""How a citizen was served: one to five stars, and words if they like. Only their own, and only once it is closed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import and_, select, update
from sqlalchemy.engine import Connection

from bot.conversation import Author, Button
from bot.handover import events, owning, presses
from bot.handover.kinds import Ending, Event, Status
from bot.post import outbox
from bot.post.clock import now
from bot.store.desk_tables import handover
from bot.store.tables import message
from bot.words import words
from procedures.typed.fold import tidy
from procedures.validity import utc

STARS = range(1, 6)
#: Value of handover.asks while words are waited for.
WORDS = "words"
#: Longest words that are kept, in characters.
LONGEST = 1000
#: For so long after its end a case can be rated, and rated anew.
_LASTS = timedelta(days=30)
#: For so long the next message counts as the words that were asked for.
_WAITS = timedelta(hours=1)
#: Nobody is asked how noise was answered, or what they did not want any more.
UNRATED = frozenset((Ending.SPAM.value, Ending.CANCELLED.value))


def buttons(case_id: int, language: str) -> tuple[Button, ...]:
    """One for each rating, the worst first: on channels without buttons the number of stars is typed."""
    return tuple(
        Button(words().say(f"after.star.{stars}", language), presses.rating(case_id, stars)) for stars in STARS
    )


def rate(connection: Connection, conversation_id: int, case_id: int, stars: int) -> bool:
    """Keeps a rating; another one takes its place. False where the case is not theirs, not closed, or too old."""
    row = _rateable(connection, conversation_id, case_id)
    if row is None:
        return False
    if row.rating != stars:
        _change(connection, case_id, rating=stars)
        events.write(connection, case_id, Event.RATED, stars=stars)
    return True


def ask_words(connection: Connection, conversation_id: int, case_id: int, wanted: bool) -> bool:
    """Notes that the next message may be words about it, or is not. False where it cannot be rated."""
    row = _rateable(connection, conversation_id, case_id)
    if row is None:
        return False
    _change(connection, case_id, asks=WORDS if wanted else "")
    return True


def add_words(connection: Connection, conversation_id: int, case_id: int, text: str) -> bool:
    """Keeps words, after those that were said before. False where it cannot be rated."""
    row = _rateable(connection, conversation_id, case_id)
    if row is None:
        return False
    told = "\n".join(filter(None, (row.rating_words, tidy(text).strip())))
    _change(connection, case_id, rating_words=told[:LONGEST], asks="")
    return True


def asked(connection: Connection, conversation_id: int) -> tuple[int, str]:
    """The case of which the last thing said to a citizen asks for something, and for what: "stars", "words".

    (0, "") where it asks for neither: what is typed then is said to the bot.
    """
    row = last_line(connection, conversation_id)
    told = [presses.read(button.payload) for button in outbox.buttons(row.buttons)] if row is not None else []
    asks = {what["do"]: what["case"] for what in told if what}
    if row is not None and "skip" in asks and now() < utc(row.created_at) + _WAITS:
        return _open(connection, asks["skip"], handover.c.asks == WORDS), WORDS
    if "rate" in asks:
        return asks["rate"], "stars"
    return 0, ""


def _open(connection: Connection, case_id: int, condition: Any) -> int:
    return int(connection.execute(select(handover.c.id).where(handover.c.id == case_id, condition)).scalar() or 0)


def last_line(connection: Connection, conversation_id: int) -> Any:
    """The newest line that the citizen has not said."""
    theirs = and_(message.c.conversation_id == conversation_id, message.c.author != Author.CITIZEN.value)
    newest = (
        select(message.c.text, message.c.buttons, message.c.created_at)
        .where(theirs)
        .order_by(message.c.id.desc())
        .limit(1)
    )
    return connection.execute(newest).first()


def _rateable(connection: Connection, conversation_id: int, case_id: int) -> Any:
    owning.lock_conversation(connection, conversation_id)
    mine = and_(handover.c.id == case_id, handover.c.conversation_id == conversation_id)
    ended = and_(handover.c.status == Status.CLOSED.value, handover.c.told_at.is_not(None))
    young = and_(handover.c.closed_at > now() - _LASTS, handover.c.outcome.not_in(UNRATED))
    return connection.execute(select(handover).where(mine, ended, young)).first()


def _change(connection: Connection, case_id: int, **values: Any) -> None:
    connection.execute(update(handover).where(handover.c.id == case_id).values(**values))
