"""True bodies of every event of the three providers, as the fakes make them."""

from __future__ import annotations

from typing import Any

from tests.fakes.provider import Fake
from tests.fakes.telegram import TelegramFake
from tests.fakes.zalo_bot import ZaloBotFake
from tests.fakes.zalo_oa import ZaloOaFake

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40


async def true_events(telegram: TelegramFake, oa: ZaloOaFake, bot: ZaloBotFake) -> dict[str, list[Any]]:
    """By channel."""
    caught: dict[str, list[Any]] = {"telegram": [], "zalo-oa": [], "zalo-bot": []}
    for name, fake in (("telegram", telegram), ("zalo-oa", oa), ("zalo-bot", bot)):
        _catch(fake, caught[name])
    await _telegram(telegram)
    await _oa(oa)
    for shape in ("wrapped", "flat"):
        bot.shape = shape
        await _bot(bot)
    return caught


def _catch(fake: Fake, caught: list[Any]) -> None:
    async def deliver(update: Any, attempt: int = 0) -> int:
        caught.append(update)
        return 200

    fake.webhook_url = "http://nobody"
    fake.deliver = deliver  # type: ignore[method-assign]


async def _telegram(telegram: TelegramFake) -> None:
    first = await telegram.start(7, "1_001193")
    await telegram.text(7, "làm giấy khai sinh cần gì")
    await telegram.edit(7, first["message"]["message_id"], "sửa lại")
    await telegram.press_data(7, first["message"]["message_id"], "cb:1:0")
    await telegram.photo(7, PNG, "ảnh")
    await telegram.document(7, b"%PDF", "đơn.pdf", "application/pdf")
    await telegram.voice(7, b"OggS")
    await telegram.location(7, 22.6, 106.2)
    await telegram.contact(7, "84912345678", "Nông Thị Mỵ")
    await telegram.sticker(7)
    await telegram.block(7)


async def _oa(oa: ZaloOaFake) -> None:
    await oa.follow("7")
    await oa.text("7", "làm giấy khai sinh cần gì")
    for send in (oa.image, oa.gif, oa.audio, oa.video):
        await send("7", PNG)
    await oa.file("7", b"%PDF", "đơn.pdf")
    await oa.location("7", 22.6, 106.2)
    for act in (oa.sticker, oa.business_card, oa.click_chatnow, oa.unfollow):
        await act("7")
    await oa.link("7", "https://example.gov.vn", "trang")
    for flat in (True, False):
        await oa.submit_info("7", "Nông Thị Mỵ", "84912345678", flat=flat)
    await oa.anonymous_text("a1", "c1", "xin chào")
    await oa.staff_text("7", "chào bà con")
    await oa.received("7", "m1")
    await oa.seen("7", "m1", "m2")
    await oa.unknown()


async def _bot(bot: ZaloBotFake) -> None:
    await bot.text("7", "làm giấy khai sinh cần gì")
    await bot.image("7", PNG, "ảnh")
    await bot.voice("7", b"\xff\xf1")
    await bot.sticker("7")
    await bot.unsupported("7")
