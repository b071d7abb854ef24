"""Zalo Bot Platform: for pilots and demonstrations, since a bot has 50 users and 3,000 messages a month."""

from bot.channels.zalo_bot.channel import ZaloBot

__all__ = ["ZaloBot"]
