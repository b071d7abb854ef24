"""Procedures as they are told: in the language that is being spoken, as far as they speak it."""

from __future__ import annotations

from actions.words import spoken
from procedures.catalogue import current_view
from procedures.languages import in_language, translated
from procedures.model import Procedure


def known(code: str | None) -> Procedure | None:
    """The procedure of a code; None where there is none."""
    procedure = current_view().by_code(code) if code else None
    return in_language(procedure, spoken()) if procedure else None


def speaks(procedure: Procedure) -> bool:
    """Whether a procedure is told in the language that is being spoken; records are Vietnamese only."""
    return spoken() == "vi" or bool(translated(procedure, spoken()))
