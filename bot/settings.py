"""One table of settings: name, default, unit, secret or not, help. A .env file is read."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dotenv import dotenv_values

from bot.errors import WrongUse
from procedures.database import VAR, default_url


@dataclass(frozen=True)
class Setting:
    """One line of the table."""

    name: str
    default: str
    help: str
    secret: bool = False


SETTINGS = (
    Setting("MOTCUA_DATABASE_URL", "", "Address of the database; default SQLite under var/", secret=True),
    Setting("MOTCUA_HOST", "127.0.0.1", "Address to listen on"),
    Setting("MOTCUA_PORT", "8000", "Port to listen on"),
    Setting("MOTCUA_BASE_URL", "", "Address under which citizens reach the site; default http://HOST:PORT"),
    Setting("MOTCUA_SECRET_KEY", "", "Signs browser sessions; default: made once and kept in var/", secret=True),
)


@dataclass(frozen=True)
class Settings:
    """The effective values."""

    database_url: str
    host: str
    port: int
    base_url: str
    secret_key: str

    @property
    def secure_cookies(self) -> bool:
        """Cookies only over HTTPS where the site is reached that way."""
        return self.base_url.startswith("https://")


def load(environment: Mapping[str, str] | None = None) -> Settings:
    """Settings from the environment, then .env, then the defaults. Raises WrongUse."""
    if environment is None:
        environment = {**{k: v for k, v in dotenv_values(".env").items() if v is not None}, **os.environ}
    values = {setting.name: environment.get(setting.name) or setting.default for setting in SETTINGS}
    host, port = values["MOTCUA_HOST"], _port(values["MOTCUA_PORT"])
    # The catalogue is also opened by code that Rasa calls, which reads this one from the environment.
    if values["MOTCUA_DATABASE_URL"]:
        os.environ["MOTCUA_DATABASE_URL"] = values["MOTCUA_DATABASE_URL"]
    return Settings(
        database_url=values["MOTCUA_DATABASE_URL"] or default_url(),
        host=host,
        port=port,
        base_url=values["MOTCUA_BASE_URL"] or f"http://{host}:{port}",
        secret_key=values["MOTCUA_SECRET_KEY"] or _kept_secret(VAR / "secret_key"),
    )


def _port(text: str) -> int:
    if not text.isdigit() or not 0 <= int(text) <= 65535:
        raise WrongUse(f"MOTCUA_PORT must be a number from 0 to 65535, not {text!r}")
    return int(text)


def _kept_secret(path: Path) -> str:
    """Made once, readable by the owner alone, so that sessions outlive a restart."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(32))
    except FileExistsError:
        pass
    return path.read_text()
