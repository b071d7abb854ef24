"""What the bot does towards a chat: send, edit, answer a press."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.fakes.faults import Refusal
from tests.fakes.provider import Fake, Json, Sent
from tests.fakes.telegram_parameters import WHOLE, Parameters, bad, caption, keyboard, message_text, pairs

MEGABYTE = 1024 * 1024
MOST_PHOTO, MOST_DOCUMENT, MOST_DOWNLOAD, MOST_ANSWER = 10 * MEGABYTE, 50 * MEGABYTE, 20 * MEGABYTE, 200
PICTURES = (b"\xff\xd8\xff", b"\x89PNG", b"RIFF", b"GIF8")
#: Seconds for which a message can be deleted.
MOST_DELETE = 48 * 3600
CHAT_ACTIONS = {"typing", "upload_photo", "record_voice", "upload_voice", "upload_document", "find_location"}


@dataclass
class Citizen:
    chat_id: int
    blocked: bool = False

    def user(self) -> Json:
        return {"id": self.chat_id, "is_bot": False, "first_name": f"Citizen {self.chat_id}", "language_code": "vi"}

    def chat(self) -> Json:
        return {"id": self.chat_id, "type": "private", "first_name": f"Citizen {self.chat_id}"}


@dataclass
class Stored:
    """A file at Telegram; `data` is empty where only an address was named."""

    file_id: str
    name: str = ""
    mime: str = ""
    data: bytes = field(default=b"", repr=False)
    url: str = ""

    def shape(self) -> Json:
        return {"file_id": self.file_id, "file_unique_id": f"u{self.file_id}", "file_size": len(self.data)}

    def path(self) -> str:
        return f"files/{self.file_id}/{self.name or 'file'}"


class TelegramSending(Fake):
    """sendMessage, sendPhoto, sendDocument, sendVoice, sendChatAction, editMessage*, answerCallbackQuery, getFile."""

    def start_sending(self, token: str) -> None:
        self.me = {"id": int(token.split(":")[0]), "is_bot": True, "first_name": "Một Cửa", "username": "motcua_bot"}
        self.chats: dict[int, Citizen] = {}
        self.messages: dict[int, Json] = {}
        #: Buttons below each message of the bot, whatever their kind.
        self.keyboards: dict[int, list[Json]] = {}
        #: Buttons in the place of each chat's keyboard, and messages that brought them: those cannot be edited.
        self.shown_keyboards: dict[int, list[Json]] = {}
        self.fixed: set[int] = set()
        self.files: dict[str, Stored] = {}
        #: Presses the bot has not answered yet.
        self.unanswered: set[str] = set()

    async def send_message(self, call: Parameters) -> Json:
        chat, text = self.reachable(call), message_text(call)
        return self.place(call, Sent(str(chat.chat_id), "text", text), {"text": text})

    async def send_photo(self, call: Parameters) -> Json:
        chat, text = self.reachable(call), caption(call)
        photo = self.upload(call, "photo", MOST_PHOTO)
        if photo.data and not photo.data.startswith(PICTURES):
            raise bad("IMAGE_PROCESS_FAILED")
        sent = Sent(str(chat.chat_id), "photo", text, file=photo.data or None, url=photo.url)
        return self.place(call, sent, {"photo": [photo.shape() | {"width": 800, "height": 600}]})

    async def send_document(self, call: Parameters) -> Json:
        chat, text = self.reachable(call), caption(call)
        stored = self.upload(call, "document", MOST_DOCUMENT)
        document = stored.shape() | {"file_name": stored.name, "mime_type": stored.mime}
        sent = Sent(str(chat.chat_id), "file", text, file=stored.data or None, url=stored.url)
        return self.place(call, sent, {"document": document})

    async def send_voice(self, call: Parameters) -> Json:
        chat, text = self.reachable(call), caption(call)
        voice = self.upload(call, "voice", MOST_DOCUMENT)
        sent = Sent(str(chat.chat_id), "voice", text, file=voice.data or None, url=voice.url)
        return self.place(call, sent, {"voice": voice.shape() | {"duration": 3, "mime_type": voice.mime}})

    async def send_chat_action(self, call: Parameters) -> bool:
        chat, action = self.reachable(call), call.text("action")
        if action not in CHAT_ACTIONS:
            raise bad("wrong parameter action in request")
        self.record(Sent(str(chat.chat_id), "typing", action))
        return True

    def reachable(self, call: Parameters) -> Citizen:
        """The chat of a call, if its citizen has written before and has not blocked the bot."""
        chat_id = call.text("chat_id")
        if not chat_id:
            raise bad("chat_id is empty")
        chat = self.chats.get(int(chat_id)) if WHOLE.fullmatch(chat_id) else None
        if chat is None:
            raise bad("chat not found")
        if chat.blocked:
            raise Refusal(403, "Forbidden: bot was blocked by the user", 403)
        return chat

    def upload(self, call: Parameters, name: str, most: int) -> Stored:
        """A file of the call: uploaded (at most `most` bytes), known by its id, or named by its address."""
        if part := call.file(name):
            if not part.data:
                raise bad("file must be non-empty")
            if len(part.data) > most:
                raise Refusal(413, "Request Entity Too Large", 413)
            return self.store(part.data, part.name, part.mime)
        value = call.text(name)
        if not value:
            raise bad(f"there is no {name} in the request")
        if value not in self.files and not value.startswith(("http://", "https://")):
            raise bad("wrong file identifier/HTTP URL specified")
        return self.files.get(value) or Stored("F0", url=value)

    def store(self, data: bytes, name: str, mime: str) -> Stored:
        stored = Stored(f"F{next(self.numbers)}", name, mime, data)
        self.files[stored.file_id] = stored
        return stored

    def place(self, call: Parameters, sent: Sent, content: Json) -> Json:
        """Put a message of the bot into the chat, with the keyboard the call brings."""
        markup, buttons = keyboard(call)
        number = next(self.numbers)
        self._show_keyboard(call, int(sent.address), number, [] if markup else buttons)
        sent.message_id, sent.buttons = str(number), pairs(buttons)
        chat = self.chats[int(sent.address)]
        message = {"message_id": number, "from": self.me, "chat": chat.chat(), "date": int(self.now()), **content}
        message |= {"caption": sent.text} if sent.text and "text" not in content else {}
        self.messages[number] = message | ({"reply_markup": markup} if markup else {})
        self.keyboards[number] = buttons
        self.record(sent)
        return self.messages[number]

    def _show_keyboard(self, call: Parameters, chat_id: int, number: int, buttons: list[Json]) -> None:
        """A keyboard stays until it is removed, whatever comes after it."""
        if buttons:
            self.shown_keyboards[chat_id] = buttons
            self.fixed.add(number)
        elif "remove_keyboard" in (call.json("reply_markup", dict) or {}):
            self.shown_keyboards.pop(chat_id, None)

    async def delete_message(self, call: Parameters) -> bool:
        """Within 48 hours, of either side: the chat is private (Bot API, deleteMessage)."""
        chat, number = self.reachable(call), call.integer("message_id")
        message = self.messages.get(number)
        if message is None or message["chat"]["id"] != chat.chat_id:
            raise bad("message to delete not found")
        if self.now() - message["date"] > MOST_DELETE:
            raise bad("message can't be deleted for everyone")
        del self.messages[number]
        if sent := self.by_id.get(str(number)):
            sent.deleted = True
            self.tell(sent)
        return True

    async def edit_message_text(self, call: Parameters) -> Json:
        message, text = self.own(call), message_text(call)
        if "text" not in message:
            raise bad("there is no text in the message to edit")
        return self.change(call, message, {"text": text})

    async def edit_message_reply_markup(self, call: Parameters) -> Json:
        return self.change(call, self.own(call), {})

    def own(self, call: Parameters) -> Json:
        """The bot's message a call names."""
        chat = self.reachable(call)
        message = self.messages.get(call.integer("message_id"))
        if message is None or message["chat"]["id"] != chat.chat_id:
            raise bad("message to edit not found")
        if message["from"]["id"] != self.me["id"]:
            raise bad("message can't be edited")
        # "It is only possible to edit messages without reply_markup or with inline keyboards" (Bot API).
        if message["message_id"] in self.fixed:
            raise bad("message can't be edited")
        return message

    def change(self, call: Parameters, message: Json, content: Json) -> Json:
        markup, buttons = keyboard(call)
        if call.json("reply_markup", dict) and "inline_keyboard" not in call.json("reply_markup", dict):
            raise bad("inline keyboard expected")
        bare = {key: value for key, value in message.items() if key not in ("reply_markup", "edit_date")}
        changed = bare | content | ({"reply_markup": markup} if markup else {})
        if changed == {key: value for key, value in message.items() if key != "edit_date"}:
            same = "specified new message content and reply markup are exactly the same as a current content"
            raise bad(f"message is not modified: {same} and reply markup of the message")
        number = message["message_id"]
        self.messages[number] = changed | {"edit_date": int(self.now())}
        self.keyboards[number] = buttons
        sent = self.by_id[str(number)]
        sent.text, sent.buttons, sent.edited = content.get("text", sent.text), pairs(buttons), True
        self.tell(sent)
        return self.messages[number]

    async def answer_callback_query(self, call: Parameters) -> bool:
        """Each press may be answered once."""
        if len(call.text("text")) > MOST_ANSWER:
            raise bad("MESSAGE_TOO_LONG")
        query = call.text("callback_query_id")
        if query not in self.unanswered:
            raise bad("query is too old and response timeout expired or query ID is invalid")
        self.unanswered.remove(query)
        self.record(Sent(query.split("-")[0], "answer", call.text("text")))
        return True

    async def get_file(self, call: Parameters) -> Json:
        stored = self.files.get(call.text("file_id"))
        if stored is None:
            raise bad("wrong file_id or the file is temporarily unavailable")
        if len(stored.data) > MOST_DOWNLOAD:
            raise bad("file is too big")
        return stored.shape() | {"file_path": stored.path()}
