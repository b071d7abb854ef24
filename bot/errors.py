"""What can go wrong in the bot.

BotError
├── SchemaOutdated      the database is older than the program
├── ModelMissing        nobody has trained the model of this data
├── NoSuchModel         a model that is to answer is not there
├── ModelUnfit          a model that is to answer is not one of this program
├── ContentInvalid      the training files hold slips
├── EngineFailed        Rasa or an action raised
├── PostFailed          the inbox could not keep a message
├── SendFailed          a channel could not deliver
│   ├── TryLater        it may work later
│   ├── Unreachable     the citizen has blocked us or left
│   ├── WindowClosed    too long silent, or it would cost money
│   └── ChannelDown     the provider refuses us, not the message
├── FetchFailed         a file that a citizen sent could not be fetched
├── NotGenuine          a webhook was called by somebody else than the provider
├── NotReadable         a genuine body of a shape that nobody knows
├── DeskError           a case cannot be acted upon that way
│   ├── CaseTaken       somebody else was faster
│   ├── CaseMoved       it was closed, returned or transferred meanwhile
│   ├── UndoOver        it is too late to undo that
│   ├── EditMoved       somebody else has changed the draft, or it is no draft any more
│   ├── EditStale       what it was written upon is not what citizens are told now
│   ├── CannotReply     the channel brings nothing to the citizen now
│   └── Refused         what was typed or chosen cannot be taken
├── StaffInvalid        an account, an office or a rule cannot be as it was given
├── NoToken             a channel has no valid token
├── CannotOpen          no key opens what was sealed
├── OperationFailed     a backup, a restore or an upgrade could not be done
│   ├── BackupUnreadable   a backup is cut off, changed, or no backup at all
│   ├── WrongKey        a backup was sealed with another key
│   └── InUse           the database has to be nobody's while it is replaced
├── ProvinceSilent      the province's sign-in does not answer
├── ProvinceRefused     what the province's sign-in says is not to be believed
├── CannotListen        the port is taken, or not ours to take
└── WrongUse            a command was given something it cannot take
"""

from __future__ import annotations

from collections.abc import Sequence


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


class ModelUnfit(BotError):
    """A model does not fit this program: answering with it would fail, or miss what buttons ask for."""

    def __init__(self, name: str, why: Sequence[str]) -> None:
        super().__init__(f'The model "{name}" does not fit this program: {", ".join(why)}. Run: motcua train')
        self.name, self.why = name, tuple(why)


class ContentInvalid(BotError):
    """The training files hold slips, told one a line with file and line; nothing was trained."""


class EngineFailed(BotError):
    """The engine could not answer; the cause is chained."""


class PostFailed(BotError):
    """The inbox could not keep a message; the citizen is told to send it again."""


class SendFailed(BotError):
    """A channel could not deliver.

    `retry_after`: seconds until the next try, None for never. `perhaps_sent`: the provider may have taken it all the
    same. `whole_channel`: nothing else will get through either until then. The message names what the provider said, a
    code or a kind of error, and nothing of the citizen.
    """

    def __init__(
        self,
        reason: str,
        retry_after: float | None = None,
        *,
        perhaps_sent: bool = False,
        whole_channel: bool = False,
    ) -> None:
        super().__init__(reason)
        self.retry_after = retry_after
        self.perhaps_sent = perhaps_sent
        self.whole_channel = whole_channel


class TryLater(SendFailed):
    """It may work later; the post decides when, waiting longer each time."""

    def __init__(self, reason: str, *, perhaps_sent: bool = False) -> None:
        super().__init__(reason, 0.0, perhaps_sent=perhaps_sent)


class Unreachable(SendFailed):
    """This citizen has blocked us or left: nothing more is sent until they write again."""


class WindowClosed(SendFailed):
    """The citizen has been silent for too long, or a message would cost money that nobody agreed to."""


class ChannelDown(SendFailed):
    """The provider refuses us, not the message: a person has to mend something. All letters wait."""

    def __init__(self, reason: str, retry_after: float = 300.0) -> None:
        super().__init__(reason, retry_after, whole_channel=True)


class FetchFailed(BotError):
    """A file could not be fetched. `for_good`: trying again is no use."""

    def __init__(self, reason: str, for_good: bool = False) -> None:
        super().__init__(reason)
        self.for_good = for_good


class NotGenuine(BotError):
    """Whoever posted to a webhook could not prove to be the provider."""


class NotReadable(BotError):
    """A genuine body of a shape that nobody knows."""


class DeskError(BotError):
    """A case cannot be acted upon that way. `key` names the words that staff read, `values` fill them."""

    key = "trouble"

    def __init__(self, **values: str) -> None:
        super().__init__(self.key)
        self.values = values


class CaseTaken(DeskError):
    """Somebody else owns it; `name` is theirs."""

    key = "trouble.taken"


class CaseMoved(DeskError):
    """It is not what the page showed any more: closed, returned, transferred, released."""

    key = "trouble.moved"


class EditMoved(DeskError):
    """An edit is not what the page showed any more: saved, sent, published or discarded meanwhile."""

    key = "trouble.edit_moved"


class EditStale(DeskError):
    """Citizens are told something else than when the edit was begun: it has to be merged first."""

    key = "trouble.edit_stale"


class UndoOver(DeskError):
    """The minute is over, or something has happened since."""

    key = "trouble.undo_over"


class CannotReply(DeskError):
    """The citizen has left, or the channel's window is closed, or it costs and nobody has agreed."""

    key = "trouble.cannot_reply"

    def __init__(self, why: str) -> None:
        super().__init__()
        #: left, closed, paid.
        self.key = f"{type(self).key}.{why}"


class Refused(DeskError):
    """What was typed or chosen cannot be taken; `why` names it: empty, too_long, already_there, office_ended."""

    key = "trouble.refused"

    def __init__(self, why: str, **values: str) -> None:
        super().__init__(**values)
        self.key = f"{type(self).key}.{why}"
        self.args = (self.key,)


class StaffInvalid(BotError):
    """An account, an office, a day or a rule cannot be as it was given; the message says what to do.

    `why` names the same for the words of the console: "admin.invalid.<why>".
    """

    def __init__(self, told: str, why: str = "") -> None:
        super().__init__(told)
        self.why = why


class NoToken(BotError):
    """A channel has no valid token. Run: motcua channel zalo-oa login."""

    def __init__(self) -> None:
        super().__init__(str(self.__doc__))


class CannotOpen(BotError):
    """No key of MOTCUA_DATA_KEY opens what was sealed. Add the key that sealed it, after a space."""

    def __init__(self, told: str = "") -> None:
        super().__init__(told or str(self.__doc__))


class ProvinceSilent(BotError):
    """The province's sign-in does not answer as one does; passwords still work."""


class ProvinceRefused(BotError):
    """The province's sign-in says no, or something that is not signed, not for us, or too old."""


class CannotListen(BotError):
    """The address cannot be listened on."""

    def __init__(self, host: str, port: int, why: str) -> None:
        super().__init__(
            f"Cannot listen on {host}:{port} ({why}). Set MOTCUA_PORT to another port, or stop what uses it."
        )


class OperationFailed(BotError):
    """A backup, a restore or an upgrade could not be done; what was there is as it was."""


class BackupUnreadable(OperationFailed):
    """A backup is cut off, changed, or no backup at all: nothing of it was used."""


class WrongKey(OperationFailed):
    """A backup was sealed with another key."""

    def __init__(self) -> None:
        super().__init__(
            "This key does not open the backup. Set MOTCUA_BACKUP_KEY, or --key-file, to the one that was in use then."
        )


class InUse(OperationFailed):
    """Somebody has the database open: the service, or another command."""

    def __init__(self, who: str) -> None:
        super().__init__(f"{who}. Stop the service first: systemctl stop motcua, or docker compose stop app")


class WrongUse(BotError):
    """The command cannot take what it was given."""
