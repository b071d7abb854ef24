"""What a message means here and now: the understanding of Rasa, the linked procedures, and what was said before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rasa_sdk import Tracker

from procedures.places import Found, places
from procedures.search import Decision, Hit, Verdict, decide

ASPECTS = {
    "ask_documents": "documents",
    "ask_fee": "fee",
    "ask_time": "time",
    "ask_where": "where",
    "ask_how": "how",
    "ask_online": "online",
    "ask_conditions": "conditions",
    "ask_result": "result",
    "ask_form": "form",
    "ask_legal": "legal",
    "ask_overview": "overview",
}

#: A message with at most so many syllables that name nothing known is a follow-up, not a new matter.
_FOLLOW_UP = 4
#: The procedure in hand stays in hand while it scores at least this share of the best one.
_LOYALTY = 0.9
#: A few words change the procedure in hand only if they score this much: "nộp ở xã khác được không" does not.
_FEW, _SWITCH = 2, 0.8
#: Choices that score less may just as well be about the procedure in hand.
_VAGUE = 0.6
#: From this probability on a message asks about a procedure, whatever act it looks like.
_ASKS = 0.5


@dataclass(frozen=True)
class Part:
    """One of several questions in a message."""

    text: str
    aspect: str
    hits: tuple[Hit, ...]


@dataclass(frozen=True)
class Reading:
    """One message, read."""

    intent: str
    #: "" where the message asks for no aspect.
    aspect: str
    #: Ranking of the linker, best first.
    hits: tuple[Hit, ...]
    #: Entities of a pressed button.
    pressed: dict[str, str]
    #: Procedure talked about before this message, or None.
    current: str | None
    #: Codes of the choices on the table.
    choices: tuple[str, ...]
    #: Syllables that may name a matter.
    matter: int
    #: How sure the classifier is of the intent, from 0 to 1.
    confidence: float
    misses: int
    text: str
    #: "vi", "en", "zh", or "und" for a button.
    language: str
    #: Places that the message names.
    places: Found
    #: Code of the commune or ward that is known from before, or None.
    place: str | None
    #: Whether the intent is sure enough to act on, and how likely a procedure is asked about, from 0 to 1.
    believed: bool = True
    asks: float = 0.0
    #: Aspect and page of the last answer.
    last_aspect: str = ""
    page: int = 0
    #: Code and aspect of the last answers, the latest last.
    history: tuple[tuple[str, str], ...] = ()
    #: Questions in a message that holds several.
    parts: tuple[Part, ...] = ()
    #: Kinds of entities in typed text, such as "dossier".
    named: frozenset[str] = frozenset()

    def decide(self) -> Decision:
        """Which procedure is meant: pressed, named, or still the one in hand."""
        if "procedure" in self.pressed:
            return _one(self.pressed["procedure"])
        if self.tells_place and self.current is not None:
            return _one(self.current)
        named = self._remembered(decide(self.hits))
        if self.current is None:
            return named
        if named.verdict is Verdict.NONE:
            return _one(self.current) if self._follows_up(_FOLLOW_UP) else named
        if self._follows_up(_FEW) and named.hits[0].score < _SWITCH:
            return _one(self.current)
        return self._stay(named)

    def _remembered(self, named: Decision) -> Decision:
        """Of several that may be meant, the one that was talked about before."""
        codes = [code for code, _ in self.history]
        before = [hit for hit in named.hits if hit.code in codes]
        if named.verdict is not Verdict.CHOICES or len(before) != 1 or before[0].score < named.hits[0].score * _LOYALTY:
            return named
        return Decision(Verdict.ONE, (before[0],))

    def _follows_up(self, most: int) -> bool:
        """Asks for an aspect in so few words that they need not name anything."""
        return self.matter <= most and (self.intent != "ask_overview" or not self.matter)

    def _stay(self, named: Decision) -> Decision:
        """The procedure in hand is kept among near equals, and offered with what else a vague message may mean."""
        if named.verdict is not Verdict.CHOICES:
            return named
        best = named.hits[0].score
        if any(hit.code == self.current and hit.score >= best * _LOYALTY for hit in self.hits):
            return _one(str(self.current))
        if best < _VAGUE and self.aspect not in ("", "overview"):
            others = tuple(hit for hit in named.hits if hit.code != self.current)
            return Decision(Verdict.CHOICES, (Hit(str(self.current), best), *others[:3]))
        return named

    @property
    def asks_about_choices(self) -> bool:
        """Asks for an aspect while choices are on the table, naming none of them."""
        return bool(self.choices) and self.aspect not in ("", "overview") and self.matter <= _FOLLOW_UP

    def names_little(self, decision: Decision) -> bool:
        """A word or two that several procedures may hold: "chờ" of "chờ bao lâu" names none of them."""
        return decision.verdict is Verdict.CHOICES and self.matter <= _FEW

    @property
    def tells_place(self) -> bool:
        """Nothing but where somebody lives: an answer to "which commune?"."""
        return self.places.only and bool(self.places.matches)

    @property
    def is_question(self) -> bool:
        """It asks about a procedure; or no act is sure, and it names one or asks for an aspect of what is in hand."""
        in_hand = bool(self.aspect) and (self.current is not None or bool(self.choices))
        unsure = not self.believed and (in_hand or self.names_a_procedure)
        return self.tells_place or self.asks >= _ASKS or unsure

    @property
    def names_a_procedure(self) -> bool:
        """The message by itself names exactly one."""
        return decide(self.hits).verdict is Verdict.ONE


def read(tracker: Tracker) -> Reading:
    """Reads the latest message of a tracker."""
    latest: dict[str, Any] = tracker.latest_message
    intent: dict[str, Any] = latest.get("intent") or {}
    name, text = intent.get("name") or "", str(latest.get("text") or "")
    return Reading(
        intent=name,
        aspect=ASPECTS.get(name) or ASPECTS.get(str(latest.get("aspect") or ""), ""),
        hits=tuple(Hit(**hit) for hit in latest.get("procedures") or ()),
        pressed=_pressed(latest),
        current=tracker.get_slot("procedure"),
        choices=_codes(tracker.get_slot("choices")),
        confidence=float(intent.get("confidence") or 0),
        matter=int(latest.get("matter") or 0),
        misses=int(tracker.get_slot("misses") or 0),
        text=text,
        language=str(latest.get("language") or "und"),
        places=places().find("" if text.startswith("/") else str(latest.get("normalised") or text)),
        place=_pressed(latest).get("place") or tracker.get_slot("place"),
        believed=bool(latest.get("believed", True)),
        asks=float(latest.get("asks") or 0),
        last_aspect=tracker.get_slot("aspect") or "",
        page=int(tracker.get_slot("page") or 0),
        history=tuple((code, aspect) for code, aspect in tracker.get_slot("history") or ()),
        parts=tuple(_part(part) for part in latest.get("parts") or ()),
        named=frozenset(one["entity"] for one in latest.get("entities") or () if one.get("extractor")),
    )


def _part(data: dict[str, Any]) -> Part:
    return Part(data["text"], ASPECTS[data["intent"]], tuple(Hit(**hit) for hit in data["procedures"]))


def _pressed(latest: dict[str, Any]) -> dict[str, str]:
    """Entities of a payload. Typed text brings none: the linker ranks, it does not decide."""
    entities = latest.get("entities") or ()
    return {entity["entity"]: str(entity["value"]) for entity in entities if entity.get("extractor") is None}


def _codes(slot: Sequence[str] | None) -> tuple[str, ...]:
    return tuple(slot or ())


def _one(code: str) -> Decision:
    return Decision(Verdict.ONE, (Hit(code, 1.0),))
