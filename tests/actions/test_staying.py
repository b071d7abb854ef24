"""Whether a message stays with what is in hand."""

from __future__ import annotations

import pytest

from actions.staying import Signs, enough, likely
from procedures.search import Hit

HELD, OTHER = "1.004772", "1.014062"


def stays(held: float, other: float, sure: bool = False) -> bool:
    hits = sorted((Hit(HELD, held), Hit(OTHER, other, sure=sure)), key=lambda hit: -hit.score)
    return likely([HELD], hits, Signs(names=0.975, matter=5)) >= enough()


def test_given_a_matter_in_hand_that_hardly_fits_when_another_fits_well_then_it_is_let_go() -> None:
    # "lam the can cuoc het bao nhieu tien" after a registration of birth was once answered with the fee of that.
    assert not stays(held=0.058, other=0.9545)


@pytest.mark.parametrize("other", [0.02, 0.1])
def test_given_a_matter_in_hand_that_fits_when_nothing_else_does_then_it_stays(other: float) -> None:
    assert stays(held=0.9, other=other)
