"""The two kinds of database, as a restore sees them: is something there, is somebody at it, and to put it aside."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import create_engine, inspect, text
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from bot.errors import InUse, OperationFailed
from bot.operations.place import POSTGRESQL, Place
from bot.operations.postgresql import SCHEMA


class Database:
    """One database that is about to be replaced."""

    def __init__(self, place: Place) -> None:
        self.place = place

    @staticmethod
    def of(place: Place) -> Database:
        """Of either kind."""
        return PostgreSql(place) if place.kind == POSTGRESQL else Sqlite(place)

    def occupied(self) -> bool:
        """Something is there."""
        raise NotImplementedError

    def must_be_free(self) -> None:
        """Raises InUse."""
        raise NotImplementedError

    def put_aside(self, folder: Path, undo: contextlib.ExitStack) -> str:
        """Moves away what is there, so that an empty one can be filled. Returns its name; "" where there was none."""
        raise NotImplementedError

    @contextlib.contextmanager
    def reading(self, kept: str = "") -> Iterator[Connection]:
        """A look at it, or at what was put aside under this name. Raises OperationFailed."""
        engine = self._engine(kept)
        try:
            with engine.connect() as connection:
                yield connection
        except SQLAlchemyError as error:
            raise OperationFailed(f"The database cannot be read ({type(error).__name__})") from error
        finally:
            engine.dispose()

    def _engine(self, kept: str) -> Engine:
        raise NotImplementedError


class Sqlite(Database):
    """A file."""

    def occupied(self) -> bool:
        """A file is there."""
        return self.place.file.exists()

    def must_be_free(self) -> None:
        """Only whoever is alone may take a file out of WAL mode; what lay in the log beside it is in it afterwards."""
        if not self.occupied():
            return
        try:
            with contextlib.closing(sqlite3.connect(self.place.file, timeout=1)) as connection:
                mode = connection.execute("PRAGMA journal_mode=DELETE").fetchone()[0]
        except sqlite3.OperationalError as error:
            raise InUse("The database is open elsewhere") from error
        except sqlite3.DatabaseError:
            # Too broken to be opened: nobody can be at it, and it is kept aside as it is.
            return
        if mode != "delete":
            raise InUse("The database is open elsewhere")

    def put_aside(self, folder: Path, undo: contextlib.ExitStack) -> str:
        """Moves the file, and what may lie beside a broken one."""
        if not self.occupied():
            return ""
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for end in ("", "-wal", "-shm"):
            here = self.place.file.with_name(self.place.file.name + end)
            if here.exists():
                there = folder / here.name
                shutil.move(here, there)
                undo.callback(shutil.move, there, here)
        return str(folder / self.place.file.name)

    def _engine(self, kept: str) -> Engine:
        file = Path(kept) if kept else self.place.file
        return create_engine("sqlite://", creator=lambda: sqlite3.connect(file), future=True)


class PostgreSql(Database):
    """A schema of a database; what is kept aside is another schema of the same."""

    def occupied(self) -> bool:
        """Tables are there."""
        with self.reading() as connection:
            return bool(inspect(connection).get_table_names(schema=SCHEMA))

    def must_be_free(self) -> None:
        """Nobody else is connected."""
        others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        with self.reading() as connection:
            found = connection.execute(
                text(f"{others} AND backend_type = 'client backend' AND pid <> pg_backend_pid()")
            ).scalar_one()
        if found:
            raise InUse(f"{found} others are connected to the database")

    def put_aside(self, folder: Path, undo: contextlib.ExitStack) -> str:
        """Gives the schema another name, and makes an empty one."""
        kept = folder.name.replace("-", "_") if self.occupied() else ""
        self._do(f'ALTER SCHEMA {SCHEMA} RENAME TO "{kept}"' if kept else f"DROP SCHEMA {SCHEMA} CASCADE")
        self._do(f"CREATE SCHEMA {SCHEMA}")
        undo.callback(self._back, kept)
        return kept

    def _back(self, kept: str) -> None:
        self._do(f"DROP SCHEMA {SCHEMA} CASCADE", f'ALTER SCHEMA "{kept}" RENAME TO {SCHEMA}' if kept else "")

    def _do(self, *commands: str) -> None:
        engine = self._engine("")
        try:
            with engine.begin() as connection:
                for command in filter(None, commands):
                    connection.execute(text(command))
        except SQLAlchemyError as error:
            raise OperationFailed(
                "The database may not be changed by this user. Give it the database's ownership"
            ) from error
        finally:
            engine.dispose()

    def _engine(self, kept: str) -> Engine:
        path = f'-csearch_path="{kept}"' if kept else ""
        given = {"connect_args": {"options": path}} if path else {}
        return create_engine(self.place.database_url, future=True, hide_parameters=True, **given)
