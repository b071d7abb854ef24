"""The citizen's side of Telegram: what a person does in the app. Each method returns the update it caused."""

from __future__ import annotations

import re

from tests.fakes.provider import Json, Sent
from tests.fakes.telegram_sending import Citizen, TelegramSending
from tests.fakes.telegram_updates import TelegramUpdates

PAYLOAD = re.compile(r"[A-Za-z0-9_-]{0,64}")


class TelegramCitizen(TelegramSending, TelegramUpdates):
    """Writes, presses, sends files, blocks. With a webhook each method waits until the update is delivered."""

    def citizen(self, chat_id: int) -> Citizen:
        return self.chats.setdefault(chat_id, Citizen(chat_id))

    async def say(self, chat_id: int, content: Json) -> Json:
        """A message of any content."""
        citizen, number = self.citizen(chat_id), next(self.numbers)
        message = {"message_id": number, "from": citizen.user(), "chat": citizen.chat(), "date": int(self.now())}
        self.messages[number] = message | content
        return await self.publish("message", self.messages[number])

    async def start(self, chat_id: int, payload: str = "") -> Json:
        """Opens https://t.me/<bot>?start=<payload>; undoes a block."""
        if not PAYLOAD.fullmatch(payload):
            raise ValueError("a start payload has at most 64 of A-Z a-z 0-9 _ -")
        if self.citizen(chat_id).blocked:
            await self.unblock(chat_id)
        return await self.text(chat_id, f"/start {payload}".strip())

    async def text(self, chat_id: int, text: str) -> Json:
        command = re.match(r"/\w+", text)
        entity = {"type": "bot_command", "offset": 0, "length": command.end()} if command else None
        return await self.say(chat_id, {"text": text} | ({"entities": [entity]} if entity else {}))

    async def edit(self, chat_id: int, message_id: int, text: str) -> Json:
        """Changes an own message."""
        message = self.messages[message_id]
        if message["from"]["id"] != chat_id:
            raise LookupError("a citizen edits own messages only")
        self.messages[message_id] = message | {"text": text, "edit_date": int(self.now())}
        return await self.publish("edited_message", self.messages[message_id])

    async def press(self, chat_id: int, title: str) -> Json:
        """Presses the newest button with this title, of an inline or a reply keyboard."""
        sent = self._with_button(chat_id, title)
        button = next(one for one in self.keyboards[int(sent.message_id)] if one["text"] == title)
        if "callback_data" in button:
            return await self.press_data(chat_id, int(sent.message_id), button["callback_data"])
        if not {"url", "web_app"} & set(button) and button not in self.shown_keyboards.get(chat_id, []):
            raise LookupError(f"the keyboard with {title!r} is gone")
        if button.get("request_contact"):
            return await self.contact(chat_id, "84900000001", f"Citizen {chat_id}")
        if button.get("request_location"):
            return await self.location(chat_id, 10.7642473, 106.6564314)
        if "url" in button or "web_app" in button:
            raise LookupError(f"{title!r} opens a page and tells the bot nothing")
        return await self.text(chat_id, title)

    async def press_data(self, chat_id: int, message_id: int, data: str) -> Json:
        """A press with any data: an old button of a message that has changed since, or a forged one."""
        query = f"{chat_id}-{next(self.numbers)}"
        self.unanswered.add(query)
        content = {"id": query, "from": self.citizen(chat_id).user(), "chat_instance": f"7{chat_id}", "data": data}
        return await self.publish("callback_query", content | {"message": self.messages[message_id]})

    def _with_button(self, chat_id: int, title: str) -> Sent:
        seen: list[str] = []
        for sent in reversed(self.sent_to(chat_id)):
            titles = [name for name, _ in sent.buttons]
            if title in titles:
                return sent
            seen += titles
        raise LookupError(f"no button {title!r}; there are {seen}")

    async def photo(self, chat_id: int, data: bytes, caption: str = "") -> Json:
        """A picture in the two sizes Telegram makes of it."""
        shape = self.store(data, "photo.jpg", "image/jpeg").shape()
        small = self.store(data[:64], "small.jpg", "image/jpeg").shape()
        sizes = [small | {"width": 90, "height": 67}, shape | {"width": 1280, "height": 960}]
        return await self.say(chat_id, {"photo": sizes} | ({"caption": caption} if caption else {}))

    async def document(self, chat_id: int, data: bytes, name: str, mime: str) -> Json:
        shape = self.store(data, name, mime).shape()
        return await self.say(chat_id, {"document": shape | {"file_name": name, "mime_type": mime}})

    async def voice(self, chat_id: int, data: bytes) -> Json:
        """Three seconds of OGG/Opus."""
        shape = self.store(data, "voice.oga", "audio/ogg").shape()
        return await self.say(chat_id, {"voice": shape | {"duration": 3, "mime_type": "audio/ogg"}})

    async def location(self, chat_id: int, lat: float, lon: float) -> Json:
        """A place, in degrees."""
        return await self.say(chat_id, {"location": {"latitude": lat, "longitude": lon}})

    async def contact(self, chat_id: int, phone: str, name: str) -> Json:
        """The citizen's own telephone number."""
        return await self.say(chat_id, {"contact": {"phone_number": phone, "first_name": name, "user_id": chat_id}})

    async def sticker(self, chat_id: int) -> Json:
        shape = self.store(b"RIFF", "sticker.webp", "image/webp").shape()
        kind = {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False}
        return await self.say(chat_id, {"sticker": shape | kind | {"emoji": "👍"}})

    async def block(self, chat_id: int) -> Json:
        return await self._membership(chat_id, "member", "kicked")

    async def unblock(self, chat_id: int) -> Json:
        return await self._membership(chat_id, "kicked", "member")

    async def _membership(self, chat_id: int, old: str, new: str) -> Json:
        citizen = self.citizen(chat_id)
        citizen.blocked = new == "kicked"
        content = {"chat": citizen.chat(), "from": citizen.user(), "date": int(self.now())}
        states = {"old_chat_member": self._member(old), "new_chat_member": self._member(new)}
        return await self.publish("my_chat_member", content | states)

    def _member(self, status: str) -> Json:
        return {"user": self.me, "status": status} | ({"until_date": 0} if status == "kicked" else {})
