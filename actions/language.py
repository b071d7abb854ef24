"""Which language an answer is in, and switching it."""

from __future__ import annotations

import re

from rasa_sdk.executor import CollectingDispatcher

from actions.reading import Reading
from actions.say import Button, button, person_button, report, utter
from actions.topic import Events, Topic
from actions.words import say, say_too, speaking
from procedures.typed.fold import fold

#: Names of languages in messages without accents, Chinese ones simplified.
_NAMES = {
    "vi": r"tieng viet|vietnamese|越南语|越文|\bviet ngu",
    "en": r"english|tieng anh|\banh ngu|英语|英文",
    "zh": r"chinese|mandarin|tieng trung|tieng tau|tieng hoa|tieng han|中文|汉语|普通话|华语",
    "tyz": r"tieng tay|tieng nung|\btay\b|\bnung\b|岱语|侬语|岱族|侬族",
    "hmn": r"tieng mong|tieng hmong|tieng h'mong|tieng meo|hmong|\bmong\b|苗语|苗族",
    "ium": r"tieng dao|iu mien|mien|\bdao\b|瑶语|瑶族",
}


def wanted(reading: Reading) -> str:
    """The language that a message or a button asks for; empty where it names none."""
    pressed = reading.pressed.get("language", "")
    said = fold(reading.text)
    named = [name for name, pattern in _NAMES.items() if re.search(pattern, said)]
    # "không biết tiếng Anh, nói tiếng Việt": the last one named is wanted.
    named.sort(key=lambda name: max(found.end() for found in re.finditer(_NAMES[name], said)))
    return pressed or (named[-1] if named else "")


def language_buttons() -> list[Button]:
    """A button for each language in which answers exist; each is written in itself."""
    return [button(f"language.{name}", "change_language", language=name) for name in ("vi", "en", "zh")]


class ActionLanguage(Topic):
    """Switches to a language that is spoken here; is honest about one that is not."""

    rasa_name = "action_language"

    def respond(self, dispatcher: CollectingDispatcher, reading: Reading) -> Events:
        """Says in the new language that it is spoken now."""
        language = wanted(reading)
        if language in ("vi", "en", "zh"):
            with speaking(language):
                utter(dispatcher, say("language.switched"))
                report(dispatcher, reading, "language")
            return self.remember(language=language, other_language=None)
        if language:
            utter(dispatcher, say_too(f"minority.{language}", language), [person_button()])
        else:
            utter(dispatcher, say("language.which"), language_buttons())
        report(dispatcher, reading, "language")
        return []
