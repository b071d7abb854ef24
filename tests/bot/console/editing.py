"""What the tests of edits share: a procedure in two layers, and an edit led all the way to citizens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from sqlalchemy.engine import Connection, Engine

from bot.console import edits
from procedures import store
from procedures.importers import Accepted
from procedures.model import Case, Channel, Fee, Paper, Procedure, Translation, Way

CODE = "1.001193"
#: What bot.console.gate tells where nothing flips.
GOOD = {
    **{"worse": False, "asked": 1, "right_before": 1, "right_after": 1, "wrong_before": 0, "wrong_after": 0},
    **{"ms": 5.0, "flips": [], "more": 0, "titles": {}},
}
RECORD = Procedure(
    CODE,
    "Đăng ký khai sinh",
    "Đăng ký khai sinh",
    decision="163/QĐ-BTP",
    data_date="2026-05",
    field="Hộ tịch",
    ways=(Way(Channel.COUNTER, "Trong ngày", fees=(Fee("5.000 đồng", 5000),)),),
    cases=(Case(papers=(Paper("Tờ khai", 1),)),),
    results=("Giấy khai sinh",),
)
PLAIN = replace(
    RECORD,
    title="Làm giấy khai sinh",
    official_title="",
    aliases=("khai sinh",),
    caution="Hỏi trước khi đi.",
    steps=("Mang giấy đến", "Nhận giấy"),
    translations=(Translation("en", ("birth",), (("Nhận giấy", "Take it"), ("Mang giấy đến", "Bring it"))),),
    plain=True,
)
OTHER = replace(
    RECORD, code="1.000656", title="Đăng ký khai tử", official_title="Đăng ký khai tử", aliases=("khai tử",)
)


def stock(database: Engine) -> None:
    """The procedure as the portal and our plain words tell it, and another one."""
    rows = [("record", RECORD), ("plain", PLAIN), ("record", OTHER)]
    store.take_in(database, [Accepted(line, layer, procedure) for line, (layer, procedure) in enumerate(rows)])


def told(connection: Connection, code: str = CODE) -> Procedure:
    """What citizens are told now."""
    found = store.load(connection, code)
    assert found is not None
    return found


def fee(procedure: Procedure, text: str, amount: int | None = None) -> Procedure:
    """The procedure for another fee."""
    first, *others = procedure.ways
    return replace(procedure, ways=(replace(first, fees=(Fee(text, amount),)), *others))


def approved(
    connection: Connection,
    author: int,
    reviewer: int,
    change: Callable[[Procedure], Procedure],
    effective_on: str = "",
) -> int:
    """An edit that only waits to be published."""
    edit = edits.begin(connection, CODE, author)
    found = edits.one(connection, edit)
    assert found is not None
    edits.save(connection, edit, found.version, change(found.procedure))
    edits.send(connection, edit, "vì luật đổi", effective_on)
    edits.keep_gate(connection, edit, GOOD)
    edits.approve(connection, edit, reviewer)
    return edit


def published(
    connection: Connection,
    author: int,
    reviewer: int,
    change: Callable[[Procedure], Procedure],
    at: datetime | None = None,
) -> int:
    """An edit that citizens hear of."""
    edit = approved(connection, author, reviewer, change)
    edits.publish(connection, edit, reviewer, at)
    return edit
