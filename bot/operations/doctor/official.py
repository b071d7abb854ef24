"""The Zalo Official Account: tokens, what Zalo says of it, windows and quota (channels.md, 1.5 and 1.6).

Nothing is refreshed here: a refresh token is good for one use, and the service's.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta, timezone
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.engine import Engine

from bot.channels.port import Tokens
from bot.channels.zalo_oa import ZaloOa
from bot.conversation.window import Price, standing
from bot.operations.doctor.finding import Finding, Patient, ago, bad, ok, warn
from bot.post.tokens import StoredTokens
from bot.store.channel_tables import channel_token
from bot.store.tables import conversation

_NAME = ZaloOa.name
_LOGIN = "motcua channel zalo-oa login --pair, with the pair of the API Explorer"
#: A refresh token lasts three months. Conversations looked at.
_REFRESHABLE, _MOST = timedelta(days=90), 100_000
_ENDED = (-216, -220)


async def official_account(patient: Patient) -> AsyncIterator[Finding]:
    """All of it, where the account is on."""
    settings, database = patient.settings, patient.database
    if not settings.zalo_oa_app_id or database is None:
        return
    if not settings.zalo_oa_webhook_secret:
        mend = "set MOTCUA_ZALO_OA_WEBHOOK_SECRET: the OA secret key of the console's webhook page"
        yield bad("zalo-oa webhook", "Without its secret key no event of Zalo's is believed.", mend)
    elif not settings.base_url.startswith("https://"):
        yield bad("zalo-oa webhook", f"Zalo does not post to {settings.base_url}.", "set MOTCUA_BASE_URL=https://…")
    else:
        yield _heard(patient, database)
    tokens = StoredTokens(database, _NAME, settings.secret_key).read()
    yield _lasting(patient, database, tokens)
    if tokens is not None and tokens.expires_at > patient.clock():
        async for finding in _asked(patient, database, tokens):
            yield finding
    yield _windows(patient, database)


def _heard(patient: Patient, database: Engine) -> Finding:
    """Zalo tells nobody where it posts, and switches a webhook off that has failed for an hour."""
    newest = select(func.max(conversation.c.heard_at)).where(conversation.c.channel == _NAME)
    with database.execution_options(motcua_read=True).connect() as connection:
        at = connection.execute(newest).scalar()
    where = f"In Zalo's console the webhook has to be {patient.webhook(_NAME)}"
    if at is None:
        return warn("zalo-oa webhook", "Nobody was ever heard.", f"{where}, and switched on")
    since = ago((patient.clock() - _aware(at)).total_seconds())
    return ok("zalo-oa webhook", f"Somebody was heard {since} ago. {where}.")


def _lasting(patient: Patient, database: Engine, tokens: Tokens | None) -> Finding:
    if tokens is None:
        return bad("zalo-oa tokens", "There are none, or they were sealed with another MOTCUA_SECRET_KEY.", _LOGIN)
    with database.execution_options(motcua_read=True).connect() as connection:
        mine = select(channel_token.c.kept_at).where(channel_token.c.channel == _NAME)
        kept = connection.execute(mine).scalar()
    now = patient.clock()
    refreshable = (_aware(kept) if kept else now) + _REFRESHABLE
    if refreshable < now:
        return bad("zalo-oa tokens", f"They can no longer be refreshed since {refreshable:%Y-%m-%d}.", _LOGIN)
    if tokens.expires_at < now:
        told = f"The access token has ended; the service refreshes it until {refreshable:%Y-%m-%d}."
        return warn("zalo-oa tokens", told, "systemctl start motcua")
    return ok(
        "zalo-oa tokens",
        f"Good until {tokens.expires_at:%Y-%m-%d %H:%M} UTC; refreshable until {refreshable:%Y-%m-%d}.",
    )


async def _asked(patient: Patient, database: Engine, tokens: Tokens) -> AsyncIterator[Finding]:
    about = await _call(patient, tokens, "GET", "/v2.0/oa/getoa")
    code = about.get("error")
    if code in _ENDED:
        yield warn(
            "zalo-oa",
            f"Zalo refuses the token ({code}); the service gets another.",
            f"systemctl restart motcua, or {_LOGIN}",
        )
    elif code:
        yield bad(
            "zalo-oa", f"Zalo answers {code} {about.get('message', '')}.", "see docs/channels.md, and Zalo's console"
        )
    else:
        told = about.get("data") or {}
        yield ok(
            "zalo-oa", f"Zalo knows the account: {told.get('name', '?')}, package {told.get('package_name', '?')}."
        )
        async for finding in _quota(patient, database, tokens):
            yield finding


async def _quota(patient: Patient, database: Engine, tokens: Tokens) -> AsyncIterator[Finding]:
    """What is left for whoever wrote last: it tells whether free replies are counted at all."""
    newest = select(conversation.c.address).where(conversation.c.channel == _NAME, conversation.c.heard_at.is_not(None))
    with database.execution_options(motcua_read=True).connect() as connection:
        address = connection.execute(newest.order_by(conversation.c.heard_at.desc()).limit(1)).scalar()
    if address is None:
        return
    told = await _call(patient, tokens, "POST", "/v3.0/oa/quota/message", {"user_id": address})
    left = ((told.get("data") or {}).get("cs_reply") or {}).get("remain")
    if left == 0:
        mend = "staff see the price before they send; a larger package is bought at oa.zalo.me"
        yield warn("zalo-oa quota", "Whoever wrote last has no free reply left.", mend)
    elif left is not None:
        yield ok("zalo-oa quota", f"{left} free replies are left to whoever wrote last.")


async def _call(
    patient: Patient, tokens: Tokens, method: str, path: str, body: dict[str, Any] | None = None
) -> dict[str, Any]:
    url = f"{patient.settings.zalo_oa_api_base.rstrip('/')}{path}"
    answer = await patient.http.request(method, url, json=body, headers={"access_token": tokens.access})
    told = answer.json()
    return told if isinstance(told, dict) else {}


def _windows(patient: Patient, database: Engine) -> Finding:
    """How many can be written to, and at what price."""
    window = ZaloOa.abilities.window
    assert window is not None  # noqa: S101  # of this channel
    ours = select(conversation.c.heard_at, conversation.c.replies_left).where(conversation.c.channel == _NAME)
    with database.execution_options(motcua_read=True).connect() as connection:
        rows = connection.execute(ours.order_by(conversation.c.id.desc()).limit(_MOST)).all()
    now = patient.clock()
    prices = [
        standing(row.heard_at and _aware(row.heard_at), row.replies_left, window.free, window.paid, now).price
        for row in rows
    ]
    free, paid, closed = (prices.count(price) for price in (Price.FREE, Price.PAID, Price.CLOSED))
    return ok("zalo-oa window", f"{free} people can be written to for free, {paid} for money, {closed} no longer.")


def _aware(at: datetime) -> datetime:
    return at if at.tzinfo else at.replace(tzinfo=timezone.utc)


CHECKS = (official_account,)
