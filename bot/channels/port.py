"""The port: what every channel can do. A channel knows nothing of Rasa, staff or the database."""

from __future__ import annotations

from typing import Protocol

from bot.conversation import Outbound


class Channel(Protocol):
    """Brings messages to citizens."""

    #: The name under which its conversations are kept, such as "web".
    name: str

    async def send(self, outbound: Outbound) -> None:
        """Delivers one message. Raises bot.errors.SendFailed; may be called twice for the same message."""
