"""The channel: sending, files, signs of life, and the way updates come in."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
from collections.abc import Awaitable, Mapping, Sequence
from datetime import datetime
from typing import Any

import httpx
import structlog
from telegram import LinkPreviewOptions, Message, ReplyKeyboardRemove
from telegram.constants import ChatAction
from telegram.error import BadRequest, TelegramError
from telegram.ext import AIORateLimiter, ExtBot
from telegram.request import HTTPXRequest

from bot.channels.http import Backoff, Sleep, loads, quiet, same, storable, until_works
from bot.channels.port import Abilities, Delivery, Enclosure, Part, Receive
from bot.channels.telegram.commands import LANGUAGES, Command, shown
from bot.channels.telegram.failures import failure, not_fetched
from bot.channels.telegram.keyboards import ReplyMarkup, asking, keyboard
from bot.channels.telegram.pacing import Pacing, Signs
from bot.channels.telegram.polling import Polling
from bot.channels.telegram.updates import ALLOWED, NAME, came
from bot.conversation import Attachment, Inbound, Notice
from bot.errors import FetchFailed, NotGenuine, SendFailed

log = structlog.get_logger()

#: Telegram's limits: characters of a caption; bytes of a photo, of another file, of one that a bot may fetch.
_CAPTION, _PHOTO, _DOCUMENT, _DOWNLOAD = 1024, 10 * 1024 * 1024, 50 * 1024 * 1024, 20 * 1024 * 1024
#: Checklists have links of their own; a preview would show them twice.
_PLAIN = LinkPreviewOptions(is_disabled=True)
#: Seconds: getUpdates is held open for so long; an answer is waited for; the longest rest until the webhook is set.
_HOLD, _ANSWER, _LONGEST_REST = 30, 20.0, 300.0
#: Chats that are kept in mind.
_ASKED = 10_000


class _Bot(ExtBot[int]):
    async def updates(self, offset: int | None) -> list[Any]:
        """As they came. `get_updates` parses all at once: one that it cannot read would hide the others for ever."""
        asked = {"offset": offset, "timeout": _HOLD, "allowed_updates": list(ALLOWED)}
        raw: Any = await self._post("getUpdates", asked, read_timeout=_HOLD + _ANSWER)
        if not isinstance(raw, list):
            raise TypeError("updates")
        return [storable(update) for update in raw]


class Telegram:
    """One bot. Updates are posted to us where there is a secret; else we ask for them."""

    name = NAME
    abilities = Abilities(text=4096, buttons=12, button_title=60, pictures=True, voices=True, edits=True)

    def __init__(
        self,
        token: str,
        secret: str,
        base_url: str,
        webhook_url: str,
        menu: Sequence[Command],
        transport: httpx.AsyncBaseTransport | None = None,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        """`base_url`: the Bot API without the token, ending in /bot. `secret`: 1-256 of A-Z, a-z, 0-9, _ and -."""
        quiet()
        # Its errors show what was sent and what came; they are raised as well, and logged here by their kind.
        logging.getLogger("telegram").setLevel(logging.CRITICAL + 1)
        self._secret = secret
        self._webhook_url = webhook_url
        self._menu = tuple(menu)
        self._sleep = sleep
        #: Chats that may still show the button by which a number is given.
        self._asked: set[int] = set()
        self._pacing, self._signs = Pacing(sleep), Signs()
        self._requests = (_request(transport), _request(transport))
        self._bot = self._connected(token, base_url)

    def _connected(self, token: str, base_url: str) -> _Bot:
        return _Bot(
            token,
            base_url=base_url,
            base_file_url=f"{base_url.removesuffix('/bot')}/file/bot",
            request=self._requests[0],
            get_updates_request=self._requests[1],
            # The outbox does the trying again.
            rate_limiter=AIORateLimiter(overall_max_rate=30, overall_time_period=1, max_retries=0),
        )

    async def _open(self) -> None:
        # Not the bot's own initialize: it calls getMe first, which can fail where the message itself would arrive.
        for request in self._requests:
            await request.initialize()

    def read(self, headers: Mapping[str, str], body: bytes) -> tuple[Inbound | Notice, ...]:
        """One update a request (Bot API, setWebhook). Raises NotGenuine and NotReadable."""
        if not same(headers.get("x-telegram-bot-api-secret-token", ""), self._secret):
            raise NotGenuine("telegram secret")
        return came(loads(body), self._menu)

    async def send(self, part: Part) -> Delivery:
        """Plain text without link previews, or a picture or file with the text below. Raises SendFailed."""
        # A text would count as the name of a channel.
        if not re.fullmatch(r"-?[0-9]{1,19}", part.address):
            raise SendFailed("telegram address")
        enclosure = part.enclosure if part.enclosure and _fits(part.enclosure, part.text) else None
        if not part.text and not enclosure:
            raise SendFailed("telegram nothing fits")
        await self._pacing.turn(part.address)
        await self._open()
        try:
            message = await self._deliver(int(part.address), part, enclosure)
            return Delivery(f"{message.chat.id}:{message.message_id}")
        except Exception as error:
            failed = failure(error)
        # Outside of `except`: python-telegram-bot's errors may show the address with the token, and would be chained.
        raise failed

    async def _deliver(self, chat: int, part: Part, enclosure: Enclosure | None) -> Message:
        if enclosure:
            return await self._show(chat, part, enclosure)
        keyboard = self._keys(chat, part)
        message = await self._bot.send_message(chat, part.text, reply_markup=keyboard, link_preview_options=_PLAIN)
        (self._asked.add if part.asking else self._asked.discard)(chat)
        if len(self._asked) > _ASKED:
            # Whoever it is keeps a button that is of no use.
            self._asked.pop()
        return message

    async def _show(self, chat: int, part: Part, enclosure: Enclosure) -> Message:
        told: dict[str, Any] = {"caption": part.text or None, "reply_markup": keyboard(part.choices)}
        told["filename"] = enclosure.name
        if _is_picture(enclosure):
            # Telegram shows no photo that is too long and narrow, such as a scan of a list; as a file it takes it.
            with contextlib.suppress(BadRequest):
                return await self._bot.send_photo(chat, enclosure.body, **told)
        if enclosure.mime.startswith("audio/"):
            return await self._bot.send_voice(chat, enclosure.body, **told)
        return await self._bot.send_document(chat, enclosure.body, **told)

    def _keys(self, chat: int, part: Part) -> ReplyMarkup | None:
        """What stands below a message. The button that asks for a number goes with the next one that has no buttons."""
        if part.asking:
            return asking(part.asking)
        gone = ReplyKeyboardRemove() if chat in self._asked else None
        return keyboard(part.choices) or gone

    async def edit(self, part: Part, channel_message_id: str) -> None:
        """Other words for a text of ours. Raises SendFailed."""
        keys, same = keyboard(part.choices), "not modified"
        place = await self._place(part, channel_message_id)
        changed = self._bot.edit_message_text(part.text, **place, reply_markup=keys, link_preview_options=_PLAIN)
        await _done_already(changed, same)

    async def recall(self, part: Part, channel_message_id: str) -> None:
        """Deletes a message of ours, for 48 hours (Bot API, deleteMessage). Raises SendFailed."""
        place = await self._place(part, channel_message_id)
        await _done_already(self._bot.delete_message(**place), "message to delete not found")

    async def _place(self, part: Part, channel_message_id: str) -> dict[str, Any]:
        """Where a message of ours stands, when its chat may be called."""
        found = re.fullmatch(r"(-?[0-9]{1,19}):([0-9]{1,19})", channel_message_id)
        if found is None:
            raise SendFailed("telegram message id")
        await self._pacing.turn(part.address)
        await self._open()
        return {"chat_id": int(found[1]), "message_id": int(found[2])}

    async def find(self, part: Part, since: datetime, known: frozenset[str]) -> Delivery | None:
        """Nothing: a bot cannot read what it said."""
        return None

    async def fetch(self, attachment: Attachment, most: int) -> bytes:
        """At most 20 MB whatever is asked for: more Telegram does not hand to bots. Raises FetchFailed."""
        await self._open()
        try:
            return await self._fetch(attachment, min(most, _DOWNLOAD))
        except FetchFailed:
            raise
        except Exception as error:
            failed = not_fetched(error)
        raise failed

    async def _fetch(self, attachment: Attachment, most: int) -> bytes:
        file = await self._bot.get_file(attachment.ref)
        if (file.file_size or 0) > most:
            raise FetchFailed("telegram size", for_good=True)
        body = bytes(await file.download_as_bytearray())
        if len(body) > most:
            raise FetchFailed("telegram size", for_good=True)
        return body

    async def greet(self, inbound: Inbound) -> None:
        """Stops the button's clock; or shows "typing…", for five seconds or until a message (Bot API)."""
        await self._open()
        if inbound.ticket:
            await self._stop_clock(inbound.ticket)
        elif self._signs.allow():
            await self._type(inbound.address)

    async def _stop_clock(self, ticket: str) -> None:
        try:
            await self._bot.answer_callback_query(ticket)
        except Exception as error:
            # A query that waited for too long is refused.
            log.info("telegram_press_unanswered", error=type(error).__name__)

    async def _type(self, address: str) -> None:
        try:
            await self._bot.send_chat_action(int(address), ChatAction.TYPING)
        except Exception as error:
            log.info("telegram_typing_not_shown", error=type(error).__name__)

    async def run(self, receive: Receive) -> None:
        """Tells Telegram where to post, or asks it; sets the menu. Until cancelled."""
        try:
            await self._open()
            await until_works(self._subscribe, Backoff(_LONGEST_REST, self._sleep), "telegram_webhook_not_set")
            await self._set_menu()
            if self._secret:
                await asyncio.Event().wait()
            await Polling(self._bot.updates, self._menu, self._sleep).run(receive)
        finally:
            # Not what sends: a letter that is on the wire when the service ends would be sent once more.
            await self._requests[1].shutdown()

    async def _subscribe(self) -> None:
        if self._secret:
            await self._bot.set_webhook(
                self._webhook_url, secret_token=self._secret, allowed_updates=ALLOWED, max_connections=20
            )
        else:
            # getUpdates is refused as long as there is a webhook. What waits stays.
            await self._bot.delete_webhook()

    async def _set_menu(self) -> None:
        # Without a menu all can still be typed.
        try:
            for language, code in LANGUAGES.items():
                await self._bot.set_my_commands(shown(self._menu, language), language_code=code or None)
        except TelegramError as error:
            log.warning("telegram_menu_not_set", error=type(error).__name__)


def _request(transport: httpx.AsyncBaseTransport | None) -> HTTPXRequest:
    given = {"transport": transport} if transport else None
    return HTTPXRequest(read_timeout=_ANSWER, write_timeout=_ANSWER, pool_timeout=5.0, httpx_kwargs=given)


async def _done_already(call: Awaitable[object], told: str) -> None:
    """Waits for a call; what Telegram refuses since it is so already is done. Raises SendFailed."""
    try:
        await call
        return
    except Exception as error:
        if isinstance(error, BadRequest) and told in error.message.lower():
            return
        failed = failure(error)
    raise failed


def _fits(enclosure: Enclosure, text: str) -> bool:
    return len(text) <= _CAPTION and len(enclosure.body) <= (_PHOTO if _is_picture(enclosure) else _DOCUMENT)


def _is_picture(enclosure: Enclosure) -> bool:
    """A photo to Telegram; a moving picture moves as a file."""
    return enclosure.mime.startswith("image/") and enclosure.mime != "image/gif"
