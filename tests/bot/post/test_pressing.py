"""What a pressed button, or a number typed in its place, stands for."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.engine import Engine

from bot.channels.port import Abilities
from bot.conversation import Attachment, Button, Kind, Outbound, Reply
from bot.post import pressing, rendering
from bot.post.inbox import Claimed, Inbox
from bot.post.wake import Wake
from bot.store import tables
from tests.bot.post.kit import PLAIN, TWO, arrived, claim, column, inbound, post


def came(database: Engine, text: str = "", abilities: Any = PLAIN, **more: Any) -> Claimed:
    box = Inbox(database, Wake(), {"memory": abilities} if abilities else None)
    box.receive(inbound("new", text, **more))
    claimed = box.claim()
    assert claimed is not None
    return claimed


@pytest.mark.parametrize(("token", "payload"), [("1:0", "/one"), ("1:1", "/two")])
def test_given_a_pressed_choice_when_stored_then_title_and_payload_are_its_buttons(
    database: Engine, token: str, payload: str
) -> None:
    post(database, "Chọn", buttons=TWO)
    claimed = came(database, pressed=token)
    assert (claimed.payload, claimed.text) == (payload, TWO[int(token[-1])].title)


def test_given_an_old_menu_when_pressed_after_a_newer_one_then_it_still_means_the_same(database: Engine) -> None:
    post(database, "Chọn", buttons=TWO)
    post(database, "Chọn nữa", buttons=TWO[:1])
    assert came(database, pressed="1:1").payload == "/two"


@pytest.mark.parametrize(
    "token",
    ["2:0", "1:2", "1:99", "999999999:0", "1:0 ", "1:-1", "x", "1", "1:0:0", "9999999999:0", "1:100", "\x00", "١:٠"],
)
def test_given_a_forged_token_when_stored_then_it_is_nobodys_button(database: Engine, token: str) -> None:
    post(database, "Chọn", buttons=TWO)
    post(database, "Của người khác", buttons=TWO, address="b")
    claimed = came(database, pressed=token)
    assert (claimed.payload, claimed.text) == ("", "")


@pytest.mark.parametrize(("typed", "payload"), [("1", "/one"), ("2.", "/two"), (" 2 ", "/two"), ("3", ""), ("12", "")])
def test_given_a_menu_in_numbers_when_one_is_typed_then_it_is_pressed(
    database: Engine, typed: str, payload: str
) -> None:
    post(database, "Chọn", buttons=TWO)
    arrived(database)
    assert came(database, typed).payload == payload


def test_given_a_menu_when_something_was_said_since_then_a_number_is_only_a_number(database: Engine) -> None:
    post(database, "Chọn", buttons=TWO)
    arrived(database)
    Inbox(database, Wake()).receive(inbound("1", "nhà có mấy người", address="a"))
    box = Inbox(database, Wake(), {"memory": PLAIN})
    box.receive(inbound("2", "2"))
    first = box.claim()
    assert first is not None
    assert (first.text, first.payload) == ("nhà có mấy người", "")
    assert column(database, tables.inbox, "payload") == ["", ""]


def test_given_a_menu_when_a_plain_line_followed_it_then_a_number_still_means_it(database: Engine) -> None:
    post(database, "Chọn", buttons=TWO)
    post(database, "Anh/chị cứ từ từ ạ")
    arrived(database)
    assert came(database, "2").payload == "/two"


@pytest.mark.parametrize("abilities", [None, Abilities(text=100, buttons=5, button_title=50)])
def test_given_a_channel_with_real_buttons_when_a_number_is_typed_then_it_is_a_number(
    database: Engine, abilities: Any
) -> None:
    post(database, "Chọn", buttons=TWO)
    arrived(database)
    assert came(database, "2", abilities).payload == ""


def test_given_a_menu_of_another_when_a_number_is_typed_then_it_is_a_number(database: Engine) -> None:
    post(database, "Chọn", buttons=TWO, address="b")
    arrived(database)
    assert came(database, "2").payload == ""


def test_given_a_photo_with_a_number_below_when_stored_then_it_presses_nothing(database: Engine) -> None:
    post(database, "Chọn", buttons=TWO)
    arrived(database)
    photo = (Attachment(Kind.PHOTO, "ref"),)
    claimed = came(database, "2", kind=Kind.PHOTO, attachments=photo)
    assert (claimed.text, claimed.payload) == ("2", "")


def test_given_a_payload_of_its_own_when_its_text_is_a_label_then_the_payload_stays(database: Engine) -> None:
    post(database, "Chọn", buttons=TWO)
    arrived(database)
    assert came(database, "2", payload="/help").payload == "/help"


def test_given_the_longest_token_when_made_then_it_is_understood() -> None:
    assert pressing._TOKEN.fullmatch("999999999:999")


def test_given_more_than_a_hundred_real_buttons_when_shown_then_each_token_is_understood() -> None:
    reply = Reply("Chọn", tuple(Button(f"Việc {number}", "/p") for number in range(120)))
    (part,) = rendering.parts(Outbound(1, 1, "a", reply), Abilities(text=9000, buttons=150, button_title=20))
    assert len(part.choices) == 120
    assert all(pressing._TOKEN.fullmatch(choice.token) for choice in part.choices)


@pytest.mark.parametrize("status", ["queued", "failed", "dropped"])
def test_given_a_menu_that_never_arrived_when_a_number_is_typed_then_the_one_before_is_meant(
    database: Engine, status: str
) -> None:
    post(database, "Chọn", buttons=TWO)
    arrived(database)
    post(database, "Nhắc", buttons=(Button("Đi", "/go"), Button("Thôi", "/stop")))
    with database.begin() as connection:
        connection.execute(update(tables.outbox).where(tables.outbox.c.id == 2).values(status=status))
    assert came(database, "2").payload == "/two"


def test_given_a_menu_that_is_on_the_wire_when_a_number_is_typed_then_it_is_meant(database: Engine) -> None:
    post(database, "Chọn", buttons=TWO)
    claim(database)
    assert came(database, "2").payload == "/two"
