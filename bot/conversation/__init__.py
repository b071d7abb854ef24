"""One person on one channel: states and shapes, pure."""

from bot.conversation.model import (
    Attachment,
    Author,
    Button,
    Contact,
    Inbound,
    Kind,
    Notice,
    Outbound,
    Outcome,
    Reply,
    Sign,
    State,
)
from bot.conversation.routing import Route, route

__all__ = [
    "Attachment",
    "Author",
    "Button",
    "Contact",
    "Inbound",
    "Kind",
    "Notice",
    "Outbound",
    "Outcome",
    "Reply",
    "Route",
    "Sign",
    "State",
    "route",
]
