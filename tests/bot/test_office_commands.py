"""`motcua office`, as somebody types it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.bot.test_commands import motcua  # noqa: F401 - a fixture

HOURS = "T2-T6 07:30-11:30 13:30-17:00"


@pytest.fixture
def cli(motcua, tmp_path: Path, empty_database: Path):  # noqa: F811 - the fixture of that name
    """The command with an empty, migrated database."""
    shutil.copy(empty_database, tmp_path / "m.db")
    return motcua


def test_given_an_office_when_added_changed_and_ended_then_the_list_tells(cli) -> None:
    assert "office 2 commune_centre [01273]" in cli("office", "add", "commune_centre", HOURS, "--place", "01273").stdout
    assert cli("office", "hours", "2", "T2 08:00-09:00").returncode == 0
    assert cli("office", "promise", "2", "90").returncode == 0
    assert cli("office", "name", "2", "Một cửa Thục Phán").returncode == 0
    told = [json.loads(line) for line in cli("office", "list", "--json").stdout.splitlines()]
    assert told[1] == {
        **{"id": 2, "kind": "commune_centre", "place": "01273", "name": "Một cửa Thục Phán"},
        **{"promise": 90, "hours": "T2 08:00-09:00"},
    }
    assert cli("office", "end", "2").returncode == 0
    assert len(cli("office", "list").stdout.splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("hours", "1", "never"), 1),
        (("promise", "9", "60"), 1),
        (("end", "1"), 1),
        (("add", "commune_centre", HOURS), 1),
        (("add", "kiosk", HOURS), 2),
        (("day", "2027-02-30", "closed", "--name", "x", "--source", "y"), 2),
        (("day", "2027-02-09", "half"), 2),
        (("day", "2027-02-09", "closed"), 1),
        (("day", "2027-02-09", "usual"), 1),
    ],
)
def test_given_what_cannot_be_when_typed_then_one_line_says_why(cli, arguments: tuple[str, ...], code: int) -> None:
    done = cli("office", *arguments)
    assert (done.returncode, bool(done.stderr.strip()), "Traceback" in done.stderr) == (code, True, False)


def test_given_a_day_when_set_then_it_is_listed_until_it_is_usual(cli) -> None:
    assert cli("office", "day", "2027-02-09", "closed", "--name", "Tết", "--source", "thông báo").returncode == 0
    assert "2027-02-09 closed: Tết (thông báo)" in cli("office", "days", "--year", "2027").stdout
    assert cli("office", "days", "--year", "2026").stdout == ""
    assert cli("office", "day", "2027-02-09", "usual").returncode == 0
    assert cli("office", "days").stdout == ""
