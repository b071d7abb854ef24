"""What the province says before the bot does: its opening text, and words to everybody of a place for some days."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timezone
from typing import Any

from sqlalchemy import and_, exists, insert, select, update
from sqlalchemy.engine import Connection, Row

from bot import kinds, site_settings
from bot.console import audit
from bot.conversation import Author, Kind, Outcome, Reply
from bot.conversation.answer import Answer
from bot.errors import Refused
from bot.handover import remembered
from bot.post.clock import now
from bot.post.inbox import Claimed
from bot.post.recent import Recent
from bot.store.console_tables import banner
from bot.store.tables import conversation, message
from procedures.places import places
from procedures.validity import HERE, today

#: Languages that a banner is written in; the first one is never left out.
LANGUAGES = ("vi", "en", "zh")
LONGEST, LONGEST_DAYS = 600, 366
#: Banners that one citizen reads at once: more are no news but noise.
_MOST = 2
#: Nothing stands between a citizen and these.
_URGENT = frozenset((Outcome.EMERGENCY, Outcome.SCAM, Outcome.ERROR))


@dataclass(frozen=True)
class Banner:
    """A word to everybody of a place."""

    id: int
    #: Five digits of a commune; empty: the whole province.
    place: str
    #: By language; "vi" is always there.
    texts: Mapping[str, str]
    #: Vietnam's days, both included.
    starts_on: date
    ends_on: date
    ended: bool = False

    def text(self, language: str) -> str:
        """In a language, else in Vietnamese."""
        return self.texts.get(language) or self.texts["vi"]

    def holds(self, day: date) -> bool:
        """Whether it is shown on a day."""
        return not self.ended and self.starts_on <= day <= self.ends_on


@dataclass(frozen=True)
class First:
    """What a page shows before anything is said."""

    #: Empty: the program's own.
    opening: str = ""
    banners: tuple[str, ...] = ()


def every(connection: Connection) -> tuple[Banner, ...]:
    """All of them, those that begin last first."""
    rows = connection.execute(select(banner).order_by(banner.c.starts_on.desc(), banner.c.id.desc()))
    return tuple(map(_banner, rows))


def current(connection: Connection, place: str) -> tuple[Banner, ...]:
    """Those of today for whoever lives in a commune (empty: who knows where), its own first."""
    return _for(place, _of_today(connection))


def _of_today(connection: Connection) -> tuple[Banner, ...]:
    """Everywhere."""
    day = today().isoformat()
    days = and_(banner.c.starts_on <= day, banner.c.ends_on >= day, banner.c.ended_at.is_(None))
    rows = connection.execute(select(banner).where(days).order_by(banner.c.place.desc(), banner.c.id.desc()))
    return tuple(map(_banner, rows))


def _for(place: str, all_of_them: tuple[Banner, ...]) -> tuple[Banner, ...]:
    return tuple(one for one in all_of_them if one.place in ("", place))[:_MOST]


_RECENT = Recent(_of_today)


def add(connection: Connection, staff_id: int, place: str, texts: Mapping[str, str], first: date, last: date) -> int:
    """Shows a banner on these days; its number. Raises Refused."""
    told = {one: text.replace("\r\n", "\n").strip() for one, text in texts.items() if text.strip()}
    _check(place, told, first, last)
    days = {"starts_on": first.isoformat(), "ends_on": last.isoformat()}
    row = {"place": place, "texts": json.dumps(told, ensure_ascii=False), **days}
    made = connection.execute(insert(banner).values(**row, staff_id=staff_id, created_at=now()))
    number = int(made.inserted_primary_key[0])
    _RECENT.forget(connection)
    audit.note(connection, staff_id, "banner.added", str(number), after={"place": place, "texts": told, **days})
    return number


def end(connection: Connection, staff_id: int, number: int) -> None:
    """Shows it no more; it stays in the list. Raises Refused where there is none to end."""
    mine = update(banner).where(banner.c.id == number, banner.c.ended_at.is_(None))
    if not connection.execute(mine.values(ended_at=now())).rowcount:
        raise Refused("banner_gone")
    _RECENT.forget(connection)
    audit.note(connection, staff_id, "banner.ended", str(number))


def ahead(connection: Connection, claimed: Claimed, answer: Answer) -> Answer:
    """An answer with what is said before it: banners that this citizen has not read today."""
    if not answer.replies or answer.outcome in _URGENT:
        return answer
    language = answer.reply_language
    opened = _opened(connection, claimed, answer)
    shown = _for(str(remembered.slot(answer.memory, "place") or ""), _RECENT.of(connection))
    new = [one for one in shown if not _read_today(connection, claimed.conversation_id, one)]
    return replace(opened, replies=(*(Reply(one.text(language)) for one in new), *opened.replies))


def first(connection: Connection, conversation_id: int | None, language: str = "vi") -> First:
    """For the page of a conversation, or of nobody yet."""
    mine = select(conversation.c.memory).where(conversation.c.id == conversation_id)
    memory = connection.execute(mine).scalar() if conversation_id else None
    opening = str(site_settings.current(connection).opening.get(language, ""))
    shown = current(connection, str(remembered.slot(memory, "place") or ""))
    return First(opening, tuple(one.text(language) for one in shown))


def _opened(connection: Connection, claimed: Claimed, answer: Answer) -> Answer:
    """The province's own opening text in place of the greeting."""
    if claimed.kind is not Kind.START or kinds.opening(claimed.text) != kinds.GREET:
        return answer
    own = site_settings.lately(connection).opening.get(answer.reply_language, "")
    greeting, *rest = answer.replies
    return replace(answer, replies=(replace(greeting, text=own), *rest)) if own else answer


def _read_today(connection: Connection, conversation_id: int, one: Banner) -> bool:
    """The transcript knows: a banner whose words were changed is news."""
    morning = datetime.combine(today(), time(), HERE).astimezone(timezone.utc)
    mine = and_(message.c.conversation_id == conversation_id, message.c.author == Author.BOT.value)
    same = and_(message.c.text.in_(tuple(one.texts.values())), message.c.created_at >= morning)
    return bool(connection.execute(select(exists().where(mine, same))).scalar())


def _banner(row: Row) -> Banner:
    days = (date.fromisoformat(row.starts_on), date.fromisoformat(row.ends_on))
    return Banner(row.id, row.place, json.loads(row.texts), *days, row.ended_at is not None)


def _check(place: str, texts: Mapping[str, Any], first_day: date, last_day: date) -> None:
    if not texts.get("vi"):
        raise Refused("banner_empty")
    if any(len(text) > LONGEST for text in texts.values()) or set(texts) - set(LANGUAGES):
        raise Refused("banner_long", longest=str(LONGEST))
    if place and places().by_code(place) is None:
        raise Refused("no_such_place")
    if last_day < first_day or last_day < today():
        raise Refused("banner_days")
    if (last_day - first_day).days > LONGEST_DAYS:
        raise Refused("banner_days")
