"""People who write at a steady pace, each message with a mark, and what each of them got to read."""

from __future__ import annotations

import asyncio
import contextlib
import random
import re
import time
from collections.abc import Iterable
from html import unescape

import httpx

from tests.fakes.provider import Fake
from tests.faults.service import MARK
from tests.soak.town import Town

_QUESTIONS = ("làm giấy khai sinh cần gì", "lệ phí bao nhiêu", "dang ky tam tru mat bao lau", "cam on em")
#: Seconds after which a browser comes back to a broken stream; seconds without a sign after which it gives one up.
_BACK, _SILENT = 1.5, 40.0
_LINE = re.compile(r'class="line bot"')


class Person:
    """Writes one message after the other, each as soon as the one before it was taken and the pause is over."""

    def __init__(self, number: int, channel: str) -> None:
        self.number, self.channel = number, channel
        #: When each message was begun, in seconds since 1970.
        self.asked: list[float] = []
        #: Numbers of messages as their answers came, and when.
        self.read: list[tuple[int, float]] = []

    async def write(self, over: asyncio.Event, pause: float) -> None:
        """Until it is over, with so many seconds between two messages on average."""
        await asyncio.sleep(random.uniform(0, pause))
        while not over.is_set():
            number = len(self.asked)
            self.asked.append(time.time())
            question = _QUESTIONS[number % len(_QUESTIONS)]
            await self.say(f"{question} (p{self.number}n{number})", number)
            await asyncio.sleep(random.uniform(0.5 * pause, 1.5 * pause))

    async def say(self, text: str, number: int) -> None:
        """Returns when it was taken."""
        raise NotImplementedError

    def look(self) -> None:
        """Brings `read` up to date."""

    async def close(self) -> None:
        """Goes away."""

    def wait(self, number: int) -> float | None:
        """Seconds from a message to its first answer; None where none came."""
        came = [at for read, at in self.read if read == number]
        return max(0.0, min(came) - self.asked[number]) if came else None

    @property
    def missing(self) -> list[int]:
        got = {number for number, _ in self.read}
        return [number for number in range(len(self.asked)) if number not in got]


class Chatter(Person):
    """At a provider."""

    def __init__(self, number: int, channel: str, provider: Fake) -> None:
        super().__init__(number, channel)
        self._provider, self._address = provider, 10_000 + number

    async def say(self, text: str, number: int) -> None:
        address = self._address if self.channel == "telegram" else str(self._address)
        await self._provider.text(address, text)  # type: ignore[attr-defined]

    def look(self) -> None:
        self.read = []
        for sent in self._provider.messages_to(self._address):
            # Answers of a real engine come in parts; the last one has the mark.
            self.read += [(number, sent.at) for number in _marks(sent.text, self.number)]


class Visitor(Person):
    """In a browser: presses send until it was taken, and reads the stream."""

    def __init__(self, number: int, site: str) -> None:
        super().__init__(number, "web")
        self._http = httpx.AsyncClient(base_url=site, timeout=20, trust_env=False)
        self._last = "0"
        self.shown: list[str] = []

    async def say(self, text: str, number: int) -> None:
        # The page's own name for the message: pressed again, it is the same one.
        form = {"text": text, "message_id": f"faults-{self.number}-{number:05d}"}
        while True:
            with contextlib.suppress(httpx.HTTPError):
                if (await self._http.post("/messages", data=form)).status_code in (200, 303):
                    return
            await asyncio.sleep(0.5)

    async def follow(self) -> None:
        """Until cancelled."""
        while True:
            with contextlib.suppress(httpx.HTTPError, asyncio.TimeoutError):
                await self._stream()
            await asyncio.sleep(_BACK)

    async def _stream(self) -> None:
        told = {"last-event-id": self._last}
        async with self._http.stream("GET", "/events", headers=told, timeout=httpx.Timeout(20, read=_SILENT)) as stream:
            if stream.status_code != 200:
                return
            event: dict[str, str] = {}
            async for line in stream.aiter_lines():
                if line.strip():
                    name, _, value = line.rstrip("\r\n").partition(":")
                    event[name] = event.get(name, "") + value.strip()
                    continue
                self._take(event)
                event = {}

    def _take(self, event: dict[str, str]) -> None:
        if event.get("event") != "line" or "id" not in event:
            return
        self._last = event["id"]
        if _LINE.search(event.get("data", "")):
            self.shown.append(event["id"])
            self.read += [(n, time.time()) for n in _marks(unescape(event["data"]), self.number)]

    async def close(self) -> None:
        await self._http.aclose()


def crowd(town: Town, size: int) -> list[Person]:
    """Of ten: four at the Official Account, three at Telegram, one at the Zalo bot, two on the web."""
    places = ("zalo-oa", "telegram", "web", "zalo-oa", "telegram", "zalo-bot", "zalo-oa", "web", "telegram", "zalo-oa")
    providers: dict[str, Fake] = {"zalo-oa": town.oa, "telegram": town.telegram, "zalo-bot": town.bot}
    people: list[Person] = []
    for number in range(size):
        channel = places[number % 10]
        web = channel == "web"
        people.append(Visitor(number, town.site) if web else Chatter(number, channel, providers[channel]))
    return people


def all_answered(people: Iterable[Person]) -> bool:
    """Looks again."""
    people = list(people)
    for person in people:
        person.look()
    return not any(person.missing for person in people)


def _marks(text: str, whose: int) -> list[int]:
    """One's own; another's would be an answer that went astray, which counts as missing there."""
    found = MARK.findall(text)
    return [int(found[-1][1])] if found and int(found[-1][0]) == whose else []
