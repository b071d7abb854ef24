"""One part of a procedure as a text to be sent on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from procedures.model import Channel, Fee, Note, Procedure, Way
from procedures.sheets.parts import PARTS, ended, facts, part
from procedures.sheets.text import MOST

PLAIN = Procedure("1.000001", "T", "T", decision="1/QD", data_date="2026-07", plain=True)


def ways(*told: tuple[Channel, str]) -> Procedure:
    return replace(PLAIN, ways=tuple(Way(channel, fees=(Fee(text),)) for channel, text in told))


def test_given_ways_that_cost_the_same_when_told_then_none_is_named() -> None:
    assert facts(ways((Channel.ONLINE, "a"), (Channel.COUNTER, "a")), "en", "fee") == ("a",)


def test_given_ways_that_differ_when_told_then_each_is_named() -> None:
    found = facts(ways((Channel.COUNTER, "b"), (Channel.ONLINE, "a")), "en", "fee")
    assert found == ("Online: a", "At the counter: b")


@pytest.mark.parametrize("name", PARTS)
def test_given_a_procedure_of_which_nothing_is_known_when_told_then_the_part_is_empty(name: str) -> None:
    assert part(PLAIN, "vi", name) == ""


def test_given_a_note_on_one_way_when_told_then_it_stands_first_and_names_it() -> None:
    note = Note("", "fee", "half", "Lan", "NQ 1", channel=Channel.ONLINE)
    first, second = facts(ways((Channel.COUNTER, "b")), "en", "fee", [note, replace(note, about="time")])
    assert first.startswith("Cao Bằng province: Online: half") and second == "b"


def test_given_more_than_a_message_holds_when_told_then_whole_lines_are_left_out_and_the_source_stays() -> None:
    text = part(replace(PLAIN, steps=("x" * 300,) * 20), "en", "steps")
    assert len(text) <= MOST and "\n…\n" in text and text.endswith("data of 7/2026.")
    assert all(len(line) > 300 for line in text.splitlines() if line[0].isdigit())


def test_given_a_record_when_told_in_another_language_then_it_says_where_it_is_from() -> None:
    text = part(replace(PLAIN, plain=False, where="X"), "en", "where")
    assert "official record in Vietnamese" in text.splitlines()[1]


@pytest.mark.parametrize(
    ("changed", "day"),
    [({"valid_until": "2026-01-31"}, "31/01/2026"), ({"valid_from": "2999-01-02"}, "02/01/2999"), ({}, "")],
)
def test_given_a_procedure_that_cannot_be_filed_when_asked_then_it_says_the_day(
    changed: dict[str, str], day: str
) -> None:
    told = ended(replace(PLAIN, **changed), "en")  # type: ignore[arg-type]
    assert (day in told) if day else told == ""
