"""Names of cases, papers and ways in the language that is being spoken, and which of them a message means."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz import fuzz

from actions.words import say, spoken
from procedures.guides.state import Guide
from procedures.guides.walk import Need, needed
from procedures.languages import translated
from procedures.model import Channel, Procedure
from procedures.typed.fold import fold

#: Likeness from 0 to 100 from which a name is meant.
_LIKE = 80
#: Letters that two texts must share at least: "giấy" alone is every paper.
_LEAST = 6
#: Folded words for all papers at once.
_ALL = re.compile(r"\b(?:du|het|tat ca|ca roi|all|everything|every)\b|全|都|齐")
_NUMBERS = re.compile(r"\d+")
_CHANNELS = {
    Channel.ONLINE: re.compile(r"\b(?:mang|online|onl|vneid|internet|dien thoai)\b|网"),
    Channel.POST: re.compile(r"\b(?:buu dien|buu chinh|post|mail)\b|邮"),
    Channel.COUNTER: re.compile(r"\b(?:quay|truc tiep|ra xa|len xa|den noi|counter|in person|office)\b|窗口|柜台|现场"),
}


def spoken_name(procedure: Procedure, name: str) -> str:
    """A Vietnamese text of a procedure as it is told in the language that is being spoken."""
    return translated(procedure, spoken()).get(name, name)


def counted(need: Need) -> str:
    """How many originals and copies: " (1 bản chính, 2 bản sao)"; empty where nobody has told."""
    counts = [say("paper.originals", n=need.paper.originals)] if need.paper.originals else []
    counts += [say("paper.copies", n=need.paper.copies)] if need.paper.copies else []
    return f" ({', '.join(counts)})" if counts else ""


def meant(text: str, procedure: Procedure, names: Sequence[str]) -> str:
    """The name that a message says in its own words; empty where it is none, or not plain which one."""
    said = fold(text)
    scored = sorted(((_likeness(said, procedure, name), name) for name in names), reverse=True)
    if not scored or scored[0][0] < _LIKE or (len(scored) > 1 and scored[1][0] == scored[0][0]):
        return ""
    return scored[0][1]


def numbered(text: str, names: Sequence[str]) -> list[str]:
    """The names that numbers in a message stand for, counted from 1."""
    return [names[int(n) - 1] for n in _NUMBERS.findall(text) if 0 < int(n) <= len(names)]


def channel_meant(text: str, channels: Sequence[Channel]) -> Channel | None:
    """The way to file that a message says, by number or words."""
    by_number = numbered(text, [channel.value for channel in channels])
    if by_number:
        return Channel(by_number[0])
    said = fold(text)
    return next((channel for channel in channels if _CHANNELS[channel].search(said)), None)


def papers_meant(text: str, procedure: Procedure, guide: Guide) -> list[str]:
    """The papers that a message says to be there or not; none where it names none."""
    names = [need.paper.name for need in needed(procedure, guide)]
    if _ALL.search(fold(text)):
        return names
    one = meant(text, procedure, names)
    return [one] if one else numbered(text, names)


def _likeness(said: str, procedure: Procedure, name: str) -> float:
    """How well a message says a name, in Vietnamese or in the language that is being spoken."""
    told = {fold(name), fold(spoken_name(procedure, name))}
    return max(_share(said, one) for one in told)


def _share(said: str, name: str) -> float:
    shared = set(said.split()) & set(name.split())
    if sum(map(len, shared)) < _LEAST and not any("\u3400" <= char <= "\u9fff" for char in name):
        return 0.0
    return max(fuzz.partial_ratio(name, said), fuzz.partial_ratio(said, name), fuzz.token_set_ratio(said, name))
