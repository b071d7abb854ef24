"""What the bot should have known."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from sqlalchemy import insert, select
from sqlalchemy.engine import Connection, Engine

from bot.errors import Refused
from bot.handover.lessons import INTENTS, teach
from bot.post.clock import now
from bot.store.desk_tables import lesson
from bot.store.tables import message
from procedures.store import take_in
from tests.bot.handover import kit
from tests.seeds import seeds

BIRTH = "1.001193"
DOMAIN = Path(__file__).parents[3] / "nlu" / "domain.yml"


@pytest.fixture
def connection(database: Engine) -> Iterator[Connection]:
    take_in(database, seeds(BIRTH))
    with database.begin() as opened:
        yield opened


def test_given_a_line_when_taught_again_by_another_then_the_later_word_holds(connection: Connection) -> None:
    line = kit.line(connection, kit.case(connection), "?")
    first, second = kit.person(connection, "a"), kit.person(connection, "b")
    id_ = teach(connection, line, first, code=BIRTH, note="one")
    assert teach(connection, line, second, intent="complaint") == id_
    row = connection.execute(select(lesson)).one()
    assert (row.staff_id, row.code, row.intent, row.note, row.status) == (second, "", "complaint", "", "open")


@pytest.mark.parametrize(
    ("told", "key"),
    [
        ({}, "no_lesson"),
        ({"note": "  "}, "no_lesson"),
        ({"code": "9.999999"}, "no_such_procedure"),
        ({"intent": "x"}, "no_such_intent"),
        ({"note": "a" * 4001}, "too_long"),
    ],
)
def test_given_nothing_fit_when_taught_then_it_says_why(connection: Connection, told: dict[str, str], key: str) -> None:
    line = kit.line(connection, kit.case(connection), "?")
    with pytest.raises(Refused) as refused:
        teach(connection, line, kit.person(connection), **told)
    assert refused.value.key == f"trouble.refused.{key}"
    assert connection.execute(select(lesson)).first() is None


@pytest.mark.parametrize("author", ["bot", "staff"])
def test_given_a_line_of_ours_when_taught_then_it_is_refused(connection: Connection, author: str) -> None:
    talk = kit.of(connection, kit.case(connection)).conversation_id
    row = {"conversation_id": talk, "author": author, "text": "x", "created_at": now()}
    ours = connection.execute(insert(message).values(**row)).inserted_primary_key[0]
    for line in (ours, 999):
        with pytest.raises(Refused):
            teach(connection, line, kit.person(connection, f"l{line}"), code=BIRTH)


def test_given_the_classes_when_compared_then_the_domain_knows_each() -> None:
    known = {next(iter(one)) if isinstance(one, dict) else one for one in yaml.safe_load(DOMAIN.read_text())["intents"]}
    assert set(INTENTS) <= known and len(set(INTENTS)) == len(INTENTS)
