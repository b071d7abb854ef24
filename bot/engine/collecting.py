"""Where Rasa puts what was said."""

from __future__ import annotations

from typing import Any

from rasa.core.channels.channel import CollectingOutputChannel


class Collecting(CollectingOutputChannel):  # type: ignore[misc]  # Rasa ships no types
    """Keeps messages whole: Rasa's own makes one of each paragraph, and a source then arrives without its answer."""

    async def send_text_message(self, recipient_id: str, text: str, **kwargs: Any) -> None:
        """One message."""
        await self._persist_message(self._message(recipient_id, text=text))
