"""Sending to the fake Zalo."""

from __future__ import annotations

import asyncio
import unicodedata

import pytest
from structlog.testing import capture_logs

from bot.channels.port import Asking, Choice, Delivery, Enclosure
from bot.conversation import Inbound, Kind
from bot.errors import ChannelDown, SendFailed, TryLater, Unreachable, WindowClosed
from tests.bot.channels.zalo_oa.faked import CARD, Zalo
from tests.bot.channels.zalo_oa.support import CITIZEN, PNG
from tests.fakes.provider import Fault

CHOICES = (Choice("Tra hồ sơ", "12:0"), Choice("Nói với cán bộ", "12:1"))
PICTURE = Enclosure(PNG, "giấy tờ", "image/png", "https://motcua.test/sheets/1")
JPEG = Enclosure(b"\xff\xd8\xff\xe0" + b"\0" * 40, "a.jpg", "image/jpeg")
ASKING = Asking("Gửi số", "Xin tên")
CS, UPLOAD = "/v3.0/oa/message/cs", "/v2.0/oa/upload/image"


@pytest.fixture
def zalo() -> Zalo:
    return Zalo()


def test_given_words_when_they_are_sent_then_they_arrive_and_the_delivery_tells_what_is_left(zalo: Zalo) -> None:
    delivery = zalo.send("Chào bác")
    assert delivery == Delivery(zalo.fake.messages_to(CITIZEN)[0].message_id, 7)
    assert zalo.shown == [("text", "Chào bác", [])]


def test_given_words_in_pieces_when_they_are_sent_then_they_are_composed(zalo: Zalo) -> None:
    zalo.send(unicodedata.normalize("NFD", "ệ" * 2000))
    assert zalo.shown == [("text", "ệ" * 2000, [])]


def test_given_too_many_words_when_they_are_sent_then_the_letter_is_dead(zalo: Zalo) -> None:
    with pytest.raises(SendFailed, match="zalo -210") as caught:
        zalo.send("a" * 2001)
    assert caught.value.retry_after is None


def test_given_buttons_when_one_is_pressed_then_its_token_comes_back(zalo: Zalo) -> None:
    zalo.send("Bác cần gì?", choices=CHOICES)
    assert zalo.shown == [("text", "Bác cần gì?", ["#cb:12:0", "#cb:12:1"])]
    (one,) = zalo.after(zalo.fake.press(CITIZEN, "Nói với cán bộ"))
    assert isinstance(one, Inbound) and (one.pressed, one.text, one.kind) == ("12:1", "", Kind.TEXT)


@pytest.mark.parametrize("enclosure", [PICTURE, JPEG], ids=["png", "jpeg"])
def test_given_a_picture_when_it_is_sent_then_it_is_uploaded_and_the_words_stand_below(
    zalo: Zalo, enclosure: Enclosure
) -> None:
    zalo.send("Giấy tờ cần mang", enclosure=enclosure)
    (sent,) = zalo.fake.messages_to(CITIZEN)
    assert (sent.kind, sent.text, sent.file) == ("photo", "Giấy tờ cần mang", enclosure.body)


def test_given_a_picture_alone_when_it_is_sent_then_it_needs_no_words(zalo: Zalo) -> None:
    zalo.send("", enclosure=PICTURE)
    assert zalo.shown == [("photo", "", [])]


def test_given_a_picture_with_buttons_when_it_is_sent_then_it_goes_ahead_of_the_words(zalo: Zalo) -> None:
    delivery = zalo.send("Bác cần gì?", choices=CHOICES, enclosure=PICTURE)
    assert zalo.shown == [("photo", "", []), ("text", "Bác cần gì?", ["#cb:12:0", "#cb:12:1"])]
    assert delivery.channel_message_id == zalo.fake.messages_to(CITIZEN)[1].message_id


def test_given_a_file_when_it_is_sent_then_it_is_one_and_its_words_are_another(zalo: Zalo) -> None:
    pdf = Enclosure(b"%PDF-1.4 a list", "list.pdf", "application/pdf")
    zalo.send("", enclosure=pdf)
    zalo.send("Đây ạ", enclosure=pdf)
    assert [(sent.kind, sent.text, sent.file) for sent in zalo.fake.messages_to(CITIZEN)] == [
        ("file", "", pdf.body),
        ("file", "", pdf.body),
        ("text", "Đây ạ", None),
    ]
    assert zalo.fake.calls["/v2.0/oa/upload/file"] == 1


def test_given_the_same_picture_when_it_is_sent_twice_then_it_is_uploaded_once(zalo: Zalo) -> None:
    zalo.send("Một", enclosure=PICTURE)
    zalo.send("Hai", enclosure=PICTURE)
    assert (zalo.fake.calls[UPLOAD], len(zalo.shown)) == (1, 2)


def test_given_an_upload_that_has_ended_when_it_is_sent_then_it_is_uploaded_once_more(zalo: Zalo) -> None:
    zalo.send("Một", enclosure=PICTURE)
    zalo.fake.faults.add(Fault("error:-100", method=CS))
    zalo.send("Hai", enclosure=PICTURE)
    assert (zalo.fake.calls[UPLOAD], [text for _, text, _ in zalo.shown]) == (2, ["Một", "Hai"])


def test_given_an_upload_that_ends_again_and_again_when_it_is_sent_then_the_letter_is_dead(zalo: Zalo) -> None:
    zalo.fake.faults.add(Fault("error:-100", times=9, method=CS))
    with pytest.raises(SendFailed, match="zalo -100") as caught:
        zalo.send("Một", enclosure=PICTURE)
    assert (caught.value.retry_after, zalo.fake.calls[UPLOAD], zalo.fake.calls[CS]) == (None, 2, 2)


UNFIT = [
    Enclosure(PNG + b"\0" * 1024 * 1024, "a.png", "image/png"),
    Enclosure(b"GIF89a" + b"\0" * 40, "a.png", "image/png"),
    Enclosure(b"", "a.png", "image/png"),
]


@pytest.mark.parametrize("enclosure", UNFIT, ids=["large", "gif", "empty"])
def test_given_a_picture_that_does_not_fit_when_it_is_sent_then_words_and_buttons_go_alone(
    zalo: Zalo, enclosure: Enclosure
) -> None:
    with capture_logs() as logs:
        zalo.send("Bác cần gì?", choices=CHOICES, enclosure=enclosure)
    assert zalo.shown == [("text", "Bác cần gì?", ["#cb:12:0", "#cb:12:1"])]
    assert (zalo.fake.calls[UPLOAD], logs[0]["event"]) == (0, "zalo_upload_unfit")


def test_given_a_refused_upload_when_a_picture_is_sent_alone_then_its_link_goes(zalo: Zalo) -> None:
    zalo.fake.faults.add(Fault("error:-211", method=UPLOAD))
    zalo.send("", enclosure=PICTURE)
    assert zalo.shown == [("text", PICTURE.link, [])]


def test_given_a_picture_alone_that_does_not_fit_when_it_has_no_link_then_the_next_part_is_not_held_up(
    zalo: Zalo,
) -> None:
    with capture_logs() as logs:
        assert zalo.send("", enclosure=UNFIT[0]) == Delivery()
    assert (zalo.shown, logs[-1]["event"]) == ([], "zalo_picture_left_out")


def test_given_a_broken_upload_when_a_picture_is_sent_then_no_message_was(zalo: Zalo) -> None:
    zalo.fake.faults.add(Fault("close_after", method=UPLOAD))
    with pytest.raises(TryLater) as caught:
        zalo.send("Một", enclosure=PICTURE)
    assert (caught.value.perhaps_sent, zalo.shown) == (False, [])


@pytest.mark.parametrize("text", ["", " \n"])
def test_given_no_words_when_they_are_sent_then_the_letter_is_dead(zalo: Zalo, text: str) -> None:
    with pytest.raises(SendFailed) as caught:
        zalo.send(text)
    assert (caught.value.retry_after, zalo.fake.calls[CS]) == (None, 0)


def test_given_somebody_without_a_name_when_they_are_answered_then_words_go_alone(zalo: Zalo) -> None:
    (one,) = zalo.after(zalo.fake.anonymous_text("a1", "c1", "Chào"))
    assert one.address == "anonymous:a1:c1"
    zalo.send("Mời bác", address=one.address, choices=CHOICES, enclosure=PICTURE)
    assert [(sent.text, sent.buttons) for sent in zalo.fake.messages_to("a1")] == [("Mời bác", [])]


def test_given_a_request_for_a_contact_when_it_is_answered_then_name_and_phone_come(zalo: Zalo) -> None:
    zalo.send("Để gọi lại", asking=ASKING)
    assert zalo.shown == [("request_user_info", "Xin tên\nĐể gọi lại", [])]
    assert zalo.fake.messages_to(CITIZEN)[0].url == CARD
    (one,) = zalo.after(zalo.fake.submit_info(CITIZEN, "Hoàng Văn Thử", "84912345678"))
    assert isinstance(one, Inbound) and one.contact is not None
    assert (one.contact.name, one.contact.phone) == ("Hoàng Văn Thử", "84912345678")


def test_given_somebody_without_a_name_when_they_are_asked_for_a_number_then_words_ask(zalo: Zalo) -> None:
    (one,) = zalo.after(zalo.fake.anonymous_text("a1", "c1", "Chào"))
    zalo.send("Để gọi lại", address=one.address, asking=ASKING)
    assert [sent.kind for sent in zalo.fake.messages_to("a1")] == ["text"]


@pytest.mark.parametrize("code", [-205, -233, -219])
def test_given_an_account_that_may_show_no_card_when_a_number_is_asked_for_then_words_ask(
    zalo: Zalo, code: int
) -> None:
    zalo.fake.faults.add(Fault(f"error:{code}", method=CS))
    zalo.send("Để gọi lại", asking=ASKING)
    assert zalo.shown == [("text", "Để gọi lại", [])]


@pytest.mark.parametrize(("text", "card"), [("a" * 501, CARD), ("Để gọi lại", "")], ids=["long", "no picture"])
def test_given_no_card_that_fits_when_a_number_is_asked_for_then_words_ask(text: str, card: str) -> None:
    zalo = Zalo(card)
    zalo.send(text, asking=ASKING)
    assert zalo.shown == [("text", text, [])]


def test_given_a_card_that_zalo_is_too_busy_for_when_a_number_is_asked_for_then_it_is_tried_again(zalo: Zalo) -> None:
    zalo.fake.faults.add(Fault("error:-32", method=CS))
    with pytest.raises(TryLater):
        zalo.send("Để gọi lại", asking=ASKING)
    assert zalo.shown == []


def test_given_a_sheet_of_numbers_when_it_is_sent_then_its_link_stands_for_what_zalo_does_not_take(zalo: Zalo) -> None:
    body = b"PK\x03\x04[Content_Types].xml xl/workbook.xml"
    zalo.send("", enclosure=Enclosure(body, "a.xlsx", "application/zip", "https://motcua.test/f/1"))
    assert zalo.shown == [("text", "https://motcua.test/f/1", [])]


def test_given_what_was_sent_when_it_is_to_be_changed_then_zalo_cannot(zalo: Zalo) -> None:
    sent = zalo.send("Chào bác")
    for change in (zalo.channel.edit, zalo.channel.recall):
        with pytest.raises(SendFailed):
            asyncio.run(change(zalo.part("Khác"), sent.channel_message_id))
    assert not zalo.channel.abilities.edits and zalo.shown == [("text", "Chào bác", [])]


def test_given_citizens_who_left_when_they_are_written_to_then_they_are_unreachable(zalo: Zalo) -> None:
    zalo.fake.block(CITIZEN)
    with pytest.raises(Unreachable):
        zalo.send("Chào bác")
    with pytest.raises(Unreachable):
        zalo.send("Chào bác", address="999")


def test_given_eight_days_of_silence_when_something_is_sent_then_the_window_is_closed(zalo: Zalo) -> None:
    zalo.fake.users[CITIZEN].last = zalo.fake.now() - 8 * 86_400
    with pytest.raises(WindowClosed):
        zalo.send("Chào bác")


def test_given_a_token_that_zalo_has_ended_when_something_is_sent_then_it_arrives_after_one_refresh(zalo: Zalo) -> None:
    zalo.fake.advance(26 * 3600)
    zalo.fake.interacts(CITIZEN)
    zalo.send("Chào bác")
    assert (len(zalo.store.kept), len(zalo.shown)) == (1, 1)
    assert zalo.store.kept[0].access == zalo.fake.oauth.pair.access


def test_given_a_pair_that_somebody_used_up_when_something_is_sent_then_the_channel_is_down(zalo: Zalo) -> None:
    zalo.fake.oauth.rotate()
    with capture_logs() as logs, pytest.raises(ChannelDown):
        zalo.send("Chào bác")
    assert logs[-1]["event"] == "zalo_tokens_failed"
