"""Rules of the desk: which fits, which decides, and which cannot be kept."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any

import pytest
from sqlalchemy.engine import Connection, Engine

from bot.errors import StaffInvalid
from bot.handover import rules
from bot.handover.rules import Rule, RuleKind
from procedures.catalogue import SEEDS
from procedures.importers.seeds import read_seeds
from procedures.model import OfficeKind
from procedures.store import take_in

BIRTH, FIELD = "1.001193", "Hộ tịch"
BOTH = (RuleKind.PERSON, RuleKind.HOLD)


@lru_cache(maxsize=1)
def birth() -> Any:
    """A procedure that has a field of law."""
    row = next(row for row in read_seeds(SEEDS) if row.procedure.code == BIRTH)
    return replace(row, procedure=replace(row.procedure, field=FIELD))


@pytest.fixture
def at(database: Engine) -> Any:
    take_in(database, [birth()])
    with database.begin() as connection:
        yield connection


def rule(kind: RuleKind = RuleKind.PERSON, **about: Any) -> Rule:
    return Rule(kind, "vì sao", "an", **about)


def decides(at: Connection, code: str = BIRTH, intent: str = "ask_fee", *kinds: RuleKind) -> int:
    found = rules.fitting(at, kinds or BOTH, code, intent)
    return found.id if found else 0


def test_given_no_rule_when_asked_then_none_decides(at: Connection) -> None:
    assert decides(at) == 0


def test_given_rules_by_code_field_and_intent_when_asked_then_all_that_they_name_must_fit(at: Connection) -> None:
    for about in ({"code": BIRTH}, {"field": FIELD.upper()}, {"intent": "ask_fee"}):
        id_ = rules.add(at, rule(**about))
        assert decides(at) == id_
        assert (decides(at, "2.000635", "greet"), decides(at, "", "greet")) == (0, 0)
        rules.end(at, id_)
    id_ = rules.add(at, rule(code=BIRTH, intent="ask_fee"))
    assert (decides(at), decides(at, BIRTH, "ask_time"), decides(at, "", "ask_fee")) == (id_, 0, 0)


def test_given_several_that_fit_when_asked_then_people_go_first_then_the_narrower_then_the_newer(
    at: Connection,
) -> None:
    rules.add(at, rule(RuleKind.HOLD, code=BIRTH, intent="ask_fee"))
    older = rules.add(at, rule(intent="ask_fee"))
    newer = rules.add(at, rule(intent="ask_fee"))
    narrow = rules.add(at, rule(code=BIRTH, intent="ask_fee"))
    for expected in (narrow, newer, older):
        assert decides(at) == expected
        rules.end(at, expected)


def test_given_a_route_when_asked_for_others_then_it_does_not_count(at: Connection) -> None:
    id_ = rules.add(at, rule(RuleKind.ROUTE, code=BIRTH, office_kind=OfficeKind.LAND_OFFICE))
    assert decides(at) == 0
    assert decides(at, BIRTH, "", RuleKind.ROUTE) == id_


@pytest.mark.parametrize(
    ("kind", "about", "told"),
    [
        (RuleKind.PERSON, {}, "rule for everything"),
        (RuleKind.ROUTE, {"intent": "ask_fee"}, "names a kind of office"),
        (RuleKind.HOLD, {"intent": "ask_fee", "office_kind": OfficeKind.LAND_OFFICE}, "no other rule"),
        (RuleKind.HOLD, {"code": "9.999999"}, "no procedure"),
        (RuleKind.HOLD, {"field": "x" * 201}, "at most 200"),
        (RuleKind.HOLD, {"field": "x\ny"}, "one line"),
    ],
)
def test_given_a_rule_that_cannot_be_when_added_then_it_says_why(
    at: Connection, kind: RuleKind, about: dict[str, Any], told: str
) -> None:
    with pytest.raises(StaffInvalid, match=told):
        rules.add(at, rule(kind, **about))


@pytest.mark.parametrize(("reason", "author"), [(" ", "an"), ("vì sao", "")])
def test_given_a_rule_without_reason_or_author_when_added_then_it_is_refused(
    at: Connection, reason: str, author: str
) -> None:
    with pytest.raises(StaffInvalid, match="--reason"):
        rules.add(at, Rule(RuleKind.HOLD, reason, author, intent="ask_fee"))


def test_given_no_such_rule_when_ended_then_it_says_so(at: Connection) -> None:
    id_ = rules.add(at, rule(intent="ask_fee"))
    rules.end(at, id_)
    for gone in (id_, 99):
        with pytest.raises(StaffInvalid, match="motcua rule list"):
            rules.end(at, gone)
