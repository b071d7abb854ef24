"""The whole service, its staff, and a catalogue: as the tests of the console have it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.console import trainer
from tests.bot.console import conftest as console

_service, desk, stocked, an, bien = console._service, console.desk, console.stocked, console.an, console.bien


@pytest.fixture(autouse=True)
def no_training(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A walk over every address asks for training as well; nobody shall do it."""

    async def never(self: object) -> None:
        return None

    monkeypatch.setattr(trainer.Trainer, "run", never)
    yield
