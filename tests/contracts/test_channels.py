"""The port, towards the citizen: what every channel promises to whoever sends through it."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from bot.channels.port import Choice, Delivery, Enclosure
from bot.conversation import Inbound
from bot.errors import ChannelDown, SendFailed, TryLater, Unreachable
from tests.bot.channels.zalo_oa.support import utc
from tests.contracts.kit import Place, Seen
from tests.contracts.providers import PLACES, PNG, PROVIDERS, ProviderPlace

#: Longest column that keeps a channel's name, an address, an id of a message.
MOST_NAME, MOST_ADDRESS, MOST_ID = 16, 128, 160
WITH_BUTTONS = [name for name, place in PROVIDERS.items() if place().channel.abilities.buttons]
REMEMBERING = [name for name, place in PLACES.items() if place().channel.abilities.memory]
FORGETTING = [name for name in PLACES if name not in REMEMBERING]
TELLING_OF_BLOCKS = [name for name, place in PROVIDERS.items() if place.tells_blocks]
PICTURE = Enclosure(PNG, "sheet.png", "image/png", "https://motcua.example/sheet.png")
PICTURES = {
    "good": PICTURE,
    "without a link": Enclosure(PNG, "sheet.png", "image/png"),
    "no picture at all": Enclosure(b"no picture", "sheet.png", "image/png"),
    "too big": Enclosure(PNG + b"0" * 11 * 1024 * 1024, "sheet.png", "image/png"),
}


@pytest.fixture
def place(request: pytest.FixtureRequest) -> Place:
    return PLACES[request.param]()


everywhere = pytest.mark.parametrize("place", PLACES, indirect=True)
at_providers = pytest.mark.parametrize("place", PROVIDERS, indirect=True)


async def sent(place: Place, *texts: str, **more: Any) -> list[Delivery]:
    await place.appears()
    return [await place.channel.send(place.part(text, **more)) for text in texts]


def refused(place: ProviderPlace, *kinds: str, **more: Any) -> SendFailed | None:
    """What a part came to after such faults; None: it was sent."""

    async def run() -> SendFailed | None:
        await place.appears()
        for kind in kinds:
            place.breaks(kind)
        try:
            await place.channel.send(place.part(**more))
        except SendFailed as failed:
            return failed
        return None

    return asyncio.run(run())


@everywhere
def test_given_a_channel_when_looked_at_then_its_name_and_abilities_make_sense(place: Place) -> None:
    name, abilities = place.channel.name, place.channel.abilities
    assert name.isascii() and 0 < len(name) <= MOST_NAME
    assert abilities.text > 0 and abilities.buttons >= 0
    assert (abilities.button_title > 0) == (abilities.buttons > 0)
    assert (abilities.window is not None) == place.charges
    if abilities.window is not None:
        assert timedelta(0) < abilities.window.free <= abilities.window.paid


@everywhere
def test_given_parts_when_sent_then_each_is_delivered_under_an_id_of_its_own(place: Place) -> None:
    told = asyncio.run(sent(place, "một", "hai"))
    ids = [delivery.channel_message_id for delivery in told if delivery.channel_message_id]
    assert len(told) == 2 and len(set(ids)) == len(ids)
    assert all(len(id_) <= MOST_ID for id_ in ids)


@at_providers
def test_given_the_longest_text_when_sent_then_it_arrives_whole(place: Place) -> None:
    # Four bytes in UTF-8, two units in UTF-16: whatever a provider counts, it is not bytes.
    text = ("Giấy tờ cần mang: " + "ồ" * place.channel.abilities.text)[: place.channel.abilities.text]
    asyncio.run(sent(place, text))
    assert place.arrived() == [Seen(text)]


@at_providers
def test_given_the_longest_text_with_a_picture_when_sent_then_the_words_arrive(place: Place) -> None:
    text = "x" * place.channel.abilities.text
    asyncio.run(sent(place, text, enclosure=PICTURE))
    assert [seen.text for seen in place.arrived() if seen.text] == [text]


@at_providers
def test_given_marks_of_a_markup_when_sent_then_they_arrive_as_they_are(place: Place) -> None:
    text = "*đậm* _nghiêng_ <b>thẻ</b> [x](y) & \\ `mã` 1. https://dichvucong.gov.vn"
    asyncio.run(sent(place, text))
    assert place.arrived() == [Seen(text)]


@pytest.mark.parametrize("place", WITH_BUTTONS, indirect=True)
def test_given_as_many_choices_as_fit_when_sent_then_they_arrive_in_order_and_come_back_when_pressed(
    place: Place,
) -> None:
    abilities = place.channel.abilities
    titles = [f"{number} ".ljust(abilities.button_title, "ế") for number in range(abilities.buttons)]
    tokens = [f"{number}".rjust(32, "t") for number in range(abilities.buttons)]

    async def run() -> list[Inbound]:
        choices = tuple(map(Choice, titles, tokens))
        await sent(place, "Anh/chị chọn:", choices=choices)
        return [await place.press(title) for title in titles]

    pressed = asyncio.run(run())
    assert place.arrived() == [Seen("Anh/chị chọn:", tuple(titles))]
    assert [one.pressed for one in pressed] == tokens
    assert {(one.text, one.payload, one.address) for one in pressed} == {("", "", place.address)}
    assert len({one.channel_message_id for one in pressed}) == len(pressed)


@at_providers
@pytest.mark.parametrize("picture", PICTURES)
def test_given_a_picture_with_words_when_sent_then_the_words_arrive_once_or_it_is_given_up(
    place: ProviderPlace, picture: str
) -> None:
    failed = refused(place, text="danh sách", enclosure=PICTURES[picture])
    assert failed is None or (type(failed), failed.retry_after, failed.perhaps_sent) == (SendFailed, None, False)
    seen = place.arrived()
    assert [one.text for one in seen if one.text] == ([] if failed else ["danh sách"])
    assert any(one.picture for one in seen) or picture != "good"


@at_providers
@pytest.mark.parametrize("picture", PICTURES)
def test_given_a_picture_alone_when_sent_then_it_arrives_or_is_given_up(place: ProviderPlace, picture: str) -> None:
    failed = refused(place, text="", enclosure=PICTURES[picture])
    assert failed is None or (type(failed), failed.retry_after, failed.perhaps_sent) == (SendFailed, None, False)
    assert any(seen.picture for seen in place.arrived()) or picture != "good"


@at_providers
@pytest.mark.parametrize("kind", ["500", "hang", "close_after"])
def test_given_a_provider_that_breaks_when_sent_then_it_is_tried_later_and_has_perhaps_arrived(
    place: ProviderPlace, kind: str
) -> None:
    failed = refused(place, kind)
    assert failed is not None
    assert (type(failed), failed.perhaps_sent, failed.whole_channel) == (TryLater, True, False)
    assert len(place.arrived()) == (kind == "close_after")


@at_providers
def test_given_a_line_that_is_cut_when_sent_then_it_is_tried_later_and_has_certainly_not_arrived(
    place: ProviderPlace,
) -> None:
    failed = refused(place, "cut")
    assert failed is not None and (type(failed), failed.perhaps_sent) == (TryLater, False)


@at_providers
def test_given_a_success_without_an_id_when_sent_then_it_is_sent_or_has_perhaps_arrived(place: ProviderPlace) -> None:
    failed = refused(place, "no_id")
    assert failed is None or (type(failed), failed.perhaps_sent) == (TryLater, True)
    assert len(place.arrived()) == 1


@at_providers
def test_given_too_many_calls_when_sent_then_it_is_tried_later_and_has_certainly_not_arrived(
    place: ProviderPlace,
) -> None:
    failed = refused(place, place.too_many)
    assert failed is not None and failed.retry_after is not None and not failed.perhaps_sent


@at_providers
def test_given_a_provider_that_refuses_us_when_sent_then_the_whole_channel_is_down(place: ProviderPlace) -> None:
    failed = refused(place, place.refuses_us)
    assert type(failed) is ChannelDown and failed.whole_channel and not failed.perhaps_sent


@pytest.mark.parametrize("place", TELLING_OF_BLOCKS, indirect=True)
def test_given_a_citizen_who_has_blocked_us_when_sent_then_unreachable(place: ProviderPlace) -> None:
    async def run() -> None:
        await place.appears()
        await place.block()
        await place.channel.send(place.part())

    with pytest.raises(Unreachable):
        asyncio.run(run())
    assert place.arrived() == []


@at_providers
@pytest.mark.parametrize("address", ["nobody", "", "9" * 128, "@channel", "../x", "anonymous:a:c"])
def test_given_an_address_of_nobody_when_sent_then_nothing_but_a_failure_to_send(
    place: ProviderPlace, address: str
) -> None:
    async def run() -> None:
        await place.appears()
        part = place.part()
        await place.channel.send(type(part)(address, part.conversation_id, part.text))

    with pytest.raises(SendFailed) as caught:
        asyncio.run(run())
    assert not caught.value.perhaps_sent


@at_providers
@pytest.mark.parametrize("kind", ["500", "hang", "close_after", "429", "cut", "error:400", "error:403"])
def test_given_a_picture_and_a_provider_that_breaks_when_sent_then_the_words_arrive_or_it_is_a_failure_to_send(
    place: ProviderPlace, kind: str
) -> None:
    # Any other exception fails the test.
    failed = refused(place, kind, enclosure=PICTURE, choices=(Choice("Xem lệ phí", "1:0"),))
    assert failed is not None or "chào bác" in {seen.text for seen in place.arrived()}


@pytest.mark.parametrize("place", REMEMBERING, indirect=True)
def test_given_a_memory_when_asked_for_a_part_then_what_arrived_is_found_under_its_id(place: Place) -> None:
    async def run() -> None:
        before = utc()
        (first, second, other) = await sent(place, "chào bác", "chào bác", "khác")
        ids = {first.channel_message_id, second.channel_message_id}
        part, channel = place.part("chào bác"), place.channel
        found = await channel.find(part, before, frozenset())
        again = await channel.find(part, before, frozenset({found.channel_message_id}))
        assert {found.channel_message_id, again.channel_message_id} == ids
        assert await channel.find(part, before, frozenset(ids)) is None
        assert await channel.find(place.part("chưa nói"), before, frozenset({other.channel_message_id})) is None

    asyncio.run(run())


@pytest.mark.parametrize("place", FORGETTING, indirect=True)
def test_given_no_memory_when_asked_for_a_part_then_nothing_is_found(place: Place) -> None:
    async def run() -> Delivery | None:
        before = utc()
        await sent(place, "chào bác")
        found: Delivery | None = await place.channel.find(place.part("chào bác"), before, frozenset())
        return found

    assert asyncio.run(run()) is None


@pytest.mark.parametrize("place", [name for name in REMEMBERING if name in PROVIDERS], indirect=True)
@pytest.mark.parametrize("kind", ["500", "hang", "close_after", "429", "cut"])
def test_given_a_memory_that_breaks_when_asked_then_it_is_tried_later(place: ProviderPlace, kind: str) -> None:
    async def run() -> None:
        await place.appears()
        place.breaks(kind)
        await place.channel.find(place.part(), utc(), frozenset())

    with pytest.raises(TryLater):
        asyncio.run(run())


@everywhere
@pytest.mark.parametrize("address", ["", "nobody", "9" * 300])
def test_given_nobody_when_greeted_then_nothing_is_raised(place: Place, address: str) -> None:
    asyncio.run(place.channel.greet(Inbound(place.channel.name, address, "1", "", ticket="unknown")))


@at_providers
@pytest.mark.parametrize("kind", ["500", "hang", "close_after", "no_id", "429", "cut", "error:401", "error:403"])
def test_given_a_provider_that_breaks_when_greeting_then_nothing_is_raised(place: ProviderPlace, kind: str) -> None:
    async def run() -> None:
        await place.appears()
        came = await place.types("chào")
        place.breaks(kind, times=5)
        await place.channel.greet(came)

    asyncio.run(run())
