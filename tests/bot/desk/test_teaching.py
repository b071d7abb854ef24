"""What the bot should have known, and procedures by their names."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import insert, select
from starlette.testclient import TestClient

from bot.desk.finding import Finder
from bot.handover.kinds import Event
from bot.post.clock import now
from bot.store.desk_tables import handover_event, lesson
from bot.store.tables import inbox, message, turn
from procedures.store import take_in
from tests.bot.desk.conftest import Desk
from tests.bot.handover import kit
from tests.seeds import seeds

BIRTH, DEATH = "1.001193", "1.000656"


@pytest.fixture
def line(desk: Desk) -> tuple[int, int]:
    """A case and a line of its citizen."""
    take_in(desk.database, seeds(BIRTH, DEATH))
    with desk.rows() as connection:
        case = kit.case(connection, code=BIRTH)
        return case, kit.line(connection, case, "lam giay cho <be>")


def filed(desk: Desk) -> list[Any]:
    with desk.rows() as connection:
        return list(connection.execute(select(lesson)).all())


def test_given_a_line_when_asked_then_the_case_s_procedure_is_chosen_and_others_can_be_searched(
    lan: TestClient, line: tuple[int, int]
) -> None:
    address = f"/desk/cases/{line[0]}/lines/{line[1]}/teach"
    page = lan.get(address)
    assert page.status_code == 200 and "lam giay cho &lt;be&gt;" in page.text
    assert f'value="{BIRTH}" checked' in page.text and DEATH not in page.text
    found = lan.get(address, params={"q": "khai tu"}).text
    assert DEATH in found and BIRTH in found


def test_given_what_the_bot_took_it_for_when_asked_then_that_can_be_chosen(
    desk: Desk, lan: TestClient, line: tuple[int, int]
) -> None:
    with desk.rows() as connection:
        talk, moment = kit.of(connection, line[0]).conversation_id, now()
        row = {"conversation_id": talk, "channel": "web", "channel_message_id": "1", "text": "?", "status": "done"}
        made = connection.execute(insert(inbox).values(**row, sent_at=moment, received_at=moment))
        came = made.inserted_primary_key[0]
        connection.execute(message.update().where(message.c.id == line[1]).values(inbox_id=came))
        linked = json.dumps([{"code": DEATH, "score": 0.5}, {"code": "9.999999", "score": 0.1}])
        told = {"inbox_id": came, "conversation_id": talk, "outcome": "clarify", "ms": 1.0, "created_at": moment}
        connection.execute(insert(turn).values(**told, procedures=linked))
    page = lan.get(f"/desk/cases/{line[0]}/lines/{line[1]}/teach").text
    assert DEATH in page and "9.999999" not in page


def test_given_a_choice_when_filed_twice_then_there_is_one_lesson_and_the_history_tells_both(
    desk: Desk, lan: TestClient, line: tuple[int, int]
) -> None:
    address = f"/desk/cases/{line[0]}/lines/{line[1]}/teach"
    assert lan.post(address, data={"code": BIRTH}).url.path == f"/desk/cases/{line[0]}"
    lan.post(address, data={"code": DEATH, "intent": "ask_fee", "note": " see  here "})
    (row,) = filed(desk)
    assert (row.code, row.intent, row.note, row.staff_id, row.status) == (
        *(DEATH, "ask_fee", "see  here", desk.ids["lan"]),
        "open",
    )
    assert 'value="ask_fee" selected' in lan.get(address).text
    with desk.rows() as connection:
        told = connection.execute(select(handover_event.c.kind)).scalars().all()
    assert told == [Event.TAUGHT.value] * 2


@pytest.mark.parametrize(
    "told", [{}, {"code": "", "intent": "", "note": " "}, {"code": "9.999999"}, {"intent": "nonsense"}]
)
def test_given_nothing_to_learn_when_filed_then_it_says_why(
    desk: Desk, lan: TestClient, line: tuple[int, int], told: dict[str, str]
) -> None:
    answer = lan.post(f"/desk/cases/{line[0]}/lines/{line[1]}/teach", data=told)
    assert answer.status_code == 409 and filed(desk) == []


def test_given_a_line_of_another_case_when_filed_then_there_is_none(
    desk: Desk, lan: TestClient, line: tuple[int, int]
) -> None:
    with desk.rows() as connection:
        other = kit.case(connection, address="a2")
        elsewhere = kit.office(connection)
        hidden = kit.case(connection, address="a3", office_id=elsewhere)
        hidden_line = kit.line(connection, hidden, "x")
        said = {"conversation_id": kit.of(connection, line[0]).conversation_id, "author": "bot", "text": "b"}
        bots = connection.execute(insert(message).values(**said, created_at=now())).inserted_primary_key[0]
    desk.add("hoa", elsewhere)
    hoa = desk.sign_in("hoa")
    for browser, case, id_ in ((lan, other, line[1]), (lan, line[0], bots), (hoa, line[0], line[1]), (lan, 99, 1)):
        address = f"/desk/cases/{case}/lines/{id_}/teach"
        assert browser.get(address).status_code == 404
        assert browser.post(address, data={"code": BIRTH}).status_code == 404
    assert filed(desk) == []
    assert hoa.post(f"/desk/cases/{hidden}/lines/{hidden_line}/teach", data={"code": BIRTH}).status_code == 200


@pytest.mark.parametrize(
    ("query", "code"),
    [
        *(("khai sinh", BIRTH), ("KHAI SINH", BIRTH), ("birth reg", BIRTH), ("出生登记", BIRTH), ("khai tử", DEATH)),
        *((DEATH, DEATH), ("1.0006", DEATH), ("sinh khai", BIRTH)),
    ],
)
def test_given_a_name_in_any_language_or_a_code_when_looked_up_then_it_is_found(
    desk: Desk, query: str, code: str
) -> None:
    take_in(desk.database, seeds(BIRTH, DEATH))
    assert [one.code for one in Finder(desk.database).find(query)][:1] == [code]


@pytest.mark.parametrize("query", ["", "  ", "xyzzy", "%", "'; DROP TABLE", "1.", "9.9", "\x00", "a" * 500, "?!"])
def test_given_nonsense_when_looked_up_then_nothing_breaks(desk: Desk, query: str) -> None:
    take_in(desk.database, seeds(BIRTH))
    assert len(Finder(desk.database).find(query)) <= 1


def test_given_a_catalogue_that_changes_when_looked_up_then_the_new_one_is_searched(desk: Desk) -> None:
    finder = Finder(desk.database)
    assert finder.find("khai sinh") == ()
    take_in(desk.database, seeds(BIRTH))
    assert len(finder.find("khai sinh")) == 1


def test_given_a_search_when_a_script_asks_then_the_list_alone_comes(lan: TestClient, line: tuple[int, int]) -> None:
    page = lan.get("/desk/procedures", params={"q": "khai sinh"})
    assert "<html" in page.text and BIRTH in page.text
    part = lan.get("/desk/procedures", params={"q": "khai sinh"}, headers={"HX-Request": "true"})
    assert "<html" not in part.text and BIRTH in part.text
    assert "xyzzy" in lan.get("/desk/procedures", params={"q": "xyzzy"}).text


def test_given_a_procedure_when_opened_then_its_words_and_its_source_are_there(
    lan: TestClient, line: tuple[int, int]
) -> None:
    page = lan.get(f"/desk/procedures/{BIRTH}")
    assert page.status_code == 200 and "163/QĐ-BTP" in page.text and "Giấy chứng sinh" in page.text
    assert "Birth registration" in lan.get(f"/desk/procedures/{BIRTH}?lang=en").text
    assert lan.get(f"/desk/procedures/{BIRTH}?lang=xx").status_code == 200
    assert [lan.get(f"/desk/procedures/{code}").status_code for code in ("9.999999", "abc", "1.1")] == [404] * 3
