"""A strict fake of the Zalo Bot Platform: /bot<TOKEN>/<method>, and the side of the bot's users."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import re
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import SplitResult, urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tests.fakes.faults import Refusal, code_of, parsed
from tests.fakes.provider import Fake, Json, Sent

PATH = re.compile(r"/bot([^/]+)/(\w+)")
TOKEN = "123456789:abc-xyz"
MOST_TEXT, MOST_USERS, MOST_MESSAGES = 2000, 50, 3000


def bad(text: str) -> Refusal:
    return Refusal(400, f"Bad Request: {text}", 400)


def as_text(call: Json, name: str, most: int = MOST_TEXT, least: int = 1) -> str:
    """A string of `least` to `most` characters."""
    value = call.get(name, "")
    if not isinstance(value, str) or not least <= len(value) <= most:
        raise bad(f"{name} must be a string of {least} to {most} characters")
    return value


def as_address(call: Json, name: str) -> str:
    url = as_text(call, name, 2048)
    if not url.startswith("https://"):
        raise bad(f"{name} must be an HTTPS address")
    return url


def parts(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError:
        raise bad("this is no address") from None


class ZaloBotFake(Fake):
    """The bot: `sent`, `faults`, `calls`, and what its users do (`text`, `image`, ...)."""

    deadline = 10.0
    pauses = (1.0, 5.0, 30.0)

    def __init__(self, token: str = TOKEN, shape: str = "wrapped", paid: bool = False, **options: Any) -> None:
        """`paid`: without the quota of those who pay nothing."""
        super().__init__(**options)
        self.paid = paid
        self.token = token
        #: "wrapped" or "flat" bodies; "photo_url" or "photo" in pictures.
        self.shape, self.photo_key = shape, "photo_url"
        self.secret, self.allow_http = "", False
        self.chats: set[str] = set()
        #: Users written to, and messages of this month.
        self.served_users: set[str] = set()
        self.used = 0
        self._waiting: deque[Json] = deque()
        self._arrived = asyncio.Event()
        self._polling = False
        self.methods = self._methods()

    def _methods(self) -> dict[str, Callable[[Json], Awaitable[Any]]]:
        return {
            "getMe": self.get_me,
            "getUpdates": self.get_updates,
            "setWebhook": self.set_webhook,
            "deleteWebhook": self.delete_webhook,
            "getWebhookInfo": self.get_webhook_info,
            "sendMessage": self.send_message,
            "sendPhoto": self.send_photo,
            "sendSticker": self.send_sticker,
            "sendVoice": self.send_voice,
            "sendChatAction": self.send_chat_action,
        }

    # Calls

    def method_of(self, path: str) -> str:
        found = PATH.fullmatch(path)
        return found[2] if found else path

    async def handle(self, request: Request, path: str, method: str) -> Response:
        if path.startswith("/media/"):
            return self.served(path)
        found = PATH.fullmatch(path)
        if found and found[1] != self.token:
            raise Refusal(401, "Unauthorized", 401)
        if not found or method not in self.methods:
            raise Refusal(404, "Not Found", 404)
        return JSONResponse({"ok": True, "result": await self.methods[method](await self._call(request))})

    async def _call(self, request: Request) -> Json:
        try:
            call = parsed(await request.body() or b"{}")
        except ValueError:
            raise bad("body is not JSON") from None
        if not isinstance(call, dict):
            raise bad("body must be an object")
        return call

    def refused(self, refusal: Refusal) -> Response:
        envelope = {"ok": False, "error_code": refusal.code, "description": refusal.text}
        return JSONResponse(envelope, refusal.status)

    def fault(self, kind: str) -> Refusal:
        """error:<code>, with that HTTP status"""
        if kind == "429":
            return self._exceeded()
        code, text = code_of(kind)
        return Refusal(code, text or "a fault of the fake", code)

    def _exceeded(self) -> Refusal:
        return Refusal(429, "Quota exceeded", 429)

    async def get_me(self, call: Json) -> Json:
        about = {"id": self.token.split(":")[0], "account_name": "bot.motcua", "account_type": "BASIC"}
        return about | {"can_join_groups": False}

    async def get_updates(self, call: Json) -> Json:
        """One update, waited for up to `timeout` seconds; 408 if there is none. One poller, no webhook."""
        seconds = call.get("timeout", 30)
        if isinstance(seconds, bool) or not isinstance(seconds, int) or not 0 <= seconds <= 60:
            raise bad("timeout must be a number of seconds")
        if self.webhook_url:
            raise bad("can't use getUpdates while a webhook is set")
        if self._polling:
            raise Refusal(409, "Conflict: another getUpdates is running", 409)
        self._polling = True
        try:
            return await self._next(seconds)
        finally:
            self._polling = False

    async def _next(self, seconds: int) -> Json:
        if not self._waiting:
            self._arrived = asyncio.Event()
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._arrived.wait(), seconds)
        if not self._waiting:
            raise Refusal(408, "Request timeout", 408)
        return self._waiting.popleft()

    async def set_webhook(self, call: Json) -> Json:
        url, secret = as_text(call, "url", 2048), as_text(call, "secret_token", 256, 8)
        if not self.allow_http:
            as_address(call, "url")
            self._check_public(parts(url).hostname or "localhost")
        self.webhook_url, self.secret = url, secret
        return await self.get_webhook_info(call)

    def _check_public(self, host: str) -> None:
        with contextlib.suppress(ValueError):
            host = "localhost" if not ipaddress.ip_address(host).is_global else host
        if host == "localhost" or host.endswith((".localhost", ".local")):
            raise bad("url must be public")

    async def delete_webhook(self, call: Json) -> Json:
        self.webhook_url = self.secret = ""
        return await self.get_webhook_info(call)

    async def get_webhook_info(self, call: Json) -> Json:
        return {"url": self.webhook_url, "updated_at": int(self.now() * 1000)}

    async def send_message(self, call: Json) -> Json:
        text = as_text(call, "text")
        if call.get("parse_mode") not in (None, "markdown", "html"):
            raise bad("parse_mode is unknown")
        return self._place(call, "text", text)

    async def send_photo(self, call: Json) -> Json:
        """By its address only; a caption of at most 2,000 characters."""
        address = as_address(call, "photo")
        if parts(address).path.lower().endswith((".pdf", ".doc", ".docx", ".xls", ".xlsx", ".gif")):
            raise bad("photo must be a picture")
        return self._place(call, "photo", as_text(call, "caption", least=0), address)

    async def send_sticker(self, call: Json) -> Json:
        return self._place(call, "sticker", as_text(call, "sticker"))

    async def send_voice(self, call: Json) -> Json:
        url = as_address(call, "voice_url")
        if not parts(url).path.endswith(".aac"):
            raise bad("voice_url must name an .aac file")
        return self._place(call, "voice", url=url)

    async def send_chat_action(self, call: Json) -> bool:
        if call.get("action") != "typing":
            raise bad("action is unknown")
        self.record(Sent(self._chat(call), "typing", "typing"))
        return True

    def _chat(self, call: Json) -> str:
        chat_id = as_text(call, "chat_id")
        if chat_id not in self.chats:
            raise bad("chat not found")
        return chat_id

    def _place(self, call: Json, kind: str, text: str = "", url: str = "") -> Json:
        """Put a message into the chat, within the quota of users and messages."""
        chat_id = self._chat(call)
        full = chat_id not in self.served_users and len(self.served_users) >= MOST_USERS
        if not self.paid and (full or self.used >= MOST_MESSAGES):
            raise self._exceeded()
        self.served_users.add(chat_id)
        self.used += 1
        sent = self.record(Sent(chat_id, kind, text, url=url, message_id=self._message_id()))
        return {"message_id": sent.message_id, "date": int(sent.at * 1000)}

    def _message_id(self) -> str:
        return f"m1a2{next(self.numbers):012x}"

    # Webhook

    def headers(self, body: bytes, attempt: int) -> dict[str, str]:
        secret = {"X-Bot-Api-Secret-Token": self.secret} if self.secret else {}
        return {"Content-Type": "application/json", **secret}

    async def probe(self) -> int:
        """The empty body that may come before anything else."""
        return await self.deliver_raw(b"", self.headers(b"", 0))

    # The users' side; each method returns the update as it was sent

    async def say(self, chat_id: str, kind: str, content: Json) -> Json:
        """A message of any content; with a webhook this waits until it is delivered or given up."""
        self.chats.add(chat_id)
        user = {"id": chat_id, "is_bot": False, "display_name": f"Citizen {chat_id}"}
        message = {"date": int(self.now() * 1000), "chat": {"chat_type": "PRIVATE", "id": chat_id}}
        message |= {"message_id": self._message_id(), "from": user, **content}
        event: Json = {"event_name": f"message.{kind}.received", "message": message}
        if not self.webhook_url:
            self._waiting.append(event)
            self._arrived.set()
            return event
        update = {"ok": True, "result": event} if self.shape == "wrapped" else event
        await self.deliver(update)
        return update

    async def text(self, chat_id: str, text: str) -> Json:
        return await self.say(chat_id, "text", {"text": text})

    async def image(self, chat_id: str, data: bytes, caption: str = "") -> Json:
        url = self.keep(data, "photo.jpg", "image/jpeg")
        return await self.say(chat_id, "image", {self.photo_key: url} | ({"caption": caption} if caption else {}))

    async def sticker(self, chat_id: str) -> Json:
        url = self.keep(b"\x89PNG\r\n\x1a\n", "sticker.png", "image/png")
        return await self.say(chat_id, "sticker", {"sticker": "bfe458bf64fa8da4d4eb", "url": url})

    async def voice(self, chat_id: str, data: bytes) -> Json:
        """Raw ADTS AAC."""
        return await self.say(chat_id, "voice", {"voice_url": self.keep(data, "voice.aac", "audio/aac")})

    async def unsupported(self, chat_id: str) -> Json:
        """A protected sender's message, which carries no content."""
        return await self.say(chat_id, "unsupported", {})
