"""What is stored beside the words, and what no database would take as it comes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy.engine import Engine

from bot.conversation import Attachment, Contact, Inbound, Kind
from bot.post.clock import ago
from bot.post.inbox import Inbox
from bot.post.wake import Wake
from bot.privacy import contacts
from bot.store.channel_tables import attachment
from bot.store.tables import conversation
from bot.store.tables import inbox as inbox_table
from tests.bot.post.kit import change, column, inbound, rows


@pytest.fixture
def inbox(database: Engine) -> Inbox:
    return Inbox(database, Wake())


def test_given_a_message_when_stored_then_the_citizen_can_be_reached_again_and_the_window_begins_anew(
    database: Engine, inbox: Inbox
) -> None:
    inbox.receive(inbound("1"))
    change(database, conversation, left_at=ago(9), replies_left=0, heard_at=ago(99_999))
    inbox.receive(inbound("1"))
    assert column(database, conversation, "replies_left") == [0]
    inbox.receive(inbound("2"))
    row = rows(database, conversation)[0]
    assert (row.left_at, row.replies_left) == (None, None)
    assert row.heard_at.replace(tzinfo=None) > ago(60).replace(tzinfo=None)


def test_given_photos_with_names_when_stored_then_each_waits_to_be_fetched_under_a_readable_name(
    database: Engine, inbox: Inbox
) -> None:
    photos = (Attachment(Kind.PHOTO, "r1", "../../etc/\x00passwd"), Attachment(Kind.FILE, "r2", "ả" * 400))
    album = replace(inbound("1", ""), kind=Kind.PHOTO, attachments=photos)
    inbox.receive(album)
    inbox.receive(album)
    kept = rows(database, attachment)
    assert [(row.ref, row.kind, row.status) for row in kept] == [("r1", "photo", "waiting"), ("r2", "file", "waiting")]
    assert (kept[0].name, len(kept[1].name)) == ("../../etc/passwd", 160)


def test_given_a_place_and_a_contact_when_stored_then_they_are_kept(database: Engine, inbox: Inbox) -> None:
    inbox.receive(replace(inbound("1", ""), kind=Kind.LOCATION, point=(22.666, 106.258)))
    inbox.receive(replace(inbound("2", ""), kind=Kind.CONTACT, contact=Contact("Lan" * 99, "0912345678" * 9)))
    first = rows(database, inbox_table)[0]
    assert (first.kind, first.point) == (Kind.LOCATION.value, "[22.666, 106.258]")
    row = rows(database, conversation)[0]
    assert (len(contacts.read(row.contact_name)), len(contacts.read(row.contact_phone))) == (120, 20)


@pytest.mark.parametrize("name", ["Lan\x00", "Lan\ud800", "\x00" * 9 + "Lan"])
def test_given_a_name_that_no_database_takes_when_stored_then_what_is_legible_is_kept(
    database: Engine, inbox: Inbox, name: str
) -> None:
    inbox.receive(inbound("1", kind=Kind.CONTACT, contact=Contact(name, "09\x0012")))
    row = rows(database, conversation)[0]
    told = contacts.read(row.contact_name) + contacts.read(row.contact_phone)
    assert ("Lan" in told, "\x00" in told) == (True, False)


@pytest.mark.parametrize(
    "came",
    [
        inbound("1", kind=Kind.PHOTO, attachments=(Attachment(Kind.PHOTO, "a\x00", "b\ud800"),)),
        inbound("1", kind=Kind.LOCATION, point=(-1.2345678901234567e-05, -1.2345678901234567e-05)),
        inbound("1", "x", payload="/a\x00\ud800"),
        inbound("1", "\x00\ud800"),
    ],
)
def test_given_something_that_no_database_takes_when_it_comes_then_it_is_stored_all_the_same(
    inbox: Inbox, came: Inbound
) -> None:
    assert inbox.receive(came).new
    assert inbox.claim() is not None


def test_given_a_contact_that_tells_less_when_stored_then_what_was_known_stays(database: Engine, inbox: Inbox) -> None:
    for id_, contact in (("1", Contact("Lan", "0912")), ("2", Contact("Lan Anh", "")), ("3", Contact("\x00", ""))):
        inbox.receive(inbound(id_, kind=Kind.CONTACT, contact=contact))
    row = rows(database, conversation)[0]
    assert (contacts.read(row.contact_name), contacts.read(row.contact_phone)) == ("Lan Anh", "0912")
