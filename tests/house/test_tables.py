"""Tables agree both ways: intents, rules, examples, actions, aspects."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import yaml

from actions import ACTIONS
from actions.aspects import ASPECTS
from actions.reading import ASPECTS as ASPECT_OF_INTENT
from actions.words import say
from nlu.understanding.classify import ASPECTS as CLASSIFIED
from procedures.typed.fold import fold

ROOT = Path(__file__).parents[2]
NLU = ROOT / "nlu"


def domain() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((NLU / "domain.yml").read_text("utf-8"))
    return loaded


def rules() -> dict[str, str]:
    steps = [rule["steps"] for rule in yaml.safe_load((NLU / "data" / "rules.yml").read_text("utf-8"))["rules"]]
    return {first["intent"]: then["action"] for first, then in steps}


def examples() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for path in sorted((NLU / "data" / "nlu").glob("*.yml")):
        for block in [one for one in yaml.safe_load(path.read_text("utf-8"))["nlu"] if "intent" in one]:
            lines = [line[2:].strip() for line in block["examples"].splitlines() if line.startswith("- ")]
            found.setdefault(block["intent"], []).extend(lines)
    return found


def test_given_the_domain_when_rules_are_read_then_each_intent_has_one_and_none_is_unknown() -> None:
    assert set(rules()) == set(domain()["intents"])


def test_given_the_domain_when_examples_are_read_then_each_intent_has_them() -> None:
    assert set(examples()) == set(domain()["intents"])
    assert {intent: len(lines) for intent, lines in examples().items() if len(lines) < 20} == {}


def test_given_two_intents_when_examples_are_folded_then_none_is_in_both() -> None:
    owners: dict[str, set[str]] = {}
    for intent, lines in examples().items():
        for line in lines:
            owners.setdefault(re.sub(r"\W+", " ", fold(line)).strip(), set()).add(intent)
    assert {text: intents for text, intents in owners.items() if len(intents) > 1} == {}


def test_given_the_domain_when_actions_are_listed_then_code_and_domain_agree() -> None:
    assert {action().name() for action in ACTIONS} == set(domain()["actions"])
    assert set(rules().values()) <= set(domain()["actions"])


def test_given_the_aspects_when_writers_are_listed_then_each_has_one() -> None:
    assert set(ASPECT_OF_INTENT.values()) == ASPECTS
    assert set(ASPECT_OF_INTENT) == CLASSIFIED <= set(domain()["intents"])


def test_given_small_talk_when_phrases_are_read_then_each_intent_has_one() -> None:
    small = [intent for intent, action in rules().items() if action == "action_smalltalk"]
    assert all(json.dumps(say(f"smalltalk.{intent}")) for intent in small)
