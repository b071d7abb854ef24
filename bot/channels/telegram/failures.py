"""What Telegram's refusals mean for a letter."""

from __future__ import annotations

from datetime import timedelta

from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError

from bot.channels.http import NOT_REACHED
from bot.errors import ChannelDown, FetchFailed, SendFailed, TryLater, Unreachable


def failure(error: Exception) -> SendFailed:
    """The kind of error only: what it says may show the token or the text."""
    reason = f"telegram {type(error).__name__}"
    if isinstance(error, RetryAfter):
        # Telegram does not say whether this chat or the whole bot is too fast; a chat is the usual case.
        return SendFailed(reason, _seconds(error.retry_after))
    if isinstance(error, Forbidden) or _gone(error):
        return Unreachable(reason)
    if isinstance(error, InvalidToken | Conflict):
        return ChannelDown(reason)
    # A kind of NetworkError to python-telegram-bot, but an answer: this text, these buttons, never.
    if isinstance(error, BadRequest):
        return SendFailed(reason)
    if isinstance(error, NetworkError):
        return TryLater(reason, perhaps_sent=not isinstance(error.__cause__, NOT_REACHED))
    # The plain TelegramError is an answer that is not JSON; what is none of theirs came from parsing one.
    if type(error) is TelegramError or not isinstance(error, TelegramError):
        return TryLater(reason, perhaps_sent=True)
    return SendFailed(reason)


def _gone(error: Exception) -> bool:
    # The citizen never wrote to us, or has deleted their account.
    return isinstance(error, BadRequest) and "chat not found" in error.message.lower()


def not_fetched(error: Exception) -> FetchFailed:
    """A file that Telegram calls too big or unknown stays so."""
    return FetchFailed(f"telegram {type(error).__name__}", for_good=isinstance(error, BadRequest | Forbidden))


def _seconds(wait: int | timedelta) -> float:
    # A timedelta where PTB_TIMEDELTA is set, and always from version 23 on.
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)
