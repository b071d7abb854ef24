"""Who gets a message: pure, so that it can be read and tested as a table."""

from __future__ import annotations

from enum import Enum

from bot.conversation.model import State


class Route(str, Enum):
    """Where a message goes after it is stored."""

    ENGINE = "engine"
    DESK = "desk"


def route(state: State) -> Route:
    """While a person answers, the bot is silent.

    A waiting conversation is still answered: until staff take it, silence would leave a citizen with nobody.
    """
    return Route.DESK if state is State.WITH_STAFF else Route.ENGINE
