"""The citizen's side of a Zalo OA. Each method returns the event it caused, once that is delivered or given up."""

from __future__ import annotations

from typing import Any

from tests.fakes.provider import Json
from tests.fakes.zalo_oa_checks import QUERIES
from tests.fakes.zalo_oa_sending import Citizen, ZaloOaSending


class ZaloOaCitizen(ZaloOaSending):
    """Writes, presses, sends media, follows, leaves; also the staff of OA Manager."""

    app_id: str
    oa_id: str

    def start_citizens(self) -> None:
        #: Buttons that tell the OA nothing (links, telephone, SMS): user, type, payload.
        self.opened: list[tuple[str, str, Json]] = []

    def stamp(self) -> str:
        return str(int(self.now() * 1000))

    def citizen(self, user_id: str) -> Citizen:
        return self.users.setdefault(user_id, Citizen(user_id))

    def interacts(self, user_id: str) -> None:
        """The windows open anew."""
        user = self.citizen(user_id)
        user.last, user.used, user.unfollowed = self.now(), 0, False

    def event(self, name: str, sender: str, recipient: str, message: Json) -> Json:
        """The envelope of all events about a message."""
        person = recipient if sender == self.oa_id else sender
        ends = {"sender": {"id": sender}, "user_id_by_app": f"55{person}", "recipient": {"id": recipient}}
        return {"app_id": self.app_id, **ends, "event_name": name, "message": message, "timestamp": self.stamp()}

    async def send(self, event: Json) -> Json:
        await self.deliver(event)
        return event

    async def _say(self, user_id: str, kind: str, message: Json) -> Json:
        """A message of the citizen: into the history, then to the webhook."""
        self.interacts(user_id)
        message["msg_id"] = self.message_id()
        self.known.add(message["msg_id"])
        payload = message["attachments"][0]["payload"] if "attachments" in message else {}
        item = {"message_id": message["msg_id"], "type": kind, "message": message.get("text", "")}
        self.said(user_id, item | {"url": payload.get("url", "")}, from_oa=False)
        return await self.send(self.event(f"user_send_{kind}", user_id, self.oa_id, message))

    async def _attach(self, user_id: str, kind: str, payload: Json, text: str = "") -> Json:
        message: Json = {"text": text} if text else {}
        return await self._say(user_id, kind, message | {"attachments": [{"type": kind, "payload": payload}]})

    async def text(self, user_id: str, text: str, quote: str = "") -> Json:
        """A text; `quote` is the id of the message it replies to."""
        return await self._say(user_id, "text", {"text": text} | ({"quote_msg_id": quote} if quote else {}))

    async def press(self, user_id: str, title: str) -> Json:
        """The newest button with this title. A query arrives as a text; other types only stand in `opened`."""
        for sent in reversed(self.messages_to(user_id)):
            for button in self.keyboards[sent.message_id]:
                if button["title"] == title:
                    return await self._press(user_id, button)
        raise LookupError(f"no button {title!r} reached {user_id}")

    async def _press(self, user_id: str, button: Json) -> Json:
        if button["type"] in QUERIES:
            return await self.text(user_id, button["payload"])
        self.opened.append((user_id, button["type"], button["payload"]))
        return {}

    async def image(self, user_id: str, data: bytes, caption: str = "") -> Json:
        url = self.keep(data, "photo.jpg", "image/jpeg")
        return await self._attach(user_id, "image", {"url": url, "thumbnail": url}, caption)

    async def gif(self, user_id: str, data: bytes) -> Json:
        url = self.keep(data, "moving.gif", "image/gif")
        return await self._attach(user_id, "gif", {"url": url, "thumbnail": url})

    async def audio(self, user_id: str, data: bytes) -> Json:
        return await self._attach(user_id, "audio", {"url": self.keep(data, "voice.m4a", "audio/mp4")})

    async def video(self, user_id: str, data: bytes) -> Json:
        url = self.keep(data, "video.mp4", "video/mp4")
        return await self._attach(user_id, "video", {"url": url, "thumbnail": url, "description": ""})

    async def file(self, user_id: str, data: bytes, name: str) -> Json:
        url = self.keep(data, name, "application/octet-stream")
        payload = {"url": url, "name": name, "size": str(len(data)), "checksum": "0", "type": name.rpartition(".")[2]}
        return await self._attach(user_id, "file", payload)

    async def location(self, user_id: str, lat: float, lon: float) -> Json:
        """A place, in degrees; Zalo sends them as strings."""
        place = {"latitude": str(lat), "longitude": str(lon)}
        return await self._attach(user_id, "location", {"coordinates": place})

    async def sticker(self, user_id: str) -> Json:
        url = self.keep(b"\x89PNG\r\n\x1a\n", "sticker.png", "image/png")
        return await self._attach(user_id, "sticker", {"id": "46051", "url": url})

    async def link(self, user_id: str, url: str, description: str = "") -> Json:
        payload = {"url": url, "description": description, "thumbnail": ""}
        return await self._attach(user_id, "link", payload, url)

    async def business_card(self, user_id: str) -> Json:
        """The body is not documented: no attachment, no text."""
        return await self._say(user_id, "business_card", {})

    async def follow(self, user_id: str) -> Json:
        self.interacts(user_id)
        self.citizen(user_id).follows = True
        return await self.send(self._relation(user_id, "follow"))

    async def unfollow(self, user_id: str) -> Json:
        """Messages are refused (-213) until the citizen writes or follows again."""
        user = self.citizen(user_id)
        user.follows, user.unfollowed = False, True
        return await self.send(self._relation(user_id, "unfollow"))

    def _relation(self, user_id: str, name: str) -> Json:
        head = {"oa_id": self.oa_id, "follower": {"id": user_id}, "user_id_by_app": f"55{user_id}", "event_name": name}
        return head | {"source": "oa_profile", "app_id": self.app_id, "timestamp": self.stamp()}

    def block(self, user_id: str) -> None:
        """No event tells of it: the next message is refused (-217)."""
        self.citizen(user_id).blocked = True

    def unblock(self, user_id: str) -> None:
        self.citizen(user_id).blocked = False

    async def submit_info(
        self, user_id: str, name: str, phone: str, city: str = "", ward: str = "", address: str = "", flat: bool = False
    ) -> Json:
        """Answers request_user_info; `flat` is the older shape of the address."""
        self.interacts(user_id)
        full = {"full_address": {"user_city": city, "user_ward": ward, "user_address": address}}
        where = {"address": address, "city": city, "district": "", "ward": ward} if flat else full
        person = {"name": name, "phone": phone} | ({} if flat else {"user_dob": "30/10/1999", "gender": "Nam"})
        self.citizen(user_id).info = {"name": name, "phone": phone, "address": address, "city": city, "district": ""}
        ends = {"sender": {"id": user_id}, "recipient": {"id": self.oa_id}, "event_name": "user_submit_info"}
        return await self.send(ends | {"app_id": self.app_id, "timestamp": self.stamp(), "info": person | where})

    async def click_chatnow(self, user_id: str) -> Json:
        """Opens the chat for the first time."""
        self.interacts(user_id)
        body = {"app_id": self.app_id, "oa_id": self.oa_id, "user_id": user_id, "event_name": "user_click_chatnow"}
        return await self.send(body | {"user_id_by_app": f"55{user_id}", "timestamp": self.stamp()})

    async def anonymous_text(self, anonymous_id: str, conversation_id: str, text: str) -> Json:
        """Somebody without a Zalo account, on the OA's page."""
        return await self._anonymous("text", anonymous_id, conversation_id, {"text": text})

    async def anonymous_image(self, anonymous_id: str, conversation_id: str, data: bytes) -> Json:
        url = self.keep(data, "photo.jpg", "image/jpeg")
        picture = {"type": "image", "payload": {"url": url, "thumbnail": url}}
        return await self._anonymous("image", anonymous_id, conversation_id, {"attachments": [picture]})

    async def _anonymous(self, kind: str, anonymous_id: str, conversation_id: str, message: Json) -> Json:
        self.anonymous.add((anonymous_id, conversation_id))
        message |= {"conversation_id": conversation_id, "msg_id": self.message_id()}
        event = self.event(f"anonymous_send_{kind}", anonymous_id, self.oa_id, message)
        del event["user_id_by_app"]
        return await self.send(event)

    async def received(self, user_id: str, message_id: str) -> Json:
        return await self.send(self.event("user_received_message", self.oa_id, user_id, {"msg_id": message_id}))

    async def seen(self, user_id: str, *message_ids: str) -> Json:
        return await self.send(self.event("user_seen_message", self.oa_id, user_id, {"msg_ids": list(message_ids)}))

    async def staff_text(self, user_id: str, text: str) -> Json:
        """Staff write in OA Manager; the bot hears its echo."""
        message_id = self.message_id()
        self.known.add(message_id)
        self.said(user_id, {"message_id": message_id, "type": "staff", "message": text}, from_oa=True)
        event = self.event("oa_send_text", self.oa_id, user_id, {"text": text, "msg_id": message_id})
        event["sender"]["admin_id"] = "7000000000000000001"
        return await self.send(event)

    async def unknown(self, name: str = "change_oa_daily_quota", **more: Any) -> Json:
        """An event the reference only names."""
        head = {"app_id": self.app_id, "oa_id": self.oa_id, "event_name": name}
        return await self.send(head | {"timestamp": self.stamp()} | more)
