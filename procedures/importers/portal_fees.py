"""Fees of a portal record. The text decides; a figure counts only where nothing speaks against it."""

from __future__ import annotations

import re

from procedures.importers import phrases
from procedures.importers.shape import Node
from procedures.importers.text import clean, once, raw_lines, same
from procedures.model import Fee

#: No fee is below this many đồng: such values are thousands or dollars that lost their unit.
_SMALLEST = 500


def fees(method: Node) -> tuple[Fee, ...]:
    """The fees of one execution method, in order, each once."""
    about = method.text("description")
    found = [_fee(node, about) for node in method.nodes("fees")]
    return tuple(dict.fromkeys(fee for fee in found if fee))


def _fee(node: Node, about: str) -> Fee | None:
    raw = node.text("description")
    value, text = node.number("value"), _text(raw)
    currency = clean(node.text("currencyName"))
    if phrases.NO_INFORMATION.search(raw) and not value:
        return Fee(text) if text else None
    if not value:
        return _without_figure(value, text)
    if same(currency) not in phrases.DONG:
        return Fee(_foreign(value, currency, text))
    lost = _lost_currency(value, about)
    if lost and not figures(text):
        return Fee(lost if _bare(text) else f"{text} ({lost})")
    return _dong(value, text)


def _text(raw: str) -> str:
    """The dump joins the texts of several rows by "|"."""
    pieces = [clean(piece).lstrip("-+*• ") for piece in raw.split("|")]
    return "; ".join(once([piece for piece in pieces if not phrases.NO_INFORMATION.fullmatch(piece.strip(" ."))]))


def _without_figure(value: float | None, text: str) -> Fee | None:
    if text:
        return Fee(text, 0 if phrases.FREE.fullmatch(text) else None)
    return None if value is None else Fee(phrases.ZERO_FEE, 0)


def _foreign(value: float, currency: str, text: str) -> str:
    figure = f"{phrases.grouped(value)} {currency}"
    if phrases.FOREIGN_MONEY.search(text) or same(currency) in same(text):
        return text
    return f"{figure}{text}" if text.startswith("/") else f"{figure} – {text}" if text else figure


def _lost_currency(value: float, about: str) -> str:
    """The sentence of the description that gives this very figure in foreign money."""
    amount = re.escape(phrases.grouped(value))
    figure = re.compile(rf"(?<![\d.,])0*{amount}\s*{phrases.FOREIGN_MONEY.pattern}", re.IGNORECASE)
    sentences = (part for line in raw_lines(about) for part in re.split(r"(?<=[.;])\s", line))
    return next((part.strip(" .;") for part in sentences if figure.search(part)), "")


def _bare(text: str) -> bool:
    return not text or bool(phrases.BARE_UNIT.match(text))


def _dong(value: float, text: str) -> Fee | None:
    trusted = value >= _SMALLEST and value == int(value)
    if _bare(text):
        return _of_value(value, text, trusted)
    told = figures(text)
    if told:
        return Fee(text, int(value) if trusted and told == {value} else None)
    if not trusted or phrases.FOREIGN_MONEY.search(text):
        return Fee(text)
    return Fee(f"{phrases.money(value)} – {text}", int(value))


def _of_value(value: float, unit: str, trusted: bool) -> Fee | None:
    """A fee that its value alone tells; none where the value cannot be trusted."""
    if not trusted:
        return None
    tail = phrases.BARE_UNIT.sub("/", unit, count=1)
    alone = figures(tail) <= {value}
    return Fee(f"{phrases.money(value)}{tail}", int(value) if alone else None)


def figures(text: str) -> set[float]:
    """Every amount of đồng that a text gives."""
    found = (match for match in phrases.MONEY.finditer(text) if match["grouped"] or match["unit"] or match["scale"])
    return {_amount(match) for match in found}


def _amount(match: re.Match[str]) -> float:
    if match["grouped"] and not match["scale"]:
        return float(re.sub("[.,]", "", match["grouped"]))
    number = float((match["grouped"] or match["plain"]).replace(",", "."))
    return number * phrases.SCALES[(match["scale"] or "").casefold()]
