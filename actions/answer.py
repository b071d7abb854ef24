"""Answers about a procedure, choices between several, and the honest "not sure"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rasa_sdk.executor import CollectingDispatcher

from actions.aspects import NOWHERE, write
from actions.aspects.office import unit
from actions.card import count, fold
from actions.ended import is_current, tell_ended
from actions.events import tell_event, told
from actions.guide.ask import press
from actions.guide.turn import start
from actions.known import known
from actions.narrow import narrow
from actions.offer import choice_button, offer
from actions.place import place_buttons, remember
from actions.reading import Reading
from actions.say import button, person_button, report, short, utter
from actions.topic import Events, Topic
from actions.words import say
from procedures.model import Procedure
from procedures.places import Found, Match, places
from procedures.search import Decision, Hit, Verdict, decide
from procedures.search.lookalikes import alike, differences

#: Next steps offered under an answer, most wanted first.
_NEXT = ("documents", "fee", "time", "where", "how")
_BUTTONS = 3
#: After so many messages in a row that were not understood, a person is offered first.
_MISSES = 2
#: Answers that are remembered, to go back to.
_REMEMBERED = 6
#: Characters of a title within a sentence.
_TITLE = 90


class ActionAnswer(Topic):
    """Every question about a procedure ends here."""

    rasa_name = "action_answer"

    def respond(self, dispatcher: CollectingDispatcher, reading: Reading) -> Events:
        """Answers the latest message; two questions in one, both."""
        decision = narrow(reading) or reading.decide()
        second = _second(reading, decision)
        if second is not None:
            return _both(dispatcher, reading, *second)
        return answer(dispatcher, reading, decision)


def _second(reading: Reading, decision: Decision) -> tuple[tuple[str, str], tuple[str, str]] | None:
    """Code and aspect of the two questions of a message, where both are plain."""
    if reading.pressed or len(reading.parts) < 2:
        return None
    found: list[tuple[str, str]] = []
    meant = decision.hits[0].code if decision.verdict is Verdict.ONE else reading.current
    for part in reading.parts:
        named = decide(part.hits)
        code = named.hits[0].code if named.verdict is Verdict.ONE and not part.bare else meant
        if code and part.aspect != "overview":
            found.append((code, part.aspect))
    plain = list(dict.fromkeys(found))
    # What the whole message asks comes first here: it is told last, next to the buttons, and reported.
    plain.sort(key=lambda one: one[1] != reading.aspect)
    return (plain[0], plain[1]) if len(plain) > 1 else None


def _both(
    dispatcher: CollectingDispatcher, reading: Reading, first: tuple[str, str], second: tuple[str, str]
) -> Events:
    """Both answers, each a message; the report is of the first, with the second beside it."""
    told = [(procedure, aspect) for code, aspect in (first, second) if (procedure := known(code))]
    for procedure, aspect in told[1:]:
        text, more = fold(write(procedure, aspect, _here(reading)))
        utter(dispatcher, text, _more_button(procedure, aspect, 0) if more else ())
    hits = tuple(Hit(procedure.code, 1.0) for procedure, _ in told)
    history = (*reading.history, *((procedure.code, aspect) for procedure, aspect in told[1:]))
    return tell(dispatcher, replace(reading, hits=hits, history=history), told[0][0], told[0][1], 0)


def answer(dispatcher: CollectingDispatcher, reading: Reading, decision: Decision, aspect: str = "") -> Events:
    """Answers what was decided. `aspect` overrides that of the message."""
    aspect = aspect or reading.pressed.get("aspect") or reading.wanted_aspect
    if reading.tells_place or "place" in reading.pressed:
        return _place_told(dispatcher, reading)
    event = told(reading, decision)
    if event is not None:
        return tell_event(dispatcher, reading, event)
    if decision.verdict is Verdict.CHOICES:
        offered = [procedure for hit in decision.hits if (procedure := known(hit.code))]
        if reading.asks_on(decision) and offered:
            return tell_if(dispatcher, reading, offered, aspect)
        return offer(dispatcher, reading, offered, aspect)
    procedure = known(decision.hits[0].code) if decision.hits else None
    if procedure is None:
        return miss(dispatcher, reading)
    return tell(dispatcher, reading, procedure, aspect, _page(reading))


def _place_told(dispatcher: CollectingDispatcher, reading: Reading) -> Events:
    """Only where somebody lives: the office for the procedure in hand, else what it is about."""
    procedure = known(reading.current)
    if procedure is not None:
        return tell(dispatcher, reading, procedure, "where", 0)
    here = _here(reading)
    text = say("place.noted", place=unit(here.one.place)) if here.one else say("where.several")
    utter(dispatcher, text, place_buttons(here))
    report(dispatcher, reading, "clarify")
    return remember(reading)


def _here(reading: Reading) -> Found:
    """Where the citizen lives: as just said, else as known."""
    if reading.places.matches or reading.places.elsewhere:
        return reading.places
    home = places().by_code(reading.place) if reading.place else None
    return Found((Match(home),)) if home else NOWHERE


def tell(
    dispatcher: CollectingDispatcher,
    reading: Reading,
    procedure: Procedure,
    aspect: str,
    page: int,
    others: Sequence[Procedure] = (),
    lead: str = "",
) -> Events:
    """One part, from 0, of one aspect of one procedure; a word that it ends there if there is no such part.

    `others` are what may be meant as well: a button away. With a `lead`, which says so, they stand for the next steps.
    """
    if not is_current(procedure):
        return tell_ended(dispatcher, reading, procedure, aspect) + remember(reading)
    if aspect == "guide":
        return start(dispatcher, reading, procedure.code)
    here = _here(reading)
    card = write(procedure, aspect, here)
    text, more = fold(card, page) if page < count(card) else (say("more.end"), False)
    if procedure.code != reading.current:
        text = "\n".join(filter(None, (procedure.opening, procedure.caution, text)))
    buttons = _more_button(procedure, aspect, page) if more else []
    buttons += [choice_button(other.title, other.code, aspect) for other in others]
    places_to_choose = place_buttons(here) if aspect == "where" else []
    steps = [person_button()] if lead else _next_steps(procedure, aspect)
    utter(dispatcher, "\n".join(filter(None, (lead, text))), [*buttons, *(places_to_choose or steps)])
    hit = Hit(procedure.code, _score(reading, procedure.code))
    rest = [one for one in reading.hits if one.code != procedure.code]
    report(dispatcher, reading, "answered", aspect, [hit, *rest])
    last = [one for one in reading.history if one != (procedure.code, aspect)][-_REMEMBERED:]
    history = [*map(list, last), [procedure.code, aspect]]
    in_hand = {"procedure": procedure.code, "aspect": aspect, "page": page, "history": history}
    return Topic.remember(**in_hand, choices=None, misses=None) + remember(reading)


def miss(dispatcher: CollectingDispatcher, reading: Reading) -> Events:
    """Not understood, or not what about: an aspect that is asked waits. The second time a person is offered first."""
    misses = reading.misses + 1
    again, waits = misses >= _MISSES, reading.current is None and reading.aspect not in ("", "overview")
    buttons = [person_button()] if again else [button("button.examples", "help"), person_button()]
    utter(dispatcher, say("miss.again" if again else "which" if waits else "miss.first"), buttons)
    report(dispatcher, reading, "clarify", reading.aspect, reading.hits)
    return Topic.remember(misses=misses, **({"aspect": reading.aspect} if waits else {}))


def tell_if(dispatcher: CollectingDispatcher, reading: Reading, offered: Sequence[Procedure], aspect: str) -> Events:
    """Somebody asks on without choosing: the answer for the likeliest choice, said to be for that one only."""
    first, *others = offered
    title = differences(offered)[0] if alike(offered) else first.title
    told_of_it = tell(dispatcher, reading, first, aspect, 0, others, say("choices.if", title=short(title, _TITLE)))
    # They stay on the table; of one that has ended, what stands in its place was offered.
    return told_of_it + (Topic.remember(choices=list(reading.choices)) if is_current(first) else [])


def _next_steps(procedure: Procedure, aspect: str) -> list[dict[str, str]]:
    wanted = [other for other in _NEXT if other != aspect][:_BUTTONS]
    steps = [button(f"button.{other}", f"ask_{other}", procedure=procedure.code) for other in wanted]
    return [press(say("button.guide"), "start", code=procedure.code), *steps]


def _more_button(procedure: Procedure, aspect: str, page: int) -> list[dict[str, str]]:
    return [button("button.more", f"ask_{aspect}", procedure=procedure.code, page=str(page + 1))]


def _page(reading: Reading) -> int:
    pressed = reading.pressed.get("page", "")
    return int(pressed) if pressed.isdecimal() else 0


def _score(reading: Reading, code: str) -> float:
    return next((hit.score for hit in reading.hits if hit.code == code), 1.0)
