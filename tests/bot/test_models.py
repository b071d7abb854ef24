"""Which model answers, back to the one before, and a model swapped while it answers."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.conversation import Outcome, Reply
from bot.conversation.answer import Answer, Readiness
from bot.engine import training
from bot.engine.models import KEPT, Models
from bot.engine.swapping import SwappingEngine
from bot.errors import EngineFailed, ModelMissing, NoSuchModel


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(training, "model_path", lambda: tmp_path / "present.tar.gz")
    return tmp_path


def put(folder: Path, *names: str) -> None:
    for name in names:
        (folder / f"{name}.tar.gz").write_bytes(b"x")
        time.sleep(0.01)


def name(path: Path) -> str:
    return path.name.removesuffix(".tar.gz")


def test_given_no_choice_when_asked_then_the_model_of_the_present_data_answers(folder: Path) -> None:
    with pytest.raises(ModelMissing):
        Models(folder).active()
    put(folder, "present")
    assert name(Models(folder).active()) == "present"


def test_given_two_models_when_one_is_chosen_and_rolled_back_then_the_one_before_answers(folder: Path) -> None:
    put(folder, "one", "two", "three")
    models = Models(folder)
    for chosen in ("one", "two", "three"):
        models.activate(chosen)
    assert name(models.roll_back()) == "two"
    assert name(Models(folder).active()) == "two"
    assert [name(path) for path in models.good()] == ["two", "three", "one"]


def test_given_nothing_before_when_rolled_back_then_it_is_refused_and_nothing_changes(folder: Path) -> None:
    put(folder, "one")
    models = Models(folder)
    models.activate("one")
    with pytest.raises(NoSuchModel):
        models.roll_back()
    with pytest.raises(NoSuchModel):
        models.activate("none")
    assert name(models.active()) == "one"


def test_given_a_chosen_model_that_was_deleted_when_asked_then_the_one_before_answers(folder: Path) -> None:
    put(folder, "one", "two")
    models = Models(folder)
    models.activate("one")
    models.activate("two")
    (folder / "two.tar.gz").unlink()
    assert name(models.active()) == "one"


def test_given_many_models_when_pruned_then_those_that_answered_last_and_the_latest_stay(folder: Path) -> None:
    put(folder, "old", "older", *(f"m{n}" for n in range(6)), "present")
    models = Models(folder)
    models.activate("old")
    models.activate("older")
    assert set(models.prune()) == {f"m{n}" for n in range(7 - KEPT)}
    assert {one.name for one in models.listed()} == {"old", "older", "present", *(f"m{n}" for n in range(7 - KEPT, 6))}
    assert [one.name for one in models.listed() if one.active] == ["older"]


class Fake:
    """An engine that answers with the name of its model, and takes its time."""

    def __init__(self, model: Path, broken: frozenset[str] = frozenset(), loading: float = 0.0) -> None:
        self.name, self._broken, self._loading = name(model), broken, loading

    def load(self) -> None:
        time.sleep(self._loading)
        if self.name in self._broken:
            raise EngineFailed("broken")

    def respond(self, conversation_id: int, text: str, payload: str, memory: str | None) -> Answer:
        time.sleep(0.002)
        return Answer((Reply(self.name),), Outcome.ANSWERED)


def swapping(folder: Path, *broken: str, loading: float = 0.0) -> SwappingEngine:
    make: Callable[[Path], Fake] = lambda path: Fake(path, frozenset(broken), loading)  # noqa: E731
    return SwappingEngine(Models(folder), make, look_every=0.01)  # type: ignore[arg-type]


def who(engine: SwappingEngine) -> str:
    return engine.respond(1, "hi", "", None).replies[0].text


def until(holds: Callable[[], bool], seconds: float = 5) -> bool:
    end = time.monotonic() + seconds
    while not holds() and time.monotonic() < end:
        time.sleep(0.01)
    return holds()


def test_given_messages_without_pause_when_a_model_is_swapped_then_each_is_answered(folder: Path) -> None:
    put(folder, "one", "two")
    Models(folder).activate("one")
    engine = swapping(folder, loading=0.1)
    engine.load()
    answered: list[str] = []
    done = threading.Event()

    def ask() -> None:
        while not done.is_set():
            answered.append(who(engine))

    asking = threading.Thread(target=ask)
    asking.start()
    Models(folder).activate("two")
    swapped = until(lambda: "two" in answered)
    done.set()
    asking.join()
    engine.stop()
    assert swapped
    assert sorted(answered) == answered, "once the new model answers, the old one does no more"


def test_given_a_model_that_does_not_load_when_chosen_then_the_old_one_goes_on(folder: Path) -> None:
    put(folder, "one", "bad", "two")
    Models(folder).activate("one")
    engine = swapping(folder, "bad")
    engine.load()
    Models(folder).activate("bad")
    time.sleep(0.1)
    assert who(engine) == "one"
    Models(folder).activate("two")
    assert until(lambda: who(engine) == "two")
    engine.stop()


def test_given_an_active_model_that_does_not_load_when_started_then_the_last_good_one_answers(folder: Path) -> None:
    put(folder, "one", "bad")
    Models(folder).activate("one")
    Models(folder).activate("bad")
    engine = swapping(folder, "bad")
    engine.load()
    engine.stop()
    assert (who(engine), engine.readiness) == ("one", Readiness.READY)


def test_given_no_model_that_loads_when_started_then_it_fails_and_says_so(folder: Path) -> None:
    put(folder, "bad")
    Models(folder).activate("bad")
    engine = swapping(folder, "bad")
    with pytest.raises(EngineFailed):
        engine.load()
    assert engine.readiness is Readiness.FAILED
