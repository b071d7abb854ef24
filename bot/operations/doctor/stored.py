"""What the database holds: schema, room to write, catalogue, admins, offices, letters. Without a word of anybody."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta, timezone

from sqlalchemy import func, inspect, select, text
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from bot.channels_on import providers
from bot.handover import offices
from bot.operations.doctor.finding import Finding, Patient, ago, bad, ok, warn
from bot.operations.place import SQLITE
from bot.post import lines
from bot.store import schema
from bot.store.account_tables import second_factor
from bot.store.desk_tables import staff
from procedures import notes
from procedures.database import connect, exists
from procedures.tables import catalogue_entry

_MIGRATE = "motcua upgrade"
#: Days after which the national catalogue is old; seconds by which two clocks may differ.
_CATALOGUE_OLD, _CLOCK = 90, 5
#: Letters given up at which somebody should look.
_NAMED = 3


def opened(url: str) -> Engine | None:
    """None for a file that is not there: looking must not make one."""
    return connect(url) if exists(url) else None


def look(patient: Patient) -> Iterator[Finding]:
    """All of it, as far as it can be opened."""
    engine = patient.database
    if engine is None:
        yield bad("database", "There is no database yet.", "motcua migrate")
        return
    try:
        # Looking must not hold up those who write.
        reading = engine.execution_options(motcua_read=True)
        with reading.connect() as connection:
            yield from _state(patient, connection)
            ready = schema.fits(reading)
            for check in _CHECKS if ready else ():
                yield from check(patient, connection)
        yield from _writable(engine)
    except SQLAlchemyError as error:
        mend = "systemctl status postgresql; see MOTCUA_DATABASE_URL"
        if patient.place.kind == SQLITE:
            mend = "motcua restore, with the latest backup, if the file is damaged"
        yield bad("database", f"The database cannot be used ({type(error).__name__}).", mend)


def _state(patient: Patient, connection: Connection) -> Iterator[Finding]:
    yield ok("database", f"The database answers: {patient.place.kind}.")
    found, wanted = schema.found(connection.engine), schema.wanted()
    if not schema.fits(connection.engine):
        yield bad("schema", f"The database is at {found or 'nothing'}, this program needs {wanted}.", _MIGRATE)
    else:
        yield ok("schema", f"The schema is one that this program runs over: {found}.")
    if patient.place.kind == SQLITE:
        damage = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar()
        if damage != "ok":
            yield bad("integrity", f"The database is damaged: {damage}.", "motcua restore, with the latest backup")
        else:
            yield ok("integrity", "The database is whole.")


def _writable(engine: Engine) -> Iterator[Finding]:
    try:
        with engine.connect() as connection:
            # Asked for and given back: SQLite takes its lock to write here, PostgreSQL tells.
            if (
                engine.dialect.name != "sqlite"
                and connection.execute(text("SHOW transaction_read_only")).scalar() == "on"
            ):
                yield bad("writing", "The database may only be read.", "see MOTCUA_DATABASE_URL: is it a standby?")
                return
            connection.execute(text("SELECT 1"))
    except SQLAlchemyError:
        yield bad("writing", "The database may not be written, or is held up.", "sudo chown -R motcua: var; df -h")
        return
    yield ok("writing", "The database can be written.")


def _clock(patient: Patient, connection: Connection) -> Iterator[Finding]:
    if patient.place.kind == SQLITE:
        return
    theirs = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
    apart = abs((patient.clock() - theirs).total_seconds())
    if apart > _CLOCK:
        yield bad(
            "clock of the database", f"It is {ago(apart)} off ours.", "timedatectl set-ntp true, on both machines"
        )
    else:
        yield ok("clock of the database", "It shows the same time as ours.")


def _catalogue(patient: Patient, connection: Connection) -> Iterator[Finding]:
    layers = select(catalogue_entry.c.layer, func.count(), func.max(catalogue_entry.c.changed_at))
    found = {layer: (rows, at) for layer, rows, at in connection.execute(layers.group_by(catalogue_entry.c.layer))}
    if not found:
        yield bad("catalogue", "The catalogue is empty: nothing can be answered.", _MIGRATE)
    elif not {"list", "record"} & set(found):
        told = (
            f"Only the {found['plain'][0]} everyday procedures are there."
            if "plain" in found
            else "No records are there."
        )
        yield warn("catalogue", told, "motcua catalogue import FILE, with the portal's records")
    else:
        newest = max(_aware(at) for layer, (_, at) in found.items() if layer in ("list", "record"))
        age = patient.clock() - newest
        count = max(rows for rows, _ in found.values())
        told = f"{count} procedures; the portal's data were last taken in {ago(age.total_seconds())} ago."
        old = age > timedelta(days=_CATALOGUE_OLD)
        yield warn("catalogue", told, "motcua catalogue import FILE --complete") if old else ok("catalogue", told)


def _aware(at: datetime) -> datetime:
    return at if at.tzinfo else at.replace(tzinfo=timezone.utc)


def _admins(_: Patient, connection: Connection) -> Iterator[Finding]:
    there = select(staff.c.id).where(staff.c.role == "admin", staff.c.ended_at.is_(None))
    admins = set(connection.execute(there).scalars())
    if not admins:
        mend = 'open the link that the service prints at its start, or: motcua staff add LOGIN "NAME" --role admin'
        yield bad("admins", "Nobody may sign in as admin.", mend)
        return
    alone = admins - set(connection.execute(select(second_factor.c.staff_id)).scalars())
    if alone:
        told = f"{len(alone)} of {len(admins)} admins have no second factor."
        yield warn("admins", told, "they sign in at /login and set it up at /desk/me")
    else:
        yield ok("admins", f"{len(admins)} admins, each with a second factor.")


def _offices(_: Patient, connection: Connection) -> Iterator[Finding]:
    known = offices.every(connection)
    closed = [one.name for one in known if not any(one.calendar.week)]
    silent = [one.name for one in known if not _contact(connection, one)]
    if closed:
        mend = 'motcua office hours NUMBER "T2-T6 07:30-11:30 13:30-17:00"'
        yield bad("offices", f"{len(closed)} offices are never open: {_some(closed)}.", mend)
    if silent:
        told = f"{len(silent)} of {len(known)} offices have no address or telephone to be told: {_some(silent)}."
        yield warn("offices", told, "motcua catalogue office set --help")
    if not closed and not silent:
        yield ok("offices", f"{len(known)} offices, all with hours, address and telephone.")


def _contact(connection: Connection, one: offices.Office) -> bool:
    facts = notes.office(connection, one.kind, one.place)
    return bool(facts and facts.address and facts.telephone)


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:_NAMED]) + (" …" if len(names) > _NAMED else "")


def _letters(patient: Patient, connection: Connection) -> Iterator[Finding]:
    """Channels that are on: are they paused, and what was given up."""
    reading = connection.engine
    on = providers(patient.settings, reading, patient.http)
    if not on:
        yield warn("channels", "Only the web chat is on.", "set MOTCUA_ZALO_OA_APP_ID or MOTCUA_TELEGRAM_TOKEN in .env")
    for line in (lines.line(reading, channel.name) for channel in on):
        if line.paused:
            mend = f"mend that, then: motcua channel resume {line.name}"
            yield bad(f"{line.name} letters", f"Nothing is sent: {line.paused}.", mend)
        elif line.given_up:
            yield warn(f"{line.name} letters", f"{line.given_up} could not be delivered.", "motcua outbox list")
        else:
            yield ok(f"{line.name} letters", f"{line.waiting} on their way, none given up.")


def _tables(patient: Patient, connection: Connection) -> Iterator[Finding]:
    """What a restore has kept aside holds personal data."""
    aside = [path.name for path in patient.place.var.glob("before-restore-*")]
    aside += [name for name in inspect(connection).get_schema_names() if name.startswith("before_restore_")]
    if aside:
        yield warn(
            "kept aside", f"What was there before a restore still is: {_some(aside)}.", "delete it when all is well"
        )


_CHECKS: tuple[Callable[[Patient, Connection], Iterator[Finding]], ...] = (
    _clock,
    _catalogue,
    _admins,
    _offices,
    _letters,
    _tables,
)
