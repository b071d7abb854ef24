"""Looks at providers: against the fakes, and without a network."""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import insert, update
from sqlalchemy.engine import Engine

from bot.channels.port import Tokens
from bot.cli import main
from bot.operations.doctor import bots, examine, official, web
from bot.operations.place import utc
from bot.post.clock import ago, now
from bot.post.tokens import StoredTokens
from bot.store.channel_tables import channel_token
from bot.store.tables import conversation
from tests.bot.operations.doctor import kit
from tests.fakes.provider import Delivery, Fault
from tests.fakes.telegram import TOKEN, TelegramFake
from tests.fakes.zalo_bot import TOKEN as BOT_TOKEN
from tests.fakes.zalo_bot import ZaloBotFake
from tests.fakes.zalo_oa import ZaloOaFake

CITIZEN = "246845883529197922"


# Telegram


def telegram(tmp_path: Path, fake: Any, **given: str):
    net = kit.Net().at(kit.TELEGRAM, fake)
    found = kit.far(bots.telegram, kit.patient(tmp_path, net, **{"telegram_token": TOKEN, **given}))
    assert TOKEN not in str(found)
    assert kit.complete(found)
    return found


def test_given_a_good_token_and_no_secret_when_asked_then_all_is_well(tmp_path: Path) -> None:
    assert kit.levels(telegram(tmp_path, TelegramFake())) == {"telegram": "ok", "telegram webhook": "ok"}
    assert kit.far(bots.telegram, kit.patient(tmp_path)) == []


def test_given_a_wrong_token_when_asked_then_it_says_where_to_get_one(tmp_path: Path) -> None:
    found = telegram(tmp_path, TelegramFake(), telegram_token="123456789:wrong")
    assert (kit.levels(found), "@BotFather" in found[0].mend) == ({"telegram": "bad"}, True)


@pytest.mark.parametrize(
    ("there", "given", "level"),
    [
        ("https://motcua.test/webhooks/telegram", {"telegram_secret": "s"}, "ok"),
        ("https://old.test/webhooks/telegram", {"telegram_secret": "s"}, "bad"),
        ("", {"telegram_secret": "s"}, "bad"),
        ("https://motcua.test/webhooks/telegram", {}, "bad"),
        ("", {"telegram_secret": "s", "base_url": "http://127.0.0.1:8000"}, "bad"),
    ],
)
def test_given_a_webhook_when_it_is_not_ours_then_that_is_bad(tmp_path: Path, there: str, given, level: str) -> None:
    found = telegram(tmp_path, TelegramFake(webhook_url=there), **given)
    assert kit.levels(found) == {"telegram": "ok", "telegram webhook": level}


def test_given_posts_that_failed_and_messages_that_wait_when_asked_then_both_are_told(tmp_path: Path) -> None:
    fake = TelegramFake()
    fake.deliveries.append(Delivery(b"", 502, 0, 0.1, fake.now() - 120))
    fake.pending = {number: {} for number in range(200)}
    found = telegram(tmp_path, fake)
    assert "502" in kit.the(found, "telegram posting").told
    assert "200" in kit.the(found, "telegram waiting").told
    fake.deliveries[-1].at -= 86400
    assert "telegram posting" not in kit.levels(telegram(tmp_path, fake))


# Zalo Bot


def test_given_a_zalo_bot_when_asked_then_token_webhook_and_quota_are_told(tmp_path: Path, database: Engine) -> None:
    fake = ZaloBotFake(BOT_TOKEN)
    net = kit.Net().at(kit.ZALO_BOT, fake)
    one = kit.patient(tmp_path, net, database, zalo_bot_token=BOT_TOKEN, zalo_bot_secret="long-enough")
    found = kit.far(bots.zalo_bot, one)
    assert kit.levels(found) == {"zalo-bot": "ok", "zalo-bot webhook": "bad", "zalo-bot quota": "ok"}
    fake.webhook_url = one.webhook("zalo-bot")
    people = [{"channel": "zalo-bot", "address": str(number), "created_at": now()} for number in range(45)]
    with database.begin() as connection:
        connection.execute(insert(conversation), people)
    found = kit.far(bots.zalo_bot, one)
    assert kit.levels(found) == {"zalo-bot": "ok", "zalo-bot webhook": "ok", "zalo-bot quota": "warn"}
    wrong = replace(one, settings=kit.settings(zalo_bot_token="1:wrong"))
    assert kit.levels(kit.far(bots.zalo_bot, wrong)) == {"zalo-bot": "bad"}


# Zalo Official Account


@pytest.fixture
def account(tmp_path: Path, database: Engine):
    """An account that is on, with tokens that Zalo knows, and one citizen."""
    fake = ZaloOaFake()
    fake.interacts(CITIZEN)
    on = {"zalo_oa_app_id": "1", "zalo_oa_webhook_secret": "s"}
    one = kit.patient(tmp_path, kit.Net().at(kit.ZALO, fake), database, **on)
    store = StoredTokens(database, "zalo-oa", one.settings.secret_key)
    store.keep(Tokens(fake.oauth.pair.access, fake.oauth.pair.refresh, utc() + timedelta(hours=25)))
    with database.begin() as connection:
        who = {"channel": "zalo-oa", "address": CITIZEN, "created_at": now(), "heard_at": now()}
        connection.execute(insert(conversation).values(who))
    return fake, one, store


def test_given_an_account_when_asked_then_tokens_window_and_quota_are_told(account) -> None:
    fake, one, _ = account
    found = kit.far(official.official_account, one)
    names = ["zalo-oa webhook", "zalo-oa tokens", "zalo-oa", "zalo-oa quota", "zalo-oa window"]
    assert kit.levels(found) == dict.fromkeys(names, "ok")
    assert "1 people can be written to for free" in kit.the(found, "zalo-oa window").told
    assert fake.oauth.pair.access not in str(found)
    # Nothing was refreshed: the pair is the service's.
    assert fake.calls["/v4/oa/access_token"] == 0


def test_given_tokens_when_ended_or_too_old_or_of_another_key_then_it_is_told(account, database: Engine) -> None:
    _, one, store = account
    store.keep(Tokens("old", "old", utc() - timedelta(hours=1)))
    assert kit.levels(kit.far(official.official_account, one))["zalo-oa tokens"] == "warn"
    with database.begin() as connection:
        connection.execute(update(channel_token).values(kept_at=ago(91 * 86400)))
    found = kit.the(kit.far(official.official_account, one), "zalo-oa tokens")
    assert (found.level.value, "login" in found.mend) == ("bad", True)
    other = replace(one, settings=replace(one.settings, secret_key="another"))
    assert "MOTCUA_SECRET_KEY" in kit.the(kit.far(official.official_account, other), "zalo-oa tokens").told


def test_given_a_token_that_zalo_refuses_when_asked_then_the_service_gets_another(account) -> None:
    fake, one, _ = account
    fake.oauth.rotate()
    found = kit.far(official.official_account, one)
    assert kit.the(found, "zalo-oa").level.value == "warn"


def test_given_an_account_that_is_off_at_zalo_when_asked_then_its_code_is_told(account) -> None:
    fake, one, _ = account
    fake.faults.add(Fault("error:-209", method="/v2.0/oa/getoa"))
    found = kit.the(kit.far(official.official_account, one), "zalo-oa")
    assert (found.level.value, "-209" in found.told) == ("bad", True)


def test_given_no_secret_or_no_https_when_asked_then_no_event_can_come(account) -> None:
    _, one, _ = account
    for given in (
        {"zalo_oa_app_id": "1"},
        {"zalo_oa_app_id": "1", "zalo_oa_webhook_secret": "s", "base_url": "http://x"},
    ):
        other = replace(one, settings=kit.settings(**given))
        assert kit.the(kit.far(official.official_account, other), "zalo-oa webhook").level.value == "bad"


# Without a network, and slowly


def test_given_no_network_when_examined_then_it_is_said_and_nothing_is_bad_for_it(tmp_path: Path) -> None:
    on = {"telegram_token": TOKEN, "zalo_bot_token": BOT_TOKEN}
    one = kit.patient(tmp_path, **on)
    found = [finding for check in (web.address, web.clock, *bots.CHECKS) for finding in kit.far(check, one)]
    assert {finding.level.value for finding in found} == {"warn"}
    assert len(found) == 4
    assert all("reached" in finding.told for finding in found)


def test_given_a_provider_that_does_not_answer_when_asked_then_nobody_waits_longer_than_the_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(scope, receive, send) -> None:
        await asyncio.sleep(60)

    monkeypatch.setattr(examine, "PATIENCE", 0.05)
    one = kit.patient(tmp_path, kit.Net().at(kit.TELEGRAM, never), telegram_token=TOKEN)
    found = kit.far(bots.telegram, one)
    assert (kit.levels(found), "No answer" in found[0].told) == ({"telegram": "warn"}, True)


def test_given_a_look_that_breaks_when_examined_then_it_shows_no_secret(tmp_path: Path) -> None:
    async def broken(patient: Any):
        raise ValueError(TOKEN)
        yield

    found = kit.far(broken, kit.patient(tmp_path))
    assert (kit.levels(found), TOKEN in str(found)) == ({"broken": "bad"}, False)


def test_given_the_command_when_typed_then_each_line_is_told_and_the_exit_code_is_1_for_what_is_bad(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    offline = httpx.AsyncClient(transport=kit.Net())
    monkeypatch.setattr(examine.httpx, "AsyncClient", lambda **_: offline)
    for where in ("bot.settings.VAR", "bot.operations.place.VAR"):
        monkeypatch.setattr(where, tmp_path)
    monkeypatch.setenv("MOTCUA_DATABASE_URL", f"sqlite:///{tmp_path / 'none.db'}")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["motcua", "doctor", "--json"])
    with pytest.raises(SystemExit) as ended:
        main()
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert ended.value.code == 1
    assert {"name", "level", "told", "mend"} == set(told[0])
    assert [one["mend"] for one in told if one["name"] == "database"] == ["motcua migrate"]
    assert not (tmp_path / "none.db").exists()
