"""The command `motcua`. Exit code 0 fine, 1 failed, 2 wrong use."""

from __future__ import annotations

import sys

import typer

from bot.commands import (
    api_key,
    ask,
    audit,
    backup,
    catalogue,
    catalogue_time,
    channel,
    doctor,
    evaluate,
    model,
    notes,
    office,
    outbox,
    privacy,
    publish,
    rights,
    rule,
    run,
    search,
    search_quality,
    staff,
    upgrade,
)
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
app.add_typer(api_key.app, name="api-key", help="Keys of programs that may use /api/v1.")
app.add_typer(channel.app, name="channel", help="Zalo, Telegram, web: which are on, and how they stand.")
app.add_typer(office.app, name="office", help="Offices that have a desk: hours, promises, holidays.")
app.add_typer(staff.app, name="staff", help="Who may sign in at the desk.")
app.add_typer(rule.app, name="rule", help="What people answer, what waits for a yes, where it goes.")
app.add_typer(outbox.app, name="outbox", help="Messages that were given up: look, send again, let go.")
app.add_typer(audit.app, name="audit", help="Who did what, chained so that nobody can change it unseen.")
app.add_typer(privacy.app, name="privacy", help="Personal data of citizens: keys, what is kept, what goes.")
app.add_typer(backup.app, name="backup", help="A sealed backup of everything, read back before it counts.")
app.command("restore")(backup.bring_back)
app.command()(rights.erase)
app.command()(doctor.doctor)
app.command()(upgrade.upgrade)
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
