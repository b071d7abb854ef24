"""Which channels are on, and Telegram's menu."""

from __future__ import annotations

import asyncio
import dataclasses

import httpx
import pytest
from sqlalchemy.engine import Engine

from bot.channels.telegram.commands import shown
from bot.channels_on import _menu, providers
from bot.settings import Settings

OFF = Settings("sqlite://", "127.0.0.1", 8000, "https://motcua.example", "a secret of the tests")


def on(database: Engine, **values: str) -> list[str]:
    async def run() -> list[str]:
        async with httpx.AsyncClient() as http:
            return [one.name for one in providers(dataclasses.replace(OFF, **values), database, http)]

    return asyncio.run(run())


def test_given_no_settings_when_put_together_then_every_channel_is_off(database: Engine) -> None:
    assert on(database) == []


@pytest.mark.parametrize(
    ("values", "names"),
    [
        ({"telegram_token": "1:a"}, ["telegram"]),
        ({"zalo_bot_token": "b"}, ["zalo-bot"]),
        ({"zalo_oa_app_id": "1"}, ["zalo-oa"]),
        ({"telegram_token": "1:a", "zalo_bot_token": "b", "zalo_oa_app_id": "1"}, ["zalo-oa", "zalo-bot", "telegram"]),
    ],
)
def test_given_the_settings_of_a_channel_when_put_together_then_it_is_on(
    database: Engine, values: dict[str, str], names: list[str]
) -> None:
    assert on(database, **values) == names


@pytest.mark.parametrize("language", ["vi", "en", "zh"])
def test_given_a_language_when_the_menu_is_shown_then_each_line_has_a_title_of_its_own_in_it(language: str) -> None:
    lines = shown(_menu(), language)
    assert len({line.description for line in lines}) == len(lines) == 5
    assert not any(line.description.startswith("menu.") for line in lines)
    assert all(3 <= len(line.description) <= 256 for line in lines)


def test_given_the_menu_when_shown_in_vietnamese_then_it_says_what_each_command_does() -> None:
    told = {line.command: line.description for line in shown(_menu(), "vi")}
    assert told["canbo"] == "Gặp cán bộ"
    assert told["ngonngu"] == "Đổi ngôn ngữ"


def test_given_an_unknown_language_when_the_menu_is_shown_then_it_is_vietnamese() -> None:
    assert shown(_menu(), "fr") == shown(_menu(), "vi")
