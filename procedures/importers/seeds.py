"""Seeds: procedures in plain words, one YAML file each, named after its code."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from procedures.errors import SeedInvalid
from procedures.importers.portal_codes import CODE, MONTH
from procedures.importers.rows import Accepted
from procedures.importers.seed_shape import SeedNode
from procedures.importers.seed_yaml import load
from procedures.importers.text import same
from procedures.model import Case, Channel, Fee, Paper, Procedure, TimeUnit, Way

_KEYS = ("code", "decision", "data_date", "title", "summary", "opening", "differs", "aliases", "cases", "ways")
_MORE_KEYS = ("where", "conditions", "steps", "results", "forms", "legal", "related")


def read_seeds(folder: Path) -> Iterator[Accepted]:
    """Every seed of a folder as a row of layer "plain", by code. Raises SeedInvalid for the first mistake."""
    owners: dict[str, str] = {}
    for line, path in enumerate(sorted(_seed_files(folder), key=lambda path: path.stem), 1):
        procedure = read_seed(path)
        for index, alias in enumerate(procedure.aliases):
            owner = owners.setdefault(same(alias), procedure.code)
            if owner != procedure.code:
                reason = f'"{alias}" belongs to {owner} already'
                raise SeedInvalid(path, f"aliases[{index}]", reason, "leave it to the one it fits better")
        yield Accepted(line, "plain", procedure)


def read_seed(path: Path) -> Procedure:
    """One seed. Raises SeedInvalid with the place of the first mistake."""
    node = SeedNode(path, load(path))
    node.only(*_KEYS, *_MORE_KEYS)
    return Procedure(
        code=_code(node),
        title=node.text("title", needed=True),
        official_title="",
        decision=node.text("decision"),
        data_date=_month(node),
        summary=node.text("summary", needed=True),
        opening=node.text("opening"),
        differs=node.text("differs"),
        aliases=_aliases(node),
        ways=tuple(_way(way) for way in node.nodes("ways", needed=True)),
        cases=tuple(_case(case) for case in node.nodes("cases")),
        steps=node.texts("steps"),
        where=node.text("where"),
        conditions=node.texts("conditions"),
        results=node.texts("results"),
        forms=node.texts("forms"),
        legal=node.texts("legal"),
        related=_related(node),
        plain=True,
    )


def _seed_files(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.suffix == ".yaml":
            raise SeedInvalid(path, "", "the file would not be read", f"rename it to {path.stem}.yml")
        if path.suffix == ".yml":
            yield path


def _code(node: SeedNode) -> str:
    code = node.text("code", needed=True)
    if not CODE.fullmatch(code):
        node.fail("code", f'"{code}" is no code', 'write it as "1.001193"')
    if code != node.path.stem:
        node.fail("code", f"the file is named {node.path.name}", f"name it {code}.yml")
    return code


def _month(node: SeedNode) -> str:
    month = node.text("data_date")
    if month and not MONTH.fullmatch(month):
        node.fail("data_date", f'"{month}" is no month', "write it as 2026-07")
    return month


def _aliases(node: SeedNode) -> tuple[str, ...]:
    aliases = node.texts("aliases", needed=True)
    seen: set[str] = set()
    for index, alias in enumerate(aliases):
        if same(alias) in seen:
            node.fail(f"aliases[{index}]", f'"{alias}" stands here twice', "leave one out")
        seen.add(same(alias))
    return aliases


def _related(node: SeedNode) -> tuple[str, ...]:
    codes = node.texts("related")
    for index, code in enumerate(codes):
        if not CODE.fullmatch(code):
            node.fail(f"related[{index}]", f'"{code}" is no code', 'write it as "1.001193"')
    return codes


def _way(node: SeedNode) -> Way:
    node.only("channel", "time", "time_amount", "time_unit", "fees", "note")
    channel = node.choice("channel", Channel, needed=True)
    amount, unit = node.amount("time_amount"), node.choice("time_unit", TimeUnit)
    if (amount is None) != (unit is None):
        node.fail("time_amount" if amount is None else "time_unit", "missing", "an amount and its unit go together")
    fees = tuple(_fee(fee) for fee in _fee_nodes(node))
    return Way(channel or Channel.COUNTER, node.text("time"), amount, unit, fees, node.text("note"))


def _fee_nodes(node: SeedNode) -> tuple[SeedNode, ...]:
    fees = node.data.get("fees")
    for index, fee in enumerate(fees if isinstance(fees, list) else []):
        if not isinstance(fee, dict):
            node.fail(f"fees[{index}]", "a bare figure or text", "write it as {text: 8.000 đ một bản, amount: 8000}")
    return node.nodes("fees")


def _fee(node: SeedNode) -> Fee:
    node.only("text", "amount")
    text = node.text("text", needed=True)
    if not any(char.isalpha() for char in text):
        node.fail("text", f'"{text}" is a bare figure', "say what it is for: 8.000 đ một bản")
    return Fee(text, node.count("amount"))


def _case(node: SeedNode) -> Case:
    node.only("name", "papers", "notes")
    case = Case(node.text("name"), tuple(_paper(paper) for paper in node.nodes("papers")), node.texts("notes"))
    return case if case.papers or case.notes else node.fail("", "the case is empty", "give it papers or notes")


def _paper(node: SeedNode) -> Paper:
    node.only("name", "originals", "copies", "note", "form")
    name = node.text("name", needed=True)
    return Paper(name, node.count("originals") or 0, node.count("copies") or 0, node.text("note"), node.text("form"))
