"""One seed: a procedure in plain words, in every language, out of one YAML file."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from procedures.importers.asked import read_asked
from procedures.importers.portal_codes import CODE, MONTH
from procedures.importers.seed_shape import SeedNode, meant
from procedures.importers.seed_yaml import load
from procedures.importers.text import same
from procedures.languages import LANGUAGES, texts
from procedures.model import (
    Case,
    Channel,
    Departure,
    Fee,
    Matter,
    OfficeKind,
    Paper,
    Procedure,
    TimeUnit,
    Translation,
    Way,
)

_KEYS = (
    *("code", "decision", "data_date", "title", "summary", "opening", "differs", "caution", "aliases"),
    *("cases", "ways", "where", "offices", "who", "conditions", "steps", "results", "returns", "forms", "legal"),
    *("related", "valid_from", "valid_until", "replaced_by", "changed_by", "departs", *LANGUAGES),
)


def read_seed(path: Path) -> Procedure:
    """One seed. Raises SeedInvalid with the place of the first mistake."""
    node = SeedNode(path, load(path))
    node.only(*_KEYS)
    procedure = Procedure(
        code=_code(node),
        title=node.text("title", needed=True),
        official_title="",
        decision=node.text("decision"),
        data_date=_month(node),
        summary=node.text("summary", needed=True),
        opening=node.text("opening"),
        differs=node.text("differs"),
        caution=node.text("caution"),
        aliases=_aliases(node),
        asked=_asked(path),
        ways=tuple(_way(way) for way in node.nodes("ways", needed=True)),
        cases=_cases(node),
        where=node.text("where"),
        offices=node.choices("offices", OfficeKind, needed=True),
        who=node.texts("who"),
        conditions=node.texts("conditions"),
        steps=node.texts("steps"),
        results=node.texts("results"),
        returns=node.texts("returns"),
        forms=node.texts("forms"),
        legal=node.texts("legal"),
        related=_codes(node, "related"),
        replaced_by=_codes(node, "replaced_by"),
        valid_from=_day(node, "valid_from"),
        valid_until=_valid_until(node),
        changed_by=node.text("changed_by"),
        departures=_departures(node),
        plain=True,
    )
    return replace(procedure, translations=tuple(_translation(node, name, procedure) for name in LANGUAGES))


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


def _asked(path: Path) -> tuple[str, ...]:
    """Questions beside the seed: asked/1.001193.txt."""
    beside = path.parent / "asked" / f"{path.stem}.txt"
    return tuple(known.text for known in read_asked(beside)) if beside.exists() else ()


def _codes(node: SeedNode, key: str) -> tuple[str, ...]:
    codes = node.texts(key)
    for index, code in enumerate(codes):
        if not CODE.fullmatch(code):
            node.fail(f"{key}[{index}]", f'"{code}" is no code', 'write it as "1.001193"')
        if code == node.path.stem:
            node.fail(f"{key}[{index}]", "this is the code of the file itself", "leave it out")
    return codes


def _day(node: SeedNode, key: str) -> str:
    text = node.text(key)
    try:
        return date.fromisoformat(text).isoformat() if text else ""
    except ValueError:
        node.fail(key, f'"{text}" is no day', "write it as 2026-07-01")


def _valid_until(node: SeedNode) -> str:
    first, last = _day(node, "valid_from"), _day(node, "valid_until")
    if first and last and last < first:
        node.fail("valid_until", f"{last} is before valid_from, {first}", "change the two round")
    return last


def _departures(node: SeedNode) -> tuple[Departure, ...]:
    """Deliberate differences from the national record, each with its reason, one for each matter and value."""
    found: list[Departure] = []
    for part in node.nodes("departs"):
        part.only("what", "record", "why")
        what = part.choice("what", Matter, needed=True) or Matter.CODE
        departure = Departure(what, part.text("record", needed=True), part.text("why", needed=True))
        if any((other.what, other.record) == (departure.what, departure.record) for other in found):
            part.fail("record", f'"{departure.record}" is explained already', "leave one out")
        found.append(departure)
    return tuple(found)


def _translation(node: SeedNode, language: str, procedure: Procedure) -> Translation:
    """One language, whole: a text without its translation is refused, and so is a translation of no text."""
    part = node.node(language)
    part.only("aliases", "texts")
    said = part.node("texts")
    pairs, wanted = said.pairs(), texts(procedure)
    for source, _ in pairs:
        if source not in wanted:
            said.fail(source, "no text of this seed", meant(source, wanted))
    lacking = [text for text in wanted if text not in dict(pairs)]
    if lacking:
        said.fail("", f'"{lacking[0]}" has no translation ({len(lacking)} texts lack one)', "add it")
    return Translation(language, _aliases(part), pairs)


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


def _cases(node: SeedNode) -> tuple[Case, ...]:
    """Cases; what one does without must be a paper of another."""
    nodes = list(node.nodes("cases"))
    cases = [_case(case) for case in nodes]
    for number, case in enumerate(cases):
        others = [paper.name for other in cases if other is not case for paper in other.papers]
        for place, name in enumerate(case.without):
            if name not in others:
                nodes[number].fail(f"without[{place}]", f'"{name}" is no paper of another case', meant(name, others))
    return tuple(cases)


def _case(node: SeedNode) -> Case:
    node.only("name", "papers", "notes", "without")
    papers = tuple(_paper(paper) for paper in node.nodes("papers"))
    case = Case(node.text("name"), papers, node.texts("notes"), node.texts("without"))
    return case if case.papers or case.notes else node.fail("", "the case is empty", "give it papers or notes")


def _paper(node: SeedNode) -> Paper:
    node.only("name", "originals", "copies", "note", "form")
    name = node.text("name", needed=True)
    return Paper(name, node.count("originals") or 0, node.count("copies") or 0, node.text("note"), node.text("form"))
