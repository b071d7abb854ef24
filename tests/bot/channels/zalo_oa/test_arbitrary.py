"""Whatever is posted: it is read, or refused in one of two ways."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.zalo_oa import ZaloOa
from bot.conversation import Inbound, Notice
from bot.errors import NotGenuine, NotReadable
from tests.bot.channels.zalo_oa.support import APP_ID, OA_SECRET, Provider, channel, utc

EVENTS = [
    *[f"{who}_send_{what}" for who in ("user", "anonymous", "oa") for what in ("text", "image", "location", "link")],
    *["follow", "unfollow", "user_click_chatnow", "user_submit_info", "user_received_message", "user_seen_message"],
    "oa_send_anonymous_text",
]
#: With half surrogates and control characters.
TEXTS = st.text(st.characters(), max_size=12)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | TEXTS
ANYTHING = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3), max_leaves=8
)
IDS = st.fixed_dictionaries({"id": ANYTHING}) | ANYTHING
COORDINATES = st.fixed_dictionaries({"latitude": SCALARS, "longitude": SCALARS})
PAYLOADS = st.fixed_dictionaries(
    {}, optional={"url": ANYTHING, "name": ANYTHING, "coordinates": COORDINATES | ANYTHING}
)
ATTACHMENTS = st.lists(st.fixed_dictionaries({"payload": PAYLOADS | ANYTHING}) | ANYTHING, max_size=2)
MESSAGES = st.fixed_dictionaries(
    {},
    optional={
        "msg_id": SCALARS,
        "text": ANYTHING,
        "msg_ids": ANYTHING,
        "conversation_id": SCALARS,
        "attachments": ATTACHMENTS | ANYTHING,
    },
)
NEARLY = st.fixed_dictionaries(
    {"event_name": st.sampled_from(EVENTS) | ANYTHING},
    optional={
        "sender": IDS,
        "recipient": IDS,
        "follower": IDS,
        "user_id": SCALARS,
        "message": MESSAGES | ANYTHING,
        "info": MESSAGES | ANYTHING,
        "oa_id": SCALARS,
    },
)


def posted(zalo: ZaloOa, body: bytes, stamp: str) -> None:
    mac = hashlib.sha256(APP_ID.encode() + body + stamp.encode() + OA_SECRET.encode()).hexdigest()
    headers = {"x-zevent-signature": f"mac={mac}", "x-zevent-timestamp": stamp}
    try:
        came = zalo.read(headers, body)
    except (NotReadable, NotGenuine):
        return
    for one in came:
        # What is read can be stored: UTF-8 takes it, and PostgreSQL too.
        assert isinstance(one, (Inbound, Notice)) and "\0" not in one.text
        f"{one.text}{one.address}".encode()
        assert 0 < len(one.address) <= 128


@settings(max_examples=300, deadline=None)
@given(ANYTHING | NEARLY)
def test_given_any_json_when_it_is_posted_with_a_signature_then_nothing_else_is_raised(event: Any) -> None:
    posted(channel(Provider()), json.dumps(event).encode(), str(int(utc().timestamp() * 1000)))


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=60), TEXTS)
def test_given_any_bytes_when_they_are_posted_then_nothing_else_is_raised(body: bytes, header: str) -> None:
    posted(channel(Provider()), body, str(int(utc().timestamp() * 1000)))
    try:
        came = channel(Provider()).read({"x-zevent-signature": header}, body)
    except (NotReadable, NotGenuine):
        return
    assert came == () and body.strip() in (b"", b"{}")
