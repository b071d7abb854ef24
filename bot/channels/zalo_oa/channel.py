"""The official account as a channel: sends, remembers, fetches, and reads what Zalo posts."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot.channels.http import download
from bot.channels.port import Abilities, Asking, Choice, Delivery, Enclosure, Part, Receive, Window
from bot.channels.zalo_oa import events, messages
from bot.channels.zalo_oa.client import Client
from bot.channels.zalo_oa.failures import UploadEnded
from bot.channels.zalo_oa.shapes import moment, number, plain, within
from bot.channels.zalo_oa.signature import Signatures
from bot.channels.zalo_oa.uploads import Uploads, is_picture
from bot.conversation import Attachment, Inbound, Notice
from bot.errors import ChannelDown, NoToken, NotReadable, SendFailed, TryLater, Unreachable, WindowClosed

log = structlog.get_logger()

#: đồng; channels.md, 1.5. An account of the government may have another price.
_PRICE = 55
#: Seconds between two looks at the tokens.
_LOOK_EVERY = 600.0
#: Zalo's clock and ours differ by less than this.
_CLOCKS_APART = timedelta(seconds=5)
#: Most messages that Zalo tells of a conversation in one call; how far back what was sent is looked for.
_A_CALL, _REMEMBERED = 10, 100


class ZaloOa:
    """One account."""

    name = events.NAME
    #: docs.zaloplatforms.com/docs/OA, message/cs: free for 48 hours, for money up to 7 days, then refused.
    abilities = Abilities(
        text=2000,
        buttons=5,
        button_title=100,
        pictures=True,
        memory=True,
        window=Window(timedelta(hours=48), timedelta(days=7), _PRICE),
    )

    def __init__(self, client: Client, signatures: Signatures, card: str = "") -> None:
        """`card`: public address of the picture of the card that asks for a number; without one words alone ask."""
        self._client = client
        self._card = card
        self._signatures = signatures
        self._uploads = Uploads(client)

    def read(self, headers: Mapping[str, str], body: bytes) -> tuple[Inbound | Notice, ...]:
        """What a request holds. Raises NotGenuine and NotReadable.

        Zalo's console probes a new address with an empty object and no signature, and keeps the address only if that
        is answered. Nothing is in it that could be forged.
        """
        if body.strip() in (b"", b"{}"):
            return ()
        self._signatures.check(headers, body)
        try:
            return events.read(json.loads(body))
        except (ValueError, RecursionError):
            raise NotReadable("the body is no JSON") from None

    async def send(self, part: Part) -> Delivery:
        """Delivers one part. Raises SendFailed."""
        try:
            return await self._deliver(part)
        except NoToken as error:
            raise ChannelDown(str(error)) from error

    async def find(self, part: Part, since: datetime, known: frozenset[str]) -> Delivery | None:
        """The same words among what was said from `since` on, a hundred messages back at most. Raises SendFailed.

        Somebody who waits writes more: what was sent before the claim on it ran out may lie dozens of messages back.
        """
        if messages.is_anonymous(part.address):
            return None
        for offset in range(0, _REMEMBERED, _A_CALL):
            said = await self._said(part.address, offset)
            ids = [plain(within(one, "message_id")) for one in said if _is_it(one, part, since)]
            found = next((Delivery(id_) for id_ in ids if id_ not in known), None)
            if found or len(said) < _A_CALL or not _is_since(said[-1], since):
                return found
        return None

    async def _said(self, user_id: str, offset: int) -> list[object]:
        """What the account and a citizen said to each other, the latest first. Raises SendFailed."""
        try:
            data = {"user_id": user_id, "offset": offset, "count": _A_CALL}
            said = await self._client.get("/v2.0/oa/conversation", data)
        except NoToken as error:
            raise ChannelDown(str(error)) from error
        return said if isinstance(said, list) else []

    async def fetch(self, attachment: Attachment, most: int) -> bytes:
        """A file that a citizen sent, of at most so many bytes. Raises FetchFailed."""
        return await download(self._client.http, attachment.ref, self._client.api_base, most)

    async def greet(self, inbound: Inbound) -> None:
        """Zalo has no sign of life that costs nothing and stays out of the conversation."""

    async def run(self, receive: Receive) -> None:
        """Keeps the tokens fresh, until cancelled."""
        while True:
            try:
                await self._client.fresh()
            except NoToken:
                log.warning("zalo_no_token")
            except Exception as error:
                log.error("zalo_look_failed", error=type(error).__name__)
            await asyncio.sleep(_LOOK_EVERY)

    async def profile(self, user_id: str) -> dict[str, Any]:
        """What Zalo tells of a citizen, such as `display_name`. Raises SendFailed, and NoToken."""
        return _object(await self._client.get("/v3.0/oa/user/detail", {"user_id": user_id}))

    async def about(self) -> dict[str, Any]:
        """What Zalo tells of this account, such as `name` and `is_verified`. Raises SendFailed, and NoToken."""
        return _object(await self._client.get("/v2.0/oa/getoa"))

    async def quota(self, user_id: str) -> tuple[datetime | None, int | None]:
        """When the citizen last said or did something, UTC, and how many free replies are left."""
        data = await self._client.call("/v3.0/oa/quota/message", {"user_id": user_id})
        return moment(within(data, "last_interaction")), number(within(within(data, "cs_reply"), "remain"))

    async def edit(self, part: Part, channel_message_id: str) -> None:
        """Zalo changes nothing that was sent."""
        raise SendFailed("zalo edits nothing")

    async def recall(self, part: Part, channel_message_id: str) -> None:
        """Zalo takes nothing back."""
        raise SendFailed("zalo recalls nothing")

    async def _deliver(self, part: Part) -> Delivery:
        if messages.is_anonymous(part.address):
            return await self._say(part, ())
        if part.asking and self._card and len(messages.composed(part.text)) <= messages.MOST_SUBTITLE:
            return await self._ask(part, part.asking)
        if part.enclosure is None or not await self._uploads.id_of(part.enclosure):
            return await self._say(part, part.choices)
        if not part.choices and (is_picture(part.enclosure) or not part.text):
            return await self._show(part.address, part.enclosure, part.text)
        # No template of Zalo's holds a picture and buttons, and a file takes no words: two messages. The words go last:
        # a part whose words arrived has arrived whole, and where only the picture did the next try shows it once more.
        await self._show(part.address, part.enclosure, "")
        return await self._say(part, part.choices)

    async def _ask(self, part: Part, asking: Asking) -> Delivery:
        """A card with the words on it; where Zalo does not let us show one, the words alone."""
        try:
            return await self._post(part.address, messages.contact_request(asking.title, part.text, self._card))
        except (Unreachable, WindowClosed, TryLater):
            raise
        except SendFailed as error:
            log.warning("zalo_card_refused", reason=str(error))
            return await self._say(part, part.choices)

    async def _say(self, part: Part, choices: Sequence[Choice]) -> Delivery:
        """Words; of a picture alone, which cannot be shown, its link."""
        text = part.text.strip() or (part.enclosure.link if part.enclosure else "")
        if text:
            return await self._post(part.address, messages.words(text, choices))
        if part.enclosure is None:
            raise SendFailed("zalo takes no message without words")
        # The words of its reply are a part of their own and shall not fail with it.
        log.warning("zalo_picture_left_out", bytes=len(part.enclosure.body))
        return Delivery()

    async def _show(self, address: str, enclosure: Enclosure, text: str) -> Delivery:
        try:
            return await self._post(address, await self._shown(enclosure, text))
        except UploadEnded:
            self._uploads.forget(enclosure)
            return await self._post(address, await self._shown(enclosure, text))

    async def _shown(self, enclosure: Enclosure, text: str) -> dict[str, Any]:
        id_ = await self._uploads.id_of(enclosure)
        return messages.picture(id_, text) if is_picture(enclosure) else messages.file(id_)

    async def _post(self, address: str, message: dict[str, Any]) -> Delivery:
        path = messages.NOT_SIGNED_IN if messages.is_anonymous(address) else messages.SIGNED_IN
        data = await self._client.call(path, {"recipient": messages.recipient(address), "message": message})
        return Delivery(plain(within(data, "message_id")), _replies_left(data))


def _object(data: Any) -> dict[str, Any]:
    return data if isinstance(data, dict) else {}


def _replies_left(data: Any) -> int | None:
    """Notes disagree on where it stands; "remain" is a number or a text of digits."""
    quota = within(data, "quota")
    places = (quota, within(quota, "cs_reply"), within(data, "cs_reply"))
    return next((left for left in (number(within(place, "remain")) for place in places) if left is not None), None)


def _is_since(one: object, since: datetime) -> bool:
    """`time` is in milliseconds."""
    at = moment(within(one, "time"))
    return at is not None and at >= since - _CLOCKS_APART


def _is_it(one: object, part: Part, since: datetime) -> bool:
    """`src` 0 is the account, 1 the citizen."""
    if number(within(one, "src")) != 0 or not _is_since(one, since):
        return False
    said = [messages.composed(plain(within(one, key))).strip() for key in ("message", "text", "description")]
    words = messages.composed(part.text).strip()
    return words in said if words else within(one, "type") in ("photo", "image")
