"""Takes what was accepted of an export: the fields that somebody wants, in one transaction, or nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import select
from sqlalchemy.engine import Connection, Engine

from bot import logs
from bot.console import audit, import_jobs
from bot.console.import_jobs import ACCEPT, ENDED, NEW, TAKEN, Found, Job
from bot.console.import_plan import SUCCESSOR
from bot.errors import DeskError, Refused
from bot.post.clock import now
from bot.store.console_tables import import_job
from procedures import codec, store
from procedures.diffing import Kind
from procedures.errors import CatalogueError, ReplacementCycle
from procedures.importers import Accepted
from procedures.model import Procedure
from procedures.store import Report

log = structlog.get_logger()

#: Codes that the log of deeds names; the rest is counted.
_NAMED = 200


@dataclass(frozen=True)
class _Wanted:
    """What is accepted of one document, and the document that it makes."""

    found: Found
    fields: tuple[str, ...]
    row: Accepted


def ask(connection: Connection, job_id: int, staff_id: int) -> None:
    """Begins it. Raises Refused: import_over, import_nothing."""
    job = import_jobs.find(connection, job_id)
    if job is None or job.status not in ("ready", "taken"):
        raise Refused("import_over")
    if not job.decided()[ACCEPT]:
        raise Refused("import_nothing")
    import_jobs.move(connection, job_id, ("ready", "taken"), "taking", error="")
    audit.note(connection, staff_id, "import.begun", job.name, after={"id": job_id})


def take(database: Engine, media: Path, job_id: int, staff_id: int) -> None:
    """Takes the accepted fields of a job that is "taking"; on any trouble it is "ready" again and says why."""
    try:
        _take(database, media, job_id, staff_id)
    except ReplacementCycle as error:
        _back(database, job_id, "import_cycle", " → ".join(error.codes))
    except DeskError as error:
        _back(database, job_id, error.key.rpartition(".")[2], error.values.get("code", ""))
    except (CatalogueError, OSError, ValueError) as error:
        _back(database, job_id, "import_failed", str(error))
    except Exception as error:
        log.error("import_failed", job=job_id, error=type(error).__name__, where=logs.where(error))
        _back(database, job_id, "import_failed", type(error).__name__)


def _take(database: Engine, media: Path, job_id: int, staff_id: int) -> None:
    reading = database.execution_options(motcua_read=True)
    with reading.connect() as connection:
        job = import_jobs.find(connection, job_id)
        if job is None or job.status != "taking":
            return
        # Made before the transaction: others must not wait while documents are read.
        wanted = list(_wanted(connection, media, job))
    with database.begin() as connection:
        known = store.digests(connection)
        for one in wanted:
            _refuse_moved(known, one.found)
        report = store.take_within(connection, [one.row for one in wanted], source=job.name)
        _settle(connection, job, wanted, report, staff_id)


def _wanted(connection: Connection, media: Path, job: Job) -> Iterator[_Wanted]:
    accepted = {(one.code, one.layer): (one, fields) for one in job.differences if (fields := _accepted(job, one))}
    told = dict(_documents(media / job.beside, set(accepted)))
    for place, (found, fields) in accepted.items():
        new = told.get(place)
        if new is None and found.kind is not Kind.REMOVED:
            raise Refused("import_lost")
        procedure = _made(connection, job, found, fields, new)
        if procedure is not None:
            yield _Wanted(found, fields, Accepted(1, found.layer, procedure))


def _accepted(job: Job, found: Found) -> tuple[str, ...]:
    return tuple(field for field in found.fields if job.choice(found.code, import_jobs.key(found, field)) == ACCEPT)


def _documents(path: Path, places: set[tuple[str, str]]) -> Iterator[tuple[tuple[str, str], Procedure]]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            told = json.loads(line)
            place = (told["code"], told["layer"])
            if place in places:
                yield place, codec.from_json(told["document"])


def _made(
    connection: Connection, job: Job, found: Found, fields: tuple[str, ...], new: Procedure | None
) -> Procedure | None:
    """The document as it would be; None where nothing is left to do."""
    if NEW in fields:
        return new
    layers = store.layers(connection, found.code)
    if found.layer not in layers:
        raise Refused("import_moved", code=found.code)
    old = layers[found.layer].procedure
    if ENDED in fields:
        ended = store.end(old, job.name, now())
        instead = job.choices.get(f"{found.code} {SUCCESSOR}", "")
        return replace(ended, replaced_by=(instead,)) if ended and instead else ended
    changes: dict[str, Any] = {name: getattr(new, name) for name in fields}
    return replace(old, **changes)


def _refuse_moved(known: dict[tuple[str, str], str], found: Found) -> None:
    """Somebody else has taken something in since the file was read: what was decided may no longer fit."""
    if known.get((found.code, found.layer), "") != found.base:
        raise Refused("import_moved", code=found.code)


def _settle(connection: Connection, job: Job, wanted: list[_Wanted], report: Report, staff_id: int) -> None:
    done = {f"{one.found.code} {import_jobs.key(one.found, field)}": TAKEN for one in wanted for field in one.fields}
    told = {"choices": json.dumps({**job.choices, **done}), "found": _rebased(connection, job.id)}
    import_jobs.move(connection, job.id, ("taking",), "taken", finished_at=now(), **told)
    fields = [f"{one.found.code}: {', '.join(one.fields)}" for one in wanted[:_NAMED]]
    counts = {"created": len(report.created), "changed": len(report.changed), "documents": len(wanted)}
    audit.note(connection, staff_id, "import.taken", job.name, after={"id": job.id, **counts, "fields": fields})


def _rebased(connection: Connection, job_id: int) -> str:
    """What was found, so that what is left for later lies on what was just taken."""
    about = json.loads(connection.execute(select(import_job.c.found).where(import_job.c.id == job_id)).scalar_one())
    known = store.digests(connection)
    for one in about["differences"]:
        one["base"] = known.get((one["code"], one["layer"]), "")
    return json.dumps(about, ensure_ascii=False)


def _back(database: Engine, job_id: int, why: str, detail: str) -> None:
    log.info("import_not_taken", job=job_id, why=why)
    with database.begin() as connection:
        mine = import_job.update().where(import_job.c.id == job_id, import_job.c.status == "taking")
        connection.execute(mine.values(status="ready", error=f"{why} {detail}".strip()[:1000]))
