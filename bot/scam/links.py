"""Links in a message: the state's own, ones that only look like it, and all others.

A host is judged by its letters alone; nothing is fetched. Letters of other scripts and figures that look like letters
are read as what they are meant to be taken for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from pathlib import Path

from rapidfuzz.fuzz import ratio

from procedures.typed.fold import fold


class Look(str, Enum):
    """What a link is; stored, so never changed."""

    OFFICIAL = "official"
    LOOK_ALIKE = "look_alike"
    #: Hides where it leads.
    SHORTENED = "shortened"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Link:
    """`host` in small letters as typed, with the path of a chat ("zalo.me/motcua"); at most 253 letters."""

    host: str
    look: Look


_LABEL = r"[^\W_](?:[^\W_]|-){0,62}"
_TLD = (
    r"(?:vn|com|net|org|info|xyz|top|club|online|site|vip|cc|me|io|app|link|live|shop|store|work|click|icu|asia|biz|co"
    r"|us|cn|ly|gd|su|id|page|dev|tk|ml|ga|cf|gq|pro|fun|win|today|support|help|services|gov|eu|ru|tv|mobi|name|at|gy"
    r"|xn--[a-z0-9-]{2,59})"
)
#: With a scheme any host; without one only where its end is one of the world's.
_FOUND = re.compile(
    rf"(?<![\w@.-])(?:https?:?//|www\.)(?P<said>[^\s<>\"'()]{{1,300}})"
    rf"|(?<![\w.-])(?P<bare>(?:{_LABEL}\.){{1,6}}{_TLD}(?![\w-])(?:[/?#][^\s<>\"'()]{{0,300}})?)",
    re.IGNORECASE,
)
#: How people write a point so that no program sees it: "caobang-gov[.]com", "caobang . com".
_POINT = re.compile(r" ?[\[({] ?(?:\.|dot|cham) ?[\])}] ?", re.IGNORECASE)
#: Hosts where anybody opens a chat: the path says whose it is.
_CHATS = frozenset(("zalo.me", "t.me", "telegram.me", "chat.zalo.me", "oa.zalo.me", "m.me"))
#: Letters of other scripts, and figures, that are taken for ours.
_ALIKE = str.maketrans("аеорсухіјѕԁԛһӏνοτρ013457ıℓɡ", "aeopcyxijsdqhlvotpoleastilg")
_PAIRS = (("rn", "m"), ("vv", "w"), ("l", "i"))
#: Likeness of two words, in hundredths, from which one is taken for the other; shorter words are alike by chance.
_LIKE, _SHORT = 84, 6
#: A whole host as long as this is compared with ours.
_WHOLE = 10
_LONGEST = 253
_FOREIGN = re.compile(r"\.gov(?:\.(?!vn$)[a-z]{2})?$")


@dataclass(frozen=True)
class Known:
    """What official.txt says, and our own addresses."""

    official: frozenset[str]
    names: frozenset[str]
    words: frozenset[str]
    shorteners: frozenset[str]


def known(own: str = "") -> Known:
    """With our own addresses, parted by spaces: MOTCUA_BASE_URL, MOTCUA_OFFICIAL_LINKS."""
    return _known(own)


@lru_cache(maxsize=8)
def _known(own: str) -> Known:
    told: dict[str, set[str]] = {"": set(), "name": set(), "word": set(), "shortener": set()}
    for line in Path(__file__).with_name("official.txt").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            kind, _, rest = line.rpartition(":")
            told[kind] |= set(rest.split())
    ours = {_named(_host(address), address) for address in own.split()} - {""}
    names, words = ({_blurred(one) for one in told[kind]} for kind in ("name", "word"))
    return Known(*map(frozenset, (told[""] | ours, names, words, told["shortener"])))


def links(text: str, whose: Known) -> tuple[Link, ...]:
    """Each host once, in order. Addresses of e-mail count as the host behind their @."""
    plain = _POINT.sub(".", text)
    found: dict[str, Link] = {}
    for one in _FOUND.finditer(plain):
        address = one["said"] or one["bare"]
        host = _host(address)
        if "." in host:
            mail = plain[one.start() - 1 : one.start()] == "@"
            named = _named(host, address)[:_LONGEST]
            link = Link(named, _look(host, named, address, whose))
            if not mail or link.look is Look.LOOK_ALIKE:
                found.setdefault(named, link)
    return tuple(found.values())


def _host(address: str) -> str:
    """What a browser goes to: behind a user name, before a port."""
    bare = re.sub(r"^https?:?//", "", address.lower())
    authority = re.split(r"[/?#\\]", bare, maxsplit=1)[0]
    return authority.rsplit("@", 1)[-1].split(":")[0].strip(".,;:!").removeprefix("www.")


def _named(host: str, address: str) -> str:
    if host not in _CHATS:
        return host
    path = re.sub(r"^https?:?//", "", address.lower()).partition("/")[2]
    return f"{host}/{re.split(r'[/?#]', path, maxsplit=1)[0].strip('.,;:!')}"


def _look(host: str, named: str, address: str, whose: Known) -> Look:
    if named in whose.official or _is_below(host, whose.official):
        return Look.OFFICIAL
    if host in whose.shorteners:
        return Look.SHORTENED
    if _is_like(named if host in _CHATS else host, whose) or _pretends(host, address, whose):
        return Look.LOOK_ALIKE
    return Look.UNKNOWN


def _is_below(host: str, official: frozenset[str]) -> bool:
    """By the letters as they are: one of another script makes it another host."""
    return host.isascii() and any(host == one or host.endswith(f".{one}") for one in official if "/" not in one)


def _pretends(host: str, address: str, whose: Known) -> bool:
    """An official name before an @, which a browser takes for a user name."""
    before = re.sub(r"^https?:?//", "", address.lower()).rpartition(f"@{host}")[0]
    return "." in before and _is_below(before.split("/")[0].split(":")[0], whose.official)


def _is_like(host: str, whose: Known) -> bool:
    said = skeleton(host)
    if any(len(one) >= _WHOLE and _near(said, skeleton(one)) for one in whose.official if not _is_number(one)):
        return True
    words = [word for word in re.split(r"[.\-/_]", said) if word]
    run = "".join(words[:-1]) if "/" not in host else "".join(words)
    if any(name in run for name in whose.names) or any(_near(word, name) for word in words for name in whose.names):
        return True
    own = {known for known in whose.words if any(known == word or _near(word, known) for word in words)}
    own |= {known for known in whose.words if len(known) >= _SHORT and known in run}
    state = "gov" in words and not _FOREIGN.search(host)
    return len(own) > 1 or (state and (bool(own) or "vn" in words))


def _is_number(named: str) -> bool:
    """A chat that is named by figures alone: others are no more like it than any number."""
    return named.rpartition("/")[2].isdigit()


def _near(word: str, name: str) -> bool:
    return min(len(word), len(name)) >= _SHORT and ratio(word, name, score_cutoff=_LIKE) > 0


def skeleton(host: str) -> str:
    """What a hurried reader takes a host for: "xn--…" spelled out, figures and letters of other scripts as ours.

    No word for people: l, i and 1 are one letter in it.
    """
    spelled = ".".join(map(_spelled, host.lower().split(".")))
    return _blurred(fold(spelled.translate(_ALIKE)))


def _blurred(text: str) -> str:
    for seen, meant in _PAIRS:
        text = text.replace(seen, meant)
    return text


def _spelled(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return label[4:].encode("ascii").decode("punycode")
    except UnicodeError:
        return label
