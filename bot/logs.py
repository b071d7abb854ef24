"""Logs: one line an event on standard error, ids and kinds only; as text, or as JSON for a program that collects them.

Rasa logs the texts of messages at debug level, through the same structlog: that level is never let through.
"""

from __future__ import annotations

import logging
import sys

import structlog
from structlog.typing import Processor

#: The form that was asked for last; whoever changes the level alone keeps it.
_form = {"form": "text"}


def configure(level: int = logging.INFO, form: str = "") -> None:
    """`level` is at least INFO whatever is asked for; `form`: text or json, empty for the one before."""
    level = max(level, logging.INFO)
    _form["form"] = form or _form["form"]
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")
    # Rasa prints the traces of what an action raised; the turn logs its kind and place.
    logging.getLogger("rasa").setLevel(logging.CRITICAL)
    # Deprecations inside Rasa's pins, which nobody here can act on.
    logging.captureWarnings(True)
    logging.getLogger("py.warnings").setLevel(logging.ERROR)
    structlog.configure(
        processors=[
            # What a whole request has in common: its name.
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            _renderer(_form["form"]),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        # Standard error as it is at the time of each event, not as it was at the start.
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
    )


def _renderer(form: str) -> Processor:
    if form == "json":
        return structlog.processors.JSONRenderer(ensure_ascii=False)
    return structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"])


def where(error: BaseException) -> str:
    """File and line that raised: with the kind of the error, all that a log may say of it."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else ""
