"""The command `motcua`, as somebody types it."""

from __future__ import annotations

import contextlib
import gzip
import json
import shutil
import socket
import sqlite3
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.cli import main
from tests.bot.models_kit import archive

RECORD = {
    "code": "1.001193",
    "name": "Thủ tục đăng ký khai sinh",
    "type": "STANDARD",
    "isWard": True,
    "decisionNo": "163/QĐ-BTP",
    "executionMethods": [{"submissionMethod": "DIRECT", "processingTime": 1, "processingTimeUnit": "DAY", "fees": []}],
}


@dataclass
class Done:
    """How a command ended."""

    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def motcua(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """Runs the command in this process, with a database of its own."""
    monkeypatch.setenv("MOTCUA_DATABASE_URL", f"sqlite:///{tmp_path / 'm.db'}")
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> Done:
        monkeypatch.setattr(sys, "argv", ["motcua", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        printed = capsys.readouterr()
        return Done(int(ended.value.code or 0), printed.out, printed.err)

    return run


@pytest.fixture
def migrated(motcua, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A database as `motcua migrate` makes it, made once and copied."""
    template = tmp_path_factory.getbasetemp() / "migrated.db"
    if not template.exists():
        assert motcua("migrate").returncode == 0
        # Not a copy of the file: as long as a connection is open, part of what it holds lies beside it.
        with contextlib.closing(sqlite3.connect(tmp_path / "m.db")) as made:
            made.execute("VACUUM INTO ?", (str(template),))
    else:
        shutil.copy(template, tmp_path / "m.db")


def test_given_the_installed_command_when_asked_for_help_then_it_lists_its_commands() -> None:
    command = [str(Path(sys.executable).with_name("motcua")), "--help"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert {"serve", "ask", "chat", "catalogue"} <= set(done.stdout.replace("│", " ").split())


def test_given_no_database_when_a_command_needs_it_then_it_names_the_command_to_run(motcua) -> None:
    done = motcua("catalogue", "search", "khai sinh")
    assert (done.returncode, "motcua migrate" in done.stderr, "Traceback" in done.stderr) == (1, True, False)


def test_given_a_new_database_when_migrated_and_searched_then_the_seeds_are_found(motcua) -> None:
    assert motcua("migrate").returncode == 0
    assert "unchanged" in motcua("migrate").stdout
    found = motcua("catalogue", "search", "--json", "lam giay khai sinh").stdout.splitlines()
    assert json.loads(found[0])["code"] == "1.001193"
    checked = motcua("catalogue", "check")
    assert (checked.returncode, checked.stdout) == (0, "0 problems.\n")


def test_given_a_file_when_imported_twice_then_it_says_created_and_unchanged(
    motcua, migrated: None, tmp_path: Path
) -> None:
    file = tmp_path / "records.jsonl.gz"
    file.write_bytes(gzip.compress((json.dumps(RECORD) + "\n{broken\n").encode()))
    first, second = motcua("catalogue", "import", str(file)), motcua("catalogue", "import", str(file))
    assert "1 created" in first.stdout
    assert "refused, line 2" in first.stdout
    assert "0 created, 0 changed, 1 unchanged" in second.stdout


@pytest.mark.parametrize("content", [b"", b"\x1f\x8b\x08 cut", b"PK\x03\x04 no zip", b"hello", b"\xff\xfe\x00"])
def test_given_a_broken_file_when_imported_then_it_is_refused_in_one_line(
    motcua, migrated: None, tmp_path: Path, content: bytes
) -> None:
    file = tmp_path / "broken"
    file.write_bytes(content)
    done = motcua("catalogue", "import", str(file))
    assert done.returncode == 1
    assert done.stderr + done.stdout
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("ask",),
        ("ask", "x", "--batch", "y"),
        ("catalogue", "import", "/nowhere"),
        ("catalogue", "import", "/etc/hostname", "--data-date", "soon"),
        ("catalogue", "import", "/etc/hostname", "--most", "2"),
        ("catalogue", "diff", "/nowhere"),
        ("catalogue", "check", "--against", "/nowhere"),
        ("catalogue", "check", "--seeds", "/etc"),
        ("catalogue", "show", "1.001193", "--lang", "fr"),
        ("catalogue", "as-of", "yesterday", "1.001193"),
        ("catalogue", "office", "set", "castle", "--source", "x"),
        ("nonsense",),
    ],
)
def test_given_wrong_use_when_typed_then_the_exit_code_is_2(motcua, arguments: tuple[str, ...]) -> None:
    done = motcua(*arguments)
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)


@pytest.mark.parametrize(
    "line", ["{", '{"id": 1}', '{"text": "x"}', '{"id": 1, "turns": "x"}', '{"id": 1, "turns": [1]}']
)
def test_given_a_bad_batch_when_asked_then_file_and_line_are_named(motcua, tmp_path: Path, line: str) -> None:
    file = tmp_path / "batch.jsonl"
    file.write_text('{"id": "a", "text": "x"}\n' + line + "\n", "utf-8")
    done = motcua("ask", "--json", "--batch", str(file))
    assert (done.returncode, "batch.jsonl:2" in done.stderr.replace("\n", "")) == (2, True)


def test_given_settings_when_printed_then_secrets_are_masked(motcua) -> None:
    printed = motcua("settings").stdout
    assert "MOTCUA_PORT=8000" in printed
    assert "MOTCUA_SECRET_KEY=********" in printed


def test_given_a_port_that_is_taken_when_served_then_it_says_what_to_do(
    motcua, migrated: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    model = tmp_path / "model.tar.gz"
    model.touch()
    monkeypatch.setattr("bot.engine.training.model_path", lambda: model)
    monkeypatch.setattr("bot.engine.training.MODELS", tmp_path)
    # The worker, which has a port of nobody's and takes its time to load.
    monkeypatch.setattr("bot.commands.run.Child", contextlib.nullcontext)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        monkeypatch.setenv("MOTCUA_PORT", str(taken.getsockname()[1]))
        done = motcua("serve")
    assert (done.returncode, "MOTCUA_PORT" in done.stderr, "Traceback" in done.stderr) == (1, True, False)


def test_given_no_model_when_served_then_it_names_the_command_to_run(
    motcua, migrated: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("bot.engine.training.model_path", lambda: tmp_path / "none.tar.gz")
    monkeypatch.setattr("bot.engine.training.MODELS", tmp_path)
    assert "motcua train" in motcua("serve").stderr


def test_given_models_when_listed_chosen_and_rolled_back_then_it_is_told_which_answers(
    motcua, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("bot.engine.training.MODELS", tmp_path)
    monkeypatch.setattr("bot.engine.training.model_path", lambda: tmp_path / "two.tar.gz")
    for name in ("one", "two"):
        archive(tmp_path / f"{name}.tar.gz")
        assert motcua("model", "use", name).returncode == 0
    assert "Answers now: one" in motcua("model", "rollback").stdout
    assert [line.split()[0] for line in motcua("model", "list").stdout.splitlines() if " ● " in f"{line} "] != []
    refused = motcua("model", "use", "three")
    assert (refused.returncode, "motcua model list" in refused.stderr) == (1, True)
    archive(tmp_path / "four.tar.gz", intents=["greet"])
    unfit = motcua("model", "use", "four")
    assert (unfit.returncode, "does not fit" in unfit.stderr) == (1, True)


def test_given_the_training_files_when_only_checked_then_nothing_is_trained(motcua) -> None:
    assert motcua("train", "--check").stdout.strip() == "No slips."


def test_given_questions_with_answers_when_evaluated_then_the_figures_are_printed(
    motcua, migrated: None, tmp_path: Path
) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_text('{"id": "a", "text": "đăng ký khai sinh cho con", "codes": ["1.001193"]}\n', "utf-8")
    told = motcua("catalogue", "evaluate", "--json", str(path))
    lines = [json.loads(line) for line in told.stdout.splitlines()]
    assert {(line["catalogue"], line["style"], line["hit1"]) for line in lines} == {
        (scope, style, 1.0)
        for scope in ("everyday", "whole")
        for style in ("open", "all", "open→stripped", "all→stripped")
    }
    path.write_text('{"id": "a"}\n', "utf-8")
    assert "line 1: no question" in motcua("catalogue", "evaluate", str(path)).stderr


def test_given_a_question_when_searched_with_reasons_then_the_name_and_every_stage_are_told(
    motcua, migrated: None
) -> None:
    found = json.loads(
        motcua("catalogue", "search", "--json", "--explain", "lam giay khai sinh").stdout.splitlines()[0]
    )
    assert found["code"] == "1.001193"
    assert "khai" in found["matched"]["names"]
    assert {"profile", "learnt_share", "said"} <= set(found["stages"])
    assert motcua("catalogue", "search", "--level", "village", "khai sinh").returncode == 2
