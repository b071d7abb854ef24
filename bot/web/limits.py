"""How often somebody may do something: token buckets in bounded memory. Each process counts for itself.

Many telephones share one address of their network here, so that an address may do far more than a person.
"""

from __future__ import annotations

import contextlib
import ipaddress
import math
import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

#: Names that one set of buckets remembers; the one that was used longest ago is forgotten first.
MOST = 10_000
#: Homes get a whole network of this size, and may call from any address of it.
_IPV6_HOME = 64


@dataclass(frozen=True)
class Rate:
    """So many at once, and so many a second from then on."""

    burst: int
    a_second: float


#: Requests of an address, without files that lie in memory, webhooks and programs with a key.
ADDRESS = Rate(600, 60)
#: Passwords and codes that are tried from an address; each account has a limit of its own besides.
LOGINS = Rate(60, 0.2)
#: Conversations that are begun from an address.
NEW = Rate(100, 0.5)
#: Messages of one person.
PERSON = Rate(60, 0.5)
#: Requests with one key: a program asks for many citizens.
KEY = Rate(1000, 100)
#: Keys from an address that are none.
STRANGERS = Rate(30, 1)
#: Streams that an address may hold open.
STREAMS = 300


class Buckets:
    """One bucket for each name: full at first, a token for each thing done, filled again little by little."""

    def __init__(self, rate: Rate, most: int = MOST, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock`: seconds that never go back."""
        self._rate, self._most, self._clock = rate, most, clock
        #: Tokens and when they were counted, by name; last used last.
        self._kept: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def wait(self, name: str) -> int:
        """Whole seconds until there is a token, taking none; 0 where there is one."""
        tokens = self._tokens(name)
        return 0 if tokens >= 1 else math.ceil((1 - tokens) / self._rate.a_second)

    def take(self, name: str) -> int:
        """Takes a token, and gives 0; where there is none, the whole seconds until there is one."""
        tokens, wait = self._tokens(name), self.wait(name)
        self._kept[name] = (tokens if wait else tokens - 1, self._clock())
        self._kept.move_to_end(name)
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)
        return wait

    def _tokens(self, name: str) -> float:
        tokens, at = self._kept.get(name, (float(self._rate.burst), self._clock()))
        return min(self._rate.burst, tokens + (self._clock() - at) * self._rate.a_second)


class Rooms:
    """How many of something each name has open now."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._open: Counter[str] = Counter()

    def __len__(self) -> int:
        return len(self._open)

    @contextlib.contextmanager
    def entered(self, name: str) -> Iterator[bool]:
        """Whether there is room for one more, which is held until the end of the block."""
        if self._open[name] >= self._most:
            yield False
            return
        self._open[name] += 1
        try:
            yield True
        finally:
            self._open[name] -= 1
            if not self._open[name]:
                del self._open[name]


class Limits:
    """All of them, for one process. Used in the event loop alone."""

    def __init__(self) -> None:
        self.address, self.logins, self.new = Buckets(ADDRESS), Buckets(LOGINS), Buckets(NEW)
        self.person, self.key, self.strangers = Buckets(PERSON), Buckets(KEY), Buckets(STRANGERS)
        self.streams = Rooms(STREAMS)


def address_of(scope: Mapping[str, Any]) -> str:
    """Where a request comes from: an IPv4 address, the network of an IPv6 home, or what else a server calls it.

    The server has put the address of the visitor here where a proxy that it trusts has told it.
    """
    client = scope.get("client")
    told = str(client[0]) if client else ""
    try:
        address = ipaddress.ip_address(told)
    except ValueError:
        return told[:64]
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((int(address), _IPV6_HOME), strict=False))
    return str(address)
