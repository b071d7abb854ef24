"""The port and the post: a reply that does not fit a channel loses neither a word nor a button."""

from __future__ import annotations

import asyncio
import dataclasses
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import delete, select
from sqlalchemy.engine import Engine

from bot.channels.port import Enclosure
from bot.conversation import Button, Inbound, Reply
from bot.post import outbox
from bot.post.inbox import Inbox
from bot.post.sender import Sender
from bot.post.wake import Wake
from bot.store import schema
from bot.store.tables import inbox, metadata
from bot.store.tables import outbox as letters
from procedures.database import connect
from tests.contracts.kit import Place, Seen, WebPlace
from tests.contracts.providers import PLACES
from tests.contracts.test_channels import PICTURES

#: Where a channel takes more, a text is long enough.
LONG = 5000
LEAD = "Anh/chị chọn việc cần làm trong các việc sau đây, máy sẽ chỉ từng bước một cho đến khi xong: "


def buttons(count: int, title: str = "Việc") -> tuple[Button, ...]:
    return tuple(Button(f"{title} thứ {n}", f'/choose{{"n": {n}}}') for n in range(1, count + 1))


#: The numbers of the text are lists of its own.
REPLIES = {
    "a few": Reply("Anh/chị chọn:", buttons(3)),
    "one that is long": Reply("Anh/chị chọn:", buttons(1, LEAD * 2)),
    "many": Reply("Anh/chị chọn:", buttons(14)),
    "long titles that differ at the end": Reply("Anh/chị chọn:", buttons(3, LEAD * 2)),
    "many long titles": Reply("Anh/chị chọn:", buttons(13, LEAD * 2)),
    "numbers in the text": Reply("Giấy tờ:\n1. Tờ khai\n2. Căn cước", buttons(14)),
    "more than letters": Reply("Giấy tờ:\n1. Tờ khai", buttons(30)),
    "a title within a title": Reply("Anh/chị chọn:", (*buttons(13), Button("thứ 1", "/other"))),
}


class House:
    """The post of one channel, with a citizen who has written once."""

    def __init__(self, database: Engine, place: Place, picture: Enclosure | None = None) -> None:
        self.database, self.place = database, place
        self.channel = place.channel
        wake = Wake()
        self.inbox = Inbox(database, wake, {self.channel.name: self.channel.abilities})
        self.sender = Sender(database, self.channel, wake, lambda encloses, language: picture)
        self.conversation = 0
        if isinstance(place, WebPlace):
            place.transcript = database

    async def opens(self) -> None:
        await self.place.appears()
        self.conversation = self.inbox.receive(await self.place.types("chào")).conversation_id

    async def says(self, reply: Reply, language: str = "vi") -> list[Seen]:
        before = len(self.place.arrived())
        with self.database.begin() as connection:
            outbox.post(connection, self.conversation, self.channel.name, reply, None, language)
        await self.sender.drain()
        return self.place.arrived()[before:]

    def hears(self, inbound: Inbound) -> tuple[str, str]:
        """Text and payload that are answered."""
        receipt = self.inbox.receive(inbound)
        with self.database.connect() as connection:
            row = connection.execute(select(inbox.c.text, inbox.c.payload).where(inbox.c.id == receipt.inbox_id)).one()
        return row.text, row.payload

    def unsent(self) -> list[str]:
        with self.database.connect() as connection:
            return list(connection.execute(select(letters.c.error).where(letters.c.status != "sent")).scalars())


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    path: Path = tmp_path_factory.mktemp("channels") / "motcua.db"
    engine = connect(f"sqlite:///{path}")
    schema.migrate(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def empty(shared: Engine) -> Engine:
    with shared.begin() as connection:
        for table in reversed(metadata.sorted_tables):
            connection.execute(delete(table))
    return shared


@pytest.fixture
def place(request: pytest.FixtureRequest) -> Place:
    return PLACES[request.param]()


everywhere = pytest.mark.parametrize("place", PLACES, indirect=True)
#: Pages read the transcript themselves.
RENDERED = [name for name, place in PLACES.items() if not issubclass(place, WebPlace)]


def label_of(seen: list[Seen], title: str) -> str:
    """The label before a title that is written out; empty where it is not."""
    told = "\n".join(one.text for one in seen)
    found = re.search(rf"^(\w+)\. {re.escape(title)}$", told, re.MULTILINE)
    alone = re.search(rf"^Nhắn (\w+) để chọn: {re.escape(title)}$", told, re.MULTILINE)
    return (found or alone or [""] * 2)[1]


@everywhere
@pytest.mark.parametrize("which", REPLIES)
def test_given_buttons_that_may_not_fit_when_each_is_chosen_then_none_is_lost(
    empty: Engine, place: Place, which: str
) -> None:
    async def run(house: House) -> None:
        await house.opens()
        for button in REPLIES[which].buttons:
            seen = await house.says(REPLIES[which])
            shown = [title for one in seen for title in one.titles]
            label = label_of(seen, button.title)
            assert label or button.title in shown, (button, seen)
            chosen = await (place.types(f"{label}. ") if label else place.press(button.title))
            assert house.hears(chosen) == (button.title, button.payload)

    house = House(empty, place)
    asyncio.run(run(house))
    assert house.unsent() == []


@everywhere
@pytest.mark.parametrize("which", REPLIES)
def test_given_buttons_that_may_not_fit_when_what_is_shown_is_pressed_then_it_is_what_it_says(
    empty: Engine, place: Place, which: str
) -> None:
    async def run(house: House) -> None:
        await house.opens()
        (*_, last) = await house.says(REPLIES[which])
        assert len(last.titles) <= place.channel.abilities.buttons
        assert len(set(last.titles)) == len(last.titles)
        for title, button in zip(last.titles, REPLIES[which].buttons, strict=False):
            assert len(title) <= place.channel.abilities.button_title
            assert house.hears(await place.press(title)) == (button.title, button.payload)

    asyncio.run(run(House(empty, place)))


@everywhere
def test_given_a_reply_of_the_longest_text_when_sent_then_it_is_one_message_of_these_words(
    empty: Engine, place: Place
) -> None:
    most = min(place.channel.abilities.text, 100_000)
    text = (LEAD * (most // len(LEAD) + 1))[: most - 1] + "."

    async def run(house: House) -> list[Seen]:
        await house.opens()
        return await house.says(Reply(text))

    assert asyncio.run(run(House(empty, place))) == [Seen(text)]


@everywhere
def test_given_a_reply_that_is_far_too_long_when_sent_then_every_word_arrives_in_order_with_the_list_at_the_end(
    empty: Engine, place: Place
) -> None:
    abilities = place.channel.abilities
    words = [f"chữ{n}" for n in range(3 * min(abilities.text, LONG) // 5)]

    async def run(house: House) -> list[Seen]:
        await house.opens()
        return await house.says(Reply(" ".join(words), buttons(3)))

    seen = asyncio.run(run(House(empty, place)))
    assert all(len(one.text) <= abilities.text for one in seen)
    assert [word for one in seen for word in one.text.split() if word.startswith("chữ")] == words
    assert all(not one.titles for one in seen[:-1])
    listed = [*seen[-1].titles, *seen[-1].text.split("\n")]
    assert all(any(line.endswith(button.title) for line in listed) for button in buttons(3))


@everywhere
@pytest.mark.parametrize("picture", PICTURES)
def test_given_a_reply_with_a_picture_when_sent_then_its_words_and_buttons_arrive_whatever_becomes_of_it(
    empty: Engine, place: Place, picture: str
) -> None:
    reply = dataclasses.replace(REPLIES["a few"], encloses="sheet x")

    async def run(house: House) -> list[Seen]:
        await house.opens()
        return await house.says(reply)

    house = House(empty, place, PICTURES[picture])
    *before, last = asyncio.run(run(house))
    assert last.text.startswith(reply.text) and not last.picture
    assert [one.text for one in before] == [""] * len(before)
    assert len(before) == (place.channel.abilities.pictures and picture == "good") or picture != "good"
    assert house.unsent() == []


@pytest.mark.parametrize("place", RENDERED, indirect=True)
@pytest.mark.parametrize(("language", "word"), [("vi", "để chọn"), ("en", "to choose"), ("zh", "选择")])
def test_given_labels_when_a_reply_is_in_a_language_then_so_is_the_hint(
    empty: Engine, place: Place, language: str, word: str
) -> None:
    many = Reply("…", buttons(place.channel.abilities.buttons + 1))

    async def run(house: House) -> list[Seen]:
        await house.opens()
        return await house.says(many, language)

    assert word in "".join(one.text for one in asyncio.run(run(House(empty, place))))
