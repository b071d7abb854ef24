"""nlu/ is a stock Rasa project."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.model
NLU = Path(__file__).parents[2] / "nlu"


def rasa(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The stock command, run in nlu/ without flags of ours."""
    # The engine, in this very process, tells Rasa to log errors only.
    environment = {**os.environ, "RASA_TELEMETRY_ENABLED": "false", "LOG_LEVEL": "INFO"}
    command = [str(Path(sys.executable).with_name("rasa")), *arguments]
    return subprocess.run(command, cwd=NLU, env=environment, capture_output=True, text=True, timeout=120)


def test_given_the_project_when_validated_by_stock_rasa_then_there_is_no_complaint() -> None:
    done = rasa("data", "validate", "--fail-on-warnings")
    assert done.returncode == 0, done.stderr[-2000:]
    assert "No story structure conflicts found" in done.stderr + done.stdout


def test_given_a_message_when_tokenised_then_words_are_unicode_words_and_chinese_is_split() -> None:
    from rasa.shared.nlu.constants import TEXT
    from rasa.shared.nlu.training_data.message import Message

    from nlu.components.tokenizer import WordTokenizer

    tokenizer = WordTokenizer(WordTokenizer.get_default_config())
    tokens = tokenizer.tokenize(Message.build("Làm căn-cước 出生证, nhé!"), TEXT)
    assert [token.text for token in tokens] == ["làm", "căn", "cước", "出", "生", "证", "nhé"]
