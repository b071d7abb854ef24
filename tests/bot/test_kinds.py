"""What is not typed: photos, voices, places, links that open a conversation."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.engine import Engine

from bot import kinds
from bot.conversation import Attachment, Contact, Kind
from bot.post.clock import ago
from bot.post.inbox import Inbox
from bot.post.wake import Wake
from bot.privacy import contacts
from bot.store import desk_tables, tables
from bot.store.channel_tables import attachment
from bot.turn import Turns
from tests.bot.post.kit import change, column, inbound, rows
from tests.doubles import EchoResponder

#: How the notice begins that a case is opened with.
NOTICE = "Em đã chuyển cho cán bộ"


def take(database: Engine, *came: dict[str, Any]) -> EchoResponder:
    """Messages one after the other; whoever answered them."""
    responder, box = EchoResponder(), Inbox(database, Wake())
    turns = Turns(database, responder, Wake())
    for message in came:
        box.receive(inbound(**{"id_": str(len(rows(database, tables.inbox)) + 1), **message}))
    while claimed := box.claim():
        turns.take(claimed)
    return responder


def said(database: Engine) -> list[str]:
    """What was answered, without word of what the desk does about it."""
    return [text for text in told(database) if not text.startswith(NOTICE)]


def told(database: Engine) -> list[str]:
    return [row.text for row in rows(database, tables.message) if row.author == "bot"]


def sent(kind: Kind, text: str = "", **more: Any) -> dict[str, Any]:
    return {"kind": kind, "text": text, "attachments": (Attachment(kind, "ref"),), **more}


@pytest.mark.parametrize(
    ("text", "payload"),
    [
        ("", "/greet"),
        ("1.001193", '/guide{"do": "start", "code": "1.001193"}'),
        (" 1-001193 ", '/guide{"do": "start", "code": "1.001193"}'),
        ("1_001193", '/guide{"do": "start", "code": "1.001193"}'),
        ("7k4p9m2xqr", '/guide{"do": "show", "guide": "7k4p9m2xqr"}'),
        ("7K4P9-M2XQR", '/guide{"do": "show", "guide": "7k4p9m2xqr"}'),
        ('"}{/hack', "/greet"),
        ("1.0011934", "/greet"),
        ("quảng cáo", "/greet"),
    ],
)
def test_given_what_a_link_carried_when_opened_then_its_guide_or_a_greeting_is_asked_for(
    database: Engine, text: str, payload: str
) -> None:
    assert kinds.opening(text) == payload
    assert take(database, {"kind": Kind.START, "text": text}).heard[0][1] == payload


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind not in (Kind.TEXT, Kind.START, Kind.LOCATION)])
def test_given_something_that_nobody_can_read_when_sent_then_it_is_said_so_without_the_engine(
    database: Engine, kind: Kind
) -> None:
    assert take(database, sent(kind)).heard == []
    assert len(said(database)) == 1
    assert column(database, tables.turn, "inbox_id") == [1]


def test_given_every_kind_when_sent_then_each_is_answered_differently(database: Engine) -> None:
    mute = [kind for kind in Kind if kind not in (Kind.TEXT, Kind.START, Kind.LOCATION)]
    for place, kind in enumerate(mute):
        take(database, {**sent(kind), "address": str(place)})
    assert len(set(said(database))) == len(mute)


@pytest.mark.parametrize("kind", [Kind.PHOTO, Kind.FILE, Kind.VIDEO, Kind.VOICE])
def test_given_words_below_a_picture_when_sent_then_both_are_answered_in_order(database: Engine, kind: Kind) -> None:
    assert take(database, sent(kind, "giấy này phí bao nhiêu")).heard == [("giấy này phí bao nhiêu", "")]
    assert len(said(database)) == 2
    assert said(database)[1].startswith("Nghe rõ")
    # The answers, and the notice.
    assert column(database, tables.outbox, "status") == ["queued"] * 3


def test_given_a_place_when_sent_then_the_commune_is_asked_for(database: Engine) -> None:
    assert take(database, {"kind": Kind.LOCATION, "point": (22.6, 106.2)}).heard == []
    assert "tên xã, phường" in said(database)[0]


def test_given_a_voice_when_sent_then_a_person_is_asked_for_once(database: Engine) -> None:
    take(database, sent(Kind.VOICE), sent(Kind.VOICE))
    assert [(row.reason, row.status) for row in rows(database, desk_tables.handover)] == [("voice", "waiting")]
    assert len(told(database)) == 3
    assert column(database, tables.turn, "outcome") == ["handed_over"] * 2
    assert len(rows(database, attachment)) == 2


def test_given_an_album_when_sent_then_it_is_answered_once_and_every_picture_is_kept(database: Engine) -> None:
    take(database, *(sent(Kind.PHOTO) for _ in range(5)))
    assert len(said(database)) == 1
    assert len(rows(database, attachment)) == len(rows(database, tables.turn)) == 5
    assert set(column(database, tables.inbox, "status")) == {"done"}


@pytest.mark.parametrize("text", ["", "giấy này phí bao nhiêu"])
@pytest.mark.parametrize("kind", [Kind.PHOTO, Kind.FILE, Kind.VIDEO, Kind.VOICE])
def test_given_what_the_bot_cannot_read_when_sent_then_a_person_looks_and_the_citizen_is_told_once(
    database: Engine, kind: Kind, text: str
) -> None:
    take(database, sent(kind, text), sent(kind), sent(kind))
    assert [(row.reason, row.status) for row in rows(database, desk_tables.handover)] == [(kind.value, "waiting")]
    assert [line.startswith(NOTICE) for line in told(database)].count(True) == 1
    assert column(database, tables.turn, "outcome")[0] == ("answered" if text else "handed_over")


@pytest.mark.parametrize("kind", [Kind.STICKER, Kind.LOCATION, Kind.CONTACT, Kind.UNREADABLE])
def test_given_anything_else_when_sent_then_nobody_is_called(database: Engine, kind: Kind) -> None:
    take(database, sent(kind))
    assert rows(database, desk_tables.handover) == []


def test_given_an_album_when_the_worker_is_late_then_it_is_answered_once_all_the_same(database: Engine) -> None:
    box = Inbox(database, Wake())
    for number in range(3):
        box.receive(inbound(str(number), **sent(Kind.PHOTO)))
    change(database, tables.inbox, received_at=ago(40))
    take(database)
    assert len(said(database)) == 1


def test_given_an_album_with_words_below_its_first_picture_when_sent_then_they_are_answered_and_the_rest_is_silence(
    database: Engine,
) -> None:
    responder = take(database, sent(Kind.PHOTO, "giấy này phí bao nhiêu"), *(sent(Kind.PHOTO) for _ in range(3)))
    assert responder.heard == [("giấy này phí bao nhiêu", "")]
    assert len(said(database)) == 2


def test_given_an_album_of_another_person_when_sent_then_each_is_answered(database: Engine) -> None:
    take(database, sent(Kind.PHOTO), {**sent(Kind.PHOTO), "address": "b"})
    assert len(said(database)) == 2


def test_given_a_picture_long_after_another_when_sent_then_it_is_answered(database: Engine) -> None:
    take(database, sent(Kind.PHOTO))
    change(database, tables.inbox, received_at=ago(31))
    take(database, sent(Kind.PHOTO))
    assert len(said(database)) == 2


def test_given_a_voice_behind_a_photo_when_sent_then_both_are_answered(database: Engine) -> None:
    take(database, sent(Kind.PHOTO), sent(Kind.VOICE))
    assert len(said(database)) == 2


def test_given_a_photo_while_a_person_answers_when_sent_then_the_bot_is_silent_and_it_is_kept(
    database: Engine,
) -> None:
    take(database, {"text": "chào"})
    change(database, tables.conversation, state="with_staff")
    before = len(said(database))
    take(database, sent(Kind.PHOTO))
    assert len(said(database)) == before
    assert len(rows(database, attachment)) == 1


def test_given_a_contact_when_sent_then_it_stands_beside_the_conversation_and_in_no_line(database: Engine) -> None:
    take(database, {"kind": Kind.CONTACT, "text": "", "contact": Contact("Nông Thị Lan", "0912345678")})
    row = rows(database, tables.conversation)[0]
    assert (contacts.read(row.contact_name), contacts.read(row.contact_phone)) == ("Nông Thị Lan", "0912345678")
    assert not any("0912345678" in line.text for line in rows(database, tables.message))
