"""Serve the three fakes and a page on which one chats as a citizen of each: `python -m tests.fakes`."""

from __future__ import annotations

import argparse
import logging

import httpx
import uvicorn
from starlette.applications import Starlette

from tests.fakes.desk import Desk
from tests.fakes.telegram import TelegramFake
from tests.fakes.zalo_bot import ZaloBotFake
from tests.fakes.zalo_oa import ZaloOaFake


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fakes", description=__doc__)
    parser.add_argument("--port", type=int, default=8090)
    parser.add_argument("--bot", default="http://127.0.0.1:8000", help="where the bot listens")
    parser.add_argument("--time-scale", type=float, default=0.05, help="factor for the pauses between repetitions")
    return parser.parse_args()


def desk(base: str, bot: str, time_scale: float) -> Desk:
    """Three fakes that know each other's addresses; `base` is where they are served, `bot` where the bot is."""
    telegram = TelegramFake(webhook_url=f"{bot}/webhooks/telegram", time_scale=time_scale)
    zalo_oa = ZaloOaFake(webhook_url=f"{bot}/webhooks/zalo-oa", time_scale=time_scale)
    zalo_bot = ZaloBotFake(webhook_url=f"{bot}/webhooks/zalo-bot", time_scale=time_scale)
    telegram.allow_http = zalo_bot.allow_http = True
    telegram.secret, zalo_bot.secret = "fake-telegram-secret", "fake-zalo-bot-secret"
    zalo_oa.media_base, zalo_bot.media_base = f"{base}/zalo-oa", f"{base}/zalo-bot"
    return Desk(telegram, zalo_oa, zalo_bot)


def environment(base: str, desk: Desk) -> list[str]:
    """The lines with which the bot runs against the fakes."""
    telegram, zalo_oa, zalo_bot = (desk.fakes[name] for name in ("telegram", "zalo-oa", "zalo-bot"))
    settings = {
        "TELEGRAM_TOKEN": telegram.token,
        "TELEGRAM_BASE_URL": f"{base}/telegram/bot",
        "TELEGRAM_SECRET": telegram.secret,
        "ZALO_OA_APP_ID": zalo_oa.app_id,
        "ZALO_OA_APP_SECRET": zalo_oa.app_secret,
        "ZALO_OA_WEBHOOK_SECRET": zalo_oa.oa_secret,
        "ZALO_OA_API_BASE": f"{base}/zalo-oa",
        "ZALO_OA_OAUTH_BASE": f"{base}/zalo-oa",
        "ZALO_BOT_TOKEN": zalo_bot.token,
        "ZALO_BOT_BASE_URL": f"{base}/zalo-bot",
        "ZALO_BOT_SECRET": zalo_bot.secret,
    }
    pair = zalo_oa.oauth.pair
    login = f"# then: printf '{pair.access}\\n{pair.refresh}\\n' | .venv/bin/motcua channel zalo-oa login --pair"
    return [*(f"export MOTCUA_{name}={value}" for name, value in settings.items()), login]


def not_on_purpose(record: logging.LogRecord) -> bool:
    """Whether a log record tells of anything but a connection that a fault has broken."""
    return not (record.exc_info and isinstance(record.exc_info[1], httpx.TransportError))


def main() -> None:
    given = arguments()
    base = f"http://127.0.0.1:{given.port}"
    shown = desk(base, given.bot.rstrip("/"), given.time_scale)
    print("\n".join(environment(base, shown)), f"\n# page: {base}/", flush=True)
    logging.getLogger("uvicorn.error").addFilter(not_on_purpose)
    app = Starlette(routes=shown.routes())
    uvicorn.run(app, host="127.0.0.1", port=given.port, ws="none", log_level="error")


if __name__ == "__main__":
    main()
