"""Who guesses elsewhere keeps nobody out: tries are counted by where they come from."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.engine import Engine
from starlette.requests import Request
from starlette.responses import Response

from bot.accounts import people
from bot.accounts.attempts import MOST_ANYWHERE, MOST_MISSES, sign_in
from bot.accounts.browsers import Browsers, Whence
from bot.accounts.people import Role
from bot.post.clock import now
from bot.settings import Settings
from bot.store.account_tables import sign_in_miss
from bot.store.console_tables import audit_entry
from bot.store.desk_tables import staff

PASSWORD, WRONG = "sông Bằng chảy qua", "sông Bằng chảy lại"
HOME = Settings("", "127.0.0.1", 8000, "http://testserver", "a secret of the tests")


@pytest.fixture
def lan(database: Engine) -> int:
    with database.begin() as connection:
        about = {"login": "lan", "name": "Lan", "role": Role.OFFICER, "office_id": 1}
        return people.add(connection, **about, password=PASSWORD)


def guess(database: Engine, whence: Whence, times: int) -> None:
    for _ in range(times):
        assert sign_in(database, "lan", WRONG, whence=whence) is None


def asked(host: str, cookie: str = "") -> Request:
    headers = [(b"cookie", cookie.encode())] if cookie else []
    return Request({"type": "http", "headers": headers, "client": (host, 1234)})


def actions(database: Engine) -> list[str]:
    with database.connect() as connection:
        return list(connection.execute(select(audit_entry.c.action).order_by(audit_entry.c.id)).scalars())


def test_given_a_guesser_who_is_locked_when_the_officer_tries_elsewhere_then_they_come_in(
    database: Engine, lan: int
) -> None:
    guess(database, Whence("guesser"), MOST_MISSES)
    assert sign_in(database, "lan", PASSWORD, whence=Whence("guesser")) is None
    assert sign_in(database, "lan", PASSWORD, whence=Whence("desk"))


def test_given_guessers_at_many_addresses_when_they_go_on_then_all_strange_ones_wait_and_the_known_browser_does_not(
    database: Engine, lan: int
) -> None:
    for n in range(MOST_ANYWHERE):
        guess(database, Whence(f"guesser {n}"), 1)
    at_desk = Whence("desk", "browser of Lan", (lan,))
    assert sign_in(database, "lan", PASSWORD, whence=Whence("a new one")) is None
    assert sign_in(database, "lan", PASSWORD, whence=at_desk)
    # What the officer does at the desk forgives no guesser.
    assert sign_in(database, "lan", PASSWORD, whence=Whence("a new one")) is None
    assert sign_in(database, "lan", PASSWORD, now() + timedelta(minutes=2), Whence("a new one"))


def test_given_a_known_browser_when_it_guesses_then_it_waits_too_and_strange_ones_are_not_kept_out(
    database: Engine, lan: int
) -> None:
    stolen = Whence("desk", "browser of Lan", (lan,))
    guess(database, stolen, MOST_MISSES)
    assert sign_in(database, "lan", PASSWORD, whence=stolen) is None
    assert sign_in(database, "lan", PASSWORD, whence=Whence("desk"))


def test_given_a_browser_that_knows_somebody_else_when_it_tries_then_it_counts_as_strange(lan: int) -> None:
    assert Whence("desk", "b", (lan + 1,)).source(lan) == "a:desk"
    assert Whence("desk", "b", (lan,)).source(lan) == "b:b"
    assert not Whence("desk", "", (lan,)).knows(lan)


def test_given_a_lock_when_the_password_is_set_anew_then_every_count_is_gone(database: Engine, lan: int) -> None:
    guess(database, Whence("guesser"), MOST_MISSES)
    with database.begin() as connection:
        people.set_password(connection, lan, PASSWORD)
        assert connection.execute(select(sign_in_miss)).all() == []
    assert sign_in(database, "lan", PASSWORD, whence=Whence("guesser"))


def test_given_misses_and_a_lock_when_noted_then_the_login_stands_there_and_no_password(
    database: Engine, lan: int
) -> None:
    guess(database, Whence("guesser"), MOST_MISSES + 3)
    sign_in(database, WRONG, WRONG)
    assert actions(database) == ["sign_in.refused"] * (MOST_MISSES - 1) + ["sign_in.locked"]
    with database.connect() as connection:
        assert "sông" not in str(connection.execute(select(audit_entry)).all())


def test_given_a_sign_in_when_the_browser_comes_back_then_it_is_known_for_those_who_used_it() -> None:
    browsers, response = Browsers(HOME), Response()
    browsers.remember(asked("10.0.0.1"), response, 7)
    first = response.headers["set-cookie"].split(";")[0]
    response = Response()
    browsers.remember(asked("10.0.0.1", first), response, 8)
    second = response.headers["set-cookie"].split(";")[0]
    then = browsers.whence(asked("10.0.0.9", second))
    assert (then.knows(7), then.knows(8), then.knows(9)) == (True, True, False)
    assert then.browser == browsers.whence(asked("10.0.0.1", first)).browser


@pytest.mark.parametrize("cookie", ["motcua_browser=x", "motcua_browser=WyJhIixbMV1d.x.y", ""])
def test_given_a_cookie_that_is_not_ours_when_it_is_brought_then_the_browser_is_strange(cookie: str) -> None:
    assert Browsers(HOME).whence(asked("10.0.0.1", cookie)).browser == ""


def test_given_addresses_when_digested_then_a_household_of_ipv6_is_one_and_nothing_can_be_read() -> None:
    def of(host: str) -> str:
        return Browsers(HOME).whence(asked(host)).address

    assert of("2001:db8::1") == of("2001:db8::ffff:1") != of("2001:db8:0:1::1")
    assert of("10.0.0.1") != of("10.0.0.2")
    assert len(of("testclient")) == 32


def test_given_a_site_over_https_when_cookies_are_given_then_no_neighbour_can_plant_them() -> None:
    response = Response()
    Browsers(Settings("", "", 0, "https://motcua.vn", "x")).remember(asked("10.0.0.1"), response, 1)
    told = response.headers["set-cookie"].lower()
    assert told.startswith("__host-motcua_browser=")
    assert all(part in told for part in ("secure", "httponly", "samesite=lax", "path=/"))
    assert "domain" not in told


def test_given_two_logins_when_one_is_locked_then_the_other_is_not(database: Engine, lan: int) -> None:
    with database.begin() as connection:
        about = {"login": "an", "name": "An", "role": Role.OFFICER, "office_id": 1}
        people.add(connection, **about, password=PASSWORD)
    guess(database, Whence("one address"), MOST_MISSES)
    assert sign_in(database, "an", PASSWORD, whence=Whence("one address"))
    with database.connect() as connection:
        assert connection.execute(select(staff.c.misses).where(staff.c.login == "an")).scalar() == 0
