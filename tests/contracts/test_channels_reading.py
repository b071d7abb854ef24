"""The port, from the citizen: what every webhook makes of what its provider posts, and of what nobody posts."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from typing import Any

import pytest

from bot.conversation import Attachment, Inbound, Kind
from bot.errors import FetchFailed, NotGenuine, NotReadable
from tests.bot.channels.zalo_oa.support import utc
from tests.contracts.kit import Place
from tests.contracts.providers import PDF, PLACES, PNG, POINT, PROVIDERS, VOICE, ProviderPlace, lengthened
from tests.contracts.test_channels import MOST_ADDRESS, MOST_ID

SENT = [(name, kind) for name, place in PROVIDERS.items() for kind in place.kinds]
FILES = {Kind.PHOTO: PNG, Kind.VOICE: VOICE, Kind.FILE: PDF}
WITH_FILES = [(name, kind) for name, kind in SENT if kind in FILES]
GARBAGE = [b"{", b"null", b"[]", b"7", b'"x"', b"\xff\xfe", b"[" * 50_000, b'{"a":']


@pytest.fixture
def place(request: pytest.FixtureRequest) -> Place:
    return PLACES[request.param]()


at_providers = pytest.mark.parametrize("place", PROVIDERS, indirect=True)


async def sends(place: ProviderPlace, kind: Kind) -> Inbound:
    await place.appears()
    return await place.sends(kind)


@pytest.mark.parametrize(("place", "kind"), SENT, indirect=["place"])
def test_given_a_kind_that_a_provider_has_when_read_then_it_is_mapped_to_the_houses_own(
    place: ProviderPlace, kind: Kind
) -> None:
    came = asyncio.run(sends(place, kind))
    assert (came.kind, came.channel, came.address) == (kind, place.channel.name, place.address)
    assert 0 < len(came.address) <= MOST_ADDRESS and 0 < len(came.channel_message_id) <= MOST_ID
    assert came.sent_at is not None and abs(came.sent_at - utc()) < timedelta(minutes=1)
    assert came.text == ("làm giấy khai sinh" if kind is Kind.TEXT else "")
    assert [one.kind for one in came.attachments] == ([kind] if kind in FILES else [])
    assert came.point == (POINT if kind is Kind.LOCATION else None)
    assert (came.contact is not None) == (kind is Kind.CONTACT)
    assert (came.payload, came.pressed, came.edits) == ("", "", "")


@at_providers
def test_given_an_update_that_comes_twice_when_read_then_it_is_the_same_message(place: ProviderPlace) -> None:
    async def run() -> tuple[list[Inbound], list[Inbound]]:
        await place.appears()
        place.posts.clear()
        updates = [await place.acts[kind]() for kind in place.kinds]
        for update in updates:
            await place.fake.redeliver(update)
        came: list[Any] = [inbound for post in place.posts for inbound in place.channel.read(*post)]
        return came[: len(updates)], came[len(updates) :]

    first, again = asyncio.run(run())
    assert len(first) == len(again) == len(place.kinds)
    assert first == again
    assert len({one.channel_message_id for one in first}) == len(first)


@pytest.mark.parametrize(("place", "kind"), SENT, indirect=["place"])
def test_given_a_sender_that_cannot_prove_itself_when_read_then_not_genuine(place: ProviderPlace, kind: Kind) -> None:
    asyncio.run(sends(place, kind))
    headers, body = place.posts[-1]
    proof = headers[place.proof]
    for wrong in ("", "x", proof[:-1], proof + "x", proof.swapcase(), "ồ" * 40, "mac=" + "0" * 64):
        with pytest.raises(NotGenuine):
            place.channel.read({**headers, place.proof: wrong}, body)
    with pytest.raises(NotGenuine):
        place.channel.read({name: value for name, value in headers.items() if name != place.proof}, body)


@at_providers
@pytest.mark.parametrize("body", GARBAGE, ids=lambda body: repr(body[:12]))
def test_given_garbage_that_is_signed_when_read_then_it_is_refused(place: ProviderPlace, body: bytes) -> None:
    with pytest.raises((NotReadable, NotGenuine)):
        place.channel.read(place.signed(body), body)


@at_providers
def test_given_an_event_that_nobody_knows_when_read_then_it_is_nothing(place: ProviderPlace) -> None:
    stamp = str(int(utc().timestamp() * 1000))
    event = {"update_id": 1, "something_new": {}, "event_name": "something.new", "timestamp": stamp}
    body = json.dumps(event).encode()
    assert place.channel.read(place.signed(body), body) == ()


@pytest.mark.parametrize(("place", "kind"), SENT, indirect=["place"])
def test_given_ids_that_no_column_holds_when_read_then_they_are_refused(place: ProviderPlace, kind: Kind) -> None:
    asyncio.run(sends(place, kind))
    body = lengthened(place.posts[-1][1])
    try:
        came = place.channel.read(place.signed(body), body)
    except NotReadable:
        return
    assert all(len(one.address) <= MOST_ADDRESS and len(one.channel_message_id) <= MOST_ID for one in came)


@pytest.mark.parametrize(("place", "kind"), WITH_FILES, indirect=["place"])
def test_given_a_file_when_fetched_then_its_bytes_come(place: ProviderPlace, kind: Kind) -> None:
    async def run() -> bytes:
        (attachment,) = (await sends(place, kind)).attachments
        return bytes(await place.channel.fetch(attachment, 1000))

    assert asyncio.run(run()) == FILES[kind]


@pytest.mark.parametrize(("place", "kind"), WITH_FILES, indirect=["place"])
def test_given_a_file_that_is_too_big_when_fetched_then_it_is_refused_for_good(
    place: ProviderPlace, kind: Kind
) -> None:
    async def run() -> None:
        (attachment,) = (await sends(place, kind)).attachments
        await place.channel.fetch(attachment, len(FILES[kind]) - 1)

    with pytest.raises(FetchFailed) as caught:
        asyncio.run(run())
    assert caught.value.for_good


@at_providers
@pytest.mark.parametrize("kind", ["500", "hang", "close_after", "cut"])
def test_given_a_provider_that_breaks_when_fetching_then_it_is_tried_later(place: ProviderPlace, kind: str) -> None:
    async def run() -> None:
        (attachment,) = (await sends(place, Kind.PHOTO)).attachments
        place.breaks(kind)
        await place.channel.fetch(attachment, 1000)

    with pytest.raises(FetchFailed) as caught:
        asyncio.run(run())
    assert not caught.value.for_good


@pytest.mark.parametrize("place", PLACES, indirect=True)
def test_given_a_file_that_nobody_sent_when_fetched_then_it_is_refused_for_good(place: Place) -> None:
    with pytest.raises(FetchFailed) as caught:
        asyncio.run(place.channel.fetch(place.missing, 1000))
    assert caught.value.for_good


@at_providers
@pytest.mark.parametrize(
    "ref", ["", "x" * 3000, "http://169.254.169.254/x", "file:///etc/passwd", "../../x", "http://["]
)
def test_given_a_ref_that_leads_elsewhere_when_fetched_then_nothing_but_a_failure_to_fetch(
    place: ProviderPlace, ref: str
) -> None:
    with pytest.raises(FetchFailed):
        asyncio.run(place.channel.fetch(Attachment(Kind.PHOTO, ref), 1000))
