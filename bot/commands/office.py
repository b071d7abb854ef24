"""`motcua office`: the one-stop shops that have a desk, their hours, and the days on which nobody keeps them."""

from __future__ import annotations

from datetime import date
from typing import Any

import typer

from bot.commands import shell
from bot.commands.catalogue import database, print_json, reading
from bot.commands.console import out
from bot.errors import WrongUse
from bot.handover import days, offices, week
from bot.handover.days import Day
from bot.handover.offices import Office
from procedures.model import OfficeKind

app = typer.Typer(no_args_is_help=True)

_HOURS = 'Such as "T2-T6 07:30-11:30 13:30-17:00; T7 07:30-11:30": T2 is Monday, CN Sunday.'
_ID = typer.Argument(..., help="Number of the office: motcua office list.")


@app.command("list")
def list_offices(as_json: bool = typer.Option(False, "--json", help="One JSON object an office.")) -> None:
    """List the offices that have a desk."""
    with reading().connect() as connection:
        found = offices.every(connection)
    for one in found:
        print_json(_json(one)) if as_json else out.print(_line(one), markup=False)


@app.command()
def add(
    kind: OfficeKind = typer.Argument(..., help="Kind of office."),
    hours: str = typer.Argument(..., help=_HOURS),
    place: str = typer.Option("", help="Five digits of its commune; left out, an office of the province."),
    name: str = typer.Option("", help="Its name; left out, what its kind and place are called."),
    promise: int = typer.Option(60, help="Working minutes within which a citizen hears from a person."),
) -> None:
    """Give an office a desk: citizens of its commune are handed over to it from now on."""
    with database().begin() as connection:
        id_ = offices.add(connection, kind, place, week.parse(hours), name=name, promise=promise)
        shell.noted(connection, "office add", str(id_), kind=kind.value, place=place)
        told = _line(offices.of(connection, id_))
    out.print(told, markup=False)


@app.command()
def hours(id_: int = _ID, text: str = typer.Argument(..., metavar="HOURS", help=_HOURS)) -> None:
    """Set when it is open."""
    _change(id_, hours=week.parse(text))


@app.command()
def promise(id_: int = _ID, minutes: int = typer.Argument(..., help="Working minutes.")) -> None:
    """Set within how many working minutes a citizen hears from a person. Cases that wait keep their time."""
    _change(id_, promise=minutes)


@app.command()
def name(id_: int = _ID, text: str = typer.Argument(..., metavar="NAME", help='"" for the usual one.')) -> None:
    """Set what it is called."""
    _change(id_, name=text)


@app.command()
def end(id_: int = _ID) -> None:
    """Take its desk away. Nobody may work there, and no case be open."""
    with database().begin() as connection:
        offices.end(connection, id_)
        shell.noted(connection, "office end", str(id_))
    out.print(f"Office {id_} has no desk any more.")


@app.command("days")
def list_days(year: int = typer.Option(0, help="Only of this year.")) -> None:
    """List holidays, and Saturdays that are worked in exchange."""
    with reading().connect() as connection:
        found = days.every(connection)
    for one in found:
        if year in (0, one.day.year):
            out.print(f"{one.day} {'open' if one.open else 'closed'}: {one.name} ({one.source})", markup=False)


@app.command("day")
def set_day(
    day: str = typer.Argument(..., help="YYYY-MM-DD."),
    state: str = typer.Argument(..., help="closed, open (like a Monday), or usual (like any other day)."),
    name: str = typer.Option("", help="What citizens read, such as the name of the holiday."),
    source: str = typer.Option("", help="The announcement."),
) -> None:
    """Set a day on which no office keeps its week. A usual one that days.yml holds comes back with `motcua migrate`."""
    if state not in ("closed", "open", "usual"):
        raise WrongUse("closed, open or usual")
    when = _date(day)
    with database().begin() as connection:
        if state == "usual":
            days.remove(connection, when)
        else:
            days.put(connection, Day(when, state == "open", name, source))
        shell.noted(connection, "office day", when.isoformat(), state=state, name=name)
    out.print(f"{when} is {state}.")


def _change(id_: int, **values: Any) -> None:
    with database().begin() as connection:
        offices.change(connection, id_, **values)
        shell.noted(connection, "office change", str(id_), changed=sorted(values))
        told = _line(offices.of(connection, id_))
    out.print(told, markup=False)


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise WrongUse(f'"{text}" is no day: write it as 2026-02-17') from error


def _line(one: Office) -> str:
    kept = week.text_of(one.calendar.week) or "never open"
    return f"office {one.id} {one.kind.value} [{one.place or 'province'}] {one.name}: {kept}; {one.promise} min"


def _json(one: Office) -> dict[str, Any]:
    kept = week.text_of(one.calendar.week)
    told = {"id": one.id, "kind": one.kind.value, "place": one.place, "name": one.name}
    return {**told, "promise": one.promise, "hours": kept}
