"""How updates reach the bot: one queue, emptied by long polling or by the webhook, never by both."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import re
from collections import defaultdict
from urllib.parse import urlsplit

from tests.fakes.faults import Refusal
from tests.fakes.provider import Fake, Json
from tests.fakes.telegram_parameters import Parameters, bad

SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
PORTS = {443, 80, 88, 8443}


class TelegramUpdates(Fake):
    """getUpdates, setWebhook, deleteWebhook, getWebhookInfo.

    A webhook gets the updates of one chat in order, each repeated until it is answered with 2xx (at most 24 times,
    with growing pauses); with `max_connections` 1 the updates of all chats stand in one line.
    """

    pauses = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, *[60.0] * 17)

    def start_updates(self) -> None:
        self.allow_http = False
        self.secret, self.max_connections = "", 40
        self.allowed: list[str] = []
        #: Updates nobody has confirmed yet, by update_id.
        self.pending: dict[int, Json] = {}
        self.update_ids = itertools.count(100_000_001)
        self._arrived = asyncio.Event()
        self._lanes: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def publish(self, kind: str, content: Json) -> Json:
        """Make an update and hand it over; with a webhook this waits until it is delivered or given up."""
        update = {"update_id": next(self.update_ids), kind: content}
        if self.allowed and kind not in self.allowed:
            return update
        await self.deliver(update)
        return update

    async def deliver(self, update: Json, attempt: int = 0) -> int:
        self.pending.setdefault(update["update_id"], update)
        self._arrived.set()
        async with self._lanes[self._lane(update)]:
            status = await super().deliver(update, attempt)
        if 200 <= status < 300:
            self.pending.pop(update["update_id"], None)
        return status

    def _lane(self, update: Json) -> str:
        if self.max_connections == 1:
            return ""
        content = next(value for key, value in update.items() if key != "update_id")
        return str(content["from"]["id"])

    def headers(self, body: bytes, attempt: int) -> dict[str, str]:
        secret = {"X-Telegram-Bot-Api-Secret-Token": self.secret} if self.secret else {}
        return {"Content-Type": "application/json", **secret}

    def wanted(self, update: Json) -> bool:
        return bool(self.webhook_url) and update["update_id"] in self.pending

    def give_up(self, update: Json) -> None:
        self.pending.pop(update["update_id"], None)

    async def get_updates(self, call: Parameters) -> list[Json]:
        """The offset confirms all updates before it; waits up to `timeout` seconds for the first one."""
        if self.webhook_url:
            text = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
            raise Refusal(409, f"Conflict: {text}", 409)
        self._confirm(call.integer("offset"))
        self.allowed = call.json("allowed_updates", list) or self.allowed
        await self._wait(min(call.integer("timeout"), 50))
        limit = max(1, min(call.integer("limit", 100), 100))
        return [self.pending[number] for number in sorted(self.pending)[:limit]]

    async def _wait(self, seconds: int) -> None:
        """Until an update is there; a second poller ends the wait of the first."""
        self._arrived.set()
        self._arrived = mine = asyncio.Event()
        if self.pending or seconds <= 0:
            return
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(mine.wait(), seconds)
        if self._arrived is not mine:
            text = "terminated by other getUpdates request; make sure that only one bot instance is running"
            raise Refusal(409, f"Conflict: {text}", 409)

    def _confirm(self, offset: int) -> None:
        known = sorted(self.pending)
        done = known[:offset] if offset < 0 else [number for number in known if number < offset]
        for number in done:
            del self.pending[number]

    async def set_webhook(self, call: Parameters) -> bool:
        url, secret = call.text("url"), call.text("secret_token")
        connections = call.integer("max_connections", 40)
        self._check_webhook(url, secret, connections)
        self.allowed = call.json("allowed_updates", list) or []
        self.webhook_url, self.secret, self.max_connections = url, secret, connections
        if call.flag("drop_pending_updates"):
            self.pending.clear()
        for update in list(self.pending.values()) if url else []:
            self.spawn(self.deliver(update))
        return True

    def _check_webhook(self, url: str, secret: str, connections: int) -> None:
        if secret and not SECRET.fullmatch(secret):
            raise bad("secret token contains unallowed characters")
        if not 1 <= connections <= 100:
            raise bad("max_connections must be between 1 and 100")
        if not url or self.allow_http:
            return
        if not url.startswith("https://"):
            raise bad("bad webhook: An HTTPS URL must be provided for webhook")
        try:
            port = urlsplit(url).port or 443
        except ValueError:
            raise bad("bad webhook: the address is invalid") from None
        if port not in PORTS:
            raise bad("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")

    async def delete_webhook(self, call: Parameters) -> bool:
        self.webhook_url = self.secret = ""
        if call.flag("drop_pending_updates"):
            self.pending.clear()
        return True

    async def get_webhook_info(self, call: Parameters) -> Json:
        info: Json = {
            "url": self.webhook_url,
            "has_custom_certificate": False,
            "pending_update_count": len(self.pending),
            "max_connections": self.max_connections,
        }
        failed = next((one for one in reversed(self.deliveries) if not 200 <= one.status < 300), None)
        if failed:
            words = f"Wrong response from the webhook: {failed.status}" if failed.status else "Connection refused"
            info |= {"last_error_date": int(failed.at), "last_error_message": words}
        return info | ({"allowed_updates": self.allowed} if self.allowed else {})
