"""Somebody who talks through a guide with the actions, without Rasa."""

from __future__ import annotations

import json
from typing import Any

from actions.answer import ActionAnswer
from actions.guide.action import ActionGuide
from actions.smalltalk import ActionSmalltalk
from procedures.guides.state import Guide
from tests.actions.conftest import Said, run

SITE = "https://motcua.example"
#: Messages of the longest guide.
BOUND = 40


class Talk:
    """Somebody who presses and types; slots are carried from message to message."""

    def __init__(self, heard: str = "vi") -> None:
        self.heard, self.slots = heard, {"site": SITE, "language": heard}
        self.last: Said | None = None

    def presses(self, **told: str) -> Said:
        return self._kept(run(ActionGuide(), "/guide", "guide", told, self.heard, **self.slots))

    def press(self, title: str) -> Said:
        assert self.last is not None
        button = next(one for one in self.last.buttons if title in one["title"])
        return self.presses(**entities(button["payload"]))

    def says(self, text: str, intent: str, action: Any = None, **told: Any) -> Said:
        return self._kept(run(action or ActionGuide(), text, intent, (), self.heard, told, **self.slots))

    def _kept(self, said: Said) -> Said:
        self.slots.update(said.slots)
        self.last = said
        return said

    @property
    def guide(self) -> Guide:
        return Guide.from_dict(self.slots["guides"][-1])


def entities(payload: str) -> dict[str, str]:
    told: dict[str, str] = json.loads(payload.removeprefix("/guide"))
    return told


def to_papers(talk: Talk) -> Talk:
    talk.says("không", "deny", ActionSmalltalk())
    talk.says("ra xã nộp", "ask_where", ActionAnswer(), asks=0.1)
    return talk


def answered(talk: Talk) -> Said:
    """Presses the first button of the guide's question."""
    assert talk.last is not None
    return talk.presses(**entities(talk.last.buttons[0]["payload"]))
