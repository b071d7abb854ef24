"""One message of a guide: is it meant for a guide, what does it change, what is said next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.aspects import NOWHERE
from actions.ended import is_current, tell_ended
from actions.guide.ask import Said, listed, press, question, title
from actions.guide.hand import LISTING
from actions.guide.moves import Move, is_short, moved, open_cases, paper, typed
from actions.guide.naming import meant, numbered, spoken_name
from actions.guide.picture import picture
from actions.guide.reminding import remind, wants_reminder
from actions.guide.source import yielding
from actions.guide.trip import check, sent
from actions.place import remember
from actions.reading import Reading
from actions.say import button, report, utter
from actions.warning import warn
from actions.words import say
from procedures.catalogue import current_view
from procedures.guides import walk
from procedures.guides.state import Guide, Stage, find_token, new_token
from procedures.model import Procedure
from procedures.places import Found, Match, places
from procedures.search import Hit
from procedures.typed.fold import tokens

Events = list[dict[str, Any]]
_NOTHING = Said("")
#: Folded word that names of photographs begin with.
_PHOTO = "anh"
#: Outcomes of messages that lead nowhere by themselves.
_IDLE = frozenset(("clarify", "smalltalk", "language"))
#: Outcomes after which the guide's question still stands.
_OPEN = frozenset(("smalltalk", "language"))
#: What goes before a guide, whatever it asked last.
_FIRST = frozenset(("talk_to_person", "scam", "complaint", "dispute", "delete_me", "ask_privacy", "change_language"))


def take(dispatcher: CollectingDispatcher, reading: Reading) -> Events | None:
    """Answers a message that is meant for a guide; None where it is meant for somebody else."""
    if reading.pressed.get("do"):
        return _pressed(dispatcher, reading)
    if reading.pressed or (reading.intent.startswith("emergency_") and not _names_a_case(reading)):
        return None
    token = find_token(reading.text)
    if token and reading.hand.by(token):
        return _resume(dispatcher, reading, token)
    if reading.hand.listing and numbered(reading.text, reading.hand.open_tokens) and is_short(reading):
        return _resume(dispatcher, reading, numbered(reading.text, reading.hand.open_tokens)[0])
    guide = reading.hand.current
    procedure = current_view().by_code(guide.code) if guide else None
    if guide and wants_reminder(reading):
        return remind(dispatcher, reading, guide)
    if guide is None or procedure is None:
        return lists(dispatcher, reading) if reading.intent == "my_guides" else None
    if reading.intent in _FIRST and not (reading.hand.guiding and is_short(reading)):
        return None
    if reading.intent.startswith("emergency_"):
        warn(dispatcher, reading.language)
    move = typed(reading, procedure, guide)
    return _go(dispatcher, reading, guide, move) if move else None


def _names_a_case(reading: Reading) -> bool:
    """A choice that was offered, such as "baby born at home"; the numbers are told before it all the same."""
    guide = reading.hand.current
    procedure = current_view().by_code(guide.code) if guide else None
    if guide is None or procedure is None or not reading.hand.guiding or guide.stage is not Stage.CASES:
        return False
    return bool(meant(reading.text, procedure, open_cases(procedure, guide)))


def start(
    dispatcher: CollectingDispatcher,
    reading: Reading,
    code: str,
    origin: str = "",
    for_other: bool = False,
    then: tuple[str, ...] = (),
) -> Events:
    """A new guide; one for this procedure that nobody has finished is taken up instead."""
    mine = [guide for guide in reading.hand.guides if (guide.code, guide.tag) == (code, "")]
    if mine and not for_other and mine[-1].stage is not Stage.SENT:
        taken_up = replace(mine[-1], origin=origin or mine[-1].origin, then=then or mine[-1].then)
        return _take_up(dispatcher, reading, taken_up)
    guide = Guide(new_token(), code, Stage.TAG if for_other else Stage.CASES, origin=origin, then=then)
    return _show(dispatcher, reading, guide, begun=True)


def _pressed(dispatcher: CollectingDispatcher, reading: Reading) -> Events:
    told = reading.pressed
    do, code = told["do"], told.get("code", "")
    if do in ("start", "other"):
        then = tuple(told.get("then", "").split())
        return start(dispatcher, reading, code, told.get("origin", ""), do == "other", then)
    if do == "list":
        return lists(dispatcher, reading)
    guide = reading.hand.by(told.get("guide", ""))
    if guide is None:
        return lists(dispatcher, reading)
    if do == "show":
        return _resume(dispatcher, reading, guide.token)
    if do in ("picture", "print"):
        return picture(dispatcher, reading, guide, printed=do == "print")
    if do in ("remind", "unremind"):
        return remind(dispatcher, reading, guide, stop=do == "unremind")
    return _go(dispatcher, reading, guide, Move(do, told.get("value", "")))


def _go(dispatcher: CollectingDispatcher, reading: Reading, guide: Guide, move: Move) -> Events:
    procedure = current_view().by_code(guide.code)
    if move.do == "list":
        return lists(dispatcher, reading)
    if move.do == "origin":
        return _resume(dispatcher, reading, guide.origin)
    if move.do == "show" or procedure is None:
        return _resume(dispatcher, reading, guide.token)
    if move.do == "what":
        return _show(dispatcher, reading, guide, lead=_what(procedure, guide, move))
    after = moved(procedure, guide, move)
    return _show(dispatcher, reading, after, before=guide, lead=_noted(procedure, guide, after, move))


def _resume(dispatcher: CollectingDispatcher, reading: Reading, token: str) -> Events:
    """Where somebody left off; what the catalogue has changed since is told."""
    guide = reading.hand.by(token)
    return _take_up(dispatcher, reading, guide) if guide else lists(dispatcher, reading)


def _take_up(dispatcher: CollectingDispatcher, reading: Reading, guide: Guide) -> Events:
    procedure = current_view().by_code(guide.code)
    if procedure is None:
        return lists(dispatcher, reading)
    came, gone = walk.changed(procedure, guide)
    told = [say("guide.changed.new", name=spoken_name(procedure, name)) for name in came]
    told += [say("guide.changed.gone", name=spoken_name(procedure, name)) for name in gone]
    stage = Stage.PAPERS if came and guide.stage is Stage.TRIP else guide.stage
    return _show(dispatcher, reading, replace(guide, stage=stage), lead=Said("\n".join(told)))


def _show(
    dispatcher: CollectingDispatcher,
    reading: Reading,
    guide: Guide,
    before: Guide | None = None,
    lead: Said = _NOTHING,
    begun: bool = False,
) -> Events:
    """Says the question of the stage that a guide is at, and keeps it."""
    procedure = current_view().by_code(guide.code)
    if procedure is None or not is_current(procedure):
        return _withdrawn(dispatcher, reading, procedure)
    if guide.stage is not Stage.TAG:
        guide = walk.settle(procedure, guide)
    said = _said(procedure, guide, reading)
    first = "\n".join(filter(None, (_opening(procedure) if begun else "", lead.text, said[0].text)))
    for one in (Said(first, (*said[0].buttons, *lead.buttons)), *said[1:]):
        utter(dispatcher, one.text, one.buttons)
    _report(dispatcher, reading, guide, before)
    return _kept(reading, guide)


def _said(procedure: Procedure, guide: Guide, reading: Reading) -> list[Said]:
    if guide.stage is Stage.TRIP:
        home = places().by_code(reading.place) if reading.place else None
        here = reading.places if reading.places.one else Found((Match(home),)) if home else NOWHERE
        return check(procedure, guide, reading.hand.site, here)
    return [sent(procedure, guide) if guide.stage is Stage.SENT else question(procedure, guide)]


def _opening(procedure: Procedure) -> str:
    """The human sentence, the doubt about the record, and that nobody has written it in plain words yet."""
    official = "" if procedure.plain else say("guide.official")
    told = (spoken_name(procedure, procedure.opening), spoken_name(procedure, procedure.caution), official)
    return "\n".join(filter(None, told))


def _noted(procedure: Procedure, before: Guide, after: Guide, move: Move) -> Said:
    """What a message has changed, so that nobody wonders; where a missing paper comes from."""
    new = [name for name, what in after.ticks.items() if before.ticks.get(name) != what]
    if move.do == "lack" and len(new) == 1:
        return _how_to_get(procedure, after, new[0])
    if move.do == "tag":
        return Said(say("guide.tag.consent", tag=after.tag))
    if new and (len(new) > 1 or move.papers):
        return Said(say("guide.noted", names=", ".join(spoken_name(procedure, name) for name in new)))
    return _NOTHING


def _how_to_get(procedure: Procedure, guide: Guide, name: str) -> Said:
    """Who makes a paper; where a procedure yields it, a guide to that one which leads back here."""
    told = spoken_name(procedure, name)
    if any(paper.form for case in procedure.cases for paper in case.papers if paper.name == name):
        return Said(say("guide.lack.form", name=told))
    if tokens(name)[:1] == [_PHOTO]:
        return Said(say("guide.lack.photo", name=told))
    source = yielding(name, procedure.code)
    if source is None:
        return Said(say("guide.lack.ask", name=told))
    leads = press(say("guide.lack.start", title=source.title), "start", code=source.code, origin=guide.token)
    return Said(say("guide.lack.by", name=told, title=source.title), (leads,))


def _what(procedure: Procedure, guide: Guide, move: Move) -> Said:
    """What a paper is, and where it comes from."""
    names = paper(procedure, guide, move.value)
    return _how_to_get(procedure, guide, names[0]) if names else _NOTHING


def lists(dispatcher: CollectingDispatcher, reading: Reading) -> Events:
    """The guides of the conversation, and a way to begin one where there is none."""
    told = [(current_view().by_code(guide.code), guide) for guide in reading.hand.open_guides]
    known = [(procedure, guide) for procedure, guide in told if procedure]
    if known:
        said = listed([procedure for procedure, _ in known], [guide for _, guide in known])
    else:
        said = Said(say("guide.list.empty"), (button("button.examples", "help"),))
    utter(dispatcher, said.text, said.buttons)
    report(dispatcher, reading, "guide")
    return [SlotSet("guiding", LISTING)]


def _withdrawn(dispatcher: CollectingDispatcher, reading: Reading, procedure: Procedure | None) -> Events:
    if procedure is not None:
        return [*tell_ended(dispatcher, reading, procedure, "guide"), SlotSet("guiding", False)]
    utter(dispatcher, say("guide.gone"), [button("button.person", "talk_to_person")])
    report(dispatcher, reading, "clarify")
    return [SlotSet("guiding", False)]


def _report(dispatcher: CollectingDispatcher, reading: Reading, guide: Guide, before: Guide | None) -> None:
    """The guide as an effect, with the ticks that this message has changed: others may tick elsewhere meanwhile."""
    earlier = before.ticks if before else {}
    ticks = {name: what for name, what in guide.ticks.items() if earlier.get(name) != what}
    untick = [name for name in earlier if name not in guide.ticks]
    effect = {"type": "guide", "guide": guide.to_dict(), "ticks": ticks, "untick": untick}
    report(dispatcher, reading, "guide", "", [Hit(guide.code, 1.0)], [effect])


def _kept(reading: Reading, guide: Guide) -> Events:
    slots = {"guides": reading.hand.kept(guide), "guide": guide.token, "guiding": True, "procedure": guide.code}
    kept = [SlotSet(name, value) for name, value in {**slots, "choices": None, "misses": None}.items()]
    return kept + remember(reading)


def way_back(dispatcher: CollectingDispatcher, reading: Reading) -> Events:
    """After a question in between, and while nothing else is talked about: a button that leads back to the guide.

    A thank-you or another language leave the guide's question on the table.
    """
    outcome = next((m["custom"]["outcome"] for m in dispatcher.messages if m.get("custom")), "")
    guide = reading.hand.current
    procedure = current_view().by_code(guide.code) if guide else None
    last: dict[str, Any] | None = _last(dispatcher.messages)
    if guide and procedure and last and (reading.hand.guiding or outcome in _IDLE):
        told = say("guide.resume", title=title(procedure, guide))
        last["buttons"] = [press(told, "show", guide), *last.get("buttons", ())]
    return [] if outcome in _OPEN else [SlotSet("guiding", False)]


def _last(messages: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    return next((message for message in reversed(messages) if message.get("text")), None)
