"""A case begins: what is kept of it, and what the citizen reads at once."""

from __future__ import annotations

import json
from contextlib import ExitStack
from datetime import datetime, timedelta
from unittest.mock import patch

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.engine import Engine

from bot.conversation import Kind
from bot.conversation.answer import Linked
from bot.conversation.hours import HERE as VIETNAM
from bot.handover import notice, owning, spoken
from bot.handover.kinds import Status
from bot.store.desk_tables import alert, handover
from bot.store.desk_tables import office as office_table
from bot.store.tables import conversation
from procedures.places import places
from procedures.validity import utc
from tests.bot.handover import kit
from tests.bot.handover.turns import Citizen, answers, asks, events, slots

HERE = next(iter(places())).code
#: A Thursday.
DAY = datetime(2026, 12, 3, tzinfo=VIETNAM)
WEEK = json.dumps([[["07:30", "11:30"], ["13:30", "17:00"]]] * 5 + [[], []])
CENTRE = "Trung tâm Phục vụ hành chính công tỉnh Cao Bằng"


@pytest.fixture
def citizen(database: Engine) -> Citizen:
    with database.begin() as connection:
        connection.execute(update(office_table).values(hours=json.dumps(kit.ALWAYS)))
    return Citizen(database)


def at_clock(database: Engine, hour: int, minute: int = 0) -> str:
    """The notice of a case that begins at a moment of a Thursday, in an office of ordinary hours."""
    moment = (DAY + timedelta(hours=hour, minutes=minute)).astimezone(VIETNAM)
    with database.begin() as connection:
        connection.execute(update(office_table).values(hours=WEEK))
    with ExitStack() as clocks:
        for module in (notice, spoken, owning):
            clocks.enter_context(patch.object(module, "now", lambda: moment))
        return Citizen(database).hears(asks())[-1]


def test_given_somebody_who_asks_for_a_person_when_answered_then_a_case_waits(citizen: Citizen) -> None:
    citizen.hears(asks("complaint", intent="complaint", procedures=(Linked("1.001193", 0.5),)))
    (case,) = citizen.cases()
    assert (case.reason, case.status, case.office_id, case.stage) == ("complaint", Status.WAITING.value, 1, 0)
    assert (case.code, case.intent, case.language, case.asks) == ("1.001193", "complaint", "vi", "")
    assert utc(case.due_at) - utc(case.waits_since) >= timedelta(minutes=59)
    (event,) = events(citizen.database)
    assert (event.kind, event.staff_id, json.loads(event.data)) == (
        "opened",
        None,
        {"reason": "complaint", "office": 1},
    )
    with citizen.database.connect() as connection:
        assert connection.execute(select(conversation.c.state)).scalar_one() == "waiting"


def test_given_a_procedure_in_hand_when_a_person_is_asked_for_then_the_case_is_about_it(citizen: Citizen) -> None:
    citizen.hears(asks(memory=slots(procedure="1.004194"), procedures=(Linked("1.001193", 0.9),)))
    assert citizen.cases()[0].code == "1.004194"


def test_given_hardly_a_guess_when_a_case_begins_then_it_is_about_nothing(citizen: Citizen) -> None:
    citizen.hears(asks(procedures=(Linked("1.001193", 0.1),)))
    assert citizen.cases()[0].code == ""


def test_given_staff_with_alerts_when_a_case_begins_then_they_are_called(citizen: Citizen) -> None:
    with citizen.database.begin() as connection:
        kit.person(connection, email="lan@caobang.gov.vn", alerts="email")
    citizen.hears(asks())
    with citizen.database.connect() as connection:
        assert connection.execute(select(alert.c.kind, alert.c.way)).all() == [("new", "email")]


def test_given_an_open_office_when_a_case_begins_then_the_notice_tells_all_that_happens(database: Engine) -> None:
    assert at_clock(database, 9) == (
        f"Em đã chuyển cho cán bộ {CENTRE}. Chưa có ai chờ trước anh/chị.\n"
        "Nơi này đang mở cửa, đến 11:30. Giờ làm việc: Thứ Hai đến thứ Sáu: 07:30–11:30, 13:30–17:00."
        " Cán bộ trả lời tại đây, chậm nhất 10:00 hôm nay.\n"
        "Nếu anh/chị đồng ý để cán bộ gọi lại, anh/chị nhắn số điện thoại. "
        "Số này chỉ dùng để gọi về việc này.\n"
        "Trong lúc chờ, anh/chị cứ hỏi em. Không cần nữa thì nhắn “thôi”."
    )


@pytest.mark.parametrize(
    ("hour", "minute", "stands", "due"),
    [(12, 0, "mở lại lúc 13:30 hôm nay", "14:30 hôm nay"), (16, 30, "đến 17:00", "08:00 ngày mai")],
)
def test_given_lunch_or_closing_time_when_a_case_begins_then_the_promise_counts_working_minutes(
    database: Engine, hour: int, minute: int, stands: str, due: str
) -> None:
    told = at_clock(database, hour, minute)
    assert stands in told
    assert f"chậm nhất {due}" in told


def test_given_an_office_without_hours_when_a_case_begins_then_no_time_is_promised(citizen: Citizen) -> None:
    with citizen.database.begin() as connection:
        connection.execute(update(office_table).values(hours=json.dumps([[]] * 7)))
    notice = citizen.hears(asks())[-1]
    assert "đang đóng cửa. Giờ làm việc: Chưa có giờ làm việc." in notice
    assert "chậm nhất" not in notice


def test_given_others_who_wait_when_a_case_begins_then_those_of_the_office_count_and_noise_does_not(
    citizen: Citizen,
) -> None:
    with citizen.database.begin() as connection:
        kit.case(connection, address="x1")
        kit.case(connection, address="x2", office_id=kit.office(connection))
        noise = kit.of(connection, kit.case(connection, address="x3")).conversation_id
        connection.execute(update(conversation).where(conversation.c.id == noise).values(spam_at=DAY))
        kit.case(connection, address="x4", staff_id=kit.person(connection))
    assert "Trước anh/chị có 1 người đang chờ." in citizen.hears(asks())[-1]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("I have passed this on", "Nobody is waiting before you.", "answer in Vietnamese", "“never mind”")),
        ("zh", ("我已转给", "您前面没有人在等", "用越南语回复", "“算了”")),
    ],
)
def test_given_another_language_when_a_case_begins_then_the_notice_is_in_it_and_honest_about_it(
    citizen: Citizen, language: str, words: tuple[str, ...]
) -> None:
    notice = citizen.hears(asks(reply_language=language, language=language))[-1]
    assert [word for word in words if word not in notice] == []
    assert citizen.cases()[0].language == language


@pytest.mark.parametrize(("languages", "told"), [("vi", "chưa có cán bộ nói tiếng Mông"), ("vi hmn", "có cán bộ nói")])
def test_given_a_language_of_the_hills_before_the_button_when_a_case_begins_then_it_is_kept_and_told(
    citizen: Citizen, languages: str, told: str
) -> None:
    with citizen.database.begin() as connection:
        kit.person(connection, languages=languages)
    citizen.hears(answers(language="hmn"))
    assert told in citizen.hears(asks(language="und"))[-1]
    assert citizen.cases()[0].language == "hmn"


def test_given_a_telephone_number_that_is_known_when_a_case_begins_then_none_is_asked_for(citizen: Citizen) -> None:
    citizen.hears(answers())
    with citizen.database.begin() as connection:
        connection.execute(update(conversation).values(contact_phone="0912345678"))
    notice = citizen.hears(asks())[-1]
    assert ("số điện thoại" in notice, "0912345678" in notice) == (False, False)


def test_given_desks_in_communes_when_the_place_is_unknown_then_it_is_asked_once(citizen: Citizen) -> None:
    with citizen.database.begin() as connection:
        kit.person(connection, office_id=kit.office(connection, place=HERE))
    told = citizen.hears(asks())[-1]
    assert "Anh/chị ở xã, phường nào?" in told
    assert citizen.cases()[0].asks == "place"
    assert "xã, phường nào" not in "".join(citizen.hears(asks()))


def test_given_desks_in_communes_when_the_place_is_known_then_it_goes_there(citizen: Citizen) -> None:
    with citizen.database.begin() as connection:
        here = kit.office(connection, place=HERE)
        kit.person(connection, office_id=here)
    told = citizen.hears(asks(memory=slots(place=HERE)))[-1]
    (case,) = citizen.cases()
    assert (case.office_id, case.asks, "nào?" in told) == (here, "", False)


def test_given_somebody_who_waits_when_they_ask_again_then_they_are_told_how_it_stands(citizen: Citizen) -> None:
    citizen.hears(asks())
    _, still = citizen.hears(asks())
    assert still.startswith(f"Anh/chị vẫn đang chờ cán bộ {CENTRE}. Chưa có ai chờ trước anh/chị.")
    assert "chậm nhất" in still
    assert len(citizen.cases()) == 1


def test_given_a_promise_that_is_over_when_somebody_asks_again_then_it_is_not_repeated(citizen: Citizen) -> None:
    citizen.hears(asks())
    with citizen.database.begin() as connection:
        connection.execute(update(handover).values(due_at=DAY - timedelta(days=300)))
    assert "chậm nhất" not in citizen.hears(asks())[-1]


def test_given_a_case_that_is_closed_when_a_person_is_asked_for_then_another_begins(citizen: Citizen) -> None:
    citizen.hears(asks())
    with citizen.database.begin() as connection:
        connection.execute(update(handover).values(status="closed"))
        connection.execute(update(conversation).values(state="with_bot"))
    assert len(citizen.hears(asks("overdue"))) == 2
    assert [case.reason for case in citizen.cases()] == ["asked", "overdue"]


def test_given_a_photo_in_a_case_that_waits_when_sent_then_the_reason_is_added_and_nothing_said_twice(
    citizen: Citizen,
) -> None:
    citizen.hears(asks())
    assert len(citizen.hears(answers(), kind=Kind.PHOTO, text="")) == 1
    assert citizen.cases()[0].reason == "asked, photo"


def test_given_every_reason_at_once_when_kept_then_the_column_holds_them() -> None:
    from bot.handover.reasons import Reason

    assert len(", ".join(reason.value for reason in Reason)) <= handover.c.reason.type.length


def test_given_a_turn_that_dies_when_taken_again_then_there_is_one_case(citizen: Citizen) -> None:
    with citizen.database.begin() as connection:
        connection.execute(delete(office_table))
    with pytest.raises(Exception, match="motcua office list"):
        citizen.hears(asks())
    assert (citizen.cases(), events(citizen.database)) == ([], [])
