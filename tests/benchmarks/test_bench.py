"""What the benchmarks are made of, without measuring anything."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.engine import Engine

from bot.store.tables import message
from tests.benchmarks import load, page, results, scale, svg
from tests.benchmarks.filling import fill
from tests.benchmarks.history import House, changes
from tests.benchmarks.plans import Plans
from tests.benchmarks.waiting import erlang, exponential, waits


@pytest.mark.parametrize(("workers", "busy"), [(1, 0.6), (4, 0.8), (12, 0.85)])
def test_given_turns_as_theory_has_them_when_simulated_then_they_wait_as_theory_says(workers: int, busy: float) -> None:
    mean = 0.02
    rate = busy * workers / mean
    found = waits(rate, workers, exponential(mean), 60_000)
    assert sum(found) / len(found) == pytest.approx(erlang(rate, workers, mean), rel=0.15)


def test_given_more_than_workers_can_do_when_asked_for_the_wait_then_there_is_no_end_of_it() -> None:
    assert erlang(101, 2, 0.02) == float("inf")
    found = waits(150, 2, exponential(0.02), 4000)
    assert found[-1] > 5


def test_given_measured_lines_when_scaled_then_they_decide_and_not_the_defaults() -> None:
    step = {"rate": 50, "p99": 300, "service": 1.0, "else": 0.2}
    houses = [{"database": "PostgreSQL", "workers": 1, "steps": [step, {**step, "rate": 90, "p99": 4000}]}]
    figures = {"houses": houses, "alone": [{"workers": 1, "rate": 100.0}]}
    takes = scale.measured({"load": {"figures": figures}})
    assert (takes["worker_ms"], takes["front_ms"], takes["database_ms"]) == (10, 10, pytest.approx(4))
    assert scale.measured({}) == scale.DEFAULTS


def test_given_a_busier_hour_when_planned_then_it_takes_more_cores() -> None:
    usual, worst = scale.needs(scale.HOURS[3], scale.DEFAULTS), scale.needs(scale.HOURS[5], scale.DEFAULTS)
    assert worst["worker"] > usual["worker"] >= 1 and worst["month"] > usual["month"]
    few, *_, many = scale.delays(scale.HOURS[3], scale.DEFAULTS, 2000)
    assert few["workers"] < many["workers"] and few["p99"] > many["p99"]


def test_given_lines_when_the_newest_are_read_then_the_last_of_each_kind_counts(tmp_path: Path) -> None:
    file = tmp_path / "bench" / "results.jsonl"
    for figure in (1, 2):
        results.keep("start", "make bench-start", {"seconds": figure}, file)
    found = results.newest(file)
    assert found["start"]["figures"] == {"seconds": 2}
    assert {"machine", "cores", "python", "commit", "command"} <= set(found["start"])
    assert len([json.loads(line) for line in file.read_text().splitlines()]) == 2
    assert results.newest(tmp_path / "none") == {}


def test_given_a_service_that_is_slow_when_loaded_then_the_wait_counts_from_the_moment_it_was_due() -> None:
    async def slow(text: str) -> float:
        await asyncio.sleep(0.2)
        return load.time.perf_counter()

    async def never(text: str) -> None:
        return None

    found = asyncio.run(load.step(load.Crowd(deque([slow, slow])), 40, 0.1))
    # Two are free for four messages: the other two are not asked of anybody, and count as lost.
    assert sorted(one >= load.NEVER for one in found) == [False, False, True, True]
    assert min(found) >= 200
    assert asyncio.run(load.step(load.Crowd(deque([never])), 10, 0.1)) == [load.NEVER]


def test_given_a_history_when_filled_then_it_has_so_many_lines_and_nothing_goes_through_all_of_them(
    database: Engine,
) -> None:
    fill(database, 200, 20)
    with database.connect() as connection:
        assert connection.execute(select(func.count()).select_from(message)).scalar() == 200
    if database.dialect.name != "sqlite":
        return
    house = House("short", database, 20)
    plans = Plans(database)
    for number in range(2):
        house.message(number)
    assert plans.counts and plans.scans() == []
    assert set(house.ms) >= {"message stored", "message claimed", "turn without its engine", "letter sent"}


def test_given_a_question_without_an_index_when_its_plan_is_looked_at_then_it_is_named(database: Engine) -> None:
    if database.dialect.name != "sqlite":
        pytest.skip("plans of SQLite")
    plans = Plans(database)
    with database.connect() as connection:
        connection.execute(select(message.c.id).where(message.c.text == "x")).all()
    assert [step for _, step in plans.scans()] == ["SCAN message"]


def test_given_a_step_when_a_history_makes_it_slower_by_a_fifth_then_that_is_said() -> None:
    assert changes({"short": {"p50": 1.0}, "long": {"p50": 1.3}})
    assert not changes({"short": {"p50": 1.0}, "long": {"p50": 1.19}})


def test_given_a_page_when_figures_are_put_in_then_what_stands_around_them_stays() -> None:
    told = page.between("a\n<!-- figures -->\nold\n<!-- end of figures -->\nb", "figures", page.table([["x"], ["1"]]))
    assert told == "a\n<!-- figures -->\n\n| x |\n| --- |\n| 1 |\n\n<!-- end of figures -->\nb"


def test_given_figures_when_drawn_then_words_are_escaped_and_the_longest_bar_is_the_widest() -> None:
    drawn = svg.bars("a < b", [("x", 2.0), ("y", 1.0)], "ms")
    widths = [float(part.split('"')[0]) for part in drawn.split(' width="')[2:]]
    assert "a &lt; b" in drawn and widths[0] == 2 * widths[1]
    assert svg.lines("t", {"one": [(0, 0), (1, 9)]}, "x", "s", 2).count("<polyline") == 1
