"""What the one-stop shop knows about a procedure: frozen shapes, nothing that reads or writes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class Channel(str, Enum):
    """How a dossier reaches the office; from home first, which saves the trip."""

    ONLINE = "online"
    POST = "post"
    COUNTER = "counter"


class Level(str, Enum):
    """The level of government that takes the dossier."""

    COMMUNE = "commune"
    PROVINCE = "province"
    MINISTRY = "ministry"
    OTHER = "other"


class OfficeKind(str, Enum):
    """Which kind of office takes a dossier at its counter; the place of the citizen decides which one of them."""

    COMMUNE_CENTRE = "commune_centre"
    COMMUNE_POLICE = "commune_police"
    COMMUNE_MILITARY = "commune_military"
    PROVINCE_CENTRE = "province_centre"
    PROVINCE_POLICE = "province_police"
    LAND_OFFICE = "land_office"
    TAX_OFFICE = "tax_office"
    SOCIAL_INSURANCE = "social_insurance"
    EMPLOYMENT_CENTRE = "employment_centre"
    NOTARY = "notary"
    SCHOOL = "school"
    POWER_COMPANY = "power_company"
    #: Whoever issued the paper or keeps the book it is copied from.
    ISSUER = "issuer"


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
    #: Names of papers for everybody that this case does without: a child born at home has no paper of a hospital.
    without: tuple[str, ...] = ()


@dataclass(frozen=True)
class Translation:
    """What a procedure says in another language: its aliases there, and its texts by the Vietnamese text."""

    #: "en" or "zh".
    language: str
    aliases: tuple[str, ...] = ()
    #: (Vietnamese, translated); a Vietnamese text that has changed since finds nothing here.
    texts: tuple[tuple[str, str], ...] = ()


class Matter(str, Enum):
    """What plain words and the national record can disagree in."""

    CODE = "code"
    DECISION = "decision"
    FEES = "fees"
    TIME = "time"
    CHANNELS = "channels"
    PAPERS = "papers"


@dataclass(frozen=True)
class Departure:
    """Plain words differ from the record on purpose; `record` is what the record said when somebody decided so."""

    what: Matter
    record: str
    why: str


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
    #: Whole questions as people type them, in any language: search learns from them.
    asked: tuple[str, ...] = ()
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
    #: Said before anything else, where the catalogue itself is in doubt; else empty.
    caution: str = ""
    #: Who may file, for himself or for whom.
    who: tuple[str, ...] = ()
    #: Why dossiers of this kind are often sent back.
    returns: tuple[str, ...] = ()
    #: Offices whose counter takes the dossier.
    offices: tuple[OfficeKind, ...] = ()
    #: First and last day it may be filed, "YYYY-MM-DD"; empty where no end or no beginning is known.
    valid_from: str = ""
    valid_until: str = ""
    #: Codes of the procedures that stand in its place.
    replaced_by: tuple[str, ...] = ()
    #: The decision that ended or changed it.
    changed_by: str = ""
    translations: tuple[Translation, ...] = ()
    #: Where plain words differ from the record on purpose; read by checks, never by citizens.
    departures: tuple[Departure, ...] = ()
    #: True where somebody has written it in plain words.
    plain: bool = False
    #: Of an edit of the console: the fields it tells, even where it empties them. Empty for every other telling.
    edited: tuple[str, ...] = ()


@dataclass(frozen=True)
class Origin:
    """Where one field of a procedure comes from."""

    #: One of procedures.layers.LAYERS.
    layer: str
    #: File name, or who told it; empty where nobody kept it.
    source: str
    #: Month of the data, "YYYY-MM"; empty if unknown.
    date: str


@dataclass(frozen=True)
class Note:
    """What the province or a commune adds to a procedure, or to all of them. Imports never touch it."""

    #: National code; empty for every procedure.
    code: str
    #: Aspect it belongs to, one of procedures.notes.ABOUT.
    about: str
    text: str
    author: str
    #: The decision or the person it is known from.
    source: str
    #: Five digits of a commune; empty for the whole province.
    place: str = ""
    #: The way to file it is about; None for all of them.
    channel: Channel | None = None
    #: đồng; None where the text gives no single figure.
    amount: int | None = None
    #: First and last day it holds, "YYYY-MM-DD"; empty where no beginning or no end is known.
    valid_from: str = ""
    valid_until: str = ""
    #: When it was told, UTC; None before it is kept.
    noted_at: datetime | None = None
    #: Its number; 0 before it is kept.
    id: int = 0


@dataclass(frozen=True)
class OfficeFacts:
    """An office as the province describes it. What is empty nobody has told, and nobody may guess."""

    kind: OfficeKind
    source: str
    #: Five digits of a commune; empty for an office of the province.
    place: str = ""
    name: str = ""
    address: str = ""
    telephone: str = ""
    hours: str = ""
    #: When it was told, UTC; None before it is kept.
    noted_at: datetime | None = None
