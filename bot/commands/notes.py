"""`motcua catalogue note` and `motcua catalogue office`: what the province and its communes add."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import typer

from bot.commands import shell
from bot.commands.catalogue import database, print_json, reading
from bot.commands.console import out
from procedures import notes
from procedures.model import Channel, Note, OfficeFacts, OfficeKind
from procedures.notes import ABOUT

note_app = typer.Typer(no_args_is_help=True)
office_app = typer.Typer(no_args_is_help=True)

#: How every procedure is named where a code is wanted.
_ALL = "all"


@note_app.command("add")
def add_note(
    code: str = typer.Argument(..., help=f'National code, or "{_ALL}" for every procedure.'),
    text: str = typer.Argument(..., help="What citizens read, word for word."),
    about: str = typer.Option(..., help=f"One of {', '.join(ABOUT)}."),
    source: str = typer.Option(..., help="The decision or the person it is known from."),
    by: str = typer.Option(..., "--by", help="Who keeps it."),
    place: str = typer.Option("", help="Five digits of a commune; left out, the whole province."),
    channel: Channel = typer.Option(None, help="The way to file it is about; left out, all."),
    amount: int = typer.Option(None, help="VND, for a fee with one figure."),
    first: str = typer.Option("", "--from", help="First day it holds, YYYY-MM-DD."),
    last: str = typer.Option("", "--until", help="Last day it holds, YYYY-MM-DD."),
) -> None:
    """Add a note to a procedure. No import touches it."""
    named = "" if code == _ALL else code
    note = Note(named, about, text, by, source, place, channel, amount, valid_from=first, valid_until=last)
    number = notes.add(database(), note)
    shell.done(database(), "catalogue note add", code, note=number, about=about, by=by)
    out.print(f"Note {number} is kept.")


@note_app.command("list")
def list_notes(
    code: str = typer.Option("", help="Only notes on this procedure."),
    place: str = typer.Option("", help="Only notes of this commune."),
    as_json: bool = typer.Option(False, "--json", help="One JSON object a note."),
) -> None:
    """List the notes that have not been withdrawn, whatever their days."""
    with reading().connect() as connection:
        found = notes.all_notes(connection)
    for note in found:
        if code in ("", note.code) and place in ("", note.place):
            print_json(note_json(note)) if as_json else out.print(note_line(note), markup=False)


@note_app.command("withdraw")
def withdraw_note(number: int = typer.Argument(..., help="Number of the note.")) -> None:
    """Take a note back. It stays in the history."""
    notes.withdraw(database(), number)
    shell.done(database(), "catalogue note withdraw", str(number))
    out.print(f"Note {number} is withdrawn.")


@office_app.command("set")
def set_office(
    kind: OfficeKind = typer.Argument(..., help="Kind of office."),
    source: str = typer.Option(..., help="Who told it, or where it stands."),
    place: str = typer.Option("", help="Five digits of the commune, for offices that every commune has."),
    name: str = typer.Option("", help="Its name, as on the door."),
    address: str = typer.Option("", help="Its address."),
    telephone: str = typer.Option("", help="Its telephone number."),
    hours: str = typer.Option("", help="Its opening hours."),
) -> None:
    """Describe an office, in place of what was told of it before."""
    notes.set_office(database(), OfficeFacts(kind, source, place, name, address, telephone, hours))
    shell.done(database(), "catalogue office set", f"{kind.value} {place}".strip(), source=source)
    out.print(f"The {kind.value}{' of ' + place if place else ''} is kept.")


@office_app.command("list")
def list_offices(as_json: bool = typer.Option(False, "--json", help="One JSON object an office.")) -> None:
    """List the offices that somebody has described."""
    with reading().connect() as connection:
        found = notes.all_offices(connection)
    for facts in found:
        print_json(office_json(facts)) if as_json else out.print(office_line(facts), markup=False)


def note_line(note: Note) -> str:
    """A note for a terminal, with whose it is, its source and its day."""
    place, code = note.place or "province", note.code or _ALL
    about = f"{note.about}/{note.channel.value}" if note.channel else note.about
    days = f", {note.valid_from or '…'} to {note.valid_until or '…'}" if note.valid_from or note.valid_until else ""
    told = f", {note.noted_at:%Y-%m-%d}" if note.noted_at else ""
    return f"note {note.id} [{place}] {code} {about}: {note.text} ({note.source}, {note.author}{told}{days})"


def note_json(note: Note) -> dict[str, Any]:
    """A note as JSON."""
    noted_at = note.noted_at.isoformat() if note.noted_at else ""
    return {**asdict(note), "channel": note.channel.value if note.channel else "", "noted_at": noted_at}


def office_line(facts: OfficeFacts) -> str:
    """An office for a terminal; what nobody has told is left out."""
    known = "; ".join(filter(None, (facts.name, facts.address, facts.telephone, facts.hours)))
    told = f", {facts.noted_at:%Y-%m-%d}" if facts.noted_at else ""
    return f"office {facts.kind.value} [{facts.place or 'province'}]: {known} ({facts.source}{told})"


def office_json(facts: OfficeFacts) -> dict[str, Any]:
    """An office as JSON."""
    noted_at = facts.noted_at.isoformat() if facts.noted_at else ""
    return {**asdict(facts), "kind": facts.kind.value, "noted_at": noted_at}
