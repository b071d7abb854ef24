"""Actions without Rasa: a tracker as Rasa would hand it over, the seeds as the catalogue."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.aspects import ASPECTS
from procedures import catalogue
from procedures.places import places
from procedures.search.query import matter

#: Syllables that may name something, and in a follow-up mostly do not.
FEW = 2
ROOT = Path(__file__).parents[2]


@dataclass
class Said:
    """What an action said and wants remembered."""

    texts: list[str]
    buttons: list[dict[str, str]]
    report: dict[str, Any]
    slots: dict[str, Any]
    images: list[str] = field(default_factory=list)


@pytest.fixture(autouse=True)
def seeds(monkeypatch: pytest.MonkeyPatch) -> None:
    """No database: the plain-word seeds are the catalogue, read once for all tests."""
    monkeypatch.setenv("MOTCUA_DATABASE_URL", "sqlite:////nowhere/motcua.db")


def run(
    action: Action,
    text: str = "",
    intent: str = "",
    entities: Any = (),
    heard: str = "vi",
    told: Mapping[str, Any] | None = None,
    **slots: Any,
) -> Said:
    """Runs an action for one message in the language `heard`; `told` is what the classifier tells besides."""
    view = catalogue.current_view()
    hits = [] if text.startswith("/") else [vars(hit) for hit in view.search(text)]
    solid = matter(places().find(text).rest).solid
    # As the classifier would: few words that name nothing for sure are a follow-up.
    bare = solid <= FEW and not (hits and hits[0]["sure"])
    latest = {
        "text": text,
        "intent": {"name": intent, "confidence": 0.9},
        # As Rasa hands over those of a button.
        "entities": [
            {"entity": name, "value": value, "extractor": "RegexMessageHandler"}
            for name, value in dict(entities).items()
        ],
        "procedures": hits,
        "matter": solid,
        "names": 0.02 if bare else 0.98,
        "bare": bare,
        "asks": 0.9 if intent.removeprefix("ask_") in ASPECTS else 0.0,
        "language": heard,
        **(told or {}),
    }
    tracker = Tracker("1", slots, latest, [], False, None, {}, "action_listen")
    dispatcher = CollectingDispatcher()
    events = asyncio.run(action.run(dispatcher, tracker, {}))
    texts = [message for message in dispatcher.messages if message.get("text")]
    reports = [message["custom"] for message in dispatcher.messages if message.get("custom")]
    assert len(reports) == 1, "every action reports exactly once"
    return Said(
        [message["text"] for message in texts],
        [button for message in texts for button in message["buttons"]],
        reports[0],
        {event["name"]: event["value"] for event in events},
        [message["image"] for message in texts if message.get("image")],
    )
