"""How pages of the desk tell moments, sizes and names; in templates under these names."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

from bot.post.clock import now

if TYPE_CHECKING:
    from bot.desk.transcript import Happening

#: Vietnam has one time and no summer time.
VIETNAM = timezone(timedelta(hours=7))
_MINUTE, _HOUR, _DAY = 60, 3600, 86400
Say = Callable[..., str]


def helpers(say: Say) -> dict[str, Any]:
    """What templates may call, in the language of `say`."""
    return {
        "clock": clock,
        "day": day,
        "moment": lambda at: moment(at, say),
        "ago": lambda at: ago(at, say),
        "span": lambda seconds: span(seconds, say),
        "until": lambda at: span((aware(at) - now()).total_seconds(), say),
        "size": size,
        "iso": iso,
        "called": lambda kind, code: called(kind, code, say),
        "reasons": lambda names: reasons(names, say),
        "happened": lambda item: happened(item, say),
    }


def aware(at: datetime) -> datetime:
    """SQLite forgets the zone."""
    return at if at.tzinfo else at.replace(tzinfo=timezone.utc)


def iso(at: datetime) -> str:
    """For machines: Vietnam's time with its zone."""
    return aware(at).astimezone(VIETNAM).isoformat(timespec="seconds")


def clock(at: datetime) -> str:
    """07:05, Vietnam's time."""
    return f"{aware(at).astimezone(VIETNAM):%H:%M}"


def day(at: datetime) -> str:
    """29/11/2026, Vietnam's time."""
    return f"{aware(at).astimezone(VIETNAM):%d/%m/%Y}"


def moment(at: datetime, say: Say) -> str:
    """The time alone today, else with its day."""
    today = aware(at).astimezone(VIETNAM).date() == now().astimezone(VIETNAM).date()
    return clock(at) if today else say("moment", clock=clock(at), day=f"{aware(at).astimezone(VIETNAM):%d/%m}")


def ago(at: datetime, say: Say) -> str:
    """How long it is since then, in the largest unit."""
    return span((now() - aware(at)).total_seconds(), say)


def span(seconds: float, say: Say) -> str:
    """A length of time in words: under a minute, minutes, hours, days."""
    whole = max(0, int(seconds))
    if whole < _MINUTE:
        return say("span.now")
    if whole < _HOUR:
        return say("span.minutes", n=whole // _MINUTE)
    if whole < 2 * _DAY:
        return say("span.hours", n=whole // _HOUR, m=whole % _HOUR // _MINUTE)
    return say("span.days", n=whole // _DAY)


def size(count: int) -> str:
    """Bytes as people read them."""
    return f"{count / 1048576:.1f} MB" if count >= 1048576 else f"{max(1, count // 1024)} kB"


def called(kind: str, code: str, say: Say) -> str:
    """What a channel, a language or a reason is called. One that nobody has named yet must not take the page down."""
    try:
        return say(f"{kind}.{code}")
    except KeyError:
        return code


def reasons(names: Sequence[str], say: Say) -> str:
    """Why a person was called."""
    return ", ".join(called("reason", name, say) for name in names)


def happened(item: Happening, say: Say) -> str:
    """What was done to a case, in words."""
    data = item.data
    told = {"name": item.name or say("event.nobody"), "to": item.to, "stars": data.get("stars", "")}
    told["reasons"] = reasons([one for one in data.get("reason", "").split(", ") if one], say)
    told["ending"] = say(f"ending.{data['ending']}") if "ending" in data else ""
    told["why"] = say(f"why.{data['why']}") if "why" in data else ""
    told["what"] = called("datum", data["datum"], say) if "datum" in data else ""
    return say(f"event.{item.event.value}", **told)
