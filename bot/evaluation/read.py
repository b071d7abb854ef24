"""Reads files of messages and dialogues with known answers, strictly: a slip in a label would be a wrong figure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from actions.aspects import ASPECTS
from bot.conversation import Outcome
from bot.errors import WrongUse
from procedures.importers.portal_codes import CODE

LANGUAGES = ("vi", "en", "zh", "tyz", "hmn", "ium")
_OUTCOMES = frozenset(outcome.value for outcome in Outcome)
_LINE = frozenset(("id", "text", "language", "style", "outcome", "intent", "codes", "aspect"))
_DIALOGUE = frozenset(("id", "language", "about", "turns"))
_TURN = frozenset(("text", "outcome", "codes", "aspect", "intent", "also", "reply_language", "when", "choose"))
_ALSO = frozenset(("codes", "aspect"))

Data = dict[str, Any]


@dataclass(frozen=True)
class Wanted:
    """What is right; an empty field is not judged. Codes best first."""

    outcome: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    aspect: tuple[str, ...] = ()
    intent: tuple[str, ...] = ()


@dataclass(frozen=True)
class Line:
    """One message for a conversation of its own."""

    file: str
    id: str
    text: str
    language: str
    style: str
    wanted: Wanted
    #: Whether the file tells the language, and the codes: no code then means that no procedure answers.
    tells_language: bool = True
    tells_codes: bool = True


@dataclass(frozen=True)
class Step:
    """One turn of a dialogue."""

    text: str
    wanted: Wanted
    #: The second of two questions in one message; both are to be answered.
    also: tuple[Wanted, ...] = ()
    reply_language: tuple[str, ...] = ()
    #: Sent only if the bot asked back.
    if_asked: bool = False
    #: The procedure that {n} and {title} stand for; "" for the first acceptable one.
    choose: str = ""


@dataclass(frozen=True)
class Dialogue:
    """Turns of one conversation."""

    file: str
    id: str
    language: str
    about: str
    steps: tuple[Step, ...]


def read(paths: Sequence[Path]) -> tuple[list[Line], list[Dialogue]]:
    """Messages and dialogues of some files. Raises WrongUse with file and line."""
    lines: list[Line] = []
    dialogues: list[Dialogue] = []
    for path in paths:
        for one in _file(path):
            lines.append(one) if isinstance(one, Line) else dialogues.append(one)
    return lines, dialogues


def _file(path: Path) -> Iterator[Line | Dialogue]:
    seen: dict[str, int] = {}
    for number, text in _texts(path):
        try:
            one = _one(path.name, number, json.loads(text))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise WrongUse(f"{path}, line {number}: {_reason(error)}.") from None
        if one.id in seen:
            raise WrongUse(f'{path}, line {number}: the id "{one.id}" is taken by line {seen[one.id]}.')
        seen[one.id] = number
        yield one


def _texts(path: Path) -> Iterator[tuple[int, str]]:
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise WrongUse(f"{path}: the file cannot be read: {error}.") from None
    # Not splitlines(): a text may hold U+2028.
    yield from ((number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip())


def _reason(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return "no JSON"
    return f"{error} is missing" if isinstance(error, KeyError) else str(error)


def _one(file: str, number: int, data: Data) -> Line | Dialogue:
    if not isinstance(data, dict):
        raise TypeError("no message and no dialogue")
    return _dialogue(file, data) if "turns" in data else _line(file, number, data)


def _line(file: str, number: int, data: Data) -> Line:
    _only(data, _LINE)
    wanted = _wanted(data)
    if not any(key in data for key in ("outcome", "codes", "language")):
        raise ValueError("nothing to judge")
    if "outcome" in data and not wanted.outcome:
        raise ValueError('"outcome" is empty')
    name = _text(data, "id", f"line {number}")
    style, language = _text(data, "style", "open"), _language(data)
    return Line(file, name, _text(data, "text"), language, style, wanted, "language" in data, "codes" in data)


def _dialogue(file: str, data: Data) -> Dialogue:
    _only(data, _DIALOGUE)
    steps = tuple(_step(number, turn) for number, turn in enumerate(data["turns"], 1))
    if not steps or steps[0].if_asked:
        raise ValueError("a dialogue begins with a turn that is always sent")
    return Dialogue(file, _text(data, "id"), _language(data), _text(data, "about", ""), steps)


def _step(number: int, data: Data) -> Step:
    try:
        return _turn(data)
    except KeyError as error:
        raise ValueError(f"turn {number}: {error} is missing") from None
    except (ValueError, TypeError, AttributeError) as error:
        raise ValueError(f"turn {number}: {error}") from None


def _turn(data: Data) -> Step:
    _only(data, _TURN)
    wanted, choose = _wanted(data), _text(data, "choose", "")
    if not wanted.outcome:
        raise ValueError('"outcome" is missing')
    if data.get("when", "clarify") != "clarify":
        raise ValueError(f'"when" can only be "clarify", not {data["when"]!r}')
    _codes((choose,) if choose else ())
    also = tuple(_also(other) for other in data.get("also", ()))
    languages = _known(_strings(data, "reply_language"), LANGUAGES, "language")
    return Step(_text(data, "text"), wanted, also, languages, "when" in data, choose)


def _also(data: Data) -> Wanted:
    _only(data, _ALSO)
    return _wanted(data)


def _wanted(data: Data) -> Wanted:
    return Wanted(
        _known(_strings(data, "outcome"), _OUTCOMES, "outcome"),
        _codes(_strings(data, "codes")),
        _known(_strings(data, "aspect"), ASPECTS, "aspect"),
        _strings(data, "intent"),
    )


def _only(data: Data, keys: frozenset[str]) -> None:
    unknown = sorted(set(data) - keys)
    if unknown:
        raise ValueError(f'"{unknown[0]}" is no field')


def _text(data: Data, key: str, default: str | None = None) -> str:
    value = data[key] if default is None else data.get(key, default)
    if not isinstance(value, str) or (default is None and not value.strip()):
        raise TypeError(f'"{key}" is no text')
    return value


def _strings(data: Data, key: str) -> tuple[str, ...]:
    value = data.get(key, [])
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise TypeError(f'"{key}" is no list of texts')
    return tuple(value)


def _language(data: Data) -> str:
    return _known((_text(data, "language", "vi"),), LANGUAGES, "language")[0]


def _known(values: tuple[str, ...], known: Sequence[str] | frozenset[str], what: str) -> tuple[str, ...]:
    for value in values:
        if value not in known:
            raise ValueError(f'"{value}" is no {what}')
    return values


def _codes(codes: tuple[str, ...]) -> tuple[str, ...]:
    for code in codes:
        if not CODE.fullmatch(code):
            raise ValueError(f'"{code}" is no code')
    return codes
