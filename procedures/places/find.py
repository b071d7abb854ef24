"""Which places a message names: today's names, the old ones, districts that are gone, with or without accents."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from rapidfuzz import fuzz, process

from procedures.importers.places import provinces
from procedures.places.reader import OldUnit, Place, Region, UnitKind, read_places
from procedures.typed.fold import IN_HAND, fold, tidy

_FILE = Path(__file__).with_name("communes.yml")
_WORD = re.compile(r"[^\W_]+")
#: Folded words that say what kind of unit follows. Those of two syllables stand joined.
_UNITS = {
    **dict.fromkeys(("xa", "x", "commune"), UnitKind.COMMUNE),
    **dict.fromkeys(("phuong", "p", "ward"), UnitKind.WARD),
    **dict.fromkeys(("thitran", "tt", "town"), UnitKind.TOWN),
}
_DISTRICT = frozenset({"huyen", "h", "quan", "thanhpho", "tp", "district", "city"})
_CITY = frozenset({"thanhpho", "tp", "city"})
#: Folded words after which a name is a place: "ở Hạnh Phúc" is a commune, "hạnh phúc" is happiness.
_AT = frozenset({"o", "tai", "ve", "que", "thuoc", "den", "toi", "tu", "in", "at", "from"})
#: Words a message may hold beside a place and still be nothing but a place.
_FILLER = frozenset(
    (
        *("em", "e", "anh", "a", "chi", "toi", "minh", "chau", "con", "bac", "co", "chu", "ong", "ba", "nha"),
        *("da", "vang", "thi", "la", "nhe", "day", "do", "cu", "truoc", "ben", "ad", "admin", "shop", "oi"),
        *("i", "we", "live", "my", "is", "我", "我们", "我住在", "我们住在", "住在"),
    )
)
#: How near a mistyped name must be (rapidfuzz ratio of the joined syllables), and how long.
_NEAR, _LONG = 88, 6
#: A province's name counts without a word before it in a message of at most so many words more.
_FEW = 3


@dataclass(frozen=True)
class Match:
    """A place, and the old unit by whose name it was called; None where it was called by today's."""

    place: Place
    old: OldUnit | None = None


@dataclass(frozen=True)
class Found:
    """What a message says of places. Nothing where it names none."""

    #: One: the place. Several: the name fits them all.
    matches: tuple[Match, ...] = ()
    #: Another province that was named; then there are no matches.
    elsewhere: str = ""
    #: Whether the message says nothing beside.
    only: bool = False
    #: The message without the places it names.
    rest: str = ""

    @property
    def one(self) -> Match | None:
        """The place, where there is no doubt."""
        return self.matches[0] if len(self.matches) == 1 else None


@dataclass(frozen=True)
class _Named:
    """A stretch of a message that may be a name."""

    start: int
    end: int
    matches: tuple[Match, ...]
    #: The district of this name; empty where there is none.
    district: str = ""
    #: A word such as "ở" or "xã" stands before it.
    introduced: bool = True
    #: It is called a commune, ward or town.
    as_unit: bool = True


class Places:
    """The places of a province, found by name."""

    def __init__(self, region: Region) -> None:
        self._by_code = {place.code: place for place in region.places}
        self._units: defaultdict[str, list[Match]] = defaultdict(list)
        for place in region.places:
            self._add(place.name, Match(place))
            for old in place.old:
                for name in (old.name, *old.also):
                    self._add(name, Match(place, old))
        self._older = {_joined(name): later for name, later in region.older_districts.items()}
        districts = {place.district for place in region.places} | {old.district for p in region.places for old in p.old}
        self._districts = {_district_key(name): name for name in districts}
        self._known = sorted(self._units)
        self._find = lru_cache(maxsize=IN_HAND)(self._look)

    def __iter__(self) -> Iterator[Place]:
        return iter(self._by_code.values())

    def by_code(self, code: str) -> Place | None:
        """The place of a five-digit code, or None."""
        return self._by_code.get(code)

    def find(self, text: str) -> Found:
        """The places that a message names."""
        return self._find(text)

    def _look(self, text: str) -> Found:
        typed = _WORD.findall(tidy(text).lower())
        words = [fold(word) for word in typed]
        named = self._named(typed, words)
        covered = {number for name in named for number in range(name.start, name.end)}
        only = bool(named) and all(_is_filler(word) for n, word in enumerate(words) if n not in covered)
        named = [name for name in named if name.introduced or only]
        other = _elsewhere(words, [name for name in named if name.as_unit or not name.introduced])
        if other or not named:
            return Found((), other, rest=text)
        return Found(self._narrow(named), "", only, _rest(typed, words, named))

    def _add(self, name: str, match: Match) -> None:
        known = self._units[_joined(name)]
        if all(match.place != other.place for other in known):
            known.append(match)

    def _named(self, typed: Sequence[str], words: Sequence[str]) -> list[_Named]:
        """Names from left to right, the longest first where they overlap."""
        found, start = [], 0
        while start < len(words):
            name = next(filter(None, (self._name(typed, words, start, n) for n in (3, 2, 1))), None)
            name = name or self._mistyped(words, start)
            if name:
                found.append(name)
            start = name.end if name else start + 1
        return found

    def _name(self, typed: Sequence[str], words: Sequence[str], start: int, count: int) -> _Named | None:
        if start + count > len(words):
            return None
        key = "".join(words[start : start + count])
        kind = _kind_before(words, start)
        district = "" if kind in _UNITS else self._district(key, kind)
        units = self._units.get(key, []) if kind not in _DISTRICT else []
        if kind in _UNITS:
            units = [match for match in units if _of_kind(match, _UNITS[kind])] or units
        units = _accented(units, typed[start : start + count])
        if not units and not district:
            return None
        introduced = bool(kind) or (start > 0 and words[start - 1] in _AT)
        return _Named(start, start + count, tuple(units), district, introduced, kind in _UNITS)

    def _district(self, key: str, kind: str) -> str:
        """The later district of a name; the city must be called one, for it bears the name of the province."""
        name = self._older.get(key) or self._districts.get(key, "")
        return name if _district_key(name) == _joined(name) or kind in _CITY else ""

    def _mistyped(self, words: Sequence[str], start: int) -> _Named | None:
        """The nearest name after a word such as "xã"; a name anywhere else is not guessed at."""
        if _kind_before(words, start) not in _UNITS:
            return None
        for count in (2, 3):
            key = "".join(words[start : start + count])
            near = (
                process.extractOne(key, self._known, scorer=fuzz.ratio, score_cutoff=_NEAR)
                if len(key) >= _LONG
                else None
            )
            if near and start + count <= len(words):
                return _Named(start, start + count, tuple(self._units[near[0]]))
        return None

    def _narrow(self, named: Sequence[_Named]) -> tuple[Match, ...]:
        """A district narrows the unit before it; alone it stands for all its communes."""
        found: dict[str, Match] = {}
        for number, name in enumerate(named):
            after = named[number + 1].district if number + 1 < len(named) else ""
            inside = [match for match in name.matches if after and _lay_in(match, after)]
            before = named[number - 1].matches if number else ()
            if name.district and any(_lay_in(match, name.district) for match in before):
                continue
            matches = inside or list(name.matches)
            if name.district:
                matches += [Match(place) for place in self._by_code.values() if place.district == name.district]
            for match in matches:
                found.setdefault(match.place.code, match)
        return tuple(found.values())


@lru_cache(maxsize=1)
def places() -> Places:
    """Those that are shipped."""
    return Places(read_places(_FILE))


def _joined(name: str) -> str:
    return "".join(_WORD.findall(fold(name)))


def _district_key(name: str) -> str:
    return _joined(name).removeprefix("thanhpho")


def _lay_in(match: Match, district: str) -> bool:
    return district == (match.old.district if match.old else match.place.district)


def _of_kind(match: Match, kind: UnitKind) -> bool:
    return (match.old.kind if match.old else match.place.kind) is kind


def _kind_before(words: Sequence[str], start: int) -> str:
    """The folded word before a name that says what it names, or nothing."""
    for count in (2, 1):
        word = "".join(words[max(0, start - count) : start])
        if start >= count and (word in _UNITS or word in _DISTRICT):
            return word
    return ""


def _accented(matches: Sequence[Match], typed: Sequence[str]) -> list[Match]:
    """Where accents were typed they decide between names that are the same without: Quang Long, Quảng Long."""
    same = [match for match in matches if _marks(match.old.name if match.old else match.place.name) == _marks(*typed)]
    return same or list(matches)


def _marks(*words: str) -> list[str]:
    """Every letter and mark, whatever letter of the syllable the tone stands on: hòa is hoà."""
    return sorted(unicodedata.normalize("NFD", "".join("".join(words).lower().split())))


def _rest(typed: Sequence[str], words: Sequence[str], named: Sequence[_Named]) -> str:
    gone = {number for name in named for number in range(name.start, name.end)}
    for name in named:
        for count in (1, 2):
            before = range(max(0, name.start - count), name.start)
            if "".join(words[n] for n in before) in (*_UNITS, *_DISTRICT):
                gone.update(before)
    return " ".join(word for number, word in enumerate(typed) if number not in gone)


def _is_filler(word: str) -> bool:
    return (
        word in _FILLER or word in _AT or word in _UNITS or word in _DISTRICT or word in ("thi", "tran", "thanh", "pho")
    )


def _elsewhere(words: Sequence[str], units: Sequence[_Named]) -> str:
    """Another province that a message names. "Xã Bình Dương" is ours, "Bình Dương" is not."""
    ours = {number for name in units for number in range(name.start, name.end)}
    for start in range(len(words) - 1):
        name = _provinces().get("".join(words[start : start + 2]))
        before = words[start - 1] if start else ""
        if name and start not in ours and (before in _AT or before == "tinh" or len(words) - 2 <= _FEW):
            return name
    return ""


@lru_cache(maxsize=1)
def _provinces() -> dict[str, str]:
    """The other provinces by their joined names."""
    return {_joined(name): name for name in provinces()}
