"""Suggested answers: the catalogue's words alone, what was asked first, in the citizen's language."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import insert, update
from sqlalchemy.engine import Connection, Engine

from bot.handover.suggestions import MOST, suggested
from bot.post.clock import now
from bot.store.tables import conversation, inbox, turn
from procedures import notes
from procedures.model import Note
from procedures.sheets.parts import PARTS
from procedures.sheets.text import MOST as LONGEST
from procedures.store import take_in
from tests.bot.handover import kit
from tests.seeds import seeds

BIRTH, DEATH = "1.001193", "1.000656"


@pytest.fixture
def connection(database: Engine) -> Iterator[Connection]:
    take_in(database, seeds(BIRTH, DEATH))
    with database.begin() as opened:
        yield opened


def understood(connection: Connection, case: int, code: str, aspect: str) -> None:
    """The bot has answered a message of the case's citizen."""
    talk, moment = kit.of(connection, case).conversation_id, now()
    number = str(moment.timestamp())
    row = {"conversation_id": talk, "channel": "web", "channel_message_id": number, "text": "?", "status": "done"}
    made = connection.execute(insert(inbox).values(**row, sent_at=moment, received_at=moment))
    linked = json.dumps([{"code": code, "score": 0.9}] if code else [])
    told = {"inbox_id": made.inserted_primary_key[0], "conversation_id": talk, "outcome": "answered", "ms": 1.0}
    connection.execute(insert(turn).values(**told, aspect=aspect, procedures=linked, created_at=moment))


def test_given_nothing_known_when_asked_then_nothing_is_suggested(connection: Connection) -> None:
    case = kit.case(connection)
    understood(connection, case, "", "")
    assert suggested(connection, case, "vi") == () == suggested(connection, 999, "vi")


def test_given_a_question_about_the_fee_when_asked_then_the_fee_comes_first_in_the_citizens_language(
    connection: Connection,
) -> None:
    case = kit.case(connection)
    understood(connection, case, BIRTH, "documents")
    understood(connection, case, BIRTH, "fee")
    first, second, *rest = suggested(connection, case, "en")
    assert first.text.startswith("Birth registration. Fee:\n0 đồng (according to the national data)")
    assert first.text.endswith("data of 7/2026.") and first.code == BIRTH
    assert second.text.startswith("Birth registration. Papers to bring:") and len(rest) == MOST - 2
    assert first.title.endswith("Đăng ký khai sinh")


@pytest.mark.parametrize(("language", "head"), [("zh", "出生登记。费用："), ("tyz", "Đăng ký khai sinh. Lệ phí:")])
def test_given_a_language_when_asked_then_it_is_spoken_or_vietnamese(
    connection: Connection, language: str, head: str
) -> None:
    case = kit.case(connection)
    understood(connection, case, BIRTH, "fee")
    assert suggested(connection, case, language)[0].text.startswith(head)


def test_given_a_case_of_a_procedure_when_another_was_asked_last_then_its_own_leads(connection: Connection) -> None:
    case = kit.case(connection, code=BIRTH)
    understood(connection, case, DEATH, "fee")
    assert suggested(connection, case, "vi")[0].code == BIRTH


def test_given_a_code_that_the_catalogue_has_lost_when_asked_then_the_others_are_told(connection: Connection) -> None:
    case = kit.case(connection, code="9.999999")
    assert suggested(connection, case, "vi") == ()
    understood(connection, case, BIRTH, "time")
    assert {one.code for one in suggested(connection, case, "vi")} == {BIRTH}


def test_given_a_procedure_that_has_ended_when_asked_then_it_is_said_and_what_replaced_it_is_told(
    database: Engine,
) -> None:
    (row,) = seeds(BIRTH)
    ended = replace(row.procedure, valid_until="2026-01-31", replaced_by=(DEATH,))
    take_in(database, [replace(row, procedure=ended)])
    take_in(database, seeds(DEATH))
    with database.begin() as connection:
        case = kit.case(connection, code=BIRTH)
        first, *rest = suggested(connection, case, "vi")
    assert "31/01/2026" in first.text and first.code == BIRTH
    assert {one.code for one in rest} == {DEATH}


def test_given_a_note_of_the_commune_when_asked_then_it_stands_first_with_who_told_it(database: Engine) -> None:
    take_in(database, seeds(BIRTH))
    for place in ("", "01273", "01279"):
        notes.add(database, Note(BIRTH, "fee", f"{place or 'all'} pay nothing", "Lan", "NQ 1", place=place))
    with database.begin() as connection:
        case = kit.case(connection, code=BIRTH)
        mine = update(conversation).where(conversation.c.id == kit.of(connection, case).conversation_id)
        connection.execute(mine.values(memory=json.dumps({"slots": {"place": "01273"}, "events": []})))
        fee = next(one for one in suggested(connection, case, "en") if "Fee:" in one.text)
    lines = fee.text.splitlines()
    assert lines[1].startswith("Cao Bằng province: all pay nothing (noted on") and lines[1].endswith("from NQ 1)")
    assert "01273 pay nothing" in lines[2] and "01279" not in fee.text


def test_given_all_procedures_in_plain_words_when_told_then_each_part_fits_a_message(database: Engine) -> None:
    from procedures.catalogue import SEEDS
    from procedures.importers.seeds import read_seeds
    from procedures.sheets.parts import part

    for row in read_seeds(SEEDS):
        for language in ("vi", "en", "zh"):
            told = [part(row.procedure, language, name) for name in PARTS]
            assert all(len(text) <= LONGEST for text in told) and told[0], (row.procedure.code, language)
