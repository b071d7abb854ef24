"""What is found in a text that tells who somebody is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Kind(str, Enum):
    """What a span of a text is."""

    #: Citizen identity card, or personal number: 12 digits.
    IDENTITY = "identity"
    #: Identity card of before 2016: 9 digits.
    OLD_IDENTITY = "old_identity"
    PASSPORT = "passport"
    #: Social or health insurance.
    INSURANCE = "insurance"
    #: Card or account of a bank.
    BANK = "bank"
    #: Certificate of land use.
    LAND = "land"
    PHONE = "phone"
    EMAIL = "email"
    #: Date of birth.
    BIRTH = "birth"


@dataclass(frozen=True)
class Found:
    """A span of a text: characters from `start` up to and without `end`."""

    kind: Kind
    start: int
    end: int
