"""Rules of the desk: what people answer, what waits for a yes, and where a matter goes. Admins keep them, as data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection

from bot.errors import StaffInvalid
from bot.post.clock import now
from bot.post.recent import Recent
from bot.store.desk_tables import handover_rule
from procedures import store
from procedures.model import OfficeKind
from procedures.typed.fold import fold

#: Longest reason and author, field and intent, in characters.
_LONGEST = {"reason": 200, "author": 120, "field": 200, "intent": 32}


class RuleKind(str, Enum):
    """What a rule does; stored, so never renamed."""

    #: People answer it: the bot says so, and nothing more.
    PERSON = "person"
    #: The bot's answer waits until a person has said yes.
    HOLD = "hold"
    #: It goes to an office of a kind.
    ROUTE = "route"


@dataclass(frozen=True)
class Rule:
    """When a person is called, or where a case goes. What is empty is not asked; the rest must all fit."""

    kind: RuleKind
    #: Why, for colleagues, and who keeps it.
    reason: str
    author: str
    #: National code of a procedure, its field of law in Vietnamese, the intent of a message.
    code: str = ""
    field: str = ""
    intent: str = ""
    #: Of a route.
    office_kind: OfficeKind | None = None
    id: int = 0

    @property
    def narrowness(self) -> int:
        """How many conditions it has."""
        return sum(map(bool, (self.code, self.field, self.intent)))


def every(connection: Connection) -> tuple[Rule, ...]:
    """Those that hold: the first that fits decides. People first, then the narrower one, then the newer one."""
    rows = connection.execute(select(handover_rule).where(handover_rule.c.ended_at.is_(None)))
    order = list(RuleKind)
    return tuple(sorted(map(_rule, rows), key=lambda one: (order.index(one.kind), -one.narrowness, -one.id)))


_RECENT = Recent(every)


def fitting(connection: Connection, kinds: Sequence[RuleKind], code: str, intent: str) -> Rule | None:
    """The rule of these kinds that decides about a procedure and an intent, either may be empty; None for none.

    By the rules of the last second.
    """
    field: str | None = None
    for rule in _RECENT.of(connection):
        if rule.kind not in kinds or rule.code not in ("", code) or rule.intent not in ("", intent):
            continue
        if rule.field and field is None:
            field = _field(connection, code)
        if not rule.field or fold(rule.field) == field:
            return rule
    return None


def add(connection: Connection, rule: Rule) -> int:
    """Keeps a rule from now on; its number. Raises StaffInvalid, which says what is wrong."""
    _check(connection, rule)
    told = {"code": rule.code, "field": rule.field, "intent": rule.intent, "created_at": now()}
    office_kind = rule.office_kind.value if rule.office_kind else ""
    why = {"reason": rule.reason.strip(), "author": rule.author.strip()}
    _RECENT.forget(connection)
    made = insert(handover_rule).values(kind=rule.kind.value, office_kind=office_kind, **told, **why)
    return int(connection.execute(made).inserted_primary_key[0])


def end(connection: Connection, id_: int) -> None:
    """It holds no more; it stays in the history. Raises StaffInvalid where there is no such rule."""
    mine = update(handover_rule).where(handover_rule.c.id == id_, handover_rule.c.ended_at.is_(None))
    if not connection.execute(mine.values(ended_at=now())).rowcount:
        raise StaffInvalid(f"There is no rule {id_} that holds. See: motcua rule list", "rule_gone")
    _RECENT.forget(connection)


def _rule(row: Any) -> Rule:
    about = (row.code, row.field, row.intent)
    office_kind = OfficeKind(row.office_kind) if row.office_kind else None
    return Rule(RuleKind(row.kind), row.reason, row.author, *about, office_kind, row.id)


def _field(connection: Connection, code: str) -> str:
    procedure = store.load(connection, code) if code else None
    return fold(procedure.field) if procedure else ""


def _check(connection: Connection, rule: Rule) -> None:
    if not rule.narrowness:
        raise StaffInvalid("A rule for everything is none: give a --code, a --field or an --intent", "rule_wide")
    if (rule.kind is RuleKind.ROUTE) != (rule.office_kind is not None):
        raise StaffInvalid("A route names a kind of office (--to), and no other rule does", "rule_to")
    if rule.code and store.load(connection, rule.code) is None:
        raise StaffInvalid(f'There is no procedure "{rule.code}". See: motcua catalogue search', "rule_code")
    for name, longest in _LONGEST.items():
        text = getattr(rule, name)
        if len(text) > longest or not text.isprintable():
            raise StaffInvalid(f"The {name} has at most {longest} characters, on one line", "rule_long")
    if not rule.reason.strip() or not rule.author.strip():
        raise StaffInvalid("A rule says why (--reason) and whose it is (--by)", "rule_why")
