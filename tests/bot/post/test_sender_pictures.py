"""The picture of a letter: ahead of the words, once, and never at their cost."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy.engine import Engine

from bot.channels.port import Abilities, Enclosure
from bot.errors import ChannelDown, SendFailed, TryLater, Unreachable, WindowClosed
from bot.store import tables
from tests.bot.post.kit import PICTURE, PLAIN, Shaky, again, claim, column, drain, post, statuses

SHOWS = Abilities(text=2000, pictures=True)
Makes = Callable[[str, str], Enclosure | None]


def picture(_encloses: str, _language: str) -> Enclosure | None:
    return PICTURE


def by_turns(*made: Enclosure | None) -> Makes:
    """Another one each time it is asked."""
    left = list(made)
    return lambda *_: left.pop(0)


def raises(_encloses: str, _language: str) -> Enclosure | None:
    raise ValueError("font")


def test_given_a_checklist_when_sent_then_the_picture_goes_ahead_of_the_words(database: Engine) -> None:
    channel = Shaky(abilities=SHOWS)
    post(database, "một", sheet="sheet x")
    drain(database, channel, picture)
    assert channel.arrived == ["<picture>", "một"]


@pytest.mark.parametrize("abilities", [PLAIN, SHOWS])
def test_given_no_picture_to_show_when_sent_then_the_words_go_alone(database: Engine, abilities: Abilities) -> None:
    channel = Shaky(abilities=abilities)
    post(database, "một", sheet="sheet x")
    drain(database, channel, picture if abilities is PLAIN else lambda *_: None)
    assert (channel.arrived, statuses(database)) == (["một"], ["sent"])


def test_given_a_picture_that_is_refused_for_good_when_sent_then_the_words_arrive(database: Engine) -> None:
    channel = Shaky([SendFailed("too large")], SHOWS)
    post(database, "một", sheet="sheet x")
    drain(database, channel, picture)
    assert (channel.arrived, statuses(database)) == (["một"], ["sent"])


def test_given_a_picture_when_the_window_is_closed_then_the_letter_is_given_up(database: Engine) -> None:
    channel = Shaky([WindowClosed("-230")], SHOWS)
    post(database, "một", sheet="sheet x")
    drain(database, channel, picture)
    assert (channel.arrived, statuses(database)) == ([], ["failed"])


@pytest.mark.parametrize(
    "error", [TryLater("busy"), TryLater("timeout", perhaps_sent=True), SendFailed("429", 5), ValueError("?")]
)
def test_given_a_picture_that_does_not_get_through_now_when_sent_then_the_words_are_not_kept_back(
    database: Engine, error: Exception
) -> None:
    channel = Shaky([error], SHOWS)
    post(database, "một", sheet="sheet x")
    drain(database, channel, picture)
    assert (channel.arrived, statuses(database)) == (["một"], ["sent"])


def test_given_a_picture_that_cannot_be_made_when_sent_then_the_words_arrive(database: Engine) -> None:
    channel = Shaky(abilities=SHOWS)
    post(database, "một", sheet="sheet x")
    drain(database, channel, raises)
    assert (channel.arrived, statuses(database)) == (["một"], ["sent"])


@pytest.mark.parametrize(
    ("makes", "arrived"), [((PICTURE, None), ["<picture>", "một", "hai"]), ((None, PICTURE), ["một", "hai"])]
)
def test_given_a_picture_that_comes_or_goes_between_tries_when_tried_again_then_no_words_are_left_out_or_doubled(
    database: Engine, makes: tuple[Enclosure | None, ...], arrived: list[str]
) -> None:
    channel = Shaky([*[None] * makes.index(None), None, TryLater("busy")], Abilities(text=4, pictures=True))
    post(database, "một hai", sheet="sheet x")
    for _ in range(2):
        again(database, channel, by_turns(*makes))
    assert (channel.arrived, statuses(database)) == (arrived, ["sent"])


def test_given_words_that_fail_behind_a_picture_when_tried_again_then_it_is_not_sent_twice(database: Engine) -> None:
    channel = Shaky([None, TryLater("busy")], SHOWS)
    post(database, "một", sheet="sheet x")
    for _ in range(2):
        again(database, channel, picture)
    assert channel.arrived == ["<picture>", "một"]
    assert column(database, tables.delivery, "part") == [0, 1]


def test_given_a_sender_that_died_over_the_picture_when_tried_again_then_the_words_go_alone(database: Engine) -> None:
    channel = Shaky(abilities=SHOWS)
    post(database, "một", sheet="sheet x")
    claim(database)
    again(database, channel, picture)
    assert channel.arrived == ["một"]


def test_given_a_provider_that_refuses_us_when_it_works_again_then_picture_and_words_arrive(database: Engine) -> None:
    from bot.post import lines

    channel = Shaky([ChannelDown("token")], SHOWS)
    post(database, "một", sheet="sheet x")
    drain(database, channel, picture)
    assert (channel.arrived, statuses(database)) == ([], ["queued"])
    lines.resume(database, "memory")
    drain(database, channel, picture)
    assert channel.arrived == ["<picture>", "một"]


def test_given_somebody_who_left_when_the_picture_tells_so_then_the_words_are_not_tried(database: Engine) -> None:
    channel = Shaky([Unreachable("blocked")], SHOWS)
    post(database, "một", sheet="sheet x")
    drain(database, channel, picture)
    assert (channel.arrived, statuses(database)) == ([], ["failed"])
