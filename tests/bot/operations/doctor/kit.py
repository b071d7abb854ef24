"""A patient: an installation in a folder, with providers in small around it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy.engine import Engine

from bot import settings as settings_module
from bot.operations.doctor import examine
from bot.operations.doctor.finding import Finding, Level, Patient
from bot.operations.place import Place
from bot.settings import Settings

TELEGRAM, ZALO_BOT, ZALO, SITE = "telegram.test", "bot.zalo.test", "openapi.zalo.test", "motcua.test"


class Net(httpx.AsyncBaseTransport):
    """Hosts that answer; all others cannot be reached. `date` is told with each answer."""

    def __init__(self, date: str = "", **hosts: Any) -> None:
        self.hosts = {name: httpx.ASGITransport(app=app) for name, app in hosts.items()}
        self.date = date

    def at(self, host: str, app: Any) -> Net:
        self.hosts[host] = httpx.ASGITransport(app=app)
        return self

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        known = self.hosts.get(request.url.host)
        if known is None:
            raise httpx.ConnectError("no network")
        answer = await known.handle_async_request(request)
        if self.date:
            answer.headers["date"] = self.date
        return answer


def settings(**given: Any) -> Settings:
    usual = {
        "MOTCUA_TELEGRAM_BASE_URL": f"https://{TELEGRAM}/bot",
        "MOTCUA_ZALO_BOT_BASE_URL": f"https://{ZALO_BOT}",
        "MOTCUA_ZALO_OA_API_BASE": f"https://{ZALO}",
        "MOTCUA_BACKUP_KEY": "một câu đủ dài để không ai đoán",
        "MOTCUA_SECRET_KEY": "k7Jq2mVv9Zt4Lr8Xn1Pw6Ys3",
        "MOTCUA_BASE_URL": f"https://{SITE}",
    }
    return settings_module.load({**usual, **{f"MOTCUA_{name.upper()}": value for name, value in given.items()}})


def patient(folder: Path, net: Net | None = None, database: Engine | None = None, **given: Any) -> Patient:
    told = settings(**given)
    place = replace(Place.under(folder), media=folder / "media")
    http = httpx.AsyncClient(transport=net or Net(), timeout=3.0)
    return Patient(told, place, http, database, env=folder / ".env")


def far(check: Any, one: Patient) -> list[Finding]:
    return asyncio.run(examine._far(check, one))


def near(check: Any, one: Patient) -> list[Finding]:
    return examine._near(check, one)


def levels(findings: list[Finding]) -> dict[str, str]:
    """By name; each of these names is told once."""
    assert len({one.name for one in findings}) == len(findings)
    return {one.name: one.level.value for one in findings}


def the(findings: list[Finding], name: str) -> Finding:
    return next(one for one in findings if one.name == name)


def complete(findings: list[Finding]) -> bool:
    """Whatever is bad says what to do; every line is one sentence."""
    return all((one.mend or one.level is not Level.BAD) and one.told.endswith(".") for one in findings)
