"""Words of the bot itself: pages, notices, apologies. What an answer says is in actions/."""

from __future__ import annotations

from pathlib import Path

from procedures.phrasebook import Phrasebook, phrasebook

_FOLDER = Path(__file__).with_name("locales")


def words() -> Phrasebook:
    """The bot's phrasebook."""
    return phrasebook(_FOLDER)
