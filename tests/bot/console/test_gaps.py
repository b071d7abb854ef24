"""What the bot did not know, and what becomes of it."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.engine import Connection
from starlette.testclient import TestClient

from bot.console import edits, gap_deciding, gaps
from bot.console.gap_lines import Lines, first_since, key_of, name_of
from bot.console.gaps import Look
from bot.errors import Refused
from bot.post.clock import now
from bot.post.inbox import open_conversation
from bot.store.console_tables import audit_entry, gap, own_sentence
from bot.store.desk_tables import lesson
from bot.store.tables import conversation, inbox, message, turn
from procedures.store import take_in
from tests.bot.desk.conftest import Desk
from tests.seeds import seeds

BIRTH, DEATH = "1.001193", "1.000656"


@pytest.fixture(autouse=True)
def catalogue(desk: Desk) -> None:
    """Two procedures in plain words."""
    take_in(desk.database, seeds(BIRTH, DEATH))


def heard(connection: Connection, text: str, outcome: str = "clarify", who: str = "a1", **told: Any) -> int:
    """A message and what came of it. `codes`: what the bot took it for."""
    talk = open_conversation(connection, told.pop("channel", "web"), who)
    at, hits = told.pop("at", now()), [{"code": code, "score": 0.5} for code in told.pop("codes", ())]
    often = connection.execute(select(func.count()).select_from(inbox)).scalar()
    row = {"conversation_id": talk, "channel": "web", "channel_message_id": f"m{often}", "text": text, "status": "done"}
    row |= {"payload": told.pop("payload", ""), "sent_at": at, "received_at": at}
    came = int(connection.execute(insert(inbox).values(**row)).inserted_primary_key[0])
    made = {"inbox_id": came, "conversation_id": talk, "outcome": outcome, "ms": 1.0, "created_at": at}
    connection.execute(insert(turn).values(**{**made, "language": "vi", **told, "procedures": json.dumps(hits)}))
    return came


def seen(desk: Desk, **look: Any) -> list[gaps.Gap]:
    with desk.rows() as connection:
        return list(gaps.seen(connection, Lines(), Look(**look), whole=True).gaps)


def taught(connection: Connection, desk: Desk, came: int, **told: str) -> None:
    said = connection.execute(select(inbox).where(inbox.c.id == came)).one()
    row = {"conversation_id": said.conversation_id, "author": "citizen", "text": said.text, "inbox_id": came}
    line = connection.execute(insert(message).values(**row, created_at=now())).inserted_primary_key[0]
    row = {"message_id": line, "staff_id": desk.ids["lan"], "created_at": now(), **told}
    connection.execute(insert(lesson).values(**row))


def test_given_messages_that_say_the_same_when_looked_at_then_they_are_one_gap_the_most_frequent_first(
    desk: Desk,
) -> None:
    with desk.rows() as connection:
        heard(connection, "xin cấp lại bằng tốt nghiệp")
        for number in range(3):
            heard(connection, "lam the rung cong dong 0912345678", who=f"b{number}", codes=(DEATH,))
        heard(connection, "làm thẻ rừng cộng đồng ạ", "out_of_scope", language="vi")
    first, second = seen(desk)
    assert (len(first.lines), first.people, len(second.lines)) == (4, 4, 1)
    assert first.whys == ["unsure", "refused"] and second.whys == ["unanswered"]
    assert first.text == "lam the rung cong dong •••" and "0912345678" not in repr(first)
    assert first.codes() == [DEATH]


def test_given_answers_buttons_and_places_when_looked_at_then_they_are_no_gaps(desk: Desk) -> None:
    with desk.rows() as connection:
        heard(connection, "giấy trâu", at=now() - timedelta(days=40))
        heard(connection, "làm giấy khai sinh", "answered", codes=(BIRTH,))
        heard(connection, "chọn", payload="/choose{}")
        heard(connection, "xã Bảo Lạc")
        heard(connection, "ok", "smalltalk")
    assert seen(desk) == []


def test_given_an_answer_that_a_citizen_puts_right_when_looked_at_then_the_message_before_is_a_gap(desk: Desk) -> None:
    with desk.rows() as connection:
        heard(connection, "giấy cho trâu bò", "answered", codes=(BIRTH,))
        heard(connection, "không phải", "answered", intent="correct")
        heard(connection, "một việc khác hẳn", "answered", who="b")
    (one,) = seen(desk)
    assert one.whys == ["corrected"] and one.text == "giấy cho trâu bò"


def test_given_a_line_that_staff_have_filed_when_looked_at_then_its_procedure_is_proposed(desk: Desk) -> None:
    with desk.rows() as connection:
        came = heard(connection, "giấy báo tử cho bà", codes=(BIRTH,))
        taught(connection, desk, came, code=DEATH, intent="ask_fee", note="người dân hay hỏi")
    (one,) = seen(desk)
    assert one.whys == ["known"] and one.codes() == [DEATH] and one.notes == ["người dân hay hỏi"]
    assert one.intents() == ["ask_fee"] and len(one.lines) == 1


def test_given_a_look_when_filtered_then_only_those_are_counted(desk: Desk) -> None:
    with desk.rows() as connection:
        heard(connection, "buffalo licence", language="en")
        heard(connection, "đăng ký trâu xã Bảo Lạc")
        talk = open_conversation(connection, "web", "z")
        memory = json.dumps({"slots": {"place": "01273"}})
        connection.execute(conversation.update().where(conversation.c.id == talk).values(memory=memory))
        heard(connection, "đăng ký ngựa", who="z")
        heard(connection, "chuyện cũ", at=now() - timedelta(days=20))
    assert [one.text for one in seen(desk, language="en")] == ["buffalo licence"]
    assert [one.text for one in seen(desk, place="01273")] == ["đăng ký ngựa"]
    assert len(seen(desk, days=7)) == 3 and len(seen(desk, days=30)) == 4 and seen(desk, why="refused") == []


def test_given_times_when_the_first_message_since_is_sought_then_ids_are_enough(desk: Desk) -> None:
    with desk.rows() as connection:
        ids = [heard(connection, f"việc {age}", at=now() - timedelta(days=age)) for age in (9, 7, 5, 3)]
        assert first_since(connection, now() - timedelta(days=6)) == ids[2]
        assert first_since(connection, now() - timedelta(days=60)) <= ids[0]
        assert first_since(connection, now()) > ids[3]


def at(text: str) -> str:
    return f"/admin/gaps/{name_of(key_of(text))}"


def drafts(desk: Desk) -> Any:
    with desk.rows() as connection:
        return [edits.one(connection, listed.id) for listed in edits.listed(connection, edits.OPEN)]


def rows(desk: Desk, table: Any) -> list[Any]:
    with desk.rows() as connection:
        return list(connection.execute(select(table)).all())


def test_given_a_gap_when_it_becomes_an_alias_then_a_draft_has_it_and_the_gate_asks_it(
    desk: Desk, bien: TestClient
) -> None:
    with desk.rows() as connection:
        came = heard(connection, "làm tờ chào đời cho cháu Lý Thị Mỷ")
        taught(connection, desk, came, code=BIRTH)
    assert "tờ chào đời" in bien.get("/admin/gaps").text
    page = bien.get(at("làm tờ chào đời cho cháu"))
    assert page.status_code == 200 and f'value="{BIRTH}" checked' in page.text and "Mỷ" not in page.text
    told = {"code": BIRTH, "text": "tờ chào đời 0912345678", "language": "vi", "ask": "yes", "then": "list"}
    assert bien.post(f"{at('làm tờ chào đời cho cháu')}/alias", data=told).status_code == 200
    (draft,) = drafts(desk)
    assert draft.procedure.aliases[-1] == "tờ chào đời" and draft.staff_id == desk.ids["bien"]
    (sentence,) = rows(desk, own_sentence)
    assert (sentence.kind, sentence.code, sentence.text) == ("question", BIRTH, "làm tờ chào đời cho cháu")
    assert seen(desk) == [] and [one.decided.decision for one in seen(desk, decided=True) if one.decided] == ["alias"]
    assert [row.status for row in rows(desk, lesson)] == ["done"]
    assert "gap.alias" in [row.action for row in rows(desk, audit_entry)]
    # A second name goes into the same draft.
    other = {**told, "text": "giấy chào đời"}
    bien.post(f"{at('làm tờ chào đời cho cháu')}/alias", data=other)
    assert [draft.procedure.aliases[-2:] for draft in drafts(desk)] == [("tờ chào đời", "giấy chào đời")]


@pytest.mark.parametrize(("language", "index"), [("en", "en"), ("zh", "zh")])
def test_given_another_language_when_it_becomes_an_alias_then_it_is_one_there(
    desk: Desk, language: str, index: str
) -> None:
    with desk.rows() as connection:
        gap_deciding.alias(connection, "k", desk.ids["bien"], BIRTH, "welcome paper", language, "")
    (draft,) = drafts(desk)
    said = {one.language: one for one in draft.procedure.translations}
    assert said[index].aliases[-1] == "welcome paper" and "welcome paper" not in draft.procedure.aliases


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"text": "Đăng ký khai tử"}, "alias_owned"),
        ({"text": "dang ky KHAI TU"}, "alias_owned"),
        ({"text": "khai sinh cho con"}, ""),
        ({"text": "  "}, "empty"),
        ({"text": "0912345678"}, "empty"),
        ({"text": "x" * 121}, "too_long"),
        ({"code": "9.999999"}, "no_such_procedure"),
        ({"code": ""}, "no_such_procedure"),
    ],
)
def test_given_a_name_that_cannot_be_when_it_becomes_an_alias_then_nothing_is_kept(
    desk: Desk, told: dict[str, str], why: str
) -> None:
    with desk.rows() as connection:
        names = {"code": BIRTH, "text": "tên mới", **told}
        if not why:
            gap_deciding.alias(connection, "k", desk.ids["bien"], names["code"], names["text"], "vi", "")
            why, told = "alias_known", names
        with pytest.raises(Refused, match=why) as refused:
            gap_deciding.alias(connection, "k", desk.ids["bien"], names["code"], names["text"], "vi", "")
    if why == "alias_owned":
        assert refused.value.values["code"] == DEATH and "khai tử" in refused.value.values["name"].lower()


def test_given_an_owned_name_when_posted_then_the_page_names_its_owner(desk: Desk, bien: TestClient) -> None:
    with desk.rows() as connection:
        heard(connection, "giấy cho cụ")
    answer = bien.post(f"{at('giấy cho cụ')}/alias", data={"code": BIRTH, "text": "đăng ký khai tử", "language": "vi"})
    assert answer.status_code == 409 and DEATH in answer.text and drafts(desk) == []


def test_given_a_gap_when_it_becomes_an_example_then_the_next_model_learns_it_until_reopened(
    desk: Desk, bien: TestClient
) -> None:
    with desk.rows() as connection:
        heard(connection, "bực quá đi mất", "out_of_scope")
    told = {"intent": "complaint", "text": "bực quá đi mất", "language": "vi"}
    for _ in range(2):
        assert bien.post(f"{at('bực quá đi mất')}/example", data=told).status_code == 200
    (sentence,) = rows(desk, own_sentence)
    assert (sentence.kind, sentence.intent, sentence.ended_at) == ("example", "complaint", None)
    assert bien.post(f"{at('bực quá đi mất')}/example", data={**told, "intent": "x"}).status_code == 409
    assert bien.post(f"{at('bực quá đi mất')}/reopen").status_code == 200
    assert rows(desk, own_sentence)[0].ended_at is not None and len(seen(desk)) == 1
    assert bien.post(f"{at('bực quá đi mất')}/reopen").status_code == 409


def test_given_a_gap_when_it_needs_an_answer_or_nothing_then_that_is_kept(desk: Desk, bien: TestClient) -> None:
    with desk.rows() as connection:
        heard(connection, "xe công nông có được đi chợ không")
        heard(connection, "aaaa bbbb cccc")
    address = at("xe công nông có được đi chợ không")
    assert bien.post(f"{address}/answer", data={"code": "", "note": " "}).status_code == 409
    bien.post(f"{address}/answer", data={"code": "", "note": "viết về xe công nông"})
    bien.post(f"{at('aaaa bbbb cccc')}/dismiss", data={"note": ""})
    assert sorted(row.decision for row in rows(desk, gap)) == ["answer", "dismissed"] and seen(desk) == []
    bien.post(f"{address}/answer", data={"code": DEATH, "note": "", "then": "list"})
    assert [draft.code for draft in drafts(desk)] == [DEATH]
    with desk.rows() as connection:
        heard(connection, "xe công nông có được đi chợ không", at=now() + timedelta(seconds=1))
    assert "xe công nông" in bien.get("/admin/gaps?decided=yes").text
    assert [one.since for one in seen(desk, decided=True) if one.text.startswith("xe")] == [1]


def test_given_a_decided_gap_whose_messages_are_gone_when_opened_then_it_is_still_there(
    desk: Desk, bien: TestClient
) -> None:
    with desk.rows() as connection:
        gap_deciding.dismiss(connection, "cu ky", desk.ids["bien"], "x")
    assert bien.get(f"/admin/gaps/{name_of('cu ky')}").status_code == 200
    assert "cu ky" in bien.get("/admin/gaps?decided=yes").text


def test_given_a_gap_when_asked_what_would_be_said_then_search_decides_on_the_catalogue_of_now(
    desk: Desk, bien: TestClient
) -> None:
    with desk.rows() as connection:
        heard(connection, "đăng ký khai tử", aspect="documents")
    address = f"{at('đăng ký khai tử')}/now"
    for _ in range(200):
        part = bien.get(address, headers={"HX-Request": "true"}).text
        if "hx-trigger" not in part:
            break
    assert DEATH in part and "<html" not in part and "<html" in bien.get(address).text


def test_given_somebody_else_or_no_such_gap_when_opened_then_it_is_refused(desk: Desk, bien: TestClient) -> None:
    lan = desk.sign_in("lan")
    assert [lan.get(path).status_code for path in ("/admin/gaps", at("x"), f"{at('x')}/now")] == [403] * 3
    assert [bien.get(path).status_code for path in (at("x"), "/admin/gaps/zz")] == [404, 404]
    odd = bien.get("/admin/gaps?days=x&why=%00&page=-1&place=' OR 1&language=" + "x" * 99)
    assert odd.status_code == 200
