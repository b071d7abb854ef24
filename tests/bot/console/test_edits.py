"""An edit on its way: who may do what with it, and what is told when."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from threading import Barrier

import pytest
from sqlalchemy import insert, select
from sqlalchemy.engine import Connection, Engine

from bot.console import edits
from bot.console.edits import Status
from bot.errors import EditMoved, EditStale, Refused
from bot.post.clock import now
from bot.store.console_tables import audit_entry, site_setting
from procedures import store
from procedures.importers import Accepted
from procedures.model import Case, Paper, Procedure
from procedures.store import documents
from procedures.validity import today
from tests.bot.console.editing import CODE, GOOD, PLAIN, RECORD, approved, fee, published, stock, told
from tests.bot.handover import kit


@pytest.fixture
def rows(database: Engine) -> Iterator[Connection]:
    """A transaction in a stocked database, with Biên and Duyệt of the staff: 1 and 2."""
    stock(database)
    with database.begin() as connection:
        assert [kit.person(connection, name) for name in ("bien", "duyet")] == [1, 2]
        yield connection


def dearer(procedure: Procedure) -> Procedure:
    return fee(procedure, "8.000 đồng", 8000)


def version(rows: Connection, edit: int) -> int:
    found = edits.one(rows, edit)
    assert found is not None
    return found.version


def test_given_a_published_edit_when_told_then_its_field_is_new_and_all_others_are_as_before(rows: Connection) -> None:
    before, number = told(rows), store.current_version(rows)
    published(rows, 1, 2, dearer)
    assert told(rows) == dearer(before)
    assert store.current_version(rows) > number
    assert store.origins(rows, CODE)["ways"].layer == "edited"
    assert store.origins(rows, CODE)["steps"].layer == "plain"


def test_given_an_edit_of_a_fee_when_the_portal_ends_the_procedure_then_the_end_is_told(
    database: Engine,
) -> None:
    stock(database)
    with database.begin() as connection:
        author, reviewer = kit.person(connection, "bien"), kit.person(connection, "duyet")
        published(connection, author, reviewer, dearer)
    store.take_in(database, [Accepted(1, "record", replace(RECORD, valid_until="2026-12-01"))])
    with database.begin() as connection:
        assert told(connection).valid_until == "2026-12-01"
        assert told(connection).ways[0].fees[0].amount == 8000
        assert edits.stale(connection) == {}


def test_given_an_edit_when_the_portal_changes_the_same_field_then_it_is_stale_until_somebody_confirms_it(
    database: Engine,
) -> None:
    stock(database)
    with database.begin() as connection:
        author, reviewer = kit.person(connection, "bien"), kit.person(connection, "duyet")
        published(connection, author, reviewer, lambda one: replace(dearer(one), caution=""))
    store.take_in(database, [Accepted(1, "plain", replace(PLAIN, ways=fee(RECORD, "9.000 đồng").ways))])
    with database.begin() as connection:
        assert edits.stale(connection) == {CODE: ("ways",)}
        edits.confirm(connection, CODE, reviewer, "vẫn đúng")
        assert edits.stale(connection) == {}
        assert told(connection).caution == ""


def test_given_an_emptied_field_when_published_then_nothing_of_the_layers_below_shines_through(
    rows: Connection,
) -> None:
    published(rows, 1, 2, lambda one: replace(one, caution="", translations=()))
    assert (told(rows).caution, told(rows).translations) == ("", ())


def test_given_an_alias_taken_away_when_published_then_search_no_longer_has_it(rows: Connection) -> None:
    published(rows, 1, 2, lambda one: replace(one, aliases=("giấy cho bé",)))
    names = next(one for one in documents(rows) if one.code == CODE).names["vi"]
    assert "khai sinh" not in names
    assert {"giấy cho bé", "Làm giấy khai sinh", "Đăng ký khai sinh"} <= set(names)


def test_given_an_undo_when_told_then_everything_is_as_before_and_the_layer_is_gone(rows: Connection) -> None:
    before = told(rows)
    published(rows, 1, 2, dearer)
    edits.undo(rows, CODE, 2, "nhầm")
    assert told(rows) == before
    assert "edited" not in store.layers(rows, CODE)
    with pytest.raises(Refused, match="nothing_to_undo"):
        edits.undo(rows, CODE, 2, "nhầm")


def test_given_an_author_when_they_approve_their_own_then_a_second_person_is_asked_for(rows: Connection) -> None:
    edit = edits.begin(rows, CODE, 1)
    edits.save(rows, edit, 0, dearer(told(rows)))
    edits.send(rows, edit, "phí mới")
    edits.keep_gate(rows, edit, GOOD)
    with pytest.raises(Refused, match="second_person"):
        edits.approve(rows, edit, 1)
    row = {"name": "two_people", "value": "false", "changed_at": now()}
    rows.execute(insert(site_setting).values(**row))
    edits.approve(rows, edit, 1)


def test_given_a_colleague_who_wrote_in_it_when_they_approve_then_they_are_an_author_too(rows: Connection) -> None:
    edit = edits.begin(rows, CODE, 1)
    edits.save(rows, edit, 0, dearer(told(rows)), staff_id=2)
    edits.send(rows, edit, "phí mới")
    edits.keep_gate(rows, edit, GOOD)
    with pytest.raises(Refused, match="second_person"):
        edits.approve(rows, edit, 2)


def test_given_the_questions_when_they_were_not_asked_or_fare_worse_then_nobody_approves(rows: Connection) -> None:
    edit = edits.begin(rows, CODE, 1)
    edits.save(rows, edit, 0, dearer(told(rows)))
    edits.keep_gate(rows, edit, GOOD)
    edits.save(rows, edit, version(rows, edit), fee(told(rows), "9.000 đồng"))
    edits.send(rows, edit, "phí mới")
    with pytest.raises(Refused, match="gate_missing"):
        edits.approve(rows, edit, 2)
    edits.keep_gate(rows, edit, {"worse": True})
    with pytest.raises(Refused, match="gate_worse"):
        edits.approve(rows, edit, 2)
    edits.keep_gate(rows, edit, {"worse": True}, "câu hỏi cũ đã sai")
    edits.approve(rows, edit, 2)


def test_given_two_tabs_when_the_second_saves_then_it_hears_that_the_draft_has_moved(rows: Connection) -> None:
    edit = edits.begin(rows, CODE, 1)
    assert edits.begin(rows, CODE, 1) == edit
    assert edits.save(rows, edit, 0, dearer(told(rows))) == 1
    with pytest.raises(EditMoved):
        edits.save(rows, edit, 0, fee(told(rows), "9.000 đồng"))


def test_given_two_editors_when_the_first_publishes_then_the_second_merges(rows: Connection) -> None:
    second = edits.begin(rows, CODE, 2)
    edits.save(rows, second, 0, replace(fee(told(rows), "9.000 đồng", 9000), where="Tầng 1"))
    published(rows, 1, 2, lambda one: replace(dearer(one), summary="Mới"))
    with pytest.raises(EditStale):
        edits.send(rows, second, "thêm tầng")
    beside = edits.against(rows, edits.one(rows, second) or pytest.fail())
    assert (beside.merged.mine, beside.merged.theirs, beside.merged.conflicts) == (("where",), ("summary",), ("ways",))
    edits.merge(rows, second, version(rows, second))
    found = edits.one(rows, second)
    assert found is not None
    assert found.procedure == replace(dearer(told(rows)), where="Tầng 1")
    edits.send(rows, second, "thêm tầng")


def test_given_a_conflict_when_merged_with_ones_own_then_that_one_stays(rows: Connection) -> None:
    second = edits.begin(rows, CODE, 2)
    edits.save(rows, second, 0, fee(told(rows), "9.000 đồng", 9000))
    published(rows, 1, 2, dearer)
    edits.merge(rows, second, version(rows, second), keep=["ways"])
    found = edits.one(rows, second)
    assert found is not None
    assert found.procedure.ways[0].fees[0].amount == 9000


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda one: one, "edit_same"),
        (lambda one: replace(one, title=" "), "edit_no_title"),
        (lambda one: replace(one, cases=(Case(papers=(Paper(""),)),)), "edit_no_paper_name"),
        (lambda one: replace(one, cases=(Case("Ở nhà"), *one.cases)), "edit_no_case"),
        (lambda one: fee(one, ""), "edit_no_fee"),
        (lambda one: replace(one, valid_from="2027-01-01", valid_until="2026-01-01"), "edit_days"),
        (lambda one: replace(one, aliases=(*one.aliases, "Khai  tử")), "alias_owned"),
    ],
)
def test_given_a_half_finished_or_wrong_draft_when_sent_then_it_says_why(rows, change, why) -> None:  # type: ignore[no-untyped-def]
    edit = edits.begin(rows, CODE, 1)
    edits.save(rows, edit, 0, change(told(rows)))
    with pytest.raises(Refused, match=why):
        edits.send(rows, edit, "vì sao")


@pytest.mark.parametrize(("day", "why"), [("2020-01-01", "past_day"), ("31/12", "no_day"), ("2999-01-01", "far_day")])
def test_given_a_day_that_cannot_be_when_sent_then_it_says_why(rows: Connection, day: str, why: str) -> None:
    edit = edits.begin(rows, CODE, 1)
    edits.save(rows, edit, 0, dearer(told(rows)))
    with pytest.raises(Refused, match=why):
        edits.send(rows, edit, "vì sao", day)
    with pytest.raises(Refused, match="empty"):
        edits.send(rows, edit, "  ")


def test_given_an_edit_of_tomorrow_when_its_day_comes_then_it_is_due_and_not_before(rows: Connection) -> None:
    tomorrow = today() + timedelta(days=1)
    edit = approved(rows, 1, 2, dearer, tomorrow.isoformat())
    with pytest.raises(Refused, match="not_yet"):
        edits.publish(rows, edit, 2)
    assert edits.due(rows, now()) == ()
    midnight = datetime(tomorrow.year, tomorrow.month, tomorrow.day, tzinfo=timezone(timedelta(hours=7)))
    assert edits.due(rows, midnight - timedelta(seconds=1)) == ()
    assert edits.due(rows, midnight.astimezone(timezone.utc)) == (edit,)


def test_given_an_edit_of_tomorrow_when_another_is_published_today_then_the_clock_puts_both_together(
    rows: Connection,
) -> None:
    tomorrow = today() + timedelta(days=1)
    edit = approved(rows, 1, 2, dearer, tomorrow.isoformat())
    published(rows, 2, 1, lambda one: replace(one, where="Tầng 1"))
    with pytest.raises(EditStale):
        edits.publish(rows, edit, 2, now() + timedelta(days=1))
    edits.publish(rows, edit, None, now() + timedelta(days=1))
    assert (told(rows).where, told(rows).ways[0].fees[0].amount) == ("Tầng 1", 8000)


def test_given_an_edit_when_it_is_returned_or_discarded_then_it_can_no_longer_be_let_out(rows: Connection) -> None:
    edit = approved(rows, 1, 2, dearer)
    edits.return_(rows, edit, 2, "thiếu giấy")
    with pytest.raises(EditMoved):
        edits.publish(rows, edit, 2)
    edits.discard(rows, edit, 1)
    with pytest.raises(EditMoved):
        edits.save(rows, edit, version(rows, edit), dearer(told(rows)))
    assert edits.counts(rows) == {Status.DISCARDED: 1}


def test_given_a_whole_journey_when_the_audit_is_read_then_each_step_is_there(rows: Connection) -> None:
    published(rows, 1, 2, dearer)
    edits.undo(rows, CODE, 2, "nhầm")
    done = rows.execute(select(audit_entry.c.action, audit_entry.c.staff_id).order_by(audit_entry.c.id)).all()
    wanted = [("edit.begun", 1), ("edit.sent", 1), ("edit.approved", 2), ("edit.published", 2), ("edit.undone", 2)]
    assert [tuple(row) for row in done] == wanted


def test_given_lists_with_empty_lines_when_saved_then_only_what_was_touched_is_tidied(rows: Connection) -> None:
    edit = edits.begin(rows, CODE, 1)
    edits.save(rows, edit, 0, replace(told(rows), steps=("", "Mang giấy đến", "Mang giấy đến", "Nhận giấy")))
    found = edits.one(rows, edit)
    assert found is not None
    assert found.procedure == told(rows)


def test_given_two_reviewers_at_once_when_both_let_out_then_one_edit_is_told_and_the_other_hears_why(
    database: Engine,
) -> None:
    stock(database)
    with database.begin() as connection:
        author, reviewer = kit.person(connection, "bien"), kit.person(connection, "duyet")
        both = [
            approved(connection, author, reviewer, lambda one, amount=amount: fee(one, "mới", amount))  # type: ignore[misc]
            for amount in (8000, 9000)
        ]
    together = Barrier(4)

    def let_out(edit: int) -> str:
        together.wait()
        try:
            with database.begin() as connection:
                edits.publish(connection, edit, reviewer)
        except (EditMoved, EditStale) as error:
            return type(error).__name__
        return "published"

    with ThreadPoolExecutor(4) as pool:
        came = list(pool.map(let_out, [*both, *both]))
    assert came.count("published") == 1
    assert set(came) <= {"published", "EditMoved", "EditStale"}
    with database.begin() as connection:
        assert edits.counts(connection) == {Status.PUBLISHED: 1, Status.APPROVED: 1}
        last = edits.standing(connection, CODE)
        assert last is not None
        assert told(connection) == last.procedure
