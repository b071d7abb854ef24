"""A new model in the console while people write: trained, compared, in use, rolled back, and nobody goes unanswered.

Learning and measuring take minutes and have journeys of their own (test_training.py). Here a copy of the trained model
stands for what was learnt: a real model of another name, which the engine really loads; the figures are a double's.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from bot.accounts.people import Role
from bot.console import trainer
from bot.console.attempt import Attempt
from bot.conversation.answer import Readiness
from bot.engine import Engine, training
from bot.engine.models import Models
from bot.engine.own import Own
from bot.engine.swapping import SwappingEngine
from bot.evaluation.fixed import Listener, Report
from bot.post.worker import Loadable
from bot.store.desk_tables import staff
from bot.store.tables import inbox, turn
from procedures.database import connect
from tests.bot.console.training_kit import AGAIN, example, report
from tests.bot.test_models import until
from tests.browser.conftest import chromium, playwright  # noqa: F401  # fixtures
from tests.journeys.desk_town import Citizen, DeskTown, open_town

pytestmark = [pytest.mark.model, pytest.mark.browser]
ASKS = "đăng ký khai tử cần gì"


class Noted:
    """An engine that says when it is loaded."""

    readiness = Readiness.READY

    def __init__(self, engine: Loadable, say: Callable[[], None]) -> None:
        self._engine, self._say, self.respond = engine, say, engine.respond

    def load(self) -> None:
        self._engine.load()
        self._say()


class Site:
    """A folder of models, and an engine that has taken up those that were asked for."""

    def __init__(self, folder: Path, ready: Loadable) -> None:
        self.models, self.ready, self.taken_up = Models(folder), ready, list[str]()

    def make(self, path: Path) -> Loadable:
        """The model of the day is loaded already."""
        engine = self.ready if path.name == training.model_path().name else Engine(path)
        return Noted(engine, lambda: self.taken_up.append(path.name.removesuffix(training.END)))

    def begin(self, url: str, id_: int) -> subprocess.Popen[bytes]:
        """In place of the process of a training: the same attempt, with doubles of what takes minutes."""
        Attempt(connect(url), self.models, self._learn, self._measure).run(id_, lost=lambda: None)
        return subprocess.Popen([sys.executable, "-c", ""], stdin=subprocess.PIPE)

    def _learn(self, tell: Callable[[str], None], own: Sequence[Own]) -> Path:
        tell("acts")
        return Path(shutil.copy(training.model_path(), self.models.path(training.name_of(own))))

    def _measure(self, path: Path, tell: Listener) -> Report:
        return report() if path.name == training.model_path().name else report(birth=AGAIN)


@pytest.fixture
def site(tmp_path: Path, engine_of_the_day: Loadable, monkeypatch: pytest.MonkeyPatch) -> Site:
    folder = tmp_path / "models"
    folder.mkdir()
    shutil.copy(training.model_path(), folder)
    monkeypatch.setattr(training, "MODELS", folder)
    made = Site(folder, engine_of_the_day)
    made.models.activate(training.fingerprint())
    monkeypatch.setattr(trainer, "start", made.begin)
    monkeypatch.setattr(trainer, "LOOK_EVERY", 0.2)
    return made


@pytest.fixture
def town(
    site: Site,
    catalogue_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    chromium: Browser,  # noqa: F811
) -> Iterator[DeskTown]:
    engine = SwappingEngine(site.models, site.make, look_every=0.2)  # type: ignore[arg-type]
    with open_town(engine, catalogue_url, tmp_path, monkeypatch, chromium) as opened:
        yield opened
    engine.stop()


class Writing(threading.Thread):
    """Somebody who asks again as soon as they are answered."""

    def __init__(self, citizen: Citizen) -> None:
        super().__init__(daemon=True)
        self.citizen, self.told, self.done = citizen, list[str](), threading.Event()

    def run(self) -> None:
        while not self.done.is_set():
            self.told.append(self.citizen.says(ASKS))

    def more(self, count: int = 2) -> bool:
        """Whether they go on being answered."""
        before = len(self.told)
        return until(lambda: len(self.told) >= before + count, seconds=30)


def test_given_people_who_write_when_a_model_is_trained_used_and_rolled_back_then_each_message_is_answered_once(
    town: DeskTown, site: Site
) -> None:
    writing = Writing(town.citizen("telegram"))
    page = town.officer("an", "Nguyễn Thị An", role=Role.ADMIN)
    with town.database.begin() as connection:
        example(
            connection,
            connection.execute(select(staff.c.id)).scalars().first() or 0,
            "nhà bếp khét lẹt rồi",
            "emergency_fire",
        )
    writing.start()
    old = training.fingerprint()

    page.goto(f"{town.site}/admin/training")
    page.get_by_role("button", name="Huấn luyện", exact=True).click()
    expect(page.locator("#compared")).to_be_visible(timeout=20_000)
    (new,) = {model.name for model in site.models.listed()} - {old}
    expect(page.locator("#flips ~ div, #flips ~ details").first).to_be_attached()
    page.locator("#reason").fill("Nhận ra cháy bếp")
    page.get_by_role("button", name="Dùng bản mới").click()
    expect(page.get_by_role("status").first).to_contain_text(new)
    assert until(lambda: site.taken_up[-1] == new, seconds=60) and writing.more()

    page.goto(f"{town.site}/admin/training")
    page.get_by_role("button", name="Quay lại bản trước").click()
    expect(page.locator("main")).to_contain_text(old)
    assert until(lambda: site.taken_up[-1] == old, seconds=60) and writing.more()
    writing.done.set()
    writing.join(30)

    assert site.taken_up == [old, new, old]
    assert all("Đăng ký khai tử: anh/chị mang theo" in told for told in writing.told)
    asked = town.rows(inbox, inbox.c.text == ASKS)
    assert {row.status for row in asked} == {"done"} and len(asked) == len(writing.told)
    with town.database.connect() as connection:
        answered = connection.execute(select(turn.c.inbox_id).where(turn.c.outcome == "answered")).scalars().all()
    assert sorted(answered) == [row.id for row in asked]
