"""Hours and moments as citizens read them."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from itertools import groupby

from bot.conversation.hours import HERE, Calendar, Period
from bot.handover.days import name_in
from bot.post.clock import now
from bot.words import words

_WEEK = 7
#: Days that somebody looks ahead who is about to go there.
_AHEAD = 14
_DAY = timedelta(days=1)


def hours(calendar: Calendar, language: str = "vi") -> str:
    """The week of an office in words, without holidays; that it has no hours where it has none."""
    told = []
    for periods, days in groupby(range(_WEEK), key=lambda day: calendar.week[day]):
        if periods:
            told.append(
                words().say("spoken.part", language, days=_days(list(days), language), periods=_all(periods, language))
            )
    text = words().say("spoken.semicolon", language).join(told) or words().say("spoken.never", language)
    return text[:1].upper() + text[1:]


def when(at: datetime, language: str = "vi") -> str:
    """A moment with its day: today, tomorrow, else the weekday with its date. `at` is aware."""
    here, today = at.astimezone(HERE), now().astimezone(HERE).date()
    near = {today: "spoken.today", today + _DAY: "spoken.tomorrow"}
    key = near.get(here.date(), "spoken.day")
    weekday = words().say(f"spoken.weekday.{here.weekday()}", language)
    return words().say(key, language, clock=clock(here.time()), weekday=weekday, date=dated(here.date()))


def stands(calendar: Calendar, at: datetime, language: str = "vi") -> str:
    """Whether an office is open at a moment and until when, or when it opens; a holiday by its name."""
    today = calendar.special.get(at.astimezone(HERE).date())
    if calendar.is_open(at):
        return words().say("spoken.open", language, until=clock(_closes(calendar, at)))
    opens = calendar.opens_next(at)
    if opens is None:
        return words().say("spoken.closed", language)
    if today is not None and not today.open:
        return words().say("spoken.holiday", language, name=name_in(today.name, language), when=when(opens, language))
    return words().say("spoken.opens", language, when=when(opens, language))


def changed(calendar: Calendar, at: datetime, language: str = "vi") -> str:
    """Holidays of the coming days, and days that are worked in exchange; empty where every day is as usual."""
    today = at.astimezone(HERE).date()
    coming = [today + n * _DAY for n in range(_AHEAD)]
    told = []
    for special, days in groupby(coming, key=lambda day: calendar.special.get(day)):
        run = [day for day in days if special and (special.open or calendar.week[day.weekday()])]
        if special and run:
            key = "spoken.works" if special.open else "spoken.rests"
            told.append(words().say(key, language, days=_run(run, language), name=name_in(special.name, language)))
    return words().say("spoken.semicolon", language).join(told)


def clock(at: time) -> str:
    """07:30."""
    return f"{at:%H:%M}"


def dated(day: date) -> str:
    """05/12, with the year where it is another one than today's."""
    return f"{day:%d/%m}" if day.year == now().astimezone(HERE).year else f"{day:%d/%m/%Y}"


def _run(days: list[date], language: str) -> str:
    first, last = (
        words().say(f"spoken.weekday.{day.weekday()}", language) + " " + dated(day) for day in (days[0], days[-1])
    )
    return first if len(days) == 1 else words().say("spoken.days", language, first=first, last=last)


def _closes(calendar: Calendar, at: datetime) -> time:
    here = at.astimezone(HERE)
    return next(closes for opens, closes in calendar.periods(here.date()) if opens <= here.time() < closes)


def _all(periods: tuple[Period, ...], language: str) -> str:
    return words().say("spoken.comma", language).join(f"{clock(opens)}–{clock(closes)}" for opens, closes in periods)


def _days(days: list[int], language: str) -> str:
    first, last = (words().say(f"spoken.weekday.{day}", language) for day in (days[0], days[-1]))
    if len(days) == _WEEK:
        return words().say("spoken.daily", language)
    return first if len(days) == 1 else words().say("spoken.days", language, first=first, last=last)
