"""How measures, groups and answers of a comparison are told to people who are no programmers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.evaluation.compare import Difference
from bot.evaluation.figures import AS_TYPED, WITHOUT
from bot.evaluation.judge import FAULTS

#: Styles of the fixed sets that have words.
STYLES = (
    *("accented", "stripped", "plain", "typos", "teencode", "story", "keywords", "second_language", "mixed"),
    *("traditional", "rpa", "vn1961", "own"),
)
#: Signs of a title in a table.
_SHORT = 70


@dataclass(frozen=True)
class Words:
    """Speaks with `say`; what has no words is told by its own name."""

    say: Callable[..., str]

    def measure(self, name: str) -> str:
        """What is counted."""
        told = self.say(f"training.measure.{name}")
        return self.say("training.less", what=told) if name in FAULTS else told

    def group(self, name: str) -> str:
        """Which messages."""
        if name in ("all", AS_TYPED, WITHOUT):
            return self.say({"all": "training.all", AS_TYPED: "training.as_typed", WITHOUT: "training.without"}[name])
        language, _, style = name.partition(" ")
        told = self._known(f"language.{language}", language)
        if not style:
            return told
        return f"{told}, {self.say(f'training.style.{style}') if style in STYLES else style}"

    def share(self, share: float | None) -> str:
        """Per cent."""
        return "–" if share is None else self.say("training.share", n=f"{100 * share:.1f}")

    def points(self, one: Difference) -> str:
        """By how much it rose."""
        return "–" if one.points is None else f"{one.points:+.1f}"

    def came(self, came: Mapping[str, str], titles: Mapping[str, str]) -> str:
        """What was answered."""
        if "told" in came:
            return came["told"]
        parts = [self._known(f"outcome.{came['outcome']}", came["outcome"])]
        if came["outcome"] == "answered" and came["code"]:
            title = titles.get(came["code"], "")
            parts.append(f"{came['code']} {title[:_SHORT]}".strip())
        if came["intent"]:
            parts.append(self.intent(came["intent"]))
        return " · ".join(parts)

    def intent(self, name: str) -> str:
        """A class of messages."""
        return self._known(f"intent.{name}", name)

    def _known(self, key: str, otherwise: str) -> str:
        try:
            return self.say(key)
        except KeyError:
            return otherwise
