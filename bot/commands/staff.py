"""`motcua staff`: who may sign in at the desk and the console."""

from __future__ import annotations

import sys
from typing import Any

import typer
from sqlalchemy.engine import Connection

from bot import settings
from bot.accounts import factors, leaving, links, passwords, people
from bot.accounts.people import Person, Role
from bot.commands import shell
from bot.commands.catalogue import database, print_json, reading
from bot.commands.console import err, out
from bot.errors import WrongUse
from procedures.validity import HERE

app = typer.Typer(no_args_is_help=True)

_LOGIN = typer.Argument(..., help="What they type to sign in.")
_ASK = typer.Option(False, "--ask", help="Type the password in, or pipe it, instead of a link.")
_LANGUAGES = f"Languages they speak, parted by commas: {', '.join(people.LANGUAGES)}."


@app.command()
def add(
    login: str = typer.Argument(..., help="2 to 40 of a-z, 0-9, dot, dash, underscore and @."),
    name: str = typer.Argument(..., help="Their name, as citizens see it."),
    role: Role = typer.Option(Role.OFFICER, help="What they may do; each may do what those before may."),
    office: int = typer.Option(1, help="Number of their office (motcua office list); 1 is the provincial centre."),
    languages: str = typer.Option("vi", help=_LANGUAGES),
    email: str = typer.Option("", help="Where alerts may go."),
    ask: bool = _ASK,
) -> None:
    """Let somebody sign in. A link is printed, this once, by which they choose their own password."""
    password = _password(ask)
    about: dict[str, Any] = {"login": login, "name": name, "role": role, "office_id": office, "email": email}
    with database().begin() as connection:
        made = people.add(connection, **about, languages=_listed(languages), password=password)
        token = "" if ask else links.make(connection, made, None)
        shell.noted(connection, "staff add", people.named(login), role=role.value, office=office)
    _told(f"{people.named(login)} may sign in at /login as {role.value}.", token)


@app.command("list")
def list_staff(
    office: int = typer.Option(None, help="Only those of this office."),
    as_json: bool = typer.Option(False, "--json", help="One JSON object a person."),
) -> None:
    """List who may sign in, by name."""
    with reading().connect() as connection:
        found = people.every(connection, office)
    for person in found:
        print_json(_as_json(person)) if as_json else out.print(_line(person), markup=False)


@app.command()
def password(login: str = _LOGIN, ask: bool = _ASK) -> None:
    """Print a link by which somebody chooses a new password. The old one ends, locks too; they are signed out."""
    new = _password(ask)
    with database().begin() as connection:
        person = _who(connection, login)
        people.set_password(connection, person.id, new)
        token = "" if ask else links.make(connection, person.id, None)
        shell.noted(connection, "staff password", person.login)
    _told(f"The password of {person.login} has ended." if token else f"{person.login} has a new password.", token)


@app.command("reset-second-factor")
def reset_second_factor(login: str = _LOGIN) -> None:
    """Telephone and recovery codes are lost: they sign in with the password, and set up another telephone."""
    with database().begin() as connection:
        person = _who(connection, login)
        there = factors.drop(connection, person.id)
        shell.noted(connection, "staff reset-second-factor", person.login)
    told = "has no second factor any more" if there else "had no second factor"
    out.print(f"{person.login} {told}, and is signed out everywhere.", markup=False)


@app.command("first-admin")
def first_admin() -> None:
    """Print the link by which the first admin makes an account, where nobody is admin; those of before end."""
    with database().begin() as connection:
        token = links.first(connection)
    if token is None:
        raise WrongUse("There is an admin already. See: motcua staff list")
    err.print("Nobody is admin yet. The first one makes an account here:", markup=False)
    out.print(_link(token), markup=False, soft_wrap=True)


@app.command()
def change(
    login: str = _LOGIN,
    name: str = typer.Option(None, help="Their name, as citizens see it."),
    role: Role = typer.Option(None, help="What they may do."),
    office: int = typer.Option(None, help="Number of their office."),
    languages: str = typer.Option(None, help=_LANGUAGES),
    email: str = typer.Option(None, help='Where alerts may go; "" for nowhere.'),
) -> None:
    """Change what is known of somebody; what is left out stays."""
    spoken = None if languages is None else _listed(languages)
    given = {"name": name, "role": role, "office_id": office, "languages": spoken, "email": email}
    changed: dict[str, Any] = {what: value for what, value in given.items() if value is not None}
    if not changed:
        raise WrongUse("Nothing to change was given. See: motcua staff change --help")
    with database().begin() as connection:
        person = _who(connection, login)
        people.change(connection, person.id, **changed)
        shell.noted(connection, "staff change", person.login, **changed)
    out.print(f"{person.login} is changed.", markup=False)


@app.command()
def end(login: str = _LOGIN) -> None:
    """Somebody has left: they can no longer sign in, and their cases go back in line. A login is not used twice."""
    with database().begin() as connection:
        person = _who(connection, login)
        returned = leaving.end(connection, person.id)
        shell.noted(connection, "staff end", person.login, cases_returned=len(returned))
    out.print(f"{person.login} can no longer sign in. Cases back in line: {len(returned)}.", markup=False)


@app.command("sign-out")
def sign_out(login: str = _LOGIN) -> None:
    """Sign somebody out everywhere, such as after a telephone was lost."""
    with database().begin() as connection:
        person = _who(connection, login)
        people.sign_out(connection, person.id)
        shell.noted(connection, "staff sign-out", person.login)
    out.print(f"{person.login} is signed out everywhere.", markup=False)


def _who(connection: Connection, login: str) -> Person:
    person = people.by_login(connection, login)
    if person is None:
        raise WrongUse(f'Nobody who can sign in is called "{login}". See: motcua staff list')
    return person


def _listed(languages: str) -> list[str]:
    return [one for one in languages.replace(",", " ").split() if one]


def _password(ask: bool) -> str:
    """One that nobody knows, or typed in unseen, or a line that is piped in; never an argument, which all can see."""
    if not ask:
        return passwords.make()
    if sys.stdin.isatty():
        return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
    return sys.stdin.readline().rstrip("\r\n")


def _told(done: str, token: str) -> None:
    """On standard output the link alone, so that a script can take it."""
    hours = int(links.LASTS.total_seconds()) // 3600
    once = f" They choose their password here, once, within {hours} hours:"
    err.print(f"{done}{once if token else ''}", markup=False)
    if token:
        out.print(_link(token), markup=False, soft_wrap=True)


def _link(token: str) -> str:
    return f"{settings.load().base_url}/link/{token}"


def _line(person: Person) -> str:
    duty = "on duty" if person.on_duty else "off duty"
    seen = f", seen {person.seen_at.astimezone(HERE):%Y-%m-%d %H:%M}" if person.seen_at else ", never seen"
    email = f", {person.email}" if person.email else ""
    spoken = " ".join(person.languages)
    return (
        f"{person.login}: {person.name} ({person.role.value}, office {person.office_id}, {spoken}{email}, {duty}{seen})"
    )


def _as_json(person: Person) -> dict[str, Any]:
    seen = person.seen_at.isoformat() if person.seen_at else None
    plain = {what: getattr(person, what) for what in ("id", "login", "name", "office_id", "email", "locale", "on_duty")}
    several = {"languages": list(person.languages), "alerts": sorted(person.alerts)}
    return {
        **plain,
        **several,
        "role": person.role.value,
        "linked": person.conversation_id is not None,
        "seen_at": seen,
    }
