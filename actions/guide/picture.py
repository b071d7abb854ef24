"""The checklist in the conversation itself, as a picture or to be printed: it is there without a signal too."""

from __future__ import annotations

from typing import Any

from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.guide.ask import press, title
from actions.reading import Reading
from actions.say import report
from actions.words import say
from procedures.catalogue import current_view
from procedures.guides.state import Guide


def picture(
    dispatcher: CollectingDispatcher, reading: Reading, guide: Guide, printed: bool = False
) -> list[dict[str, Any]]:
    """The bot makes "sheet TOKEN" a picture and "pdf TOKEN" a file where a channel takes them; others have the link."""
    procedure = current_view().by_code(guide.code)
    told = title(procedure, guide) if procedure else guide.code
    what, ending, key = ("pdf", "pdf", "guide.printed") if printed else ("sheet", "png", "guide.picture")
    text = say(key, title=told, link=f"{reading.hand.site}/g/{guide.token}.{ending}")
    buttons = [press(say("guide.resume", title=told), "show", guide)]
    if not printed:
        buttons.append(press(say("guide.printed.button"), "print", guide))
    dispatcher.utter_message(text=text, buttons=buttons, image=f"{what} {guide.token}")
    report(dispatcher, reading, "guide")
    return [SlotSet("guide", guide.token), SlotSet("guiding", False)]
