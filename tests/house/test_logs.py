"""Logs tell ids and kinds: no words of people, no numbers of theirs, no secret."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LEVELS = frozenset(("debug", "info", "warning", "error", "exception", "critical", "bind"))
#: What a value of this name would be: somebody's words, or who somebody is, or what opens a door.
PRIVATE = frozenset(
    (
        *(
            "text",
            "texts",
            "words",
            "said",
            "typed",
            "payload",
            "body",
            "query",
            "message",
            "note",
            "replies",
            "memory",
        ),
        *("phone", "contact_phone", "contact_name", "telephone", "email", "login", "address", "name", "person", "user"),
        *(
            "identity",
            "secrets",
            "secret",
            "password",
            "token",
            "tokens",
            "key",
            "api_key",
            "cookie",
            "session",
            "totp",
        ),
    )
)
#: Of which only a size, a kind or a yes is told.
HARMLESS = frozenset(("len", "bool", "type", "shape", "where"))
#: What has a name and is nobody; an error of ours has a key of the locale files.
THINGS = frozenset(("channel", "path", "error", "setting"))


def calls(tree: ast.AST) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in LEVELS:
            named = node.func.value
            if (isinstance(named, ast.Name) and named.id.strip("_") in {"log", "logger", "structlog"}) or (
                isinstance(named, ast.Attribute) and named.attr.strip("_") in {"log", "logger"}
            ):
                yield node


def told(node: ast.AST) -> Iterator[str]:
    """Names of what a value is made of, but for what goes through something harmless."""
    if isinstance(node, ast.Call):
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if called in HARMLESS:
            return
    if isinstance(node, ast.Attribute):
        # Of "person.id" the id is told, and not the person.
        owner = node.value.id if isinstance(node.value, ast.Name) else ""
        yield from () if owner in THINGS else (node.attr,)
        return
    # A variable that is called so is a check, an event, a file; a name of a person is an attribute of theirs.
    if isinstance(node, ast.Name) and node.id != "name":
        yield node.id
    for child in ast.iter_child_nodes(node):
        yield from told(child)


def indiscreet(source: str) -> list[str]:
    found = []
    for call in calls(ast.parse(source)):
        event = call.args[0] if call.args else None
        # A function that logs for others is given the word as `event`.
        fixed = isinstance(event, ast.Constant) or (isinstance(event, ast.Name) and event.id == "event")
        if event is not None and not fixed:
            found.append(f"{call.lineno}: the event is not a fixed word")
        found += [f"{call.lineno}: more than an event" for _ in call.args[1:]]
        for keyword in call.keywords:
            value = keyword.value
            # An exception's own text may quote what was written; its class does not.
            names = {keyword.arg or "**"} | ({*told(value)} - {"__name__"})
            found += [f"{call.lineno}: {keyword.arg}" for _ in names & (PRIVATE | {"**"})]
            if isinstance(value, ast.Name) and value.id in {"error", "exc", "exception", "cause"}:
                found.append(f"{call.lineno}: the text of an error")
    return found


@pytest.mark.parametrize("package", ["bot", "nlu", "actions", "procedures"])
def test_given_our_sources_when_log_calls_are_read_then_none_tells_of_a_person(package: str) -> None:
    files = sorted((ROOT / package).rglob("*.py"))
    found = [f"{path.relative_to(ROOT)}:{what}" for path in files for what in indiscreet(path.read_text("utf-8"))]
    assert found == []


@pytest.mark.parametrize(
    "call",
    [
        'log.info("came", text=claimed.text)',
        'log.info("came", phone=row.contact_phone)',
        'log.warning(f"came {text}")',
        'log.error("failed", error=error)',
        'log.error("failed", error=str(row.name))',
        'self._log.info("came", what=claimed.text[:20])',
        'log.info("came", **row)',
        'log.bind(token=token).info("x")',
        'logger.info("came %s", text)',
    ],
)
def test_given_a_call_that_tells_of_a_person_when_read_then_it_is_found(call: str) -> None:
    assert indiscreet(call)


@pytest.mark.parametrize(
    "call",
    [
        'log.info("came", inbox=claimed.id, letters=len(claimed.text))',
        'log.error("failed", error=type(error).__name__, where=logs.where(error))',
    ],
)
def test_given_a_call_that_tells_ids_and_kinds_when_read_then_it_is_fine(call: str) -> None:
    assert indiscreet(call) == []
