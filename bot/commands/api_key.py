"""`motcua api-key`: which programs may use /api/v1."""

from __future__ import annotations

import typer

from bot.commands import shell
from bot.commands.catalogue import database
from bot.commands.console import err, out
from bot.errors import WrongUse
from bot.web.keys import LONGEST_NAME, Key, Keys
from procedures.validity import HERE, utc

app = typer.Typer(no_args_is_help=True)


@app.command()
def add(name: str = typer.Argument(..., help="The program, and who answers for it.")) -> None:
    """Make a key and print it, this once: only its digest is kept."""
    name = " ".join(name.split())
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        raise WrongUse(f"A name has 1 to {LONGEST_NAME} characters")
    number, secret = Keys(database()).add(name)
    shell.done(database(), "api-key add", str(number), name=name)
    err.print(f'Key {number} for "{name}". Keep it now, it is not shown again:', markup=False)
    out.print(secret, markup=False)


@app.command("list")
def list_keys() -> None:
    """List the keys, without their secrets."""
    for key in Keys(database()).all():
        out.print(_line(key), markup=False)


@app.command()
def revoke(number: int = typer.Argument(..., help="Number of the key.")) -> None:
    """End a key, from its next request on. Its conversations stay."""
    if not Keys(database()).revoke(number):
        raise WrongUse(f"There is no key {number} that is good. List them with: motcua api-key list")
    shell.done(database(), "api-key revoke", str(number))
    out.print(f"Key {number} is revoked.")


def _line(key: Key) -> str:
    made = f"made {utc(key.created_at).astimezone(HERE):%Y-%m-%d}"
    ended = f", revoked {utc(key.revoked_at).astimezone(HERE):%Y-%m-%d}" if key.revoked_at else ""
    return f"key {key.id}: {key.name} ({made}{ended})"
