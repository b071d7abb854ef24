"""All looks at once, none longer than three seconds where it goes out to the network."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import httpx
import structlog

from bot import logs
from bot.channels.http import quiet
from bot.operations.doctor import bots, machine, official, stored, web
from bot.operations.doctor.finding import PATIENCE, Finding, Level, Patient, bad, warn
from bot.operations.place import Place
from bot.settings import Settings

log = structlog.get_logger()

Near = Callable[[Patient], Iterator[Finding]]
Far = Callable[[Patient], AsyncIterator[Finding]]
NEAR: tuple[Near, ...] = (*machine.CHECKS, stored.look)
FAR: tuple[Far, ...] = (*web.CHECKS, *bots.CHECKS, *official.CHECKS)


def examine(settings: Settings, env: Path = Path(".env")) -> list[Finding]:
    """Everything that can be said of this installation."""
    return asyncio.run(_of(settings, env))


async def _of(settings: Settings, env: Path) -> list[Finding]:
    quiet()
    place, database = Place.of(settings), stored.opened(settings.database_url)
    async with httpx.AsyncClient(timeout=PATIENCE) as http:
        try:
            return await everything(Patient(settings, place, http, database, env))
        finally:
            if database is not None:
                database.dispose()


async def everything(patient: Patient) -> list[Finding]:
    """What each look finds, in the order of the looks."""
    near = [asyncio.to_thread(_near, check, patient) for check in NEAR]
    found = await asyncio.gather(*near, *(_far(check, patient) for check in FAR))
    return [finding for findings in found for finding in findings]


def healthy(findings: list[Finding]) -> bool:
    """Nothing is bad."""
    return all(finding.level is not Level.BAD for finding in findings)


def _near(check: Near, patient: Patient) -> list[Finding]:
    found: list[Finding] = []
    try:
        found.extend(check(patient))
    except Exception as error:
        found.append(_broken(check.__name__, error))
    return found


async def _far(check: Far, patient: Patient) -> list[Finding]:
    """Without a network that is said, and is no failure."""
    name, found = check.__name__.replace("_", " "), list[Finding]()

    async def look() -> None:
        async for finding in check(patient):
            found.append(finding)  # what was found before it broke off is kept

    try:
        await asyncio.wait_for(look(), PATIENCE)
    except asyncio.TimeoutError:
        found.append(
            warn(name, f"No answer within {PATIENCE:.0f} s.", "is there a way to the internet? curl -I https://zalo.me")
        )
    except (httpx.TransportError, OSError) as error:
        told = f"It cannot be reached from here ({type(error).__name__}), so it was not looked at."
        found.append(warn(name, told, "is there a way to the internet? curl -I https://zalo.me"))
    except Exception as error:
        found.append(_broken(name, error))
    return found


def _broken(name: str, error: Exception) -> Finding:
    # Its text may hold what must not be shown: an address with a token in it.
    log.warning("doctor_failed", check=name, error=type(error).__name__, where=logs.where(error))
    return bad(name, f"This could not be looked at ({type(error).__name__}).", "motcua doctor --json, and tell us")
