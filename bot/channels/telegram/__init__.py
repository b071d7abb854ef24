"""Telegram, on python-telegram-bot."""

from bot.channels.telegram.channel import Telegram
from bot.channels.telegram.commands import Command

__all__ = ["Command", "Telegram"]
