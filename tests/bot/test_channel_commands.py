"""`motcua channel` and `motcua outbox`, as somebody types them."""

from __future__ import annotations

import json
import shutil
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.engine import Engine

from bot.channels.port import Tokens
from bot.cli import main
from bot.errors import ChannelDown, SendFailed
from bot.post.clock import now
from bot.post.outbox import Outbox
from bot.post.tokens import StoredTokens
from bot.store import tables
from procedures.database import connect
from tests.bot.post.kit import Shaky, change, column, drain, post, statuses
from tests.bot.test_commands import Done

KEY = "khóa của bài thử"


@pytest.fixture
def here(tmp_path: Path, empty_database: Path, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """A migrated SQLite database that the command uses."""
    shutil.copy(empty_database, tmp_path / "m.db")
    monkeypatch.setenv("MOTCUA_DATABASE_URL", f"sqlite:///{tmp_path / 'm.db'}")
    monkeypatch.setenv("MOTCUA_SECRET_KEY", KEY)
    monkeypatch.chdir(tmp_path)
    return connect(f"sqlite:///{tmp_path / 'm.db'}")


@pytest.fixture
def motcua(here: Engine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    def run(*arguments: str) -> Done:
        monkeypatch.setattr(sys, "argv", ["motcua", *arguments])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        printed = capsys.readouterr()
        return Done(int(ended.value.code or 0), printed.out, printed.err)

    return run


def give_up(here: Engine, *texts: str) -> None:
    post(here, *texts)
    drain(here, Shaky([SendFailed("-213")] * len(texts)))


def test_given_nothing_that_was_given_up_when_listed_then_it_says_so(motcua) -> None:
    assert motcua("outbox", "list").stdout == "Nothing was given up.\n"
    assert motcua("outbox", "list", "--json").stdout == ""


def test_given_letters_that_were_given_up_when_listed_then_newest_first_with_reason_and_no_markup(
    motcua, here: Engine
) -> None:
    give_up(here, "[red]một :smile:\n\n  hai[/red] " + "x" * 100, "ba")
    first, second = motcua("outbox", "list").stdout.splitlines()
    assert first.startswith("2  ")
    assert "memory  -213  [red]một :smile: hai[/red] xxx" in second
    assert len(second) < 140
    assert [json.loads(line)["id"] for line in motcua("outbox", "list", "--json").stdout.splitlines()] == [2, 1]


def test_given_numbers_when_resent_and_dropped_then_each_is_told(motcua, here: Engine) -> None:
    give_up(here, "một", "hai", "ba")
    told = motcua("outbox", "resend", "1", "9").stdout
    assert "1 is on its way again." in told
    assert "9 is not among those given up." in told
    assert "2 is dropped." in motcua("outbox", "drop", "2").stdout
    assert "2 is not among" in motcua("outbox", "resend", "2").stdout
    assert statuses(here) == ["queued", "dropped", "failed"]


def test_given_all_when_resent_then_the_price_is_paid_only_where_it_was_said(motcua, here: Engine) -> None:
    give_up(here, "một", "hai")
    motcua("outbox", "resend", "--all")
    assert (statuses(here), column(here, tables.outbox, "may_cost")) == (["queued"] * 2, [False] * 2)
    change(here, tables.outbox, status="failed")
    motcua("outbox", "resend", "--all", "--pay")
    assert column(here, tables.outbox, "may_cost") == [True] * 2


def test_given_nothing_to_resend_when_all_are_meant_then_nothing_breaks(motcua) -> None:
    assert motcua("outbox", "resend", "--all").returncode == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ("outbox", "resend"),
        ("outbox", "drop"),
        ("outbox", "resend", "x"),
        ("channel", "zalo-oa", "login"),
        ("channel", "zalo-oa", "login", "--code", "x", "--pair"),
        ("channel", "zalo-oa", "status"),
        ("channel", "resume"),
    ],
)
def test_given_wrong_use_when_typed_then_the_exit_code_is_2(motcua, arguments: tuple[str, ...]) -> None:
    done = motcua(*arguments)
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)


def test_given_channels_when_listed_then_those_that_are_off_name_their_setting(motcua, here: Engine) -> None:
    lines = motcua("channel", "list").stdout.splitlines()
    assert [line.split(":")[0] for line in lines] == ["web", "counter", "api", "zalo-oa", "zalo-bot", "telegram"]
    assert lines[0] == "web: on, 0 conversations, 0 waiting, 0 given up"
    assert lines[5] == "telegram: off. Set MOTCUA_TELEGRAM_TOKEN"


def test_given_a_channel_that_is_on_when_listed_then_counts_and_pauses_are_told(
    motcua, here: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOTCUA_ZALO_BOT_TOKEN", "bí-mật")
    post(here, "một")
    change(here, tables.conversation, channel="zalo-bot", heard_at=now())
    change(here, tables.outbox, channel="zalo-bot")
    box = Outbox(here, "zalo-bot")
    letter = box.claim()
    assert letter is not None
    box.failed(letter, ChannelDown("[401]"))
    told = motcua("channel", "list")
    assert "zalo-bot: on, 1 conversations, 1 waiting, 0 given up, heard 20" in told.stdout
    assert "PAUSED: [401]" in told.stdout
    assert "bí-mật" not in told.stdout
    as_json = [json.loads(line) for line in motcua("channel", "list", "--json").stdout.splitlines()]
    assert [(line["name"], line["on"], line["paused"]) for line in as_json][4] == ("zalo-bot", True, "[401]")
    assert "sends again" in motcua("channel", "resume", "zalo-bot").stdout
    assert "was not paused" in motcua("channel", "resume", "zalo-bot").stdout


def test_given_no_login_when_asked_for_the_status_then_it_names_the_command(
    motcua, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOTCUA_ZALO_OA_APP_ID", "1")
    done = motcua("channel", "zalo-oa", "status")
    assert (done.returncode, "motcua channel zalo-oa login" in done.stdout) == (1, True)


def test_given_tokens_of_another_secret_key_when_asked_for_the_status_then_it_is_as_without_a_login(
    motcua, here: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOTCUA_ZALO_OA_APP_ID", "1")
    StoredTokens(here, "zalo-oa", "khác").keep(Tokens("access", "refresh", now() + timedelta(hours=25)))
    assert motcua("channel", "zalo-oa", "status").returncode == 1
