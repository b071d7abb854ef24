"""Drafts of one procedure, as browsers of the console write them."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from sqlalchemy.engine import Engine
from starlette.testclient import TestClient

from bot.console import edits
from procedures import store
from procedures.catalogue import SEEDS
from procedures.importers import Accepted
from procedures.importers.seeds import read_seeds
from procedures.model import Procedure
from tests.bot.console.forms import form
from tests.bot.desk.conftest import Desk

BIRTH, FATHER, EXTRACT = "1.001193", "1.000689", "2.000635"


@cache
def seeds() -> tuple[Accepted, ...]:
    """Three procedures in plain words."""
    return tuple(row for row in read_seeds(SEEDS) if row.procedure.code in (BIRTH, FATHER, EXTRACT))


def official(title: str = "Thủ tục đăng ký khai sinh") -> Accepted:
    """The portal's record of a birth."""
    birth = next(row.procedure for row in seeds() if row.procedure.code == BIRTH)
    return Accepted(
        1, "record", replace(birth, official_title=title, plain=False, translations=(), aliases=(), asked=())
    )


def stock(database: Engine) -> None:
    """A catalogue of these."""
    store.take_in(database, seeds(), source="seeds")
    store.take_in(database, [official()], source="record.jsonl")


def begun(browser: TestClient) -> int:
    """The number of a draft of a birth."""
    page = browser.post(f"/admin/procedures/{BIRTH}/edit")
    assert page.status_code == 200, page.text
    return int(str(page.url).rsplit("/", 1)[1])


def draft(desk: Desk, edit_id: int) -> Procedure:
    """What it would tell."""
    with desk.rows() as connection:
        edit = edits.one(connection, edit_id)
    assert edit
    return edit.procedure


def opened(browser: TestClient, edit_id: int, tab: str = "vi") -> dict[str, str]:
    """The fields of its form."""
    return form(browser.get(f"/admin/edits/{edit_id}?tab={tab}").text, "edit")


def save(browser: TestClient, edit_id: int, sent: dict[str, str], **headers: str) -> str:
    """What comes back when the form is sent."""
    return browser.post(f"/admin/edits/{edit_id}", data=sent, headers=headers).text
