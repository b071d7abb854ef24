"""`motcua rule`: what people answer, what waits for a person's yes, and which kind of office a matter goes to."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import typer
import yaml

from bot.commands import shell
from bot.commands.catalogue import database, print_json, reading
from bot.commands.console import out
from bot.errors import StaffInvalid
from bot.handover import rules
from bot.handover.rules import Rule, RuleKind
from procedures.model import OfficeKind

_DOMAIN = Path(__file__).parents[2] / "nlu" / "domain.yml"
app = typer.Typer(no_args_is_help=True)


@app.command()
def add(
    kind: RuleKind = typer.Argument(..., help="person, hold or route."),
    reason: str = typer.Option(..., help="Why, for colleagues."),
    by: str = typer.Option(..., "--by", help="Who keeps it."),
    code: str = typer.Option("", help="National code of a procedure."),
    field: str = typer.Option("", help="Field of law of procedures, in Vietnamese, as the catalogue has it."),
    intent: str = typer.Option("", help="Intent of a message, as in nlu/domain.yml."),
    to: OfficeKind = typer.Option(None, "--to", help="Of a route: the kind of office."),
) -> None:
    """Keep a rule. What is given of code, field and intent must all fit."""
    if intent and intent not in _intents():
        raise StaffInvalid(f'There is no intent "{intent}". See nlu/domain.yml')
    rule = Rule(kind, reason, by, code.strip(), field.strip(), intent, to)
    with database().begin() as connection:
        number = rules.add(connection, rule)
        shell.noted(connection, "rule add", str(number), **rule_json(rule))
    out.print(f"Rule {number} is kept.")


@app.command("list")
def list_rules(as_json: bool = typer.Option(False, "--json", help="One JSON object a rule.")) -> None:
    """List the rules that hold; of those that fit, the first decides."""
    with reading().connect() as connection:
        found = rules.every(connection)
    for rule in found:
        print_json(rule_json(rule)) if as_json else out.print(rule_line(rule), markup=False)


@app.command()
def end(number: int = typer.Argument(..., help="Number of the rule.")) -> None:
    """End a rule. It stays in the history."""
    with database().begin() as connection:
        rules.end(connection, number)
        shell.noted(connection, "rule end", str(number))
    out.print(f"Rule {number} is ended.")


def rule_line(rule: Rule) -> str:
    """A rule for a terminal, with what it is about, where it leads, why and whose it is."""
    about = {"code": rule.code, "field": rule.field, "intent": rule.intent}
    told = ", ".join(f"{name} {value}" for name, value in about.items() if value)
    to = f" → {rule.office_kind.value}" if rule.office_kind else ""
    return f"rule {rule.id} {rule.kind.value} [{told}]{to}: {rule.reason} ({rule.author})"


def rule_json(rule: Rule) -> dict[str, Any]:
    """A rule as JSON."""
    to = rule.office_kind.value if rule.office_kind else ""
    return {**asdict(rule), "kind": rule.kind.value, "office_kind": to}


def _intents() -> frozenset[str]:
    domain = yaml.safe_load(_DOMAIN.read_text("utf-8"))
    return frozenset(str(intent) for intent in domain["intents"])
