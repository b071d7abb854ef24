"""Every address of the whole application, asked by nobody and by each role: only those come in that it names."""

from __future__ import annotations

import itertools
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.testclient import TestClient

from bot import access
from bot.access import SAFE, Access, Route
from bot.accounts import factors
from bot.accounts.people import Role
from bot.accounts.sessions import Sessions
from bot.app import build
from bot.settings import Settings
from procedures.database import connect
from tests.bot.handover import kit

ADDRESS = "http://testserver"
#: Of whoever has a role, these alone are answered without one: what a stranger may see of /desk and /admin.
_STATIC = re.compile(r"/(?:desk|admin)/static/")


class Walk:
    """The application as it is served, and whoever asks it."""

    def __init__(self, app: Starlette, settings: Settings, ids: dict[Role, int]) -> None:
        self.app, self.settings = app, settings
        self.all = list(access.every(app.routes))
        self.routes = [(path, route) for path, route in self.all if isinstance(route, Route)]
        self._cookies = {role: self.cookie(id_) for role, id_ in ids.items()}
        self._addresses = itertools.count()

    def staffs(self) -> Iterator[tuple[str, str, Role]]:
        """Method, address and role of each that is for staff."""
        for path, route in self.routes:
            for method in sorted((route.methods or set()) - {"HEAD"}):
                if isinstance(route.access, Role):
                    yield method, _filled(path), route.access

    def cookie(self, id_: int, epoch: int = 0) -> str:
        response = Response()
        Sessions(self.settings).give(response, id_, epoch)
        return response.headers["set-cookie"].split(";")[0]

    def ask(self, who: Role | str | None, method: str, address: str, **headers: str) -> httpx.Response:
        """Each time from another address, so that nobody is asked to wait."""
        cookie = self._cookies[who] if isinstance(who, Role) else who
        place = divmod(next(self._addresses), 200)
        client = (f"10.0.{place[0]}.{place[1]}", 1)
        browser = TestClient(self.app, follow_redirects=False, raise_server_exceptions=False, client=client)
        return browser.request(method, address, headers={**headers, **({"cookie": cookie} if cookie else {})})


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> Walk:
    here = tmp_path_factory.mktemp("walk")
    shutil.copy(empty_database, here / "t.db")
    oidc = {"oidc_issuer": "https://sso.invalid", "oidc_client_id": "x"}
    settings = Settings(f"sqlite:///{here}/t.db", "127.0.0.1", 8000, ADDRESS, "a secret", media=f"{here}/m", **oidc)
    with connect(settings.database_url).begin() as connection:
        ids = {role: kit.person(connection, role.value, role=role.value) for role in Role}
    return Walk(build(settings), settings, ids)


def _filled(path: str) -> str:
    """An address with something that is not there in each place."""
    return re.sub(r"\{(\w+)(?::(\w+))?\}", lambda found: "999999" if found[2] == "int" else "nothing", path)


def test_given_the_application_when_its_addresses_are_read_then_each_says_who_may_use_it(walk: Walk) -> None:
    assert [path for path, route in walk.all if not isinstance(route, Route)] == []
    assert len(walk.routes) > 120


def test_given_addresses_of_staff_when_read_then_all_below_desk_and_admin_are_and_no_other(walk: Walk) -> None:
    for path, route in walk.routes:
        inside = path.startswith(("/desk", "/admin")) and not _STATIC.match(path)
        assert isinstance(route.access, Role) is inside, path
        if path.startswith("/admin"):
            minority = path.startswith("/admin/words")
            assert not inside or minority or route.access.may(Role.EDITOR), path  # type: ignore[union-attr]


def test_given_nobody_when_each_address_of_staff_is_asked_then_the_login_is_all_they_get(walk: Walk) -> None:
    for method, address, _ in walk.staffs():
        assert _shut(walk.ask(None, method, address)), (method, address)


@pytest.mark.parametrize("role", list(Role))
def test_given_a_role_when_each_address_above_it_is_asked_then_it_is_forbidden(walk: Walk, role: Role) -> None:
    above = [(method, address) for method, address, least in walk.staffs() if not role.may(least)]
    assert bool(above) is (role is not Role.ADMIN)
    found = {(method, address): walk.ask(role, method, address).status_code for method, address in above}
    assert {asked: status for asked, status in found.items() if status != 403} == {}


@pytest.mark.parametrize("role", list(Role))
def test_given_a_role_when_each_page_that_it_opens_is_asked_then_it_is_let_in(walk: Walk, role: Role) -> None:
    mine = [address for method, address, least in walk.staffs() if method == "GET" and least is role]
    for address in mine:
        # A stream never ends; words are for whoever speaks a language of a minority, which the endpoint looks at.
        if not address.endswith("/events") and not address.startswith("/admin/words"):
            answer = walk.ask(role, "GET", address)
            assert not _shut(answer) and answer.status_code not in (403, 500), (address, answer.status_code)


@pytest.mark.parametrize("role", [None, Role.ADMIN])
def test_given_another_site_when_it_sends_forms_then_no_address_takes_one(walk: Walk, role: Role | None) -> None:
    for path, route in walk.routes:
        # A provider and a program bring no cookie that another site could use.
        if route.access not in (Access.PROVIDER, Access.PROGRAM):
            for method in (route.methods or set()) - SAFE:
                answer = walk.ask(role, method, _filled(path), origin="https://evil.example")
                assert answer.status_code == 403, (method, path)


def test_given_nobody_when_what_is_for_programs_and_providers_is_asked_then_it_is_refused(walk: Walk) -> None:
    for path, route in walk.routes:
        if route.access in (Access.PROVIDER, Access.PROGRAM):
            for method in (route.methods or set()) - {"HEAD"}:
                status = walk.ask(None, method, _filled(path)).status_code
                assert status in (401, 403, 404), (method, path, status)


def test_given_an_admin_without_a_second_factor_when_any_address_is_asked_then_the_login_is_all_they_get(
    walk: Walk,
) -> None:
    with connect(walk.settings.database_url).begin() as connection:
        made = kit.person(connection, "bare", role="admin")
        factors.drop(connection, made)
    for method, address, _ in walk.staffs():
        assert _shut(walk.ask(walk.cookie(made, 1), method, address)), (method, address)


def _shut(answer: httpx.Response) -> bool:
    """Led to the login, or told that nobody is signed in."""
    return answer.status_code == 401 or answer.headers.get("location", "").partition("?")[0] == "/login"
