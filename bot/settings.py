"""One table of settings: name, default, unit, secret or not, help. A .env file is read."""

from __future__ import annotations

import base64
import contextlib
import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from dotenv import dotenv_values

from bot.errors import WrongUse
from procedures.database import VAR, default_url

#: Of staff, each may do what those before may.
ROLES = ("officer", "lead", "editor", "reviewer", "admin")


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
    Setting(
        "MOTCUA_DATA_KEY",
        "",
        "Seals personal data; several parted by spaces: the first seals, all open; default: made once, kept in var/",
        secret=True,
    ),
    Setting("MOTCUA_BACKUP_KEY", "", "Passphrase that backups are sealed with; keep a copy elsewhere", secret=True),
    Setting("MOTCUA_MEDIA", "", "Folder of what citizens send; default var/media"),
    Setting(
        "MOTCUA_EMBED_ORIGINS", "", "Sites that may show the chat, such as https://caobang.gov.vn, parted by spaces"
    ),
    Setting(
        "MOTCUA_OFFICIAL_LINKS",
        "",
        "Our own channels, shown on /official, such as https://zalo.me/123 https://t.me/our_bot, parted by spaces",
    ),
    Setting(
        "MOTCUA_TRUSTED_PROXIES",
        "127.0.0.1",
        "Addresses or networks of proxies whose word on a visitor's address is taken, parted by spaces",
    ),
    Setting("MOTCUA_TELEGRAM_TOKEN", "", "Token of the bot, from @BotFather; without it Telegram is off", secret=True),
    Setting("MOTCUA_TELEGRAM_SECRET", "", "Telegram posts to us with it; without it we ask Telegram", secret=True),
    Setting("MOTCUA_TELEGRAM_BASE_URL", "https://api.telegram.org/bot", "Where Telegram listens, without the token"),
    Setting("MOTCUA_ZALO_OA_APP_ID", "", "Id of the Zalo app; without it the Official Account is off"),
    Setting("MOTCUA_ZALO_OA_APP_SECRET", "", "Secret of the app: gets tokens", secret=True),
    Setting("MOTCUA_ZALO_OA_WEBHOOK_SECRET", "", "OA secret key of the webhook page: signs events", secret=True),
    Setting("MOTCUA_ZALO_OA_API_BASE", "https://openapi.zalo.me", "Where the Official Account API listens"),
    Setting("MOTCUA_ZALO_OA_OAUTH_BASE", "https://oauth.zaloapp.com", "Where Zalo gives out tokens"),
    Setting("MOTCUA_ZALO_BOT_TOKEN", "", "Token of the Zalo bot; without it the bot is off", secret=True),
    Setting("MOTCUA_ZALO_BOT_SECRET", "", "Zalo posts to us with it; without it we ask Zalo", secret=True),
    Setting("MOTCUA_ZALO_BOT_BASE_URL", "https://bot-api.zaloplatforms.com", "Where Zalo bots are served"),
    Setting(
        "MOTCUA_SMTP_URL",
        "",
        "Mail server for alerts to staff, smtp://user:password@host:587 or smtps://user:password@host; off without",
        secret=True,
    ),
    Setting("MOTCUA_SESSION_HOURS", "12", "Hours after which staff sign in anew, 1 to 24"),
    Setting("MOTCUA_SECOND_FACTOR", "admin", "Least role that must sign in with a code too: officer, lead, … or admin"),
    Setting("MOTCUA_OIDC_ISSUER", "", "Sign-in of the province (OpenID Connect), such as https://sso.caobang.gov.vn"),
    Setting("MOTCUA_OIDC_CLIENT_ID", "", "How the province's sign-in knows us; off without"),
    Setting("MOTCUA_OIDC_CLIENT_SECRET", "", "Proves to it that it is us", secret=True),
    Setting("MOTCUA_OIDC_NAME", "", "What the button of that sign-in says; default its address"),
    Setting("MOTCUA_SMTP_FROM", "", "Address that alerts come from, such as mot-cua@caobang.gov.vn"),
    Setting(
        "MOTCUA_METRICS_TOKEN",
        "",
        "Lets /metrics and /health/deep be read from elsewhere: Authorization: Bearer …; without it from here alone",
        secret=True,
    ),
    Setting("MOTCUA_LOG_FORMAT", "text", "Log lines as text, or as json for a program that collects them"),
)


@dataclass(frozen=True)
class Settings:
    """The effective values."""

    database_url: str
    host: str
    port: int
    base_url: str
    secret_key: str
    #: Keys of Fernet, parted by spaces: bot.privacy.vault.Cipher.
    data_key: str = ""
    backup_key: str = ""
    media: str = ""
    embed_origins: str = ""
    official_links: str = ""
    trusted_proxies: str = "127.0.0.1"
    telegram_token: str = ""
    telegram_secret: str = ""
    telegram_base_url: str = ""
    zalo_oa_app_id: str = ""
    zalo_oa_app_secret: str = ""
    zalo_oa_webhook_secret: str = ""
    zalo_oa_api_base: str = ""
    zalo_oa_oauth_base: str = ""
    zalo_bot_token: str = ""
    zalo_bot_secret: str = ""
    zalo_bot_base_url: str = ""
    smtp_url: str = ""
    smtp_from: str = ""
    session_hours: int = 12
    second_factor: str = "admin"
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: str = ""
    oidc_name: str = ""
    metrics_token: str = ""
    log_format: str = "text"

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
    plain = {setting.name.removeprefix("MOTCUA_").lower(): values[setting.name] for setting in SETTINGS}
    given = {
        "database_url": values["MOTCUA_DATABASE_URL"] or default_url(),
        "port": port,
        "session_hours": _hours(values["MOTCUA_SESSION_HOURS"]),
        "second_factor": _role(values["MOTCUA_SECOND_FACTOR"]),
        "base_url": values["MOTCUA_BASE_URL"] or f"http://{host}:{port}",
        "media": values["MOTCUA_MEDIA"] or str(VAR / "media"),
        "secret_key": values["MOTCUA_SECRET_KEY"] or _kept_secret(VAR / "secret_key"),
        "data_key": values["MOTCUA_DATA_KEY"] or _kept_secret(VAR / "data_key", _data_key),
    }
    return Settings(**{**plain, **given})  # type: ignore[arg-type]


def _port(text: str) -> int:
    if not text.isdigit() or not 0 <= int(text) <= 65535:
        raise WrongUse(f"MOTCUA_PORT must be a number from 0 to 65535, not {text!r}")
    return int(text)


def _hours(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 24:
        raise WrongUse(f"MOTCUA_SESSION_HOURS must be a number from 1 to 24, not {text!r}")
    return int(text)


def _role(text: str) -> str:
    """Names of bot.accounts.people.Role, which nothing here may import."""
    if text not in ROLES:
        raise WrongUse(f"MOTCUA_SECOND_FACTOR must be one of {', '.join(ROLES)}, not {text!r}")
    return text


def _data_key() -> str:
    """A key of Fernet: 32 bytes in base64."""
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


def _kept_secret(path: Path, made: Callable[[], str] = lambda: secrets.token_urlsafe(32)) -> str:
    """Made once, readable by the owner alone, so that sessions and what is sealed outlive a restart."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        # Whole at once: of two processes that start together the second must not read half of it.
        beside = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(made())
        with contextlib.suppress(FileExistsError):
            os.link(beside, path)
        beside.unlink()
    return path.read_text()
