"""The gate: questions asked with an edit and without it; what fares worse needs somebody who answers for it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.engine import Engine
from starlette.testclient import TestClient

from bot.console import edits, gate, gate_questions
from bot.console.gate import Flip, GateResult
from bot.post.clock import now
from bot.store.console_tables import audit_entry, own_sentence, procedure_edit, site_setting
from procedures import catalogue, publishing, store
from procedures.catalogue import Catalogue
from procedures.model import Fee, Procedure
from procedures.search.document import layered
from tests.bot.desk.conftest import Desk
from tests.seeds import seeds

BIRTH, AGAIN, DEATH, MARRIAGE = "1.001193", "1.004884", "1.000656", "1.000894"


@pytest.fixture(autouse=True)
def own_catalogues(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """None of another test's database, and fewer questions."""
    monkeypatch.setattr(gate_questions, "_MOST", 60)
    yield
    catalogue._shared.cache_clear()


def stocked(database: Engine) -> Engine:
    store.take_in(database, seeds(BIRTH, AGAIN, DEATH, MARRIAGE))
    return database


@pytest.fixture
def stock(database: Engine) -> Engine:
    """Births, deaths and marriages in plain words."""
    return stocked(database)


def told(database: Engine, code: str) -> Procedure:
    with database.connect() as connection:
        found = store.load(connection, code)
    assert found is not None
    return found


def with_aliases(procedure: Procedure, *aliases: str) -> Procedure:
    return replace(procedure, aliases=(*procedure.aliases, *aliases))


def asks(database: Engine, text: str, code: str, kind: str = "question") -> None:
    with database.begin() as connection:
        values = {"kind": kind, "text": text, "code": code, "staff_id": 1, "created_at": now()}
        connection.execute(insert(own_sentence).values(**values))


def test_given_the_projects_questions_when_read_then_each_is_one_that_search_answers() -> None:
    known = gate_questions.known_questions()
    assert len(known) > 1000
    assert len({one.text for one in known}) == len(known)
    assert any(BIRTH in one.codes for one in known)


def test_given_an_edit_of_a_fee_when_judged_then_questions_are_asked_and_none_flips(stock: Engine) -> None:
    birth = told(stock, BIRTH)
    dearer = replace(birth, ways=(replace(birth.ways[0], fees=(Fee("8.000 đồng", 8000),)), *birth.ways[1:]))
    result = gate.run(stock, dearer)
    assert result.asked > 20
    assert 0 < result.right_before == result.right_after
    assert (result.flips, result.worse) == ((), False)


def test_given_an_alias_that_another_procedure_lives_by_when_judged_then_it_is_worse_and_shown(stock: Engine) -> None:
    result = gate.run(stock, with_aliases(told(stock, DEATH), "làm giấy khai sinh", "khai sinh cho con", "khai sinh"))
    assert result.worse
    worse = [flip for flip in result.flips if flip.worse]
    assert any(BIRTH in flip.wanted and DEATH in flip.after_codes for flip in worse)
    assert result.flips[0].worse
    assert result.titles[BIRTH] == told(stock, BIRTH).title


def test_given_a_question_of_the_province_when_its_alias_is_judged_then_it_flips_for_the_better(stock: Engine) -> None:
    with stock.begin() as connection:
        _staff(connection)
    asks(stock, "giấy trăm năm", MARRIAGE)
    asks(stock, "giấy trăm năm xin ở đâu", "", kind="example")
    result = gate.run(stock, with_aliases(told(stock, MARRIAGE), "giấy trăm năm"))
    flip = next(flip for flip in result.flips if flip.kind == "own")
    assert (flip.text, flip.after, flip.after_codes, flip.worse) == ("giấy trăm năm", "right", (MARRIAGE,), False)
    assert not result.worse


def test_given_names_taken_away_when_judged_then_the_questions_that_lived_by_them_are_worse(stock: Engine) -> None:
    bare = replace(told(stock, BIRTH), title="Thủ tục số một", aliases=(), asked=(), translations=())
    assert gate.run(stock, bare).worse


@pytest.mark.parametrize(
    "change",
    [
        lambda one: replace(one, where="x"),
        lambda one: with_aliases(one, "bìa xanh"),
        lambda one: replace(one, aliases=one.aliases[:1]),
        lambda one: replace(one, title="Giấy cho em bé"),
        lambda one: replace(one, summary="Cho em bé.", asked=()),
    ],
)
def test_given_an_edit_when_published_then_search_knows_just_what_was_judged(
    stock: Engine, change: Callable[[Procedure], Procedure]
) -> None:
    edited = change(told(stock, BIRTH))
    with stock.begin() as connection:
        judged = gate._as_edited(connection, edited)
        publishing.put(connection, edited, "edit 1", now())
    with stock.connect() as connection:
        assert store.documents(connection, [BIRTH]) == [judged]
        assert judged == layered({name: one.procedure for name, one in store.layers(connection, BIRTH).items()})


def test_given_an_edit_when_published_then_the_shared_catalogue_finds_its_alias_and_undone_it_does_not(
    stock: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogue, "_LOOK_EVERY", 0)
    shared = catalogue.catalogue_of(stock)
    assert isinstance(shared, Catalogue)
    assert catalogue.catalogue_of(stock) is shared
    before = shared.view().search("giấy trăm năm")
    edited = with_aliases(told(stock, MARRIAGE), "giấy trăm năm")
    with stock.begin() as connection:
        at = publishing.put(connection, edited, "edit 1", now())
    assert shared.view().decide("giấy trăm năm").hits[0].code == MARRIAGE
    with stock.begin() as connection:
        publishing.restore(connection, MARRIAGE, at, now())
    assert shared.view().search("giấy trăm năm") == before


def test_given_flips_when_kept_then_json_holds_what_the_page_shows() -> None:
    flips = tuple(Flip(str(n), ("a",), ("b",), ("a",), "right", "wrong") for n in range(70))
    result = json.loads(json.dumps(GateResult(70, 0, flips, 1.5, 70, 0, 70, {"a": "A"}).told()))
    assert (result["worse"], len(result["flips"]), result["more"]) == (True, 60, 10)
    assert result["flips"][0]["worse"]


def _staff(connection) -> None:  # type: ignore[no-untyped-def]
    from tests.bot.handover import kit

    kit.person(connection, "ba")


def drafted(desk: Desk, change: Callable[[Procedure], Procedure], author: str = "bien") -> int:
    with desk.rows() as rows:
        edit = edits.begin(rows, DEATH, desk.ids[author])
        found = edits.one(rows, edit)
        assert found is not None
        edits.save(rows, edit, found.version, change(found.procedure))
    return edit


def kept(desk: Desk, edit: int) -> edits.Edit:
    with desk.rows() as rows:
        found = edits.one(rows, edit)
    assert found is not None
    return found


def bad(procedure: Procedure) -> Procedure:
    return with_aliases(procedure, "làm giấy khai sinh", "khai sinh cho con", "khai sinh")


def test_given_a_bad_alias_when_the_questions_are_asked_then_the_page_shows_what_flips(
    desk: Desk, bien: TestClient, duyet: TestClient
) -> None:
    stocked(desk.database)
    edit = drafted(desk, bad)
    here = f"/admin/edits/{edit}/gate"
    assert "Chưa hỏi thử" in bien.get(here).text
    page = bien.post(here).text
    assert "Kết quả kém đi" in page
    assert "Kém đi:" in page
    assert f"{here}/override" not in page
    judged = kept(desk, edit).judged
    assert judged is not None
    assert judged["worse"]

    page = duyet.post(f"{here}/override", data={"reason": "luật mới gọi như vậy"}).text
    assert "luật mới gọi như vậy" in page
    assert kept(desk, edit).override == "luật mới gọi như vậy"
    with desk.rows() as rows:
        actions = rows.execute(select(audit_entry.c.action, audit_entry.c.reason)).all()
    assert ("edit.overridden", "luật mới gọi như vậy") in [tuple(row) for row in actions]


def test_given_a_draft_that_changed_when_looked_at_then_it_is_to_be_asked_again(desk: Desk, bien: TestClient) -> None:
    stocked(desk.database)
    edit = drafted(desk, bad)
    bien.post(f"/admin/edits/{edit}/gate")
    version, other = kept(desk, edit).version, replace(told(desk.database, DEATH), where="x")
    with desk.rows() as rows:
        edits.save(rows, edit, version, other)
    assert "Hãy hỏi lại" in bien.get(f"/admin/edits/{edit}/gate").text


def test_given_a_draft_that_changes_while_it_is_judged_when_done_then_nothing_is_kept(
    desk: Desk, bien: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    stocked(desk.database)
    edit = drafted(desk, bad)

    def meanwhile(database: Engine, procedure: Procedure) -> GateResult:
        with desk.rows() as rows:
            rows.execute(update(procedure_edit).values(document=procedure_edit.c.document + " "))
        return GateResult(1, 1, (), 1.0, 1)

    monkeypatch.setattr(gate, "run", meanwhile)
    assert bien.post(f"/admin/edits/{edit}/gate").status_code == 409
    assert kept(desk, edit).gate == ""


def test_given_two_people_when_the_author_overrides_then_a_second_one_is_needed(desk: Desk, an: TestClient) -> None:
    stocked(desk.database)
    edit = drafted(desk, bad, author="an")
    here = f"/admin/edits/{edit}/gate"
    assert an.post(f"{here}/override", data={"reason": "vì vậy"}).status_code == 409
    an.post(here)
    assert an.post(f"{here}/override", data={"reason": "vì vậy"}).status_code == 409
    assert an.post(f"{here}/override", data={"reason": " "}).status_code == 409
    with desk.rows() as rows:
        rows.execute(insert(site_setting).values(name="two_people", value="false", changed_at=now()))
    assert "vì vậy" in an.post(f"{here}/override", data={"reason": "vì vậy"}).text


def test_given_an_officer_or_an_editor_when_they_try_then_only_reviewers_override(desk: Desk, bien: TestClient) -> None:
    stocked(desk.database)
    edit = drafted(desk, bad)
    assert desk.sign_in("lan").get(f"/admin/edits/{edit}/gate").status_code == 403
    assert bien.post(f"/admin/edits/{edit}/gate/override", data={"reason": "x"}).status_code == 403
    assert bien.get("/admin/edits/999/gate").status_code == 404


def test_given_an_edit_that_was_given_up_when_asked_then_it_says_so(desk: Desk, bien: TestClient) -> None:
    stocked(desk.database)
    edit = drafted(desk, bad)
    with desk.rows() as rows:
        edits.discard(rows, edit, desk.ids["bien"])
    assert bien.post(f"/admin/edits/{edit}/gate").status_code == 409
    assert "<form" not in bien.get(f"/admin/edits/{edit}/gate").text.split("<main")[1]
