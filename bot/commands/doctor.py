"""`motcua doctor`: what is wrong with this installation, and how to mend it."""

from __future__ import annotations

from dataclasses import asdict

import typer

from bot import settings as settings_module
from bot.commands.catalogue import print_json
from bot.commands.console import err, out
from bot.operations.doctor.examine import examine, healthy
from bot.operations.doctor.finding import Finding, Level

_STYLES = {Level.OK: "green", Level.WARN: "yellow", Level.BAD: "bold red"}


def doctor(as_json: bool = typer.Option(False, "--json", help="One JSON object a finding.")) -> None:
    """Look at everything that may be wrong here, and say how to mend it. Ends with 1 where something is bad."""
    settings = settings_module.load()
    with err.status("…"):
        findings = examine(settings)
    for finding in findings:
        print_json({**asdict(finding), "level": finding.level.value}) if as_json else _print(finding)
    if not as_json:
        bad, doubtful = (sum(one.level is level for one in findings) for level in (Level.BAD, Level.WARN))
        out.print(f"{bad} bad, {doubtful} worth a look, of {len(findings)}.")
    if not healthy(findings):
        raise typer.Exit(1)


def _print(finding: Finding) -> None:
    out.print(f"{finding.level.value:<4} ", style=_STYLES[finding.level], end="")
    out.print(f"{finding.name}: {finding.told}", markup=False)
    if finding.mend:
        out.print(f"     → {finding.mend}", markup=False)
