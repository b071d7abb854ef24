"""`motcua audit`: who did what, and whether nobody has touched that since."""

from __future__ import annotations

from datetime import datetime, time, timedelta, timezone
from typing import Any

import typer
from sqlalchemy import or_, select

from bot.audit import chain
from bot.commands import shell
from bot.commands.catalogue import database, print_json, reading
from bot.commands.console import complain, out
from bot.errors import WrongUse
from bot.store.console_tables import audit_entry
from bot.store.desk_tables import staff
from bot.watching import tell_verified
from procedures.validity import HERE, today, utc

app = typer.Typer(no_args_is_help=True)

#: What each trouble means, for whoever has to act.
_MEANS = {
    chain.Trouble.CHANGED: "says something else than when it was written",
    chain.Trouble.MISSING: "follows lines that are gone",
    chain.Trouble.ORDER: "does not stand where it was written",
    chain.Trouble.HEAD: "was the head once and is no line of the chain: its end was cut off, or all was written anew",
}
_FEWEST_YEARS = 2


@app.command()
def head() -> None:
    """Print the newest line's number and hash. Keep it elsewhere: it proves later that nothing before was changed."""
    with reading().connect() as connection:
        out.print(str(chain.head(connection)), markup=False)


@app.command()
def verify(
    kept: str = typer.Option("", "--head", help="A head that was kept elsewhere, as motcua audit head printed it."),
) -> None:
    """Read the whole chain. Exit code 1, and the first broken line, where somebody has touched it."""
    with reading().connect() as connection:
        found = chain.verify(connection, _anchor(kept))
    tell_verified(database(), found)
    if found.trouble is not None:
        complain(WrongUse(f"Line {found.entry} {_MEANS[found.trouble]}. Whole before it: {found.lines} lines."))
        raise typer.Exit(1)
    out.print(f"Whole: {found.lines} lines. Head {found.head}", markup=False)


@app.command()
def show(
    who: str = typer.Option("", help="Login of a colleague; - for the system and the shell."),
    what: str = typer.Option("", help="A deed or its beginning, such as case. or edit.published."),
    since: str = typer.Option("", help="From this day on, such as 2026-11-30; a week without."),
    subject: str = typer.Option("", help="What it was done to: a code, a number of a case."),
    most: int = typer.Option(200, help="At most so many, the newest."),
    as_json: bool = typer.Option(False, "--json", help="One JSON object a line."),
) -> None:
    """Print who did what, the oldest first."""
    which = [audit_entry.c.created_at >= _morning(since)]
    if who:
        which.append(staff.c.login.is_(None) if who == "-" else staff.c.login == who)
    if what:
        which.append(or_(audit_entry.c.action == what, audit_entry.c.action.startswith(what, autoescape=True)))
    if subject:
        which.append(audit_entry.c.subject == subject)
    joined = select(audit_entry, staff.c.login).outerjoin(staff, staff.c.id == audit_entry.c.staff_id)
    with reading().connect() as connection:
        rows = connection.execute(joined.where(*which).order_by(audit_entry.c.id.desc()).limit(most)).all()
    for row in reversed(rows):
        print_json(_as_json(row)) if as_json else out.print(_line(row), markup=False)


@app.command()
def trim(
    years: int = typer.Option(..., min=_FEWEST_YEARS, help="Keep the last so many years."),
    reason: str = typer.Option(..., help="Why, and by whose decision; kept in the chain."),
) -> None:
    """Take out old lines. A checkpoint in the chain says up to which, and vouches for the first that is left."""
    before = datetime.now(timezone.utc) - timedelta(days=366 * years)
    with database().begin() as connection:
        gone = chain.trim(connection, before, None, f"{reason} ({shell.user()})")
    out.print(f"Taken out: {gone} lines.")


def _anchor(told: str) -> chain.Head | None:
    try:
        return chain.anchor(told) if told else None
    except ValueError:
        raise WrongUse("That is no head: see motcua audit head") from None


def _morning(told: str) -> datetime:
    try:
        day = datetime.fromisoformat(told).date() if told else today() - timedelta(days=7)
    except ValueError:
        raise WrongUse("--since takes a day such as 2026-11-30") from None
    return datetime.combine(day, time(), HERE).astimezone(timezone.utc)


def _line(row: Any) -> str:
    at = utc(row.created_at).astimezone(HERE)
    values = " ".join(f"{name}={value}" for name, value in (("before", row.before), ("after", row.after)) if value)
    reason = f" ({row.reason})" if row.reason else ""
    return f"{row.id} {at:%Y-%m-%d %H:%M:%S} {row.login or '-'} {row.action} {row.subject} {values}{reason}".rstrip()


def _as_json(row: Any) -> dict[str, Any]:
    told = {name: getattr(row, name) for name in ("id", "action", "subject", "before", "after", "reason", "digest")}
    return {**told, "who": row.login, "at": utc(row.created_at).isoformat()}
