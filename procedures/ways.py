"""What differs between ways of filing, told once where it does not."""

from __future__ import annotations

from collections.abc import Callable

from procedures.model import Channel, Procedure, Way

#: What is asked of a way: its fees, its times.
Texts = Callable[[Way], tuple[str, ...]]


def fees_of(way: Way) -> tuple[str, ...]:
    """Its fees as people read them."""
    return tuple(fee.text for fee in way.fees)


def times_of(way: Way) -> tuple[str, ...]:
    """Its processing time; nothing where the record has none."""
    return (way.time,) if way.time else ()


def by_way(procedure: Procedure, texts: Texts, name: Callable[[Channel, str], str]) -> tuple[str, ...]:
    """Texts of all ways, each named by `name`; without names where all ways tell the same."""
    told = {channel: of_way(procedure, channel, texts) for channel in Channel}
    told = {channel: found for channel, found in told.items() if found}
    if len(set(told.values())) == 1:
        return next(iter(told.values()))
    return tuple(name(channel, text) for channel in told for text in told[channel])


def of_way(procedure: Procedure, channel: Channel | None, texts: Texts) -> tuple[str, ...]:
    """Texts of one way of filing, of all of them where none is chosen; each once."""
    found = [text for way in procedure.ways if channel in (None, way.channel) for text in texts(way)]
    return tuple(dict.fromkeys(found))
