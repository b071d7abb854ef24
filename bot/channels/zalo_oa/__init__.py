"""The Zalo Official Account channel."""

from bot.channels.zalo_oa.channel import ZaloOa

__all__ = ["ZaloOa"]
