"""What can go wrong in the bot.

BotError
├── SchemaOutdated      the database is older than the program
├── ModelMissing        nobody has trained the model of this data
├── NoSuchModel         a model that is to answer is not there
├── ContentInvalid      the training files hold slips
├── EngineFailed        Rasa or an action raised
├── PostFailed          the inbox could not keep a message
├── SendFailed          a channel could not deliver
├── CannotListen        the port is taken, or not ours to take
└── WrongUse            a command was given something it cannot take
"""

from __future__ import annotations


class BotError(Exception):
    """Base of all errors of the bot. The message is for an operator."""


class SchemaOutdated(BotError):
    """The database schema is not the program's. Run: motcua migrate."""

    def __init__(self, found: str | None, wanted: str) -> None:
        state = f"is at {found}" if found else "has no tables yet"
        super().__init__(f"The database {state}, this program needs {wanted}. Run: motcua migrate")


class ModelMissing(BotError):
    """There is no trained model for the data in nlu/. Run: motcua train."""

    def __init__(self) -> None:
        super().__init__(str(self.__doc__))


class NoSuchModel(BotError):
    """There is no such model. See: motcua model list."""

    def __init__(self, name: str) -> None:
        super().__init__(f'There is no model "{name}" to go to. See: motcua model list')


class ContentInvalid(BotError):
    """The training files hold slips, told one a line with file and line; nothing was trained."""


class EngineFailed(BotError):
    """The engine could not answer; the cause is chained."""


class PostFailed(BotError):
    """The inbox could not keep a message; the citizen is told to send it again."""


class SendFailed(BotError):
    """A channel could not deliver. `retry_after` is in seconds; None means never again."""

    def __init__(self, reason: str, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class CannotListen(BotError):
    """The address cannot be listened on."""

    def __init__(self, host: str, port: int, why: str) -> None:
        super().__init__(
            f"Cannot listen on {host}:{port} ({why}). Set MOTCUA_PORT to another port, or stop what uses it."
        )


class WrongUse(BotError):
    """The command cannot take what it was given."""
