"""Plain words against the national record."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from procedures.against import check_seeds, disagreements
from procedures.catalogue import SEEDS
from procedures.errors import SeedInvalid
from procedures.importers import Accepted, read
from procedures.importers.seed import read_seed
from procedures.importers.seeds import read_seeds
from procedures.model import Case, Channel, Departure, Fee, Matter, Paper, Procedure, TimeUnit, Way
from tests.conftest import shared_data
from tests.procedures.importers.test_seeds import GOOD

RECORD = Procedure(
    "1.001193",
    "Đăng ký khai sinh",
    "Thủ tục đăng ký khai sinh",
    decision="163/QĐ-BTP",
    ways=(
        Way(
            Channel.ONLINE, "1 ngày làm việc", 1, TimeUnit.WORKING_DAY, (Fee("8.000 đồng/bản", 8000), Fee("0 đồng", 0))
        ),
        Way(Channel.COUNTER, "1 ngày làm việc", 1, TimeUnit.WORKING_DAY),
    ),
    cases=(Case("", (Paper("Tờ khai", 1), Paper("Giấy chứng sinh", 1))), Case("Ủy quyền", (Paper("tờ khai", 1),))),
)
SEED = replace(
    RECORD,
    title="Khai sinh cho con",
    official_title="",
    plain=True,
    ways=(
        Way(Channel.ONLINE, "trong ngày", 1, TimeUnit.WORKING_DAY, (Fee("8.000 đ một bản", 8000),)),
        Way(Channel.COUNTER, "trong ngày", 1, TimeUnit.WORKING_DAY, (Fee("Không mất tiền", 0),)),
    ),
    cases=(Case("", (Paper("Tờ khai"), Paper("Giấy chứng sinh"))),),
)


def found(seed: Procedure, record: Procedure | None = RECORD) -> list[tuple[str, str, str]]:
    return [(one.what, one.seed, one.record) for one in disagreements(seed, record)]


def test_given_a_seed_that_agrees_when_checked_then_nothing_is_found() -> None:
    assert found(SEED) == []


def test_given_another_decision_when_checked_then_both_numbers_are_told() -> None:
    assert found(replace(SEED, decision="1/QĐ-X")) == [("decision", "1/QĐ-X", "163/QĐ-BTP")]
    assert found(replace(SEED, decision="")) == [("decision", "none", "163/QĐ-BTP")]
    assert found(SEED, replace(RECORD, decision="")) == [("decision", "163/QĐ-BTP", "none")]


@pytest.mark.parametrize(
    ("fee", "told"),
    [
        (Fee("10.000 đ một bản", 10000), "10000"),
        (Fee("8.000 đ, gấp thì 16.000 đ"), "8000, 16000"),
        (Fee("Do tỉnh quy định"), "none"),
    ],
)
def test_given_another_figure_for_a_fee_when_checked_then_channel_and_figures_are_told(fee: Fee, told: str) -> None:
    ways = (replace(SEED.ways[0], fees=(fee,)), SEED.ways[1])
    assert found(replace(SEED, ways=ways)) == [("fees", f"online: {told}", "online: 8000")]


def test_given_an_amount_that_the_records_text_does_not_give_when_checked_then_the_text_decides() -> None:
    forty = replace(RECORD, ways=(replace(RECORD.ways[0], fees=(Fee("4.000 đồng", None),)), RECORD.ways[1]))
    assert found(SEED, forty) == [("fees", "online: 8000", "online: 4000")]


def test_given_another_time_when_checked_then_channels_that_agree_with_each_other_are_told_together() -> None:
    ways = tuple(replace(way, time_amount=3.0, time_unit=TimeUnit.DAY) for way in SEED.ways)
    assert found(replace(SEED, ways=ways)) == [
        ("time", "online, counter: 3 day", "online, counter: 1 working_day"),
    ]


def test_given_a_time_in_words_alone_when_checked_then_its_figures_count() -> None:
    words = tuple(replace(way, time="10 ngày; 15 ngày", time_amount=None, time_unit=None) for way in RECORD.ways)
    figures = tuple(replace(way, time="từ 10 ngày, khó thì 15 ngày") for way in words)
    assert found(replace(SEED, ways=words), replace(RECORD, ways=words)) == []
    assert found(replace(SEED, ways=figures), replace(RECORD, ways=words)) == [
        ("time", "online, counter: 15 day", "online, counter: 10 day, 15 day")
    ]


def test_given_a_channel_the_record_lacks_when_checked_then_only_the_channels_disagree() -> None:
    ways = (*SEED.ways, Way(Channel.POST, "9 ngày", 9, TimeUnit.DAY))
    assert found(replace(SEED, ways=ways)) == [("channels", "counter, online, post", "counter, online")]


def test_given_more_papers_when_checked_then_distinct_names_are_counted() -> None:
    cases = (*SEED.cases, Case("Khác", (Paper("Hộ chiếu"), Paper("Tờ khai"))))
    assert found(replace(SEED, cases=cases)) == [("papers", "3", "2")]


def test_given_a_code_that_is_gone_when_checked_then_the_nearest_title_is_named() -> None:
    near = replace(RECORD, code="1.999999", title="Khai sinh cho con nhỏ")
    far = replace(RECORD, code="1.888888", title="Cấp phép khai thác khoáng sản")
    (one,) = disagreements(SEED, None, {near.code: near, far.code: far})
    assert (one.what, one.record, "1.999999" in one.why) == ("code", "none", True)
    (one,) = disagreements(SEED, None, {far.code: far})
    assert "nearest" not in one.why


def test_given_a_record_that_was_replaced_when_checked_then_the_seed_must_say_so_too() -> None:
    ended = replace(RECORD, valid_until="2026-06-30", replaced_by=("1.000001",))
    (one,) = disagreements(SEED, ended)
    assert (one.what, one.record) == ("code", "until 2026-06-30, replaced by 1.000001")
    assert found(replace(SEED, valid_until="2026-06-30", replaced_by=("1.000001",)), ended) == []


def test_given_a_seed_of_an_ended_procedure_when_its_code_is_gone_then_that_is_right() -> None:
    assert found(replace(SEED, valid_until="2026-06-30"), None) == []


def test_given_a_departure_when_it_names_what_the_record_says_then_it_is_explained() -> None:
    more = replace(SEED, cases=(), departures=(Departure(Matter.PAPERS, "2", "nobody asks for them"),))
    (one,) = disagreements(more, RECORD)
    assert (one.what, one.explained) == ("papers", "nobody asks for them")


def test_given_a_departure_when_the_record_says_something_else_by_now_then_both_are_problems() -> None:
    more = replace(SEED, cases=(), departures=(Departure(Matter.PAPERS, "7", "a form twice"),))
    first, second = disagreements(more, RECORD)
    assert (first.what, first.explained) == ("papers", "")
    assert (second.what, second.seed, second.explained) == ("departure", "papers: 7", "")
    assert "stale departure" in second.why


def test_given_a_departure_in_a_seed_file_when_read_then_it_is_there(tmp_path: Path) -> None:
    seed = _seed(tmp_path, "departs:\n  - {what: papers, record: '7', why: a form twice}\n")
    assert read_seed(seed).departures == (Departure(Matter.PAPERS, "7", "a form twice"),)


@pytest.mark.parametrize(
    ("departs", "key"),
    [
        ("  - {what: paper, record: '7', why: x}", "what"),
        ("  - {what: papers, record: 7, why: x}", "record"),
        ("  - {what: papers, record: '7'}", "why"),
        ("  - {what: papers, record: '7', why: x, who: y}", "who"),
        ("  - {what: papers, record: '7', why: x}\n  - {what: papers, record: '7', why: y}", "record"),
    ],
)
def test_given_a_bad_departure_when_read_then_key_and_line_are_named(tmp_path: Path, departs: str, key: str) -> None:
    with pytest.raises(SeedInvalid) as caught:
        read_seed(_seed(tmp_path, f"departs:\n{departs}\n"))
    assert caught.value.key.split(".")[-1] == key
    assert caught.value.line > 1


def _seed(folder: Path, more: str) -> Path:
    path = folder / "1.000001.yml"
    path.write_text(GOOD + more, "utf-8")
    return path


def test_given_the_shipped_seeds_when_held_against_the_national_records_then_nothing_is_unexplained() -> None:
    rows = read(shared_data("national_procedures.jsonl.gz"))
    records = {row.procedure.code: row.procedure for row in rows if isinstance(row, Accepted)}
    seeds = [row.procedure for row in read_seeds(SEEDS)]
    problems = [(one.code, one.what, one.seed, one.record) for one in check_seeds(seeds, records) if not one.explained]
    assert problems == []
