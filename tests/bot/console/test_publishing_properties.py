"""Whatever is edited: an undo tells exactly what was told before, and a publishing that dies has never been."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from types import FrameType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.engine import Connection, Engine

from bot.console import edits
from bot.errors import Refused
from bot.store.tables import metadata as bot_tables
from procedures import store
from procedures.edited import FIELDS, layer_of
from procedures.layers import overlay
from procedures.model import Case, Channel, Fee, Paper, Procedure, Translation, Way
from procedures.store import documents
from procedures.tables import metadata as catalogue_tables
from tests.bot.console.editing import CODE, PLAIN, RECORD, approved, fee, published, stock, told
from tests.bot.handover import kit

LINES = st.lists(st.sampled_from(["một", "hai", "ba", "bốn"]), max_size=3, unique=True).map(tuple)
WORD = st.sampled_from(["", "lời một", "lời hai"])
SAID = st.lists(
    st.tuples(st.sampled_from(["Nhận giấy", "Mang giấy đến", "mới"]), st.sampled_from(["a", "b"])),
    max_size=3,
    unique_by=lambda pair: pair[0],
)
TRANSLATIONS = st.lists(
    st.builds(Translation, st.sampled_from(["en", "zh"]), LINES, SAID.map(tuple)).filter(
        lambda said: bool(said.aliases or said.texts)
    ),
    max_size=2,
    unique_by=lambda said: said.language,
).map(tuple)
CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "title": st.sampled_from(["Tên một", "Tên hai"]),
        "summary": WORD,
        "caution": WORD,
        "where": WORD,
        "aliases": LINES,
        "steps": LINES,
        "who": LINES,
        "ways": st.lists(
            st.builds(Way, st.sampled_from(list(Channel)), WORD, fees=st.just((Fee("5.000 đồng", 5000),))), max_size=2
        ).map(tuple),
        "cases": st.lists(st.builds(Case, WORD, st.just((Paper("Tờ khai"),))), max_size=2).map(tuple),
        "translations": TRANSLATIONS,
        "plain": st.booleans(),
    },
)


def procedure(told: dict[str, Any], upon: Procedure) -> Procedure:
    return replace(upon, **told)


@given(below=CHANGES, edited=CHANGES)
def test_given_any_edit_when_laid_over_what_it_was_made_upon_then_it_tells_its_document(
    below: dict[str, Any], edited: dict[str, Any]
) -> None:
    under = overlay({"record": RECORD, "plain": procedure({**below, "plain": True}, PLAIN)})
    document = procedure(edited, under)
    layer = layer_of(under, document)
    layers = {"record": RECORD, "plain": procedure({**below, "plain": True}, PLAIN)}
    assert overlay(layers if layer is None else {**layers, "edited": layer}) == document
    assert (layer is None) == (document == under)


@given(edited=CHANGES, later=CHANGES)
def test_given_any_edit_when_the_layers_below_move_then_fields_it_does_not_tell_move_with_them(
    edited: dict[str, Any], later: dict[str, Any]
) -> None:
    under = overlay({"record": RECORD, "plain": PLAIN})
    layer = layer_of(under, procedure(edited, under))
    moved = procedure({**later, "plain": True}, PLAIN)
    now = overlay({"record": RECORD, "plain": moved, **({"edited": layer} if layer else {})})
    without = overlay({"record": RECORD, "plain": moved})
    kept = set(layer.edited) if layer else set()
    assert all(getattr(now, name) == getattr(without, name) for name in FIELDS if name not in kept)
    told = procedure(edited, under)
    assert all(getattr(now, name) == getattr(told, name) for name in kept - {"translations"})


@pytest.fixture
def rows(database: Engine) -> Iterator[Connection]:
    """A connection of which each example takes back what it has done."""
    stock(database)
    with database.begin() as connection:
        assert [kit.person(connection, name) for name in ("bien", "duyet")] == [1, 2]
    with database.connect() as connection:
        yield connection


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(steps=st.lists(st.one_of(CHANGES, st.none()), max_size=7))
def test_given_any_row_of_edits_and_undos_when_told_then_each_undo_brings_back_what_was_told_before(
    rows: Connection, steps: list[dict[str, Any] | None]
) -> None:
    transaction = rows.begin()
    try:
        before = [_state(rows)]
        for step in steps:
            if step is None and len(before) == 1:
                with pytest.raises(Refused, match="nothing_to_undo"):
                    edits.undo(rows, CODE, 2, "nhầm")
            elif step is None:
                before.pop()
                edits.undo(rows, CODE, 2, "nhầm")
            elif replace(told(rows), **step) != told(rows):
                published(rows, 1, 2, lambda one, step=step: replace(one, **step))  # type: ignore[misc]
                assert told(rows) == replace(before[-1][0], **step)
                before.append(_state(rows))
            assert _state(rows) == before[-1]
        while len(before) > 1:
            before.pop()
            edits.undo(rows, CODE, 2, "nhầm")
            assert _state(rows) == before[-1]
        assert "edited" not in store.layers(rows, CODE)
    finally:
        transaction.rollback()


def _state(connection: Connection) -> tuple[Procedure, Procedure | None, Any]:
    """What citizens are told, the edit itself, and what search knows."""
    layer = store.layers(connection, CODE).get("edited")
    found = next(one for one in documents(connection) if one.code == CODE)
    return told(connection), layer.procedure if layer else None, found


#: Files in which it dies: all that write.
WATCHED = (
    *("bot/console/publishing.py", "bot/console/edit_rows.py", "bot/console/audit.py"),
    *("procedures/publishing.py", "procedures/history.py", "procedures/store.py"),
)


class Killed(BaseException):
    """Nobody catches it."""


@pytest.mark.parametrize("deed", ["publish", "undo"])
def test_given_a_process_that_dies_at_any_line_when_looked_at_then_all_is_there_or_nothing(
    database: Engine, deed: str
) -> None:
    stock(database)
    with database.begin() as connection:
        author, reviewer = kit.person(connection, "bien"), kit.person(connection, "duyet")
        edit = approved(connection, author, reviewer, lambda one: fee(one, "8.000 đồng", 8000))
        if deed == "undo":
            edits.publish(connection, edit, reviewer)

    def act() -> None:
        with database.begin() as connection:
            if deed == "publish":
                edits.publish(connection, edit, reviewer)
            else:
                edits.undo(connection, CODE, reviewer, "nhầm")

    before, line = _everything(database), 0
    while _dies(act, line):
        # A process that dies takes its connections with it; cursors left half read would be a thing of the test alone.
        database.dispose()
        assert _everything(database) == before, f"half done at line {line}"
        line += 1
    assert line > 40
    assert _everything(database) != before


def _dies(act: Any, after: int) -> bool:
    """Runs it until so many lines of ours have been run; whether that was before its end."""
    left = after

    def trace(frame: FrameType, event: str, _: object) -> Any:
        nonlocal left
        if not frame.f_code.co_filename.endswith(WATCHED):
            return None
        if event == "line":
            left -= 1
            if left < 0:
                raise Killed
        return trace

    old = sys.gettrace()
    sys.settrace(trace)
    try:
        act()
    except Killed:
        return True
    finally:
        sys.settrace(old)
    return False


def _everything(database: Engine) -> dict[str, list[Any]]:
    """Every row of every table."""
    tables = (*catalogue_tables.sorted_tables, *bot_tables.sorted_tables)
    with database.connect() as connection:
        return {table.name: sorted(map(repr, connection.execute(select(table)).all())) for table in tables}
