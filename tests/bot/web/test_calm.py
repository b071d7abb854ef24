"""What is logged of a request that failed: where, and never what its address holds."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient
from structlog.testing import capture_logs

from bot.app import build
from bot.settings import Settings
from bot.web.sheets import Sheets
from tests.doubles import EchoResponder


def test_given_a_link_that_nobody_may_know_when_its_page_fails_then_the_log_names_the_route(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("words of a citizen")

    monkeypatch.setattr(Sheets, "_sheet", broken)
    page = TestClient(build(settings, EchoResponder()), raise_server_exceptions=False)
    with capture_logs() as logged:
        assert page.get("/g/abcdefgh23456789").status_code == 500
    (line,) = [line for line in logged if line["event"] == "request_failed"]
    assert line["route"].startswith("/g/{")
    assert "abcdefgh23456789" not in str(logged) and "citizen" not in str(logged)
