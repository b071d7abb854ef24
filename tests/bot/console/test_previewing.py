"""Previews: said by what answers citizens, and fitted as channels fit them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from actions.aspects import ASPECTS as KNOWN
from bot.channels.telegram import Telegram
from bot.channels.web import WebChannel
from bot.channels.zalo_bot.channel import ZaloBot
from bot.channels.zalo_oa.channel import ZaloOa
from bot.console.previewing import ASPECTS, FACES, Given, Said, Wanted, preview
from procedures.model import Channel, Note, OfficeFacts, OfficeKind, Procedure
from tests.bot.console.drafts import BIRTH, seeds


@pytest.fixture
def birth() -> Procedure:
    return next(row.procedure for row in seeds() if row.procedure.code == BIRTH)


def said(procedure: Procedure, aspect: str, wanted: Wanted, local: Given | None = None) -> Said:
    told = preview(procedure, wanted, local or Given(), FACES[wanted.face])
    return next(one for one in told if one.aspect == aspect)


def test_given_channels_when_their_abilities_are_compared_then_previews_know_the_same() -> None:
    page = WebChannel(lambda _: None).abilities
    real = {"telegram": Telegram.abilities, "zalo-bot": ZaloBot.abilities, "zalo-oa": ZaloOa.abilities, "web": page}
    for name, can in real.items():
        told = FACES[name]
        assert (told.text, told.buttons, told.button_title) == (can.text, can.buttons, can.button_title), name
    assert set(FACES) == set(real)


def test_given_all_aspects_when_they_are_compared_then_none_is_left_out() -> None:
    assert set(ASPECTS) == set(KNOWN)


@pytest.mark.parametrize("language", ["vi", "en", "zh"])
@pytest.mark.parametrize("face", sorted(FACES))
def test_given_a_procedure_when_it_is_previewed_then_every_aspect_has_words_that_fit(
    birth: Procedure, face: str, language: str
) -> None:
    for one in preview(birth, Wanted(language, face), Given(), FACES[face]):
        assert one.messages and all(0 < len(part.text) <= FACES[face].text for part in one.messages)
        assert all(len(part.choices) <= FACES[face].buttons for part in one.messages)


def test_given_many_papers_when_they_are_previewed_then_all_pages_are_there(birth: Procedure) -> None:
    told = said(birth, "documents", Wanted())
    text = "\n".join(part.text for part in told.messages)
    assert len(told.messages) > 1
    assert all(paper.name.rstrip(".") in text for case in birth.cases for paper in case.papers)


def test_given_notes_and_an_office_when_a_place_is_chosen_then_they_are_told(birth: Procedure) -> None:
    note = Note(BIRTH, "fee", "Miễn lệ phí.", "Lan", "HĐND", place="01273", channel=Channel.COUNTER)
    office = OfficeFacts(OfficeKind.COMMUNE_CENTRE, "Sở", "01273", address="Phố Cũ 12")
    local = Given([note], [office])
    assert "Miễn lệ phí." in said(birth, "fee", Wanted(place="01273"), local).messages[0].text
    assert "Miễn lệ phí." not in said(birth, "fee", Wanted(), local).messages[0].text
    assert "Phố Cũ 12" in said(birth, "where", Wanted(place="01273"), local).messages[0].text


def test_given_a_procedure_that_has_ended_when_it_is_previewed_then_it_is_said_to_have_ended(birth: Procedure) -> None:
    told = said(replace(birth, valid_until="2020-01-31"), "fee", Wanted())
    assert "31/01/2020" in told.messages[0].text or "2020" in told.messages[0].text
