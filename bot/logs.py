"""Logs: one line an event on standard error, ids and kinds only.

Rasa logs the texts of messages at debug level, through the same structlog: that level is never let through.
"""

from __future__ import annotations

import logging
import sys

import structlog


def configure(level: int = logging.INFO) -> None:
    """`level` is at least INFO whatever is asked for."""
    level = max(level, logging.INFO)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")
    # Rasa prints the traces of what an action raised; the turn logs its kind and place.
    logging.getLogger("rasa").setLevel(logging.CRITICAL)
    # Deprecations inside Rasa's pins, which nobody here can act on.
    logging.captureWarnings(True)
    logging.getLogger("py.warnings").setLevel(logging.ERROR)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"]),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        # Standard error as it is at the time of each event, not as it was at the start.
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
    )


def where(error: BaseException) -> str:
    """File and line that raised: with the kind of the error, all that a log may say of it."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else ""
