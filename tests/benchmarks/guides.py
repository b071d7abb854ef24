"""How many messages a guide takes, and how many bytes: eight matters, typed as people type, in three languages.

make bench-guides
"""

from __future__ import annotations

import json
import statistics
import uuid
from dataclasses import dataclass, field

from rich.console import Console
from sqlalchemy import select

from bot.engine import Engine, training
from bot.session import Session, Told
from bot.store.tables import conversation, guide, guide_conversation
from procedures.guides.state import Guide, Stage
from procedures.typed.fold import fold

#: Messages after which a guide has gone wrong.
BOUND = 30


@dataclass(frozen=True)
class Matter:
    """A guide as somebody goes through it."""

    code: str
    #: What is written first, by language.
    first: dict[str, str]
    #: The case that fits, in words or as its number, by language; none fits where it is empty.
    case: dict[str, str] = field(default_factory=dict)


#: What is answered to each stage, by language.
ANSWERS = {
    "vi": {Stage.CASES: "không", Stage.WAY: "nộp tại quầy", Stage.PAPERS: "có rồi ạ"},
    "en": {Stage.CASES: "no", Stage.WAY: "at the counter", Stage.PAPERS: "I have it"},
    "zh": {Stage.CASES: "没有", Stage.WAY: "去窗口", Stage.PAPERS: "有了"},
}
MATTERS = {
    "birth at home, parents unmarried": Matter(
        "1.001193",
        {
            "vi": "hướng dẫn em đăng ký khai sinh cho con mới sinh từng bước",
            "en": "guide me step by step: birth registration for my new baby",
            "zh": "一步一步教我办新生儿出生登记",
        },
        {"vi": "con sinh ở nhà", "en": "baby born at home", "zh": "1"},
    ),
    "marriage": Matter(
        "1.000894",
        {
            "vi": "hướng dẫn tôi đăng ký kết hôn từng bước, vợ ở tỉnh khác",
            "en": "walk me through marriage registration, two Vietnamese, step by step",
            "zh": "带我一步一步办结婚登记",
        },
    ),
    "renting": Matter(
        "1.004194",
        {
            "vi": "hướng dẫn em đăng ký tạm trú từng bước",
            "en": "guide me step by step through temporary residence registration",
            "zh": "一步一步教我办暂住登记",
        },
        {"vi": "thuê nhà", "en": "1", "zh": "1"},
    ),
    "identity card lost": Matter(
        "1.014064",
        {
            "vi": "mất thẻ căn cước, hướng dẫn tôi làm lại từng bước",
            "en": "I lost my ID card, walk me through it step by step",
            "zh": "身份证丢了，一步一步教我补办",
        },
    ),
    "land transfer": Matter(
        "1.013831",
        {
            "vi": "hướng dẫn tôi sang tên sổ đỏ từng bước",
            "en": "guide me step by step: transfer of a land certificate",
            "zh": "一步一步教我办土地证过户",
        },
    ),
    "household business": Matter(
        "1.001612",
        {
            "vi": "hướng dẫn tôi đăng ký hộ kinh doanh từng bước",
            "en": "walk me through household business registration step by step",
            "zh": "一步一步教我办个体户登记",
        },
    ),
    "social allowance": Matter(
        "1.001776",
        {
            "vi": "hướng dẫn tôi làm trợ cấp xã hội hằng tháng từng bước",
            "en": "guide me step by step: monthly social allowance",
            "zh": "一步一步教我申请每月社会补助",
        },
        {"vi": "người khuyết tật", "en": "1", "zh": "1"},
    ),
    "border pass": Matter(
        "1.003133",
        {
            "vi": "hướng dẫn tôi làm giấy thông hành từng bước",
            "en": "guide me step by step: border pass",
            "zh": "一步一步教我办边境通行证",
        },
    ),
}


class Walk:
    """Somebody who goes through a guide to its end."""

    def __init__(self, session: Session, language: str, stripped: bool = False) -> None:
        self.session, self.address = session, uuid.uuid4().hex
        self.language, self.stripped = language, stripped
        self.messages = self.bytes = 0

    def goes_through(self, matter: Matter) -> Told:
        """Until the check before the trip, or too many messages."""
        told = self._offered(self.says(matter.first[self.language]), matter.code)
        case = matter.case.get(self.language, "")
        while (held := self.guide()) and held.stage is not Stage.TRIP and self.messages < BOUND:
            at_case = held.stage is Stage.CASES and case
            told = self.says(case if at_case else ANSWERS[self.language][held.stage])
            case = "" if at_case else case
        return told

    def says(self, text: str) -> Told:
        """Types, and counts what comes back."""
        return self._counted(self.session.say(self.address, fold(text) if self.stripped else text))

    def presses(self, told: Told, title: str) -> Told:
        """The first button whose title holds these words."""
        button = next(one for reply in told.replies for one in reply.buttons if title in one.title)
        return self._counted(self.session.say(self.address, button.title, button.payload))

    def guide(self) -> Guide | None:
        """The guide as it is stored, the latest of the conversation."""
        joined = guide.join(guide_conversation).join(
            conversation, conversation.c.id == guide_conversation.c.conversation_id
        )
        found = select(guide.c.state).select_from(joined).where(conversation.c.address == self.address)
        found = found.order_by(guide.c.updated_at.desc(), guide.c.id.desc())
        with self.session._database.connect() as connection:
            state = connection.execute(found).scalar()
        return Guide.from_dict(json.loads(state)) if state else None

    def _offered(self, told: Told, code: str) -> Told:
        """Where several procedures are offered, the right one is picked."""
        if told.outcome != "clarify":
            return told
        button = next((b for reply in told.replies for b in reply.buttons if code in b.payload), None)
        return self._counted(self.session.say(self.address, button.title, button.payload)) if button else told

    def _counted(self, told: Told) -> Told:
        self.messages += 1
        for reply in told.replies:
            titles = "".join(button.title for button in reply.buttons)
            self.bytes += len(f"{reply.text}{titles}".encode())
        return told


def main() -> None:
    """Goes through all matters in all languages and prints what it took."""
    out = Console(highlight=False, soft_wrap=True)
    session = Session(Engine(training.trained_model()))
    walks = []
    for name, matter in MATTERS.items():
        for language in ANSWERS:
            walk = Walk(session, language)
            walk.goes_through(matter)
            walks.append(walk)
            out.print(f"{name}, {language}: {walk.messages} messages, {walk.bytes:,} bytes")
    out.print(f"median: {statistics.median(walk.messages for walk in walks):.0f} messages, ", end="")
    out.print(f"{statistics.median(walk.bytes for walk in walks):,.0f} bytes")


if __name__ == "__main__":
    main()
