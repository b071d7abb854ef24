"""A form read into a procedure: what is typed, what is left out, what cannot be read."""

from __future__ import annotations

import pytest

from bot.console import form, translating
from bot.console.merge_page import clash, settled
from procedures.languages import texts
from procedures.model import Case, Channel, Fee, Paper, Procedure, TimeUnit, Translation, Way

OLD = Procedure("1.000001", "Tên", "Tên chính thức", asked=("hỏi gì",), plain=True)


def test_given_rows_in_any_order_when_they_are_read_then_numbers_order_them() -> None:
    sent = {
        "cases": "yes",
        "case.10.name": "Mười",
        "case.2.name": "Hai",
        "case.2.paper.0.name": " Giấy  A ",
        "case.3.name": "",
    }
    told, slips = form.read(OLD, sent)
    assert told.cases == (Case("Hai", (Paper("Giấy A"),)), Case("Mười")) and not slips


def test_given_a_way_when_it_is_read_then_time_and_fees_are_kept() -> None:
    sent = {
        "ways": "yes",
        "way.0.channel": "online",
        "way.0.time": "3 ngày",
        "way.0.amount": "3,5",
        "way.0.unit": "day",
    }
    sent |= {
        "way.0.fee.0.text": "Miễn phí",
        "way.0.fee.1.text": "8.000 đ",
        "way.0.fee.1.amount": "8.000",
        "way.1.channel": "",
    }
    told, slips = form.read(OLD, sent)
    fees = (Fee("Miễn phí"), Fee("8.000 đ", 8000))
    assert told.ways == (Way(Channel.ONLINE, "3 ngày", 3.5, TimeUnit.DAY, fees),) and not slips


@pytest.mark.parametrize(
    ("sent", "key"),
    [
        ({"way.0.channel": "post", "way.0.amount": "ba"}, "slip.number"),
        ({"way.0.channel": "post", "way.0.amount": "3"}, "slip.time"),
        ({"way.0.channel": "post", "way.0.unit": "day"}, "slip.time"),
        ({"way.0.channel": "post", "way.0.fee.0.amount": "9"}, "slip.fee_text"),
        ({"way.0.channel": "post", "way.0.fee.0.text": "x", "way.0.fee.0.amount": "99999999999999"}, "slip.number"),
        ({"way.0.channel": "post", "way.0.fee.0.text": "x", "way.0.fee.0.amount": "-5"}, "slip.number"),
    ],
)
def test_given_a_figure_that_is_none_when_it_is_read_then_it_is_named(sent: dict[str, str], key: str) -> None:
    _, slips = form.read(OLD, {"ways": "yes", **sent})
    assert key in {slip.key for slip in slips}


def test_given_a_form_without_a_field_when_it_is_read_then_that_stays() -> None:
    told, _ = form.read(OLD, {"summary": "Tóm\ntắt"})
    assert (told.title, told.summary, told.asked, told.plain) == ("Tên", "Tóm tắt", ("hỏi gì",), True)
    assert not form.read(OLD, {"words": "yes"})[0].plain
    assert form.read(OLD, {"way.x.channel": "post", "way.99999.channel": "post", "ways": "1"})[0].ways == ()


def test_given_translations_when_they_are_read_then_gone_texts_go_and_others_stay() -> None:
    said = Translation("en", ("name",), (("Tên", "Title"), ("không còn", "gone")))
    old = Procedure("1", "Tên", "", summary="Lời", translations=(said,))
    told = translating.read(old, "en", {"source.0": "Lời", "said.0": " Words ", "source.1": "lạ", "said.1": "strange"})
    assert told.translations == (Translation("en", ("name",), (("Tên", "Title"), ("Lời", "Words"))),)
    assert [line.said for line in translating.lines(told, "en", told)] == ["Title", "Words"]
    assert set(texts(told)) == {"Tên", "Lời"}


def test_given_translations_of_two_languages_when_two_people_write_then_each_language_is_a_field() -> None:
    base = Procedure("1", "Tên", "", translations=(Translation("en", (), (("Tên", "Title"),)),))
    mine = settled(base, base, ())
    english = translating.read(base, "en", {"source.0": "Tên", "said.0": "Name"})
    chinese = translating.read(mine, "zh", {"source.0": "Tên", "said.0": "名"})
    found = clash(base, english, chinese, 2)
    assert not found.open and [one.language for one in found.merged.translations] == ["en", "zh"]
    assert found.merged.translations[0].texts == (("Tên", "Name"),)
    other = translating.read(base, "en", {"source.0": "Tên", "said.0": "Label"})
    assert [one.name for one in clash(base, english, other, 2).choices] == ["translations.en"]
