"""`motcua rule`: keep, list, end."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.bot.test_commands import motcua  # noqa: F401 - a fixture

WHY = ("--reason", "phí vừa đổi", "--by", "an")


@pytest.fixture
def cli(motcua, tmp_path: Path, empty_database: Path):  # noqa: F811 - the fixture of that name
    """The command, with an empty, migrated database."""
    shutil.copy(empty_database, tmp_path / "m.db")
    return motcua


def test_given_rules_when_kept_then_they_are_listed_until_they_end(cli) -> None:
    assert "Rule 1 is kept." in cli("rule", "add", "hold", "--intent", "ask_fee", *WHY).stdout
    assert cli("rule", "add", "route", "--field", "Đất đai", "--to", "land_office", *WHY).returncode == 0
    assert cli("rule", "list").stdout.splitlines() == [
        "rule 1 hold [intent ask_fee]: phí vừa đổi (an)",
        "rule 2 route [field Đất đai] → land_office: phí vừa đổi (an)",
    ]
    first = json.loads(cli("rule", "list", "--json").stdout.splitlines()[0])
    assert (first["id"], first["kind"], first["intent"], first["office_kind"]) == (1, "hold", "ask_fee", "")
    assert "Rule 1 is ended." in cli("rule", "end", "1").stdout
    assert [line[:6] for line in cli("rule", "list").stdout.splitlines()] == ["rule 2"]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (("add", "hold", "--intent", "ask_fees", *WHY), "no intent"),
        (("add", "hold", "--code", "9.999999", *WHY), "no procedure"),
        (("add", "hold", *WHY), "rule for everything"),
        (("add", "route", "--intent", "ask_fee", *WHY), "kind of office"),
        (("end", "7"), "no rule 7"),
    ],
)
def test_given_what_cannot_be_when_typed_then_one_line_says_why(cli, given: tuple[str, ...], told: str) -> None:
    done = cli("rule", *given)
    assert (done.returncode, told in done.stderr, "Traceback" in done.stderr) == (1, True, False)
