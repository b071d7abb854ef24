"""A town with a desk: the service runs in a thread of its own, citizens and officers are driven from the test."""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from datetime import timedelta
from pathlib import Path
from queue import Queue
from typing import Any, TypeVar

import pyotp
import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy import update
from sse_starlette.sse import AppStatus

from bot import keeper
from bot.accounts import people
from bot.accounts.people import Role
from bot.handover import closing, undoing
from bot.post.worker import Loadable
from bot.store.desk_tables import office
from procedures.database import connect
from tests.bot.handover import kit
from tests.bot.handover.kit import ALWAYS
from tests.fakes.provider import Sent
from tests.journeys.people import PATIENCE, Person, Place, living

T = TypeVar("T")
PASSWORD = "suoi Le-nin 1941 xanh"


class DeskTown:
    """What a test can do in it. `run` carries out in the service's loop."""

    def __init__(self, place: Place, run: Callable[[Coroutine[Any, Any, Any]], Any], chromium: Browser) -> None:
        self.place, self._run, self._chromium = place, run, chromium
        self.site = place.town.site
        self.database = connect(place.town.database_url)
        self.complaints: list[str] = []
        self._contexts: list[BrowserContext] = []

    def hours(self, week: list[list[list[str]]]) -> None:
        """The provincial centre keeps these hours."""
        with self.database.begin() as connection:
            connection.execute(update(office).where(office.c.id == 1).values(hours=json.dumps(week)))

    def officer(self, login: str, name: str, office_id: int = 1, role: Role = Role.OFFICER) -> Page:
        """A browser of somebody new of the staff, who has signed in at the door."""
        with self.database.begin() as connection:
            who = {"login": login, "name": name, "role": role, "office_id": office_id}
            made = people.add(connection, **who, password=PASSWORD)  # type: ignore[arg-type]
            secret = kit.telephone(connection, made) if role is Role.ADMIN else ""
        page = self.browser()
        page.goto(f"{self.site}/desk")
        page.get_by_label("Tên đăng nhập").fill(login)
        page.get_by_label("Mật khẩu").fill(PASSWORD)
        page.get_by_role("button", name="Đăng nhập").click()
        if secret:
            page.locator("#code").fill(pyotp.TOTP(secret).now())
            page.locator("main button").first.click()
        # Not its address: that of the door ends in the same words.
        page.locator("#tabs").wait_for()
        return page

    def browser(self, **options: Any) -> Page:
        """Somebody's browser; what its console complains of fails the test."""
        context = self._chromium.new_context(**{"viewport": {"width": 1280, "height": 800}, **options})
        self._contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda said: self.complaints.append(said.text) if "Content Security" in said.text else None)
        return page

    def citizen(self, channel: str) -> Citizen:
        """Somebody with a telephone."""
        return Citizen(self.place.person(channel), self._run)

    def rows(self, table: Any, *where: Any) -> list[Any]:
        """Rows of a table."""
        return self.place.rows(table, *where)

    def cut(self) -> None:
        """Ends every open stream, as a lost network does."""
        AppStatus.should_exit = True
        time.sleep(0.7)
        AppStatus.should_exit = False

    def close(self) -> None:
        """All browsers."""
        for context in self._contexts:
            context.close()
        self.database.dispose()


class Citizen:
    """A person of the journeys, without the loop."""

    def __init__(self, person: Person, run: Callable[[Coroutine[Any, Any, Any]], Any]) -> None:
        self.person, self._run = person, run

    def says(self, text: str) -> str:
        """What they are told upon it."""
        return _texts(self._run(self.person.says(text)))

    def presses(self, title: str) -> str:
        """The same after a button of the last message."""
        return _texts(self._run(self.person.chooses(title)))

    def hears(self, part: str, seconds: float = 20) -> Sent:
        """The message with these words, once it has come."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            found = [sent for sent in self.person.seen if part in sent.text]
            if found:
                return found[-1]
            time.sleep(0.05)
        raise AssertionError(f"not heard: {part}; last: {[sent.text for sent in self.person.seen[-3:]]}")


def _texts(seen: list[Sent]) -> str:
    return "\n".join(sent.text for sent in seen)


@contextlib.contextmanager
def open_town(
    engine: Loadable,
    catalogue_url: str,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    chromium: Browser,
    edited: bool = False,
) -> Iterator[DeskTown]:
    """The town with an office that never closes, where what can be undone can be so for a second only."""
    monkeypatch.setattr(undoing, "LASTS", timedelta(seconds=1))
    monkeypatch.setattr(closing, "LASTS", timedelta(seconds=1))
    monkeypatch.setattr(keeper, "LOOK_EVERY", 0.3)
    opened: Queue[tuple[Place, asyncio.AbstractEventLoop, asyncio.Event]] = Queue()

    async def live() -> None:
        async with living(engine, catalogue_url, folder, monkeypatch, edited) as place:
            done = asyncio.Event()
            opened.put((place, asyncio.get_running_loop(), done))
            await done.wait()

    thread = threading.Thread(target=lambda: asyncio.run(live()), daemon=True)
    thread.start()
    place, loop, done = opened.get(timeout=PATIENCE)
    town = DeskTown(place, lambda act: asyncio.run_coroutine_threadsafe(act, loop).result(PATIENCE), chromium)
    town.hours(ALWAYS)
    try:
        yield town
    finally:
        town.close()
        loop.call_soon_threadsafe(done.set)
        thread.join(PATIENCE)
        AppStatus.should_exit = False
    assert town.complaints == []
