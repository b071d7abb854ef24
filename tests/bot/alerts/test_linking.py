"""Staff link a chat of their own with the code of their page; nobody else's guess gains anything."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.engine import Engine

from bot.alerts import linking
from bot.alerts.linking import code_for
from bot.conversation import Inbound
from bot.post.clock import now
from bot.post.inbox import Inbox
from bot.post.wake import Wake
from bot.store.desk_tables import staff
from bot.store.tables import message
from bot.turn import Turns
from tests.bot.handover import kit
from tests.doubles import EchoResponder

SECRET = "secret"


class Chat:
    """A telephone that writes to the bot, and what it hears."""

    def __init__(self, database: Engine, channel: str = "telegram") -> None:
        self.database, self.channel, self.number = database, channel, 0
        self.inbox = Inbox(database, Wake())
        self.turns = Turns(database, EchoResponder(), Wake(), secret=SECRET)

    def say(self, text: str, address: str = "a") -> str:
        self.number += 1
        self.inbox.receive(Inbound(self.channel, address, f"{address}{self.number}", text))
        claimed = self.inbox.claim()
        assert claimed is not None and self.turns.take(claimed)
        with self.database.connect() as connection:
            return str(connection.execute(select(message.c.text).order_by(message.c.id.desc())).scalar())

    def lan(self) -> tuple[int | None, str]:
        with self.database.connect() as connection:
            row = connection.execute(select(staff.c.conversation_id, staff.c.alerts).order_by(staff.c.id)).first()
        return row.conversation_id, row.alerts


@pytest.fixture
def chat(database: Engine) -> Chat:
    with database.begin() as connection:
        kit.person(connection, "lan", alerts="email")
        kit.person(connection, "hoa")
    return Chat(database)


@pytest.mark.parametrize(
    "typed",
    ["trực {}", "Trực {}.", "truc {}", "TRỰC: {}", "mã trực {}", "duty {}", "Duty code: {}", "值班 {}", "值班码：{}"],
)
def test_given_the_code_of_a_page_when_typed_then_the_chat_is_theirs_and_calls_by_chat_are_on(
    chat: Chat, typed: str
) -> None:
    told = chat.say(typed.format(code_for(SECRET, 1)))
    assert "Lan" in told and chat.lan() == (1, "email chat")


def test_given_a_code_with_a_space_when_typed_then_it_is_the_same(chat: Chat) -> None:
    code = code_for(SECRET, 1)
    assert "Lan" in chat.say(f"trực {code[:3]} {code[3:]}")


@pytest.mark.parametrize("typed", ["trực ban 123456", "123456", "trực 12345", "trực 1234567", "trực", "mã 123456"])
def test_given_other_words_when_typed_then_the_bot_answers_as_ever(chat: Chat, typed: str) -> None:
    assert chat.say(typed).startswith("Nghe rõ")


def test_given_a_wrong_code_when_typed_then_it_says_so_and_after_five_no_more_are_heard(chat: Chat) -> None:
    right = code_for(SECRET, 1)
    wrong = f"{(int(right) + 1) % 10**6:06}"
    assert [chat.say(f"trực {wrong}").startswith("Mã trực không đúng") for _ in range(5)] == [True] * 5
    assert chat.say(f"trực {right}").startswith("Anh/chị đã gõ sai mã nhiều lần")
    assert chat.lan() == (None, "email")
    assert "Lan" in chat.say(f"trực {right}", address="b")


@pytest.mark.parametrize(("minutes", "good"), [(10, True), (21, False), (-10, False)])
def test_given_time_when_it_goes_by_then_a_code_ends(
    chat: Chat, monkeypatch: pytest.MonkeyPatch, minutes: int, good: bool
) -> None:
    code = code_for(SECRET, 1)
    monkeypatch.setattr(linking, "now", lambda: now() + timedelta(minutes=minutes))
    assert ("Lan" in chat.say(f"trực {code}")) == good


def test_given_another_secret_or_person_when_made_then_the_code_is_another(chat: Chat) -> None:
    codes = {code_for(SECRET, 1), code_for(SECRET, 2), code_for("other", 1)}
    assert len(codes) == 3 and all(len(code) == 6 and code.isdigit() for code in codes)


def test_given_two_who_share_a_code_when_typed_then_it_is_nobodys(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linking, "_code", lambda *_: "123456")
    assert chat.say("trực 123456").startswith("Mã trực không đúng")


def test_given_somebody_who_has_left_when_their_code_is_typed_then_it_is_nobodys(chat: Chat) -> None:
    with chat.database.begin() as connection:
        connection.execute(update(staff).where(staff.c.id == 1).values(ended_at=now()))
    assert chat.say(f"trực {code_for(SECRET, 1)}").startswith("Mã trực không đúng")


def test_given_a_web_page_when_the_code_is_typed_there_then_it_says_where_to_go(database: Engine) -> None:
    with database.begin() as connection:
        kit.person(connection, "lan")
    page = Chat(database, "web")
    assert page.say(f"trực {code_for(SECRET, 1)}").startswith("Mã trực chỉ dùng trên Zalo")
    assert page.lan()[0] is None
