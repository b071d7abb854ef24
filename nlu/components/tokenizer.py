"""Words of a message: what Rasa counts entities and texts in."""

from __future__ import annotations

import re
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.training_data.message import Message

from procedures.typed.fold import tidy

_WORD = re.compile(r"[^\W_\u3400-\u9fff]+|[\u3400-\u9fff]")


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class WordTokenizer(Tokenizer):  # type: ignore[misc]  # Rasa ships no types
    """Words by Unicode, each Chinese character one."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Rasa's."""
        return {"intent_tokenization_flag": False, "intent_split_symbol": "_", "token_pattern": None}

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        """Rasa's: tokens of one attribute."""
        text = tidy(message.get(attribute) or "")
        words = [Token(match.group().lower(), match.start()) for match in _WORD.finditer(text)]
        # Rasa needs one token at least.
        return words or [Token("?", 0)]
