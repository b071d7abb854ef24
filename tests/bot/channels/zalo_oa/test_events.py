"""Each event of Zalo's: what the house makes of it."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.channels.zalo_oa.events import read
from bot.conversation import Attachment, Contact, Inbound, Kind, Notice, Sign
from bot.errors import NotReadable
from tests.bot.channels.zalo_oa.support import CITIZEN

OA, STAMP = "388613280878808645", "1540363714987"
SENT_AT = datetime(2018, 10, 24, 6, 48, 34, 987000, timezone.utc)
URL = "http://f6.photo.talk.zdn.vn/1/2.jpg"


def said(name: str, message: dict[str, Any], **more: Any) -> dict[str, Any]:
    ends = {"sender": {"id": CITIZEN}, "recipient": {"id": OA}, "event_name": name, "timestamp": STAMP}
    return {"app_id": "1", **ends, "message": {"msg_id": "m1", **message}, **more}


def media(kind: str, payload: Any, **message: Any) -> dict[str, Any]:
    return said(f"user_send_{kind}", {**message, "attachments": [{"type": kind, "payload": payload}]})


def told(name: str, message: dict[str, Any], **more: Any) -> dict[str, Any]:
    return said(name, message, **{"sender": {"id": OA}, "recipient": {"id": CITIZEN}, **more})


def inbound(text: str = "", kind: Kind = Kind.TEXT, address: str = CITIZEN, id_: str = "m1", **more: Any) -> Inbound:
    return Inbound("zalo-oa", address, id_, text, kind=kind, sent_at=SENT_AT, **more)


@pytest.mark.parametrize(
    ("event", "wanted"),
    [
        (said("user_send_text", {"text": "Xin chào"}), inbound("Xin chào")),
        (said("user_send_text", {"text": "Vâng", "quote_msg_id": "m0"}), inbound("Vâng")),
        (said("user_send_text", {"text": "#cb:12:0"}), inbound(pressed="12:0")),
        (said("user_send_text", {"text": "#cb:"}), inbound("#cb:")),
        (said("user_send_text", {"text": "#cb:" + "x" * 33}), inbound("#cb:" + "x" * 33)),
        (said("user_send_text", {"text": "#cb:hộ khẩu"}), inbound("#cb:hộ khẩu")),
        (said("user_send_text", {"text": "a\0b\x07\ud800\tc\r\nd"}), inbound("ab\tc\nd")),
        (said("user_send_text", {}), inbound(kind=Kind.UNREADABLE)),
        (said("user_send_text", {"text": ["a"]}), inbound(kind=Kind.UNREADABLE)),
        (
            media("image", {"url": URL, "thumbnail": URL}, text="Giấy này"),
            inbound("Giấy này", Kind.PHOTO, attachments=(Attachment(Kind.PHOTO, URL),)),
        ),
        (media("gif", {"url": URL}), inbound(kind=Kind.PHOTO, attachments=(Attachment(Kind.PHOTO, URL),))),
        (media("audio", {"url": URL}), inbound(kind=Kind.VOICE, attachments=(Attachment(Kind.VOICE, URL),))),
        (
            media("video", {"url": URL, "description": "Ngõ"}),
            inbound("Ngõ", Kind.VIDEO, attachments=(Attachment(Kind.VIDEO, URL),)),
        ),
        (
            media("file", {"url": URL, "name": "đơn.docx", "size": "233947"}),
            inbound(kind=Kind.FILE, attachments=(Attachment(Kind.FILE, URL, "đơn.docx"),)),
        ),
        (media("image", {"url": "javascript:1"}), inbound(kind=Kind.UNREADABLE)),
        (media("image", {"url": "http://" + "a" * 2000}), inbound(kind=Kind.UNREADABLE)),
        (media("image", {"url": "http://zdn.vn/\0"}), inbound(kind=Kind.UNREADABLE)),
        (media("image", None, text="Giấy"), inbound("Giấy", Kind.UNREADABLE)),
        (said("user_send_image", {"attachments": "none"}), inbound(kind=Kind.UNREADABLE)),
        (media("sticker", {"id": "1", "url": URL}), inbound(kind=Kind.STICKER)),
        (media("link", {"url": "https://a.vn", "description": "Trang"}), inbound("https://a.vn")),
        (media("link", {"url": "https://a.vn"}, text="Xem https://a.vn"), inbound("Xem https://a.vn")),
        (media("link", {}), inbound(kind=Kind.UNREADABLE)),
        (said("user_send_business_card", {}), inbound(kind=Kind.UNREADABLE)),
    ],
)
def test_given_a_message_when_it_is_read_then_it_is_the_houses(event: dict[str, Any], wanted: Inbound) -> None:
    assert read(event) == (wanted,)


@pytest.mark.parametrize(
    ("latitude", "longitude", "point"),
    [
        ("10.7642473", "106.6564314", (10.7642473, 106.6564314)),
        (21.5, 105, (21.5, 105.0)),
        ("90", "-180", (90.0, -180.0)),
        ("90.1", "0", None),
        ("0", "181", None),
        ("nan", "0", None),
        ("0", "inf", None),
        ("north", "0", None),
        (None, "0", None),
        (True, "0", None),
        (10**400, "0", None),
    ],
)
def test_given_a_place_when_it_is_read_then_it_is_on_earth_or_unreadable(
    latitude: Any, longitude: Any, point: tuple[float, float] | None
) -> None:
    event = media("location", {"coordinates": {"latitude": latitude, "longitude": longitude}})
    assert read(event) == (inbound(kind=Kind.LOCATION if point else Kind.UNREADABLE, point=point),)


def test_given_a_follower_when_it_is_read_then_the_conversation_starts() -> None:
    event = {"oa_id": OA, "follower": {"id": CITIZEN}, "event_name": "follow", "timestamp": STAMP}
    assert read(event) == (inbound(kind=Kind.START, id_=f"follow:{CITIZEN}:{STAMP}"),)


def test_given_a_chat_button_when_it_is_read_then_the_conversation_starts() -> None:
    event = {"oa_id": OA, "user_id": int(CITIZEN), "event_name": "user_click_chatnow", "timestamp": int(STAMP)}
    assert read(event) == (inbound(kind=Kind.START, id_=f"user_click_chatnow:{CITIZEN}:{STAMP}"),)


def test_given_somebody_who_leaves_when_it_is_read_then_it_is_a_notice() -> None:
    event = {"oa_id": OA, "follower": {"id": CITIZEN}, "event_name": "unfollow", "timestamp": STAMP}
    assert read(event) == (Notice("zalo-oa", CITIZEN, Sign.LEFT, at=SENT_AT),)


@pytest.mark.parametrize(
    "where",
    [
        {"full_address": {"user_city": "Hà Nội", "user_ward": "Ba Đình", "user_address": "1"}, "user_dob": "1"},
        {"address": "1", "city": "Hà Nội", "district": "", "ward": ""},
    ],
    ids=["new", "old"],
)
@pytest.mark.parametrize("phone", ["84912345678", 84912345678])
def test_given_a_filled_card_when_it_is_read_then_name_and_phone_are_kept_and_no_more(where: Any, phone: Any) -> None:
    event = {"sender": {"id": CITIZEN}, "recipient": {"id": OA}, "event_name": "user_submit_info", "timestamp": STAMP}
    contact = Contact("Hoàng Văn Thử", "84912345678")
    wanted = inbound(kind=Kind.CONTACT, id_=f"user_submit_info:{CITIZEN}:{STAMP}", contact=contact)
    assert read({**event, "info": {"name": "Hoàng Văn Thử", "phone": phone, **where}}) == (wanted,)


@pytest.mark.parametrize(
    ("event", "wanted"),
    [
        (told("user_received_message", {}), Notice("zalo-oa", CITIZEN, Sign.RECEIVED, ("m1",))),
        (
            told("user_seen_message", {"msg_ids": ["m1", "m2"]}),
            Notice("zalo-oa", CITIZEN, Sign.SEEN, ("m1", "m2")),
        ),
        (
            told("oa_send_text", {"text": "Mời bác"}, sender={"id": OA, "admin_id": "7"}),
            Notice("zalo-oa", CITIZEN, Sign.ECHO, ("m1",), "Mời bác"),
        ),
        *[
            (told(f"oa_send_{kind}", {}), Notice("zalo-oa", CITIZEN, Sign.ECHO, ("m1",)))
            for kind in ("image", "gif", "list", "file", "sticker", "template", "consent")
        ],
        (
            told("oa_send_anonymous_text", {"text": "Mời bác", "conversation_id": "c1"}, recipient={"id": "a1"}),
            Notice("zalo-oa", "anonymous:a1:c1", Sign.ECHO, ("m1",), "Mời bác"),
        ),
    ],
)
def test_given_what_zalo_tells_beside_when_it_is_read_then_it_is_a_notice(event: Any, wanted: Notice) -> None:
    assert read(event) == (wanted,)


@pytest.mark.parametrize(
    "event",
    [
        said("anonymous_send_text", {"text": "Chào", "conversation_id": "c1"}, sender={"id": "a1"}),
        said(
            "anonymous_send_text", {"text": "Chào"}, sender={"id": "x", "anonymous_id": "a1", "conversation_id": "c1"}
        ),
        said("anonymous_send_text", {"text": "Chào"}, sender=None, anonymous_id="a1", conversation_id="c1"),
    ],
)
def test_given_somebody_without_a_name_when_they_write_then_the_address_holds_both_ids(event: Any) -> None:
    assert read(event) == (inbound("Chào", address="anonymous:a1:c1"),)


def test_given_an_anonymous_picture_when_it_is_read_then_it_is_as_anybodys() -> None:
    message = {"conversation_id": "c1", "attachments": [{"payload": {"url": URL}}]}
    event = said("anonymous_send_image", message, sender={"id": "a1"})
    wanted = inbound(kind=Kind.PHOTO, address="anonymous:a1:c1", attachments=(Attachment(Kind.PHOTO, URL),))
    assert read(event) == (wanted,)


@pytest.mark.parametrize(
    "name", ["user_feedback", "change_oa_daily_quota", "user_send_group_text", "oa_send_group_text", "user_send_", ""]
)
def test_given_an_event_that_nobody_knows_when_it_is_read_then_it_is_nothing_and_its_name_is_logged(name: str) -> None:
    with capture_logs() as logs:
        assert read(said(name, {"text": "Xin chào"})) == ()
    assert logs == [{"event": "zalo_event_unknown", "event_name": name, "log_level": "info"}]


def test_given_a_wild_name_when_it_is_logged_then_it_is_short_and_printable() -> None:
    with capture_logs() as logs:
        read({"event_name": "a\n\0\ud800\u202e" + "b" * 100})
    assert logs[0]["event_name"] == "a" + "b" * 39


@pytest.mark.parametrize(
    ("stamp", "wanted"),
    [
        (int(STAMP), SENT_AT),
        ("154397978274", None),
        ("99999999999999", None),
        ("9" * 400, None),
        ("-1540363714987", None),
        ("soon", None),
        (1540363714987.5, None),
        (None, None),
    ],
)
def test_given_a_timestamp_when_it_is_read_then_it_is_utc_or_nothing(stamp: Any, wanted: datetime | None) -> None:
    (one,) = read(said("user_send_text", {"text": "Chào"}, timestamp=stamp))
    assert isinstance(one, Inbound) and one.sent_at == wanted


@pytest.mark.parametrize(
    "event",
    [
        [],
        "text",
        None,
        {},
        {"event_name": 5},
        {"event_name": ["follow"]},
        said("user_send_text", {"text": "a"}, sender=None),
        said("user_send_text", {"text": "a"}, sender={"id": ""}),
        said("user_send_text", {"text": "a"}, sender={"id": True}),
        said("user_send_text", {"text": "a"}, sender={"id": -1}),
        said("user_send_text", {"text": "a"}, sender={"id": "1" * 129}),
        said("user_send_text", {"text": "a"}, sender={"id": "1\0"}),
        said("user_send_text", {"text": "a"}, sender={"id": "\ud800"}),
        said("user_send_text", {"text": "a"}, sender={"id": "a:b"}),
        said("user_send_text", {"text": "a", "msg_id": None}),
        said("user_send_text", {"text": "a", "msg_id": "m" * 161}),
        {**said("user_send_text", {}), "message": "text"},
        said("anonymous_send_text", {"text": "a"}, sender={"id": "a1"}),
        said("anonymous_send_text", {"conversation_id": "c" * 120}, sender={"id": "a1"}),
        {"event_name": "follow", "follower": {"id": CITIZEN}},
        {"event_name": "follow", "timestamp": STAMP},
        {"event_name": "user_submit_info", "sender": {"id": CITIZEN}, "timestamp": STAMP},
        told("user_seen_message", {"msg_ids": [None]}),
        told("oa_send_text", {"msg_id": ""}),
    ],
)
def test_given_a_wrong_shape_when_it_is_read_then_it_is_not_readable(event: Any) -> None:
    with pytest.raises(NotReadable) as caught:
        read(event)
    assert CITIZEN not in str(caught.value)
