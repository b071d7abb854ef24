"""What must be set before Rasa is imported, in every path that starts it."""

from __future__ import annotations

import logging
import os

import structlog

from bot import logs
from bot.engine import without_tensorflow


def prepare() -> None:
    """Switches off what reports home, and the chatter of what Rasa brings along."""
    # Rasa reports usage by default. Not from a public office.
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    without_tensorflow.leave_out()
    # Rasa draws a progress bar for each of its steps unless it is told to log errors only.
    os.environ.setdefault("LOG_LEVEL", "ERROR")
    if not structlog.is_configured():
        # Rasa writes the citizen's words to its log unless somebody has said otherwise.
        logs.configure(logging.WARNING)
    os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")
