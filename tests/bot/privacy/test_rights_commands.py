"""People's rights from the command line: forget, prove, hand out, look ahead."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from sqlalchemy.engine import Engine
from typer.testing import CliRunner

from bot.cli import app
from bot.errors import WrongUse
from bot.store.console_tables import audit_entry
from bot.store.tables import conversation
from tests.bot.handover import kit
from tests.bot.privacy.people_kit import Person, rows


@pytest.fixture(autouse=True)
def here(database: Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MOTCUA_DATABASE_URL", str(database.url.render_as_string(hide_password=False)))
    monkeypatch.setenv("MOTCUA_MEDIA", str(tmp_path))


def run(*arguments: str, typed: str = "") -> str:
    done = CliRunner().invoke(app, list(arguments), input=typed, catch_exceptions=False)
    assert done.exit_code == 0
    return done.output


def test_given_a_person_when_erased_by_command_then_it_is_done_at_once_and_its_code_proves_it(database: Engine) -> None:
    Person(database).says("của tôi")
    assert "Nothing was erased" in run("erase", "memory", "a", typed="n\n")
    told = run("erase", "memory", "a", "--yes")
    assert told.startswith("Erased") and rows(database, conversation)[0].address == "erased-1"
    proof = json.loads(run("privacy", "erasure", told.split()[-1], "--json"))
    assert (proof["status"], proof["counts"]["conversation"]) == ("done", 1) and proof["done"]
    assert "conversation 1" in run("privacy", "erasure", proof["code"])


def test_given_an_open_case_when_erased_by_command_then_it_waits(database: Engine) -> None:
    with database.begin() as connection:
        kit.case(connection, "memory", "a")
    assert run("erase", "memory", "a", "--yes").startswith("Waiting")
    assert rows(database, conversation)[0].address == "a"


def test_given_a_person_when_exported_then_the_file_is_theirs_and_noted(database: Engine, tmp_path: Path) -> None:
    Person(database).says("của tôi")
    run("privacy", "export", "memory", "a", str(tmp_path / "a.zip"))
    assert "của tôi" in zipfile.ZipFile(tmp_path / "a.zip").read("data.json").decode()
    assert (tmp_path / "a.zip").stat().st_mode & 0o077 == 0
    assert [row.action for row in rows(database, audit_entry)] == ["data.exported"]
    with pytest.raises(WrongUse):
        run("privacy", "export", "memory", "a", str(tmp_path / "a.zip"))


def test_given_the_days_when_looked_at_then_each_kind_is_told_with_what_would_go() -> None:
    told = [json.loads(line) for line in run("privacy", "retention", "--preview", "--json").splitlines()]
    assert {one["kind"]: one["days"] for one in told}["unagreed"] == 1 and all(one["rows"] == 0 for one in told)
    assert "words: 365 days" in run("privacy", "retention")


@pytest.mark.parametrize("arguments", [("erase", "memory", "nobody", "--yes"), ("privacy", "erasure", "AAAAAAAAA")])
def test_given_what_is_not_there_when_asked_for_then_it_is_wrong_use(arguments: tuple[str, ...]) -> None:
    with pytest.raises(WrongUse):
        run(*arguments)
