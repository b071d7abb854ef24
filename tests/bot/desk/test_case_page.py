"""The page of one case: the story, what the bot made of it, the checklist, and who it is."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, update
from starlette.testclient import TestClient

from bot import guides
from bot.accounts import people
from bot.accounts.gate import Gate
from bot.accounts.people import LANGUAGES
from bot.channels.zalo_oa import ZaloOa
from bot.conversation import Outcome
from bot.desk.directory import Directory
from bot.desk.frame import Frame
from bot.desk.story import story
from bot.handover.kinds import Ending, Event, Status
from bot.handover.promises import Light
from bot.handover.reasons import Reason
from bot.post.clock import now
from bot.post.wake import Wake
from bot.privacy import contacts
from bot.store.channel_tables import attachment
from bot.store.desk_tables import staff
from bot.store.tables import conversation, message, turn
from bot.words import staff_words
from procedures import store
from procedures.catalogue import SEEDS
from procedures.guides.state import HAVE, Guide
from procedures.importers.seeds import read_seeds
from tests.bot.desk.conftest import Desk
from tests.bot.handover import kit

BIRTH = "1.001193"


@pytest.fixture
def birth(desk: Desk) -> str:
    """The registration of a birth is in the catalogue."""
    store.take_in(desk.database, [one for one in read_seeds(SEEDS) if one.procedure.code == BIRTH], source="test")
    return BIRTH


def said_to_bot(desk: Desk, case: int, text: str, **told: object) -> int:
    """A citizen's line with what the bot made of it. Returns the id of the line."""
    with desk.rows() as connection:
        from_inbox = kit.inbox_row(connection, case, text)
        line = kit.line(connection, case, text)
        connection.execute(update(message).where(message.c.id == line).values(inbox_id=from_inbox))
        row = {"inbox_id": from_inbox, "conversation_id": kit.of(connection, case).conversation_id, "ms": 1.0}
        rest = {"outcome": "clarify", "intent": "", "aspect": "", "language": "vi", "reply_language": "vi"}
        connection.execute(insert(turn).values(**{**row, **rest, "procedures": "[]", "created_at": now(), **told}))
    return line


def test_given_a_question_that_was_not_understood_when_the_case_is_read_then_it_says_what_the_bot_thought(
    desk: Desk, lan: TestClient, birth: str
) -> None:
    with desk.rows() as connection:
        case = kit.case(connection, code=birth, reason="missed")
    linked = json.dumps([{"code": birth, "score": 0.41}])
    said_to_bot(desk, case, "lam giay cho chau", procedures=linked)
    page = lan.get(f"/desk/cases/{case}").text
    assert "lam giay cho chau" in page and "chưa hiểu, hỏi lại" in page and "41 % chắc" in page
    assert f"/desk/procedures/{birth}" in page


def test_given_a_checklist_when_the_case_is_read_then_ticks_are_shown(desk: Desk, lan: TestClient, birth: str) -> None:
    with desk.rows() as connection:
        case = kit.case(connection)
        procedure = store.load(connection, birth)
        assert procedure
        paper = procedure.cases[0].papers[0].name
        guide = Guide("abcdefghkm", birth, ticks={paper: HAVE})
        effect = {"guide": guide.to_dict(), "ticks": {}, "untick": []}
        guides.keep(connection, kit.of(connection, case).conversation_id, effect)
    page = lan.get(f"/desk/cases/{case}").text
    assert 'class="have"' in page and 'class="need"' in page and paper in page


def test_given_photos_and_voices_when_the_case_is_read_then_they_are_there_for_who_may_see_them(
    desk: Desk, lan: TestClient
) -> None:
    with desk.rows() as connection:
        office = kit.office(connection)
        case = kit.case(connection)
    said_to_bot(desk, case, "ảnh đây")
    with desk.rows() as connection:
        whose = {"inbox_id": 1, "conversation_id": kit.of(connection, case).conversation_id, "created_at": now()}
        row = {"kind": "photo", "name": "a.png", "status": "kept", "mime": "image/png", "size": 4, "file": "a.png"}
        row |= {"channel": "web", "ref": "r", "try_at": now()}
        came = connection.execute(insert(attachment).values(**whose, **row)).inserted_primary_key[0]
    folder = Path(desk.settings.media)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "a.png").write_bytes(b"\x89PNG")
    assert f'src="/desk/attachments/{came}"' in lan.get(f"/desk/cases/{case}").text
    got = lan.get(f"/desk/attachments/{came}")
    assert got.content == b"\x89PNG" and "sandbox" in got.headers["content-security-policy"]
    desk.add("hoa", office)
    assert desk.sign_in("hoa").get(f"/desk/attachments/{came}").status_code == 404


def test_given_a_long_conversation_when_it_is_opened_then_the_newest_lines_are_there_and_all_on_request(
    desk: Desk, lan: TestClient
) -> None:
    with desk.rows() as connection:
        case = kit.case(connection)
        for n in range(90):
            kit.line(connection, case, f"dòng số {n}.")
    page = lan.get(f"/desk/cases/{case}").text
    assert "dòng số 89." in page and "dòng số 5." not in page and "Xem cả phần trước" in page
    assert "dòng số 5." in lan.get(f"/desk/cases/{case}?all=1").text


def test_given_other_cases_of_the_same_person_when_one_is_read_then_they_are_linked(
    desk: Desk, lan: TestClient
) -> None:
    with desk.rows() as connection:
        before = kit.case(connection, status="closed", outcome="answered", closed_at=now() - timedelta(days=2))
        case = kit.case(connection)
    assert f'href="/desk/cases/{before}"' in lan.get(f"/desk/cases/{case}").text


def test_given_an_english_desk_when_a_case_is_read_then_its_words_are_english(desk: Desk, lan: TestClient) -> None:
    with desk.rows() as connection:
        case = kit.case(connection, language="hmn")
        connection.execute(update(staff).values(locale="en", languages="vi hmn"))
    page = lan.get(f"/desk/cases/{case}").text
    assert "Take this case" in page and "speaks Hmong" in page and '<html lang="en">' in page


def test_given_a_citizen_who_told_a_number_when_the_case_is_read_then_it_can_be_called(
    desk: Desk, lan: TestClient
) -> None:
    with desk.rows() as connection:
        case = kit.case(connection, staff_id=desk.ids["lan"])
        contacts.keep(connection, kit.of(connection, case).conversation_id, phone="0912345678")
    page = lan.get(f"/desk/cases/{case}").text
    assert "0912345678" not in page and f'action="/desk/cases/{case}/reveal"' in page
    told = lan.post(f"/desk/cases/{case}/reveal", data={"datum": "phone", "why": "call"})
    assert 'href="tel:0912345678"' in told.text


@pytest.mark.parametrize("locale", ["vi", "en"])
def test_given_everything_that_is_stored_when_it_is_told_then_it_has_words(locale: str) -> None:
    wanted = [f"reason.{one.value}" for one in Reason]
    wanted += [f"ending.{one.value}" for one in Ending] + [f"outcome.{one.value}" for one in Outcome]
    wanted += [f"light.{one.value}" for one in (Light.AMBER, Light.RED)]
    wanted += [f"channel.{one}" for one in ("web", "api", "counter", "telegram", "zalo-oa", "zalo-bot")]
    wanted += [f"language.{one}" for one in LANGUAGES]
    hidden = {Event.EDITED, Event.RECALLED, Event.REPLIED, Event.PRESSED, Event.TAUGHT}
    wanted += [f"event.{one.value}" for one in Event if one not in hidden]
    missing = [key for key in wanted if key not in staff_words().keys(locale)]
    assert missing == [] and Status.CLOSED.value == "closed"


@pytest.mark.parametrize(
    ("silent", "told"), [(1, "trả lời miễn phí"), (60, "khoảng 55 đồng"), (200, "quá hạn trả lời của Zalo")]
)
def test_given_a_citizen_of_zalo_when_the_case_is_read_then_the_window_is_told(
    desk: Desk, silent: int, told: str
) -> None:
    frame = Frame(desk.settings, desk.database, Wake(), {}, Gate(desk.settings, desk.database))
    abilities = {"zalo-oa": ZaloOa.abilities}
    with desk.rows() as connection:
        case = kit.case(connection, "zalo-oa", staff_id=desk.ids["lan"])
        whose = update(conversation).where(conversation.c.id == kit.of(connection, case).conversation_id)
        connection.execute(whose.values(heard_at=now() - timedelta(hours=silent)))
        person = people.by_id(connection, desk.ids["lan"])
        assert person
        read = story(connection, Directory(frame.reading), person, case, abilities)
    assert told in frame.render("state.html", "vi", person=person, case=read)
