"""The whole service with a double of the engine, and the browsers of its admins."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from bot.console import number_pages, shelves
from tests.bot.console.drafts import stock
from tests.bot.desk import conftest
from tests.bot.desk.conftest import Desk

_service = conftest.desk


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages wait for what is read behind them, however busy the machine is."""
    monkeypatch.setattr(shelves, "PATIENCE", 20.0)
    monkeypatch.setattr(number_pages, "PATIENCE", 20.0)


@pytest.fixture
def desk(_service: Desk) -> Iterator[Desk]:
    """With Lan, an officer; An, an admin; Biên, an editor; Duyệt, a reviewer. `desk.sign_in("an")` is a browser."""
    for login, role in (("an", "admin"), ("bien", "editor"), ("duyet", "reviewer")):
        _service.add(login, role=role)
    yield _service


@pytest.fixture
def stocked(desk: Desk) -> Desk:
    """With three procedures, one of them also as the portal's record."""
    stock(desk.database)
    return desk


@pytest.fixture
def an(desk: Desk) -> TestClient:
    """The admin's browser."""
    return desk.sign_in("an")


@pytest.fixture
def bien(desk: Desk) -> TestClient:
    """The editor's browser."""
    return desk.sign_in("bien")


@pytest.fixture
def duyet(desk: Desk) -> TestClient:
    """The reviewer's browser."""
    return desk.sign_in("duyet")
