"""What stands below a message: buttons that are pressed, or the one that gives a telephone number."""

from __future__ import annotations

from collections.abc import Sequence

from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)

from bot.channels.port import Asking, Choice
from bot.channels.telegram.updates import PRESS

#: Whatever may stand there.
ReplyMarkup = InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove
#: Longest titles, in characters, of which two fit into a row on a narrow telephone.
_HALF_ROW = 18


def keyboard(choices: Sequence[Choice]) -> InlineKeyboardMarkup | None:
    """Two in a row where both are short."""
    rows: list[list[Choice]] = []
    for choice in choices:
        mate = rows[-1] if rows else []
        if len(mate) == 1 and max(len(mate[0].title), len(choice.title)) <= _HALF_ROW:
            mate.append(choice)
        else:
            rows.append([choice])
    keys = [[InlineKeyboardButton(one.title, callback_data=PRESS + one.token) for one in row] for row in rows]
    return InlineKeyboardMarkup(keys) if keys else None


def asking(asked: Asking) -> ReplyKeyboardMarkup:
    """One button, beside which the citizen can write as well; Telegram asks them before it gives the number."""
    button = KeyboardButton(asked.button, request_contact=True)
    return ReplyKeyboardMarkup([[button]], resize_keyboard=True, one_time_keyboard=True)
