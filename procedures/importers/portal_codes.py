"""Numbers of a portal record: code, decision, legal documents, months."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

from procedures.importers.phrases import LAW
from procedures.importers.places import elsewhere
from procedures.importers.shape import Malformed, Node
from procedures.importers.text import clean, once

CODE = re.compile(r"[0-9]\.[0-9]{6}")
MONTH = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_PAGE = "https://dichvucong.gov.vn/thu-tuc-hanh-chinh/"
_DELETED = re.compile(r"xo[aá]|xóa", re.IGNORECASE)
_DECISION_PREFIX = re.compile(r"^(?:quyết định)?\s*(?:số)?\s*:?\s*(?=\d)", re.IGNORECASE)
_LEGAL = re.compile(r"\d[\d.]*[a-z]?/(?:\d{4}/)?[^\W\d_][\w-]*[^\W_]")
_YEAR = re.compile(r"/((?:19|20)\d{2})/")
_HERE = timezone(timedelta(hours=7))
#: The title of a law that lost its number is kept up to this length.
_LONGEST_TITLE = 120


def code(text: str) -> str:
    """The national code, cleaned. Raises Malformed where it is none, or marked as deleted."""
    found = clean(text)
    if not found:
        raise Malformed("code is missing")
    if CODE.fullmatch(found):
        return found
    if CODE.match(found) and _DELETED.search(found):
        raise Malformed(f'code "{found[:40]}" is marked as deleted')
    raise Malformed(f'code "{found[:40]}" is not a digit, a point and six digits')


def decision(text: str) -> str:
    """A decision number, tidied: "1615./QĐ-UBND" → "1615/QĐ-UBND"."""
    tidied = _DECISION_PREFIX.sub("", clean(text))
    tidied = re.sub(r"[\s.]*/[\s./]*", "/", tidied)
    return re.sub(r"/Q[DĐ][-_\s]+", "/QĐ-", tidied).strip(" .;,")


def legal(record: Node, home: str) -> tuple[str, ...]:
    """Numbers of the legal bases, newest year first, each once; another province's resolutions left out."""
    numbers = once([_number(node, home) for node in record.nodes("legalBasisesDetails")])
    return tuple(sorted(numbers, key=_year, reverse=True))


def url(record: Node) -> str:
    """The page on the national portal, known by the record's UUID."""
    identity = clean(record.text("id"))
    return _PAGE + identity.lower() if _UUID.fullmatch(identity) else ""


def month(record: Node) -> str:
    """Month of the last update, "YYYY-MM", Vietnamese time; empty if unknown."""
    stamp = record.number("updatedAt")
    if not stamp:
        return ""
    try:
        return datetime.fromtimestamp(stamp / 1000, _HERE).strftime("%Y-%m")
    except (ValueError, OverflowError, OSError):
        raise Malformed(f"{record.path('updatedAt')} is no time in milliseconds") from None


def _number(node: Node, home: str) -> str:
    name = clean(node.text("name"))
    if elsewhere(name, home) and re.search("HĐND|UBND", node.text("code") + name):
        return ""
    for text in (clean(node.text("code")), name):
        found = _LEGAL.search(re.sub(r"\s*([/-])[\s/]*", r"\1", text))
        if found:
            return found.group()
    short = clean(node.text("code")) or name
    return short if LAW.match(short) and len(short) <= _LONGEST_TITLE else ""


def _year(number: str) -> int:
    found = _YEAR.search(number)
    return int(found.group(1)) if found else 0
