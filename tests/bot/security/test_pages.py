"""Every address of the site with hostile paths, queries and forms: escaped, refused or kept, and never an effect."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from sqlalchemy import inspect
from starlette.routing import Mount, Route
from starlette.testclient import TestClient

from bot.store.tables import metadata
from tests.bot.console.drafts import BIRTH, begun
from tests.bot.desk.conftest import Desk
from tests.bot.handover import kit
from tests.bot.security.hostile import MARKUP, MIXED, done_by

ROOT = Path(__file__).parents[3]
#: Whoever signs out, or takes their own rights away, sees nothing more. Streams have no end. The questions of the gate
#: take ten seconds.
APART = re.compile(r"/logout|/login|/desk/me/|/admin/people/|.*/events$|/api/v1/conversations|.*signed-in|.*/ask$")


def fields() -> list[str]:
    """Every name that a form or a link of ours has, so that no field is left out."""
    told: set[str] = set()
    for place in ("web", "desk", "console"):
        for path in (ROOT / "bot" / place / "templates").glob("*.html"):
            told |= set(re.findall(r'name="([a-z_][a-z_.0-9]*)"', path.read_text("utf-8")))
    return sorted(told | {"q", "before", "after", "file"})


def addresses(app: object, begin: str = "") -> Iterator[tuple[str, str]]:
    """Method and path of each route."""
    for route in app.routes:  # type: ignore[attr-defined]
        if isinstance(route, Mount):
            yield from addresses(route, begin + route.path)
        elif isinstance(route, Route):
            yield from ((method, begin + route.path) for method in sorted((route.methods or set()) - {"HEAD"}))


def filled(path: str, evil: str, edit: int) -> str:
    """A path with what is there for numbers and codes, so that what follows is reached, and evil for the rest."""
    known = {"code": BIRTH, "edit": str(edit)}

    def value(found: re.Match[str]) -> str:
        name, _, kind = found[1].partition(":")
        return known.get(name, "1" if kind == "int" else quote(evil[:200], safe=""))

    return re.sub(r"{([^}]+)}", value, path)


@pytest.mark.parametrize("evil", MIXED, ids=["words", "number"])
def test_given_every_address_when_hostile_words_come_in_each_part_then_none_has_an_effect(
    stocked: Desk, an: TestClient, evil: str
) -> None:
    edit = begun(an)
    with stocked.rows() as connection:
        kit.case(connection, staff_id=stocked.ids["an"])
    browser = TestClient(stocked.client.app, raise_server_exceptions=False, follow_redirects=False)
    browser.cookies = an.cookies
    form, query = dict.fromkeys(fields(), evil), "&".join(f"{name}={quote(evil[:60])}" for name in fields()[:60])
    wrong = []
    for method, path in addresses(stocked.client.app):
        if APART.match(path):
            continue
        address = filled(path, evil, edit)
        if method == "GET":
            answer = browser.get(f"{address}?{query}")
        else:
            answer = browser.request(method, address, data={name: text[:300] for name, text in form.items()})
        wrong += [(method, path, what) for what in done_by(answer)]
    assert wrong == []
    assert set(metadata.tables) <= {*inspect(stocked.database).get_table_names()}
    # What was kept is shown to whoever looks next.
    pages = ("/desk", "/desk/canned", "/desk/cases/1", "/admin/settings/banners", "/admin/audit")
    assert {page: done for page in pages if (done := done_by(browser.get(page)))} == {}


def test_given_every_template_when_it_is_read_then_nothing_is_inline_and_nothing_is_marked_safe() -> None:
    scripts = r"<script(?! src=\"\{\{ asset)|javascript:|hx-on|hx-vals=.js:"
    inline = re.compile(rf"\s(style|on\w+)=|<style|{scripts}|\|\s*safe\b")
    folders = [ROOT / "bot" / place / "templates" for place in ("web", "desk", "console")]
    found = [path for folder in (*folders, ROOT / "procedures/sheets/templates") for path in folder.glob("*.html")]
    assert len(found) > 80
    # An index that is written to a disk, for offices without a service, carries its style along.
    assert [path.name for path in found if inline.search(path.read_text("utf-8"))] == []


def test_given_hostile_names_when_staff_have_them_then_every_page_tells_them_as_words(
    stocked: Desk, an: TestClient
) -> None:
    with stocked.rows() as connection:
        office = kit.office(connection, name=MARKUP)
        kit.person(connection, "evil", office, name=MARKUP)
        kit.case(connection)
    for page in ("/desk", "/desk/numbers", "/admin", "/admin/people", "/admin/settings/offices", "/admin/audit"):
        assert done_by(an.get(page)) == [], page


ELSEWHERE = (
    "//evil.vn",
    "https://evil.vn",
    "/\\evil.vn",
    "/desk/../..//evil.vn",
    "/desk\r\nLocation: //e",
    "javascript:x",
)


def test_given_a_place_elsewhere_when_somebody_signs_in_then_they_stay_here(an: TestClient) -> None:
    for where in ELSEWHERE:
        answer = an.get("/login", params={"next": where}, follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, "/desk"), where
        saved = an.post("/desk/me", data={"next": where}, follow_redirects=False)
        assert saved.headers.get("location", "/")[:2] != "//", where


def test_given_every_redirect_of_the_code_when_it_is_read_then_its_place_is_ours() -> None:
    """A new one has to be looked at: where does it lead, and who says so?"""
    found = [
        (path.relative_to(ROOT).as_posix(), told)
        for path in sorted((ROOT / "bot").rglob("*.py"))
        for told in re.findall(r"RedirectResponse\(\s*([^,)]+)", path.read_text("utf-8"))
    ]
    # Constants, addresses that begin with one, what safe_next or _FORMS has looked at, and the issuer of the settings.
    ours = re.compile(r'f?"/|_HERE|f"\{_HERE\}|home$|where$|then$|safe_next\(')
    wrong = [one for one in found if not ours.match(one[1])]
    assert wrong in ([], [("bot/desk/province_pages.py", "address")])
