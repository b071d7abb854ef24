"""What the tests of training share: doubles that learn and measure at once, and examples of the province."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection, Engine

from bot.console.attempt import Attempt
from bot.engine import training
from bot.engine.models import Models
from bot.engine.own import Own
from bot.evaluation.fixed import Listener, Report, compact
from bot.evaluation.judge import judge
from bot.evaluation.read import Line, Wanted
from bot.evaluation.run import Got
from bot.post.clock import ago, now
from bot.store.console_tables import audit_entry, own_sentence, training_run
from tests.bot.models_kit import archive

BIRTH, AGAIN = "1.001193", "1.004884"
FIRE = Line("f", "2", "cháy nhà", "vi", "accented", Wanted(("emergency",), intent=("emergency_fire",)))
QUESTION = Line("f", "1", "làm khai sinh cần gì", "vi", "accented", Wanted(("answered",), (BIRTH,), ("documents",)))


def example(connection: Connection, staff_id: int, text: str = "ơ kìa cái máy này", intent: str = "greet") -> int:
    """A sentence of the province."""
    values = {"kind": "example", "text": text, "intent": intent, "staff_id": staff_id, "created_at": now()}
    return int(connection.execute(insert(own_sentence).values(**values)).inserted_primary_key[0])


def rows(database: Engine) -> list[Any]:
    with database.connect() as connection:
        return list(connection.execute(select(training_run).order_by(training_run.c.id)))


def actions(database: Engine) -> list[str]:
    with database.connect() as connection:
        return list(connection.execute(select(audit_entry.c.action).order_by(audit_entry.c.id)).scalars())


def silence(database: Engine, seconds: float) -> None:
    """As if the process had fallen silent so long ago."""
    with database.begin() as connection:
        connection.execute(update(training_run).values(alive_at=ago(seconds)))


def report(birth: str = BIRTH, fire: str = "emergency") -> Report:
    """Two messages: the procedure that came for the first, the outcome of the second."""
    first = Got("answered", "ask_documents", "documents", "vi", ((birth, 0.9),))
    return compact([judge(QUESTION, first), judge(FIRE, Got(fire, "emergency_fire"))], [])


class Town:
    """A database, a folder of models, and doubles of what takes minutes."""

    def __init__(self, database: Engine, folder: Path) -> None:
        self.database, self.models = database, Models(folder)
        #: What the double has learnt, and which models it has measured.
        self.learnt, self.measured = list[tuple[Own, ...]](), list[str]()
        self.reports: dict[str, Report] = {}
        self.before_learning: Callable[[], None] = lambda: None
        self.lost = threading.Event()

    def train(self, tell: Callable[[str], None], own: Sequence[Own]) -> Path:
        for step in training.STEPS:
            tell(step)
        self.before_learning()
        self.learnt.append(tuple(own))
        return archive(self.models.path(training.name_of(own)))

    def measure(self, path: Path, tell: Listener) -> Report:
        name = path.name.removesuffix(".tar.gz")
        self.measured.append(name)
        tell(1, 2)
        return self.reports.get(name, report())

    def attempt(self, id_: int) -> bool:
        return Attempt(self.database, self.models, self.train, self.measure).run(id_, self.lost.set)


__all__ = ["AGAIN", "Town", "actions", "example", "report", "rows", "silence"]
