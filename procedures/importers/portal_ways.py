"""Ways to file (executionMethods) of a portal record."""

from __future__ import annotations

from procedures.importers.phrases import NO_INFORMATION, NOTHING
from procedures.importers.portal_fees import fees
from procedures.importers.portal_times import time
from procedures.importers.shape import Malformed, Node
from procedures.importers.text import raw_lines
from procedures.model import Channel, Way

_CHANNELS = {
    "ONLINE": (Channel.ONLINE,),
    "POSTAL": (Channel.POST,),
    "DIRECT": (Channel.COUNTER,),
    "DIRECT_AND_ONLINE": (Channel.ONLINE, Channel.COUNTER),
}


def ways(record: Node) -> tuple[Way, ...]:
    """Every way in the record's order; rows of one channel that differ in time or fee stay apart."""
    found = [way for method in record.nodes("executionMethods") for way in _ways(method)]
    return tuple(dict.fromkeys(found))


def _ways(method: Node) -> list[Way]:
    name = method.text("submissionMethod")
    if name not in _CHANNELS:
        raise Malformed(f'{method.path("submissionMethod")} is "{name[:40]}", not one of {", ".join(_CHANNELS)}')
    text, amount, unit = time(method)
    note = _note(method.text("description"), text)
    return [Way(channel, text, amount, unit, fees(method), note) for channel in _CHANNELS[name]]


def _note(description: str, time_text: str) -> str:
    note = " ".join(line.lstrip("-+*•– ") for line in raw_lines(description))
    silent = NOTHING.fullmatch(note) or NO_INFORMATION.fullmatch(note.strip(" ."))
    return "" if silent or note.strip(" .;").casefold() == time_text.casefold() else note
