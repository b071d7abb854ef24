"""Reads an uploaded export in a thread of its own: what it would change, field by field, with progress."""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import structlog
from sqlalchemy import select
from sqlalchemy.engine import Connection, Engine

from bot import logs
from bot.console import import_jobs
from bot.console.import_jobs import ENDED, KEEP, NEW, TAKEN, Job
from bot.errors import Refused
from bot.post.clock import now
from bot.store.console_tables import import_job
from procedures import codec, store
from procedures.diffing import Diff, Difference, Kind, diff
from procedures.errors import CatalogueError
from procedures.importers import Accepted, Row, Skipped, read
from procedures.importers import Refused as RefusedRow

log = structlog.get_logger()

#: Largest upload, in bytes.
LARGEST = 64 * 1024 * 1024
FOLDER = "imports"
MONTH = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])")
#: What a file is by its first bytes, and what its name may end in then.
_GZIP, _ZIP, _OLE, _BOM = b"\x1f\x8b", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\xef\xbb\xbf"
_HEAD = 4096
_ENDINGS = {"gzip": {".gz", ".gzip"}, "workbook": {".xlsx"}, "json": {".json", ".jsonl", ".ndjson", ".txt"}}
#: Rows between two words of how far it is.
_STEP = 200
#: Refused rows that are kept by name; characters of a line, and lines of a field, that are kept to be shown.
_REFUSED, _LINE, _LINES = 200, 1200, 60
_LONGEST_NAME = 150


def put(media: Path, name: str, body: IO[bytes]) -> str:
    """Writes an upload under the media folder, and gives where.

    Raises Refused: file_empty, file_large, import_kind, import_ending, import_old_excel.
    """
    kind = _kind(body)
    _refuse_ending(Path(name).suffix.lower(), kind)
    file = f"{FOLDER}/{secrets.token_hex(16)}"
    path = media / file
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as kept:
        shutil.copyfileobj(body, kept)
    return file


def called(name: str) -> str:
    """The name of an upload without folders and control characters."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return " ".join("".join(char for char in last if char.isprintable()).split())[:_LONGEST_NAME] or "export"


def read_in(database: Engine, media: Path, job_id: int) -> None:
    """Reads the file of a job that is "reading", until it is ready or refused."""
    try:
        with database.connect() as connection:
            job = import_jobs.find(connection, job_id)
        if job is not None and job.status == "reading":
            _read(database, media, job)
    except (CatalogueError, ValueError, OSError) as error:
        _refuse(database, job_id, str(error))
    except Refused:
        log.info("import_read_in_vain", job=job_id)
    except Exception as error:
        log.error("import_failed", job=job_id, error=type(error).__name__, where=logs.where(error))
        _refuse(database, job_id, type(error).__name__)


def _read(database: Engine, media: Path, job: Job) -> None:
    reading = database.execution_options(motcua_read=True)
    with reading.connect() as connection, (media / job.beside).open("w", encoding="utf-8") as beside:
        known = store.digests(connection)
        rows = _Rows(database, job, known, beside)
        taken = read(media / job.file, data_date=job.about["month"])
        found = diff(connection, rows.told(taken), source=job.name, complete=job.about["complete"])
        kept_before, before = _kept_before(connection), _found(connection, job.id)
    if not found.differences and not found.unchanged:
        # Well-formed, and nothing of it is a procedure of ours.
        first = found.refused[0].reason if found.refused else "no row is a procedure of ours"
        raise ValueError(first)
    about = _about(job, found, rows.skipped, known)
    choices = {name: KEEP for name, lines in _lines(about).items() if kept_before.get(name) == lines}
    choices |= _decided_before(job, before, about)
    values = {"found": json.dumps(about, ensure_ascii=False), "choices": json.dumps(choices), "percent": 100}
    with database.begin() as connection:
        import_jobs.move(connection, job.id, ("reading",), "ready", finished_at=now(), error="", **values)


class _Rows:
    """Rows on their way to the comparison: counted, and those that bring something new kept beside the file."""

    def __init__(self, database: Engine, job: Job, known: dict[tuple[str, str], str], beside: IO[str]) -> None:
        self._database, self._job, self._known, self._beside = database, job, known, beside
        self.skipped = 0

    def told(self, rows: Iterator[Row]) -> Iterator[Row]:
        expected = max(len(self._known), _STEP)
        for number, row in enumerate(rows, 1):
            if number % _STEP == 0:
                self._tell(min(95, 100 * number // expected))
            self.skipped += isinstance(row, Skipped)
            if isinstance(row, Accepted):
                self._keep(row)
            yield row

    def _keep(self, row: Accepted) -> None:
        document = codec.to_json(row.procedure)
        if self._known.get((row.procedure.code, row.layer)) != hashlib.sha256(document.encode()).hexdigest():
            line = {"code": row.procedure.code, "layer": row.layer, "line": row.line, "document": document}
            self._beside.write(json.dumps(line, ensure_ascii=False) + "\n")

    def _tell(self, percent: int) -> None:
        with self._database.begin() as connection:
            import_jobs.move(connection, self._job.id, ("reading",), "reading", percent=percent)


def _kind(body: IO[bytes]) -> str:
    body.seek(0, os.SEEK_END)
    size = body.tell()
    body.seek(0)
    head = body.read(_HEAD)
    body.seek(0)
    if not head:
        raise Refused("file_empty")
    if size > LARGEST:
        raise Refused("file_large", most=str(LARGEST // 1024**2))
    if head.startswith(_OLE):
        raise Refused("import_old_excel")
    if head.startswith(_GZIP) or head.startswith(_ZIP):
        return "gzip" if head.startswith(_GZIP) else "workbook"
    if head.removeprefix(_BOM).lstrip()[:1] in (b"{", b"["):
        return "json"
    raise Refused("import_kind")


def _refuse_ending(ending: str, kind: str) -> None:
    """A name that says one thing and a file that is another: somebody has taken the wrong file."""
    wanted = next((name for name, endings in _ENDINGS.items() if ending in endings), kind)
    if wanted != kind:
        raise Refused("import_ending", ending=ending)


def _refuse(database: Engine, job_id: int, why: str) -> None:
    with database.begin() as connection:
        mine = import_job.update().where(import_job.c.id == job_id, import_job.c.status == "reading")
        connection.execute(mine.values(status="refused", error=why[:1000], finished_at=now()))


def _about(job: Job, found: Diff, skipped: int, known: dict[tuple[str, str], str]) -> dict[str, Any]:
    counts = {kind.value: sum(one.kind is kind for one in found.differences) for kind in Kind}
    counts |= {"unchanged": found.unchanged, "refused": len(found.refused), "skipped": skipped}
    return {
        **job.about,
        "counts": counts,
        "refused": [_refused(row) for row in found.refused[:_REFUSED]],
        "differences": [_told(one, known) for one in found.differences],
    }


def _refused(row: RefusedRow) -> list[Any]:
    return [row.line, row.code, row.reason[:_LINE]]


def _told(one: Difference, known: dict[tuple[str, str], str]) -> dict[str, Any]:
    fields: dict[str, list[Any]] = {}
    for change in one.changes:
        name = ENDED if one.kind is Kind.REMOVED else change.field
        fields.setdefault(name, []).append([change.path, _short(change.old), _short(change.new)])
    told: dict[str, Any] = {"kind": one.kind.value, "code": one.code, "layer": one.layer, "title": one.title}
    told |= {
        "base": known.get((one.code, one.layer), ""),
        "stale": list(dict.fromkeys((*one.stale_seed, *one.stale_edit))),
    }
    translations = {name: list(texts) for name, texts in one.stale_translations.items()}
    return {**told, "fields": fields or {NEW: []}, "translations": translations}


def _short(lines: tuple[str, ...]) -> list[str]:
    kept = [line if len(line) <= _LINE else f"{line[:_LINE]}…" for line in lines[:_LINES]]
    return [*kept, "…"] if len(lines) > _LINES else kept


def _lines(about: dict[str, Any]) -> dict[str, Any]:
    """What the file tells, by the name under which it is decided."""
    named = ((one, field, lines) for one in about["differences"] for field, lines in one["fields"].items())
    suffix = {"record": ""}
    return {
        f"{one['code']} {field}{suffix.get(one['layer'], '@' + one['layer'])}": [[path, new] for path, _, new in lines]
        for one, field, lines in named
    }


def _kept_before(connection: Connection) -> dict[str, Any]:
    """What the file before told and somebody chose not to take: the same again is not asked again."""
    done = select(import_job).where(import_job.c.status == "taken").order_by(import_job.c.id.desc()).limit(1)
    row = connection.execute(done).first()
    if row is None:
        return {}
    choices = json.loads(row.choices)
    return {name: lines for name, lines in _lines(json.loads(row.found)).items() if choices.get(name) == KEEP}


def _decided_before(job: Job, before: dict[str, Any], about: dict[str, Any]) -> dict[str, str]:
    """What was decided of this very file, where it still tells the same beside the catalogue of now."""
    told = _lines(before)
    same = {name for name, lines in _lines(about).items() if told.get(name) == lines}
    return {name: choice for name, choice in job.choices.items() if name in same and choice != TAKEN}


def _found(connection: Connection, job_id: int) -> dict[str, Any]:
    told = connection.execute(select(import_job.c.found).where(import_job.c.id == job_id)).scalar_one()
    found: dict[str, Any] = {"differences": [], **json.loads(told)}
    return found
