"""Who may import whom: the table of docs/architecture.md."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def _channel(name: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """A channel in a folder of its own knows itself and what all channels share, and no other channel."""
    own = (f"bot.channels.{name}", "bot.channels.port", "bot.channels.http", "bot.conversation", "bot.errors")
    return own, ("rasa", "sqlalchemy")


#: What citizens told of themselves: found, masked, sealed. Who stores or shows it needs it.
_PRIVACY = "bot.privacy"
#: What all rooms of the desk stand on.
_DESK = (
    _PRIVACY,
    # Whoever shows or changes a person's data notes it.
    "bot.audit",
    "bot.access",
    "bot.channels.port",
    "bot.conversation",
    "bot.errors",
    "bot.post",
    "bot.settings",
    "bot.store",
    "bot.words",
    "procedures",
)

#: What carries out people's rights knows the talk, its cases and its guides; what only masks and seals knows none.
_RIGHTS = (
    *("aging", "consent", "erasing", "erasure", "export", "holdings", "leaving", "page", "pages", "people"),
    *("retention", "rights", "spans"),
)

#: Longest prefix that fits a module decides. "own": what of ours it may import; "never": what of others it may not.
RULES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "procedures": (("procedures",), ("rasa", "rasa_sdk", "telegram")),
    "nlu": (("nlu", "procedures"), ()),
    "actions": (("actions", "procedures"), ("rasa", "sqlalchemy")),
    "bot.conversation": (("bot.conversation",), ("rasa", "sqlalchemy")),
    "bot.channels": (("bot.access", "bot.channels.port", "bot.conversation", "bot.errors"), ("rasa", "sqlalchemy")),
    **{f"bot.channels.{name}": _channel(name) for name in ("telegram", "zalo_oa", "zalo_bot")},
    "bot.engine": (
        ("bot.engine", "bot.conversation", "bot.errors", "bot.logs", "nlu.understanding", "actions", "procedures"),
        (),
    ),
    "bot.web": (
        (
            "bot.web",
            "bot.access",
            "bot.banners",
            "bot.guides",
            # What a citizen reads again of a case.
            "bot.handover.transcript",
            "bot.scam.pages",
            _PRIVACY,
            "bot.post",
            "bot.conversation",
            "bot.store",
            "bot.settings",
            "bot.words",
            "bot.logs",
            # How the service stands, and what is counted of its pages.
            "bot.watch",
            "procedures",
        ),
        ("rasa", "telegram"),
    ),
    "bot.post": (
        (
            *("bot.post", "bot.store", "bot.conversation", "bot.channels.port", "bot.errors", "bot.words"),
            *("bot.logs", _PRIVACY, "procedures"),
        ),
        ("rasa", "telegram"),
    ),
    "bot.privacy": (
        (_PRIVACY, "bot.post.clock", "bot.store", "bot.settings", "bot.errors", "procedures"),
        ("rasa", "telegram"),
    ),
    **{
        f"bot.privacy.{name}": (
            (*_DESK, "bot.console", "bot.handover", "bot.logs", "bot.site_settings", "bot.web.spoken"),
            ("rasa", "telegram"),
        )
        for name in _RIGHTS
    },
    "bot.scam": (
        ("bot.scam", "bot.handover", *_DESK, "bot.web.body", "bot.web.limits", "bot.web.spoken"),
        ("rasa", "telegram"),
    ),
    "bot.store": (("bot.store", "bot.errors"), ("rasa",)),
    "bot.audit": (("bot.audit", "bot.post.clock", "bot.store", "procedures.validity"), ("rasa", "telegram")),
    "bot.watch": (
        (
            "bot.watch",
            "bot.audit",
            "bot.conversation",
            "bot.post",
            "bot.store",
            "bot.settings",
            "bot.logs",
            "procedures",
        ),
        ("rasa", "telegram"),
    ),
    "bot.handover": (
        (
            "bot.handover",
            "bot.accounts.people",
            # Whoever changes a case calls those whom it concerns in the same transaction.
            "bot.alerts.alerts",
            *_DESK,
            "bot.guides",
            # Which answers are alarms.
            "actions.warning",
        ),
        ("rasa", "telegram"),
    ),
    "bot.alerts": (
        ("bot.alerts", "bot.accounts.people", "bot.handover", "bot.joining", *_DESK),
        ("rasa", "telegram"),
    ),
    "bot.accounts": (
        (
            "bot.accounts",
            "bot.audit",
            "bot.handover",
            "bot.privacy.vault",
            "bot.web.answered",
            "bot.web.origin",
            *_DESK,
        ),
        ("rasa", "telegram"),
    ),
    "bot.console": (
        (
            "bot.console",
            "bot.accounts",
            "bot.desk",
            "bot.handover",
            "bot.scam",
            "bot.web",
            "bot.guides",
            # A preview is said by what answers citizens, and a draft is tried by the engine's own way.
            "actions",
            "bot.trying",
            "bot.evaluation",
            "bot.logs",
            # Whether the audit was whole.
            "bot.watch.signs",
            # What is set here.
            "bot.banners",
            "bot.site_settings",
            "bot.switches",
            # Whoever trains holds the engine's own names; Rasa itself stays in a process of its own.
            "bot.engine.fitting",
            "bot.engine.models",
            "bot.engine.own",
            "bot.engine.training",
            # Which numbers of a message tell who somebody is.
            "nlu.understanding.numbers",
            *_DESK,
        ),
        ("rasa", "telegram"),
    ),
    # Running it: beside everything, over everything that keeps something.
    "bot.operations": (
        (
            "bot.operations",
            "bot.audit.chain",
            "bot.channels_on",
            "bot.channels.http",
            # Its windows, and the name its tokens lie under.
            "bot.channels.zalo_oa",
            "bot.engine.fitting",
            "bot.engine.models",
            "bot.handover",
            "bot.logs",
            *_DESK,
        ),
        ("rasa", "telegram"),
    ),
    # The top of the house: nobody imports it but the composition root.
    "bot.desk": (
        (
            "bot.desk",
            "bot.accounts",
            "bot.alerts.linking",
            "bot.audit",
            "bot.handover",
            "bot.scam",
            "bot.web",
            "bot.guides",
            "bot.kinds",
            *_DESK,
        ),
        ("rasa", "telegram", "actions"),
    ),
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
