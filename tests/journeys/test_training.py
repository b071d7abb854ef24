"""A training as its own process does it, with the real engine; learning itself takes two minutes, so on demand only."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import insert, select
from sqlalchemy.engine import Engine as Database

from bot.commands import training_run
from bot.console import training as trainings
from bot.console.comparing import comparison
from bot.engine import training
from bot.engine.models import Models
from bot.evaluation import fixed
from bot.post.clock import now
from bot.store import schema
from bot.store.console_tables import own_sentence
from bot.store.console_tables import training_run as table
from procedures.database import connect
from tests.bot.console.training_kit import example
from tests.bot.handover import kit

pytestmark = pytest.mark.model

#: Of each of the fixed sets.
FEW = 6


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Models of our own; the one of the present data answers."""
    shutil.copy(training.trained_model(), tmp_path)
    monkeypatch.setattr(training, "MODELS", tmp_path)
    lines, dialogues = fixed.sets()
    few = (lines[:: len(lines) // FEW], dialogues[:2])
    monkeypatch.setattr(fixed, "sets", lambda: few)
    # It gives way to others for good, which a test must not.
    monkeypatch.setattr(os, "nice", lambda _: 0)
    return tmp_path


@pytest.fixture
def office(catalogue_url: str, monkeypatch: pytest.MonkeyPatch) -> Database:
    """The catalogue's database, with an admin and a question of the province."""
    monkeypatch.setenv("MOTCUA_DATABASE_URL", catalogue_url)
    database = connect(catalogue_url)
    with database.begin() as connection:
        staff_id = kit.person(connection, f"an{now():%H%M%S%f}", role="admin")
        values = {"kind": "question", "text": "khai sinh hết bao nhiêu tiền", "code": "1.001193", "created_at": now()}
        connection.execute(insert(own_sentence).values(staff_id=staff_id, **values))
    return database


def asked(database: Database) -> int:
    with database.begin() as connection:
        id_ = trainings.begin(connection, None)
    training_run.run(id_, False)
    return id_


def test_given_nothing_new_when_trained_then_the_model_in_use_is_measured_with_the_provinces_questions(
    folder: Path, office: Database
) -> None:
    id_ = asked(office)
    with office.connect() as connection:
        row = connection.execute(select(table).where(table.c.id == id_)).one()
    assert (row.status, row.model) == ("ready", Models().active().name.removesuffix(".tar.gz"))
    assert fixed.OWN in {line["file"] for line in json.loads(row.after)["lines"]}
    told = comparison(row.before, row.after)
    assert told is not None and told.same and told.changes == ()


def test_given_a_training_that_nobody_asked_for_when_its_process_begins_then_it_ends_at_once(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/t.db"
    schema.migrate(connect(url))
    command = [sys.executable, "-m", "bot", "model", "run", "7", "--leashed"]
    environment = {**os.environ, "MOTCUA_DATABASE_URL": url}
    assert subprocess.run(command, input=b"", env=environment, timeout=60).returncode == 0


@pytest.mark.skipif(not os.environ.get("TRAIN"), reason="learns for two minutes: TRAIN=1")
def test_given_examples_of_the_province_when_trained_and_activated_then_the_new_model_answers_and_the_old_one_again(
    folder: Path, office: Database
) -> None:
    old = Models().active()
    with office.begin() as connection:
        staff_id = kit.person(connection, "chi", role="admin")
        example(connection, staff_id, "nhà bếp khét lẹt rồi mấy anh ơi", "emergency_fire")
    id_ = asked(office)
    with office.begin() as connection:
        row = connection.execute(select(table).where(table.c.id == id_)).one()
        assert (row.status, row.error) == ("ready", "")
        assert row.model == training.name_of(trainings.examples(connection))
        trainings.activate(connection, Models(), id_, staff_id, "")
        assert Models().active().name == f"{row.model}.tar.gz" != old.name
        trainings.roll_back(connection, Models(), staff_id, "")
    assert Models().active() == old
