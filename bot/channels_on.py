"""Which channels are on, by the settings, and each put together. A channel without its settings is off."""

from __future__ import annotations

import httpx
from sqlalchemy.engine import Engine

from bot.channels.port import Provider
from bot.channels.telegram import Command, Telegram
from bot.channels.zalo_bot import ZaloBot
from bot.channels.zalo_oa import ZaloOa
from bot.channels.zalo_oa.client import Client
from bot.channels.zalo_oa.signature import Signatures
from bot.post.tokens import StoredTokens
from bot.settings import Settings
from bot.words import words
from procedures.languages import LANGUAGES

#: Commands of Telegram's menu, and what each stands for.
_COMMANDS = {
    "giayto": "/my_guides",
    "canbo": "/talk_to_person",
    "dulieu": '/privacy{"do": "kept"}',
    "ngonngu": "/change_language",
    "trogiup": "/help",
}
#: Picture of the card on which Zalo asks for a telephone number: a static file of the site.
_CARD = "/static/card/contact.png"


def providers(settings: Settings, database: Engine, http: httpx.AsyncClient) -> list[Provider]:
    """The channels of providers that are on."""
    on: list[Provider] = []
    if settings.zalo_oa_app_id:
        on.append(zalo_oa(settings, database, http))
    if settings.zalo_bot_token:
        where = (settings.zalo_bot_base_url, _webhook(settings, "zalo-bot"))
        on.append(ZaloBot(settings.zalo_bot_token, settings.zalo_bot_secret, *where, http))
    if settings.telegram_token:
        where = (settings.telegram_base_url, _webhook(settings, "telegram"))
        on.append(Telegram(settings.telegram_token, settings.telegram_secret, *where, _menu()))
    return on


def zalo_oa(settings: Settings, database: Engine, http: httpx.AsyncClient) -> ZaloOa:
    """The Official Account by itself."""
    proof = Signatures(settings.zalo_oa_app_id, settings.zalo_oa_app_secret, settings.zalo_oa_webhook_secret)
    site = settings.base_url.rstrip("/")
    # Zalo shows pictures of addresses that it can reach.
    card = f"{site}{_CARD}" if site.startswith("https://") else ""
    return ZaloOa(zalo_oa_client(settings, database, http), proof, card)


def zalo_oa_client(settings: Settings, database: Engine, http: httpx.AsyncClient) -> Client:
    """What calls Zalo, with the tokens of this installation."""
    tokens = StoredTokens(database, ZaloOa.name, settings.secret_key)
    where = (settings.zalo_oa_api_base, settings.zalo_oa_oauth_base)
    return Client(http, *where, settings.zalo_oa_app_id, settings.zalo_oa_app_secret, tokens)


def _webhook(settings: Settings, name: str) -> str:
    return f"{settings.base_url.rstrip('/')}/webhooks/{name}"


def _menu() -> list[Command]:
    titles = {
        name: {language: words().say(f"menu.{name}", language) for language in ("vi", *LANGUAGES)} for name in _COMMANDS
    }
    return [Command(name, payload, titles[name]) for name, payload in _COMMANDS.items()]
