"""A citizen asks and is answered: channel, inbox, turn, Rasa, action, catalogue, outbox, channel."""

from __future__ import annotations

import json
import uuid

import pytest

from bot.session import Session, Told
from procedures.typed.fold import fold

pytestmark = pytest.mark.model


class Citizen:
    """Somebody with a conversation of their own."""

    def __init__(self, session: Session) -> None:
        self.session, self.address = session, uuid.uuid4().hex

    def says(self, text: str) -> Told:
        return self.session.say(self.address, text)

    def presses(self, told: Told, title: str) -> Told:
        button = next(b for reply in told.replies for b in reply.buttons if b.title == title)
        return self.session.say(self.address, button.title, button.payload)


@pytest.fixture
def citizen(session: Session) -> Citizen:
    return Citizen(session)


def code(told: Told) -> str:
    found = json.loads(told.procedures)
    return str(found[0]["code"]) if found else ""


QUESTIONS = [
    ("con em mới sinh làm giấy khai sinh cần giấy tờ gì", "1.001193", "documents"),
    ("đăng ký tạm trú mất bao nhiêu tiền", "1.004194", "fee"),
    ("sang tên sổ đỏ mất bao lâu", "1.013831", "time"),
    ("muốn đổi bằng lái xe nộp ở đâu", "3.000347", "where"),
    ("khai báo tạm vắng qua mạng được không", "1.003677", "online"),
    ("đăng ký hộ kinh doanh làm thế nào", "1.001612", "how"),
    ("đăng ký kết hôn dùng mẫu tờ khai nào", "1.000894", "form"),
    ("bố em mới mất, làm giấy chứng tử", "1.000656", "overview"),
]


@pytest.mark.parametrize(("text", "expected", "aspect"), QUESTIONS)
@pytest.mark.parametrize("style", ["accented", "stripped"])
def test_given_a_question_when_asked_in_either_style_then_it_is_answered_rightly(
    citizen: Citizen, text: str, expected: str, aspect: str, style: str
) -> None:
    told = citizen.says(fold(text) if style == "stripped" else text)
    assert (told.outcome, code(told), told.aspect) == ("answered", expected, aspect)


def test_given_an_answer_when_follow_ups_name_nothing_then_the_same_procedure_is_meant(citizen: Citizen) -> None:
    citizen.says("con em mới sinh làm giấy khai sinh cần giấy tờ gì")
    for text, aspect in [("thế còn phí?", "fee"), ("bao lâu thì xong", "time"), ("nộp ở đâu", "where")]:
        told = citizen.says(text)
        assert (told.outcome, code(told), told.aspect) == ("answered", "1.001193", aspect)


def test_given_an_identity_card_when_asked_for_vaguely_then_the_choice_tells_the_cases_apart(
    citizen: Citizen,
) -> None:
    told = citizen.says("lam the can cuoc het bao nhieu tien")
    assert told.outcome == "clarify"
    picked = citizen.says("cái đầu tiên")
    assert (picked.outcome, picked.aspect) == ("answered", "fee")


def test_given_choices_on_the_table_when_another_matter_is_named_then_none_of_them_is_answered(
    citizen: Citizen,
) -> None:
    citizen.says("con em moi sinh lam giay khai sinh can gi a")
    assert citizen.says("cccd em la 004199012345 sdt 0912345678, le phi bao nhieu").outcome == "clarify"
    told = citizen.says("xin giấy tạm trú")
    assert (told.outcome, code(told)) == ("clarify", "1.004194")


def test_given_an_answer_when_a_next_step_is_pressed_then_it_is_answered(citizen: Citizen) -> None:
    told = citizen.says("đăng ký tạm trú cần giấy tờ gì")
    fee = citizen.presses(told, "Xem lệ phí")
    assert (fee.outcome, code(fee), fee.aspect) == ("answered", "1.004194", "fee")


def test_given_another_matter_in_hand_when_an_old_button_is_pressed_then_its_own_procedure_is_answered(
    citizen: Citizen,
) -> None:
    told = citizen.says("đăng ký tạm trú cần giấy tờ gì")
    citizen.says("đăng ký khai tử hết bao nhiêu tiền")
    fee = citizen.presses(told, "Xem lệ phí")
    assert (fee.outcome, code(fee), fee.aspect) == ("answered", "1.004194", "fee")


def test_given_nonsense_twice_when_said_then_a_person_is_offered_and_stored(citizen: Citizen) -> None:
    citizen.says("asdf qwer zxcv")
    told = citizen.says("hjkl uiop bnmm")
    person = citizen.presses(told, "Gặp cán bộ")
    assert person.outcome == "handed_over"


def test_given_a_topic_left_when_greeted_and_thanked_then_small_talk_does_not_lose_it(citizen: Citizen) -> None:
    citizen.says("đăng ký khai tử cần gì")
    assert citizen.says("cảm ơn em").outcome == "smalltalk"
    assert code(citizen.says("thế mất mấy ngày")) == "1.000656"


def test_given_forty_turns_when_the_conversation_goes_on_then_its_memory_stays_small(citizen: Citizen) -> None:
    from sqlalchemy import select

    from bot.store.tables import conversation

    for _ in range(20):
        citizen.says("đăng ký tạm trú cần giấy tờ gì")
        citizen.says("thế còn phí?")
    with citizen.session._database.connect() as connection:
        mine = select(conversation.c.memory).where(conversation.c.address == citizen.address)
        memory = connection.execute(mine).scalar_one()
    assert len(json.loads(memory)["events"]) <= 10
    assert len(memory) < 6_000


@pytest.mark.parametrize(
    "text", ["/restart", "/session_start", "/back", "/ask_fee{", "///", '/ask_fee{"procedure": 5}', "/nothing_such"]
)
def test_given_words_that_look_like_commands_when_typed_then_they_are_just_words(citizen: Citizen, text: str) -> None:
    # "Ask fee" may be what somebody does who wants money.
    assert citizen.says(text).outcome in {"clarify", "answered", "smalltalk", "out_of_scope", "scam"}


@pytest.mark.parametrize("payload", ["/restart", "/nothing_such", '/ask_fee{"procedure": ["x"]}', "/ask_fee{bad json}"])
def test_given_a_made_up_payload_when_pressed_then_there_is_a_reply(citizen: Citizen, payload: str) -> None:
    told = citizen.session.say(citizen.address, "nút", payload)
    assert told.replies


@pytest.mark.parametrize(
    "text",
    [
        "x" * 4000,
        "khai sinh " * 400,
        "<script>alert(1)</script>",
        "'; DROP TABLE inbox; --",
        "a\x00b\ud800\u202e",
        "làm khai sinh 😀",
        "出生证明怎么办",
        "{procedure}",
    ],
)
def test_given_bad_input_when_sent_then_there_is_one_reply_and_an_outcome(citizen: Citizen, text: str) -> None:
    told = citizen.says(text)
    assert len(told.replies) == 1
    assert told.outcome != "error"


@pytest.mark.parametrize(
    ("text", "language"), [("đăng ký tạm trú", "vi"), ("dang ky tam tru", "vi"), ("birth certificate please", "en")]
)
def test_given_a_message_when_asked_then_its_language_is_kept_with_the_turn(
    citizen: Citizen, text: str, language: str
) -> None:
    assert citizen.says(text).language == language
