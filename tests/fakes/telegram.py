"""A strict fake of Telegram's Bot API: /bot<token>/<method> and /file/bot<token>/<path>."""

from __future__ import annotations

import json
import math
import re
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tests.fakes.faults import Refusal, code_of
from tests.fakes.provider import Json
from tests.fakes.telegram_citizen import TelegramCitizen
from tests.fakes.telegram_parameters import Parameters, bad

TOKEN = "123456789:AAFake-token_of-the-tests-0123456789"
PATH = re.compile(r"/bot([^/]+)/(\w+)")
COMMAND = re.compile(r"[a-z0-9_]{1,32}")
#: Calls that count against the rates.
COUNTED = {"sendMessage", "sendPhoto", "sendDocument", "sendVoice", "editMessageText", "editMessageReplyMarkup"}
WORDS = {
    400: "Bad Request: a fault",
    401: "Unauthorized",
    403: "Forbidden: bot was blocked by the user",
    404: "Not Found",
    409: "Conflict: terminated by other getUpdates request",
    413: "Request Entity Too Large",
}


@dataclass
class Bucket:
    """A rate with a burst: `level` calls are free at time `at`, in seconds."""

    level: float
    at: float

    def take(self, now: float, per_second: float, most: float) -> float:
        """0 if the call may go through, else the seconds to wait."""
        self.level = min(most, self.level + (now - self.at) * per_second)
        self.at = now
        if self.level < 1:
            return (1 - self.level) / per_second
        self.level -= 1
        return 0.0


class TelegramFake(TelegramCitizen):
    """Telegram: `sent`, `faults`, `calls`, and the citizen's methods."""

    #: Messages a second overall and to one chat, and how many a chat takes at once.
    overall_rate, chat_rate, chat_burst = 30.0, 1.0, 3.0

    def __init__(self, token: str = TOKEN, enforce_rates: bool = False, **options: Any) -> None:
        super().__init__(**options)
        self.token, self.enforce_rates = token, enforce_rates
        self.start_updates()
        self.start_sending(token)
        #: Commands by scope and language; what the menu button of a chat does.
        self.commands: dict[tuple[str, str], list[Json]] = {}
        self.menus: dict[str, Json] = {}
        self._overall = Bucket(self.overall_rate, self.now())
        self._rates: defaultdict[str, Bucket] = defaultdict(lambda: Bucket(self.chat_burst, self.now()))
        self.methods = self._methods()
        self._names = {name.lower(): name for name in self.methods}

    def _methods(self) -> dict[str, Callable[[Parameters], Awaitable[Any]]]:
        return {
            "getMe": self.get_me,
            "getUpdates": self.get_updates,
            "setWebhook": self.set_webhook,
            "deleteWebhook": self.delete_webhook,
            "getWebhookInfo": self.get_webhook_info,
            "sendMessage": self.send_message,
            "sendPhoto": self.send_photo,
            "sendDocument": self.send_document,
            "sendVoice": self.send_voice,
            "sendChatAction": self.send_chat_action,
            "answerCallbackQuery": self.answer_callback_query,
            "editMessageText": self.edit_message_text,
            "editMessageReplyMarkup": self.edit_message_reply_markup,
            "deleteMessage": self.delete_message,
            "setMyCommands": self.set_my_commands,
            "getMyCommands": self.get_my_commands,
            "deleteMyCommands": self.delete_my_commands,
            "setChatMenuButton": self.set_chat_menu_button,
            "getFile": self.get_file,
        }

    def method_of(self, path: str) -> str:
        """The method's name in Telegram's spelling; "file" for a download."""
        if path.startswith("/file/"):
            return "file"
        found = PATH.fullmatch(path)
        return self._names.get(found[2].lower(), found[2]) if found else path

    async def handle(self, request: Request, path: str, method: str) -> Response:
        if method == "file":
            return self._download(path)
        found = PATH.fullmatch(path)
        if found is None or (found[1] == self.token and method not in self.methods):
            raise Refusal(404, "Not Found", 404)
        if found[1] != self.token:
            raise Refusal(401, "Unauthorized", 401)
        call = await Parameters.read(request)
        if self.enforce_rates and method in COUNTED:
            self._limit(call.text("chat_id"))
        return JSONResponse({"ok": True, "result": await self.methods[method](call)})

    def _download(self, path: str) -> Response:
        head = f"/file/bot{self.token}/"
        file_id = path.removeprefix(head).split("/")[1:2]
        stored = self.files.get(file_id[0]) if path.startswith(head) and file_id else None
        if stored is None or stored.path() != path.removeprefix(head):
            raise Refusal(404, "Not Found", 404)
        return Response(stored.data, media_type="application/octet-stream")

    def _limit(self, chat_id: str) -> None:
        now = self.now()
        wait = self._rates[chat_id].take(now, self.chat_rate, self.chat_burst)
        wait = wait or self._overall.take(now, self.overall_rate, self.overall_rate)
        if wait:
            raise self._too_many(math.ceil(wait))

    def _too_many(self, seconds: int) -> Refusal:
        text = f"Too Many Requests: retry after {seconds}"
        return Refusal(429, text, 429, parameters={"retry_after": seconds})

    def refused(self, refusal: Refusal) -> Response:
        envelope = {"ok": False, "error_code": refusal.code, "description": refusal.text, **refusal.more}
        return JSONResponse(envelope, refusal.status)

    def fault(self, kind: str) -> Refusal:
        """error:<code> or error:<code>:<description>"""
        if kind == "429":
            return self._too_many(self.retry_after)
        code, text = code_of(kind)
        return Refusal(code, text or WORDS.get(code, "Internal Server Error"), code)

    async def get_me(self, call: Parameters) -> Json:
        can = {"can_join_groups": False, "can_read_all_group_messages": False, "supports_inline_queries": False}
        return self.me | can

    def _place_of(self, call: Parameters) -> tuple[str, str]:
        scope = call.json("scope", dict) or {"type": "default"}
        return json.dumps(scope, sort_keys=True), call.text("language_code")

    async def set_my_commands(self, call: Parameters) -> bool:
        commands = call.json("commands", list) or []
        if len(commands) > 100:
            raise bad("BOT_COMMANDS_TOO_MUCH")
        for command in commands:
            self._check_command(command)
        self.commands[self._place_of(call)] = commands
        return True

    def _check_command(self, command: Any) -> None:
        name, words = (command.get("command"), command.get("description")) if isinstance(command, dict) else ("", "")
        if not isinstance(name, str) or not COMMAND.fullmatch(name):
            raise bad("BOT_COMMAND_INVALID")
        if not isinstance(words, str) or not 1 <= len(words) <= 256:
            raise bad("BOT_COMMAND_DESCRIPTION_INVALID")

    async def get_my_commands(self, call: Parameters) -> list[Json]:
        return self.commands.get(self._place_of(call), [])

    async def delete_my_commands(self, call: Parameters) -> bool:
        self.commands.pop(self._place_of(call), None)
        return True

    async def set_chat_menu_button(self, call: Parameters) -> bool:
        """Under the chat's id, or under "" for all chats."""
        button = call.json("menu_button", dict) or {"type": "default"}
        if button.get("type") not in ("default", "commands", "web_app"):
            raise bad("MENU_BUTTON_INVALID")
        self.menus[call.text("chat_id")] = button
        return True
