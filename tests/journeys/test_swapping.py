"""Two real models: one takes the place of the other while people write."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

import pytest

from bot.conversation import Outcome
from bot.engine import Engine, training
from bot.engine.models import Models
from bot.engine.swapping import SwappingEngine
from tests.bot.test_models import until

pytestmark = pytest.mark.model


def test_given_people_who_write_on_when_a_model_is_swapped_then_every_message_is_answered_and_the_talk_goes_on(
    tmp_path: Path, catalogue_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOTCUA_DATABASE_URL", catalogue_url)
    for name in ("old", "new"):
        shutil.copy(training.trained_model(), tmp_path / f"{name}.tar.gz")
    models = Models(tmp_path)
    models.activate("old")
    loaded: list[Path] = []

    def make(path: Path) -> Engine:
        loaded.append(path)
        return Engine(path)

    engine = SwappingEngine(models, make, look_every=0.05)
    engine.load()
    memory = engine.respond(1, "đăng ký khai tử cần gì", "", None).memory
    outcomes: list[Outcome] = []
    done = threading.Event()

    def write() -> None:
        while not done.is_set():
            outcomes.append(engine.respond(1, "thế mất mấy ngày", "", memory).outcome)

    writing = threading.Thread(target=write)
    writing.start()
    before = engine._engine
    models.activate("new")
    swapped = until(lambda: engine._engine is not before, seconds=120)
    answered = len(outcomes)
    until(lambda: len(outcomes) > answered + 5)
    done.set()
    writing.join()
    engine.stop()
    assert swapped
    assert [path.name for path in loaded] == ["old.tar.gz", "new.tar.gz"]
    assert len(outcomes) > answered + 5
    assert set(outcomes) == {Outcome.ANSWERED}, "what was talked about is still known"
