"""Prints the file of settings to begin with: python -m bot.operations.example > deploy/.env.example."""

from __future__ import annotations

import sys

from bot.settings import SETTINGS

_HEAD = """\
# Settings of motcua. Copy this file: to /opt/motcua/.env (systemd), or to deploy/.env (Docker). It holds secrets:
# chmod 640. What is commented out has its default. `motcua settings` prints what is in force; `motcua doctor` tells
# what is wrong.

# For Docker alone: the host name that citizens type, and a password of letters and digits (openssl rand -hex 24).
#MOTCUA_DOMAIN=
#POSTGRES_PASSWORD=
"""


def example() -> str:
    """Every setting with its help and default."""
    lines = [f"\n# {setting.help}\n#{setting.name}={setting.default}\n" for setting in SETTINGS]
    return _HEAD + "".join(lines)


if __name__ == "__main__":
    sys.stdout.write(example())
