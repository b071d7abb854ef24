"""What Telegram tells becomes a message of ours."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.conversation import Attachment, Contact, Inbound, Kind, Notice, Sign
from bot.errors import NotGenuine, NotReadable
from tests.bot.channels.telegram.kit import CITIZEN, MENU, SECRET, bot, message, read

FILE = {"file_id": "F1", "file_unique_id": "U1", "file_size": 3}
VIDEO = {**FILE, "width": 1, "height": 1, "duration": 1}
ME = {"id": 1, "is_bot": True, "first_name": "Bot"}
SENT = datetime.fromtimestamp(1_790_000_000, timezone.utc)


def one(**content: Any) -> Inbound:
    (inbound,) = read({"message": message(**content)})
    assert isinstance(inbound, Inbound)
    return inbound


def test_given_a_text_when_read_then_all_that_identifies_it_is_there() -> None:
    assert one(text="xin chào") == Inbound("telegram", str(CITIZEN), f"{CITIZEN}:5", "xin chào", sent_at=SENT)


@pytest.mark.parametrize(
    ("text", "carried"), [("/start", ""), ("/start guide_a-Z9", "guide_a-Z9"), ("/start@a_bot x", "x")]
)
def test_given_a_deep_link_when_read_then_the_start_holds_what_it_carried(text: str, carried: str) -> None:
    inbound = one(text=text)
    assert (inbound.kind, inbound.text, inbound.payload) == (Kind.START, carried, "")


@pytest.mark.parametrize(
    ("language", "title"),
    [("vi", "Hướng dẫn"), ("en-GB", "Help"), ("zh-hans", "帮助"), ("fr", "Hướng dẫn"), (None, "Hướng dẫn")],
)
def test_given_a_command_of_the_menu_when_read_then_its_payload_and_its_title_in_the_citizens_language(
    language: str | None, title: str
) -> None:
    inbound = one(text="/help", language=language)
    assert (inbound.kind, inbound.text, inbound.payload) == (Kind.TEXT, title, MENU[0].payload)


@pytest.mark.parametrize("text", ["/nonsense", "/", "/help/me", "1/2"])
def test_given_no_command_of_the_menu_when_read_then_it_is_text_as_it_is(text: str) -> None:
    inbound = one(text=text)
    assert (inbound.kind, inbound.text, inbound.payload) == (Kind.TEXT, text, "")


def test_given_an_edit_when_read_then_it_corrects_the_message_and_has_an_id_of_its_own() -> None:
    (inbound,) = read({"edited_message": message(text="new", edit_date=1_790_000_060)})
    assert isinstance(inbound, Inbound)
    assert (inbound.edits, inbound.channel_message_id) == (f"{CITIZEN}:5", f"{CITIZEN}:5:e1790000060")
    assert inbound.text == "new"


def test_given_a_live_location_when_it_moves_then_nothing_came() -> None:
    assert read({"edited_message": message(location={"latitude": 1.0, "longitude": 2.0}, edit_date=1)}) == ()


@pytest.mark.parametrize(
    ("content", "kind", "name"),
    [
        (
            {"photo": [{**FILE, "file_id": "F0", "width": 9, "height": 9}, {**FILE, "width": 90, "height": 90}]},
            Kind.PHOTO,
            "",
        ),
        ({"document": {**FILE, "file_name": "a.pdf"}}, Kind.FILE, "a.pdf"),
        ({"voice": {**FILE, "duration": 1}}, Kind.VOICE, ""),
        ({"audio": {**FILE, "duration": 1, "file_name": "a.mp3"}}, Kind.VOICE, "a.mp3"),
        ({"video": VIDEO}, Kind.VIDEO, ""),
        ({"video_note": {**FILE, "length": 1, "duration": 1}}, Kind.VIDEO, ""),
        ({"animation": VIDEO, "document": FILE}, Kind.VIDEO, ""),
    ],
)
def test_given_a_file_when_read_then_it_is_attached_with_its_caption(
    content: dict[str, Any], kind: Kind, name: str
) -> None:
    inbound = one(caption="đây", **content)
    assert (inbound.kind, inbound.text, inbound.attachments) == (kind, "đây", (Attachment(kind, "F1", name),))


@pytest.mark.parametrize("venue", [False, True])
def test_given_a_place_when_read_then_its_point_in_degrees(venue: bool) -> None:
    place: dict[str, Any] = {"location": {"latitude": 22.6, "longitude": 106.2}}
    if venue:
        place["venue"] = {**place, "title": "A", "address": "B"}
    inbound = one(**place)
    assert (inbound.kind, inbound.point) == (Kind.LOCATION, (22.6, 106.2))


def test_given_the_citizens_own_contact_when_read_then_name_and_number() -> None:
    inbound = one(contact={"phone_number": "84900000001", "first_name": "A", "last_name": "B", "user_id": CITIZEN})
    assert (inbound.kind, inbound.contact) == (Kind.CONTACT, Contact("A B", "84900000001"))


@pytest.mark.parametrize("owner", [{}, {"user_id": 8}])
def test_given_somebody_elses_contact_when_read_then_it_is_not_kept(owner: dict[str, int]) -> None:
    inbound = one(contact={"phone_number": "84900000001", "first_name": "A", **owner})
    assert (inbound.kind, inbound.contact) == (Kind.UNREADABLE, None)


def test_given_a_sticker_when_read_then_it_is_one() -> None:
    sticker = {**FILE, "type": "regular", "width": 1, "height": 1, "is_animated": False, "is_video": False}
    assert one(sticker=sticker).kind is Kind.STICKER


@pytest.mark.parametrize("content", [{"dice": {"emoji": "🎲", "value": 3}}, {"something_of_next_year": {"a": 1}}])
def test_given_what_nobody_can_read_when_read_then_the_citizen_still_gets_a_word(content: dict[str, Any]) -> None:
    assert one(**content).kind is Kind.UNREADABLE


@pytest.mark.parametrize(
    "update",
    [
        {"message": message(pinned_message=message(text="x"))},
        {"message": message(message_auto_delete_timer_changed={"message_auto_delete_time": 60})},
        {"message": message("group", text="x")},
        {"message": message("supergroup", text="/help")},
        {"callback_query": {"id": "q", "from": ME, "chat_instance": "c", "data": "cb:x", "message": message("group")}},
        {"poll_answer": {"poll_id": "1", "option_ids": [0], "option_persistent_ids": []}},
        {"update_of_next_year": {"a": 1}},
    ],
)
def test_given_what_needs_no_answer_when_read_then_nothing_came(update: dict[str, Any]) -> None:
    assert read(update) == ()


def pressed(**query: Any) -> dict[str, Any]:
    return {"callback_query": {"id": "q7", "from": ME, "chat_instance": "c", "message": message(text="x"), **query}}


def test_given_a_press_when_it_is_told_twice_then_both_are_the_same_message() -> None:
    first, again = read(pressed(data="cb:t0k")), read({"update_id": 99, **pressed(data="cb:t0k")})
    assert first == again == (Inbound("telegram", str(CITIZEN), "cb:q7", "", pressed="t0k", ticket="q7"),)


@pytest.mark.parametrize("query", [{"data": "of an older bot"}, {"game_short_name": "g"}])
def test_given_a_press_of_a_strange_button_when_read_then_it_can_be_answered(query: dict[str, str]) -> None:
    (inbound,) = read(pressed(**query))
    assert isinstance(inbound, Inbound)
    assert (inbound.kind, inbound.pressed, inbound.ticket) == (Kind.UNREADABLE, "", "q7")


@pytest.mark.parametrize(
    ("status", "came"), [("kicked", (Notice("telegram", str(CITIZEN), Sign.LEFT, at=SENT),)), ("member", ())]
)
def test_given_a_block_when_read_then_the_citizen_has_left(status: str, came: tuple[Notice, ...]) -> None:
    member = {"user": ME, "status": status, "until_date": 0}
    change = {
        "date": int(SENT.timestamp()),
        "from": ME,
        "old_chat_member": {"user": ME, "status": "left"},
        "new_chat_member": member,
    }
    assert read({"my_chat_member": {**change, "chat": {"id": CITIZEN, "type": "private"}}}) == came


@pytest.mark.parametrize(
    ("secret", "headers"),
    [
        (SECRET, {}),
        (SECRET, {"x-telegram-bot-api-secret-token": "wrong"}),
        (SECRET, {"x-telegram-bot-api-secret-token": "śecret"}),
        ("", {}),
        ("", {"x-telegram-bot-api-secret-token": ""}),
    ],
)
def test_given_no_proof_when_read_then_it_is_not_genuine(secret: str, headers: dict[str, str]) -> None:
    with pytest.raises(NotGenuine):
        bot(secret=secret).read(headers, b'{"update_id": 1}')


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b"7", b"{}", b"\xff", b"[" * 100_000, b'{"update_id": 1, "message": 3}']
    + [
        json.dumps({"update_id": 1, "message": {**message(text="x"), **wrong}}).encode()
        for wrong in ({"text": 3}, {"chat": {"id": "a", "type": "private"}}, {"date": 10**20}, {"date": "x"})
    ]
    + [json.dumps({"update_id": 1, "message": message(location={"latitude": 1e9, "longitude": 0})}).encode()],
)
def test_given_a_wrong_shape_when_read_then_the_error_shows_nothing_of_it(body: bytes) -> None:
    with pytest.raises(NotReadable) as caught:
        bot(secret=SECRET).read({"x-telegram-bot-api-secret-token": SECRET}, body)
    assert caught.value.__cause__ is caught.value.__context__ is None


def test_given_a_text_that_no_database_takes_when_read_then_it_is_mended() -> None:
    assert one(text="a\0b\ud800c").text == "ab?c"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
FIELDS = ("text", "chat", "from", "date", "photo", "contact", "location", "document", "caption", "message_id")
MESSAGES = st.fixed_dictionaries(
    {}, optional={field: JSON | st.just(message(text="x").get(field)) for field in FIELDS}
).map(lambda changes: {**message(text="x"), **changes})
UPDATES = st.fixed_dictionaries(
    {"update_id": st.integers()},
    optional={"message": MESSAGES | JSON, "edited_message": MESSAGES, "callback_query": JSON, "my_chat_member": JSON},
)


@settings(max_examples=300, deadline=None)
@given(st.binary() | (JSON | UPDATES).map(lambda value: json.dumps(value).encode()))
def test_given_any_body_when_read_then_it_is_something_of_ours_or_not_readable(body: bytes) -> None:
    try:
        came = CHANNEL.read({"x-telegram-bot-api-secret-token": SECRET}, body)
    except NotReadable:
        return
    for one in came:
        assert isinstance(one, Inbound | Notice)
        assert isinstance(one.text, str)
        assert one.text.encode("utf-8") is not None


CHANNEL = bot(secret=SECRET)
