"""Online, post or counter: what it costs, how long it takes."""

from __future__ import annotations

from collections.abc import Iterable

from actions.card import Card
from actions.words import say
from procedures.model import Channel, Procedure
from procedures.ways import by_way, fees_of, of_way, times_of


def fee(procedure: Procedure) -> Card:
    """Fees by way of filing; one line where they are the same everywhere."""
    return _told(procedure, "fee.", fees(procedure))


def time(procedure: Procedure) -> Card:
    """Processing time by way of filing."""
    return _told(procedure, "time.", times(procedure))


def fees(procedure: Procedure) -> tuple[str, ...]:
    """Fees as people read them, without a way's name where all ways tell the same."""
    return by_way(procedure, fees_of, _named)


def times(procedure: Procedure) -> tuple[str, ...]:
    """Processing times, likewise."""
    return by_way(procedure, times_of, _named)


def fee_texts(procedure: Procedure, channel: Channel | None) -> tuple[str, ...]:
    """Fees of one way of filing; of all of them where none is chosen."""
    return of_way(procedure, channel, fees_of)


def time_texts(procedure: Procedure, channel: Channel | None) -> tuple[str, ...]:
    """Processing times, likewise."""
    return of_way(procedure, channel, times_of)


def _told(procedure: Procedure, phrases: str, texts: tuple[str, ...]) -> Card:
    """A single text is the answer itself; several are a list. `phrases` is what the keys begin with."""
    if not texts:
        return Card(say(phrases + "unknown", title=procedure.title))
    if len(texts) == 1:
        return Card(say(phrases + "one", title=procedure.title, text=texts[0]))
    return Card(say(phrases + "lead", title=procedure.title), tuple(say("line", text=text) for text in texts))


def online(procedure: Procedure) -> Card:
    """Whether it can be filed from home."""
    ways = [way for way in procedure.ways if way.channel is Channel.ONLINE]
    others = names(way.channel for way in procedure.ways if way.channel is not Channel.ONLINE)
    if not ways:
        key = "online.no" if others else "online.unknown"
        return Card(say(key, title=procedure.title, ways=others))
    times = tuple(say("online.time", time=way.time) for way in ways if way.time)
    fees = tuple(say("online.fee", fee=fee.text) for way in ways for fee in way.fees)
    notes = tuple(say("line", text=way.note) for way in ways if way.note)
    also = (say("online.also", ways=others),) if others else ()
    return Card(say("online.yes", title=procedure.title), (*times, *fees, *notes, *also))


def _named(channel: Channel, text: str) -> str:
    return say("by_way", way=say(f"channel.{channel.value}"), text=text)


def names(channels: Iterable[Channel]) -> str:
    """Names of ways to file, from home first."""
    present = set(channels)
    return ", ".join(say(f"channel.{channel.value}") for channel in Channel if channel in present)
