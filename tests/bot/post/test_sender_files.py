"""A file of staff's that goes with a letter: brought, or named by its link; and a letter that asks for a number."""

from __future__ import annotations

import pytest
from sqlalchemy.engine import Engine

from bot.channels.port import Abilities, Delivery, Enclosure, Part
from bot.conversation import Notice, Sign
from bot.errors import SendFailed, TryLater
from bot.post.notices import Notices
from bot.post.wake import Wake
from bot.store import tables
from tests.bot.post.kit import PLAIN, Shaky, again, column, drain, post, rows, statuses

FILE = Enclosure(b"%PDF", "Mẫu đơn.pdf", "application/pdf", "https://motcua.example/f/1")
SHOWS = Abilities(text=2000, pictures=True)
LINK = "Tệp Mẫu đơn.pdf: https://motcua.example/f/1"


def made(_encloses: str, _language: str) -> Enclosure | None:
    return FILE


class Asks(Shaky):
    """Keeps the parts that it was given."""

    parts: list[Part]

    async def send(self, part: Part) -> Delivery:
        self.parts = [*getattr(self, "parts", []), part]
        return await super().send(part)


def test_given_a_file_when_it_is_brought_then_the_words_need_no_link(database: Engine) -> None:
    channel = Shaky(abilities=SHOWS)
    post(database, "một", sheet="file 1")
    drain(database, channel, made)
    assert channel.arrived == ["<picture>", "một"]


@pytest.mark.parametrize(
    ("abilities", "errors"),
    [(PLAIN, []), (SHOWS, [SendFailed("kind")]), (SHOWS, [TryLater("busy")]), (SHOWS, [ValueError("?")])],
    ids=["no files", "refused", "busy", "unforeseen"],
)
def test_given_a_file_that_cannot_be_brought_when_sent_then_its_link_stands_below_the_words(
    database: Engine, abilities: Abilities, errors: list[Exception]
) -> None:
    channel = Shaky(errors, abilities)
    post(database, "một", sheet="file 1")
    drain(database, channel, made)
    assert (channel.arrived, statuses(database)) == ([f"một\n\n{LINK}"], ["sent"])


def test_given_a_file_that_was_left_out_when_its_words_are_tried_again_then_they_still_hold_the_link(
    database: Engine,
) -> None:
    channel = Shaky([SendFailed("kind"), TryLater("busy")], SHOWS)
    post(database, "một", sheet="file 1")
    for _ in range(2):
        again(database, channel, made)
    assert channel.arrived == [f"một\n\n{LINK}"]


def test_given_a_file_that_was_brought_when_its_words_are_tried_again_then_they_hold_no_link(database: Engine) -> None:
    channel = Shaky([None, TryLater("busy")], SHOWS)
    post(database, "một", sheet="file 1")
    for _ in range(2):
        again(database, channel, made)
    assert channel.arrived == ["<picture>", "một"]


@pytest.mark.parametrize(("abilities", "arrived"), [(SHOWS, ["<picture>"]), (PLAIN, [LINK])])
def test_given_a_file_without_words_when_sent_then_it_goes_alone(
    database: Engine, abilities: Abilities, arrived: list[str]
) -> None:
    channel = Shaky(abilities=abilities)
    post(database, "", sheet="file 1")
    drain(database, channel, made)
    again(database, channel, made)
    assert (channel.arrived, statuses(database)) == (arrived, ["sent"])


def test_given_a_file_that_is_gone_when_sent_then_the_words_go_alone(database: Engine) -> None:
    channel = Shaky(abilities=SHOWS)
    post(database, "một", sheet="file 1")
    drain(database, channel, lambda *_: None)
    assert channel.arrived == ["một"]


def test_given_a_checklist_that_cannot_be_brought_when_sent_then_no_link_is_added(database: Engine) -> None:
    channel = Shaky([SendFailed("kind")], SHOWS)
    post(database, "một", sheet="sheet x")
    drain(database, channel, made)
    assert channel.arrived == ["một"]


def test_given_a_letter_that_asks_for_a_number_when_sent_then_its_last_part_does(database: Engine) -> None:
    channel = Asks(abilities=Abilities(text=8, pictures=True))
    post(database, "một hai ba", sheet="contact")
    drain(database, channel, made)
    assert [part.asking is not None for part in channel.parts] == [False, True]
    asking = channel.parts[-1].asking
    assert asking is not None and asking.button == "Gửi số điện thoại của tôi" and asking.title
    assert column(database, tables.delivery, "part") == [0, 1]


@pytest.mark.parametrize(
    ("encloses", "echo"),
    [("file 1", "https://motcua.example/f/1"), ("file 1", f"một\n\n{LINK}"), ("contact", "Cho xin số\nmột")],
    ids=["link", "words and link", "card"],
)
def test_given_an_echo_of_what_went_with_a_letter_when_it_comes_first_then_it_is_ours(
    database: Engine, encloses: str, echo: str
) -> None:
    whose = post(database, "một", sheet=encloses)
    drain(database, Shaky(abilities=PLAIN), made)
    notice = Notice("memory", "a", Sign.ECHO, ("unknown",), echo)
    Notices(database, Wake(), {"memory": PLAIN}).take(notice)
    assert [row.conversation_id for row in rows(database, tables.message)] == [whose]
