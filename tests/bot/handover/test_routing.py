"""Which office answers: the commune, the topic, a rule, the language; and the provincial centre for all the rest."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any

import pytest
from sqlalchemy.engine import Connection, Engine

from bot.handover import offices, routing, rules
from bot.handover.rules import Rule, RuleKind
from procedures.catalogue import SEEDS
from procedures.importers.seeds import read_seeds
from procedures.model import OfficeKind
from procedures.places import places
from procedures.store import take_in
from tests.bot.handover import kit

HERE, THERE = (place.code for place in list(places())[:2])
BIRTH, RESIDENCE, LAND = "1.001193", "1.004194", "1.012756"


@lru_cache(maxsize=1)
def catalogue() -> tuple[Any, ...]:
    """Of the commune's centre, of its police, of the land office."""
    known = {row.procedure.code: row for row in read_seeds(SEEDS)}
    birth, residence = known[BIRTH], known[RESIDENCE]
    land = replace(birth.procedure, code=LAND, offices=(OfficeKind.LAND_OFFICE,))
    return birth, residence, replace(birth, procedure=land)


@pytest.fixture
def at(database: Engine) -> Any:
    known = {row.procedure.code: row for row in read_seeds(SEEDS)}
    land = replace(
        known[BIRTH], procedure=replace(known[BIRTH].procedure, code=LAND, offices=(OfficeKind.LAND_OFFICE,))
    )
    take_in(database, [known[BIRTH], known[RESIDENCE], land])
    with database.begin() as connection:
        yield connection


def desk(at: Connection, kind: str, place: str, *staff: str, **values: Any) -> int:
    """An office, with one person for each text of languages."""
    id_ = kit.office(at, kind=kind, place=place)
    for languages in staff:
        kit.person(at, f"{kind}{place}{languages[-3:]}", id_, languages=languages, **values)
    return id_


def goes(at: Connection, **about: str) -> int:
    return routing.office_for(at, **about).id


def test_given_no_other_desk_when_asked_then_the_provincial_centre_answers(at: Connection) -> None:
    assert {goes(at), goes(at, place=HERE), goes(at, code=LAND, place=HERE)} == {offices.CENTRE}


def test_given_a_desk_in_a_commune_when_somebody_lives_there_then_it_answers_and_nobody_elses(at: Connection) -> None:
    here = desk(at, "commune_centre", HERE, "vi")
    assert (goes(at, place=HERE), goes(at, place=THERE), goes(at)) == (here, offices.CENTRE, offices.CENTRE)


def test_given_desks_by_topic_when_residence_or_land_is_meant_then_they_answer(at: Connection) -> None:
    centre, police = desk(at, "commune_centre", HERE, "vi"), desk(at, "commune_police", HERE, "vi")
    land = desk(at, "land_office", "", "vi")
    assert goes(at, place=HERE, code=RESIDENCE) == police
    assert {goes(at, place=HERE, code=LAND), goes(at, code=LAND)} == {land}
    assert {goes(at, place=HERE, code=BIRTH), goes(at, place=HERE, code="9.999999")} == {centre}
    assert goes(at, place=THERE, code=RESIDENCE) == offices.CENTRE


def test_given_a_rule_that_routes_when_its_matter_comes_then_it_goes_there_before_its_topic(at: Connection) -> None:
    desk(at, "commune_centre", HERE, "vi")
    land = desk(at, "land_office", "", "vi")
    rules.add(at, Rule(RuleKind.ROUTE, "đất", "an", intent="dispute", office_kind=OfficeKind.LAND_OFFICE))
    assert goes(at, place=HERE, code=BIRTH, intent="dispute") == land
    assert goes(at, place=HERE, code=BIRTH, intent="complaint") != land


def test_given_an_office_without_staff_when_a_case_comes_then_it_goes_to_who_is_there(at: Connection) -> None:
    desk(at, "commune_centre", HERE)
    assert goes(at, place=HERE) == offices.CENTRE
    police = desk(at, "commune_police", HERE, "vi")
    assert goes(at, place=HERE, code=RESIDENCE) == police
    assert goes(at, place=HERE, code=BIRTH) == offices.CENTRE


def test_given_a_language_when_only_the_province_speaks_it_then_the_case_goes_there(at: Connection) -> None:
    here = desk(at, "commune_centre", HERE, "vi")
    kit.person(at, "dao", languages="vi ium")
    assert (goes(at, place=HERE, language="ium"), goes(at, place=HERE, language="hmn")) == (offices.CENTRE, here)
    kit.person(at, "nung", here, languages="vi nut")
    assert goes(at, place=HERE, language="tyz") == here


def test_given_communes_with_desks_when_the_place_is_unknown_then_it_decides(at: Connection) -> None:
    assert not routing.place_decides(at, routing.office_for(at))
    desk(at, "commune_centre", HERE, "vi")
    assert routing.place_decides(at, routing.office_for(at))


def test_given_a_matter_of_one_office_for_all_when_the_place_is_unknown_then_it_decides_nothing(
    at: Connection,
) -> None:
    desk(at, "commune_centre", HERE, "vi")
    desk(at, "land_office", "", "vi")
    assert not routing.place_decides(at, routing.office_for(at, code=LAND), code=LAND)
