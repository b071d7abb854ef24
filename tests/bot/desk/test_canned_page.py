"""Canned replies in a browser: read by all, written by leads, tried before they are kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from bot.handover import canned
from procedures.store import take_in
from tests.bot.desk.conftest import Desk
from tests.bot.handover import kit
from tests.seeds import seeds

PDF = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n" + b"0" * 64
HERE = "/desk/canned"


@pytest.fixture
def lead(desk: Desk) -> TestClient:
    desk.add("minh", role="lead")
    return desk.sign_in("minh")


def typed(**changed: str) -> dict[str, str]:
    return {"title": "Papers", "office": "", "text_vi": "Chào {tên}", "text_en": "", "text_zh": "", **changed}


def kept(desk: Desk) -> list[canned.Canned]:
    with desk.rows() as connection:
        return list(canned.every(connection))


def test_given_nobody_when_asked_then_they_sign_in_first(desk: Desk) -> None:
    assert desk.client.get(HERE).url.path == "/login"


def test_given_an_officer_when_looking_then_they_read_and_do_not_change(desk: Desk, lan: TestClient) -> None:
    with desk.rows() as connection:
        id_ = canned.add(connection, title="<b>T</b>", texts={"vi": "<script>x", "en": "hello"})
    page = lan.get(HERE)
    assert page.status_code == 200 and "&lt;script&gt;x" in page.text and "<b>T" not in page.text
    assert f"{HERE}/{id_}" not in page.text and f"{HERE}/new" not in page.text
    assert [lan.get(f"{HERE}/new").status_code, lan.get(f"{HERE}/{id_}").status_code] == [403, 403]
    assert lan.post(f"{HERE}/new", data=typed()).status_code == 403
    assert lan.post(f"{HERE}/{id_}/end").status_code == 403


def test_given_a_lead_when_adding_then_it_is_listed_and_can_be_changed_and_ended(desk: Desk, lead: TestClient) -> None:
    page = lead.post(f"{HERE}/new", data=typed(text_en="Hello {name}", do="save"))
    assert page.url.path == HERE and "Papers" in page.text
    (first,) = kept(desk)
    assert dict(first.texts) == {"vi": "Chào {tên}", "en": "Hello {name}"} and first.office_id is None
    assert "Hello {name}" in lead.get(f"{HERE}/{first.id}").text
    lead.post(f"{HERE}/{first.id}", data=typed(title="Other", office="1"))
    (second,) = kept(desk)
    assert (second.title, second.office_id) == ("Other", 1) and second.id != first.id
    assert lead.get(f"{HERE}/{first.id}").status_code == 404
    lead.post(f"{HERE}/{second.id}/end")
    assert kept(desk) == []
    assert lead.post(f"{HERE}/{second.id}/end").status_code == 404


@pytest.mark.parametrize(
    ("changed", "says"),
    [({"title": ""}, "Chưa viết gì"), ({"text_vi": " "}, "Chưa viết gì"), ({"text_vi": "a" * 4001}, "4000")],
)
def test_given_something_unfit_when_saved_then_it_is_shown_again_with_the_reason(
    desk: Desk, lead: TestClient, changed: dict[str, str], says: str
) -> None:
    page = lead.post(f"{HERE}/new", data=typed(text_en="keep me", **changed))
    assert page.status_code == 409 and says in page.text and "keep me" in page.text
    assert kept(desk) == []


def test_given_two_tabs_when_both_save_then_the_second_is_told_and_its_words_stay(desk: Desk, lead: TestClient) -> None:
    lead.post(f"{HERE}/new", data=typed())
    again = lead.post(f"{HERE}/new", data=typed(text_vi="my words"))
    assert again.status_code == 409 and "my words" in again.text and len(kept(desk)) == 1


def test_given_a_draft_when_previewed_then_it_is_filled_and_not_kept(desk: Desk, lead: TestClient) -> None:
    take_in(desk.database, seeds("1.001193"))
    draft = typed(text_vi="{thủ tục}: {lệ phí} {foo}", text_en="{officer}", do="preview")
    page = lead.post(f"{HERE}/new", data=draft)
    assert page.status_code == 200 and "Đăng ký khai sinh: 0 đồng" in page.text and "Minh</blockquote>" in page.text
    assert "{foo}" in page.text and kept(desk) == []


def test_given_a_file_when_saved_then_it_goes_with_it_until_taken_away(desk: Desk, lead: TestClient) -> None:
    files: Any = {"file": ("mau don.pdf", PDF, "application/pdf")}
    lead.post(f"{HERE}/new", data=typed(), files=files)
    (first,) = kept(desk)
    assert first.file_id and "mau don.pdf" in lead.get(HERE).text
    lead.post(f"{HERE}/{first.id}", data=typed(text_vi="b"))
    (second,) = kept(desk)
    assert second.file_id == first.file_id
    lead.post(f"{HERE}/{second.id}", data=typed(text_vi="c", without_file="yes"))
    assert kept(desk)[0].file_id is None
    assert list(Path(desk.settings.media).rglob("*.pdf"))


@pytest.mark.parametrize("body", [b"MZ" + b"0" * 100, b"<html><script>alert(1)</script>", b""])
def test_given_a_file_of_the_wrong_kind_when_saved_then_nothing_is_kept_and_the_words_stay(
    desk: Desk, lead: TestClient, body: bytes
) -> None:
    files: Any = {"file": ("x.pdf", body, "application/pdf")}
    page = lead.post(f"{HERE}/new", data=typed(text_vi="my words"), files=files)
    assert page.status_code == 409 and "my words" in page.text and kept(desk) == []


def test_given_a_file_of_50_mb_when_sent_then_it_is_refused(desk: Desk, lead: TestClient) -> None:
    files: Any = {"file": ("x.pdf", PDF + b"0" * 50_000_000, "application/pdf")}
    assert lead.post(f"{HERE}/new", data=typed(), files=files).status_code == 413
    assert kept(desk) == []


def test_given_a_lead_of_a_commune_when_writing_then_only_for_their_own_office(desk: Desk) -> None:
    with desk.rows() as connection:
        mine, other = kit.office(connection, name="A"), kit.office(connection, name="B")
        everybodys = canned.add(connection, title="all", texts={"vi": "a"})
        theirs = canned.add(connection, title="theirs", texts={"vi": "a"}, office_id=other)
    desk.add("hoa", mine, "lead")
    hoa = desk.sign_in("hoa")
    assert "theirs" not in hoa.get(HERE).text
    assert [hoa.get(f"{HERE}/{id_}").status_code for id_ in (everybodys, theirs)] == [403, 403]
    assert [hoa.post(f"{HERE}/{id_}/end").status_code for id_ in (everybodys, theirs)] == [403, 403]
    for office in ("", str(other), "1", "99"):
        assert hoa.post(f"{HERE}/new", data=typed(title="new", office=office)).status_code == 409
    hoa.post(f"{HERE}/new", data=typed(title="new", office=str(mine)))
    assert {(one.title, one.office_id) for one in kept(desk)} >= {("new", mine)} and len(kept(desk)) == 3


def test_given_strange_numbers_when_asked_then_there_is_nothing(lead: TestClient) -> None:
    for path in ("0", "999999999", "9999999999999", "abc"):
        assert lead.get(f"{HERE}/{path}").status_code == 404
    assert lead.post(f"{HERE}/new", data=typed(office="abc")).status_code == 404


def test_given_another_site_when_it_posts_a_form_then_it_is_refused(desk: Desk, lead: TestClient) -> None:
    answer = lead.post(f"{HERE}/new", data=typed(), headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403 and kept(desk) == []
