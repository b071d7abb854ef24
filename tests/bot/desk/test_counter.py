"""Help at the counter: a talk that an officer begins for somebody, like any other talk."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from bot.conversation import Button
from bot.desk import counter
from bot.privacy import contacts
from bot.store.tables import conversation, inbox
from procedures.catalogue import SEEDS
from procedures.importers.seeds import read_seeds
from procedures.store import take_in
from tests.bot.desk.conftest import Desk
from tests.bot.handover import kit

ID = "m" * 16


def begin(browser: TestClient, **fields: str) -> object:
    """Begins a talk; the page that it leads to."""
    return browser.post("/desk/counter", data={"message_id": ID, "text": "", **fields})


def test_given_somebody_at_the_counter_when_a_talk_begins_then_the_bot_answers_on_the_page(
    desk: Desk, lan: TestClient
) -> None:
    assert "Làm hộ tại quầy" in lan.get("/desk/counter").text
    page = begin(lan, text="làm khai sinh cho cháu", name="Bà  Nông Thị Lan")
    assert (page.status_code, page.url.path.rpartition("/")[0]) == (200, "/desk/counter")
    assert "làm khai sinh cho cháu" in page.text and "Nghe rõ: làm khai sinh cho cháu" in page.text
    with desk.rows() as connection:
        row = connection.execute(select(conversation)).one()
        assert (row.channel, contacts.read(row.contact_name)) == ("counter", "Bà Nông Thị Lan")
        assert connection.execute(select(inbox.c.channel, inbox.c.text)).one() == ("counter", "làm khai sinh cho cháu")
    assert "Bà Nông Thị Lan" in lan.get("/desk/counter").text


def test_given_a_form_sent_twice_when_it_begins_a_talk_then_there_is_one(desk: Desk, lan: TestClient) -> None:
    assert begin(lan, text="khai sinh").url.path == begin(lan, text="khai sinh").url.path
    with desk.rows() as connection:
        assert len(connection.execute(select(conversation.c.id)).all()) == 1
    assert desk.engine.heard == [("khai sinh", "")]


def test_given_a_talk_when_the_next_words_are_said_or_pressed_then_they_are_answered(
    desk: Desk, lan: TestClient
) -> None:
    desk.engine.buttons = (Button("Lệ phí", "/ask_fee"), Button("Gặp cán bộ", "/talk_to_person"))
    page = begin(lan, text="khai sinh")
    # Whoever stands at the counter has found a person already.
    assert 'value="/ask_fee"' in page.text and "talk_to_person" not in page.text
    pressed = {"message_id": "n" * 16, "title": "Lệ phí", "payload": "/ask_fee"}
    page = lan.post(page.url.path, data=pressed)
    assert "Nghe rõ: Lệ phí /ask_fee" in page.text
    # What was offered before is no longer there to press.
    assert page.text.count('value="/ask_fee"') == 1
    page = lan.post(page.url.path, data={"message_id": "o" * 16, "text": "cảm ơn <b>"})
    assert "Nghe rõ: cảm ơn &lt;b&gt;" in page.text
    assert desk.engine.heard[1:] == [("Lệ phí", "/ask_fee"), ("cảm ơn <b>", "")]


@pytest.mark.parametrize(
    ("text", "told"), [("   ", "Chưa viết gì"), ("a" * 4001, "Viết quá dài")], ids=["nothing", "too much"]
)
def test_given_nothing_or_too_much_when_sent_then_it_is_refused_and_kept(
    desk: Desk, lan: TestClient, text: str, told: str
) -> None:
    page = begin(lan, text=text, name="Bà Lan")
    assert (page.status_code, told in page.text, 'value="Bà Lan"' in page.text) == (422, True, True)
    path = begin(lan, text="khai sinh").url.path
    page = lan.post(path, data={"message_id": "n" * 16, "text": text})
    assert (page.status_code, told in page.text, text.strip() in page.text) == (422, True, True)


def test_given_an_answer_that_takes_long_when_sent_then_the_page_says_so_and_reloads(
    desk: Desk, lan: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counter, "_WAIT", 0.05)
    desk.engine.gate.clear()
    page = begin(lan, text="khai sinh")
    assert "Máy đang trả lời" in page.text and 'http-equiv="refresh"' in page.text
    # A page that reloads by itself must not take away what somebody writes.
    assert "<textarea" not in page.text
    desk.engine.gate.set()


def test_given_a_talk_of_another_office_when_asked_for_then_there_is_none(desk: Desk, lan: TestClient) -> None:
    path = begin(lan, text="khai sinh").url.path
    with desk.rows() as connection:
        office = kit.office(connection)
        web = kit.case(connection)
    desk.add("hoa", office)
    desk.add("sen")
    desk.add("admin", office, "admin")
    assert desk.sign_in("hoa").get(path).status_code == 404
    assert desk.sign_in("hoa").post(path, data={"message_id": "n" * 16, "text": "x"}).status_code == 404
    assert "khai sinh" not in desk.sign_in("hoa").get("/desk/counter").text
    assert desk.sign_in("sen").get(path).status_code == 200
    assert desk.sign_in("admin").get(path).status_code == 200
    # A conversation of another channel is none of the counter's.
    with desk.rows() as connection:
        other = kit.of(connection, web).conversation_id
    assert lan.get(f"/desk/counter/{other}").status_code == 404


def test_given_a_checklist_when_a_talk_begins_then_its_guide_goes_on(desk: Desk, lan: TestClient) -> None:
    begin(lan, guide="7k4p9-m2xqr")
    assert desk.engine.heard == [("7K4P9-M2XQR", '/guide{"do": "show", "guide": "7k4p9m2xqr"}')]


def test_given_a_procedure_when_a_talk_begins_then_its_guide_does(desk: Desk, lan: TestClient) -> None:
    seeded = [row for row in read_seeds(SEEDS) if row.procedure.code == "1.003133"]
    take_in(desk.database, seeded, source="test")
    begin(lan, code="1.003133")
    assert desk.engine.heard == [(seeded[0].procedure.title, '/guide{"do": "start", "code": "1.003133"}')]
    page = lan.post("/desk/counter", data={"message_id": "n" * 16, "text": "", "code": "9.999999"})
    assert page.status_code == 422


def test_given_a_case_when_the_talk_is_opened_then_it_leads_there(desk: Desk, lan: TestClient) -> None:
    page = begin(lan, text="khai sinh")
    with desk.rows() as connection:
        address = connection.execute(select(conversation.c.address)).scalar_one()
        case = kit.case(connection, "counter", address)
    assert f'href="/desk/cases/{case}"' in lan.get(page.url.path).text


@pytest.mark.parametrize("data", [{"text": "x"}, {"text": "x", "message_id": "../../../etc"}])
def test_given_a_form_that_is_not_ours_when_sent_then_it_is_refused(lan: TestClient, data: dict[str, str]) -> None:
    assert lan.post("/desk/counter", data=data).status_code == 400


def test_given_a_stranger_when_a_talk_is_begun_then_they_must_sign_in(desk: Desk) -> None:
    stranger = TestClient(desk.client.app, follow_redirects=False)
    for answer in (stranger.get("/desk/counter"), begin(stranger, text="x"), stranger.get("/desk/counter/1")):
        assert answer.status_code in (303, 401)
    assert desk.engine.heard == []
