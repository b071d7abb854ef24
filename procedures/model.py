"""What the one-stop shop knows about a procedure: frozen shapes, nothing that reads or writes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Channel(str, Enum):
    """How a dossier reaches the office."""

    ONLINE = "online"
    POST = "post"
    COUNTER = "counter"


class Level(str, Enum):
    """The level of government that takes the dossier."""

    COMMUNE = "commune"
    PROVINCE = "province"
    MINISTRY = "ministry"
    OTHER = "other"


class TimeUnit(str, Enum):
    """Unit of a processing time; a time without one is told by its text alone."""

    HOUR = "hour"
    DAY = "day"
    WORKING_DAY = "working_day"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True)
class Fee:
    """One fee. The text decides: records carry 0 for "set by the province" and 40 for "4.000 đ"."""

    #: What people are told, word for word.
    text: str
    #: đồng; None where the text gives no figure that can be trusted.
    amount: int | None = None


@dataclass(frozen=True)
class Way:
    """One way to file (cách nộp), with its own time and fees."""

    channel: Channel
    #: Processing time as people read it ("3 ngày làm việc"); empty if the record has none.
    time: str = ""
    time_amount: float | None = None
    time_unit: TimeUnit | None = None
    fees: tuple[Fee, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Paper:
    """One paper (giấy tờ) to hand in or to show."""

    name: str
    #: Sheets to bring; 0 and 0 means the number is not told.
    originals: int = 0
    copies: int = 0
    note: str = ""
    #: File name or number of the form that serves for this paper.
    form: str = ""


@dataclass(frozen=True)
class Case:
    """A branch (trường hợp) of a procedure: its papers, and remarks that are no papers."""

    name: str = ""
    papers: tuple[Paper, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Procedure:
    """One entry of the catalogue. Texts are Vietnamese, NFC."""

    #: National code such as "1.001193".
    code: str
    #: The title people understand; the official one where nobody has written plainer words.
    title: str
    official_title: str
    #: Number of the decision that published it, such as "163/QĐ-BTP"; empty if unknown.
    decision: str = ""
    #: Month of the data behind it, "YYYY-MM".
    data_date: str = ""
    #: Page of the national portal; empty if unknown.
    url: str = ""
    #: Field of law (lĩnh vực).
    field: str = ""
    levels: tuple[Level, ...] = ()
    audience: tuple[str, ...] = ()
    summary: str = ""
    #: One human sentence before the first answer, where the matter is sad; else empty.
    opening: str = ""
    #: The one difference that tells it from its look-alikes.
    differs: str = ""
    aliases: tuple[str, ...] = ()
    ways: tuple[Way, ...] = ()
    cases: tuple[Case, ...] = ()
    #: What happens, in order. Plain words tell what the citizen does.
    steps: tuple[str, ...] = ()
    where: str = ""
    conditions: tuple[str, ...] = ()
    results: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()
    #: Numbers of the legal documents, newest first where known.
    legal: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    #: True where somebody has written it in plain words.
    plain: bool = False
