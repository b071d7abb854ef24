"""A recorded reading goes with the words that it reads, and is nowhere missed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy.engine import Engine

from bot.channels.port import Abilities, Enclosure
from bot.post import voices
from bot.store import tables
from tests.bot.post.kit import Shaky, column, drain, post, statuses

HEARS = Abilities(text=2000, pictures=True, voices=True)
SEES = Abilities(text=2000, pictures=True)
VOICE = Enclosure(b"OggS", "a.ogg", "audio/ogg", "https://motcua.example/f/1")


def made(encloses: str, _language: str) -> Enclosure | None:
    assert encloses == "voice 7"
    return VOICE


@pytest.fixture(autouse=True)
def recorded() -> Iterator[None]:
    voices.know({"one": 7})
    yield
    voices.know({})


@pytest.mark.parametrize(
    ("text", "goes"),
    [("one", "voice 7"), (" one\n\ntwo", "voice 7"), ("two\none", "voice 7"), ("one two", ""), ("", "")],
)
def test_given_a_message_when_it_holds_what_is_recorded_then_the_reading_goes_with_it(text: str, goes: str) -> None:
    assert voices.of(text) == goes


def test_given_a_channel_that_plays_voices_when_sent_then_it_is_heard_before_the_words(database: Engine) -> None:
    channel = Shaky(abilities=HEARS)
    post(database, "one")
    drain(database, channel, made)
    assert channel.arrived == ["<picture>", "one"]


def test_given_a_channel_that_only_shows_pictures_when_sent_then_the_words_go_alone_and_without_a_link(
    database: Engine,
) -> None:
    channel = Shaky(abilities=SEES)
    post(database, "one")
    drain(database, channel, made)
    assert channel.arrived == ["one"]
    assert statuses(database) == ["sent"]


def test_given_words_that_nobody_reads_when_posted_then_nothing_goes_with_them(database: Engine) -> None:
    post(database, "two")
    assert column(database, tables.message, "encloses") == [""]
