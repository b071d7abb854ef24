"""Numbers in a browser and in a spreadsheet: leads see their office, the centre sees all."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from bot.conversation.hours import HERE
from bot.desk.numbers import minutes, period_of
from bot.handover.numbers import MOST_DAYS, USUAL_DAYS
from bot.post.clock import now
from tests.bot.desk.conftest import Desk
from tests.bot.handover import kit

HERE_IS = "/desk/numbers"


@pytest.fixture
def lead(desk: Desk) -> TestClient:
    desk.add("minh", role="lead")
    return desk.sign_in("minh")


def rows_of(browser: TestClient, **asked: str) -> list[list[str]]:
    body = browser.get(f"{HERE_IS}.csv", params=asked).content
    assert body.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))


def test_given_an_officer_when_asking_then_it_is_not_theirs(desk: Desk, lan: TestClient) -> None:
    assert [lan.get(f"{HERE_IS}{kind}").status_code for kind in ("", ".csv")] == [403, 403]
    assert desk.client.get(HERE_IS).url.path == "/login"


def test_given_no_cases_when_looked_at_then_it_says_so(lead: TestClient) -> None:
    page = lead.get(HERE_IS)
    assert page.status_code == 200 and "Không có việc nào mở" in page.text and page.text.count("<caption>") == 1
    assert len(rows_of(lead)) == 1


def test_given_cases_when_looked_at_then_tables_have_captions_and_the_file_has_the_rows(
    desk: Desk, lead: TestClient
) -> None:
    moment = now()
    with desk.rows() as connection:
        office = kit.office(connection, name="=cmd|' /C calc'!A0")
        kit.case(connection, created_at=moment, rating=4, language="xx", reason="asked, odd")
        kit.case(connection, address="b", office_id=office, created_at=moment - timedelta(minutes=30))
    page = lead.get(HERE_IS)
    assert page.text.count("<caption>") >= 6 and "Người dân chấm: 1 lần" in page.text
    head, *told = rows_of(lead)
    assert len(head) == 11 == len(told[0]) and len(told) == 2
    assert any(row[1].startswith("'=cmd") for row in told)
    today = moment.astimezone(HERE).date().isoformat()
    assert {row[0] for row in told} <= {today, (moment - timedelta(days=1)).astimezone(HERE).date().isoformat()}
    assert len(rows_of(lead, office=str(office))) == 2


def test_given_a_lead_of_a_commune_when_asking_for_another_office_then_their_own_is_told(desk: Desk) -> None:
    with desk.rows() as connection:
        mine = kit.office(connection, name="Mine")
        kit.case(connection, address="a", office_id=mine)
        kit.case(connection, address="b")
    desk.add("hoa", mine, "lead")
    hoa = desk.sign_in("hoa")
    for office in ("", "1", str(mine), "99"):
        assert [row[1] for row in rows_of(hoa, office=office)[1:]] == ["Mine"]


def test_given_an_office_that_has_ended_when_looked_at_then_its_cases_still_count(desk: Desk, lead: TestClient) -> None:
    with desk.rows() as connection:
        gone = kit.office(connection, name="Gone", ended_at=now())
        kit.case(connection, office_id=gone)
    assert [row[1] for row in rows_of(lead)[1:]] == ["Gone"]


@pytest.mark.parametrize("asked", [{}, {"from": "x", "to": "31/12/2026"}, {"from": "2026-13-45"}, {"office": "x" * 99}])
def test_given_what_is_no_day_when_asked_then_it_is_the_usual_period(lead: TestClient, asked: dict[str, str]) -> None:
    period = period_of(asked)
    assert period.last - period.first == timedelta(days=USUAL_DAYS - 1) and not period.shortened
    assert lead.get(HERE_IS, params=asked).status_code == 200


def test_given_days_the_wrong_way_round_or_too_many_when_asked_then_they_are_turned_and_shortened() -> None:
    turned = period_of({"from": "2026-03-05", "to": "2026-03-01"})
    assert (turned.first.isoformat(), turned.last.isoformat()) == ("2026-03-01", "2026-03-05")
    long = period_of({"from": "2020-01-01", "to": "2026-03-01"})
    assert long.shortened and long.last - long.first == timedelta(days=MOST_DAYS - 1)


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_given_the_ends_of_time_when_asked_then_nothing_breaks(lead: TestClient, day: str) -> None:
    assert lead.get(HERE_IS, params={"from": day, "to": day}).status_code == 200
    assert lead.get(HERE_IS, params={"to": day}).status_code == 200


@pytest.mark.parametrize(("count", "told"), [(0, "0 min"), (59, "59 min"), (60, "1 h 0 min"), (3000, "50 h 0 min")])
def test_given_working_minutes_when_told_then_never_as_days(count: int, told: str) -> None:
    assert minutes(count, "en") == told
