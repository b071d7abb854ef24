"""Exports of the portal that are uploaded, looked through and taken as far as they are wanted."""

from __future__ import annotations

import gzip
import io
import json
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from sqlalchemy import select, update
from starlette.testclient import TestClient

from bot.console import import_reading
from bot.console.console import ADMIN
from bot.console.import_words import path_told
from bot.store.console_tables import audit_entry, import_job
from procedures import store
from procedures.importers import Accepted
from procedures.importers.portal import row
from procedures.model import Case, Paper, Procedure
from procedures.store import take_in
from tests.bot.desk.conftest import Desk
from tests.procedures.importers.samples import fee, method, portal_record

CODE, OTHER, NEW = "1.000358", "1.000359", "1.000360"
RECORD = portal_record(code=CODE, executionMethods=[method(fees=[fee(8000, "lệ phí 8.000 đ")])])
CHANGED = portal_record(
    code=CODE,
    executionMethods=[method(fees=[fee(10000, "lệ phí 10.000 đ")])],
    requirementsAndConditions="Đủ 18 tuổi",
    decisionNo="02/QĐ-BCT",
    resultsDetails=[{"name": "Giấy phép mới"}],
)
SECOND = portal_record(code=OTHER, name="Thủ tục cấp thẻ thương nhân")
THIRD = portal_record(code=NEW, name="Thủ tục cấp lại thẻ thương nhân")


def accepted(told: dict[str, Any]) -> Accepted:
    made = row(1, told, province="H14", data_date="")
    assert isinstance(made, Accepted), made
    return made


@pytest.fixture(autouse=True)
def catalogue(desk: Desk) -> None:
    """Two records, one of them in plain words too."""
    record = accepted(RECORD).procedure
    plain = Procedure(CODE, "Gia hạn giấy phép", "", ways=record.ways, cases=(Case("", (Paper("Đơn"),)),), plain=True)
    take_in(desk.database, [accepted(RECORD), accepted(SECOND), Accepted(1, "plain", plain)])


def jsonl(*told: dict[str, Any]) -> bytes:
    return "\n".join(json.dumps(one, ensure_ascii=False) for one in told).encode()


def upload(browser: TestClient, body: bytes, name: str = "export.jsonl", **data: str) -> Any:
    return browser.post("/admin/import", data=data, files={"file": (name, body)})


def ready(desk: Desk, *before: str) -> Any:
    """The latest job, once nobody works on it."""
    for _ in range(200):
        with desk.rows() as connection:
            job = connection.execute(select(import_job).order_by(import_job.c.id.desc())).first()
        if job is not None and job.status not in (before or ("reading", "taking")):
            return job
        time.sleep(0.05)
    raise AssertionError(job)


def told(desk: Desk, code: str = CODE) -> Procedure:
    with desk.rows() as connection:
        return store.layers(connection, code)["record"].procedure


def found(desk: Desk, browser: TestClient, *records: dict[str, Any], **data: str) -> str:
    """The address of an upload that has been read."""
    assert upload(browser, jsonl(*records), **data).status_code == 200
    job = ready(desk)
    assert job.status == "ready", job.error
    return f"/admin/import/{job.id}"


@pytest.mark.parametrize("login", ["lan", "bien", "duyet"])
def test_given_somebody_who_is_no_admin_when_importing_then_it_is_forbidden(desk: Desk, login: str) -> None:
    browser = desk.sign_in(login)
    assert [browser.get("/admin/import").status_code, upload(browser, b"{}").status_code] == [403, 403]


def test_given_a_changed_export_when_three_fields_are_accepted_then_those_alone_are_told(
    desk: Desk, an: TestClient
) -> None:
    address = found(desk, an, CHANGED, SECOND)
    page = an.get(address).text
    assert "10.000" in page and "8.000" in page and "Đủ 18 tuổi" in page
    before = told(desk)
    chosen = {f"{CODE} {name}": "accept" for name in ("ways", "conditions", "decision")} | {f"{CODE} results": "keep"}
    assert an.post(f"{address}/choices", data={**chosen, "show": "changed", "page": "1"}).status_code == 200
    assert told(desk) == before
    assert an.post(f"{address}/take").status_code == 200
    job = ready(desk)
    after = told(desk)
    assert job.status == "taken" and job.error == ""
    assert (after.decision, after.conditions, after.results) == ("02/QĐ-BCT", ("Đủ 18 tuổi",), before.results)
    assert "10.000" in after.ways[0].fees[0].text and after == replace(
        before, ways=after.ways, conditions=after.conditions, decision=after.decision
    )
    with desk.rows() as connection:
        actions = list(connection.execute(select(audit_entry.c.action).order_by(audit_entry.c.id)).scalars())
        assert store.layers(connection, CODE)["record"].source == "export.jsonl"
    assert actions == ["import.uploaded", "import.begun", "import.taken"]


def test_given_fields_left_for_later_when_taken_twice_then_the_rest_follows(desk: Desk, an: TestClient) -> None:
    address = found(desk, an, CHANGED)
    for name in ("decision", "conditions"):
        an.post(f"{address}/choices", data={f"{CODE} {name}": "accept"})
        an.post(f"{address}/take")
        assert ready(desk).error == ""
    assert (told(desk).decision, told(desk).conditions) == ("02/QĐ-BCT", ("Đủ 18 tuổi",))
    # What is taken cannot be chosen otherwise any more.
    an.post(f"{address}/choices", data={f"{CODE} decision": "keep"})
    assert json.loads(ready(desk).choices)[f"{CODE} decision"] == "taken"


def test_given_a_field_that_was_kept_when_the_next_file_tells_the_same_then_it_is_kept_again(
    desk: Desk, an: TestClient
) -> None:
    address = found(desk, an, CHANGED)
    an.post(f"{address}/choices", data={f"{CODE} results": "keep", f"{CODE} decision": "accept"})
    an.post(f"{address}/take")
    assert ready(desk).status == "taken"
    found(desk, an, CHANGED)
    assert json.loads(ready(desk).choices) == {f"{CODE} results": "keep"}


def test_given_what_our_words_tell_too_when_changed_then_they_are_named_as_stale(desk: Desk, an: TestClient) -> None:
    address = found(desk, an, CHANGED)
    assert "Cách nộp, thời hạn, lệ phí · tại quầy · lệ phí" in an.get(f"{address}?show=stale").text
    assert f">{CODE}<" not in an.get(f"{address}?show=created").text


def test_given_a_complete_export_when_a_code_is_gone_then_it_ends_with_a_successor(desk: Desk, an: TestClient) -> None:
    address = found(desk, an, RECORD, THIRD, complete="yes")
    page = an.get(f"{address}?show=ended").text
    assert OTHER in page and NEW in page
    bad = an.post(f"{address}/choices", data={f"{OTHER} *ended": "accept", f"{OTHER} *successor": "1.9"})
    assert bad.status_code == 409
    chosen = {f"{OTHER} *ended": "accept", f"{OTHER} *successor": NEW, f"{NEW} *new": "accept"}
    an.post(f"{address}/choices", data=chosen)
    an.post(f"{address}/take")
    assert ready(desk).status == "taken"
    assert told(desk, OTHER).replaced_by == (NEW,) and told(desk, OTHER).valid_until
    assert "cấp lại" in told(desk, NEW).title.lower()


def test_given_a_circle_of_successors_when_taken_then_nothing_is_and_it_says_why(desk: Desk, an: TestClient) -> None:
    with desk.rows() as connection:
        first = store.layers(connection, CODE)["record"].procedure
    take_in(desk.database, [Accepted(1, "record", replace(first, replaced_by=(OTHER,)))])
    address = found(desk, an, {**RECORD, "code": NEW}, complete="yes")
    chosen = {f"{OTHER} *ended": "accept", f"{OTHER} *successor": CODE}
    an.post(f"{address}/choices", data=chosen)
    an.post(f"{address}/take")
    assert ready(desk).error.startswith("import_cycle")
    assert CODE in an.get(address).text and told(desk, OTHER).valid_until == ""


def test_given_a_catalogue_that_changed_meanwhile_when_taken_then_it_is_refused_until_read_again(
    desk: Desk, an: TestClient
) -> None:
    address = found(desk, an, CHANGED)
    an.post(f"{address}/choices", data={f"{CODE} decision": "accept", f"{CODE} conditions": "accept"})
    take_in(desk.database, [Accepted(1, "record", replace(told(desk), conditions=("Khác",)))])
    an.post(f"{address}/take")
    assert ready(desk).error == f"import_moved {CODE}" and told(desk).conditions == ("Khác",)
    assert CODE in an.get(address).text
    an.post(f"{address}/again")
    job = ready(desk)
    # What still tells the same is still decided.
    assert (job.status, json.loads(job.choices)) == (
        *("ready",),
        {f"{CODE} decision": "accept", f"{CODE} conditions": "accept"},
    )


def test_given_many_at_once_when_all_are_accepted_then_decisions_of_before_stay(desk: Desk, an: TestClient) -> None:
    address = found(desk, an, CHANGED, THIRD)
    an.post(f"{address}/choices", data={f"{CODE} results": "keep"})
    an.post(f"{address}/all", data={"show": "all", "choice": "accept"})
    choices = json.loads(ready(desk).choices)
    assert choices[f"{CODE} results"] == "keep" and choices[f"{NEW} *new"] == "accept"
    assert an.post(f"{address}/all", data={"show": "x", "choice": "accept"}).status_code == 400


def test_given_nothing_accepted_when_taken_then_it_says_so(desk: Desk, an: TestClient) -> None:
    address = found(desk, an, CHANGED)
    assert an.post(f"{address}/take").status_code == 409
    assert an.post(f"{address}/discard").status_code == 200
    assert an.post(f"{address}/take").status_code == 409 and ready(desk).status == "discarded"
    assert list((Path(desk.settings.media) / import_reading.FOLDER).iterdir()) == []


def workbook() -> bytes:
    made, kept = Workbook(), io.BytesIO()
    made.create_sheet("nothing")["A1"] = "nothing"
    made.save(kept)
    return kept.getvalue()


@pytest.mark.parametrize(
    ("name", "body"),
    [
        *(("a.jsonl", b""), ("a.pdf", b"%PDF-1.7"), ("a.jsonl", gzip.compress(b"{}")), ("a.xlsx", b"{}")),
        *(("a.gz", b"{}"), ("a.json", b"PK\x03\x04"), ("a.xls", b"\xd0\xcf\x11\xe0" * 9), ("a.exe", b"MZ\x00")),
        ("a.jsonl", b"\xff\xfe{\x00}\x00"),
    ],
)
def test_given_an_upload_that_is_not_what_it_says_when_sent_then_words_refuse_it(
    desk: Desk, an: TestClient, name: str, body: bytes
) -> None:
    answer = upload(an, body, name)
    assert answer.status_code == 409 and 'role="alert"' in answer.text
    with desk.rows() as connection:
        assert connection.execute(select(import_job)).first() is None


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("a.jsonl", b'{"a": 1}'),
        ("a.json", b"[1, 2"),
        ("a.gz", gzip.compress(jsonl(RECORD))[:40]),
        ("a.xlsx", b"PK\x03\x04 but not really"),
        ("list", workbook()),
    ],
)
def test_given_a_file_that_cannot_be_read_when_uploaded_then_the_job_says_why(
    desk: Desk, an: TestClient, name: str, body: bytes
) -> None:
    assert upload(an, body, name).status_code == 200
    job = ready(desk)
    assert job.status == "refused" and job.error
    assert 'role="alert"' in an.get(f"/admin/import/{job.id}").text


def test_given_too_large_a_file_or_no_month_when_uploaded_then_words_refuse_it(
    desk: Desk, an: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert upload(an, jsonl(RECORD), month="11/2026").status_code == 409
    monkeypatch.setattr(import_reading, "LARGEST", 100)
    assert "0 MB" in upload(an, jsonl(RECORD)).text
    assert upload(an, b"{" * 400_000).status_code == 409


def test_given_a_process_that_died_when_opened_then_it_can_be_read_again(desk: Desk, an: TestClient) -> None:
    address = found(desk, an, CHANGED)
    with desk.rows() as connection:
        connection.execute(update(import_job).values(status="taking"))
    page = an.get(address).text
    assert "/again" in page and 'http-equiv="refresh"' in page
    part = an.get(f"{address}/progress", headers={"HX-Request": "true"})
    assert "<html" not in part.text and "progress" in part.text
    an.post(f"{address}/again")
    assert ready(desk).status == "ready"
    over = an.get(f"{address}/progress", headers={"HX-Request": "true"})
    assert over.headers["HX-Redirect"] == address


def test_given_no_such_job_when_opened_then_there_is_none(an: TestClient) -> None:
    assert [an.get("/admin/import/99").status_code, an.post("/admin/import/99/take").status_code] == [404, 404]


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("title", "Title"),
        ("ways.online.time", "Ways to file, times, fees · online · time"),
        ("ways.counter[2]", "Ways to file, times, fees · at the counter[2]"),
        ("cases.papers.Tờ khai.", "Cases and papers · paper Tờ khai."),
        ("cases.Đẻ ở nhà. Xa.papers.Giấy", "Cases and papers · Đẻ ở nhà. Xa · paper Giấy"),
        ("cases.Đẻ ở nhà.notes", "Cases and papers · Đẻ ở nhà · notes"),
        ("cases[2].papers.Giấy", "Cases and papers · [2].papers.Giấy"),
        ("translations.en.texts", "Translations · en.texts"),
    ],
)
def test_given_a_path_when_told_then_it_is_in_words(path: str, words: str) -> None:
    def say(key: str, /, **values: Any) -> str:
        return ADMIN.say(key, "en", **values)

    assert path_told(path, say) == words
