"""`motcua staff`, as somebody types it."""

from __future__ import annotations

import io
import json
import shutil
import sys
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.engine import Engine

from bot.accounts import links, people
from bot.accounts.attempts import sign_in
from bot.cli import main
from bot.post.clock import now
from bot.store.desk_tables import staff
from procedures.database import connect
from tests.bot.accounts.conftest import quick as quick_passwords
from tests.bot.handover import kit
from tests.bot.test_commands import Done

quick = quick_passwords


@pytest.fixture
def here(tmp_path: Path, empty_database: Path, monkeypatch: pytest.MonkeyPatch, quick: None) -> Engine:
    """A migrated SQLite database that the command uses."""
    shutil.copy(empty_database, tmp_path / "m.db")
    monkeypatch.setenv("MOTCUA_DATABASE_URL", f"sqlite:///{tmp_path / 'm.db'}")
    monkeypatch.chdir(tmp_path)
    return connect(f"sqlite:///{tmp_path / 'm.db'}")


@pytest.fixture
def motcua(here: Engine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    def run(*arguments: str, piped: str = "") -> Done:
        monkeypatch.setattr(sys, "argv", ["motcua", "staff", *arguments])
        monkeypatch.setattr(sys, "stdin", io.StringIO(piped))
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        printed = capsys.readouterr()
        return Done(int(ended.value.code or 0), printed.out, printed.err)

    return run


def add(motcua, login: str = "an", *more: str) -> str:
    """Somebody new; the link to their password."""
    done = motcua("add", login, "Nguyễn Thị An", *more)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def linked(here: Engine, address: str) -> links.Link:
    site, _, token = address.partition("/link/")
    assert site == "http://127.0.0.1:8000"
    with here.connect() as connection:
        return links.opened(connection, token)


def test_given_an_empty_desk_when_the_first_admin_is_added_then_the_printed_link_is_theirs(
    motcua, here: Engine
) -> None:
    address = add(motcua, "An", "--role", "admin", "--languages", "vi,tyz", "--email", "an@caobang.gov.vn")
    with here.connect() as connection:
        person = people.by_login(connection, "an")
    assert person is not None
    assert (person.role, person.languages, person.email) == (people.Role.ADMIN, ("vi", "tyz"), "an@caobang.gov.vn")
    link = linked(here, address)
    assert (link.state, link.staff_id, len(address.splitlines())) == (links.State.OPEN, person.id, 1)


def test_given_nobody_who_is_admin_when_the_first_link_is_asked_for_then_it_is_printed_until_there_is_one(
    motcua, here: Engine
) -> None:
    first, second = motcua("first-admin").stdout.strip(), motcua("first-admin").stdout.strip()
    assert [linked(here, one).state for one in (first, second)] == [links.State.OVER, links.State.OPEN]
    add(motcua, "an", "--role", "admin")
    assert linked(here, second).state is links.State.OVER
    done = motcua("first-admin")
    assert (done.returncode, done.stdout) == (2, "") and "motcua staff list" in done.stderr


def test_given_an_admin_who_lost_everything_when_reset_on_the_machine_then_the_password_alone_leads_in(
    motcua, here: Engine
) -> None:
    add(motcua, "an", "--role", "admin")
    with here.begin() as connection:
        person = people.by_login(connection, "an")
        assert person is not None
        kit.telephone(connection, person.id)
    assert "no second factor any more" in motcua("reset-second-factor", "an").stdout
    assert "had no second factor" in motcua("reset-second-factor", "AN").stdout
    with here.connect() as connection:
        then = people.by_login(connection, "an")
    assert then is not None and not then.second and then.epoch > person.epoch
    assert motcua("reset-second-factor", "nobody").returncode == 2


def test_given_a_password_that_is_piped_in_when_added_then_it_is_theirs_and_is_not_printed(
    motcua, here: Engine
) -> None:
    done = motcua("add", "an", "An", "--ask", piped="sông Bằng chảy qua\n")
    assert (done.returncode, done.stdout) == (0, "")
    assert "sông" not in done.stderr
    assert sign_in(here, "an", "sông Bằng chảy qua")


def test_given_people_when_listed_then_each_has_a_line_or_an_object_and_no_password(motcua, here: Engine) -> None:
    token = add(motcua).rpartition("/")[2]
    with here.begin() as connection:
        office = kit.office(connection)
        kit.person(connection, "[red]b", office, "lead", on_duty=False, seen_at=now(), email="b@x.vn")
    listed = motcua("list").stdout
    assert "an: Nguyễn Thị An (officer, office 1, vi, on duty, never seen)" in listed
    assert "[red]b: [red]b (lead, office 2, vi, b@x.vn, off duty, seen 20" in listed
    assert [json.loads(line)["login"] for line in motcua("list", "--json", "--office", "1").stdout.splitlines()] == [
        "an"
    ]
    told = motcua("list", "--json").stdout
    assert token not in told and "argon" not in told and '"seen_at": null' in told


def test_given_somebody_locked_when_given_a_new_password_then_the_lock_and_the_old_password_are_gone(
    motcua, here: Engine
) -> None:
    assert motcua("add", "an", "An", "--ask", piped="sông Bằng chảy qua\n").returncode == 0
    for _ in range(6):
        sign_in(here, "an", "falsch falsch")
    assert linked(here, motcua("password", "AN").stdout.strip()).state is links.State.OPEN
    assert sign_in(here, "an", "sông Bằng chảy qua") is None
    assert motcua("password", "an", "--ask", piped="núi Mắt Thần xanh\n").stdout == ""
    assert sign_in(here, "an", "núi Mắt Thần xanh")


def test_given_changes_when_typed_then_they_are_kept_and_what_is_left_out_stays(motcua, here: Engine) -> None:
    add(motcua, "an", "--email", "an@x.vn")
    with here.begin() as connection:
        office = kit.office(connection)
    told = ("--name", "Lục Văn An", "--role", "lead", "--office", str(office), "--languages", "zh vi", "--email", "")
    assert motcua("change", "an", *told).returncode == 0
    with here.connect() as connection:
        person = people.by_login(connection, "an")
    assert person is not None
    assert (person.name, person.role.value, person.office_id) == ("Lục Văn An", "lead", office)
    assert (person.languages, person.email) == (("vi", "zh"), "")
    assert motcua("change", "an", "--role", "officer").returncode == 0
    with here.connect() as connection:
        assert people.by_login(connection, "an").name == "Lục Văn An"


def test_given_somebody_with_cases_when_they_leave_then_those_are_back_in_line(motcua, here: Engine) -> None:
    add(motcua)
    with here.begin() as connection:
        case = kit.case(connection, staff_id=people.by_login(connection, "an").id)
    assert motcua("end", "an").stdout == "an can no longer sign in. Cases back in line: 1.\n"
    with here.connect() as connection:
        assert kit.of(connection, case).status == "waiting"
    assert motcua("end", "an").returncode == 2


def test_given_a_lost_telephone_when_signed_out_then_the_epoch_moves(motcua, here: Engine) -> None:
    add(motcua)
    assert "signed out everywhere" in motcua("sign-out", "an").stdout
    with here.connect() as connection:
        assert connection.execute(select(staff.c.epoch)).scalar() == 1


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("add", "x", "An"), 1),
        (("add", "an2", "An", "--office", "9"), 1),
        (("add", "an2", "An", "--languages", "fr"), 1),
        (("add", "an2", "An", "--email", "x"), 1),
        (("add", "an2", "An", "--role", "king"), 2),
        (("add", "an", "An"), 1),
        (("add", "an2", "An", "--ask"), 1),
        (("password", "nobody"), 2),
        (("change", "an"), 2),
        (("change", "nobody", "--name", "X"), 2),
        (("sign-out", "nobody"), 2),
        (("end", "boss"), 1),
    ],
)
def test_given_what_cannot_be_when_typed_then_one_line_says_why_and_nothing_changes(
    motcua, here: Engine, arguments: tuple[str, ...], code: int
) -> None:
    add(motcua)
    add(motcua, "boss", "--role", "admin")
    done = motcua(*arguments)
    assert (done.returncode, done.stdout) == (code, "")
    assert done.stderr and "Traceback" not in done.stderr
    with here.connect() as connection:
        assert len(people.every(connection)) == 2
