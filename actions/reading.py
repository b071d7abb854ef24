"""What a message means here and now: the understanding of Rasa, the linked procedures, and what was said before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from rasa_sdk import Tracker

from actions import staying
from actions.guide.hand import Hand, hand
from actions.staying import Signs
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

#: The procedure in hand stays in hand while it scores at least this share of the best one.
_LOYALTY = 0.9
#: What was talked about before is meant again if it scores this share of the best one.
_FAMILIAR = 0.2
#: Choices that score less may just as well be about the procedure in hand.
_VAGUE = 0.6
#: What finds entities in typed text; all others come with a button.
_TYPED = "EntityFinder"
#: From this probability on a message asks about a procedure, whatever act it looks like.
_ASKS = 0.5
#: Acts beside which a question is answered: "hỏi vui thôi. lệ phí hết bao nhiêu".
_LIGHT = frozenset(("greet", "thank", "bye", "affirm", "deny", "pause", "ask_bot", "help", "out_of_scope", "too_vague"))
#: From this probability on it is beyond doubt what a message is about.
SURE = 0.9
#: While something is in hand, a question is so many times likelier than it looks.
_IN_HAND = 3.0


@dataclass(frozen=True)
class Part:
    """One of several questions in a message."""

    text: str
    aspect: str
    hits: tuple[Hit, ...]
    #: It names no matter of its own.
    bare: bool = False


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
    #: The same for the part of a message that asks most.
    asks_in_part: float = 0.0
    #: Aspect and page of the last answer.
    last_aspect: str = ""
    page: int = 0
    #: Code and aspect of the last answers, the latest last.
    history: tuple[tuple[str, str], ...] = ()
    #: The last message that named a matter.
    asked: str = ""
    #: Questions in a message that holds several.
    parts: tuple[Part, ...] = ()
    #: Kinds of entities in typed text, such as "dossier".
    named: frozenset[str] = frozenset()
    #: A question that names no matter of its own.
    bare: bool = False
    #: What tells whether the message is about what is in hand.
    signs: Signs = field(default_factory=Signs)
    #: Somebody may be in danger, though the message is taken for something else.
    danger: bool = False
    #: The guides of the conversation.
    hand: Hand = field(default_factory=Hand)

    def decide(self) -> Decision:
        """Which procedure is meant: pressed, named, or still what is in hand."""
        if "procedure" in self.pressed:
            return _one(self.pressed["procedure"])
        if self.tells_place and self.current is not None:
            return _one(self.current)
        if self.follows_up:
            return self.in_hand()
        named = self._remembered(decide(self.hits))
        return named if self.current is None or named.verdict is Verdict.NONE else self._stay(named)

    def in_hand(self) -> Decision:
        """The choices on the table, else the procedure talked about, with what else may be meant; else nothing."""
        if self.choices:
            verdict = Verdict.ONE if len(self.choices) == 1 else Verdict.CHOICES
            return Decision(verdict, tuple(Hit(code, 1.0) for code in self.choices))
        if self.current is None:
            return Decision(Verdict.NONE)
        named = decide(self.hits).hits if self._stays < SURE else ()
        return Decision(Verdict.ONE, (Hit(self.current, 1.0), *(hit for hit in named[:1] if hit.code != self.current)))

    @property
    def _stays(self) -> float:
        return staying.likely(self.held, self.hits, self.signs)

    @property
    def held(self) -> tuple[str, ...]:
        """Codes of what is in hand: the choices on the table, else the procedure talked about."""
        return self.choices or ((self.current,) if self.current else ())

    @property
    def follows_up(self) -> bool:
        """It is about what is in hand; with nothing in hand, it names no matter."""
        if self.held:
            return self._stays >= staying.enough()
        return not self.names_a_procedure and (self.bare or not self.matter)

    def _remembered(self, named: Decision) -> Decision:
        """Of several that may be meant, the one that was talked about before."""
        if named.verdict is not Verdict.CHOICES:
            return named
        codes = [code for code, _ in self.history]
        before = [hit for hit in named.hits if hit.code in codes and hit.score >= named.hits[0].score * _FAMILIAR]
        clear = len(before) == 1 or (len(before) > 1 and before[0].score * _LOYALTY >= before[1].score)
        return Decision(Verdict.ONE, (before[0],)) if clear else named

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

    def asks_on(self, decision: Decision) -> bool:
        """Asks for an aspect while choices are on the table, and chooses none."""
        left = {hit.code for hit in decision.hits}
        return bool(self.choices) and left <= set(self.choices) and self.aspect not in ("", "overview")

    @property
    def wanted_aspect(self) -> str:
        """The aspect that is asked for; of a matter that is only named, the one that was asked before it was told."""
        waiting = self.last_aspect if self.current is None and not self.choices else ""
        return (self.aspect if self.aspect != "overview" else "") or waiting or "overview"

    @property
    def tells_place(self) -> bool:
        """Nothing but where somebody lives: an answer to "which commune?"."""
        return self.places.only and bool(self.places.matches)

    @property
    def is_question(self) -> bool:
        """It asks about a procedure; or no act is sure, and it names one or asks for an aspect of what is in hand."""
        # What sounds vague may be the name of a procedure, one that an admin wrote down this minute among them.
        unsure = (not self.believed or self.intent == "too_vague") and self.names_a_procedure
        besides = self.intent in _LIGHT and bool(self.aspect) and self.asks_in_part >= _ASKS
        return self.tells_place or self.asks >= _ASKS or self.asks_in_hand or besides or unsure

    @property
    def asks_in_hand(self) -> bool:
        """While something is in hand, an aspect is asked for, whatever act it looks like."""
        return bool(self.aspect and self.held) and self.asks * _IN_HAND >= self.confidence

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
        asks_in_part=float(latest.get("asks_in_part") or 0),
        last_aspect=tracker.get_slot("aspect") or "",
        page=int(tracker.get_slot("page") or 0),
        history=tuple((code, aspect) for code, aspect in tracker.get_slot("history") or ()),
        asked=tracker.get_slot("asked") or "",
        parts=tuple(_part(part) for part in latest.get("parts") or ()),
        bare=bool(latest.get("bare")),
        signs=signs_of(latest, [code for code, _ in tracker.get_slot("history") or ()]),
        danger=bool(latest.get("danger")) and not name.startswith("emergency_"),
        hand=hand(tracker),
        named=frozenset(one["entity"] for one in latest.get("entities") or () if one.get("extractor") == _TYPED),
    )


def signs_of(latest: dict[str, Any], told: Sequence[str]) -> Signs:
    """What is seen of a parsed message, in a talk in which the procedures `told` were answered before."""
    shares = {one["name"]: float(one["confidence"]) for one in latest.get("intent_ranking") or ()}
    return Signs(
        names=float(latest.get("names", 1.0)),
        matter=int(latest.get("matter") or 0),
        returns=shares.get("go_back", 0.0) + shares.get("resume", 0.0),
        corrects=shares.get("correct", 0.0),
        told=frozenset(told),
    )


def _part(data: dict[str, Any]) -> Part:
    hits = tuple(Hit(**hit) for hit in data["procedures"])
    return Part(data["text"], ASPECTS[data["intent"]], hits, bool(data.get("bare")))


def _pressed(latest: dict[str, Any]) -> dict[str, str]:
    """Entities of a payload. Typed text brings none: the linker ranks, it does not decide."""
    entities = latest.get("entities") or ()
    return {entity["entity"]: str(entity["value"]) for entity in entities if entity.get("extractor") != _TYPED}


def _codes(slot: Sequence[str] | None) -> tuple[str, ...]:
    return tuple(slot or ())


def _one(code: str) -> Decision:
    return Decision(Verdict.ONE, (Hit(code, 1.0),))
