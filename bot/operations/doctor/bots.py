"""Telegram and the Zalo bot: does the provider know our token, and does it post where we listen."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
from sqlalchemy import func, select

from bot.operations.doctor.finding import Finding, Patient, ago, bad, ok, warn
from bot.store.tables import conversation, outbox

#: Updates that wait at Telegram; seconds for which its last trouble is news.
_PENDING, _NEWS = 100, 3600
#: Of the Zalo bot's basic package: people a bot, messages a month; the share at which it is told (channels.md, 2).
_PEOPLE, _MESSAGES, _NEARLY = 50, 3000, 0.8
_RESTART = "systemctl restart motcua"


async def telegram(patient: Patient) -> AsyncIterator[Finding]:
    """getMe, getWebhookInfo."""
    settings = patient.settings
    if not settings.telegram_token:
        return
    base = f"{settings.telegram_base_url}{settings.telegram_token}"
    me = await _asked(patient, f"{base}/getMe")
    if not me.get("ok"):
        yield bad(
            "telegram", _refused("Telegram", me), "take MOTCUA_TELEGRAM_TOKEN anew from @BotFather: /mybots, API Token"
        )
        return
    yield ok("telegram", f"Telegram knows the bot: @{me['result'].get('username', '?')}.")
    told = (await _asked(patient, f"{base}/getWebhookInfo")).get("result") or {}
    yield _webhook(patient, "telegram", "MOTCUA_TELEGRAM_SECRET", settings.telegram_secret, told.get("url", ""))
    for finding in _troubles(patient, told):
        yield finding


async def zalo_bot(patient: Patient) -> AsyncIterator[Finding]:
    """getMe, getWebhookInfo, and what is left of its small quota."""
    settings = patient.settings
    if not settings.zalo_bot_token:
        return
    base = f"{settings.zalo_bot_base_url.rstrip('/')}/bot{settings.zalo_bot_token}"
    me = await _asked(patient, f"{base}/getMe")
    if not me.get("ok"):
        yield bad("zalo-bot", _refused("Zalo", me), "take MOTCUA_ZALO_BOT_TOKEN anew from Zalo Bot Manager")
        return
    yield ok("zalo-bot", f"Zalo knows the bot: {me['result'].get('account_name', '?')}.")
    told = (await _asked(patient, f"{base}/getWebhookInfo")).get("result") or {}
    yield _webhook(patient, "zalo-bot", "MOTCUA_ZALO_BOT_SECRET", settings.zalo_bot_secret, told.get("url", ""))
    if patient.database is not None:
        yield _quota(patient)


async def _asked(patient: Patient, url: str) -> dict[str, Any]:
    """What the provider says; its address holds the token, so no error may show it."""
    answer = await patient.http.post(url, json={})
    try:
        told = answer.json()
    except ValueError:
        raise httpx.RemoteProtocolError("no JSON") from None
    return told if isinstance(told, dict) else {}


def _refused(who: str, told: dict[str, Any]) -> str:
    return f"{who} does not know the token ({told.get('error_code', '?')} {told.get('description', '')})."


def _webhook(patient: Patient, name: str, setting: str, secret: str, url: str) -> Finding:
    """With a secret the provider posts to us; without one we ask it."""
    ours = patient.webhook(name)
    if not secret:
        if url:
            return bad(
                f"{name} webhook", f"Messages go to {url}, and we ask for them.", f"set {setting}, or {_RESTART}"
            )
        return ok(f"{name} webhook", "None: we ask for messages.")
    if not ours.startswith("https://"):
        return bad(f"{name} webhook", f"Nobody posts to {ours}.", "set MOTCUA_BASE_URL=https://…")
    if url != ours:
        return bad(f"{name} webhook", f"Messages go to {url or 'nowhere'}, and not to {ours}.", _RESTART)
    return ok(f"{name} webhook", f"Messages come to {ours}.")


def _troubles(patient: Patient, told: dict[str, Any]) -> list[Finding]:
    found = []
    since = patient.clock().timestamp() - float(told.get("last_error_date") or 0)
    if told.get("last_error_message") and since < _NEWS:
        what = f"{ago(since)} ago Telegram could not post to us: {told['last_error_message']}."
        found.append(warn("telegram posting", what, "systemctl status motcua caddy"))
    if int(told.get("pending_update_count") or 0) > _PENDING:
        what = f"{told['pending_update_count']} messages wait at Telegram."
        found.append(warn("telegram waiting", what, "journalctl -u motcua"))
    return found


def _quota(patient: Patient) -> Finding:
    assert patient.database is not None  # noqa: S101  # asked before
    first = patient.clock().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    with patient.database.execution_options(motcua_read=True).connect() as connection:
        ours = select(func.count()).select_from(conversation).where(conversation.c.channel == "zalo-bot")
        people = int(connection.execute(ours).scalar_one())
        went = (outbox.c.channel == "zalo-bot", outbox.c.sent_at >= first)
        messages = int(connection.execute(select(func.count()).select_from(outbox).where(*went)).scalar_one())
    told = f"{people} of {_PEOPLE} people, {messages} of {_MESSAGES} messages this month (basic package)."
    if people >= _PEOPLE * _NEARLY or messages >= _MESSAGES * _NEARLY:
        return warn("zalo-bot quota", told, "use the Official Account: motcua channel zalo-oa login")
    return ok("zalo-bot quota", told)


CHECKS = (telegram, zalo_bot)
