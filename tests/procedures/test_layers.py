"""Layers of one procedure."""

from __future__ import annotations

from dataclasses import replace

from procedures.codec import from_json, to_json
from procedures.layers import Layer, origins, overlay
from procedures.model import Case, Channel, Departure, Fee, Level, Matter, Origin, Paper, Procedure, TimeUnit, Way

RECORD = Procedure(
    code="1.001193",
    title="Đăng ký khai sinh (bản ghi)",
    official_title="Thủ tục đăng ký khai sinh",
    field="Hộ tịch",
    levels=(Level.COMMUNE,),
    url="https://dichvucong.gov.vn/thu-tuc-hanh-chinh/x",
    ways=(Way(Channel.ONLINE, "3 ngày", 3, TimeUnit.DAY, (Fee("8.000 đ", 8000),)),),
    cases=(Case("", (Paper("Tờ khai", 1, 0),), ("ghi chú",)),),
)
PLAIN = Procedure(code="1.001193", title="Khai sinh", official_title="", plain=True, aliases=("làm khai sinh",))
LISTED = Procedure(code="1.001193", title="Danh sách", official_title="Danh sách", field="Khác")


def test_given_plain_words_over_a_record_when_laid_over_then_words_win_and_the_records_facts_stay() -> None:
    merged = overlay({"record": RECORD, "plain": PLAIN})
    assert (merged.title, merged.official_title, merged.field) == ("Khai sinh", RECORD.official_title, "Hộ tịch")
    assert (merged.url, merged.levels, merged.plain) == (RECORD.url, RECORD.levels, True)


def test_given_plain_words_without_ways_when_laid_over_then_the_records_ways_are_not_mixed_in() -> None:
    assert overlay({"record": RECORD, "plain": PLAIN}).ways == ()


def test_given_a_list_row_and_a_record_when_laid_over_then_the_record_is_on_top() -> None:
    assert overlay({"list": LISTED, "record": RECORD}).title == RECORD.title


def test_given_a_procedure_when_written_and_read_then_it_is_the_same() -> None:
    assert from_json(to_json(RECORD)) == RECORD


def test_given_a_departure_when_written_and_read_then_it_is_the_same() -> None:
    seed = replace(PLAIN, departures=(Departure(Matter.PAPERS, "7", "a form twice"),))
    assert from_json(to_json(seed)) == seed


def test_given_plain_words_without_an_end_when_laid_over_then_the_records_end_and_successors_stay() -> None:
    ended = replace(
        RECORD, valid_until="2026-06-30", replaced_by=("1.000001",), changed_by="1/QĐ-BTP", related=("1.000002",)
    )
    merged = overlay({"record": ended, "plain": PLAIN})
    assert (merged.valid_until, merged.replaced_by, merged.changed_by) == ("2026-06-30", ("1.000001",), "1/QĐ-BTP")
    assert merged.related == ("1.000002",)


def test_given_three_layers_when_origins_are_asked_then_each_shown_field_names_its_own() -> None:
    found = origins(
        {
            "list": Layer(replace(LISTED, where="Sở Tư pháp", data_date="2026-05"), "list.xlsx"),
            "record": Layer(replace(RECORD, data_date="2026-06"), "dump.json"),
            "plain": Layer(replace(PLAIN, data_date="2026-07"), "seeds"),
        }
    )
    assert found["title"] == Origin("plain", "seeds", "2026-07")
    assert found["official_title"] == found["field"] == Origin("record", "dump.json", "2026-06")
    assert found["where"] == Origin("list", "list.xlsx", "2026-05")
    assert not {"ways", "code", "plain", "summary"} & set(found)
