"""What goes with a message: the picture of a checklist as it is when it is sent."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from sqlalchemy.engine import Engine

from bot import guides
from bot.channels.memory import MemoryChannel
from bot.enclosures import Enclosures
from bot.post.sender import Sender
from bot.post.wake import Wake
from procedures.guides.state import Guide
from procedures.store import take_in
from tests.bot.post.kit import post, statuses
from tests.seeds import seeds

TOKEN, LOST = "7k4p9m2xqr", "8k4p9m2xqs"
#: Nothing lies there.
MEDIA = Path("/nowhere")


@pytest.fixture(autouse=True)
def guided(database: Engine) -> None:
    take_in(database, seeds("1.001193"))
    post(database, "xin chào")
    with database.begin() as connection:
        for token, code in ((TOKEN, "1.001193"), (LOST, "9.999999")):
            guides.keep(connection, 1, {"guide": Guide(token, code).to_dict(), "ticks": {}, "untick": []})


def test_given_a_checklist_when_enclosed_then_it_is_a_picture_with_a_public_address(database: Engine) -> None:
    made = Enclosures(database, "https://motcua.example/", MEDIA)(f"sheet {TOKEN}", "en")
    assert made is not None
    assert made.body.startswith(b"\x89PNG")
    assert (made.name, made.mime) == (f"{TOKEN}.png", "image/png")
    assert made.link == f"https://motcua.example/g/{TOKEN}.png?lang=en"


def test_given_a_checklist_to_be_printed_when_enclosed_then_it_is_a_pdf_with_a_public_address(database: Engine) -> None:
    made = Enclosures(database, "https://motcua.example", MEDIA)(f"pdf {TOKEN}", "vi")
    assert made is not None
    assert made.body.startswith(b"%PDF")
    assert (made.name, made.mime) == (f"{TOKEN}.pdf", "application/pdf")
    assert made.link == f"https://motcua.example/g/{TOKEN}.pdf?lang=vi"


def test_given_no_public_site_when_enclosed_then_the_picture_has_no_address(database: Engine) -> None:
    made = Enclosures(database, "", MEDIA)(f"sheet {TOKEN}", "vi")
    assert made is not None
    assert made.link == ""


def test_given_a_language_that_cannot_be_drawn_when_enclosed_then_it_is_vietnamese(database: Engine) -> None:
    made = Enclosures(database, "https://x", MEDIA)(f"sheet {TOKEN}", "xx")
    assert made is not None
    assert made.link.endswith("lang=vi")


@pytest.mark.parametrize(
    "encloses",
    ["", "sheet", "sheet ", "sheet zzzzz22222", f"sheet {LOST}", f"form {TOKEN}", TOKEN, "sheet ../../etc/passwd"],
)
def test_given_something_that_is_not_there_when_enclosed_then_there_is_none(database: Engine, encloses: str) -> None:
    assert Enclosures(database, "https://x", MEDIA)(encloses, "vi") is None


@pytest.mark.parametrize(("token", "pictures"), [(TOKEN, 1), (LOST, 0)])
def test_given_a_reply_with_a_checklist_when_sent_then_its_words_arrive_with_or_without_it(
    database: Engine, token: str, pictures: int
) -> None:
    channel = MemoryChannel()
    post(database, "Giấy tờ đây ạ", address="b", sheet=f"sheet {token}")
    asyncio.run(Sender(database, channel, Wake(), Enclosures(database, "https://x", MEDIA)).drain())
    parts = channel.take("b")
    assert [part.enclosure is not None for part in parts] == [True] * pictures + [False]
    assert parts[-1].text == "Giấy tờ đây ạ"
    assert statuses(database) == ["sent", "sent"]
