"""The channel: texts and pictures, without buttons, files or edits, which the Bot API does not have."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import httpx
import structlog

from bot.channels.http import Backoff, Sleep, download, loads, quiet, same, until_works
from bot.channels.port import Abilities, Delivery, Enclosure, Part, Receive
from bot.channels.zalo_bot.api import Api, Refusal, failure
from bot.channels.zalo_bot.polling import Polling
from bot.channels.zalo_bot.updates import NAME, came
from bot.conversation import Attachment, Inbound, Notice
from bot.errors import NotGenuine, SendFailed

log = structlog.get_logger()

#: Seconds of the longest rest until the webhook is set.
_LONGEST_REST = 300.0


class ZaloBot:
    """One bot. Events are posted to us where there is a secret; else we ask for them."""

    name = NAME
    abilities = Abilities(text=2000, pictures=True)

    def __init__(
        self,
        token: str,
        secret: str,
        base_url: str,
        webhook_url: str,
        http: httpx.AsyncClient,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        """`base_url`: without /botTOKEN. `secret`: 8-256 characters. `http` is closed by whoever made it."""
        quiet()
        self._secret = secret
        self._webhook_url = webhook_url
        self._http = http
        self._sleep = sleep
        self._api = Api(token, base_url, http)
        self._base_url = base_url

    def read(self, headers: Mapping[str, str], body: bytes) -> tuple[Inbound | Notice, ...]:
        """One event a request; nothing at all is how Zalo tries the address. Raises NotGenuine and NotReadable."""
        if not body.strip():
            return ()
        if not same(headers.get("x-bot-api-secret-token", ""), self._secret):
            raise NotGenuine("zalo-bot secret")
        return came(loads(body))

    async def send(self, part: Part) -> Delivery:
        """A text, or a picture that Zalo fetches at its public address with the text below. Raises SendFailed."""
        picture = part.enclosure.link if part.enclosure and _is_shown(part.enclosure) else ""
        if not part.text and not picture:
            raise SendFailed("zalo-bot nothing fits")
        try:
            return Delivery(_message_id(await self._deliver(part, picture)))
        except Refusal as refusal:
            failed = failure(refusal)
        raise failed

    async def _deliver(self, part: Part, picture: str) -> Any:
        if not picture:
            return await self._api.call("sendMessage", {"chat_id": part.address, "text": part.text})
        caption = {"caption": part.text} if part.text else {}
        return await self._api.call("sendPhoto", {"chat_id": part.address, "photo": picture, **caption})

    async def find(self, part: Part, since: datetime, known: frozenset[str]) -> Delivery | None:
        """Nothing: a bot cannot read what it said."""
        return None

    async def edit(self, part: Part, channel_message_id: str) -> None:
        """The Bot API changes nothing."""
        raise SendFailed("zalo-bot edits nothing")

    async def recall(self, part: Part, channel_message_id: str) -> None:
        """The Bot API takes nothing back."""
        raise SendFailed("zalo-bot recalls nothing")

    async def fetch(self, attachment: Attachment, most: int) -> bytes:
        """Raises FetchFailed."""
        return await download(self._http, attachment.ref, self._base_url, most)

    async def greet(self, inbound: Inbound) -> None:
        """Shows "typing…"."""
        try:
            await self._api.call("sendChatAction", {"chat_id": inbound.address, "action": "typing"})
        except Exception as error:
            log.info("zalo_bot_typing_not_shown", error=type(error).__name__)

    async def run(self, receive: Receive) -> None:
        """Tells Zalo where to post, or asks it. Until cancelled."""
        await until_works(self._subscribe, Backoff(_LONGEST_REST, self._sleep), "zalo_bot_webhook_not_set")
        if self._secret:
            await asyncio.Event().wait()
        await Polling(self._api, self._sleep).run(receive)

    async def _subscribe(self) -> None:
        if self._secret:
            await self._api.call("setWebhook", {"url": self._webhook_url, "secret_token": self._secret})
        else:
            # getUpdates is refused as long as there is a webhook.
            await self._api.call("deleteWebhook", {})


def _is_shown(enclosure: Enclosure) -> bool:
    """Zalo fetches pictures alone, and from public addresses."""
    return enclosure.link.startswith("https://") and enclosure.mime in ("image/jpeg", "image/png")


def _message_id(result: Any) -> str:
    id_ = result.get("message_id") if isinstance(result, dict) else None
    return id_ if isinstance(id_, str) else ""
