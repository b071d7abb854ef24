"""What to do when Zalo says no: docs.zaloplatforms.com/docs/OA/phu-luc/ma-loi, as data."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from enum import Enum
from functools import partial

import httpx

from bot.channels.zalo_oa.shapes import now
from bot.errors import ChannelDown, SendFailed, TryLater, Unreachable, WindowClosed

#: Zalo's promotional messages go out from six in the morning, Vietnam time.
_VIETNAM, _MORNING_HOUR = timezone(timedelta(hours=7)), 6
#: Seconds until a quota is looked at again.
_QUOTA_RETRY = 3600.0


class Do(Enum):
    """What a code asks for."""

    #: The access token has ended: refresh it once and ask once more.
    REFRESH = "refresh"
    #: The uploaded picture has ended: upload it once more.
    UPLOAD = "upload"
    LATER = "later"
    #: Later, and perhaps it was sent all the same.
    PERHAPS = "perhaps"
    UNREACHABLE = "unreachable"
    WINDOW = "window"
    MORNING = "morning"
    #: Never again: the message itself is wrong, or our code is.
    DEAD = "dead"
    QUOTA = "quota"
    #: Used up for this citizen alone.
    RECIPIENT_QUOTA = "recipient quota"
    #: A person has to mend something in one of Zalo's consoles.
    DOWN = "down"


DO: dict[int, Do] = {
    -216: Do.REFRESH,
    -220: Do.REFRESH,
    -32: Do.LATER,
    -100: Do.UPLOAD,
    -200: Do.PERHAPS,
    -201: Do.DEAD,
    -210: Do.DEAD,
    -233: Do.DEAD,
    -213: Do.UNREACHABLE,
    -217: Do.UNREACHABLE,
    -244: Do.UNREACHABLE,
    -227: Do.UNREACHABLE,
    -230: Do.WINDOW,
    -232: Do.WINDOW,
    -234: Do.MORNING,
    -211: Do.QUOTA,
    -218: Do.RECIPIENT_QUOTA,
    **dict.fromkeys((-204, -205, -209, -212, -219, -221, -223, -224, -235), Do.DOWN),
    -240: Do.DEAD,
    -242: Do.DOWN,
    -248: Do.DEAD,
    -320: Do.DOWN,
    -321: Do.DOWN,
    -14002: Do.DOWN,
    -14003: Do.DOWN,
}
TOKEN_ENDED = frozenset(code for code, do in DO.items() if do is Do.REFRESH)


class UploadEnded(SendFailed):
    """The picture was uploaded too long ago; where a new upload does not help the letter is dead."""


_MADE: dict[Do, Callable[[str], SendFailed]] = {
    # A new token that is refused as well is a matter for a person.
    Do.REFRESH: ChannelDown,
    Do.UPLOAD: UploadEnded,
    Do.LATER: TryLater,
    Do.PERHAPS: partial(TryLater, perhaps_sent=True),
    Do.UNREACHABLE: Unreachable,
    Do.WINDOW: WindowClosed,
    Do.DEAD: SendFailed,
    Do.RECIPIENT_QUOTA: partial(SendFailed, retry_after=_QUOTA_RETRY),
    Do.QUOTA: partial(ChannelDown, retry_after=_QUOTA_RETRY),
    Do.DOWN: ChannelDown,
}
#: Errors before a byte of the request was written.
_NEVER_OPENED = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.InvalidURL,
)


def raise_for(code: int, moment: datetime | None = None) -> None:
    """Raises the SendFailed of a code; 0 is success. Of a code that nobody knows the message may have been sent."""
    if code == 0:
        return
    do = DO.get(code, Do.PERHAPS)
    reason = f"zalo {code}"
    if do is Do.MORNING:
        raise SendFailed(reason, until_morning(moment or now()))
    raise _MADE[do](reason)


def raise_for_status(status: int) -> None:
    """Raises the SendFailed of an HTTP status, for answers that hold no code of Zalo's own."""
    reason = f"zalo http {status}"
    if status >= 500:
        raise TryLater(reason, perhaps_sent=True)
    if status in (408, 429):
        raise TryLater(reason)
    if status in (400, 413, 422):
        raise SendFailed(reason)
    # Moved, forbidden or gone: so it will be with every message.
    if status >= 300:
        raise ChannelDown(reason)


def lost(error: Exception) -> TryLater:
    """Of an error of the connection."""
    return TryLater(f"zalo {type(error).__name__}", perhaps_sent=not isinstance(error, _NEVER_OPENED))


def until_morning(moment: datetime) -> float:
    """Seconds until the next six o'clock in Vietnam."""
    here = moment.astimezone(_VIETNAM)
    morning = here.replace(hour=_MORNING_HOUR, minute=0, second=0, microsecond=0)
    return (morning + timedelta(days=morning <= here) - here).total_seconds()
