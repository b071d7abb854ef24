"""An engine that remembers all it hears, as Rasa does, and a look at everything that a database has kept."""

from __future__ import annotations

import json
import re
from pathlib import Path

from sqlalchemy import inspect, select, table, text
from sqlalchemy.engine import Engine

from bot.conversation import Button, Outcome, Reply
from bot.conversation.answer import Answer
from nlu.understanding.numbers import numbers
from procedures.typed.fold import fold
from tests.doubles import EchoResponder

#: One of each kind, and signs of it that nothing else in a database has.
DATA = {
    "số căn cước 004199012345": "004199012345",
    "cccd 0041 9901 2346 ạ": "004199012346",
    "cmnd cũ của tôi 080123457": "080123457",
    "hộ chiếu số C7654321": "7654321",
    "bhxh 0412345679": "0412345679",
    "mã thẻ bhyt DN4040123456789": "4040123456789",
    "stk 19036789012345 techcombank": "19036789012345",
    "sổ đỏ số phát hành CD 345678": "345678",
    "sđt tôi +84 912 345 678": "912345678",
    "gọi 0987.654.321 nhé": "987654321",
    "thư gửi nongvanpao@gmail.com": "nongvanpao",
    "Nông Văn Páo sinh ngày 12/03/1987": "12031987",
}


class Remembers(EchoResponder):
    """Says again what it heard, offers it as a button, and keeps text, entities and a slot of it."""

    def respond(self, conversation_id: int, text: str, payload: str, memory: str | None) -> Answer:
        self.heard.append((text, payload))
        found = [{"entity": kind, "value": value or text} for kind, value, *_ in numbers(fold(text))]
        said = {"event": "user", "text": text, "parse_data": {"text": text, "entities": found}}
        slots = {"asked": text.lower(), "page": [one["value"] for one in found]}
        reply = Reply(f"Nghe rõ: {text}", (Button(text, "/ask_fee" + json.dumps({"x": text}, ensure_ascii=False)),))
        guide = {"token": f"g{len(self.heard):09}", "code": "1.001193", "tag": text}
        effects = ({"type": "guide", "guide": guide, "ticks": {}, "untick": []},)
        told = json.dumps({"slots": slots, "events": [said]}, ensure_ascii=False)
        return Answer((reply,), Outcome.ANSWERED, effects=effects, memory=told)


def everything(database: Engine) -> str:
    """All that all columns of all tables say, and for SQLite the bytes of the file and of what lies beside it."""
    told = []
    with database.connect() as connection:
        for name in inspect(database).get_table_names():
            whole = select(text("*")).select_from(table(name))
            told += [str(tuple(row)) for row in connection.execute(whole)]
    name = database.url.database or ""
    if database.dialect.name == "sqlite":
        told += [path.read_bytes().decode("latin-1") for path in Path(name).parent.glob(f"{Path(name).name}*")]
    return "\n".join(told)


def plain_ways(signs: str) -> re.Pattern[str]:
    """The signs with whatever people and programs write between them."""
    days = f"|{signs[4:]}.?{signs[2:4]}.?{signs[:2]}" if signs == DATA["Nông Văn Páo sinh ngày 12/03/1987"] else ""
    return re.compile(r"[ .\-/()]{0,2}".join(signs) + days, re.IGNORECASE)
