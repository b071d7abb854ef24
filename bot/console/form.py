"""A procedure as the fields of a form, and back: what the form does not hold stays as it was."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from procedures.importers.text import clean
from procedures.model import Case, Channel, Fee, Paper, Procedure, TimeUnit, Way

#: Fields of one text each, those of one line first; lists, a line each.
LINES, TEXTS = ("title", "opening", "differs", "valid_from", "valid_until"), ("summary", "where", "caution")
LISTS = ("aliases", "steps", "who", "conditions", "results", "returns", "forms", "legal")
#: Bytes and fields of the largest form: a procedure of 212 papers is known.
MOST_BYTES, MOST_FIELDS = 512 * 1024, 6000
_LONGEST = 4000
_MOST_ROWS = 400
#: đồng, and sheets: no fee and no paper is near it.
_HIGHEST, _MOST_SHEETS, _LONGEST_TIME = 2_000_000_000, 999, 10_000
#: What stands around a figure: points, blanks, the currency.
_AROUND = re.compile(r"[.,\s]|\u0111(?:\u1ed3ng)?|vnd", re.IGNORECASE)
T = TypeVar("T")


@dataclass(frozen=True)
class Slip:
    """A field that does not read as what it should be, and is left empty. `key` is of the console's words."""

    field: str
    key: str
    typed: str


def read(procedure: Procedure, form: Mapping[str, str]) -> tuple[Procedure, tuple[Slip, ...]]:
    """The procedure with what a form holds, and what could not be read."""
    return _Reader(form).read(procedure)


class _Reader:
    def __init__(self, form: Mapping[str, str]) -> None:
        self._form = form
        self._slips: list[Slip] = []

    def read(self, procedure: Procedure) -> tuple[Procedure, tuple[Slip, ...]]:
        names = [name for name in (*LINES, *TEXTS) if name in self._form]
        told: dict[str, object] = {name: self._text(name) for name in names}
        told |= {name: self._lines(name) for name in LISTS if name in self._form}
        if "words" in self._form:
            told["plain"] = bool(self._form.get("plain"))
        if "ways" in self._form:
            told["ways"] = tuple(self._rows("way", self._way))
        if "cases" in self._form:
            told["cases"] = tuple(self._rows("case", self._case))
        return replace(procedure, **told), tuple(self._slips)  # type: ignore[arg-type]

    def _text(self, name: str) -> str:
        return clean(self._form.get(name, ""))[:_LONGEST]

    def _lines(self, name: str) -> tuple[str, ...]:
        lines = (clean(line)[:_LONGEST] for line in self._form.get(name, "").splitlines())
        return tuple(dict.fromkeys(line for line in lines if line))

    def _rows(self, name: str, read: Callable[[str], T | None]) -> Iterator[T]:
        """Rows `name.0`, `name.1` …, in order of their numbers; one that is empty is left out."""
        for number in self._numbers(name):
            row = read(f"{name}.{number}")
            if row is not None:
                yield row

    def _numbers(self, name: str) -> list[int]:
        begin = f"{name}."
        told = {key[len(begin) :].partition(".")[0] for key in self._form if key.startswith(begin)}
        return sorted(int(one) for one in told if one.isascii() and one.isdigit() and len(one) < 5)[:_MOST_ROWS]

    def _way(self, at: str) -> Way | None:
        channel = self._form.get(f"{at}.channel", "")
        if channel not in {one.value for one in Channel}:
            return None
        amount, unit = self._number(f"{at}.amount", _LONGEST_TIME), self._form.get(f"{at}.unit", "")
        known = TimeUnit(unit) if amount is not None and unit in {one.value for one in TimeUnit} else None
        if (amount is not None or unit) and known is None:
            self._slip(f"{at}.amount", "slip.time", self._form.get(f"{at}.amount", ""))
        fees = tuple(self._rows(f"{at}.fee", self._fee))
        figure = float(amount) if amount is not None and known else None
        return Way(Channel(channel), self._text(f"{at}.time"), figure, known, fees, self._text(f"{at}.note"))

    def _fee(self, at: str) -> Fee | None:
        text, amount = self._text(f"{at}.text"), self._number(f"{at}.amount", _HIGHEST)
        if not text:
            if amount is not None:
                self._slip(f"{at}.text", "slip.fee_text", str(amount))
            return None
        return Fee(text, None if amount is None else int(amount))

    def _case(self, at: str) -> Case | None:
        papers = tuple(self._rows(f"{at}.paper", self._paper))
        notes, without = self._lines(f"{at}.notes"), self._lines(f"{at}.without")
        name = self._text(f"{at}.name")
        return Case(name, papers, notes, without) if name or papers or notes or without else None

    def _paper(self, at: str) -> Paper | None:
        name = self._text(f"{at}.name")
        if not name:
            return None
        sheets = (self._number(f"{at}.{which}", _MOST_SHEETS) or 0 for which in ("originals", "copies"))
        originals, copies = (int(one) for one in sheets)
        return Paper(name, originals, copies, self._text(f"{at}.note"), self._text(f"{at}.form"))

    def _number(self, name: str, most: int) -> float | None:
        """A figure that is not negative; None where there is none, or none that can be read."""
        typed = self._form.get(name, "").strip()
        if not typed:
            return None
        figure = typed.replace(",", ".") if most == _LONGEST_TIME else _AROUND.sub("", typed)
        if not re.fullmatch(r"\d{1,10}(?:\.\d{1,2})?", figure) or float(figure) > most:
            self._slip(name, "slip.number", typed)
            return None
        return float(figure)

    def _slip(self, field: str, key: str, typed: str) -> None:
        self._slips.append(Slip(field, key, typed[:60]))
