"""How long, and at what price, somebody can still be written to."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.window import Price, Standing, standing

HEARD = datetime(2026, 11, 28, 8, tzinfo=timezone.utc)
FREE, PAID = timedelta(hours=48), timedelta(days=7)
MOMENT = timedelta(microseconds=1)


def stand(after: timedelta, left: int | None = None) -> Standing:
    return standing(HEARD, left, FREE, PAID, HEARD + after)


@pytest.mark.parametrize(
    ("after", "left", "price"),
    [
        (timedelta(), None, Price.FREE),
        (timedelta(), 1, Price.FREE),
        (timedelta(), 0, Price.PAID),
        (FREE, 8, Price.FREE),
        (FREE + MOMENT, 8, Price.PAID),
        (FREE + MOMENT, None, Price.PAID),
        (PAID, 0, Price.PAID),
        (PAID + MOMENT, 8, Price.CLOSED),
        (timedelta(seconds=-30), None, Price.FREE),
    ],
)
def test_given_a_last_word_when_time_goes_by_then_the_price_follows(
    after: timedelta, left: int | None, price: Price
) -> None:
    assert stand(after, left).price is price


def test_given_a_standing_when_shown_then_it_says_until_when() -> None:
    assert stand(timedelta(hours=1), 3) == Standing(Price.FREE, HEARD + FREE, 3)
    assert stand(timedelta(hours=1), 0) == Standing(Price.PAID, HEARD + PAID, 0)
    assert stand(timedelta(days=8), 3) == Standing(Price.CLOSED, None, 3)


def test_given_somebody_who_never_wrote_when_asked_then_it_is_closed() -> None:
    assert standing(None, None, FREE, PAID, HEARD).price is Price.CLOSED


@given(st.timedeltas(timedelta(), timedelta(days=20)), st.timedeltas(timedelta(), timedelta(days=20)))
def test_given_two_moments_when_compared_then_it_never_gets_cheaper_by_waiting(one: timedelta, two: timedelta) -> None:
    prices = [list(Price).index(stand(after).price) for after in sorted((one, two))]
    assert prices == sorted(prices)


@given(st.timedeltas(timedelta(), timedelta(days=20)), st.sampled_from([None, 0, 5]))
def test_given_any_standing_when_its_end_comes_then_it_holds_until_then_and_not_longer(
    after: timedelta, left: int | None
) -> None:
    now = stand(after, left)
    if now.until is not None:
        assert standing(HEARD, left, FREE, PAID, now.until).price is now.price
        assert standing(HEARD, left, FREE, PAID, now.until + MOMENT).price is not now.price
