"""Trainings: one at a time, told how far they are, kept through the death of a process, decided on by people."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.engine import Engine

from bot.console import lease
from bot.console import training as trainings
from bot.console.lease import MOST_LOST, Lease
from bot.engine import training
from bot.errors import Refused
from bot.post.clock import now
from tests.bot.console.training_kit import AGAIN, Town, actions, example, report, rows, silence
from tests.bot.handover import kit
from tests.bot.models_kit import archive


@pytest.fixture
def town(database: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Town:
    """With a model that answers, and no slips."""
    folder = tmp_path / "models"
    folder.mkdir()
    monkeypatch.setattr(training, "MODELS", folder)
    monkeypatch.setattr(training, "slips", lambda own: [])
    made = Town(database, folder)
    archive(made.models.path("old"))
    made.models.activate("old")
    with database.begin() as connection:
        kit.person(connection, "an", role="admin")
    return made


@pytest.fixture
def begun(town: Town) -> int:
    """Somebody has pressed the button, after adding an example."""
    with town.database.begin() as connection:
        example(connection, 1, "gọi [số điện thoại] giúp em")
        return trainings.begin(connection, 1)


def done(town: Town, deed: Callable[..., object], *told: object) -> None:
    with town.database.begin() as connection:
        deed(connection, *told)


def test_given_a_training_when_it_runs_then_both_models_are_measured_and_nothing_answers_yet(
    town: Town, begun: int
) -> None:
    assert town.attempt(begun)
    (row,) = rows(town.database)
    assert (row.status, row.percent, row.error, row.model) == ("ready", 100, "", town.measured[1])
    assert town.measured[0] == "old" == json.loads(row.before)["model"] == trainings.in_use(town.models)
    assert [one.text for one in town.learnt[0]] == ["gọi giúp em"], "what was personal is not learnt"
    assert json.loads(row.after)["own"] == [1]


def test_given_a_training_under_way_when_another_is_asked_for_then_it_is_refused(town: Town, begun: int) -> None:
    with pytest.raises(Refused, match="training_under_way"):
        done(town, trainings.begin, 1)
    done(town, trainings.stop, begun, 1)
    done(town, trainings.begin, 1)
    assert [row.status for row in rows(town.database)] == ["discarded", "waiting"]


def test_given_a_training_for_tonight_when_looked_for_then_it_is_due_only_then(town: Town) -> None:
    done(town, trainings.begin, 1, now() + timedelta(hours=3))
    with town.database.connect() as connection:
        assert lease.due(connection, now()) is None
        assert lease.due(connection, now() + timedelta(hours=4)) == 1
    assert not town.attempt(1), "nobody takes it before"


def test_given_a_ready_model_when_activated_and_rolled_back_then_it_answers_and_the_one_before_does(
    town: Town, begun: int
) -> None:
    town.attempt(begun)
    done(town, trainings.activate, town.models, begun, 1, "đo tốt")
    assert trainings.in_use(town.models) == rows(town.database)[0].model
    done(town, trainings.roll_back, town.models, 1, "")
    assert trainings.in_use(town.models) == "old"
    assert rows(town.database)[0].status == "active"
    assert actions(town.database) == ["training.asked", "model.activated", "model.activated"]
    with pytest.raises(Refused, match="training_moved"):
        done(town, trainings.activate, town.models, begun, 1, "")


def test_given_a_ready_model_when_discarded_then_it_is_gone_and_the_old_one_answers(town: Town, begun: int) -> None:
    town.attempt(begun)
    done(town, trainings.discard, town.models, begun, 1)
    assert [one.name for one in town.models.listed()] == ["old"]
    assert rows(town.database)[0].status == "discarded"


def test_given_nothing_new_when_trained_then_the_model_in_use_is_measured_once_and_stays_when_discarded(
    town: Town,
) -> None:
    name = training.name_of(())
    archive(town.models.path(name))
    town.models.activate(name)
    done(town, trainings.begin, 1)
    assert town.attempt(1)
    assert (town.learnt, town.measured) == ([], [name])
    done(town, trainings.discard, town.models, 1, 1)
    assert trainings.in_use(town.models) == name


def test_given_a_model_of_another_domain_when_rolled_back_to_then_it_is_refused_and_nothing_changes(town: Town) -> None:
    archive(town.models.path("older"), intents=["greet"], actions=["action_of_old"])
    archive(town.models.path("new"))
    for name in ("older", "new"):
        town.models.activate(name)
    with pytest.raises(Refused, match="model_unfit") as refused:
        done(town, trainings.roll_back, town.models, 1, "")
    assert "is unknown to it" in refused.value.values["missing"]
    assert trainings.in_use(town.models) == "new"
    town.models.path("broken").write_bytes(b"x")
    with pytest.raises(Refused, match="model_unfit"):
        done(town, trainings.use, town.models, "broken", 1, "")
    with pytest.raises(Refused, match="no_such_model"):
        done(town, trainings.use, town.models, "../secret", 1, "")


def test_given_a_process_that_died_when_another_looks_then_it_begins_again_and_gives_up_at_last(
    town: Town, begun: int
) -> None:
    for lost in range(MOST_LOST):
        taken = Lease.take(town.database, begun)
        assert taken is not None
        assert Lease.take(town.database, begun) is None, "one at a time"
        silence(town.database, lease.DEAD_AFTER + 1)
        with town.database.begin() as connection:
            assert lease.due(connection, now()) == begun
            lease.let_go(connection, begun, died=True)
        with pytest.raises(lease.Lost):
            taken.beat()
        assert rows(town.database)[0].status == ("failed" if lost == MOST_LOST - 1 else "waiting")
    assert json.loads(rows(town.database)[0].error) == {"why": "lost"}


def test_given_a_process_that_was_only_slow_when_another_has_taken_over_then_the_slow_one_changes_nothing(
    town: Town, begun: int
) -> None:
    slow = Lease.take(town.database, begun)
    silence(town.database, lease.DEAD_AFTER + 1)
    assert slow is not None
    assert Lease.take(town.database, begun) is not None
    with pytest.raises(lease.Lost):
        slow.tell(status="ready")
    assert rows(town.database)[0].status == "training"


def test_given_a_training_that_is_stopped_when_it_learns_then_it_sees_that_and_leaves_no_trace(
    town: Town, begun: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lease, "EVERY", 0.03)

    def stopped() -> None:
        done(town, trainings.stop, begun, 1)
        assert town.lost.wait(10)

    town.before_learning = stopped
    assert not town.attempt(begun)
    assert rows(town.database)[0].status == "discarded"


def test_given_sentences_that_would_not_train_when_it_runs_then_they_are_named_by_number_and_nothing_is_learnt(
    town: Town, begun: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    with town.database.begin() as connection:
        twice, unknown = example(connection, 1, "cháy nhà", "greet"), example(connection, 1, "gì đó lạ lắm", "nothing")
    assert town.attempt(begun)
    (row,) = rows(town.database)
    assert (row.status, town.learnt) == ("failed", [])
    told = json.loads(row.error)
    assert told["why"] == "sentences"
    assert sorted(told["own"]) == [[twice, "twice", "emergency_fire"], [unknown, "class", ""]]
    assert "cháy" not in row.error


def test_given_a_trainer_that_raises_when_it_runs_then_the_kind_is_told_and_no_words_of_anybody(
    town: Town, begun: int
) -> None:
    def broken() -> None:
        raise ValueError("lời của một người dân")

    town.before_learning = broken
    assert town.attempt(begun)
    (row,) = rows(town.database)
    assert row.status == "failed"
    assert json.loads(row.error)["kind"] == "ValueError"
    assert "người dân" not in row.error


def test_given_an_example_that_is_taken_back_when_asked_again_then_it_is_not_learnt(town: Town, begun: int) -> None:
    done(town, trainings.take_back, 1, 1)
    with pytest.raises(Refused, match="no_such_example"):
        done(town, trainings.take_back, 1, 1)
    town.attempt(begun)
    assert town.learnt == [()]
    assert report(AGAIN) != report()
