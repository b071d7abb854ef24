"""The storybook, nlu/tests: every message is understood as it is labelled, and followed by its action."""

from __future__ import annotations

import asyncio
import os
from difflib import unified_diff
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.engine import Engine, training
from bot.session import Session
from tests.benchmarks.conversations import BOOK, render, stories

FOLDER = Path(__file__).parents[2] / "nlu" / "tests"
pytestmark = pytest.mark.model
#: Share of all messages that must be understood; the storybook was written without looking at the model.
ENOUGH = 0.9
LEAST_STORIES = 60
#: Share of the lines of docs/conversations.md that are as rendered: another machine rounds otherwise.
FRESH = 0.98
Data = dict[str, Any]


def said() -> list[Data]:
    return [step for story in stories() for step in story["steps"] if "user" in step]


@pytest.fixture(scope="module")
def engine(catalogue_url: str) -> Engine:
    os.environ["MOTCUA_DATABASE_URL"] = catalogue_url
    loaded = Engine(training.trained_model())
    loaded.load()
    return loaded


def test_given_the_storybook_when_read_then_it_holds_sixty_talks_and_every_intent() -> None:
    domain = yaml.safe_load((FOLDER.parent / "domain.yml").read_text("utf-8"))
    assert len(list(stories())) >= LEAST_STORIES
    assert {step["intent"] for step in said()} == set(domain["intents"])


def test_given_the_storybook_when_understood_then_its_intents_come_and_no_emergency_is_missed(engine: Engine) -> None:
    wanted = [(step["user"].strip(), step["intent"]) for step in said()]
    told = [(text, intent, engine.parse(text)) for text, intent in wanted]
    wrong = [
        f"{text}: {intent}, not {parse['intent']['name']}"
        for text, intent, parse in told
        if parse["intent"]["name"] != intent
    ]
    missed = [text for text, intent, parse in told if intent.startswith("emergency_") and not parse["danger"]]
    assert missed == []
    assert 1 - len(wrong) / len(wanted) >= ENOUGH, "\n".join(wrong)


def test_given_the_storybook_when_rasa_tests_it_then_every_action_follows(tmp_path: Path) -> None:
    from rasa.core.agent import Agent
    from rasa.core.test import test as rasa_test

    # Rasa's own `rasa test core`: the talks by their intents, each with the action that follows.
    agent = Agent.load(str(training.trained_model()))
    told = asyncio.run(
        rasa_test(str(FOLDER), agent, out_directory=str(tmp_path), disable_plotting=True, warnings=False)
    )
    assert told["report"]["conversation_accuracy"]["accuracy"] == 1.0


def test_given_the_storybook_when_it_is_rendered_then_the_page_in_docs_is_fresh(session: Session) -> None:
    written, rendered = BOOK.read_text("utf-8").splitlines(), render(session).splitlines()
    changed = list(unified_diff(written, rendered, "docs/conversations.md", "rendered", lineterm="", n=0))
    assert len(changed) <= (1 - FRESH) * len(rendered), "Run: make conversations\n" + "\n".join(changed[:60])
