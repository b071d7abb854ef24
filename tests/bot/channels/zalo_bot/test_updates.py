"""What Zalo tells becomes a message of ours."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.conversation import Attachment, Inbound, Kind, Notice
from bot.errors import NotGenuine, NotReadable
from tests.bot.channels.zalo_bot.kit import SECRET, USER, event, read


def one(told: dict[str, Any]) -> Inbound:
    (inbound,) = read(told)
    assert isinstance(inbound, Inbound)
    return inbound


@pytest.mark.parametrize("wrapped", [False, True])
def test_given_both_shapes_of_a_body_when_read_then_the_same_message(wrapped: bool) -> None:
    told = event(text="xin chào")
    sent = datetime.fromtimestamp(1_789_033_572.455, timezone.utc)
    expected = Inbound("zalo-bot", USER, f"{USER}:m1", "xin chào", sent_at=sent)
    assert one({"ok": True, "result": told} if wrapped else told) == expected


@pytest.mark.parametrize(
    ("date", "year"), [(1_789_033_572_455, 2026), (1_789_033_572, 2026), ("soon", None), (10**30, None), (None, None)]
)
def test_given_a_date_in_any_unit_when_read_then_utc_or_nothing(date: Any, year: int | None) -> None:
    sent_at = one(event(text="x", date=date)).sent_at
    assert (sent_at and sent_at.year) == year
    assert sent_at is None or sent_at.tzinfo is timezone.utc


@pytest.mark.parametrize(
    ("kind", "content", "expected", "refs", "text"),
    [
        (
            "image",
            {"photo_url": "https://a.zdn.vn/1.jpg", "caption": "đây"},
            Kind.PHOTO,
            ["https://a.zdn.vn/1.jpg"],
            "đây",
        ),
        ("image", {"photo": "https://a.zdn.vn/1.jpg"}, Kind.PHOTO, ["https://a.zdn.vn/1.jpg"], ""),
        ("image", {}, Kind.UNREADABLE, [], ""),
        ("voice", {"voice_url": "https://a.zdn.vn/1.aac"}, Kind.VOICE, ["https://a.zdn.vn/1.aac"], ""),
        ("sticker", {"sticker": "s", "url": "https://a.zdn.vn/1.png"}, Kind.STICKER, [], ""),
        ("unsupported", {}, Kind.UNREADABLE, [], ""),
    ],
)
def test_given_an_event_when_read_then_its_kind_file_and_text(
    kind: str, content: dict[str, str], expected: Kind, refs: list[str], text: str
) -> None:
    inbound = one(event(kind, **content))
    assert (inbound.kind, [file.ref for file in inbound.attachments], inbound.text) == (expected, refs, text)
    assert inbound.attachments == tuple(Attachment(expected, ref) for ref in refs)


@pytest.mark.parametrize(
    "told",
    [
        b"",
        b"  \n",
        {},
        event("reaction"),
        {"event_name": "bot.renamed"},
        event(text="x", chat={"chat_type": "GROUP", "id": "g"}),
        event(text="x", **{"from": {"id": "b", "is_bot": True}}),
    ],
)
def test_given_what_needs_no_answer_when_read_then_nothing_came(told: Any) -> None:
    assert read(told) == ()


@pytest.mark.parametrize(
    "told",
    [
        b"{",
        b"\xff",
        b"[" * 100_000,
        [],
        7,
        {"result": 3},
        {"event_name": "message.text.received"},
        event(),
        event(text=3),
        event(text="x", message_id=None),
        event(text="x", chat=USER),
        event(text="x", chat={"chat_type": "PRIVATE", "id": 3}),
        event("voice", voice_url={"a": 1}),
    ],
)
def test_given_a_wrong_shape_when_read_then_the_error_shows_nothing_of_it(told: Any) -> None:
    with pytest.raises(NotReadable) as caught:
        read(told)
    assert caught.value.__context__ is None


@pytest.mark.parametrize(
    ("secret", "headers"),
    [
        (SECRET, {}),
        (SECRET, {"x-bot-api-secret-token": "wrong"}),
        ("", {}),
        ("", {"x-bot-api-secret-token": ""}),
    ],
)
def test_given_no_proof_when_read_then_it_is_not_genuine(secret: str, headers: dict[str, str]) -> None:
    with pytest.raises(NotGenuine):
        read(event(text="x"), secret, headers)


def test_given_the_empty_probe_without_proof_when_read_then_it_is_nothing() -> None:
    assert read(b"", headers={}) == ()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
KINDS = st.sampled_from(["text", "image", "voice", "sticker", "unsupported", "other"])
FIELDS = ("text", "chat", "from", "date", "message_id", "photo_url", "caption", "voice_url")
EVENTS = st.builds(
    lambda kind, changes: event(kind, **{"text": "x", **changes}),
    KINDS,
    st.fixed_dictionaries({}, optional=dict.fromkeys(FIELDS, JSON)),
)


@settings(max_examples=300, deadline=None)
@given(st.binary() | (JSON | EVENTS).map(lambda value: json.dumps(value).encode()))
def test_given_any_body_when_read_then_it_is_something_of_ours_or_not_readable(body: bytes) -> None:
    try:
        came = read(body)
    except NotReadable:
        return
    for one in came:
        assert isinstance(one, Inbound | Notice)
        assert one.text.encode("utf-8") is not None
