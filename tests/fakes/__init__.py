"""Strict fakes of Telegram, Zalo OA and Zalo Bot, each with a citizen's side (`python -m tests.fakes`)."""

from tests.fakes.provider import Fault, Sent
from tests.fakes.telegram import TelegramFake
from tests.fakes.zalo_bot import ZaloBotFake
from tests.fakes.zalo_oa import SignatureVariant, ZaloOaFake

__all__ = ["Fault", "Sent", "SignatureVariant", "TelegramFake", "ZaloBotFake", "ZaloOaFake"]
