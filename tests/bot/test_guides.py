"""Guides in the database: laid out before a message, kept with its answer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.engine import Connection, Engine

from bot import guides
from bot.post.clock import now
from bot.store.tables import conversation, guide
from procedures.guides.state import Guide, Stage, spelled

TOKEN = "7k4p9m2xqr"
SITE = "http://testserver"


@pytest.fixture
def connection(database: Engine) -> Iterator[Connection]:
    with database.begin() as opened:
        for address in ("a", "b"):
            opened.execute(insert(conversation).values(channel="web", address=address, created_at=now()))
        yield opened


def effect(ticks: dict[str, str] | None = None, untick: tuple[str, ...] = (), **values: Any) -> dict[str, Any]:
    state = Guide(TOKEN, "1.001193", ticks=ticks or {}, **values).to_dict()
    return {"type": "guide", "guide": state, "ticks": ticks or {}, "untick": list(untick)}


def laid_out(connection: Connection, conversation_id: int, text: str = "", memory: str | None = "{}") -> list[Guide]:
    given = memory and json.dumps({"slots": {}, "events": []})
    told = guides.lay_out(connection, conversation_id, text, given, SITE)
    return [Guide.from_dict(state) for state in json.loads(told or '{"slots": {}}')["slots"].get("guides", ())]


def test_given_a_guide_when_kept_then_its_conversation_finds_it_and_no_other_does(connection: Connection) -> None:
    guides.keep(connection, 1, effect(tag="bà Lan", stage=Stage.PAPERS))
    assert [(one.token, one.tag, one.stage) for one in laid_out(connection, 1)] == [(TOKEN, "bà Lan", Stage.PAPERS)]
    assert laid_out(connection, 2) == []


@pytest.mark.parametrize("memory", ["{}", None])
def test_given_another_telephone_when_it_sends_the_code_then_it_has_the_guide_too(
    connection: Connection, memory: str | None
) -> None:
    guides.keep(connection, 1, effect({"a": "have"}))
    assert laid_out(connection, 2, f"mã {spelled(TOKEN)} nhé", memory)[0].ticks == {"a": "have"}
    guides.keep(connection, 2, effect({"a": "have"}))
    assert laid_out(connection, 2) and laid_out(connection, 1)


def test_given_a_code_that_was_guessed_when_sent_then_there_is_nothing(connection: Connection) -> None:
    guides.keep(connection, 1, effect())
    assert laid_out(connection, 2, "7K4P9-M2XQ3") == []


def test_given_two_telephones_when_both_tick_then_no_tick_is_lost(connection: Connection) -> None:
    guides.keep(connection, 1, effect({"a": "have"}))
    # Each has seen "a" alone; their answers are kept one after the other.
    guides.keep(connection, 1, {**effect({"a": "have", "b": "have"}), "ticks": {"b": "have"}})
    guides.keep(connection, 2, {**effect({"a": "have", "c": "missing"}), "ticks": {"c": "missing"}})
    assert laid_out(connection, 1)[0].ticks == {"a": "have", "b": "have", "c": "missing"}


def test_given_a_step_back_when_kept_then_that_tick_alone_is_gone(connection: Connection) -> None:
    guides.keep(connection, 1, effect({"a": "have", "b": "have"}))
    guides.keep(connection, 1, {**effect({"a": "have"}, untick=("b",)), "ticks": {}})
    assert laid_out(connection, 1)[0].ticks == {"a": "have"}


def test_given_the_same_answer_twice_when_kept_then_there_is_one_guide(connection: Connection) -> None:
    guides.keep(connection, 1, effect())
    guides.keep(connection, 1, effect())
    assert connection.execute(select(func.count()).select_from(guide)).scalar() == 1


def test_given_what_was_laid_out_when_put_away_then_the_rest_of_the_memory_stays(connection: Connection) -> None:
    guides.keep(connection, 1, effect())
    memory = json.dumps({"slots": {"place": "01273"}, "events": [{"event": "action"}]})
    told = guides.lay_out(connection, 1, "", memory, SITE)
    assert json.loads(str(told))["slots"]["site"] == SITE
    assert json.loads(str(guides.put_away(told))) == json.loads(memory)
    assert guides.put_away(None) is None
