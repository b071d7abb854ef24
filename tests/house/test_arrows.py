"""Who may import whom: the table of docs/architecture.md."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

#: Longest prefix that fits a module decides. "own": what of ours it may import; "never": what of others it may not.
RULES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "procedures": (("procedures",), ("rasa", "rasa_sdk", "telegram")),
    "nlu": (("nlu", "procedures"), ()),
    "actions": (("actions", "procedures"), ("rasa", "sqlalchemy")),
    "bot.conversation": (("bot.conversation",), ("rasa", "sqlalchemy")),
    "bot.channels": (("bot.channels.port", "bot.conversation", "bot.errors"), ("rasa", "sqlalchemy")),
    "bot.engine": (
        ("bot.engine", "bot.conversation", "bot.errors", "bot.logs", "nlu.understanding", "actions", "procedures"),
        (),
    ),
    "bot.web": (
        (
            "bot.web",
            "bot.guides",
            "bot.post",
            "bot.conversation",
            "bot.store",
            "bot.settings",
            "bot.words",
            "bot.logs",
            "procedures",
        ),
        ("rasa", "telegram"),
    ),
    "bot.post": (
        ("bot.post", "bot.store", "bot.conversation", "bot.channels.port", "bot.errors", "procedures"),
        ("rasa", "telegram"),
    ),
    "bot.store": (("bot.store", "bot.errors"), ("rasa",)),
}
OURS = ("bot", "nlu", "actions", "procedures")


def modules() -> Iterator[tuple[str, Path]]:
    for package in OURS:
        for path in sorted((ROOT / package).rglob("*.py")):
            yield ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"), path


def imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def within(module: str, prefixes: tuple[str, ...]) -> bool:
    return any(module == prefix or module.startswith(prefix + ".") for prefix in prefixes)


def rule_for(module: str) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    fitting = [prefix for prefix in RULES if within(module, (prefix,))]
    return RULES[max(fitting, key=len)] if fitting else None


def broken(module: str, imported: set[str]) -> list[str]:
    rule = rule_for(module)
    if rule is None:
        return []
    own, never = rule
    # "from bot.words import words" shows as bot.words and bot.words.words; the shorter one is judged.
    ours = {name for name in imported if within(name, OURS) and name not in OURS}
    wrong = [name for name in ours if not within(name, own) and not any(o.startswith(name + ".") for o in own)]
    return [f"{module} → {name}" for name in sorted(wrong + [n for n in imported if within(n, never)])]


@pytest.mark.parametrize(("module", "path"), [pytest.param(m, p, id=m) for m, p in modules()])
def test_given_a_module_when_its_imports_are_read_then_no_arrow_is_broken(module: str, path: Path) -> None:
    assert broken(module, imports(path)) == []


@pytest.mark.parametrize(
    ("module", "imported"),
    [
        ("procedures.catalogue", "bot.post.inbox"),
        ("actions.answer", "sqlalchemy"),
        ("bot.web.pages", "bot.channels.web"),
        ("bot.conversation.model", "bot.post"),
        ("bot.channels.web", "bot.channels.memory"),
    ],
)
def test_given_a_forbidden_import_when_it_is_judged_then_both_ends_are_named(module: str, imported: str) -> None:
    assert broken(module, {imported}) == [f"{module} → {imported}"]


def test_given_all_modules_when_imports_are_read_then_nobody_imports_the_composition_root() -> None:
    tops = ("bot.app", "bot.cli")
    users = [m for m, p in modules() if m not in ("bot.cli", "bot.__main__") for i in imports(p) if within(i, tops)]
    assert users == ["bot.commands.run"] * len(users)
