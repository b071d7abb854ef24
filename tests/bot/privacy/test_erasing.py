"""Being forgotten: asked, confirmed once, carried out however often processes die, and proved."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.engine import Engine

from bot.console.gap_lines import key_of
from bot.console.masking import bare
from bot.post.clock import now
from bot.privacy import contacts, erasing, leaving
from bot.privacy import erasure as wishes
from bot.store.channel_tables import attachment, joining
from bot.store.consent_tables import erasure, erasure_conversation
from bot.store.console_tables import audit_entry, gap, own_sentence
from bot.store.desk_tables import handover, handover_event, held_answer, lesson, staff_file
from bot.store.scam_tables import scam_report
from bot.store.tables import conversation, guide, guide_conversation, inbox, message, metadata, reminder
from tests.bot.handover import kit
from tests.bot.privacy.people_kit import ANSWER, Person, carry_out, everything, rows, titles, wants_out

#: Signs of one person that nothing else in a database has.
SIGNS = ("Xằng", "004199012345", "0912345678", "912345678", "zzaddress", "mẹ-Tủng", "bảo-hiểm-lạ", "ghi-chú-kín")
SAID = "Tôi là Xằng, làm bảo-hiểm-lạ, căn cước 004199012345"
OTHER = "khai sinh cho con"


#: Tables that name somebody: each is emptied, or is a shell without a word.
SHELLS = {"turn", "alert", "mention", "guide_conversation", "delivery", "erasure_conversation"}


def guided(connection: Any, token: str, *conversation_ids: int) -> None:
    row = {"token": token, "code": "1.001193", "state": json.dumps({"token": token, "tag": "mẹ-Tủng"})}
    made = connection.execute(insert(guide).values(**row, created_at=now(), updated_at=now()))
    links = [{"guide_id": made.inserted_primary_key[0], "conversation_id": one} for one in conversation_ids]
    connection.execute(insert(guide_conversation), links)


def lived(database: Engine, media: Path) -> Person:
    """Somebody of whom every table holds something, beside somebody else."""
    person, other = Person(database, "zzaddress"), Person(database, "other")
    person.answer = ANSWER.__class__(ANSWER.replies, ANSWER.outcome, memory='{"slots": {"tag": "Xằng"}}')
    (said, *_), _ = person.says(SAID), other.says(OTHER)
    (media / "00").mkdir(parents=True)
    (media / "00/1.jpg").write_bytes(b"jpg")
    (media / "staff").mkdir()
    (media / "staff/x.pdf").write_bytes(b"pdf")
    with database.begin() as connection:
        lan = kit.person(connection)
        case = kit.case(connection, "memory", "zzaddress", status="closed", staff_id=lan, rating_words="Xằng")
        old = {"closed_at": now() - timedelta(days=2), "told_at": now() - timedelta(days=2)}
        connection.execute(update(handover).values(**old))
        noted = {"handover_id": case, "kind": "noted", "text": "ghi-chú-kín", "created_at": now()}
        connection.execute(insert(handover_event).values(**noted))
        held = {"handover_id": case, "inbox_id": 1, "replies": '[{"text": "Xằng"}]', "language": "vi"}
        connection.execute(insert(held_answer).values(**held, created_at=now()))
        sent = {"token": "t", "name": "Xằng.pdf", "mime": "application/pdf", "size": 3, "file": "staff/x.pdf"}
        file_id = connection.execute(insert(staff_file).values(**sent, staff_id=lan, created_at=now()))
        connection.execute(
            update(message).where(message.c.id == said.id).values(encloses=f"file {file_id.inserted_primary_key[0]}")
        )
        photo = {
            "conversation_id": 1,
            "inbox_id": 1,
            "channel": "memory",
            "kind": "photo",
            "ref": "Xằng",
            "name": "Xằng",
        }
        kept = {"status": "kept", "file": "00/1.jpg", "try_at": now(), "created_at": now()}
        connection.execute(insert(attachment).values(**photo, **kept))
        contacts.keep(connection, 1, name="Xằng", phone="0912345678")
        guided(connection, "aaaaaaaaaa", 1)
        row = {"conversation_id": 1, "token": "aaaaaaaaaa", "due_at": now(), "created_at": now()}
        connection.execute(insert(reminder).values(**row))
        taught = {"message_id": 1, "staff_id": lan, "note": "Xằng", "created_at": now()}
        connection.execute(insert(lesson).values(**taught))
        stored = connection.execute(select(inbox.c.text).where(inbox.c.id == 1)).scalar()
        for text in (stored, OTHER):
            sentence = {"kind": "example", "text": bare(text), "staff_id": lan, "created_at": now()}
            connection.execute(insert(own_sentence).values(**sentence))
            decided = {"key": key_of(text), "decision": "dismissed", "staff_id": lan, "decided_at": now()}
            connection.execute(insert(gap).values(**decided))
        report = {"conversation_id": 1, "inbox_id": 1, "look": "told", "text": "Xằng", "created_at": now()}
        connection.execute(insert(scam_report).values(**report))
        code = {"code": "1234", "conversation_id": 1, "expires_at": now(), "created_at": now()}
        connection.execute(insert(joining).values(**code))
    return person


def test_given_somebody_of_whom_every_table_knows_when_forgotten_then_no_sign_is_left_and_it_is_proved(
    database: Engine, tmp_path: Path
) -> None:
    person = lived(database, tmp_path)
    code = wants_out(person)
    assert carry_out(database, tmp_path, timedelta(minutes=1)) == 0
    assert carry_out(database, tmp_path) == 1
    left = everything(database, metadata.sorted_tables)
    assert [sign for sign in SIGNS if sign in left] == []
    assert not (tmp_path / "00/1.jpg").exists() and not (tmp_path / "staff/x.pdf").exists()
    (proof,) = rows(database, erasure)
    assert (proof.code, proof.status, rows(database, gap)[0].key) == (code, "done", key_of(OTHER))
    counts = json.loads(proof.counts)
    assert {"attachment", "guide", "lesson", "message", "inbox", "conversation", "handover_event"} <= set(counts)
    with database.connect() as connection:
        assert connection.execute(select(erasure_conversation)).all() == []
    (line,) = [row for row in rows(database, audit_entry) if row.action == "person.erased"]
    assert line.subject == code
    assert OTHER in left and rows(database, conversation)[1].address == "other"
    assert carry_out(database, tmp_path) == 0


def test_given_a_new_table_when_it_names_a_conversation_then_somebody_has_thought_of_its_erasure() -> None:
    of_somebody = {"conversation", "inbox", "message", "handover", "guide", "handover_event"}
    keys = [(one.name, key.target_fullname) for one in metadata.sorted_tables for key in one.foreign_keys]
    naming = {name for name, target in keys if target.partition(".")[0] in of_somebody}
    assert naming - {step.table for step in (*leaving.STEPS, *leaving.LAST)} == SHELLS


@pytest.mark.parametrize("dies_at", range(0, len(leaving.STEPS) + len(leaving.LAST), 6))
def test_given_a_process_that_dies_at_a_step_when_another_goes_on_then_all_is_done_and_counted_once(
    database: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dies_at: int
) -> None:
    wants_out(lived(database, tmp_path))
    step = (*leaving.STEPS, *leaving.LAST)[dies_at]

    def dies(*_: object) -> int:
        raise KeyboardInterrupt

    broken = leaving.Step(step.table, dies, step.files)
    for name in ("STEPS", "LAST"):
        monkeypatch.setattr(leaving, name, tuple(broken if one is step else one for one in getattr(leaving, name)))
    with pytest.raises(KeyboardInterrupt):
        carry_out(database, tmp_path)
    monkeypatch.undo()
    assert rows(database, erasure)[0].status == "confirmed"
    assert carry_out(database, tmp_path) == 1
    left = everything(database, metadata.sorted_tables)
    assert [sign for sign in SIGNS if sign in left] == []
    counts = json.loads(rows(database, erasure)[0].counts)
    assert (counts["attachment"], counts["guide"], counts["conversation"], counts["handover_event"]) == (1, 1, 1, 1)


def test_given_a_yes_when_pressed_again_then_the_same_receipt_is_read_and_nothing_else_happens(
    database: Engine, tmp_path: Path
) -> None:
    person = Person(database)
    person.says()
    (asked,) = person.says("xóa dữ liệu của tôi")
    assert titles(asked) == ["Xóa hết", "Thôi, không xóa"]
    (first,), (second,) = person.presses("Xóa hết", asked), person.presses("Xóa hết", asked)
    (proof,) = rows(database, erasure)
    assert proof.code in first.text and proof.code in second.text
    (no,) = person.presses("Thôi, không xóa", asked)
    assert "cũ" in no.text and rows(database, erasure)[0].status == "confirmed"
    assert carry_out(database, tmp_path) == 1


def test_given_a_no_or_a_button_of_long_ago_or_of_somebody_else_when_pressed_then_nothing_is_deleted(
    database: Engine, tmp_path: Path
) -> None:
    person, stranger = Person(database), Person(database, "b")
    person.says(), stranger.says()
    (asked,) = person.says("delete my data")
    forged = stranger.says("Xóa hết", '/privacy{"do": "confirm", "id": 1}')
    assert "cũ" in forged[0].text
    with database.begin() as connection:
        connection.execute(update(erasure).values(asked_at=now() - timedelta(days=2)))
    assert "cũ" in person.presses("Xóa hết", asked)[0].text
    (asked,) = person.says("xóa dữ liệu của tôi")
    person.presses("Thôi, không xóa", asked)
    assert "cũ" in person.presses("Xóa hết", asked)[0].text
    assert carry_out(database, tmp_path) == 0 and rows(database, inbox)[0].text


def test_given_joined_conversations_when_forgotten_in_one_then_both_are(database: Engine, tmp_path: Path) -> None:
    here, there, alone = (Person(database, name) for name in ("here", "there", "alone"))
    for one in (here, there, alone):
        one.says("lời riêng")
    with database.begin() as connection:
        connection.execute(update(conversation).where(conversation.c.id.in_((1, 2))).values(person=1))
    (asked,) = here.says("xóa dữ liệu của tôi")
    assert "2 cuộc trò chuyện" in asked.text
    here.presses("Xóa hết", asked)
    assert carry_out(database, tmp_path) == 1
    assert [row.address for row in rows(database, conversation)] == ["erased-1", "erased-2", "alone"]
    assert [row.text for row in rows(database, inbox) if row.text] == ["lời riêng"]


def test_given_a_guide_of_two_people_when_one_is_forgotten_then_the_other_keeps_it(
    database: Engine, tmp_path: Path
) -> None:
    person, other = Person(database, "a"), Person(database, "b")
    person.says(), other.says()
    with database.begin() as connection:
        guided(connection, "sharedaaaa", 1, 2)
        guided(connection, "aloneaaaaa", 1)
    wants_out(person)
    assert carry_out(database, tmp_path) == 1
    assert [row.token for row in rows(database, guide)] == ["sharedaaaa"]
    with database.connect() as connection:
        assert [row.conversation_id for row in connection.execute(select(guide_conversation))] == [2]


def test_given_a_message_in_progress_when_it_is_time_then_it_is_waited_for_and_in_the_end_taken_away(
    database: Engine, tmp_path: Path
) -> None:
    person = Person(database)
    wants_out(person)
    claimed = person.writes("tôi là Xằng")
    assert carry_out(database, tmp_path) == 0
    assert carry_out(database, tmp_path, timedelta(hours=13)) == 1
    assert not person.turns.take(claimed)
    assert "Xằng" not in everything(database, metadata.sorted_tables)
    person.says("xin chào")
    assert [row.address for row in rows(database, conversation)] == ["erased-1", "a"]


def test_given_an_open_case_when_confirmed_then_staff_read_it_and_it_goes_once_the_case_is_over(
    database: Engine, tmp_path: Path
) -> None:
    person = Person(database)
    person.says()
    with database.begin() as connection:
        case = kit.case(connection, "memory", "a")
    (asked,) = person.says("xóa dữ liệu của tôi")
    assert "khi việc đó xong" in asked.text
    (receipt,) = person.presses("Xóa hết", asked)
    assert "đã báo cán bộ" in receipt.text
    assert rows(database, handover)[0].reason == "asked, delete_me"
    assert carry_out(database, tmp_path, timedelta(days=3)) == 0
    with database.begin() as connection:
        over = {"status": "closed", "closed_at": now(), "told_at": now()}
        connection.execute(update(handover).where(handover.c.id == case).values(**over))
    assert carry_out(database, tmp_path, timedelta(seconds=0)) == 0
    assert carry_out(database, tmp_path) == 1


def test_given_two_processes_when_both_look_then_it_is_done_once(database: Engine, tmp_path: Path) -> None:
    wants_out(lived(database, tmp_path))
    with database.connect() as connection:
        (one,) = wishes.waiting(connection)
    job, late = erasing.Erasing(database, tmp_path), now() + timedelta(hours=1)
    assert job.carry_out(one, late) and not job.carry_out(one, late)
    assert json.loads(rows(database, erasure)[0].counts)["conversation"] == 1
