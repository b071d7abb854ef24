"""Settings from the environment."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot import settings
from bot.accounts.people import Role
from bot.errors import WrongUse
from bot.privacy.vault import Cipher


@pytest.fixture(autouse=True)
def elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setattr(settings, "VAR", tmp_path)
    return tmp_path


def test_given_nothing_when_loaded_then_the_defaults_stand() -> None:
    loaded = settings.load({})
    assert (loaded.host, loaded.port, loaded.base_url) == ("127.0.0.1", 8000, "http://127.0.0.1:8000")
    assert loaded.database_url.startswith("sqlite:///")
    assert not loaded.secure_cookies


def test_given_no_secret_when_loaded_twice_then_it_is_made_once_for_the_owner_alone(elsewhere: Path) -> None:
    first, second = settings.load({}).secret_key, settings.load({}).secret_key
    assert first == second
    assert len(first) >= 32
    assert (elsewhere / "secret_key").stat().st_mode & 0o077 == 0


def test_given_no_data_key_when_loaded_twice_then_one_that_seals_is_made_once_for_the_owner_alone(
    elsewhere: Path,
) -> None:
    first, second = settings.load({}).data_key, settings.load({}).data_key
    assert first == second and Cipher(first).open(Cipher(second).seal("x")) == "x"
    assert (elsewhere / "data_key").stat().st_mode & 0o077 == 0
    assert sorted(path.name for path in elsewhere.iterdir()) == ["data_key", "secret_key"]
    assert settings.load({"MOTCUA_DATA_KEY": "a b"}).data_key == "a b"


@pytest.mark.parametrize("port", ["abc", "-1", "70000", "80 80"])
def test_given_a_bad_port_when_loaded_then_it_says_so(port: str) -> None:
    with pytest.raises(WrongUse, match="MOTCUA_PORT"):
        settings.load({"MOTCUA_PORT": port})


def test_given_an_https_address_when_loaded_then_cookies_are_secure() -> None:
    assert settings.load({"MOTCUA_BASE_URL": "https://example.gov.vn"}).secure_cookies


@pytest.mark.parametrize(
    ("name", "value"),
    [("SESSION_HOURS", "0"), ("SESSION_HOURS", "25"), ("SESSION_HOURS", "a"), ("SECOND_FACTOR", "nobody")],
)
def test_given_a_setting_of_accounts_that_cannot_be_when_loaded_then_it_says_so(name: str, value: str) -> None:
    with pytest.raises(WrongUse, match=f"MOTCUA_{name}"):
        settings.load({f"MOTCUA_{name}": value})


def test_given_the_settings_of_accounts_when_loaded_then_roles_are_those_of_people() -> None:
    loaded = settings.load({"MOTCUA_SESSION_HOURS": "8", "MOTCUA_SECOND_FACTOR": "lead"})
    assert (loaded.session_hours, loaded.second_factor) == (8, "lead")
    assert tuple(role.value for role in Role) == settings.ROLES
