"""`motcua erase` and `motcua privacy erasure|export|retention`: people's rights, for whoever runs the service."""

from __future__ import annotations

from pathlib import Path

import typer
from sqlalchemy.engine import Connection

from bot import settings as settings_module
from bot import site_settings
from bot.commands.catalogue import database, print_json, reading
from bot.commands.console import out
from bot.console import audit
from bot.errors import WrongUse
from bot.post.clock import now
from bot.privacy import erasure as wishes
from bot.privacy import export as exports
from bot.privacy import people, retention, spans
from bot.privacy.erasing import RECEIPT, Erasing
from bot.privacy.page import as_page

_CHANNEL = typer.Argument(..., help="telegram, zalo-oa, zalo-bot, web, api.")
_ADDRESS = typer.Argument(..., help="Where answers go: a chat id, a browser session.")
_JSON = typer.Option(False, "--json", help="One JSON object.")


def erase(
    channel: str = _CHANNEL,
    address: str = _ADDRESS,
    yes: bool = typer.Option(False, "--yes", help="Do not ask back."),
) -> None:
    """Forget a person, in all conversations they have joined. What is gone does not come back.

    It is done at once; while a case is open or a message in progress the service does it as soon as it can.
    """
    found = database()
    with found.connect() as connection:
        id_ = _whose(connection, channel, address)
        count = len(people.conversations(connection, id_))
    if not yes and not typer.confirm(f"Erase everything of this person, in {count} conversation(s)?"):
        return out.print("Nothing was erased.")
    with found.begin() as connection:
        asked = wishes.of_person(connection, id_, wishes.Status.CONFIRMED) or wishes.ask(connection, id_, "command")
        confirmed = wishes.confirm(connection, asked.id, id_)
    if confirmed is None:
        raise WrongUse("Somebody has dropped this erasure meanwhile. Run the command again")
    # Nobody reads a receipt here: there is nothing to wait for.
    done = Erasing(found, _media()).carry_out(confirmed, now() + RECEIPT)
    return out.print(f"{'Erased' if done else 'Waiting for an open case or a message'}. Code: {confirmed.code}")


def erasure(code: str = typer.Argument(..., help="Code of a receipt."), as_json: bool = _JSON) -> None:
    """How an erasure stands, and what it deleted. It names nobody."""
    with reading().connect() as connection:
        one = wishes.find(connection, code)
    if one is None:
        raise WrongUse("There is no such receipt, or nobody has confirmed it")
    moments = {"asked": one.asked_at, "confirmed": one.confirmed_at, "done": one.done_at}
    told = {name: spans.moment(at) if at else "" for name, at in moments.items()}
    if as_json:
        return print_json({"code": one.code, "status": one.status.value, **told, "counts": dict(one.counts)})
    counts = ", ".join(f"{name} {count}" for name, count in one.counts.items()) or "nothing yet"
    times = ", ".join(f"{name} {at}" for name, at in told.items() if at)
    return out.print(f"{one.code}: {one.status.value} ({times}). Rows: {counts}", markup=False)


def export(
    channel: str = _CHANNEL, address: str = _ADDRESS, file: Path = typer.Argument(..., help="A ZIP file.")
) -> None:
    """Write all that is kept of a person into a file, which is theirs. The audit notes it."""
    if file.exists():
        raise WrongUse(f"{file} is there already")
    with database().begin() as connection:
        id_ = _whose(connection, channel, address)
        told = exports.of(connection, id_)
        audit.note(connection, None, "data.exported", str(id_))
    file.touch(mode=0o600)
    file.write_bytes(exports.packed(told, as_page(told), _media()))
    out.print(f"Written: {file}", markup=False)


def retention_(
    preview: bool = typer.Option(False, "--preview", help="Also what would go now: rows, and how old the oldest is."),
    as_json: bool = _JSON,
) -> None:
    """How many days each kind of data is kept."""
    with reading().connect() as connection:
        site = site_settings.current(connection)
        would = {one.kind: one for one in retention.preview(connection, site)} if preview else {}
    for kind in site_settings.KEPT:
        told: dict[str, object] = {"kind": kind, "days": site.days(kind)}
        if preview:
            one = would.get(kind)
            oldest = spans.moment(one.oldest) if one and one.oldest else ""
            told |= {"rows": one.count if one else 0, "oldest": oldest}
        print_json(told) if as_json else out.print(_line(told), markup=False)


def _line(told: dict[str, object]) -> str:
    days = f"{told['days']} days" if told["days"] else "for ever"
    would = f"; {told['rows']} rows would go" if "rows" in told else ""
    return f"{told['kind']}: {days}{would}" + (f", the oldest of {told['oldest']}" if told.get("oldest") else "")


def _whose(connection: Connection, channel: str, address: str) -> int:
    id_ = people.found(connection, channel, address)
    if id_ is None:
        raise WrongUse(f"There is no conversation of that address on {channel}")
    return id_


def _media() -> Path:
    return Path(settings_module.load().media)
