"""What the assistant looks up and says: rasa_sdk actions, one topic a file.

They read the catalogue, speak, and return effects as plain data. Nothing here writes anywhere, so they behave the same
inside the bot and behind `rasa run actions`.
"""

from actions.answer import ActionAnswer
from actions.choose import ActionChoose
from actions.more import ActionMore
from actions.person import ActionTalkToPerson
from actions.smalltalk import ActionSmalltalk

ACTIONS = (ActionAnswer, ActionChoose, ActionMore, ActionSmalltalk, ActionTalkToPerson)
