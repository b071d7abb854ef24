"""What tells who somebody is lies nowhere in the clear, whichever way it came, and the engine hears it all the same."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.engine import Engine

from bot.conversation import Attachment, Contact, Kind
from bot.post.inbox import Inbox
from bot.post.wake import Wake
from bot.post.worker import Worker
from bot.store.tables import conversation, message
from bot.store.vault_tables import sealed
from bot.turn import Turns
from bot.web.keys import Keys
from tests.bot.desk.conftest import Desk, desk
from tests.bot.post.kit import inbound
from tests.bot.privacy.vault_kit import DATA, Remembers, everything, plain_ways
from tests.contracts.kit import Place
from tests.contracts.providers import PLACES

__all__ = ["desk"]


def found_in(database: Engine) -> list[str]:
    kept = everything(database)
    return [signs for signs in DATA.values() if plain_ways(signs).search(kept)]


class House:
    """Inbox, worker and an engine that remembers all."""

    def __init__(self, database: Engine) -> None:
        self.database, self.engine = database, Remembers()
        self.inbox = Inbox(database, Wake())
        turns = Turns(database, self.engine, Wake())
        self.worker = Worker(self.inbox, turns, self.engine, Wake())

    @property
    def heard(self) -> list[str]:
        return [text for text, _ in self.engine.heard]

    def rows(self, table: Any) -> list[Any]:
        with self.database.connect() as connection:
            return list(connection.execute(select(table)))


@pytest.fixture
def house(database: Engine) -> House:
    return House(database)


@pytest.mark.parametrize("name", [name for name in PLACES if name != "memory"])
def test_given_each_kind_of_number_when_sent_through_a_channel_then_the_engine_hears_it_and_nothing_holds_it(
    house: House, name: str
) -> None:
    place: Place = PLACES[name]()

    async def send() -> None:
        await place.appears()
        for text in DATA:
            house.inbox.receive(await place.types(text))

    asyncio.run(send())
    house.worker.drain()
    assert (house.heard, found_in(house.database)) == (list(DATA), [])
    assert len(house.rows(sealed)) == len(DATA)


def test_given_the_service_when_page_program_and_counter_bring_numbers_then_nothing_holds_them(desk: Desk) -> None:
    program = {"Authorization": f"Bearer {Keys(desk.database).add('app')[1]}"}
    lan, talk = desk.sign_in("lan"), "/api/v1/conversations/lan-1/messages"
    desk.client.get("/")
    for number, text in enumerate(DATA):
        told = {"text": text, "message_id": f"message-{number:08}"}
        assert "•••" in desk.client.post("/messages", data=told).text
        said = desk.client.post(talk, json={"id": f"m-{number:08}", "text": text}, headers=program)
        assert said.status_code < 300 and "•••" in said.text
        assert "•••" in lan.post("/desk/counter", data={**told, "name": "Bà Lan"}).text
    assert (found_in(desk.database), len(desk.engine.heard)) == ([], 3 * len(DATA))


def test_given_contact_file_name_and_payload_of_a_page_when_stored_then_no_number_is_readable(house: House) -> None:
    came = (Attachment(Kind.FILE, "ref", "can cuoc 004199012345.pdf"),)
    house.inbox.receive(inbound("1", "", kind=Kind.CONTACT, contact=Contact("Páo", "0987654321")))
    house.inbox.receive(inbound("2", "", kind=Kind.FILE, attachments=came))
    house.inbox.receive(inbound("3", "Lệ phí", payload='/ask_fee{"x": "004199012345"}'))
    house.worker.drain()
    assert found_in(house.database) == []


def test_given_a_number_beside_a_file_number_when_stored_then_only_the_number_is_masked(house: House) -> None:
    house.inbox.receive(inbound("1", "hồ sơ H14.22-241129-0001 căn cước 004199012345"))
    (line,) = house.rows(message)
    assert line.text == "hồ sơ H14.22-241129-0001 căn cước •••"


def test_given_numbers_twice_when_answered_then_it_is_said_once_that_they_are_hidden(house: House) -> None:
    for number in range(3):
        house.inbox.receive(inbound(f"{number}", f"căn cước của tôi 00419901234{number}"))
        house.worker.drain()
    told = [row.text for row in house.rows(message) if row.author == "bot"]
    assert sum("đã che" in text for text in told) == 1 and "đã che" in told[1]
    assert told[0] == "Nghe rõ: căn cước của tôi •••"


def test_given_memory_of_a_number_when_kept_then_it_is_still_json_and_holds_the_rest(house: House) -> None:
    house.inbox.receive(inbound("1", "lệ phí? căn cước 0041 9901 2345"))
    house.worker.drain()
    (row,) = house.rows(conversation)
    assert '"asked": "lệ phí? căn cước •••"' in row.memory and '"value": "•••"' in row.memory
