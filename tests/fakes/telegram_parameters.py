"""What the Bot API reads and refuses: parameters (JSON, form or multipart), texts, keyboards."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request

from tests.fakes.faults import Refusal, parsed
from tests.fakes.provider import Buttons, Json

MOST_TEXT, MOST_CAPTION, MOST_BUTTONS, MOST_DATA = 4096, 1024, 100, 64
WHOLE = re.compile(r"-?[0-9]{1,18}")
TAGS = {"b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "a", "code", "pre", "blockquote"}
ACTIONS = {"callback_data", "url", "web_app", "login_url", "switch_inline_query", "copy_text", "pay"}
#: What may stand in the place of the buttons; what a button of a reply keyboard may ask for.
MARKUPS = {"inline_keyboard", "keyboard", "remove_keyboard", "force_reply"}
ASKS = {"request_contact", "request_location", "request_poll", "request_users", "request_chat", "web_app"}


def bad(text: str) -> Refusal:
    """A 400 in Telegram's words."""
    return Refusal(400, f"Bad Request: {text}", 400)


@dataclass
class Upload:
    name: str
    mime: str
    data: bytes


class Parameters:
    """The parameters of one call. A wrong type is refused, never a crash."""

    def __init__(self, values: Json, files: dict[str, Upload]) -> None:
        self.values, self.files = values, files

    @classmethod
    async def read(cls, request: Request) -> Parameters:
        values: Json = dict(request.query_params)
        if request.headers.get("content-type", "").startswith("application/json"):
            return cls(values | loaded(await request.body()), {})
        try:
            form = await request.form()
        except (MultiPartException, HTTPException, ValueError):
            raise bad("can't parse the form") from None
        files = {}
        for key, value in form.multi_items():
            if isinstance(value, UploadFile):
                files[key] = Upload(value.filename or key, value.content_type or "", await value.read())
            else:
                values[key] = value
        return cls(values, files)

    def text(self, name: str) -> str:
        value = self.values.get(name, "")
        if not isinstance(value, str | int) or isinstance(value, bool):
            raise bad(f'field "{name}" must be of type String')
        return str(value)

    def integer(self, name: str, default: int = 0) -> int:
        value = str(self.values.get(name, default))
        if not WHOLE.fullmatch(value):
            raise bad(f'field "{name}" must be of type Number')
        return int(value)

    def flag(self, name: str) -> bool:
        return str(self.values.get(name, "")).lower() in ("true", "1", "yes")

    def json(self, name: str, kind: type) -> Any:
        """An object or a list, which forms carry as text; None where it is absent."""
        value = self.values.get(name)
        if isinstance(value, str) and value:
            try:
                value = parsed(value)
            except ValueError:
                raise bad(f"can't parse {name} JSON object") from None
        if value is not None and value != "" and not isinstance(value, kind):
            raise bad(f"can't parse {name}: expected {kind.__name__}")
        return value or None

    def file(self, name: str) -> Upload | None:
        """An uploaded file: under its own name, or named as attach://part."""
        part = self.values.get(name)
        attached = part.removeprefix("attach://") if isinstance(part, str) else name
        return self.files.get(name) or self.files.get(attached)


def loaded(body: bytes) -> Json:
    try:
        values = parsed(body or b"{}")
    except ValueError:
        raise bad("can't parse JSON") from None
    if not isinstance(values, dict):
        raise bad("can't parse JSON: an object was expected")
    return values


class PlainText(HTMLParser):
    """Telegram's HTML without its tags; unknown and unclosed tags are refused."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            raise bad(f'can\'t parse entities: Unsupported start tag "{tag}" at byte offset {self.getpos()[1]}')
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            raise bad("can't parse entities: Unexpected end tag")

    def handle_data(self, data: str) -> None:
        self.parts.append(data)


def plain(text: str, mode: str) -> str:
    """The text a citizen reads. Of the parse modes the fake knows HTML only."""
    if not mode:
        return text.strip()
    if mode.lower() != "html":
        raise bad("unsupported parse_mode")
    parser = PlainText()
    parser.feed(text)
    parser.close()
    if parser.open:
        raise bad(f"can't parse entities: Can't find end tag corresponding to start tag {parser.open[-1]}")
    return "".join(parser.parts).strip()


def message_text(call: Parameters) -> str:
    """The text of a message, 1 to 4,096 characters after its entities are parsed."""
    text = plain(call.text("text"), call.text("parse_mode"))
    if not text:
        raise bad("message text is empty")
    if len(text) > MOST_TEXT:
        raise bad("message is too long")
    return text


def caption(call: Parameters) -> str:
    text = plain(call.text("caption"), call.text("parse_mode"))
    if len(text) > MOST_CAPTION:
        raise bad("message caption is too long")
    return text


def keyboard(call: Parameters) -> tuple[Json | None, list[Json]]:
    """The inline markup as it will stand under the message (if it is one), and all buttons of any keyboard."""
    markup = call.json("reply_markup", dict)
    if markup is None:
        return None, []
    kinds = MARKUPS & set(markup)
    if len(kinds) != 1:
        raise bad("object expected as reply markup")
    inline = "inline_keyboard" in markup
    rows = markup.get("inline_keyboard" if inline else "keyboard", [])
    buttons = list(flat(rows))
    if len(buttons) > MOST_BUTTONS:
        raise bad("REPLY_MARKUP_TOO_LONG")
    for button in buttons:
        (check_inline if inline else check_reply)(button)
    if "keyboard" in kinds and not buttons:
        raise bad("reply keyboard is empty")
    if "remove_keyboard" in kinds and markup["remove_keyboard"] is not True:
        raise bad("remove_keyboard must be true")
    return (markup if inline and buttons else None), buttons


def flat(rows: Any) -> Iterator[Json]:
    """Buttons of rows of buttons; a reply keyboard may name a button by its text alone."""
    for row in rows if isinstance(rows, list) else [None]:
        for button in row if isinstance(row, list) else [None]:
            found = {"text": button} if isinstance(button, str) else button
            if not isinstance(found, dict) or not isinstance(found.get("text"), str) or not found["text"].strip():
                raise bad("can't parse keyboard button: each needs a text")
            yield found


def check_inline(button: Json) -> None:
    if len(ACTIONS & set(button)) != 1:
        raise bad("Text buttons are unallowed in the inline keyboard")
    data = button.get("callback_data", "-")
    if not isinstance(data, str) or not 1 <= len(data.encode()) <= MOST_DATA:
        raise bad("BUTTON_DATA_INVALID")
    url = button.get("url", "https://")
    if not isinstance(url, str) or not url.startswith(("http://", "https://", "tg://")):
        raise bad("BUTTON_URL_INVALID")


def check_reply(button: Json) -> None:
    """At most one thing is asked for by a button of a reply keyboard."""
    if set(button) - {"text"} - ASKS:
        raise bad("can't parse keyboard button: unknown field")
    if len([name for name in ASKS if button.get(name)]) > 1:
        raise bad("can't parse keyboard button: it asks for more than one thing")


def pairs(buttons: list[Json]) -> Buttons:
    """Title and data of each button."""
    return [(button["text"], str(button.get("callback_data") or button.get("url") or "")) for button in buttons]
