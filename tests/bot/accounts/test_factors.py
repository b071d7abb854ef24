"""Codes of a telephone: good once, within a step of the clock; and codes on paper for when it is lost."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone

import pyotp
import pytest
from sqlalchemy import select
from sqlalchemy.engine import Engine

from bot.accounts import factors, people
from bot.accounts.factors import STEP, Shown, check
from bot.accounts.misses import MOST_MISSES
from bot.accounts.people import Person, Role
from bot.settings import Settings
from bot.store.account_tables import recovery_code, second_factor
from bot.store.console_tables import audit_entry
from tests.bot.handover import kit

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
AT = datetime(2026, 11, 30, 8, 0, 10, tzinfo=timezone.utc)


def code(at: datetime, secret: str = SECRET) -> str:
    return pyotp.TOTP(secret).at(at)


def later(seconds: float) -> datetime:
    return AT + timedelta(seconds=seconds)


def person_of(database: Engine, staff_id: int) -> Person:
    with database.connect() as connection:
        person = people.by_id(connection, staff_id)
    assert person is not None
    return person


@pytest.fixture
def lan(database: Engine) -> Person:
    with database.begin() as connection:
        made = kit.person(connection, "lan")
    return person_of(database, made)


@pytest.fixture
def papers(database: Engine, lan: Person) -> tuple[str, ...]:
    """Lan's recovery codes: her telephone was set up an hour before."""
    with database.begin() as connection:
        codes = factors.enrol(connection, lan, SECRET, code(later(-3600)), later(-3600))
    assert codes is not None
    return codes


def test_given_a_telephone_when_its_first_code_is_right_then_it_is_kept_sealed_and_sessions_end(
    database: Engine, lan: Person, papers: tuple[str, ...]
) -> None:
    now = person_of(database, lan.id)
    assert (lan.second, now.second, now.epoch) == (False, True, lan.epoch + 1)
    with database.connect() as connection:
        kept = str(connection.execute(select(second_factor)).all()) + str(
            connection.execute(select(recovery_code)).all()
        )
    assert SECRET not in kept and not any(one in kept for one in papers)
    assert len(set(papers)) == factors.CODES == 8


@pytest.mark.parametrize("typed", ["", "000000", "12345", "abcdef", "１２３４５６"])
def test_given_a_telephone_when_its_first_code_is_wrong_then_nothing_is_kept(
    database: Engine, lan: Person, typed: str
) -> None:
    with database.begin() as connection:
        assert factors.enrol(connection, lan, SECRET, typed, AT) is None
    assert not person_of(database, lan.id).second


@pytest.mark.parametrize(("off", "right"), [(-60, False), (-STEP, True), (0, True), (STEP, True), (60, False)])
def test_given_a_clock_that_is_off_when_a_code_is_typed_then_one_step_is_forgiven(
    database: Engine, lan: Person, papers: tuple[str, ...], off: int, right: bool
) -> None:
    typed = f" {code(later(off))[:3]} {code(later(off))[3:]} "
    assert check(database, lan, typed, AT) is (Shown.CODE if right else Shown.WRONG)


def test_given_a_code_that_was_used_when_it_comes_again_then_it_is_refused_and_so_is_an_older_one(
    database: Engine, lan: Person, papers: tuple[str, ...]
) -> None:
    typed = code(AT)
    assert check(database, lan, typed, AT) is Shown.CODE
    assert check(database, lan, typed, later(1)) is Shown.WRONG
    assert check(database, lan, code(later(-STEP)), later(2)) is Shown.WRONG
    assert check(database, lan, code(later(STEP)), later(STEP)) is Shown.CODE


def test_given_the_code_of_the_set_up_when_it_is_tried_at_the_door_then_it_is_used_already(
    database: Engine, lan: Person, papers: tuple[str, ...]
) -> None:
    assert check(database, lan, code(later(-3600)), later(-3590)) is Shown.WRONG


def test_given_one_code_in_two_browsers_at_once_when_they_race_then_one_is_let_in(
    database: Engine, lan: Person, papers: tuple[str, ...]
) -> None:
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: check(database, lan, code(AT), AT), range(4)))
    assert found.count(Shown.CODE) == 1


def test_given_a_recovery_code_when_typed_in_any_way_then_it_is_good_once(
    database: Engine, lan: Person, papers: tuple[str, ...]
) -> None:
    typed = papers[3].upper().replace("-", " ")
    assert check(database, lan, typed, AT) is Shown.RECOVERY
    assert check(database, lan, papers[3], AT) is Shown.WRONG
    with database.connect() as connection:
        assert factors.left(connection, lan.id) == factors.CODES - 1


def test_given_a_recovery_code_of_somebody_else_when_typed_then_it_is_wrong(
    database: Engine, papers: tuple[str, ...]
) -> None:
    with database.begin() as connection:
        other = kit.person(connection, "an")
    assert check(database, person_of(database, other), papers[0], AT) is Shown.WRONG
    assert check(database, person_of(database, other), "", AT) is Shown.WRONG


def test_given_wrong_codes_when_they_go_on_then_even_the_right_one_waits_and_both_are_noted(
    database: Engine, lan: Person, papers: tuple[str, ...]
) -> None:
    for _ in range(MOST_MISSES):
        assert check(database, lan, "000000", AT) is Shown.WRONG
    assert check(database, lan, code(AT), AT) is Shown.LOCKED
    assert check(database, lan, papers[0], AT) is Shown.LOCKED
    assert check(database, lan, code(later(61)), later(61)) is Shown.CODE
    with database.connect() as connection:
        noted = list(connection.execute(select(audit_entry.c.action).order_by(audit_entry.c.id)).scalars())
    assert noted == ["code.refused"] * (MOST_MISSES - 1) + ["code.locked"]


def test_given_a_right_code_when_taken_then_the_count_of_wrong_ones_begins_anew(
    database: Engine, lan: Person, papers: tuple[str, ...]
) -> None:
    for n in range(2):
        for _ in range(MOST_MISSES - 1):
            check(database, lan, "000000", later(n * 60))
        assert check(database, lan, code(later(n * 60)), later(n * 60)) is Shown.CODE


def test_given_new_codes_or_another_telephone_when_made_then_the_old_ones_are_good_no_more(
    database: Engine, lan: Person, papers: tuple[str, ...]
) -> None:
    with database.begin() as connection:
        new = factors.renew(connection, lan.id)
    assert check(database, lan, papers[0], AT) is Shown.WRONG
    other = pyotp.random_base32()
    fresh = person_of(database, lan.id)
    with database.begin() as connection:
        assert factors.enrol(connection, lan, other, code(AT, other), AT) is None
        assert factors.enrol(connection, fresh, other, code(AT, other), AT)
    assert check(database, lan, new[0], AT) is Shown.WRONG
    assert check(database, lan, code(later(STEP)), later(STEP)) is Shown.WRONG
    assert check(database, lan, code(later(STEP), other), later(STEP)) is Shown.CODE


def test_given_a_factor_when_dropped_then_no_code_is_good_and_sessions_end(
    database: Engine, lan: Person, papers: tuple[str, ...]
) -> None:
    before = person_of(database, lan.id).epoch
    with database.begin() as connection:
        assert factors.drop(connection, lan.id)
        assert not factors.drop(connection, lan.id)
    assert check(database, lan, code(AT), AT) is Shown.WRONG
    assert check(database, lan, papers[0], AT) is Shown.WRONG
    assert person_of(database, lan.id).epoch > before


@pytest.mark.parametrize(
    ("least", "needed"), [("admin", [Role.ADMIN]), ("reviewer", [Role.REVIEWER, Role.ADMIN]), ("officer", list(Role))]
)
def test_given_the_setting_when_roles_are_asked_then_those_from_it_up_need_one(least: str, needed: list[Role]) -> None:
    settings = Settings("", "", 0, "", "x", second_factor=least)
    assert [role for role in Role if factors.needed(settings, role)] == needed
