"""`motcua catalogue` over time: imports that ask, differences, what was told, local notes."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.commands import catalogue
from procedures.validity import today
from tests.bot.test_commands import RECORD, motcua  # noqa: F401 - a fixture
from tests.procedures.importers.test_seeds import GOOD

Write = Callable[..., str]

DEATH = {**RECORD, "code": "1.000656", "name": "Thủ tục đăng ký khai tử"}
LATER = {**RECORD, "decisionNo": "200/QĐ-BTP"}


@pytest.fixture
def write(tmp_path: Path, empty_database: Path) -> Write:
    """Writes records to a file of an empty, migrated database's folder, and gives its name."""
    shutil.copy(empty_database, tmp_path / "m.db")

    def to_file(name: str, *records: dict[str, Any]) -> str:
        (tmp_path / name).write_text("\n".join(map(json.dumps, records)), "utf-8")
        return name

    return to_file


@pytest.fixture
def cli(motcua, write: Write):  # noqa: F811 - the fixture of that name
    """The command, with births and deaths imported from june.jsonl."""
    assert motcua("catalogue", "import", write("june.jsonl", RECORD, DEATH)).returncode == 0
    return motcua


def test_given_an_import_that_changes_much_when_nobody_can_be_asked_then_it_names_the_option(cli, write) -> None:
    file = write("july.jsonl", LATER)
    done = cli("catalogue", "import", file)
    assert (done.returncode, "--yes" in done.stderr, "50%" in done.stderr) == (1, True, True)
    assert cli("catalogue", "import", file, "--most", "0.5").returncode == 0
    assert "1 unchanged" in cli("catalogue", "import", file).stdout


@pytest.mark.parametrize(("answer", "code"), [(True, 0), (False, 1)])
def test_given_an_import_that_changes_much_when_somebody_is_asked_then_the_answer_counts(
    cli, write, monkeypatch: pytest.MonkeyPatch, answer: bool, code: int
) -> None:
    monkeypatch.setattr(catalogue.sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(catalogue.typer, "confirm", lambda text, **_: answer)
    assert cli("catalogue", "import", write("july.jsonl", LATER)).returncode == code


def test_given_a_complete_export_when_imported_with_yes_then_what_is_gone_has_ended(cli, write) -> None:
    done = cli("catalogue", "import", write("july.jsonl", RECORD), "--complete", "--yes")
    assert (done.returncode, "1 removed" in done.stdout) == (0, True)
    shown = json.loads(cli("catalogue", "show", "1.000656", "--json").stdout)
    assert (shown["procedure"]["valid_until"], shown["procedure"]["changed_by"]) == (str(today()), "july.jsonl")


def test_given_a_complete_export_when_compared_then_changes_and_endings_are_told_and_nothing_done(cli, write) -> None:
    file = write("july.jsonl", LATER)
    told = cli("catalogue", "diff", file, "--complete").stdout
    for line in ("changed 1.001193", "- 163/QĐ-BTP", "+ 200/QĐ-BTP", "removed 1.000656", "0 created, 1 changed"):
        assert line in told
    lines = [json.loads(line) for line in cli("catalogue", "diff", file, "--json").stdout.splitlines()]
    assert [(line["kind"], line["code"], line["changes"][0]["path"]) for line in lines] == [
        ("changed", "1.001193", "decision")
    ]
    assert json.loads(cli("catalogue", "show", "1.001193", "--json").stdout)["procedure"]["decision"] == "163/QĐ-BTP"


def test_given_a_procedure_when_shown_then_each_field_names_layer_and_source(cli) -> None:
    told = cli("catalogue", "show", "1.001193").stdout
    assert "1.001193  current" in told
    assert "decision (record, june.jsonl)\n  163/QĐ-BTP" in told
    shown = json.loads(cli("catalogue", "show", "1.001193", "--json").stdout)
    assert shown["origins"]["decision"] == {"layer": "record", "source": "june.jsonl", "date": ""}
    assert cli("catalogue", "show", "9.999999").returncode == 1


def test_given_a_day_when_asked_what_was_told_then_it_is_shown_or_the_catalogue_did_not_know(cli) -> None:
    told = cli("catalogue", "as-of", str(today()), "1.001193").stdout
    assert "163/QĐ-BTP" in told
    assert json.loads(cli("catalogue", "as-of", "2999-01-01", "1.001193", "--json").stdout)["standing"] == "current"
    done = cli("catalogue", "as-of", "2020-01-01", "1.001193")
    assert (done.returncode, "did not know" in done.stderr) == (1, True)


def test_given_a_note_when_added_shown_and_withdrawn_then_it_comes_and_goes(cli) -> None:
    words = ("1.001193", "Mang thêm một bản sao", "--about", "documents", "--source", "Sở", "--by", "Lan")
    assert "Note 1" in cli("catalogue", "note", "add", *words, "--place", "01273").stdout
    assert "bản sao" not in cli("catalogue", "show", "1.001193").stdout
    assert "note 1 [01273] 1.001193 documents" in cli("catalogue", "show", "1.001193", "--place", "01273").stdout
    (listed,) = cli("catalogue", "note", "list", "--json").stdout.splitlines()
    assert (json.loads(listed)["author"], json.loads(listed)["channel"]) == ("Lan", "")
    assert cli("catalogue", "note", "withdraw", "1").returncode == 0
    assert cli("catalogue", "note", "list").stdout == ""


def test_given_a_note_that_cannot_be_when_added_then_one_line_says_why(cli) -> None:
    done = cli("catalogue", "note", "add", "1.001193", "8.000", "--about", "fee", "--source", "x", "--by", "y")
    assert (done.returncode, "bare figure" in done.stderr, "Traceback" in done.stderr) == (1, True, False)


def test_given_an_office_when_described_then_the_procedure_of_its_place_shows_it(cli) -> None:
    told = ("commune_centre", "--place", "01273", "--source", "Sở", "--hours", "7:30-11:30")
    assert cli("catalogue", "office", "set", *told).returncode == 0
    assert "7:30-11:30" in cli("catalogue", "office", "list").stdout
    shown = json.loads(cli("catalogue", "show", "1.001193", "--place", "01273", "--json").stdout)
    assert [facts["hours"] for facts in shown["offices"]] == ["7:30-11:30"]


def test_given_seeds_of_a_folder_when_held_against_records_then_what_differs_fails_until_explained(
    cli, write, tmp_path: Path
) -> None:
    seeds = tmp_path / "seeds"
    seeds.mkdir()
    (seeds / "1.000001.yml").write_text(GOOD, "utf-8")
    file = write("records.jsonl", {**RECORD, "code": "1.000001"})
    done = cli("catalogue", "check", "--against", file, "--seeds", str(seeds), "--json")
    found = {line["what"]: line["record"] for line in map(json.loads, done.stdout.splitlines())}
    assert (done.returncode, found) == (1, {"decision": "163/QĐ-BTP", "channels": "counter", "papers": "0"})
    departs = [f"  - {{what: {what}, record: '{record}', why: x}}\n" for what, record in found.items()]
    (seeds / "1.000001.yml").write_text(GOOD + "departs:\n" + "".join(departs), "utf-8")
    done = cli("catalogue", "check", "--against", file, "--seeds", str(seeds))
    assert (done.returncode, "0 disagreements, 3 more explained" in done.stdout) == (0, True)


def test_given_a_file_without_records_when_held_against_then_it_is_wrong_use(cli, write) -> None:
    assert cli("catalogue", "check", "--against", write("none.jsonl", {**RECORD, "code": "x"})).returncode == 2
