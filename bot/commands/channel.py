"""`motcua channel`: which channels are on, how they stand, and logging in at Zalo."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import TypeVar

import httpx
import typer
from sqlalchemy.engine import Engine

from bot import settings as settings_module
from bot.channels.zalo_oa.client import Client
from bot.channels_on import providers, zalo_oa, zalo_oa_client
from bot.commands import shell
from bot.commands.catalogue import print_json
from bot.commands.console import out
from bot.errors import WrongUse
from bot.post import lines
from bot.post.tokens import StoredTokens
from bot.settings import Settings
from bot.store import schema
from bot.switches import HERE
from procedures.database import connect

app = typer.Typer(no_args_is_help=True)
oa_app = typer.Typer(no_args_is_help=True)
app.add_typer(oa_app, name="zalo-oa", help="The Zalo Official Account.")

#: Channels of providers, on or off, and the setting that switches each on.
_SWITCHES = {
    "zalo-oa": "MOTCUA_ZALO_OA_APP_ID",
    "zalo-bot": "MOTCUA_ZALO_BOT_TOKEN",
    "telegram": "MOTCUA_TELEGRAM_TOKEN",
}
_T = TypeVar("_T")


@app.command("list")
def list_channels(as_json: bool = typer.Option(False, "--json", help="One JSON object a channel.")) -> None:
    """Which channels are on, what waits, what was given up."""
    settings, database = _opened()
    on = {channel.name for channel in providers(settings, database, httpx.AsyncClient())} | HERE
    for name in (*sorted(HERE, reverse=True), *_SWITCHES):
        line = lines.line(database, name)
        if as_json:
            print_json({**asdict(line), "on": name in on, "heard_at": line.heard_at and line.heard_at.isoformat()})
        else:
            out.print(_told(line, name in on), markup=False)


@app.command()
def resume(name: str = typer.Argument(..., help="Name of the channel.")) -> None:
    """Send again at once on a channel that was paused, after what was wrong is mended."""
    _, database = _opened()
    resumed = lines.resume(database, name)
    if resumed:
        shell.done(database, "channel resume", name)
    out.print(f"{name} sends again." if resumed else f"{name} was not paused.")


@oa_app.command()
def login(
    code: str = typer.Option("", help="Code of Zalo's consent page, good for ten minutes."),
    verifier: str = typer.Option("", help="The code verifier that belongs to the link of the console."),
    pair: bool = typer.Option(False, "--pair", help="Type in a pair of tokens from the console's API Explorer."),
) -> None:
    """Get the first tokens, by a code of the consent page or by a pair from the API Explorer."""
    if bool(code) == pair:
        raise WrongUse("Give either --code with --verifier, or --pair")
    if pair:
        access, refresh = _secret("Access token"), _secret("Refresh token")
        _with_zalo(lambda client: client.keep_pair(access, refresh))
    else:
        _with_zalo(lambda client: client.login(code, verifier))
    lines.resume(_opened()[1], "zalo-oa")
    shell.done(_opened()[1], "channel zalo-oa login", "zalo-oa", pair=pair)
    out.print("The tokens are kept. See: motcua channel zalo-oa status")


@oa_app.command()
def status() -> None:
    """How long the tokens last, and what Zalo says of the account."""
    settings, database = _zalo_on()
    tokens = StoredTokens(database, "zalo-oa", settings.secret_key).read()
    if tokens is None:
        out.print("No tokens. Run: motcua channel zalo-oa login")
        raise typer.Exit(1)
    out.print(f"Access token until {tokens.expires_at:%Y-%m-%d %H:%M} UTC; it is renewed five hours before.")

    async def ask(http: httpx.AsyncClient) -> dict[str, object]:
        return await zalo_oa(settings, database, http).about()

    about = _asked(ask)
    told = {name: about.get(name) for name in ("name", "oa_id", "oaid", "is_verified", "package_name") if name in about}
    out.print("Zalo: " + ", ".join(f"{name} {value}" for name, value in told.items()), markup=False)


def _secret(what: str) -> str:
    """Typed in unseen, or a line of what is piped in; never an argument, which every user of the machine can see."""
    told = typer.prompt(what, hide_input=True) if sys.stdin.isatty() else sys.stdin.readline()
    if not told.strip():
        raise WrongUse(f"{what}: nothing was given")
    return str(told.strip())


def _told(line: lines.Line, on: bool) -> str:
    if not on:
        return f"{line.name}: off. Set {_SWITCHES[line.name]}"
    heard = f", heard {line.heard_at:%Y-%m-%d %H:%M} UTC" if line.heard_at else ""
    paused = f", PAUSED: {line.paused}" if line.paused else ""
    counts = f"{line.conversations} conversations, {line.waiting} waiting, {line.given_up} given up"
    return f"{line.name}: on, {counts}{heard}{paused}"


def _opened() -> tuple[Settings, Engine]:
    settings = settings_module.load()
    database = connect(settings.database_url)
    schema.check(database)
    return settings, database


def _zalo_on() -> tuple[Settings, Engine]:
    settings, database = _opened()
    if not settings.zalo_oa_app_id:
        raise WrongUse("The Official Account is off. Set MOTCUA_ZALO_OA_APP_ID")
    return settings, database


def _with_zalo(do: Callable[[Client], Awaitable[None]]) -> None:
    settings, database = _zalo_on()

    async def run(http: httpx.AsyncClient) -> None:
        await do(zalo_oa_client(settings, database, http))

    _asked(run)


def _asked(do: Callable[[httpx.AsyncClient], Awaitable[_T]]) -> _T:
    async def run() -> _T:
        async with httpx.AsyncClient() as http:
            return await do(http)

    return asyncio.run(run())
