"""What the bot does through a Zalo OA: uploads, messages inside the windows, reactions, templates."""

from __future__ import annotations

from dataclasses import dataclass, field

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request

from tests.fakes.faults import Refusal
from tests.fakes.provider import Fake, Json, Sent
from tests.fakes.zalo_oa_checks import (
    MOST_HEADING,
    MOST_SUBTITLE,
    as_address,
    as_buttons,
    as_object,
    as_text,
    bad,
    body_of,
    button_data,
    only_element,
)

#: Windows since the last interaction and the life of an upload, in seconds; the price of a message in đồng.
FREE, CHARGED, UPLOAD_LIFE, PRICE = 48 * 3600, 7 * 86_400, 7 * 86_400, 55
MEGABYTE = 1024 * 1024
MOST_IMAGE, MOST_FILE, MOST_UPLOADS = MEGABYTE, 5 * MEGABYTE, 5000
IMAGES = {"jpg": b"\xff\xd8\xff", "jpeg": b"\xff\xd8\xff", "png": b"\x89PNG\r\n\x1a\n"}
FILES = {"pdf": b"%PDF", "doc": b"\xd0\xcf\x11\xe0", "docx": b"PK\x03\x04", "csv": b""}


@dataclass
class Citizen:
    user_id: str
    follows: bool = False
    #: Has left the OA and has not written since.
    unfollowed: bool = False
    blocked: bool = False
    #: Last interaction, in seconds since 1970, and the free messages used up since.
    last: float | None = None
    used: int = 0
    info: Json = field(default_factory=dict)

    def name(self) -> str:
        return f"Citizen {self.user_id[-4:]}"


@dataclass
class Stored:
    data: bytes
    at: float


class ZaloOaSending(Fake):
    """The calls that reach a citizen."""

    def start_sending(self, cs_free: int | None) -> None:
        self.cs_free = cs_free
        #: What charged messages have cost, in đồng.
        self.spent = 0
        self.users: dict[str, Citizen] = {}
        #: Open conversations of people without a name: (anonymous_id, conversation_id).
        self.anonymous: set[tuple[str, str]] = set()
        self.uploads: dict[str, Stored] = {}
        #: Raw buttons below each message; fields of each approved template.
        self.keyboards: dict[str, list[Json]] = {}
        self.templates: dict[str, set[str]] = {}
        #: Messages of both sides, by id.
        self.known: set[str] = set()

    def message_id(self) -> str:
        return f"96d3cdf3af{next(self.numbers):09d}"

    def said(self, user_id: str, item: Json, from_oa: bool) -> None:
        """Called with each message of both sides (for the conversation's history and the echo)."""

    # Uploads

    async def upload_image(self, request: Request) -> Json:
        return {"attachment_id": await self._upload(request, IMAGES, MOST_IMAGE)}

    async def upload_file(self, request: Request) -> Json:
        return {"token": await self._upload(request, FILES, MOST_FILE)}

    async def _upload(self, request: Request, types: dict[str, bytes], most: int) -> str:
        """Store the multipart field `file` if its name and its first bytes tell the same allowed type."""
        try:
            part = (await request.form()).get("file")
        except (MultiPartException, HTTPException, ValueError):
            part = None
        if not isinstance(part, UploadFile):
            raise bad("file is missing")
        data, ending = await part.read(), (part.filename or "").lower().rpartition(".")[2]
        if ending not in types or not data or not data.startswith(types[ending]):
            raise bad("This type of file is not supported", -233)
        if len(data) > most:
            raise bad(f"file is larger than {most} bytes", -210)
        if len(self.uploads) >= MOST_UPLOADS:
            raise bad("Out of quota: uploads of this month", -211)
        self.uploads[token := f"upload{next(self.numbers)}"] = Stored(data, self.now())
        return token

    def _uploaded(self, token: str) -> bytes:
        stored = self.uploads.get(token)
        if stored is None:
            raise bad("attachment is unknown")
        if self.now() - stored.at > UPLOAD_LIFE:
            raise bad("attachment has expired", -100)
        return stored.data

    # Messages

    async def message_cs(self, request: Request) -> Json:
        """A consulting message: free for 48 h (or `cs_free` times), charged up to 7 days, then refused."""
        body = as_object(await body_of(request), "body", {"recipient", "message"})
        recipient = as_object(body.get("recipient"), "recipient", {"user_id"})
        user_id = as_text(recipient.get("user_id"), "user_id")
        message = as_object(body.get("message"), "message", {"text", "attachment", "quote_message_id"})
        sent, buttons = self._read(message)
        user = self.reachable(user_id)
        self._charge(user, sent)
        return self._place(sent, user_id, buttons) | {"quota": self.quota(user)}

    def reachable(self, user_id: str) -> Citizen:
        user = self.users.get(user_id)
        if user is None or user.unfollowed:
            raise Refusal(-213, "User has not followed OA")
        if user.blocked:
            raise Refusal(-217, "User has blocked invitation from OA")
        return user

    def _charge(self, user: Citizen, sent: Sent) -> None:
        age = self.now() - user.last if user.last is not None else CHARGED + 1
        if age > CHARGED:
            raise Refusal(-230, "User has not interacted with the OA in the past 7 days")
        sent.charged = age > FREE or (self.cs_free is not None and user.used >= self.cs_free)
        self.spent += PRICE if sent.charged else 0
        user.used += 0 if sent.charged else 1

    def quota(self, user: Citizen) -> Json:
        """Free messages left; -1 stands for "unlimited"."""
        if self.cs_free is None:
            return {"remain": -1, "total": -1}
        open_still = user.last is not None and self.now() - user.last <= FREE
        return {"remain": max(0, self.cs_free - user.used) if open_still else 0, "total": self.cs_free}

    def _place(self, sent: Sent, user_id: str, buttons: list[Json]) -> Json:
        sent.address, sent.message_id = user_id, self.message_id()
        sent.buttons = [(button["title"], button_data(button)) for button in buttons]
        self.keyboards[sent.message_id] = buttons
        self.known.add(sent.message_id)
        self.record(sent)
        item = {"message_id": sent.message_id, "type": sent.kind, "message": sent.text, "url": sent.url}
        self.said(user_id, item, from_oa=True)
        return {"message_id": sent.message_id, "user_id": user_id, "sent_time": str(int(sent.at * 1000))}

    def _read(self, message: Json) -> tuple[Sent, list[Json]]:
        """What a message shows, and its raw buttons."""
        quote = message.get("quote_message_id")
        if quote is not None and as_text(quote, "quote_message_id") not in self.known:
            raise bad("quote_message_id is unknown")
        if "attachment" not in message:
            return Sent("", "text", as_text(message.get("text"), "text")), []
        attachment = as_object(message["attachment"], "attachment", {"type", "payload"})
        payload, kind = as_object(attachment.get("payload"), "payload"), attachment.get("type")
        if kind == "file":
            return self._read_file(message, payload), []
        if kind != "template":
            raise bad("Unknown type of attachment", -233)
        return self._read_template(message, payload)

    def _read_file(self, message: Json, payload: Json) -> Sent:
        if "text" in message:
            raise bad("a file has no text")
        token = as_text(as_object(payload, "payload", {"token"}).get("token"), "token")
        return Sent("", "file", file=self._uploaded(token))

    def _read_template(self, message: Json, payload: Json) -> tuple[Sent, list[Json]]:
        kind = payload.get("template_type", "button")
        if kind == "button":
            as_object(payload, "payload", {"template_type", "buttons"})
            return Sent("", "text", as_text(message.get("text"), "text")), as_buttons(payload.get("buttons"))
        if kind == "media":
            return self._read_media(message, payload), []
        if kind == "request_user_info":
            return self._read_request(message, payload), []
        raise bad("Unknown template_type", -233)

    def _read_media(self, message: Json, payload: Json) -> Sent:
        as_object(payload, "payload", {"template_type", "elements"})
        element = as_object(only_element(payload), "element", {"media_type", "url", "attachment_id"})
        if element.get("media_type") != "image":
            raise bad("Unknown media_type", -233)
        if ("url" in element) == ("attachment_id" in element):
            raise bad("either url or attachment_id")
        sent = Sent("", "photo", as_text(message["text"], "text") if "text" in message else "")
        if "url" in element:
            sent.url = as_address(element["url"], "url")
        else:
            sent.file = self._uploaded(as_text(element["attachment_id"], "attachment_id"))
        return sent

    def _read_request(self, message: Json, payload: Json) -> Sent:
        if "text" in message:
            raise bad("request_user_info has no text")
        as_object(payload, "payload", {"template_type", "elements"})
        element = as_object(only_element(payload), "element", {"title", "subtitle", "image_url"})
        title = as_text(element.get("title"), "title", MOST_HEADING)
        subtitle = as_text(element.get("subtitle"), "subtitle", MOST_SUBTITLE)
        return Sent("", "request_user_info", f"{title}\n{subtitle}", url=as_address(element.get("image_url"), "image"))

    async def message_v2(self, request: Request) -> Json:
        """What is left of v2: replies to people without a name, and reactions. All else is -240."""
        body = await body_of(request)
        recipient = as_object(body.get("recipient"), "recipient")
        if "anonymous_id" in recipient:
            return self._reply_anonymous(recipient, as_object(body.get("message"), "message", {"text"}))
        if "sender_action" in body:
            user_id = as_text(recipient.get("user_id"), "user_id")
            return self._react(user_id, as_object(body["sender_action"], "sender_action"))
        raise bad("Message API v2 is no longer available", -240)

    def _reply_anonymous(self, recipient: Json, message: Json) -> Json:
        pair = tuple(as_text(recipient.get(name), name) for name in ("anonymous_id", "conversation_id"))
        text = as_text(message.get("text"), "text")
        if pair not in self.anonymous:
            raise bad("conversation is unknown")
        return self._place(Sent("", "text", text), pair[0], [])

    def _react(self, user_id: str, action: Json) -> Json:
        icon = as_text(action.get("react_icon"), "react_icon")
        target = as_text(action.get("react_message_id"), "react_message_id")
        if target not in self.known or not icon.startswith(("/-", ":")):
            raise bad("react_message_id or react_icon is unknown")
        self.reachable(user_id)
        self.record(Sent(user_id, "reaction", icon))
        return {"message_id": target, "user_id": user_id}

    async def message_template(self, request: Request) -> Json:
        """An approved template, at any time; its own price is not part of `spent`."""
        body = as_object(await body_of(request), "body", {"user_id", "template_id", "template_data"})
        user_id, template = as_text(body.get("user_id"), "user_id"), as_text(body.get("template_id"), "template_id")
        data = as_object(body.get("template_data"), "template_data")
        if self.templates.get(template) != set(data):
            raise bad("template_id or template_data does not fit an approved template")
        self.reachable(user_id)
        words = [as_text(str(value), name) for name, value in data.items()]
        return self._place(Sent("", "template", "\n".join([template, *words]), charged=True), user_id, [])
