"""One person on one channel: states and shapes, pure."""

from bot.conversation.model import Author, Button, Inbound, Outbound, Outcome, Reply, State
from bot.conversation.routing import Route, route

__all__ = ["Author", "Button", "Inbound", "Outbound", "Outcome", "Reply", "Route", "State", "route"]
