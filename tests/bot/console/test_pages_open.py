"""Every page of settings, people and audit opens for an admin, and for nobody below."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

PAGES = (
    "/admin/people",
    "/admin/people/new",
    "/admin/people/1",
    "/admin/audit",
    "/admin/audit?q=a%25_&who=0&action=staff.added&from=2026-01-01&to=2026-12-31&before=9",
    "/admin/settings",
    "/admin/settings/channels",
    "/admin/settings/banners",
    "/admin/settings/offices",
    "/admin/settings/offices/new",
    "/admin/settings/offices/1",
    "/admin/settings/days",
    "/admin/settings/contacts",
    "/admin/settings/rules",
)


@pytest.mark.parametrize("page", PAGES)
def test_given_an_admin_when_a_page_is_opened_then_it_is_there(an: TestClient, page: str) -> None:
    answer = an.get(page)
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")


@pytest.mark.parametrize("page", PAGES)
def test_given_a_reviewer_when_a_page_is_opened_then_it_is_refused(duyet: TestClient, page: str) -> None:
    assert duyet.get(page).status_code == 403
