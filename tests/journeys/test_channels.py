"""Citizen → provider → bot → provider → citizen: the whole service on sockets, with the trained model."""

from __future__ import annotations

import asyncio
import dataclasses
import re
from typing import Any

import pytest

from bot.channels.telegram import Telegram
from bot.channels.zalo_bot import ZaloBot
from bot.channels.zalo_oa import ZaloOa
from bot.privacy import files, vault
from bot.store.channel_tables import attachment
from bot.store.desk_tables import handover
from bot.store.tables import inbox, message
from tests.fakes.provider import Sent
from tests.journeys.people import Goes, Place, texts

pytestmark = pytest.mark.model
CHANNELS = ["telegram", "zalo-oa", "zalo-bot"]
PNG = b"\x89PNG\r\n\x1a\n" + bytes(256)
OGG = b"OggS" + bytes(range(64))
QUESTION = "con em moi sinh lam giay khai sinh can giay to gi"


everywhere = pytest.mark.parametrize("channel", CHANNELS)


@everywhere
def test_given_a_question_without_accents_when_asked_then_papers_fee_and_english_follow(
    goes: Goes, channel: str
) -> None:
    async def journey(place: Place) -> None:
        citizen = place.person(channel)
        (papers,) = await citizen.says(QUESTION)
        assert papers.text.startswith("Đăng ký khai sinh: anh/chị mang theo") and "Giấy chứng sinh" in papers.text
        (fee,) = await citizen.chooses("Xem lệ phí")
        assert fee.text.startswith("Đăng ký khai sinh: lệ phí") and "0 đồng" in fee.text
        await citizen.says("English please")
        (time,) = await citizen.says("how long does it take")
        assert "Waiting time: same working day" in time.text
        assert time.buttons or "Please send 1 to 4 to choose:\n1. Guide me step by step" in time.text
        (where,) = await citizen.chooses("Where to apply")
        assert "Birth registration" in where.text and "trả lời bằng" not in where.text

    goes(journey)


@everywhere
def test_given_a_channel_of_short_messages_when_an_answer_is_long_then_its_parts_come_in_order(
    goes: Goes, channel: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for kind in (Telegram, ZaloOa, ZaloBot):
        monkeypatch.setattr(kind, "abilities", dataclasses.replace(kind.abilities, text=150))

    async def journey(place: Place) -> None:
        citizen = place.person(channel)
        parts = await citizen.says(QUESTION)
        assert len(parts) > 3 and max(len(part.text) for part in parts) <= 150
        (whole,) = citizen.transcript()
        assert " ".join(texts(parts).split()).startswith(" ".join(whole.split()))
        assert not any(part.buttons for part in parts[:-1])
        assert "lệ phí" in texts(await citizen.chooses("Xem lệ phí"))

    goes(journey)


@everywhere
def test_given_a_photo_when_sent_then_it_is_kept_and_honestly_answered(goes: Goes, channel: str) -> None:
    async def journey(place: Place) -> None:
        citizen = place.person(channel)
        note, notice = await citizen.does(citizen.photo, PNG)
        assert "Em không đọc được ảnh" in note.text and "Em đã chuyển cho cán bộ" in notice.text
        (kept,) = place.rows(attachment)
        assert (kept.status, kept.mime, kept.size) == ("kept", "image/png", len(PNG))
        assert files.content(place.media / kept.file, vault.cipher()) == PNG
        note, answer = await citizen.does(citizen.photo, PNG, "làm giấy khai sinh mất bao nhiêu tiền")
        assert "Em không đọc được ảnh" in note.text and "Đăng ký khai sinh: lệ phí" in answer.text

    goes(journey)


@everywhere
def test_given_an_album_of_four_photos_when_sent_then_there_is_one_note(goes: Goes, channel: str) -> None:
    async def journey(place: Place) -> None:
        citizen = place.person(channel)
        await asyncio.gather(*(getattr(citizen.provider, citizen.photo)(citizen.who, PNG) for _ in range(4)))
        await place.quiet()
        assert len(place.rows(attachment, attachment.c.status == "kept")) == 4
        # One note, and once word of what the desk does about it.
        note, notice = citizen.seen
        assert "đọc được ảnh" in note.text and "Em đã chuyển cho cán bộ" in notice.text

    goes(journey)


@everywhere
def test_given_a_voice_message_when_sent_then_staff_shall_hear_it_and_typing_is_offered(
    goes: Goes, channel: str
) -> None:
    async def journey(place: Place) -> None:
        citizen = place.person(channel)
        note, notice = await citizen.does(citizen.voice, OGG)
        assert "chưa nghe được" in note.text and "gõ được vài chữ" in note.text
        assert "Em đã chuyển cho cán bộ" in notice.text
        assert [row.reason for row in place.rows(handover)] == ["voice"]
        # Whoever waits for staff is still answered.
        assert "Giấy chứng sinh" in texts(await citizen.says(QUESTION))

    goes(journey)


@pytest.mark.parametrize("channel", CHANNELS[:2])
def test_given_a_location_when_sent_then_the_commune_is_asked_for(goes: Goes, channel: str) -> None:
    async def journey(place: Place) -> None:
        citizen = place.person(channel)
        await citizen.says("lam giay khai sinh nop o dau")
        told = texts(await citizen.does("location", 22.66, 106.25))
        assert "Em đã nhận vị trí" in told and "tên xã, phường" in told
        assert "Thục Phán" in texts(await citizen.says("phường Thục Phán"))

    goes(journey)


@pytest.mark.parametrize("channel", CHANNELS[:2])
def test_given_a_citizen_who_opens_leaves_and_writes_again_then_each_is_noted(goes: Goes, channel: str) -> None:
    async def journey(place: Place) -> None:
        citizen = place.person(channel)
        (greeting,) = await citizen.does(citizen.opens)
        assert "Em chào anh/chị" in greeting.text and "Làm giấy khai sinh" in dict(greeting.buttons)
        # Providers tell whole seconds: whoever leaves in the second in which they wrote may have left before.
        citizen.provider.advance(2)
        assert await citizen.does(citizen.leaves) == [] and citizen.row().left_at is not None
        if citizen.leaves == "block":
            await citizen.does("unblock")
        assert "Giấy chứng sinh" in texts(await citizen.says(QUESTION))
        assert citizen.row().left_at is None

    goes(journey)


def test_given_a_citizen_who_blocks_without_a_word_when_answered_then_it_is_noted_until_they_write(
    goes: Goes,
) -> None:
    async def journey(place: Place) -> None:
        citizen = place.person("zalo-oa")
        place.town.oa.block(citizen.who)
        assert await citizen.says(QUESTION) == [] and citizen.row().left_at is not None
        place.town.oa.unblock(citizen.who)
        assert "lệ phí" in texts(await citizen.says("thế còn phí?")) and citizen.row().left_at is None

    goes(journey)


def test_given_a_link_with_a_code_when_opened_then_the_guide_begins(goes: Goes) -> None:
    async def journey(place: Place) -> None:
        citizen = place.person("telegram")
        (first,) = await citizen.does("start", "1_001193")
        assert first.text.startswith("Đăng ký khai sinh. Có trường hợp nào dưới đây đúng không?")
        (way,) = await citizen.chooses("Không có trường hợp nào")
        assert "Nộp cách nào?" in way.text

    goes(journey)


def test_given_telegrams_menu_when_a_command_is_pressed_then_it_is_answered(goes: Goes) -> None:
    async def journey(place: Place) -> None:
        citizen = place.person("telegram")
        assert "tiếng Anh" in texts(await citizen.says("/ngonngu"))
        await citizen.chooses("English")
        assert "which papers you need" in texts(await citizen.says("/trogiup"))
        for _ in range(500):
            if len(place.town.telegram.commands) == 3:
                break
            await asyncio.sleep(0.01)
        menus = place.town.telegram.commands.values()
        assert {"Danh sách giấy tờ đang chuẩn bị", "Checklists I am working on"} < {m[0]["description"] for m in menus}

    goes(journey)


def test_given_two_channels_of_one_person_when_joined_by_a_code_then_both_list_the_same_guides(goes: Goes) -> None:
    async def journey(place: Place) -> None:
        here, there = place.person("telegram"), place.person("zalo-bot")
        await here.does("start", "1_001193")
        code = re.search(r"\b\d{4}\b", texts(await here.says("nối")))
        assert code is not None
        before = len(here.seen)
        assert "Telegram" in texts(await there.says(f"noi {code[0]}"))
        assert "mã nối" in texts(here.seen[before:])
        assert "Telegram" in texts(await there.chooses("Nối"))
        assert "Đã nối xong" in texts(await here.chooses("Nối"))
        assert "Đã nối xong" in there.seen[-1].text
        mine, theirs = [texts(await one.says("danh sách giấy tờ của tôi")) for one in (here, there)]
        assert "1. Đăng ký khai sinh: có 0/" in mine and theirs.startswith(mine)

    goes(journey)


@everywhere
def test_given_a_webhook_that_is_delivered_twice_when_answered_then_once(goes: Goes, channel: str) -> None:
    async def journey(place: Place) -> None:
        citizen = place.person(channel)
        update: dict[str, Any] = await citizen.provider.text(citizen.who, QUESTION)
        assert await citizen.provider.redeliver(update) == 200
        await place.quiet()
        await citizen.provider.redeliver(update)
        await place.quiet()
        assert len(citizen.seen) == 1 and len(place.rows(inbox)) == 1

    goes(journey)


def test_given_a_message_that_is_edited_after_its_answer_when_read_then_it_is_answered_anew(goes: Goes) -> None:
    async def journey(place: Place) -> None:
        citizen = place.person("telegram")
        update = await citizen.provider.text(citizen.who, "đăng ký tạm trú cần giấy tờ gì")
        await place.quiet()
        assert "tạm trú" in texts(citizen.seen)
        id_ = update["message"]["message_id"]
        edit = await citizen.provider.edit(citizen.who, id_, "làm giấy khai sinh cần giấy tờ gì")
        await place.quiet()
        assert len(citizen.seen) == 2 and "Giấy chứng sinh" in citizen.seen[1].text
        await citizen.provider.redeliver(edit)
        await place.quiet()
        assert len(citizen.seen) == 2

    goes(journey)


def test_given_many_people_when_they_write_at_once_then_each_gets_their_own_answer(goes: Goes) -> None:
    async def journey(place: Place) -> None:
        people = [place.person(channel) for channel in CHANNELS]
        asked = {"telegram": "đăng ký tạm trú mất bao nhiêu tiền", "zalo-oa": QUESTION, "zalo-bot": "xin chào"}
        await asyncio.gather(*(one.provider.text(one.who, asked[one.channel]) for one in people))
        await place.quiet()
        first: list[list[Sent]] = [one.seen for one in people]
        assert [len(seen) for seen in first] == [1, 1, 1]
        for seen, word in zip(first, ("tạm trú", "Giấy chứng sinh", "Em chào"), strict=True):
            assert word in seen[0].text
        assert len(place.rows(message)) == 6

    goes(journey)
