"""Token buckets and open rooms: what they let through, and that they stay small."""

from __future__ import annotations

import pytest

from bot.web.limits import Buckets, Limits, Rate, Rooms, address_of


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_given_a_bucket_when_it_is_empty_then_it_says_when_there_is_more_and_fills_again() -> None:
    clock = Clock()
    buckets = Buckets(Rate(3, 0.5), clock=clock)
    assert [buckets.take("a") for _ in range(5)] == [0, 0, 0, 2, 2]
    assert buckets.take("b") == 0
    clock.now += 1
    assert buckets.wait("a") == 1
    clock.now += 1
    assert [buckets.take("a"), buckets.take("a")] == [0, 2]
    clock.now += 3600
    assert [buckets.take("a") for _ in range(4)] == [0, 0, 0, 2]


def test_given_more_names_than_are_kept_when_they_come_then_the_longest_unused_is_forgotten() -> None:
    buckets = Buckets(Rate(1, 0.001), most=3, clock=Clock())
    for name in "abc":
        buckets.take(name)
    assert buckets.take("a") > 0  # used again: now b is the oldest
    buckets.take("d")
    assert len(buckets) == 3
    assert buckets.wait("a") > 0 and buckets.wait("b") == 0


def test_given_a_hundred_thousand_addresses_when_they_come_then_memory_is_bounded() -> None:
    limits = Limits()
    for number in range(100_000):
        limits.address.take(str(number))
    assert len(limits.address) == 10_000


def test_given_rooms_when_all_are_taken_then_the_next_waits_outside_and_names_are_forgotten() -> None:
    rooms = Rooms(1)
    with rooms.entered("a") as first, rooms.entered("a") as second, rooms.entered("b") as other:
        assert (first, second, other) == (True, False, True)
    with rooms.entered("a") as again:
        assert again
    assert len(rooms) == 0


def test_given_an_error_in_a_room_when_it_is_left_then_it_is_free() -> None:
    rooms = Rooms(1)
    with pytest.raises(ZeroDivisionError), rooms.entered("a"):
        raise ZeroDivisionError
    with rooms.entered("a") as again:
        assert again


@pytest.mark.parametrize(
    ("client", "address"),
    [
        (("203.0.113.7", 1), "203.0.113.7"),
        (("2001:db8:1:2:3:4:5:6", 1), "2001:db8:1:2::/64"),
        (("2001:db8:1:2:ffff::1", 1), "2001:db8:1:2::/64"),
        (("::ffff:203.0.113.7", 1), "203.0.113.7"),
        (("testclient", 1), "testclient"),
        (None, ""),
    ],
)
def test_given_a_client_when_its_address_is_asked_then_a_home_counts_as_one(client: object, address: str) -> None:
    assert address_of({"client": client}) == address
