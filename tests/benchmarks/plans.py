"""Which statements go through a whole table: what SQLite says of each one that was sent."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

#: Tables that grow with every message, or with every person.
GROWING = ("conversation", "inbox", "message", "outbox", "delivery", "turn", "sealed", "handover", "consent", "guide")
_SCAN = re.compile(rf"SCAN ({'|'.join(GROWING)})(_\d+)?\b")


class Plans:
    """Keeps the statements that are sent to a database of SQLite, each with values it was sent with."""

    def __init__(self, database: Engine) -> None:
        self._database = database
        self._sent: dict[str, Any] = {}
        self.counts: Counter[str] = Counter()
        event.listen(database, "before_cursor_execute", self._keep)

    def _keep(self, _c: Any, _cursor: Any, statement: str, parameters: Any, _x: Any, many: bool) -> None:
        if not many and statement.startswith(("SELECT", "UPDATE", "DELETE", "WITH")):
            self._sent.setdefault(statement, parameters)
            self.counts[statement] += 1

    def scans(self) -> list[tuple[str, str]]:
        """Statements that look at every row of a table that grows, and the step of their plan that does."""
        event.remove(self._database, "before_cursor_execute", self._keep)
        found = []
        with self._database.connect() as connection:
            for statement, parameters in self._sent.items():
                plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
                found += [(" ".join(statement.split()), row[3]) for row in plan if _SCAN.match(row[3])]
        return found
