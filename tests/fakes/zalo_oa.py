"""A strict fake of a Zalo Official Account: openapi.zalo.me and oauth.zaloapp.com in one application."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tests.fakes.faults import Refusal, code_of
from tests.fakes.provider import Json
from tests.fakes.zalo_oa_checks import as_number, as_text, bad, body_of, data_of
from tests.fakes.zalo_oa_citizen import ZaloOaCitizen
from tests.fakes.zalo_oauth import Oauth

OAUTH_PATH = "/v4/oa/access_token"
APP_SECRET, OA_SECRET = "test-app-secret", "test-oa-secret"
MOST_A_MINUTE = 4000
#: The echo's event for each kind of message.
ECHOES = {"text": "oa_send_text", "photo": "oa_send_image", "file": "oa_send_file"}


@dataclass
class SignatureVariant:
    """What the signature is made of: "body"|"header" timestamp, "oa"|"app" secret, "app_id"|"oa_id" first."""

    timestamp: str = "body"
    key: str = "oa"
    first: str = "app_id"


def signature(first: str, body: bytes, timestamp: str, secret: str) -> str:
    """The X-ZEvent-Signature of a body."""
    return "mac=" + hashlib.sha256(first.encode() + body + timestamp.encode() + secret.encode()).hexdigest()


class ZaloOaFake(ZaloOaCitizen):
    """The OA: `sent`, `faults`, `calls`, `oauth`, and the citizen's methods. Paths are the names of its calls."""

    deadline = 2.0
    pauses = (30.0, 300.0, 900.0, 1800.0, 3600.0)
    result_key = "data"

    def __init__(
        self,
        app_id: str = "360846524940903967",
        app_secret: str = APP_SECRET,
        oa_secret: str = OA_SECRET,
        oa_id: str = "388613280878808645",
        cs_free: int | None = 8,
        enforce_rates: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.app_id, self.app_secret, self.oa_secret, self.oa_id = app_id, app_secret, oa_secret, oa_id
        self.signature_variant = SignatureVariant()
        #: Whether messages of the bot come back as oa_send_* events, and as received and seen.
        self.echo = self.receipts = False
        #: False after the last repetition has failed, until somebody sets it in the console.
        self.webhook_enabled = True
        self.enforce_rates, self._minute, self._in_minute = enforce_rates, 0, 0
        self.oauth = Oauth(app_id, app_secret, self.now)
        self.start_sending(cs_free)
        self.start_citizens()
        #: Each user's messages, oldest first, and each user's newest one, most recent user last.
        self.history: defaultdict[str, list[Json]] = defaultdict(list)
        self.recent: dict[str, Json] = {}
        self.routes = self._routes()

    def _routes(self) -> dict[tuple[str, str], Callable[[Request], Awaitable[Any]]]:
        return {
            ("POST", "/v3.0/oa/message/cs"): self.message_cs,
            ("POST", "/v3.0/oa/message/template"): self.message_template,
            ("POST", "/v2.0/oa/message"): self.message_v2,
            ("POST", "/v2.0/oa/upload/image"): self.upload_image,
            ("POST", "/v2.0/oa/upload/file"): self.upload_file,
            ("POST", "/v3.0/oa/quota/message"): self.quota_message,
            ("GET", "/v3.0/oa/user/detail"): self.user_detail,
            ("GET", "/v3.0/oa/user/getlist"): self.user_list,
            ("GET", "/v2.0/oa/getoa"): self.get_oa,
            ("GET", "/v2.0/oa/conversation"): self.conversation,
            ("GET", "/v2.0/oa/listrecentchat"): self.list_recent_chat,
        }

    # Calls

    async def handle(self, request: Request, path: str, method: str) -> Response:
        if path.startswith("/media/"):
            return self.served(path)
        if (request.method, path) == ("POST", OAUTH_PATH):
            return await self.oauth.answer(request)
        route = self.routes.get((request.method, path))
        if route is None:
            raise Refusal(404, "Empty api", 404)
        self._count()
        token = request.headers.get("access_token", "")
        self.oauth.check(token)
        self._check_proof(request.headers.get("appsecret_proof", ""), token)
        response = JSONResponse({"data": await route(request), "error": 0, "message": "Success"})
        response.headers["X-RateLimit-Limit"] = str(MOST_A_MINUTE)
        response.headers["X-RateLimit-Remain"] = str(MOST_A_MINUTE - self._in_minute)
        return response

    def _count(self) -> None:
        """4,000 calls a minute, if `enforce_rates`."""
        minute = int(self.now() // 60)
        self._in_minute = self._in_minute + 1 if minute == self._minute else 1
        self._minute = minute
        if self.enforce_rates and self._in_minute > MOST_A_MINUTE:
            raise Refusal(-32, "Application request rate limit reached")

    def _check_proof(self, proof: str, token: str) -> None:
        right = hmac.new(self.app_secret.encode(), token.encode(), hashlib.sha256).hexdigest()
        if proof and proof != right:
            raise Refusal(-242, "appsecret_proof is invalid")

    def refused(self, refusal: Refusal) -> Response:
        return JSONResponse({"error": refusal.code, "message": refusal.text}, refusal.status)

    def fault(self, kind: str) -> Refusal:
        """error:<code>, in an answer with HTTP 200"""
        code, text = (-32, "") if kind == "429" else code_of(kind)
        return Refusal(code, text or "a fault of the fake")

    async def quota_message(self, request: Request) -> Json:
        user_id = as_text((await body_of(request)).get("user_id"), "user_id")
        user = self.users.get(user_id)
        if user is None:
            raise bad("user_id is invalid")
        last = str(int(user.last * 1000)) if user.last else ""
        promotion = {"remain": 1, "total": 1}
        return {"last_interaction": last, "cs_reply": self.quota(user), "promotion": promotion}

    async def user_detail(self, request: Request) -> Json:
        user = self.users.get(as_text(data_of(request).get("user_id"), "user_id"))
        if user is None:
            raise bad("user_id is invalid")
        picture = f"{self.media_base}/media/avatar.jpg"
        return {
            "user_id": user.user_id,
            "user_id_by_app": f"55{user.user_id}",
            "display_name": user.name(),
            "user_alias": user.name(),
            "is_sensitive": False,
            "user_is_follower": user.follows,
            "user_last_interaction_date": time.strftime("%d/%m/%Y", time.gmtime((user.last or 0) + 7 * 3600)),
            "avatar": picture,
            "avatars": {"120": picture, "240": picture},
            "tags_and_notes_info": {"notes": [], "tag_names": []},
            "shared_info": user.info,
        }

    async def user_list(self, request: Request) -> Json:
        data = data_of(request)
        offset = as_number(data.get("offset", 0), "offset", 0, 9951)
        count = as_number(data.get("count", 50), "count", 1, 50)
        names = list(self.users)
        return {"total": len(names), "users": [{"user_id": name} for name in names[offset : offset + count]]}

    async def get_oa(self, request: Request) -> Json:
        about = {"oa_id": self.oa_id, "name": "Một Cửa", "description": "", "is_verified": True, "oa_type": 4}
        return about | {"num_follower": sum(user.follows for user in self.users.values()), "package_name": "Premium"}

    async def conversation(self, request: Request) -> list[Json]:
        data = data_of(request)
        return self._page(self.history.get(as_text(data.get("user_id"), "user_id"), []), data)

    async def list_recent_chat(self, request: Request) -> list[Json]:
        return self._page(list(self.recent.values()), data_of(request))

    def _page(self, items: list[Json], data: Json) -> list[Json]:
        """Newest first, at most ten."""
        offset = as_number(data.get("offset", 0), "offset", 0, 10**9)
        count = as_number(data.get("count", 10), "count", 1, 10)
        return items[::-1][offset : offset + count]

    def said(self, user_id: str, item: Json, from_oa: bool) -> None:
        """Into the history; a message of the bot is echoed, if wanted."""
        ends = {"src": 0, "from_id": self.oa_id, "to_id": user_id}
        if not from_oa:
            ends = {"src": 1, "from_id": user_id, "to_id": self.oa_id}
        kind = "text" if item["type"] in ("staff", "template", "request_user_info") else item["type"]
        whole = item | ends | {"time": int(self.now() * 1000), "type": kind}
        self.history[user_id].append(whole)
        self.recent.pop(user_id, None)
        self.recent[user_id] = whole
        if from_oa and item["type"] != "staff" and (self.echo or self.receipts):
            self.spawn(self._after(user_id, item))

    async def _after(self, user_id: str, item: Json) -> None:
        """Echo, received, seen: the events that follow a message of the bot."""
        message: Json = {"text": item["message"], "msg_id": item["message_id"]}
        if item["url"]:
            message["attachments"] = [{"type": "image", "payload": {"url": item["url"]}}]
        name = ECHOES.get(item["type"], "oa_send_template") if user_id in self.users else "oa_send_anonymous_text"
        if self.echo:
            await self.send(self.event(name, self.oa_id, user_id, message))
        if self.receipts:
            await self.received(user_id, item["message_id"])
            await self.seen(user_id, item["message_id"])

    # Webhook

    def headers(self, body: bytes, attempt: int) -> dict[str, str]:
        """Signed in the chosen variant; a repetition carries its number."""
        variant, own = self.signature_variant, self.stamp()
        stamp = own if variant.timestamp == "header" else str(json.loads(body).get("timestamp", ""))
        secret = self.oa_secret if variant.key == "oa" else self.app_secret
        first = self.app_id if variant.first == "app_id" else self.oa_id
        headers = {"Content-Type": "application/json", "X-ZEvent-Signature": signature(first, body, stamp, secret)}
        headers |= {"X-ZEvent-Timestamp": own} if variant.timestamp == "header" else {}
        return headers | ({"num_retry": str(attempt)} if attempt else {})

    def wanted(self, update: Json) -> bool:
        return bool(self.webhook_url) and self.webhook_enabled

    def give_up(self, update: Json) -> None:
        self.webhook_enabled = False

    async def probe(self) -> int:
        """What the console posts before it stores the address: {} without a signature."""
        return await self.deliver_raw(b"{}", {"Content-Type": "application/json"})
