"""What bot/engine/processor relies on: a rule is an intent and an action, and Rasa itself fills no slot."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

NLU = Path(__file__).parents[2] / "nlu"


def told(name: str) -> dict[str, Any]:
    return dict(yaml.safe_load((NLU / name).read_text("utf-8")))


def test_given_the_rules_when_read_then_each_is_one_intent_and_one_action() -> None:
    for rule in told("data/rules.yml")["rules"]:
        assert [set(step) for step in rule["steps"]] == [{"intent"}, {"action"}], rule["rule"]
        assert set(rule) == {"rule", "steps"}, rule["rule"]


def test_given_the_domain_when_read_then_no_slot_sways_a_rule_or_is_filled_by_rasa() -> None:
    domain = told("domain.yml")
    assert "forms" not in domain
    for name, slot in domain["slots"].items():
        assert slot["influence_conversation"] is False, name
        assert slot["mappings"] == [{"type": "custom"}], name
