"""The files of deploy/, as far as they can be tried without Docker, systemd and a domain."""

from __future__ import annotations

import configparser
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.cli import app
from bot.operations.example import example
from bot.settings import SETTINGS

ROOT = Path(__file__).parents[3]
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
DOCKERFILE = (DEPLOY / "Dockerfile").read_text("utf-8")


def compose() -> dict[str, Any]:
    told: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yml").read_text("utf-8"))
    return told


def unit(path: Path) -> dict[str, list[str]]:
    """Setting → values, of all sections: some stand there more than once."""
    found: dict[str, list[str]] = {}
    for line in path.read_text("utf-8").splitlines():
        if "=" in line and not line.startswith("#"):
            name, _, value = line.partition("=")
            found.setdefault(name, []).append(value)
    return found


def commands() -> set[str]:
    """Words that may follow `motcua`."""
    named = {one.name or str(one.callback.__name__) for one in app.registered_commands if one.callback}
    return named | {str(group.name) for group in app.registered_groups}


def test_given_the_settings_when_the_example_is_compared_then_it_holds_them_all() -> None:
    told = (DEPLOY / ".env.example").read_text("utf-8")
    assert told == example(), "Run: python -m bot.operations.example > deploy/.env.example"
    # An example holds no secret.
    assert all(f"#{setting.name}=\n" in told for setting in SETTINGS if setting.secret)


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_given_a_unit_when_read_then_what_it_runs_is_a_command_and_it_may_do_little(path: Path) -> None:
    told = unit(path)
    for line in (*told["ExecStart"], *told.get("ExecStartPre", ())):
        program, word, *_ = line.split()
        assert (program, word in commands()) == ("/opt/motcua/.venv/bin/motcua", True), line
    assert told["User"] == ["motcua"]
    assert (told["NoNewPrivileges"], told["ProtectSystem"], told["CapabilityBoundingSet"]) == (
        ["true"],
        ["strict"],
        [""],
    )
    assert (told["StateDirectory"], told["WorkingDirectory"]) == (["motcua"], ["/opt/motcua"])
    assert "MemoryMax" in told


def test_given_the_timer_when_read_then_it_names_vietnams_night_and_makes_up_for_what_was_missed() -> None:
    told = unit(DEPLOY / "systemd" / "motcua-backup.timer")
    assert told["OnCalendar"] == ["*-*-* 01:30:00 Asia/Ho_Chi_Minh"]
    assert told["Persistent"] == ["true"]
    configparser.ConfigParser(strict=False).read(DEPLOY / "systemd" / "motcua-backup.timer")


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd-analyze")
def test_given_the_units_when_systemd_reads_them_then_it_misses_nothing_but_the_installed_command() -> None:
    done = subprocess.run(
        ["systemd-analyze", "verify", *map(str, (DEPLOY / "systemd").iterdir())], capture_output=True, text=True
    )
    other = [line for line in done.stderr.splitlines() if "Command /opt/motcua/.venv/bin/motcua is not" not in line]
    assert other == []


def test_given_the_compose_file_when_read_then_every_service_is_bounded_and_comes_back() -> None:
    told = compose()
    assert set(told["services"]) == {"app", "backup", "db", "caddy"}
    for name, service in told["services"].items():
        assert service["restart"] == "unless-stopped", name
        assert "mem_limit" in service, name
        assert "ports" not in service or name == "caddy"
        assert set(service["networks"]) <= set(told["networks"])
        for volume in service.get("volumes", ()):
            assert volume.split(":")[0] in told["volumes"] or volume.startswith("./Caddyfile:")
    total = sum(int(service["mem_limit"].removesuffix("m")) for service in told["services"].values())
    assert total < 4000, "a server of the province has 4 GB"
    assert told["services"]["db"]["healthcheck"]["test"][1] == "pg_isready"


def test_given_the_compose_file_when_read_then_no_secret_stands_in_it_and_none_has_a_default() -> None:
    text = (DEPLOY / "compose.yml").read_text("utf-8")
    assert not re.search(r"\$\{[A-Z_]+:-", text)
    assert re.search(r"\$\{POSTGRES_PASSWORD:\?", text)
    names = {setting.name for setting in SETTINGS} | {"MOTCUA_DOMAIN", "MOTCUA_UPSTREAM"}
    for service in compose()["services"].values():
        known = {name for name in service.get("environment", {}) if name.startswith("MOTCUA_")}
        assert known <= names


def test_given_caddy_when_read_then_it_leads_to_the_port_where_the_program_listens() -> None:
    caddy = (DEPLOY / "Caddyfile").read_text("utf-8")
    port = next(setting.default for setting in SETTINGS if setting.name == "MOTCUA_PORT")
    assert f"reverse_proxy {{$MOTCUA_UPSTREAM:127.0.0.1:{port}}}" in caddy
    service = compose()["services"]
    assert service["caddy"]["environment"]["MOTCUA_UPSTREAM"] == f"app:{service['app']['environment']['MOTCUA_PORT']}"
    assert f"EXPOSE {port}\n" in DOCKERFILE
    assert caddy.count("{") == caddy.count("}")
    # Open pages hear at once.
    assert "flush_interval -1" in caddy


def test_given_the_dockerfile_when_read_then_it_is_as_linters_want_it() -> None:
    lines = re.sub(r"\\\n", " ", DOCKERFILE).splitlines()
    done = [line.split(None, 1) for line in lines if line and not line.startswith("#")]
    images = [value.split()[0] for word, value in done if word == "FROM"]
    assert len(images) == 2
    assert all(":" in image and not image.endswith(":latest") for image in images)
    assert [value for word, value in done if word == "USER"] == ["motcua"]
    assert any(word == "HEALTHCHECK" for word, _ in done)
    assert all("rm -rf /var/lib/apt/lists" in value for _, value in done if "apt-get install" in value)
    assert all("--no-install-recommends" in value for _, value in done if "apt-get install" in value)
    assert not any(word == "ADD" or "sudo" in value for word, value in done)
    assert all(value.startswith(("[", "motcua")) for word, value in done if word in ("CMD", "ENTRYPOINT"))


def test_given_what_the_dockerfile_copies_when_looked_for_then_it_is_there_and_not_ignored() -> None:
    ignored = (DEPLOY / "Dockerfile.dockerignore").read_text("utf-8").splitlines()
    let_in = [line[1:] for line in ignored if line.startswith("!")]
    for line in re.findall(r"^COPY (?!--)(.+)$", DOCKERFILE, re.MULTILINE):
        for source in line.split()[:-1]:
            assert (ROOT / source).exists(), source
            assert source in let_in, source
    assert "*" in ignored
    assert "var" not in let_in


def test_given_what_the_installation_copies_when_looked_for_then_it_is_there() -> None:
    script = (DEPLOY / "install.sh").read_text("utf-8")
    for line in re.findall(r"^for part in (.+); do$", script, re.MULTILINE):
        assert [part for part in line.split() if not (ROOT / part).exists()] == []
    subprocess.run(["bash", "-n", str(DEPLOY / "install.sh")], check=True)
    subprocess.run(["sh", "-n", str(DEPLOY / "start.sh")], check=True)
    assert (DEPLOY / "install.sh").stat().st_mode & 0o111
    assert (DEPLOY / "start.sh").stat().st_mode & 0o111


def test_given_the_start_of_the_container_when_its_commands_are_read_then_each_is_one_of_ours() -> None:
    script = (DEPLOY / "start.sh").read_text("utf-8")
    words = re.findall(r"^\s*motcua (\S+)", script, re.MULTILINE)
    assert words == ["migrate", "train"]
    assert set(words) <= commands()
