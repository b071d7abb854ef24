"""Tables agree both ways: intents, rules, examples, actions, aspects."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml

from actions import ACTIONS
from actions.aspects import ASPECTS
from actions.reading import ASPECTS as ASPECT_OF_INTENT
from actions.words import say
from nlu.understanding.classify import ASPECTS as CLASSIFIED

ROOT = Path(__file__).parents[2]
NLU = ROOT / "nlu"


def domain() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((NLU / "domain.yml").read_text("utf-8"))
    return loaded


def rules() -> dict[str, str]:
    steps = [rule["steps"] for rule in yaml.safe_load((NLU / "data" / "rules.yml").read_text("utf-8"))["rules"]]
    return {first["intent"]: then["action"] for first, then in steps}


def test_given_the_domain_when_rules_are_read_then_each_intent_has_one_and_none_is_unknown() -> None:
    assert set(rules()) == set(domain()["intents"])


def test_given_the_domain_when_actions_are_listed_then_code_and_domain_agree() -> None:
    assert {action().name() for action in ACTIONS} == set(domain()["actions"])
    assert set(rules().values()) <= set(domain()["actions"])


def test_given_the_aspects_when_writers_are_listed_then_each_has_one() -> None:
    assert set(ASPECT_OF_INTENT.values()) == ASPECTS
    assert set(ASPECT_OF_INTENT) == CLASSIFIED <= set(domain()["intents"])


def test_given_small_talk_when_phrases_are_read_then_each_intent_has_one() -> None:
    small = [intent for intent, action in rules().items() if action == "action_smalltalk"]
    assert all(json.dumps(say(f"smalltalk.{intent}")) for intent in small)
