"""The command `motcua`. Exit code 0 fine, 1 failed, 2 wrong use."""

from __future__ import annotations

import sys

import typer

from bot.commands import ask, catalogue, catalogue_time, evaluate, model, notes, publish, run, search, search_quality
from bot.commands.console import complain
from bot.errors import BotError, WrongUse
from procedures.errors import CatalogueError

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
app.add_typer(catalogue.app, name="catalogue", help="The catalogue of procedures: import, search, compare, check.")
catalogue.app.command()(search.search)
catalogue.app.command("evaluate")(search_quality.evaluate)
catalogue.app.command()(catalogue_time.show)
catalogue.app.command()(catalogue_time.as_of)
catalogue.app.command("diff")(catalogue_time.compare)
catalogue.app.command()(publish.publish)
catalogue.app.add_typer(notes.note_app, name="note", help="What the province and its communes add to procedures.")
catalogue.app.add_typer(notes.office_app, name="office", help="Addresses, telephones and hours of offices.")
app.command()(run.serve)
app.command()(run.migrate)
app.command()(model.train)
app.add_typer(model.app, name="model", help="The trained models: which one answers, and back to the one before.")
app.command()(run.settings)
app.command()(ask.ask)
app.command()(ask.chat)
app.command()(evaluate.evaluate)


def main() -> None:
    """Entry point: errors of ours end in one line, never in a stack trace."""
    try:
        app()
    except WrongUse as error:
        complain(error)
        sys.exit(2)
    except (BotError, CatalogueError) as error:
        complain(error)
        sys.exit(1)
