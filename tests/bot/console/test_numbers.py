"""Numbers in a browser, in spreadsheets, on paper and for everybody."""

from __future__ import annotations

import csv
import io
import json
import threading
from datetime import date, timedelta
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import insert
from starlette.testclient import TestClient

from bot.app import build
from bot.console import charts, number_pages, open_data
from bot.console.counting import count
from bot.console.figures import Part
from bot.console.number_pages import NumberPages
from bot.post.clock import now
from bot.store.tables import guide
from procedures.catalogue import SEEDS
from procedures.guides.state import Guide, Stage
from procedures.importers.seeds import read_seeds
from procedures.store import take_in
from procedures.validity import day_of
from tests.bot.console.test_counting import said
from tests.bot.desk.conftest import Desk
from tests.bot.desk.door import HX
from tests.bot.handover import kit
from tests.doubles import EchoResponder

HERE_IS = "/admin/numbers"
FILES = (".csv", ".xlsx", ".pdf")
#: A birth is registered online too.
BIRTH = "1.001193"


def walk(desk: Desk, stage: Stage, **values: Any) -> None:
    with desk.rows() as connection:
        token = f"t{len(connection.execute(guide.select()).all())}"
        state = Guide(token, BIRTH, stage, **values)
        times = {"created_at": now(), "updated_at": now()}
        connection.execute(insert(guide).values(token=token, code=BIRTH, state=json.dumps(state.to_dict()), **times))


def counted(desk: Desk) -> None:
    count(desk.database)


def rows_of(browser: TestClient, address: str, **asked: str) -> list[list[str]]:
    body = browser.get(f"{HERE_IS}{address}", params=asked).content
    return list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))


@pytest.mark.parametrize("kind", ["", *FILES, "/open"])
def test_given_an_officer_or_nobody_when_asking_then_it_is_not_theirs(desk: Desk, kind: str) -> None:
    assert desk.sign_in("lan").get(f"{HERE_IS}{kind}").status_code == 403
    assert desk.client.get(f"{HERE_IS}{kind}").url.path == "/login"


def test_given_no_messages_when_looked_at_then_each_picture_says_so(bien: TestClient) -> None:
    page = bien.get(HERE_IS, params={"from": "2025-01-01", "to": "2025-01-31"})
    assert page.status_code == 200 and "chưa được đếm" in page.text
    assert page.text.count("Chưa có số liệu") == 8 and 'class="columns"' not in page.text
    assert [bien.get(f"{HERE_IS}{kind}").status_code for kind in FILES] == [200] * 3


def test_given_messages_when_looked_at_then_pictures_have_tables_and_nobody_is_named(
    desk: Desk, bien: TestClient
) -> None:
    with desk.rows() as connection:
        for who in "abc":
            said(connection, who, now(), outcome="answered", code=BIRTH)
        kit.case(connection, address="a", rating=4)
    take_in(desk.database, read_seeds(SEEDS))
    walk(desk, Stage.TRIP, way="online", shown=("Tờ khai",), ticks={"Tờ khai": "have"})
    counted(desk)
    page = bien.get(HERE_IS).text
    assert 'class="columns"' in page and page.count('<rect class="band-alone"') >= 1
    assert "khai sinh" in page and BIRTH in page and "Máy tự trả lời" in page and "0912345678" not in page
    assert "style=" not in page and "<script>" not in page


def test_given_a_long_period_when_asked_again_at_once_then_it_is_not_read_again(desk: Desk, bien: TestClient) -> None:
    asked = {"from": f"{day_of(now()) - timedelta(days=200)}"}
    before = rows_of(bien, ".csv", **asked)
    with desk.rows() as connection:
        kit.case(connection, channel="telegram")
    assert rows_of(bien, ".csv", **asked) == before
    assert "Telegram" in str(rows_of(bien, ".csv"))


def test_given_a_long_period_that_takes_long_when_opened_then_the_page_comes_without_and_then_anew(
    desk: Desk, bien: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    may, first = threading.Event(), day_of(now()) - timedelta(days=200)
    read = NumberPages._read
    monkeypatch.setattr(NumberPages, "_read", lambda *given: may.wait(20) and read(*given))
    monkeypatch.setattr(number_pages, "PATIENCE", 0.01)
    with TestClient(build(desk.settings, EchoResponder())) as cold:
        cold.cookies.update(bien.cookies)
        page = cold.get(HERE_IS, params={"from": f"{first}"}).text
        assert f'hx-get="{HERE_IS}/read?from={first}&amp;to={day_of(now())}"' in page
        may.set()
        assert cold.get(f"{HERE_IS}/read", params={"from": f"{first}"}, headers=HX).headers["HX-Refresh"] == "true"
        assert "/read?" not in cold.get(HERE_IS, params={"from": f"{first}"}).text


@pytest.mark.parametrize("locale", ["vi", "en"])
def test_given_either_language_when_asked_then_page_and_files_open(desk: Desk, locale: str) -> None:
    desk.add("eva", role="editor", locale=locale)
    with desk.rows() as connection:
        said(connection, "a", now(), outcome="answered", code=BIRTH)
        said(connection, "b", now(), outcome="clarify", language="zh", channel="=cmd()")
    counted(desk)
    eva = desk.sign_in("eva")
    assert [eva.get(f"{HERE_IS}{kind}").status_code for kind in ("", *FILES)] == [200] * 4
    month = f"{day_of(now()):%Y-%m}"
    paper = eva.get(f"{HERE_IS}.pdf", params={"month": month})
    assert paper.content.startswith(b"%PDF") and month in paper.headers["content-disposition"]


def test_given_a_name_like_a_formula_when_written_to_files_then_no_spreadsheet_runs_it(
    desk: Desk, bien: TestClient
) -> None:
    with desk.rows() as connection:
        said(connection, "b", now(), outcome="answered", channel="=cmd()")
    counted(desk)
    book = load_workbook(io.BytesIO(bien.get(f"{HERE_IS}.xlsx").content))
    cells = [cell for sheet in book for row in sheet for cell in row if "cmd" in str(cell.value)]
    assert cells and all(str(cell.value).startswith("'=") and cell.data_type == "s" for cell in cells)
    assert all(not cell.startswith("=") for row in rows_of(bien, ".csv") for cell in row)
    assert len(book.sheetnames) == 9


def test_given_guides_when_told_then_each_step_holds_those_after_it(desk: Desk, bien: TestClient) -> None:
    take_in(desk.database, read_seeds(SEEDS))
    papers: dict[str, Any] = {"shown": ("x", "y"), "ticks": {"x": "have", "y": "have"}}
    walk(desk, Stage.CASES)
    walk(desk, Stage.PAPERS, way="counter")
    walk(desk, Stage.TRIP, way="online", **{**papers, "ticks": {"x": "have", "y": "missing"}})
    walk(desk, Stage.TRIP, way="online", **papers)
    walk(desk, Stage.SENT, way="online", **papers)
    with desk.rows() as connection:
        for who in "abcd":
            said(connection, who, now(), outcome="answered", code=BIRTH)
    counted(desk)
    rows = rows_of(bien, ".csv")
    steps = {row[1]: row[3:5] for row in rows if row[0] == "Hướng dẫn từng bước đi đến đâu"}
    assert steps == {
        **{"started": ["5", "100"], "cases": ["4", "80"], "way": ["4", "80"]},
        **{"papers": ["2", "40"], "sent": ["1", "20"]},
    }
    online = [row[3:] for row in rows if row[0] == "Nộp trực tuyến được mà chưa nộp"]
    assert online == [["3", "4", "5", "3", "1", "1"]]


@pytest.mark.parametrize(
    "asked", [{"month": "2026-13"}, {"month": "x"}, {"month": "0001-01"}, {"from": "x", "to": "y"}]
)
def test_given_what_is_no_month_when_asked_then_it_is_the_last_one(bien: TestClient, asked: dict[str, str]) -> None:
    last = day_of(now()).replace(day=1) - timedelta(days=1)
    assert f"{last:%Y-%m}" in bien.get(f"{HERE_IS}.pdf", params=asked).headers["content-disposition"]
    assert bien.get(HERE_IS, params=asked).status_code == 200


def test_given_a_month_that_is_not_over_when_published_then_it_is_refused(desk: Desk, bien: TestClient) -> None:
    with desk.rows() as connection:
        said(connection, "a", now(), outcome="answered")
    counted(desk)
    refused = bien.get(f"{HERE_IS}/open", params={"month": f"{day_of(now()):%Y-%m}"})
    assert refused.status_code == 409 and "chưa hết" in refused.text
    assert bien.get(f"{HERE_IS}/open").status_code == 409


def test_given_a_month_that_is_over_when_published_then_small_counts_are_hidden(desk: Desk, bien: TestClient) -> None:
    last = now().replace(day=1, hour=3) - timedelta(days=2)
    with desk.rows() as connection:
        for number in range(20):
            said(connection, f"w{number}", last, outcome="answered" if number < 17 else "clarify")
        for number in range(6):
            said(connection, f"t{number}", last, outcome="answered", channel="telegram")
        said(connection, "z", last, outcome="answered", channel="zalo-oa")
    counted(desk)
    head, *rows = rows_of(bien, "/open", month=f"{last:%Y-%m}")
    told = {(row[1], row[2]): row[4:] for row in rows}
    assert tuple(head) == open_data.COLUMNS
    assert told["all", ""] == ["27", "27", "<5"]
    assert told["channel", "zalo-oa"] == ["<5"] * 3 == told["channel", "telegram"]
    assert told["channel", "web"] == ["20", "20", "<5"]


@pytest.mark.parametrize(
    ("sizes", "hidden"),
    [
        ((10, 20), 0),
        ((4, 20, 30), 2),
        ((1, 1, 20), 3),
        ((4, 4, 20), 2),
        ((4,), 1),
        ((0, 9), 0),
    ],
)
def test_given_small_parts_when_hidden_then_no_sum_tells_them(sizes: tuple[int, ...], hidden: int) -> None:
    parts = [Part(str(number), messages=size, visits=size) for number, size in enumerate(sizes)]
    assert len(open_data.hide(parts)) == hidden


def test_given_a_long_period_when_drawn_then_weeks_stand_for_days_and_all_is_within_the_picture() -> None:
    first, last = date(2026, 1, 1), date(2026, 12, 31)
    days = {first + timedelta(n): Part("", 10, 3, answered=6, unsure=2, staff=1, failed=1) for n in range(365)}
    drawn = charts.columns(days, first, last)
    assert drawn and drawn.weekly and drawn.most == 100
    assert len({band.x for band in drawn.bands}) == 53
    assert all(0 <= band.x <= band.x + band.width <= charts.WIDE and band.y >= 0 for band in drawn.bands)
    assert all(band.y + band.height <= charts.HIGH + 0.01 for band in drawn.bands)
    assert charts.columns({}, first, last) is None
    assert charts.columns({first: Part("", 3)}, first, first) is None


@pytest.mark.parametrize(("count_", "edge"), [(0, 0), (1, 1), (3, 5), (11, 20), (501, 1000), (1000, 1000)])
def test_given_a_count_when_an_edge_is_chosen_then_it_is_round_and_not_below(count_: int, edge: int) -> None:
    assert charts.nice(count_) == edge
