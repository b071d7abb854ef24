"""Names of cases, papers and ways in the language that is being spoken, and which of them a message means."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz import fuzz

from actions.words import spoken
from procedures.languages import translated
from procedures.model import Channel, Procedure
from procedures.typed.fold import fold, tokens

#: Likeness from 0 to 100 from which a name is meant.
_LIKE = 80
#: Letters that two texts must share at least: "giấy" alone is every paper.
_LEAST = 6
#: Folded words for all papers at once, and for no.
_ALL = re.compile(
    r"\b(?:co du|du (?:ca|het|roi|giay|a)|co het|tat ca|ca roi|them all|all of them|everything)\b|全|都|齐"
)
_NO = re.compile(r"\b(?:chua|khong|ko|k|thieu|mat|tru|not|no|don't|dont|haven't|lost|except|but)\b|没|不|丢|除")
_NUMBERS = re.compile(r"\d+")
_CHANNELS = {
    Channel.ONLINE: re.compile(r"\b(?:(?:qua|tren|bang) mang|online|onl|vneid|internet|dien thoai|web)\b|网"),
    Channel.POST: re.compile(r"\b(?:buu dien|buu chinh|post|mail)\b|邮"),
    Channel.COUNTER: re.compile(
        r"\b(?:quay|truc tiep|tan noi|counter|in person|office|(?:tai|o|ra|len|den|ve|xuong|toi) "
        r"(?:xa|phuong|huyen|tinh|cho|noi|cong an|co quan|trung tam|uy ban))\b|窗口|柜台|现场|当面"
    ),
}


def spoken_name(procedure: Procedure, name: str) -> str:
    """A Vietnamese text of a procedure as it is told in the language that is being spoken."""
    return translated(procedure, spoken()).get(name, name)


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


def says_all(text: str) -> bool:
    """Whether all papers are said to be there."""
    said = fold(text)
    return bool(_ALL.search(said)) and not _NO.search(said)


def says_lacking(text: str) -> bool:
    """Whether something is said not to be there, or to be lost."""
    return bool(_NO.search(fold(text)))


def _likeness(said: str, procedure: Procedure, name: str) -> float:
    """How well a message says a name, in Vietnamese or in the language that is being spoken."""
    told = {fold(name), fold(spoken_name(procedure, name))}
    return max(_share(said, one) for one in told)


def _share(said: str, name: str) -> float:
    shared = set(tokens(said)) & set(tokens(name))
    if sum(map(len, shared)) < _LEAST and not any("\u3400" <= char <= "\u9fff" for char in name):
        return 0.0
    return max(fuzz.partial_ratio(name, said), fuzz.partial_ratio(said, name), fuzz.token_set_ratio(said, name))
