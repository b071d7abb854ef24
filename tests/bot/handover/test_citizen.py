"""While a case waits: "never mind", a telephone number, "is it my turn?", and where one lives."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert
from sqlalchemy.engine import Engine
from structlog.testing import capture_logs

from bot.conversation import Contact, Kind, Outcome, Reply
from bot.conversation.answer import Answer
from bot.handover import cases, citizen, events, remembered
from bot.handover.kinds import Event
from bot.post.clock import now
from bot.privacy import contacts
from bot.store import tables
from bot.store.desk_tables import held_answer
from tests.bot.handover import kit
from tests.bot.handover.citizen_kit import Talk
from tests.bot.post.kit import column, rows

THUC_PHAN, NUNG_TRI_CAO = "01273", "01279"


@pytest.fixture
def talk(database: Engine) -> Talk:
    return Talk(database)


@pytest.mark.parametrize(
    "text",
    ["thôi", "Thôi ạ!", "thoi", "dạ thôi em cảm ơn", "không cần nữa", "khong can nua", "never mind", "算了", "算了吧"],
)
def test_given_a_case_that_waits_when_the_citizen_wants_nobody_any_more_then_it_is_cancelled(
    talk: Talk, text: str
) -> None:
    case = talk.case()
    assert "đã hủy yêu cầu gặp cán bộ" in talk.say(text)
    row = talk.row(case)
    assert (row.status, row.outcome, row.waits_since, row.due_at) == ("closed", "cancelled", None, None)
    assert row.told_at is not None
    assert talk.state(case) == "with_bot"
    assert [one.payload for one in talk.buttons()] == ["/talk_to_person"]
    assert talk.bot.heard == []
    assert talk.tell() == []


@pytest.mark.parametrize("text", ["thôi chết em quên giấy hẹn rồi", "thôi nôi cần giấy gì", "không cần công chứng à"])
def test_given_a_case_that_waits_when_a_message_only_begins_like_a_cancel_then_the_bot_answers(
    talk: Talk, text: str
) -> None:
    case = talk.case()
    talk.say(text)
    assert [heard for heard, _ in talk.bot.heard] == [text]
    assert talk.state(case) == "waiting"


@pytest.mark.parametrize("text", ["không cần ạ", "khỏi", "no need", "不用了"])
def test_given_a_question_of_the_bot_when_a_mere_no_answers_it_then_the_case_waits_on(talk: Talk, text: str) -> None:
    case = talk.case()
    assert talk.say("khai sinh được không?").endswith("?")
    talk.say(text)
    assert talk.state(case) == "waiting"
    talk.say(text)
    assert talk.row(case).outcome == "cancelled"


def test_given_no_case_when_somebody_says_never_mind_then_the_bot_answers(talk: Talk) -> None:
    talk.say("thôi")
    assert talk.bot.heard == [("thôi", "")]


def test_given_a_person_who_answers_when_the_citizen_says_never_mind_then_it_is_said_to_them(talk: Talk) -> None:
    case = talk.case(staff_id=talk.person())
    assert talk.say("thôi") == "thôi"
    assert talk.say("0912345678") == "•••"
    assert talk.row(case).status == "with_staff"


def test_given_a_guide_that_spoke_last_when_a_bare_never_mind_comes_then_it_is_the_guides(talk: Talk) -> None:
    case = talk.case()
    talk.bot.respond = lambda *of: Answer((Reply("Còn giấy nào?"),), Outcome.GUIDE)  # type: ignore[method-assign]
    talk.say("rồi")
    assert talk.say("thôi") == "Còn giấy nào?"
    assert talk.state(case) == "waiting"
    assert "đã hủy" in talk.say("không cần gặp cán bộ nữa")


def test_given_a_held_answer_when_the_citizen_cancels_then_it_is_dropped(talk: Talk) -> None:
    case = talk.case()
    talk.say("xin chào")
    with talk.database.begin() as connection:
        held = {"handover_id": case, "inbox_id": 1, "replies": "[]", "language": "vi", "created_at": now()}
        connection.execute(insert(held_answer).values(**held))
    talk.say("không cần nữa")
    assert column(talk.database, held_answer, "decision") == ["dropped"]


def test_given_a_cancel_when_it_is_stored_then_the_history_tells_it_without_a_person(talk: Talk) -> None:
    case = talk.case()
    talk.say("thôi")
    with talk.database.connect() as connection:
        (line,) = events.every(connection, case)
    assert (line.kind, line.staff_id, line.data["ending"]) == (Event.CLOSED, None, "cancelled")


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("0912345678", "0912345678"),
        ("0912 345 678", "0912345678"),
        ("+84 912.345.678", "0912345678"),
        ("84912345678", "0912345678"),
        ("sđt của em là 0912345678 ạ", "0912345678"),
        ("tên Nguyễn Thị Lan, số 0912345678", "0912345678"),
        ("0206 385 2345", "02063852345"),
        ("13812345678", "13812345678"),
        ("+86 138 1234 5678", "+8613812345678"),
    ],
)
def test_given_a_case_that_waits_when_a_telephone_number_is_typed_then_it_is_kept_and_not_said_back(
    talk: Talk, text: str, kept: str
) -> None:
    talk.case()
    with capture_logs() as logged:
        told = talk.say(text)
    assert f"đuôi {kept[-3:]}" in told
    assert kept not in told
    assert kept not in str(logged)
    assert contacts.read(talk.whose().contact_phone) == kept


@pytest.mark.parametrize(
    "text",
    [
        "004190012345",
        "mã hồ sơ H10.20.0912345678",
        "0912345678 là số của ai?",
        "khai sinh 0912345678",
        "0912345678 hay 0912345679",
        "091234567",
    ],
)
def test_given_a_case_that_waits_when_a_number_is_no_telephone_number_then_the_bot_answers(
    talk: Talk, text: str
) -> None:
    talk.case()
    talk.say(text)
    assert len(talk.bot.heard) == 1
    assert talk.whose().contact_phone is None


def test_given_a_case_that_waits_when_a_contact_is_shared_then_its_number_is_confirmed(talk: Talk) -> None:
    talk.case()
    assert "đuôi 678" in talk.say(kind=Kind.CONTACT, contact=Contact("Lan", "0912345678"))


def test_given_a_person_who_asked_for_it_when_a_number_is_typed_then_it_is_kept_in_silence(talk: Talk) -> None:
    case = talk.case(staff_id=talk.person())
    talk.say("0912345678")
    assert talk.whose().contact_phone is None
    with talk.database.begin() as connection:
        events.write(connection, case, Event.ASKED_PHONE, 1)
    assert talk.say("dạ 0987654321") == "dạ •••"
    assert contacts.read(talk.whose().contact_phone) == "0987654321"


def test_given_a_contact_without_a_number_when_shared_then_the_usual_words_are_said(talk: Talk) -> None:
    talk.case()
    assert "đuôi" not in talk.say(kind=Kind.CONTACT, contact=Contact("Lan", ""))


@pytest.mark.parametrize("text", ["tới lượt tôi chưa", "toi luot chua", "is it my turn yet?", "轮到我了吗"])
def test_given_two_who_wait_when_the_second_asks_for_their_turn_then_one_is_before_them(talk: Talk, text: str) -> None:
    talk.case("b")
    talk.case("a", due_at=now() + timedelta(hours=1))
    told = talk.say(text)
    assert "có 1 người" in told
    assert "Trung tâm" in told
    assert "chậm nhất" in told


def test_given_a_promise_that_is_broken_when_the_citizen_asks_then_it_is_owned_up_to(talk: Talk) -> None:
    talk.case(due_at=now() - timedelta(minutes=1))
    assert "em xin lỗi" in talk.say("tới lượt tôi chưa")


def test_given_english_when_the_citizen_cancels_then_the_answer_is_in_it(talk: Talk) -> None:
    talk.case()
    talk.remember(language="en")
    assert "cancelled" in talk.say("never mind")


class TestPlace:
    """The commune was asked for, and an office of it has somebody."""

    @pytest.fixture
    def there(self, talk: Talk) -> int:
        with talk.database.begin() as connection:
            office = kit.office(connection, place=THUC_PHAN)
        talk.person("ba", office_id=office)
        return office

    @pytest.mark.parametrize("text", ["phường Thục Phán", "em ở phường thuc phan ạ"])
    def test_given_its_name_when_told_then_the_case_goes_there(self, talk: Talk, there: int, text: str) -> None:
        case = talk.case(asks="place", due_at=now())
        told = talk.say(text)
        row = talk.row(case)
        assert (row.office_id, row.asks, row.status) == (there, "", "waiting")
        assert "Thục Phán" in told
        assert talk.slots()["place"] == THUC_PHAN
        assert talk.bot.heard == []
        with talk.database.connect() as connection:
            (line,) = events.every(connection, case)
        assert (line.kind, line.data["office"]) == (Event.TRANSFERRED, there)

    def test_given_a_question_that_names_a_place_when_asked_then_the_bot_answers_it(
        self, talk: Talk, there: int
    ) -> None:
        case = talk.case(asks="place")
        talk.say("ở phường Thục Phán làm khai sinh cần gì")
        assert len(talk.bot.heard) == 1
        assert talk.row(case).asks == "place"

    def test_given_a_bot_that_has_learnt_the_place_when_it_has_answered_then_the_case_goes_there(
        self, talk: Talk, there: int
    ) -> None:
        case = talk.case(asks="place", due_at=now())
        memory = remembered.with_slots(None, place=THUC_PHAN)
        talk.bot.respond = lambda *of: Answer((Reply("dạ"),), Outcome.ANSWERED, memory=memory)  # type: ignore[method-assign]
        talk.say("ở phường Thục Phán làm khai sinh cần gì")
        assert talk.row(case).office_id == there

    def test_given_a_name_that_several_bear_when_told_then_a_button_decides(self, talk: Talk, there: int) -> None:
        case = talk.case(asks="place", due_at=now())
        talk.say("huyện Hòa An")
        offered = talk.buttons()
        assert len(offered) > 1
        pressed = f'/case{{"case": {case}, "do": "place", "place": "{THUC_PHAN}"}}'
        talk.say(payload=pressed)
        assert talk.row(case).office_id == there

    @pytest.mark.parametrize("text", ["không biết", "em ở Hà Nội", "I don't know", "不知道"])
    def test_given_no_place_of_ours_when_told_then_the_centre_answers(self, talk: Talk, there: int, text: str) -> None:
        case = talk.case(asks="place")
        assert "cấp tỉnh" in talk.say(text)
        assert (talk.row(case).office_id, talk.row(case).asks) == (1, "")

    def test_given_a_case_that_asks_for_nothing_when_a_place_is_named_then_the_bot_answers(
        self, talk: Talk, there: int
    ) -> None:
        case = talk.case()
        talk.say("phường Thục Phán")
        assert len(talk.bot.heard) == 1
        assert talk.row(case).office_id == 1


@pytest.mark.parametrize("do", ['"cancel"', '"line"', '"transcript"', '"place", "place": "01273"'])
def test_given_somebody_elses_case_when_its_button_is_forged_then_nothing_happens(talk: Talk, do: str) -> None:
    case = talk.case("b", asks="place")
    before = talk.row(case)
    assert "rồi" in talk.say(payload=f'/case{{"case": {case}, "do": {do}}}') or "không còn" in talk.told()
    assert talk.row(case) == before
    assert talk.told("a") != ""
    assert len(rows(talk.database, tables.message)) == 2


def test_given_a_case_taken_while_the_citizen_cancels_when_the_turn_commits_then_the_person_keeps_it(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, lan, answer = talk.case(), talk.person(), citizen.answer

    def meanwhile(*of: Any) -> Any:
        found = answer(*of)
        with talk.database.begin() as connection:
            cases.claim(connection, case, lan)
        return found

    monkeypatch.setattr(citizen, "answer", meanwhile)
    talk.say("thôi")
    assert talk.row(case).status == "with_staff"
    assert rows(talk.database, tables.turn) == []
