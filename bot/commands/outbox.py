"""`motcua outbox`: messages that were given up."""

from __future__ import annotations

import typer
from sqlalchemy.engine import Engine

from bot import settings as settings_module
from bot.commands import shell
from bot.commands.catalogue import print_json
from bot.commands.console import out
from bot.errors import WrongUse
from bot.post import dead_letters
from bot.store import schema
from procedures.database import connect

app = typer.Typer(no_args_is_help=True)

#: Characters of a text that are shown in a line.
_SHOWN = 60


@app.command("list")
def list_given_up(as_json: bool = typer.Option(False, "--json", help="One JSON object a message.")) -> None:
    """Messages that were given up, newest first, with the reason."""
    found = dead_letters.given_up(_database())
    for letter in found:
        if as_json:
            print_json({**letter, "created_at": letter["created_at"].isoformat()})
        else:
            perhaps = ", MAY HAVE ARRIVED" if letter["doubts"] else ""
            start = " ".join(letter["text"].split())[:_SHOWN]
            told = f"{letter['id']}  {letter['created_at']:%Y-%m-%d %H:%M} UTC  {letter['channel']}"
            out.print(f"{told}  {letter['error']}{perhaps}  {start}", markup=False)
    if not found and not as_json:
        out.print("Nothing was given up.")


@app.command()
def resend(
    numbers: list[int] = typer.Argument(None, help="Numbers from the list."),
    everything: bool = typer.Option(False, "--all", help="All of the list."),
    pay: bool = typer.Option(False, "--pay", help="Send even where the provider charges for it."),
) -> None:
    """Send messages again that were given up."""
    database = _database()
    chosen = [letter["id"] for letter in dead_letters.given_up(database)] if everything else numbers or []
    if not chosen and not everything:
        raise WrongUse("Give the numbers of messages, or --all. See: motcua outbox list")
    for number in chosen:
        sent = dead_letters.resend(database, number, pay)
        if sent:
            shell.done(database, "outbox resend", str(number), pay=pay)
        out.print(f"{number} is on its way again." if sent else f"{number} is not among those given up.")


@app.command()
def drop(numbers: list[int] = typer.Argument(..., help="Numbers from the list.")) -> None:
    """Take messages off the list. They stay in the transcript."""
    database = _database()
    for number in numbers:
        gone = dead_letters.drop(database, number)
        if gone:
            shell.done(database, "outbox drop", str(number))
        out.print(f"{number} is dropped." if gone else f"{number} is not among those given up.")


def _database() -> Engine:
    database = connect(settings_module.load().database_url)
    schema.check(database)
    return database
