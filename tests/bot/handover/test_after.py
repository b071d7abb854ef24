"""From the call for a person to the bot again: one citizen, one officer."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.engine import Engine

from bot.conversation import Outcome, Reply
from bot.conversation.answer import Answer
from bot.handover import cases, remembered, replies
from bot.handover.kinds import Ending
from bot.post.clock import now
from bot.store.desk_tables import handover
from procedures.store import take_in
from tests.bot.handover.citizen_kit import CODE, Talk
from tests.bot.post.kit import arrived
from tests.seeds import seeds


def test_given_a_citizen_who_asks_for_a_person_when_it_is_over_and_rated_then_the_bot_goes_on(database: Engine) -> None:
    take_in(database, seeds(CODE))
    talk = Talk(database)
    lan = talk.person()
    memory = remembered.with_slots(None, procedure=CODE, language="vi")
    hands_over = Answer((Reply("dạ"),), Outcome.HANDED_OVER, effects=({"type": "hand_over", "reason": "asked"},))
    echo = talk.bot.respond
    talk.bot.respond = lambda *of: Answer(**{**vars(hands_over), "memory": memory})  # type: ignore[method-assign]
    talk.say("cho tôi gặp cán bộ")
    talk.bot.respond = echo  # type: ignore[method-assign]
    with database.begin() as connection:
        case = connection.execute(select(handover.c.id)).scalar_one()
    assert "đuôi 678" in talk.say("0912345678")

    with database.begin() as connection:
        cases.claim(connection, case, lan)
        replies.reply(connection, case, lan, "Chị mang giấy chứng sinh đến nhé")
    arrived(database)
    assert talk.say("thôi được rồi, cảm ơn chị") == "thôi được rồi, cảm ơn chị"
    assert talk.bot.heard == []

    version = talk.row(case).version
    with database.begin() as connection:
        cases.close(connection, case, lan, version, Ending.ANSWERED)
    assert talk.tell() == []
    assert talk.tell(now() + timedelta(seconds=61)) == [("memory", talk.whose().id)]
    assert "Em vẫn nhớ mình đang nói về thủ tục: Đăng ký khai sinh" in talk.told()
    assert talk.slots()["procedure"] == CODE

    assert "cảm ơn" in talk.say("5")
    assert talk.row(case).rating == 5
    assert talk.say("lệ phí bao nhiêu") == "Nghe rõ: lệ phí bao nhiêu"
    assert talk.state(case) == "with_bot"
