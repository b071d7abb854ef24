"""The port: what every channel can do. A channel knows nothing of Rasa, staff or the database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.conversation import Attachment, Inbound, Notice


@dataclass(frozen=True)
class Window:
    """How long after a citizen's last word a channel brings messages."""

    #: Free of charge until then, if replies are left.
    free: timedelta
    #: For money until then; later not at all.
    paid: timedelta
    #: đồng that a paid message costs; 0 where nobody has told.
    price: int = 0


@dataclass(frozen=True)
class Abilities:
    """What a channel can show and send. Rendering fits a reply to it."""

    #: Longest text of one message, in characters after NFC.
    text: int
    #: Buttons that fit one message; 0: it has none, and numbers take their place.
    buttons: int = 0
    #: Longest title of a button, in characters.
    button_title: int = 0
    #: It sends pictures and documents. Where it does not, the link in the text has to do.
    pictures: bool = False
    #: It plays a recorded voice as a voice message.
    voices: bool = False
    #: It can be asked whether a message that may have been sent has arrived: `find`.
    memory: bool = False
    #: What has arrived can be changed and taken back: `edit`, `recall`.
    edits: bool = False
    #: Whoever reads goes on from the transcript by themselves: a line that stands there has arrived.
    here: bool = False
    #: None: a citizen who wrote once can be written to for ever.
    window: Window | None = None


@dataclass(frozen=True)
class Choice:
    """A button as a channel shows it."""

    title: str
    #: What comes back in Inbound.pressed: at most 32 ASCII characters, and nothing personal.
    token: str


@dataclass(frozen=True)
class Asking:
    """A request for the citizen's own telephone number, in their language; on some channels the words alone ask."""

    #: On the button by which the number is given; at most 40 characters.
    button: str
    #: Above the card of a channel that shows one; at most 100 characters.
    title: str


@dataclass(frozen=True)
class Enclosure:
    """A picture or a file that goes with a message."""

    body: bytes
    #: File name with ending.
    name: str
    mime: str
    #: The same at a public address; empty where the site has none.
    link: str = ""


@dataclass(frozen=True)
class Part:
    """What a channel sends in one call."""

    address: str
    conversation_id: int
    #: Empty for a picture alone.
    text: str
    choices: tuple[Choice, ...] = ()
    enclosure: Enclosure | None = None
    asking: Asking | None = None


@dataclass(frozen=True)
class Delivery:
    """What a provider says when it has taken a message."""

    #: Its id of the message; empty where it tells none.
    channel_message_id: str = ""
    #: Free replies that are left in the window; None where it does not tell.
    replies_left: int | None = None


class Channel(Protocol):
    """Brings messages to citizens."""

    @property
    def name(self) -> str:
        """The name under which its conversations are kept, such as "web"."""

    @property
    def abilities(self) -> Abilities:
        """What it can do."""

    async def send(self, part: Part) -> Delivery:
        """Delivers one part. Raises bot.errors.SendFailed, which says what is to be done next."""

    async def find(self, part: Part, since: datetime, known: frozenset[str]) -> Delivery | None:
        """The same part among those that arrived since then; None: it is not there. Only with `memory`.

        `known` are channel_message_ids of others: the same words may have been said twice. Raises SendFailed.
        """

    async def edit(self, part: Part, channel_message_id: str) -> None:
        """Other words for a part that has arrived. Only with `edits`. Raises SendFailed."""

    async def recall(self, part: Part, channel_message_id: str) -> None:
        """Takes a part back, so that the citizen no longer sees it. Only with `edits`. Raises SendFailed."""

    async def fetch(self, attachment: Attachment, most: int) -> bytes:
        """A file that a citizen sent, of at most so many bytes. Raises FetchFailed."""

    async def greet(self, inbound: Inbound) -> None:
        """A sign of life for what is stored: with a ticket a tick on the button, else "typing…". Raises nothing."""


class Webhook(Protocol):
    """A channel to which a provider posts."""

    @property
    def name(self) -> str:
        """The channel's name, which is the last part of its address: /webhooks/NAME."""

    def read(self, headers: Mapping[str, str], body: bytes) -> tuple[Inbound | Notice, ...]:
        """What a request holds; an event that nobody knows is nothing. Header names are in lower case.

        Raises NotGenuine where the sender cannot prove who it is, NotReadable for a body of a wrong shape.
        """


class Provider(Channel, Webhook, Protocol):
    """A channel with a provider far away, and something to do beside sending: asking it, tokens, menus."""

    async def run(self, receive: Receive) -> None:
        """Until cancelled. Outlives every trouble of its provider."""


class Receive(Protocol):
    """Stores what came; when it returns it is safe."""

    async def __call__(self, came: tuple[Inbound | Notice, ...]) -> None:
        """Raises PostFailed."""


@dataclass(frozen=True)
class Tokens:
    """By what a provider knows us. The refresh token is good for one use."""

    access: str
    refresh: str
    #: When the access token ends, UTC.
    expires_at: datetime


class TokenStore(Protocol):
    """Keeps the tokens of one channel, encrypted, for all processes."""

    def read(self) -> Tokens | None:
        """The newest; None before the first login."""

    def keep(self, tokens: Tokens) -> None:
        """Commits a new pair, with the one before kept for rescue. Only then may it be used."""

    def take_turn(self, seconds: float) -> bool:
        """True where nobody else refreshes now; then it is ours for so many seconds, or until `keep`."""
