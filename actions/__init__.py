"""What the assistant looks up and says: rasa_sdk actions, one topic a file.

They read the catalogue, speak, and return effects as plain data. Nothing here writes anywhere, so they behave the same
inside the bot and behind `rasa run actions`.
"""

from actions.again import ActionAgain
from actions.answer import ActionAnswer
from actions.choose import ActionChoose
from actions.correct import ActionCorrect
from actions.guide.action import ActionGuide
from actions.language import ActionLanguage
from actions.next import ActionNext
from actions.own import ActionFileStatus, ActionPrivacy
from actions.person import ActionTalkToPerson
from actions.safety import ActionEmergency, ActionScam
from actions.smalltalk import ActionSmalltalk

ACTIONS = (
    *(ActionAgain, ActionAnswer, ActionChoose, ActionCorrect, ActionEmergency, ActionFileStatus, ActionGuide),
    *(ActionLanguage, ActionNext, ActionPrivacy, ActionScam, ActionSmalltalk, ActionTalkToPerson),
)
