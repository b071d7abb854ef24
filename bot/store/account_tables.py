"""Tables of accounts beside `staff`: second factors, one-time links, tries that missed, the province's own sign-in."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text

from bot.store.tables import metadata, moment

#: What somebody's telephone computes codes from. A row is there once a first code was right.
second_factor = Table(
    "second_factor",
    metadata,
    Column("staff_id", ForeignKey("staff.id"), primary_key=True),
    #: Base32, sealed by bot.privacy.vault.
    Column("secret", Text, nullable=False),
    #: The newest step of 30 s since 1970 whose code was taken: neither it nor an older one is taken again.
    Column("last_step", Integer, nullable=False),
    moment("created_at"),
)

#: Codes for the day on which the telephone is lost; each is good once.
recovery_code = Table(
    "recovery_code",
    metadata,
    #: SHA-256 of the code, which nobody keeps.
    Column("digest", String(64), primary_key=True),
    Column("staff_id", ForeignKey("staff.id"), nullable=False),
    moment("used_at", nullable=True),
    Index("recovery_code_of", "staff_id"),
)

#: An address by which somebody chooses their password, or becomes the first admin; good once.
one_time_link = Table(
    "one_time_link",
    metadata,
    Column("id", Integer, primary_key=True),
    #: SHA-256 of the token, which nobody keeps.
    Column("digest", String(64), nullable=False, unique=True),
    #: bot.accounts.links.Purpose.
    Column("purpose", String(12), nullable=False),
    #: Whose password; none for the first admin.
    Column("staff_id", ForeignKey("staff.id")),
    #: The admin who made it; none for a command on the machine.
    Column("made_by", ForeignKey("staff.id")),
    moment("created_at"),
    moment("expires_at"),
    moment("used_at", nullable=True),
    Index("one_time_link_of", "staff_id"),
)

#: Wrong passwords or codes in a row, by where they came from: an address, a browser that is known, or a code.
sign_in_miss = Table(
    "sign_in_miss",
    metadata,
    Column("staff_id", ForeignKey("staff.id"), primary_key=True),
    #: A digest: nobody's address can be read from it.
    Column("source", String(40), primary_key=True),
    Column("misses", Integer, nullable=False),
    moment("locked_until", nullable=True),
    moment("missed_at"),
)

#: Somebody's account at the province's own sign-in (OpenID Connect).
province_account = Table(
    "province_account",
    metadata,
    Column("staff_id", ForeignKey("staff.id"), primary_key=True),
    #: As an admin wrote it, in small letters: it is by this that the first sign-in finds them.
    Column("email", String(160), nullable=False, unique=True),
    #: From the first sign-in on it is by these two.
    Column("issuer", String(200)),
    Column("subject", String(255)),
    moment("bound_at", nullable=True),
    Index("province_account_once", "issuer", "subject", unique=True),
)
