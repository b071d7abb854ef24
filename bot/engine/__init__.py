"""Rasa in this process: its agent, our actions without a second server, a memory that does not grow.

Importing this package imports no Rasa; `Engine.load` does, once and late.
"""

from bot.engine.engine import Engine

__all__ = ["Engine"]
