"""How people ask for a code and type it, in their language, and what only looks like it."""

from __future__ import annotations

import json
import time
import unicodedata

import pytest
from sqlalchemy import update
from sqlalchemy.engine import Engine

from bot import joining
from bot.store import tables
from bot.store.channel_tables import joining as table
from tests.bot.joining_kit import HERE, THERE, Town
from tests.bot.post.kit import rows


@pytest.fixture
def town(database: Engine) -> Town:
    return Town(database)


@pytest.mark.parametrize("text", ["nối", "Nối kênh.", " NỐI ", "noi kenh", "LINK", " link ", "连接", "link channels"])
def test_given_words_that_ask_for_a_code_when_typed_then_one_is_given(town: Town, text: str) -> None:
    assert "Mã nối là" in town.say("a", text)


@pytest.mark.parametrize(
    "text",
    ["link 12345", "link 123", "tôi muốn link 1234 giấy", "1234", "liên kết 1234", "/join", "nối dây", "nối 12 34"],
)
def test_given_other_words_when_typed_then_the_engine_answers(town: Town, text: str) -> None:
    assert town.say("a", text).startswith("Nghe rõ")
    assert rows(town.database, table) == []


def test_given_each_its_language_when_codes_meet_then_each_is_told_in_its_own(town: Town) -> None:
    code = town.code("a")
    town.say("b", "xin chào")
    with town.database.begin() as connection:
        whose = update(tables.conversation).where(tables.conversation.c.address == "b")
        connection.execute(whose.values(memory='{"slots": {"language": "en"}, "events": []}'))
    assert town.say("b", f"nối {code}").startswith("Link this conversation")
    assert town.told("a").startswith(THERE)


@pytest.mark.parametrize(
    "text",
    [
        "nối {}",
        "Nối {}.",
        "nối: {}",
        "nối\n{}",
        "nối  {}",
        "NOI {}",
        "nối mã {}",
        "mã nối là {}",
        "Mã nối là: {}!",
        "ma noi la {}",
        "link: {}.",
        "code is {}",
        "连接{}",
        "连接：{}",
        "连接码是{}。",
        unicodedata.normalize("NFD", "nối {}"),
    ],
)
def test_given_a_code_when_typed_as_people_do_then_it_is_recognised(town: Town, text: str) -> None:
    assert town.say("b", text.format(town.code("a"))).startswith(HERE)


def test_given_two_who_speak_vietnamese_when_they_join_then_all_of_it_is_in_vietnamese(town: Town) -> None:
    code = town.code("a", "nối")
    assert "nhắn: nối" in town.told("a")
    assert town.say("b", f"mã nối là {code}").startswith(HERE)
    assert "1. Nối\n2. Không nối" in shown(town, "b")
    assert town.told("a").startswith(THERE)
    assert "Em đã ghi" in town.say("b", "1")
    assert "Đã nối xong" in town.say("a", "1")


def shown(town: Town, who: str) -> str:
    """The last words as a channel without buttons shows them."""
    buttons = [row.buttons for row in rows(town.database, tables.message) if row.text == town.told(who)]
    return "\n".join(f"{n}. {title}" for n, title in enumerate((one["title"] for one in json.loads(buttons[-1])), 1))


@pytest.mark.parametrize(
    "said", ["a" + ":" * 800, "nối" + " " * 800 + "x", "là " * 270], ids=["colons", "blanks", "is"]
)
def test_given_a_long_message_of_colons_and_blanks_when_looked_at_then_it_takes_no_time(town: Town, said: str) -> None:
    claimed = town.put("a", said)
    started = time.perf_counter()
    assert joining.recognise(claimed) is None
    assert time.perf_counter() - started < 0.2
