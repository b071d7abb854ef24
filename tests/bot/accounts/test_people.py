"""Who can sign in, and what may be changed of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.engine import Connection, Engine

from bot.accounts import passwords, people
from bot.accounts.people import Role
from bot.errors import StaffInvalid
from bot.post.clock import ago, now
from bot.store.desk_tables import office, staff
from procedures.validity import utc
from tests.bot.handover import kit

PASSWORD = "sông Bằng chảy qua"


@pytest.fixture
def connection(database: Engine) -> Iterator[Connection]:
    with database.begin() as connection:
        yield connection


def add(connection: Connection, login: str = "lan", **given: Any) -> int:
    about = {"name": "Hoàng Thị Lan", "role": Role.OFFICER, "office_id": 1, "password": PASSWORD, **given}
    return people.add(connection, login=login, **about)


def test_given_roles_when_compared_then_each_may_do_what_those_before_may() -> None:
    assert [Role.LEAD.may(role) for role in Role] == [True, True, False, False, False]


def test_given_somebody_new_when_looked_up_by_any_spelling_then_all_is_known_and_the_password_is_not(
    connection: Connection,
) -> None:
    id_ = add(connection, "Lan.CB", name="  Hoàng  Thị Lan ", languages=["tyz", "vi"], email=" lan@caobang.gov.vn ")
    person = people.by_login(connection, " LAN.cb ")
    assert person is not None and person == people.by_id(connection, id_)
    assert (person.login, person.name, person.role) == ("lan.cb", "Hoàng Thị Lan", Role.OFFICER)
    assert (person.languages, person.email, person.locale) == (("vi", "tyz"), "lan@caobang.gov.vn", "vi")
    assert (person.on_duty, person.sound, person.seen_at, person.alerts) == (True, True, None, frozenset())
    assert PASSWORD not in str(connection.execute(select(staff)).all())


@pytest.mark.parametrize(
    "wrong",
    [
        {"login": "l"},
        {"login": "lan cb"},
        {"login": "lần"},
        {"login": "x" * 41},
        {"name": " "},
        {"name": "x" * 121},
        {"name": "Lan\x1b[2J"},
        {"office_id": 77},
        {"languages": ["fr"]},
        {"email": "lan@"},
        {"email": "lan@x.vn\nBcc: a@b.vn"},
        {"password": "ngắn"},
        {"password": "lan1234567"},
    ],
)
def test_given_what_cannot_be_when_somebody_is_added_then_it_is_refused_with_what_to_do(
    connection: Connection, wrong: dict[str, Any]
) -> None:
    with pytest.raises(StaffInvalid) as refused:
        add(connection, **wrong)
    assert len(str(refused.value)) > 10
    assert people.every(connection) == ()


def test_given_a_login_of_somebody_who_left_when_added_again_then_it_is_refused_and_the_rest_goes_on(
    connection: Connection,
) -> None:
    people.end(connection, add(connection))
    with pytest.raises(StaffInvalid, match="taken"):
        add(connection, "LAN")
    assert add(connection, "lan2") > 0


def test_given_somebody_who_left_when_looked_up_then_they_are_not_there_but_their_name_is(
    connection: Connection,
) -> None:
    id_ = add(connection)
    people.end(connection, id_)
    assert people.by_id(connection, id_) is None and people.by_login(connection, "lan") is None
    assert people.every(connection) == ()
    assert people.name_of(connection, id_) == "Hoàng Thị Lan"
    assert people.name_of(connection, 99) == ""
    for act in (people.end, people.sign_out):
        with pytest.raises(StaffInvalid):
            act(connection, id_)


def test_given_people_of_two_offices_when_listed_then_by_name_and_by_office(connection: Connection) -> None:
    other = kit.office(connection)
    add(connection, "b1", name="Bình")
    add(connection, "a1", name="An", office_id=other)
    assert [one.name for one in people.every(connection)] == ["An", "Bình"]
    assert [one.name for one in people.every(connection, other)] == ["An"]


def test_given_settings_when_changed_then_they_are_kept_and_the_rest_stays(connection: Connection) -> None:
    id_ = add(connection)
    changed = {"locale": "en", "sound": False, "on_duty": False, "alerts": frozenset({"email", "chat"})}
    people.change(connection, id_, **changed, languages=[], role=Role.LEAD)
    person = people.by_id(connection, id_)
    assert person is not None
    assert {name: getattr(person, name) for name in changed} == changed
    assert (person.languages, person.role, person.name) == (("vi",), Role.LEAD, "Hoàng Thị Lan")


@pytest.mark.parametrize("wrong", [{"locale": "fr"}, {"alerts": ["pigeon"]}, {"office_id": 5}, {"email": "x"}])
def test_given_what_cannot_be_when_changed_then_it_is_refused(connection: Connection, wrong: dict[str, Any]) -> None:
    id_ = add(connection)
    with pytest.raises(StaffInvalid):
        people.change(connection, id_, **wrong)


def test_given_an_office_that_ended_when_somebody_is_sent_there_then_it_is_refused(connection: Connection) -> None:
    ended = kit.office(connection, ended_at=now())
    with pytest.raises(StaffInvalid, match="office"):
        people.change(connection, add(connection), office_id=ended)
    assert connection.execute(select(office.c.id).where(office.c.id == ended)).scalar() == ended


def test_given_a_column_that_nobody_changes_when_tried_then_it_is_a_mistake_of_the_program(
    connection: Connection,
) -> None:
    with pytest.raises(KeyError):
        people.change(connection, add(connection), password="x")


def test_given_the_last_admin_when_ended_or_made_less_then_it_is_refused_until_there_is_another(
    connection: Connection,
) -> None:
    first = add(connection, role=Role.ADMIN)
    with pytest.raises(StaffInvalid, match="last admin"):
        people.end(connection, first)
    with pytest.raises(StaffInvalid, match="last admin"):
        people.change(connection, first, role=Role.LEAD)
    people.change(connection, first, role=Role.ADMIN, name="Lan")
    add(connection, "an", role=Role.ADMIN)
    people.end(connection, first)
    assert [one.login for one in people.every(connection)] == ["an"]


def test_given_a_new_password_when_set_then_sessions_end_and_the_lock_is_off(connection: Connection) -> None:
    id_ = add(connection)
    connection.execute(update(staff).values(misses=9, locked_until=now()))
    people.set_password(connection, id_, "núi Mắt Thần xanh")
    row = connection.execute(select(staff)).one()
    assert (row.epoch, row.misses, row.locked_until) == (1, 0, None)
    assert passwords.fits(row.password, "núi Mắt Thần xanh")
    with pytest.raises(StaffInvalid):
        people.set_password(connection, id_, "ngắn")


def test_given_a_page_when_it_gives_signs_of_life_then_at_most_one_in_twenty_seconds_is_written(
    database: Engine,
) -> None:
    with database.begin() as connection:
        id_ = add(connection)
    people.seen(database, id_)
    with database.begin() as connection:
        person = people.by_id(connection, id_)
        assert person and person.seen_at and person.seen_at > ago(10)
        recent = ago(people.SIGN_OF_LIFE - 5)
        connection.execute(update(staff).values(seen_at=recent))
    people.seen(database, id_)
    with database.begin() as connection:
        assert utc(connection.execute(select(staff.c.seen_at)).scalar()) == recent
        connection.execute(update(staff).values(seen_at=ago(people.SIGN_OF_LIFE + 1)))
    people.seen(database, id_)
    with database.connect() as connection:
        assert utc(connection.execute(select(staff.c.seen_at)).scalar()) > recent


@pytest.mark.parametrize(
    ("email", "fits"),
    [("", True), ("lan@caobang.gov.vn", True), ("lan", False), ("a b@x.vn", False), (f"{'x' * 160}@x.vn", False)],
)
def test_given_an_address_when_judged_then_mail_could_go_there(email: str, fits: bool) -> None:
    assert people.email_fits(email) is fits
