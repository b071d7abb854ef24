"""Asks: a fresh conversation for each message, one conversation for each dialogue."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Protocol

from actions.warning import is_warning
from bot.evaluation.read import Dialogue, Line, Step
from bot.session import Told
from procedures.typed.fold import fold

#: What the style of a copy without accents ends in, and its id.
STRIPPED, COPY = "→stripped", "*"
_CHOOSE = "/choose{"


class Speaker(Protocol):
    """Whoever answers: a session, or a double in a test."""

    def say(self, address: str, text: str, payload: str = "") -> Told:
        """One message of the conversation `address`, answered."""


@dataclass(frozen=True)
class Choice:
    """One offered procedure."""

    code: str
    title: str


@dataclass(frozen=True)
class Got:
    """What came of one message."""

    outcome: str
    intent: str = ""
    aspect: str = ""
    language: str = "und"
    #: Code and score, best first.
    procedures: tuple[tuple[str, float], ...] = ()
    choices: tuple[Choice, ...] = ()
    replies: int = 1
    ms: float = 0.0
    #: Where the session tells them: "" and None where it does not.
    reply_language: str = ""
    confidence: float | None = None
    #: The emergency numbers were told before an ordinary answer.
    warned: bool = False

    @property
    def first(self) -> str:
        """Code of the best procedure, or ""."""
        return self.procedures[0][0] if self.procedures else ""


@dataclass(frozen=True)
class Sent:
    """A turn that was sent; `got` is None where what it chooses had not been offered."""

    step: Step
    text: str
    got: Got | None


def with_stripped(lines: Iterable[Line]) -> list[Line]:
    """The lines, and a copy without accents of each Vietnamese question that has some."""
    found = list(lines)
    copies = [
        replace(line, id=line.id + COPY, text=fold(line.text), style=line.style + STRIPPED)
        for line in found
        if line.language == "vi" and line.wanted.codes and fold(line.text) != line.text.lower()
    ]
    return found + copies


def ask(speaker: Speaker, line: Line) -> Got:
    """One message in a conversation of its own."""
    return got(speaker.say(f"{line.file}:{line.id}", line.text))


def talk(speaker: Speaker, dialogue: Dialogue) -> Iterator[Sent]:
    """The turns that are sent: those for a bot that asked back only if it did."""
    offered: tuple[Choice, ...] = ()
    asked_back = False
    for step in dialogue.steps:
        if step.if_asked and not asked_back:
            continue
        text = _filled(step, offered)
        answer = got(speaker.say(f"{dialogue.file}:{dialogue.id}", text)) if text is not None else None
        yield Sent(step, text or step.text, answer)
        if answer is not None:
            asked_back = answer.outcome == "clarify"
            offered = answer.choices or offered


def got(told: Told) -> Got:
    """What a session told, as it is judged."""
    procedures = tuple((str(one["code"]), float(one["score"])) for one in json.loads(told.procedures))
    return Got(
        told.outcome,
        told.intent,
        told.aspect,
        told.language,
        procedures,
        tuple(_choices(told)),
        len(told.replies),
        told.ms,
        str(getattr(told, "reply_language", "")),
        getattr(told, "confidence", None),
        any(is_warning(reply.text) for reply in told.replies),
    )


def _choices(told: Told) -> Iterator[Choice]:
    for button in (button for reply in told.replies for button in reply.buttons):
        if button.payload.startswith(_CHOOSE):
            entities: dict[str, Any] = json.loads(button.payload[len(_CHOOSE) - 1 :])
            if "procedure" in entities:
                yield Choice(str(entities["procedure"]), button.title)


def _filled(step: Step, offered: tuple[Choice, ...]) -> str | None:
    """The text with its {n} or {title}; None where nothing acceptable was offered."""
    if "{n}" not in step.text and "{title}" not in step.text:
        return step.text
    wanted = (step.choose,) if step.choose else step.wanted.codes
    codes = [choice.code for choice in offered]
    place = next((codes.index(code) for code in wanted if code in codes), None)
    if place is None:
        return None
    return step.text.replace("{n}", str(place + 1)).replace("{title}", offered[place].title.rstrip("…"))
