"""What is said at each stage of a guide: one question, its choices as numbers and buttons."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from actions.aspects.papers import counted
from actions.aspects.ways import fee_texts, time_texts
from actions.guide.naming import spoken_name
from actions.say import Button, payload, person_button, short
from actions.words import say
from procedures.guides.state import Guide, Stage, mark
from procedures.guides.walk import asked, branches, channels, either, needed
from procedures.model import Channel, Procedure

#: Characters of a button, of a paper's name and note where it is asked about, and of a way's facts: records are long.
_BUTTON, _NAME, _FACTS = 60, 300, 200
#: Papers from which all of them may be ticked at once.
_MANY = 2


@dataclass(frozen=True)
class Said:
    """A message with its buttons."""

    text: str
    buttons: tuple[Button, ...] = ()


def press(title: str, do: str, guide: Guide | None = None, **values: str) -> Button:
    """A button of a guide; `do` is one of actions.guide.moves."""
    told = {"do": do, **({"guide": guide.token} if guide else {}), **values}
    return {"title": short(title, _BUTTON), "payload": payload("guide", **told)}


def title(procedure: Procedure, guide: Guide) -> str:
    """The procedure, and for whom."""
    name = spoken_name(procedure, procedure.title)
    return say("guide.title.for", title=name, tag=guide.tag) if guide.tag else name


def question(procedure: Procedure, guide: Guide) -> Said:
    """The question of the stage that the guide is at; before the papers are through. `procedure` is Vietnamese."""
    return _QUESTIONS[guide.stage](procedure, guide)


def _tag(procedure: Procedure, guide: Guide) -> Said:
    name = spoken_name(procedure, procedure.title)
    return Said(say("guide.tag.ask", title=name), (press(say("guide.tag.self"), "self", guide),))


def _cases(procedure: Procedure, guide: Guide) -> Said:
    open_ = [case.name for case in branches(procedure) if case.name not in guide.cases]
    names = [spoken_name(procedure, name) for name in open_]
    key = "either" if either(procedure) else "more" if guide.cases else "ask"
    lines = [say("choices.bare", number=n, title=name) for n, name in enumerate(names, 1)]
    none = press(say(f"guide.case.none.{key}"), "nocase", guide)
    buttons = [press(spoken_name(procedure, name), "case", guide, value=mark(name)) for name in open_]
    head = say(f"guide.case.{key}", title=title(procedure, guide))
    return Said("\n".join([head, *lines]), (none, *buttons) if len(names) > _MANY else (*buttons, none))


def _way(procedure: Procedure, guide: Guide) -> Said:
    facts = [_facts(procedure, channel) for channel in channels(procedure)]
    same = len(set(facts)) == 1
    lines = [
        say("guide.way.line", number=n, way=say(f"channel.{channel.value}"), facts="" if same else fact).rstrip(": ：")
        for n, (channel, fact) in enumerate(zip(channels(procedure), facts, strict=True), 1)
    ]
    lines += [say("guide.way.same", facts=facts[0])] if same and facts[0] else []
    lines += [say("guide.way.advice")] if Channel.ONLINE in channels(procedure) else []
    buttons = [
        press(say("guide.way.button", way=say(f"channel.{channel.value}")), "way", guide, value=channel.value)
        for channel in channels(procedure)
    ]
    return Said("\n".join([say("guide.way.ask", title=title(procedure, guide)), *lines]), tuple(buttons))


def _facts(procedure: Procedure, channel: Channel) -> str:
    """The first time and fee of a way."""
    told = [*time_texts(procedure, channel)[:1], *fee_texts(procedure, channel)[:1]]
    return short("; ".join(spoken_name(procedure, text).rstrip(". 。") for text in told), _FACTS)


def _paper(procedure: Procedure, guide: Guide) -> Said:
    need, needs = asked(procedure, guide), needed(procedure, guide)
    if need is None:
        return Said("")
    number = [one.paper.name for one in needs].index(need.paper.name) + 1
    name = short(spoken_name(procedure, need.paper.name), _NAME)
    case = say("guide.paper.case", case=spoken_name(procedure, need.case)) if need.case else ""
    note = short(spoken_name(procedure, need.paper.note), _NAME)
    head = say("guide.paper", number=number, total=len(needs), name=name, count=counted(need.paper))
    lines = [head, *filter(None, (case, note)), say("guide.paper.ask")]
    told = {"value": mark(need.paper.name)}
    buttons = [
        press(say("guide.have"), "have", guide, **told),
        press(say("guide.lack"), "lack", guide, **told),
        press(say("guide.later"), "later", guide, **told),
        press(say("guide.what"), "what", guide, **told),
    ]
    whole = number == 1 and len(needs) > _MANY and not guide.ticks
    return Said("\n".join(lines), (*buttons, *([press(say("guide.all"), "all", guide)] if whole else [])))


_QUESTIONS: dict[Stage, Callable[[Procedure, Guide], Said]] = {
    Stage.TAG: _tag,
    Stage.CASES: _cases,
    Stage.WAY: _way,
    Stage.PAPERS: _paper,
}


def listed(procedures: Sequence[Procedure], guides: Sequence[Guide]) -> Said:
    """The guides of a conversation, with how far each is."""
    lines = [say("guide.list")] + [
        say("guide.list.line", number=n, title=title(procedure, guide), **progress(procedure, guide))
        for n, (procedure, guide) in enumerate(zip(procedures, guides, strict=True), 1)
    ]
    buttons = [
        press(title(procedure, guide), "show", guide) for procedure, guide in zip(procedures, guides, strict=True)
    ]
    return Said("\n".join(lines), (*buttons, person_button()))


def progress(procedure: Procedure, guide: Guide) -> dict[str, int]:
    """How many papers are there, of how many."""
    needs = needed(procedure, guide)
    return {"have": sum(guide.ticks.get(need.paper.name) == "have" for need in needs), "total": len(needs)}
