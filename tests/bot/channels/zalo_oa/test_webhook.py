"""What the fake Zalo remembers, tells, and posts."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.channels.port import Choice, Delivery, Enclosure
from bot.conversation import Inbound, Kind, Notice, Sign
from bot.errors import NotGenuine, TryLater
from tests.bot.channels.zalo_oa.faked import Zalo
from tests.bot.channels.zalo_oa.support import CITIZEN, PNG, utc
from tests.fakes.provider import Fault
from tests.fakes.zalo_oa import SignatureVariant

CHOICES = (Choice("Tra hồ sơ", "12:0"), Choice("Nói với cán bộ", "12:1"))
PICTURE = Enclosure(PNG, "giấy tờ", "image/png", "https://motcua.test/sheets/1")
CS = "/v3.0/oa/message/cs"


@pytest.fixture
def zalo() -> Zalo:
    return Zalo()


def test_given_a_connection_that_breaks_after_sending_when_it_is_looked_for_then_it_is_found(zalo: Zalo) -> None:
    began, part = utc(), zalo.part("Chào bác", choices=CHOICES)
    zalo.fake.faults.add(Fault("close_after", method=CS))
    with pytest.raises(TryLater) as caught:
        asyncio.run(zalo.channel.send(part))
    assert caught.value.perhaps_sent
    wanted = Delivery(zalo.fake.messages_to(CITIZEN)[0].message_id)
    assert asyncio.run(zalo.channel.find(part, began, frozenset())) == wanted
    assert asyncio.run(zalo.channel.find(zalo.part("Chào bà"), began, frozenset())) is None
    assert asyncio.run(zalo.channel.find(part, began + timedelta(seconds=60), frozenset())) is None


@pytest.mark.parametrize(("later", "is_found"), [(15, True), (120, False)])
def test_given_a_citizen_who_wrote_on_when_ours_is_looked_for_then_it_is_found_behind_their_messages(
    zalo: Zalo, later: int, is_found: bool
) -> None:
    began, part = utc(), zalo.part("Chào bác")
    delivery = zalo.send("Chào bác")
    for number in range(later):
        zalo.after(zalo.fake.text(CITIZEN, f"alo {number}"))
    found = asyncio.run(zalo.channel.find(part, began, frozenset()))
    assert found == (Delivery(delivery.channel_message_id) if is_found else None)


def test_given_messages_from_before_when_ours_is_looked_for_then_no_more_of_them_are_asked_for(zalo: Zalo) -> None:
    for number in range(30):
        zalo.after(zalo.fake.text(CITIZEN, f"alo {number}"))
    began = utc() + timedelta(seconds=60)
    assert asyncio.run(zalo.channel.find(zalo.part("Chào bác"), began, frozenset())) is None
    assert len([call for call in zalo.fake.calls if "conversation" in str(call)]) == 1


@pytest.mark.parametrize("text", ["Giấy tờ", ""])
def test_given_a_picture_when_it_is_looked_for_then_it_is_found(zalo: Zalo, text: str) -> None:
    delivery = zalo.send(text, enclosure=PICTURE)
    found = asyncio.run(zalo.channel.find(zalo.part(text, enclosure=PICTURE), utc(), frozenset()))
    assert found == Delivery(delivery.channel_message_id)


def test_given_the_same_words_of_the_citizen_when_ours_are_looked_for_then_theirs_do_not_count(zalo: Zalo) -> None:
    zalo.after(zalo.fake.text(CITIZEN, "Chào bác"))
    assert asyncio.run(zalo.channel.find(zalo.part("Chào bác"), utc(), frozenset())) is None


def test_given_somebody_without_a_name_when_it_is_looked_for_then_nobody_is_asked(zalo: Zalo) -> None:
    assert asyncio.run(zalo.channel.find(zalo.part("Chào", address="anonymous:a:c"), utc(), frozenset())) is None
    assert not zalo.fake.calls


def test_given_what_zalo_knows_when_it_is_asked_then_it_tells(zalo: Zalo) -> None:
    assert asyncio.run(zalo.channel.profile(CITIZEN))["display_name"].endswith(CITIZEN[-4:])
    assert asyncio.run(zalo.channel.about())["is_verified"] is True
    at, left = asyncio.run(zalo.channel.quota(CITIZEN))
    assert left == 8 and at is not None and abs(utc() - at) < timedelta(minutes=1)


@pytest.mark.parametrize("timestamp", ["body", "header"])
@pytest.mark.parametrize("key", ["oa", "app"])
def test_given_each_variant_of_the_signature_when_the_fake_posts_then_it_is_genuine(
    zalo: Zalo, timestamp: str, key: str
) -> None:
    zalo.fake.signature_variant = SignatureVariant(timestamp, key)
    (one,) = zalo.after(zalo.fake.text(CITIZEN, "Xin chào"))
    assert isinstance(one, Inbound) and (one.address, one.text) == (CITIZEN, "Xin chào")


def test_given_an_oa_id_as_first_term_when_the_fake_posts_then_it_is_genuine(zalo: Zalo) -> None:
    zalo.fake.signature_variant = SignatureVariant(first="oa_id")
    (one,) = zalo.after(zalo.fake.follow(CITIZEN))
    assert isinstance(one, Inbound) and one.kind is Kind.START


def test_given_the_probe_of_the_console_when_it_comes_then_it_is_nothing(zalo: Zalo) -> None:
    assert asyncio.run(zalo.fake.probe()) == 200
    assert zalo.channel.read({}, b"") == () and zalo.came == []


@pytest.mark.parametrize("body", [b'{"a":1}', b"[]", b"{}{}", b"null"])
def test_given_anything_else_without_a_signature_when_it_comes_then_it_is_refused(zalo: Zalo, body: bytes) -> None:
    with pytest.raises(NotGenuine):
        zalo.channel.read({}, body)


def test_given_every_kind_of_message_when_the_fake_posts_then_each_is_known(zalo: Zalo) -> None:
    fake, body = zalo.fake, b"content"

    async def everything() -> None:
        for event in (
            *(fake.image(CITIZEN, body, "Giấy"), fake.gif(CITIZEN, body), fake.audio(CITIZEN, body)),
            *(fake.video(CITIZEN, body), fake.file(CITIZEN, body, "a.pdf"), fake.location(CITIZEN, 21.0, 105.8)),
            *(fake.sticker(CITIZEN), fake.link(CITIZEN, "https://a.vn"), fake.business_card(CITIZEN)),
            *(fake.click_chatnow(CITIZEN), fake.anonymous_image("a1", "c1", body), fake.unknown()),
        ):
            await event

    came = zalo.after(everything())
    kinds = "photo photo voice video file location sticker text unreadable start photo"
    assert " ".join(one.kind.value for one in came if isinstance(one, Inbound)) == kinds


def test_given_our_own_message_when_zalo_echoes_it_then_notices_come(zalo: Zalo) -> None:
    zalo.fake.echo = zalo.fake.receipts = True

    async def sent() -> Delivery:
        delivery = await zalo.channel.send(zalo.part("Chào bác"))
        await zalo.fake.settle()
        await zalo.fake.staff_text(CITIZEN, "Tôi là cán bộ")
        await zalo.fake.unfollow(CITIZEN)
        return delivery

    ids = (asyncio.run(sent()).channel_message_id,)
    signs = [(one.sign, one.channel_message_ids == ids, one.text) for one in zalo.came if isinstance(one, Notice)]
    ours = [(Sign.ECHO, True, "Chào bác"), (Sign.RECEIVED, True, ""), (Sign.SEEN, True, "")]
    assert signs == [*ours, (Sign.ECHO, False, "Tôi là cán bộ"), (Sign.LEFT, False, "")]


def test_given_a_message_when_it_is_greeted_then_nothing_happens(zalo: Zalo) -> None:
    asyncio.run(zalo.channel.greet(Inbound("zalo-oa", CITIZEN, "m1", "Chào")))
    assert not zalo.fake.calls
