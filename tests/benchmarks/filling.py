"""A database of a year: so many people, each message with its answer, delivered. Made by the database itself."""

# ruff: noqa: S608  # no word of anybody is in these statements

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.engine import Connection, Engine

from bot.post.clock import now

DAYS = 365
#: Of a thousand messages so many became a case that is closed by now.
_CASES = 30
_MEMORY = json.dumps(
    {"slots": {"place": "01273", "language": "vi"}, "events": [{"event": "user", "text": "x" * 60} for _ in range(10)]}
)
_COUNT = "WITH RECURSIVE n(i) AS (SELECT CAST(1 AS bigint) UNION ALL SELECT i + 1 FROM n WHERE i < :many)"


def fill(database: Engine, messages: int, people: int) -> None:
    """`messages` lines of the transcript, half of them answers, evenly over DAYS days, the last one a minute ago."""
    pairs = max(1, messages // 2)
    with database.begin() as connection:
        at, age = _moment(connection, pairs), {"pairs": pairs, "people": people}
        _run(connection, _PEOPLE.format(count=_COUNT, at=at), many=people, memory=_MEMORY, **age)
        for statement in (_INBOX, _SAID, _ANSWERED, _OUTBOX, _DELIVERED, _TURN, _CONSENT):
            many = people if statement is _CONSENT else pairs
            _run(connection, statement.format(count=_COUNT, at=at), many=many, **age)
        cases = min(people, max(1, messages * _CASES // 1000))
        _run(connection, _CASE.format(count=_COUNT, at=at), many=cases, **age)
        if connection.dialect.name == "postgresql":
            for table in ("conversation", "inbox", "message", "outbox", "consent", "handover"):
                _run(
                    connection, f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"
                )
    with database.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("ANALYZE"))


def _run(connection: Connection, statement: str, **values: Any) -> None:
    known = {name: value for name, value in values.items() if f":{name}" in statement}
    connection.execute(text(statement), known)


def _moment(connection: Connection, pairs: int) -> str:
    """SQL: when the i-th message came, as the database keeps moments."""
    last = (now() - timedelta(minutes=1)).replace(tzinfo=None, microsecond=0)
    # Whole seconds before the last one.
    before = f"({pairs} - i) * {DAYS * 86400} / {pairs}"
    if connection.dialect.name == "postgresql":
        return f"(timestamptz '{last}+00' - ({before}) * interval '1 second')"
    return f"strftime('%Y-%m-%d %H:%M:%S.000000', '{last}', '-' || ({before}) || ' seconds')"


#: The i-th message is of somebody whose number is spread over all people.
_WHO = "((i * 7919) % :people + 1)"
_PEOPLE = """INSERT INTO conversation (id, channel, address, state, memory, created_at, heard_at)
{count} SELECT i, CASE WHEN i % 2 = 0 THEN 'telegram' ELSE 'web' END, 'old' || i, 'with_bot', :memory, {at}, {at}
FROM n"""
_INBOX = f"""INSERT INTO inbox (id, conversation_id, channel, channel_message_id, text, status, attempts, received_at,
sent_at, fair_at) {{count}} SELECT i, {_WHO}, 'web', 'old' || i, 'làm giấy khai sinh cần giấy tờ gì', 'done', 1, {{at}},
{{at}}, {{at}} FROM n"""
_SAID = f"""INSERT INTO message (id, conversation_id, author, text, inbox_id, created_at)
{{count}} SELECT 2 * i - 1, {_WHO}, 'citizen', 'làm giấy khai sinh cần giấy tờ gì', i, {{at}} FROM n"""
_ANSWERED = f"""INSERT INTO message (id, conversation_id, author, text, inbox_id, created_at)
{{count}} SELECT 2 * i, {_WHO}, 'bot', 'Giấy tờ cần có: giấy chứng sinh, tờ khai theo mẫu, giấy tờ tùy thân.', i, {{at}}
FROM n"""
_OUTBOX = f"""INSERT INTO outbox (id, message_id, conversation_id, channel, status, attempts, try_at, sent_at, since)
{{count}} SELECT i, 2 * i, {_WHO}, 'web', 'sent', 1, {{at}}, {{at}}, {{at}} FROM n"""
_DELIVERED = """INSERT INTO delivery (message_id, part, channel, channel_message_id)
{count} SELECT 2 * i, 0, 'web', '' FROM n"""
_TURN = f"""INSERT INTO turn (inbox_id, conversation_id, outcome, intent, aspect, language, procedures, ms, created_at)
{{count}} SELECT i, {_WHO}, 'answered', 'ask_documents', 'documents', 'vi',
'[{{{{"code": "1.001193", "score": 0.9}}}}]', 9.0, {{at}} FROM n"""
_CONSENT = """INSERT INTO consent (id, conversation_id, purpose, version, language, decision, decided_at)
{count} SELECT i, i, 'words', 1, 'vi', 'agreed', {at} FROM n"""
_CASE = """INSERT INTO handover (id, conversation_id, reason, status, created_at, closed_at, told_at, outcome)
{count} SELECT i, i, 'asked', 'closed', {at}, {at}, {at}, 'answered' FROM n"""
