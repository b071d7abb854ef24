"""Compares what came with what is right. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from bot.evaluation.read import Dialogue, Line, Step, Wanted
from bot.evaluation.run import Got, Sent

#: Every measure with what it says; of the faults a smaller share is better.
MEASURES = {
    "procedure": "right procedure first",
    "aspect": "right aspect",
    "outcome": "right outcome",
    "class": "right class of other messages",
    "emergency": "emergencies answered as such",
    "numbers": "emergencies told the numbers first",
    "needless_refusal": "needless refusals",
    "needless_question": "needless questions",
    "wrong_answer": "wrong answers",
    "false_alarm": "taken for an emergency needlessly",
    "needless_numbers": "told the emergency numbers needlessly",
    "out_of_scope_answered": "out of scope, answered as if in scope",
    "dialogue": "dialogues passed whole",
    "turn": "turns of dialogues right",
    "language": "language right",
}
FAULTS = frozenset(
    (
        *("needless_refusal", "needless_question", "wrong_answer"),
        *("false_alarm", "needless_numbers", "out_of_scope_answered"),
    )
)
#: Outcomes that many classes share, so that they alone do not say whether a dialogue went well.
_BROAD = ("smalltalk", "answered")


@dataclass(frozen=True)
class Judged:
    """One message: for each measure that applies to it, whether that holds."""

    line: Line
    got: Got
    holds: Mapping[str, bool]

    @property
    def faults(self) -> list[str]:
        """Measures by which this message went wrong."""
        return [measure for measure, holds in self.holds.items() if holds == (measure in FAULTS)]


@dataclass(frozen=True)
class Failure:
    """A turn of a dialogue that went wrong; `turn` counts the sent ones from 1."""

    turn: int
    text: str
    wanted: str
    got: str


@dataclass(frozen=True)
class Talked:
    """One dialogue: the turns that went wrong, of how many."""

    dialogue: Dialogue
    failures: tuple[Failure, ...]
    turns: int
    ms: tuple[float, ...]

    @property
    def failure(self) -> Failure | None:
        """The first turn that went wrong; None where it passed whole."""
        return self.failures[0] if self.failures else None


def judge(line: Line, got: Got) -> Judged:
    """One message by every measure that applies."""
    return Judged(line, got, dict([*_right(line, got), *_wrong(line, got)]))


def _right(line: Line, got: Got) -> Iterator[tuple[str, bool]]:
    wanted = line.wanted
    if wanted.codes:
        yield "procedure", got.first in wanted.codes
    if wanted.aspect:
        yield "aspect", got.aspect in wanted.aspect
    if wanted.outcome:
        yield "outcome", got.outcome in wanted.outcome
    if wanted.intent and not wanted.codes:
        yield "class", got.intent in wanted.intent
    if "emergency" in wanted.outcome:
        yield "emergency", got.outcome == "emergency"
        yield "numbers", got.outcome == "emergency" or got.warned
    if line.tells_language:
        yield "language", got.language == line.language


def _wrong(line: Line, got: Got) -> Iterator[tuple[str, bool]]:
    wanted, answered = line.wanted, got.outcome == "answered"
    if wanted.codes and "answered" in wanted.outcome:
        yield "needless_refusal", _refuses(got)
    if wanted.codes and wanted.outcome == ("answered",):
        offered = {choice.code for choice in got.choices}
        yield "needless_question", got.outcome == "clarify" and wanted.codes[0] in offered
    if wanted.codes or (line.tells_codes and not wanted.outcome):
        yield "wrong_answer", answered and got.first not in wanted.codes
    if wanted.outcome and "emergency" not in wanted.outcome:
        yield "false_alarm", got.outcome == "emergency"
        yield "needless_numbers", got.warned
    if "out_of_scope" in wanted.outcome:
        yield "out_of_scope_answered", answered and "answered" not in wanted.outcome


def _refuses(got: Got) -> bool:
    return got.outcome in ("out_of_scope", "error") or (got.outcome == "clarify" and not got.choices)


def judge_dialogue(dialogue: Dialogue, turns: Iterable[Sent]) -> Talked:
    """A dialogue passes if every turn that was sent went well."""
    sent = list(turns)
    failures = tuple(_failure(number, one) for number, one in enumerate(sent, 1) if not passes(one.step, one.got))
    return Talked(dialogue, failures, len(sent), tuple(one.got.ms for one in sent if one.got is not None))


def _failure(number: int, sent: Sent) -> Failure:
    came = tell(sent.got) if sent.got else "not offered, so not sent"
    return Failure(number, sent.text, tell_wanted(sent.step), came)


def passes(step: Step, got: Got | None) -> bool:
    """Whether one turn of a dialogue went well."""
    if got is None or got.outcome not in step.wanted.outcome:
        return False
    if step.reply_language and got.reply_language and got.reply_language not in step.reply_language:
        return False
    if got.outcome == "answered" and step.also:
        return _both((step.wanted, *step.also), got)
    if got.outcome == "answered" and not _fits(step.wanted, got):
        return False
    classed = step.wanted.intent and not step.wanted.codes and got.outcome in _BROAD
    return not classed or got.intent in step.wanted.intent


def _both(questions: tuple[Wanted, ...], got: Got) -> bool:
    """A turn tells of one answer and names the procedures of all: any may be the one that is told of."""
    codes = {code for code, _ in got.procedures}
    named = all(not question.codes or codes & set(question.codes) for question in questions)
    return got.replies >= len(questions) and named and any(_fits(question, got) for question in questions)


def _fits(wanted: Wanted, got: Got) -> bool:
    right_procedure = not wanted.codes or got.first in wanted.codes
    return right_procedure and (not wanted.aspect or got.aspect in wanted.aspect)


def tell(got: Got) -> str:
    """What came, in a few words."""
    shown = [got.outcome, got.first if got.outcome == "answered" else "", got.aspect, f"({got.intent})"]
    if got.outcome == "clarify":
        shown.append(f"{len(got.choices)} choices")
    shown.append(f"in {got.reply_language}" if got.reply_language else "")
    return " ".join(filter(None, shown))


def tell_wanted(step: Step) -> str:
    """What is right for a turn, in a few words."""
    parts = [_tell(step.wanted), *(f"and {_tell(other)}" for other in step.also)]
    return " ".join([*parts, *(f"in {'|'.join(step.reply_language)}" for _ in step.reply_language[:1])])


def _tell(wanted: Wanted) -> str:
    fields = (wanted.outcome, wanted.codes, wanted.aspect, wanted.intent)
    return " ".join("|".join(field) for field in fields if field)


def tell_line(line: Line) -> str:
    """What is right for a message, in a few words."""
    return " ".join(filter(None, (_tell(line.wanted), line.language if line.tells_language else "")))
