"""`motcua audit`, and that what is done at the shell stands there too."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import text
from sqlalchemy.engine import Engine
from typer.testing import CliRunner

from bot.audit.writing import note
from bot.cli import app
from tests.bot.audit.test_chain import unguarded
from tests.bot.handover import kit


@pytest.fixture(autouse=True)
def here(database: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOTCUA_DATABASE_URL", database.url.render_as_string(hide_password=False))


def run(*command: str, code: int = 0) -> str:
    told = CliRunner().invoke(app, list(command))
    assert told.exit_code == code, told.output
    return str(told.stdout)


def shown(*more: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in run("audit", "show", "--json", *more).splitlines()]


def test_given_deeds_at_the_shell_when_shown_then_each_names_the_command_and_the_systems_user(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("getpass.getuser", lambda: "root")
    password = run("staff", "add", "lan", "Lan").strip()
    run("staff", "change", "lan", "--role", "lead")
    run("office", "day", "2026-12-24", "closed", "--name", "Noel", "--source", "UBND")
    run("rule", "add", "person", "--reason", "khó", "--by", "Lan", "--intent", "abuse")
    run("api-key", "add", "app")
    run("staff", "list")
    found = shown()
    assert [line["action"] for line in found] == [
        "shell: staff add",
        "shell: staff change",
        "shell: office day",
        "shell: rule add",
        "shell: api-key add",
    ]
    assert all(json.loads(str(line["after"]))["user"] == "root" and line["who"] is None for line in found)
    assert password not in json.dumps(found)
    assert run("audit", "verify").startswith("Whole: 5 lines")


def test_given_lines_of_several_when_sought_then_all_conditions_hold(database: Engine) -> None:
    with database.begin() as connection:
        lan = kit.person(connection, "lan")
        note(connection, lan, "case.opened", "7")
        note(connection, lan, "edit.published", "1.001193", before={"a": 1}, reason="vì thế")
        note(connection, None, "case.opened", "7")
    assert len(shown()) == 3
    assert [line["subject"] for line in shown("--who", "lan", "--what", "case.")] == ["7"]
    assert [line["who"] for line in shown("--who", "-")] == [None]
    assert [line["action"] for line in shown("--subject", "1.001193")] == ["edit.published"]
    assert shown("--since", "2999-01-01") == [] and len(shown("--most", "1")) == 1
    assert "lan edit.published 1.001193" in run("audit", "show") and "(vì thế)" in run("audit", "show")


@pytest.mark.parametrize("wrong", [("show", "--since", "hôm qua"), ("verify", "--head", "7")])
def test_given_what_is_no_day_or_no_head_when_asked_then_it_is_refused(wrong: tuple[str, ...]) -> None:
    told = CliRunner().invoke(app, ["audit", *wrong])
    assert type(told.exception).__name__ == "WrongUse"


def test_given_somebody_who_changed_a_line_when_verified_then_it_is_named(database: Engine) -> None:
    with database.begin() as connection:
        for number in range(3):
            note(connection, None, "rule.added", str(number))
    head = run("audit", "head").strip()
    assert run("audit", "verify", "--head", head)
    with database.begin() as connection:
        unguarded(connection)
        connection.execute(text("UPDATE audit_entry SET reason = 'khác' WHERE id = 2"))
    told = CliRunner().invoke(app, ["audit", "verify"])
    assert told.exit_code == 1 and "Line 2 says something else" in " ".join(told.stderr.split())


def test_given_old_lines_when_trimmed_then_the_rest_is_whole(database: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    from datetime import timedelta

    from bot.post.clock import now

    with monkeypatch.context() as before, database.begin() as connection:
        before.setattr("bot.audit.writing.now", lambda: now() - timedelta(days=2000))
        note(connection, None, "rule.added", "old")
    run("staff", "add", "lan", "Lan")
    run("audit", "trim", "--years", "1", "--reason", "x", code=2)
    assert run("audit", "trim", "--years", "5", "--reason", "quy định lưu trữ").strip() == "Taken out: 1 lines."
    assert [line["action"] for line in shown()] == ["shell: staff add", "audit.checkpoint"]
    assert run("audit", "verify").startswith("Whole: 2 lines")
