"""Guides in the database: laid out before a message, kept with its answer, found by their token.

A guide belongs to every conversation that has worked on it, so that two telephones can tick off one list.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from sqlalchemy import and_, bindparam, insert, or_, select, update
from sqlalchemy.engine import Connection, Engine

from bot.post.clock import now
from bot.store.tables import conversation, guide, guide_conversation
from procedures.guides.state import Guide, find_token

#: Guides that are laid out for a message: the latest.
_MOST = 20
#: A conversation that begins with the code of a guide: nothing was said, and the bot listens.
_NEW = {"slots": {}, "events": [{"event": "action", "name": "action_listen"}]}
#: Slots that are filled before each message, and kept nowhere else.
_LAID_OUT = ("guides", "site")


def lay_out(connection: Connection, conversation_id: int, text: str, memory: str | None, site: str) -> str | None:
    """The memory of a conversation with its guides, and with the one whose code the message holds."""
    named = _by_token(connection, find_token(text))
    states = [*_of_conversation(connection, conversation_id), *([named] if named else [])]
    if not states and memory is None:
        return None
    once = {state["token"]: state for state in states}
    return _with(memory, guides=list(once.values()) or None, site=site or None)


def put_away(memory: str | None) -> str | None:
    """A memory without what was laid out."""
    return _with(memory, **dict.fromkeys(_LAID_OUT)) if memory else memory


def keep(connection: Connection, conversation_id: int, effect: dict[str, Any]) -> None:
    """A guide as a message has left it. Papers that were ticked off elsewhere meanwhile stay ticked off."""
    state: dict[str, Any] = effect["guide"]
    row = connection.execute(
        select(guide.c.id, guide.c.state).where(guide.c.token == state["token"]).with_for_update()
    ).first()
    if row is None:
        values = {"token": state["token"], "code": state["code"], "created_at": now(), "updated_at": now()}
        told = connection.execute(insert(guide).values(**values, state=_json(state)))
        _belongs(connection, told.inserted_primary_key[0], conversation_id)
        return
    before = json.loads(row.state).get("ticks", {})
    ticks = {**before, **effect["ticks"]}
    merged = {**state, "ticks": {name: what for name, what in ticks.items() if name not in effect["untick"]}}
    mine = update(guide).where(guide.c.id == row.id)
    connection.execute(mine.values(state=_json(merged), updated_at=now()))
    _belongs(connection, row.id, conversation_id)


def change(connection: Connection, token: str, how: Callable[[Guide], Guide]) -> Guide | None:
    """What staff change of a guide at the counter, as it is by then. None for one that is not there."""
    row = connection.execute(select(guide.c.id, guide.c.state).where(guide.c.token == token).with_for_update()).first()
    if row is None:
        return None
    changed = how(Guide.from_dict(json.loads(row.state)))
    mine = update(guide).where(guide.c.id == row.id)
    connection.execute(mine.values(state=_json(changed.to_dict()), updated_at=now()))
    return changed


def find(database: Engine, token: str) -> Guide | None:
    """The guide of a link; None for one that was made up."""
    with database.connect() as connection:
        return of_token(connection, token)


def of_token(connection: Connection, token: str) -> Guide | None:
    """The same, within a transaction."""
    state = _by_token(connection, token)
    return Guide.from_dict(state) if state else None


def of_conversation(connection: Connection, conversation_id: int) -> list[Guide]:
    """The guides that a person has worked on, the latest last."""
    return [Guide.from_dict(state) for state in _of_conversation(connection, conversation_id)]


def _of_conversation(connection: Connection, conversation_id: int) -> list[dict[str, Any]]:
    rows = connection.execute(_latest(), {"of": conversation_id}).all()
    return [json.loads(row.state) for row in reversed(rows)]


@lru_cache(maxsize=1)
def _latest() -> Any:
    """SQL, made once, because every turn asks: guides of a conversation and of those its person has joined with it."""
    person = select(conversation.c.person).where(conversation.c.id == bindparam("of")).scalar_subquery()
    same = or_(conversation.c.id == bindparam("of"), conversation.c.person == person)
    worked_on = select(guide_conversation.c.guide_id)
    worked_on = worked_on.where(guide_conversation.c.conversation_id.in_(select(conversation.c.id).where(same)))
    mine = select(guide.c.state).where(guide.c.id.in_(worked_on))
    return mine.order_by(guide.c.updated_at.desc(), guide.c.id.desc()).limit(_MOST)


def _by_token(connection: Connection, token: str) -> dict[str, Any] | None:
    """The state as it is kept; most messages name none."""
    found = connection.execute(select(guide.c.state).where(guide.c.token == token)).scalar() if token else None
    state: dict[str, Any] | None = json.loads(found) if found else None
    return state


def _belongs(connection: Connection, guide_id: int, conversation_id: int) -> None:
    row = {"guide_id": guide_id, "conversation_id": conversation_id}
    mine = and_(*(guide_conversation.c[name] == value for name, value in row.items()))
    if connection.execute(select(guide_conversation.c.guide_id).where(mine)).first() is None:
        connection.execute(insert(guide_conversation).values(**row))


def _with(memory: str | None, **slots: Any) -> str:
    """A memory with these slots; None takes one away."""
    told: dict[str, Any] = json.loads(memory) if memory else _NEW
    kept = {name: value for name, value in {**told["slots"], **slots}.items() if value is not None}
    return _json({**told, "slots": kept})


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False)
