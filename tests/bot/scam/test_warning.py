"""A look-alike link: said before the answer, and reported with what was written, masked."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from sqlalchemy import select
from sqlalchemy.engine import Engine

from bot.conversation import Inbound, Outcome, Reply
from bot.conversation.answer import Answer
from bot.post.inbox import Inbox
from bot.post.wake import Wake
from bot.scam.checking import PAYLOAD
from bot.store.scam_tables import scam_code, scam_report
from bot.store.tables import message
from bot.turn import Turns

SITE = "https://motcua.example.vn"


@dataclass
class Talk:
    """A citizen, and what the bot would say."""

    database: Engine
    outcome: Outcome = Outcome.ANSWERED
    count: int = 0

    def respond(self, conversation_id: int, text: str, payload: str, memory: str | None) -> Answer:
        return Answer((Reply("lệ phí là…"),), self.outcome)

    def says(self, text: str, payload: str = "", site: str = SITE) -> list[str]:
        """What the bot says to it."""
        post, self.count = Inbox(self.database, Wake()), self.count + 1
        post.receive(Inbound("memory", "a", str(self.count), text, payload))
        claimed = post.claim()
        assert claimed is not None
        assert Turns(self.database, self, Wake(), site, secret="s").take(claimed)
        with self.database.connect() as connection:
            mine = select(message.c.text).where(message.c.inbox_id == claimed.id, message.c.author == "bot")
            return list(connection.execute(mine.order_by(message.c.id)).scalars())

    def reports(self) -> list[tuple[str, str, str]]:
        with self.database.connect() as connection:
            return [(row.host, row.look, row.text) for row in connection.execute(select(scam_report))]


@pytest.fixture
def talk(database: Engine) -> Talk:
    return Talk(database)


def test_given_a_look_alike_when_shown_then_the_warning_comes_first_and_admins_can_read_it(talk: Talk) -> None:
    first, second = talk.says("nộp ở dichvucong-gov.com được không, cccd em 004199012345")[:2]
    assert "dichvucong-gov.com" in first and "OTP" in first
    assert second == "lệ phí là…"
    ((host, look, text),) = talk.reports()
    assert (host, look) == ("dichvucong-gov.com", "look_alike")
    assert "004199012345" not in text and "nộp ở dichvucong-gov.com" in text


@pytest.mark.parametrize(
    ("text", "warned"),
    [
        ("vào abc123.top nhập mã OTP đúng không", True),
        ("họ bảo chuyển khoản qua https://bit.ly/x1", True),
        ("link abc123.top là gì", False),
        ("nộp tiền ở dichvucong.gov.vn được không", False),
        (f"chuyển tiền ở {SITE}/official à", False),
        ("lệ phí chuyển khoản bao nhiêu", False),
    ],
)
def test_given_a_link_when_a_code_or_money_is_asked_for_too_then_only_an_official_one_is_no_alarm(
    talk: Talk, text: str, warned: bool
) -> None:
    assert (len(talk.says(text)) == 2, len(talk.reports()) == 1) == (warned, warned)


def test_given_a_scam_that_is_told_when_answered_then_the_link_is_named_once_and_it_is_reported(talk: Talk) -> None:
    talk.outcome = Outcome.SCAM
    first, second = talk.says("công an gọi bảo cài app ở vneid-cai.top")
    assert "vneid-cai.top" in first and "OTP" not in first and second == "lệ phí là…"
    assert talk.says("có người gọi đòi tiền 0912345678") == ["lệ phí là…"] or len(talk.reports()) == 2
    assert [look for _, look, _ in talk.reports()] == ["look_alike", "told"]
    assert "0912345678" not in talk.reports()[1][2]


def test_given_an_emergency_when_a_link_stands_in_it_then_nothing_comes_before_the_numbers(talk: Talk) -> None:
    talk.outcome = Outcome.EMERGENCY
    assert talk.says("cháy nhà, caobang-gov.vn") == ["lệ phí là…"]


def test_given_a_chat_with_somebodys_telephone_when_reported_then_it_is_masked(talk: Talk) -> None:
    talk.says("zalo.me/0912345678 đòi mã otp")
    assert "0912345678" not in str(talk.reports())


def test_given_doubt_when_the_button_is_pressed_then_nobody_of_us_is_there_and_a_code_can_be_tried(talk: Talk) -> None:
    (said,) = talk.says("Kiểm tra", PAYLOAD)
    assert f"{SITE}/official" in said and "không có cán bộ" in said
    code = "".join(char for char in said.rsplit("thử mã", 1)[1] if char.isdigit())[:8]
    (told,) = talk.says(f"mã {code}")
    assert told.startswith("Đúng: máy trả lời")
    (told,) = talk.says(f"mã {int(code) ^ 1:08}")
    assert told.startswith("Không đúng")


def test_given_no_site_when_the_button_is_pressed_then_no_code_is_made(talk: Talk) -> None:
    (said,) = talk.says("Kiểm tra", PAYLOAD, site="")
    assert "OTP" in said and "/official" not in said
    with talk.database.connect() as connection:
        assert connection.execute(select(scam_code)).first() is None
