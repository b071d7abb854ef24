"""`motcua privacy`: personal data of citizens."""

from __future__ import annotations

import typer

from bot.commands import data_key, rights

app = typer.Typer(no_args_is_help=True)


app.command("new-key")(data_key.new_key)
app.command("rotate-key")(data_key.rotate_key)
app.command()(data_key.seal)
app.command()(rights.erasure)
app.command()(rights.export)
app.command("retention")(rights.retention_)
