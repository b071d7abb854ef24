"""The audit in a browser: found by words, person, deed and day; older lines on the next page."""

from __future__ import annotations

from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from bot.console import audit
from bot.post.clock import now
from procedures.validity import today
from tests.bot.desk.conftest import Desk

HERE = "/admin/audit"


def note(desk: Desk, action: str = "rule.added", subject: str = "7", who: str = "", **values: object) -> None:
    with desk.rows() as connection:
        audit.note(connection, desk.ids.get(who), action, subject, **values)  # type: ignore[arg-type]


def test_given_lines_when_sought_then_all_conditions_hold(desk: Desk, an: TestClient) -> None:
    note(desk, subject="one%thing", who="an", after={"name": "Nông Thị Hoa"})
    note(desk, "staff.ended", "another", reason="đã về hưu")
    assert "one%thing" in an.get(f"{HERE}?q=Hoa").text
    for found, lost, asked in (
        ("one%thing", "another", "q=one%25"),
        ("one%thing", "another", "q=hoa+n%C3%B4ng"),
        ("another", "one%thing", "q=h%C6%B0u"),
        ("one%thing", "another", f"who={desk.ids['an']}"),
        ("another", "one%thing", "who=0"),
        ("another", "one%thing", "action=staff.ended"),
    ):
        page = an.get(f"{HERE}?{asked}").text
        assert (found in page, lost in page) == (True, False), asked
    assert "Không có gì như vậy" in an.get(f"{HERE}?q=an_ther").text
    assert "Không có gì như vậy" in an.get(f"{HERE}?who=0&action=rule.added").text


def test_given_days_when_sought_then_they_are_vietnams_and_both_included(
    desk: Desk, an: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    note(desk, subject="lately")
    day = today().isoformat()
    assert "lately" in an.get(f"{HERE}?from={day}&to={day}").text
    monkeypatch.setattr("bot.audit.writing.now", lambda: now() - timedelta(days=2))
    note(desk, subject="before")
    assert "before" not in an.get(f"{HERE}?from={day}").text
    assert "before" in an.get(f"{HERE}?from=noday&to={day}").text


def test_given_many_lines_when_looking_then_fifty_are_shown_and_the_rest_behind_a_link(
    desk: Desk, an: TestClient
) -> None:
    for number in range(52):
        note(desk, subject=f"s{number:02}", who="an")
    page = an.get(f"{HERE}?q=s").text
    assert "s51" in page and "s02" in page and "s01" not in page
    older = an.get(f"{HERE}?q=s&before=3").text
    assert "s01" in older and "s02" not in older
    assert "before=3" in page


def test_given_markup_in_a_value_when_shown_then_it_is_text(desk: Desk, an: TestClient) -> None:
    note(desk, after="<script>alert(1)</script>", reason="<b>")
    page = an.get(HERE).text
    assert "<script>alert" not in page and "&lt;b&gt;" in page
