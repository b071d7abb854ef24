"""Citizens who each write one message after the other, and what they say when everything is over."""

from __future__ import annotations

import asyncio
import random
import re
from collections import Counter
from dataclasses import dataclass, field

from sqlalchemy import and_, select

from bot.store.tables import conversation, inbox, message, outbox
from procedures.database import connect
from tests.fakes.provider import Fake
from tests.soak.town import Town

_NUMBERED = re.compile(r"tin (\d+)$")


@dataclass(frozen=True)
class Citizen:
    """One person at one provider; writes "tin 0", "tin 1", … and each next one when the last was taken."""

    channel: str
    provider: Fake
    address: str
    messages: int

    async def write(self, pause: float) -> None:
        for number in range(self.messages):
            address = int(self.address) if self.channel == "telegram" else self.address
            await self.provider.text(address, f"tin {number}")  # type: ignore[attr-defined]
            await asyncio.sleep(random.uniform(0, 2 * pause))

    def answers(self) -> list[int]:
        """Numbers of the messages that were answered, as the answers came."""
        # Whoever is new is told as well that what they write is kept, and whoever waits for long that they are in line.
        said = (_NUMBERED.search(sent.text) for sent in self.provider.messages_to(self.address))
        return [int(found[1]) for found in said if found]


@dataclass
class Outcome:
    """Counts over all citizens."""

    written: int = 0
    answered: int = 0
    #: Copies beyond the first; those that the outbox marks as perhaps sent twice; those that it does not.
    copies: Counter[str] = field(default_factory=Counter)
    marked: int = 0
    unmarked: int = 0
    out_of_order: int = 0
    #: Messages without an answer, and what became of them.
    lost: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        told = f"{self.written} messages, {self.answered} answered, {self.out_of_order} citizens answered out of order"
        copies = ", ".join(f"{channel} {count}" for channel, count in self.copies.items()) or "none"
        return f"{told}; sent twice: {copies} ({self.marked} marked, {self.unmarked} not)"


def crowd(town: Town, messages: int, each: int) -> list[Citizen]:
    """Half of them at the Official Account, most others at Telegram, some at the Zalo bot."""
    people: list[Citizen] = []
    for number in range(max(3, messages // each)):
        place = number % 10
        channel = "zalo-oa" if place < 5 else "telegram" if place < 8 else "zalo-bot"
        provider: Fake = {"zalo-oa": town.oa, "telegram": town.telegram, "zalo-bot": town.bot}[channel]
        people.append(Citizen(channel, provider, str(10_000 + number), each))
    return people


def tell(town: Town, people: list[Citizen]) -> Outcome:
    """What came of it, by what the providers received and what the outbox says of it."""
    outcome, doubtful = Outcome(), _doubtful(town.database_url)
    for person in people:
        answers = person.answers()
        first = list(dict.fromkeys(answers))
        outcome.written += person.messages
        outcome.answered += len(first)
        outcome.out_of_order += first != sorted(first)
        for number in set(range(person.messages)) - set(first):
            outcome.lost.append(_story(town.database_url, person, f"tin {number}"))
        for number, count in Counter(answers).items():
            if count > 1:
                known = (person.channel, person.address, number) in doubtful
                outcome.copies[person.channel] += count - 1
                outcome.marked += known
                outcome.unmarked += not known
    return outcome


def all_answered(people: list[Citizen]) -> bool:
    return all(len(set(person.answers())) == person.messages for person in people)


def _doubtful(url: str) -> set[tuple[str, str, int]]:
    columns = (conversation.c.channel, conversation.c.address, message.c.text)
    rows = select(*columns).join(outbox, outbox.c.message_id == message.c.id)
    rows = rows.join(conversation, conversation.c.id == message.c.conversation_id).where(outbox.c.doubts > 0)
    with connect(url).connect() as connection:
        found = [(row.channel, row.address, _NUMBERED.search(row.text)) for row in connection.execute(rows)]
    return {(channel, address, int(said[1])) for channel, address, said in found if said}


def _story(url: str, person: Citizen, text: str) -> str:
    """How far a message came."""
    told = select(inbox.c.status, outbox.c.status, outbox.c.error)
    told = told.join(conversation, conversation.c.id == inbox.c.conversation_id)
    told = told.outerjoin(message, and_(message.c.inbox_id == inbox.c.id, message.c.author == "bot"))
    told = told.outerjoin(outbox, outbox.c.message_id == message.c.id)
    mine = and_(inbox.c.channel == person.channel, conversation.c.address == person.address, inbox.c.text == text)
    with connect(url).connect() as connection:
        row = connection.execute(told.where(mine)).first()
    return f"{person.channel} {person.address} {text}: {tuple(row) if row else 'never came'}"
