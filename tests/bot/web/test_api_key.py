"""`motcua api-key`."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from bot.commands import api_key
from bot.settings import Settings
from bot.web.keys import Keys
from procedures.database import connect


def test_given_a_program_when_a_key_is_added_listed_and_revoked_then_it_is_good_until_then(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOTCUA_DATABASE_URL", settings.database_url)
    keys, run = Keys(connect(settings.database_url)), CliRunner().invoke
    secret = run(api_key.app, ["add", "Cao Bang app"]).stdout.splitlines()[-1]
    assert keys.of(f"Bearer {secret}") == 1 and keys.of(f"bearer  {secret}") == 1
    listed = run(api_key.app, ["list"]).stdout
    assert listed.startswith("key 1: Cao Bang app (made ") and secret not in listed and "revoked" not in listed
    assert "revoked" in run(api_key.app, ["revoke", "1"]).stdout
    assert keys.of(f"Bearer {secret}") is None
    assert ", revoked " in run(api_key.app, ["list"]).stdout


@pytest.mark.parametrize("arguments", [["revoke", "7"], ["add", " "], ["add", "a" * 81], ["add", "a\x1b[2J"]])
def test_given_what_cannot_be_when_it_is_asked_then_the_command_says_why(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    monkeypatch.setenv("MOTCUA_DATABASE_URL", settings.database_url)
    done = CliRunner().invoke(api_key.app, arguments)
    assert type(done.exception).__name__ == "WrongUse" and done.stdout == ""
