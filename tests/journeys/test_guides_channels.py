"""Guides where people have them, on Telegram and Zalo: events, the trip, the picture, a reminder."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from bot.post.clock import ago
from bot.post.wake import Wake
from bot.reminders import Reminders
from bot.store.tables import guide, reminder
from procedures.database import connect
from procedures.places import places
from tests.bot.handover import kit
from tests.journeys.people import Goes, Person, Place, texts

pytestmark = pytest.mark.model
everywhere = pytest.mark.parametrize("channel", ["telegram", "zalo-oa"])


async def border_pass(citizen: Person) -> str:
    """All papers there; what is said at the end."""
    await citizen.says("làm giấy thông hành cần gì")
    await citizen.chooses("Hướng dẫn từng bước")
    for said in ("không có", "ra xã nộp"):
        await citizen.says(said)
    return texts(await citizen.says("có đủ hết rồi ạ"))


@everywhere
def test_given_a_life_event_when_told_then_its_guides_are_opened_one_after_the_other(goes: Goes, channel: str) -> None:
    async def journey(place: Place) -> None:
        citizen = place.person(channel)
        listed = texts(await citizen.says("nhà em mới sinh con thì phải làm những giấy tờ gì"))
        assert listed.index("Làm một lần") < listed.index("Đăng ký khai sinh") < listed.index("thẻ căn cước cho trẻ em")
        begun = texts(await citizen.chooses("Hướng dẫn lần lượt từng việc"))
        (opened,) = place.rows(guide)
        assert opened.code in ("2.000986", "2.001023") and "khai sinh" in begun

    goes(journey)


@everywhere
def test_given_an_office_with_hours_when_the_trip_is_checked_then_nothing_is_left_to_ask(
    goes: Goes, channel: str
) -> None:
    async def journey(place: Place) -> None:
        (ward,) = places().find("phường Thục Phán").matches
        with connect(place.town.database_url).begin() as connection:
            kit.office(connection, place=ward.place.code)
        citizen = place.person(channel)
        await citizen.says("làm giấy khai sinh cần gì")
        await citizen.chooses("Hướng dẫn từng bước")
        for said in ("không", "nộp tại quầy", "có đủ hết rồi ạ"):
            await citizen.says(said)
        told = texts(await citizen.says("em ở phường Thục Phán"))
        for part in ("đủ giấy tờ rồi", "bản chính", "Ai đi nộp", "Lệ phí", "phường Thục Phán làm việc", "/g/"):
            assert part in told, part
        assert "Gặp cán bộ" in told + str(citizen.seen[-1].buttons)

    goes(journey)


@everywhere
def test_given_a_complete_checklist_when_its_picture_is_asked_for_then_it_arrives_and_is_light(
    goes: Goes, channel: str
) -> None:
    async def journey(place: Place) -> None:
        citizen = place.person(channel)
        await border_pass(citizen)
        seen = await citizen.chooses("Gửi ảnh danh sách")
        pictures = [sent for sent in seen if sent.file or sent.url]
        assert len(pictures) == 1
        assert pictures[0].file is None or (pictures[0].file[:4] == b"\x89PNG" and len(pictures[0].file) < 100_000)

    goes(journey)


@everywhere
def test_given_a_reminder_that_was_asked_for_when_its_morning_comes_then_it_is_sent_once(
    goes: Goes, channel: str
) -> None:
    async def journey(place: Place) -> None:
        citizen = place.person(channel)
        await border_pass(citizen)
        assert "em nhắc việc “Giấy thông hành" in texts(await citizen.says("nhắc tôi ngày mai"))
        database, before = connect(place.town.database_url), len(citizen.seen)
        with database.begin() as connection:
            connection.execute(update(reminder).values(due_at=ago(1)))
        assert [Reminders(database, Wake()).send_due() for _ in range(2)] == [1, 0]
        await place.quiet()
        (sent,) = citizen.seen[before:]
        assert "Giấy thông hành" in sent.text
        database.dispose()

    goes(journey)
